//! The engine where a person's accounts wait for each other for longer than a lease lasts.

use jiff::SignedDuration;
use valetkey::engine::Engine;
use valetkey::store::Place;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;

use super::Field;
use super::client::Client;
use super::model::{self, CALLS, Model};

/// One after the other they take half an hour: fifteen times as long as a lease lasts.
const ACCOUNTS: usize = 30;
/// For so long a call takes.
const CALL: SignedDuration = SignedDuration::from_secs(20);

#[tokio::test]
async fn a_job_that_waits_for_its_turn_longer_than_its_lease_is_not_set_aside() {
    let clock = Clock::mock("2026-11-29T09:00:00Z".parse().expect("a time"));
    let model = Model::gated();
    let platform = model::platform("place", 1, &model).expect("a platform");
    let place = Place::File(":memory:".into());
    let mut field =
        Field::open(place, clock.clone(), vec![platform], Egress::default()).await.expect("a field");
    field.add_agency().await.expect("an agency");
    let scope = field.agencies[0].clone();
    let client = Client::ready(field.desk.clone(), scope, "place".into(), ACCOUNTS).await.expect("a client");
    client.approve().await.expect("approved");
    let engine = Engine::start(field.desk.clone());
    for _ in 0..ACCOUNTS * CALLS as usize {
        model.let_one_through(|| clock.advance(CALL)).await;
        let jobs = field.desk.store.list_jobs_as_operator(false).await.expect("listed");
        let most = jobs.iter().map(|job| job.attempts).max();
        assert!(most <= Some(1), "a job was tried {most:?} times");
    }
    field.come_to_rest().await.expect("at rest");
    engine.stop().await;
    assert_eq!(field.count_active().await.expect("counted"), ACCOUNTS);
    assert_eq!(model.count(), ACCOUNTS);
}
