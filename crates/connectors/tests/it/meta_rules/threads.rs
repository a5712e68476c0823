//! What the card says about Threads before anything is approved.

use valetkey_connectors::Registry;
use valetkey_sdk::access::AssetType;

use super::{meta, world};

/// TH-5, TH-6, TH-11: no call tells these, so the client is asked, and told what to do when the answer is no.
#[tokio::test]
async fn th_5_what_no_call_tells_about_threads_is_asked_before_approval() {
    let world = world().await;
    let s = world.subject().await;
    let facts = s.manifest().asset(&AssetType::new("threads_account")).expect("there");
    let found = s.list_inside(facts).await.expect("listed").remove(0);
    assert!(found.blocked().is_none());
    let asked: Vec<_> = found.questions().collect();
    assert_eq!(asked, ["threads-public", "threads-name", "threads-since"]);
    let registry = Registry::new();
    let question = |id| meta(&registry).words.find_explanation("ask", id).expect(id);
    assert!(question("threads-public").phone.is_some() && question("threads-public").desktop.is_some());
    let since = question("threads-since");
    assert!(since.happened.contains("before 29 January 2026"), "{}", since.happened);
    assert!(since.act.expect("what then").contains("On that day or later".to_lowercase().as_str()));
}

/// TH-12, TH-9: the messages stand on the card as people meet them, so that nobody has to type one.
#[test]
fn th_9_and_th_12_the_card_names_the_messages_that_the_steps_can_end_in() {
    let registry = Registry::new();
    let on = meta(&registry).manifest.messages_on(&AssetType::new("threads_account"));
    let shown: Vec<_> = on.flat_map(|e| e.shows.clone()).collect();
    for message in [
        "The Threads account wasn\u{2019}t added",
        "Only people with full control can add this account.",
        "You don\u{2019}t have sufficient permissions for this business.",
        "Action not allowed: Missing required permissions.",
        "You must be an admin to complete this request.",
    ] {
        assert!(shown.iter().any(|one| one == message), "{message}: {shown:?}");
    }
}
