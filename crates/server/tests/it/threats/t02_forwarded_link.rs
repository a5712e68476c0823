//! T02: somebody else completes a link, or it is completed after its time, or twice.

use jiff::SignedDuration;
use valetkey::defence::weaken;

use crate::app::{NORTHWIND, PAGE, TestApp};
use crate::client::{add_handle, audits, send, x_ads};
use crate::threats::rows;

const LIFE: SignedDuration = SignedDuration::from_hours(24 * 14);
const MOMENT: SignedDuration = SignedDuration::from_millis(1);

#[tokio::test]
async fn a_hundred_approvals_at_once_are_one() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[PAGE]).await.form("approve");
    let all = futures_util::future::join_all((0..100).map(|_| olivia.send(&approve))).await;
    assert!(all.iter().all(|page| page.status == 200));
    assert_eq!(olivia.send(&approve).await.status, 200, "and once more afterwards");
    app.drain().await;
    assert_eq!((rows::count(&app, "approval"), audits(&app, "item.approved")), (1, 1));
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}

#[tokio::test]
async fn what_is_sent_in_the_last_millisecond_counts_and_after_it_nothing_does() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let sent = app.send_request().await;
    let (guided, items) = send(&app, vec![x_ads()]).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[PAGE]).await.form("approve");
    let guide = olivia.get(&format!("{}/{}/guide", guided.path, items[0])).await;
    let done = guide.form("guided-done-x-ads").set("which", "bakery");
    app.clock.advance(LIFE);
    let before = rows::all(&app);
    assert_eq!((olivia.send(&approve).await.status, olivia.send(&done).await.status), (410, 410));
    assert_eq!(rows::all(&app), before);
    app.drain().await;
    assert_eq!(app.ledger(), Vec::<String>::new());
    app.clock.advance(-MOMENT);
    assert_eq!((olivia.send(&approve).await.status, olivia.send(&done).await.status), (200, 200));
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}

#[tokio::test]
async fn the_attack_works_when_links_never_expire() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[PAGE]).await.form("approve");
    app.clock.advance(LIFE + MOMENT);
    let _weakened = weaken::without("link_expiry");
    olivia.send(&approve).await;
    app.drain().await;
    assert_eq!(app.ledger().len(), 1, "the test would not notice");
}

#[tokio::test]
async fn opening_a_link_has_no_effect_but_opened() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let count = |table: &str| rows::count(&app, table);
    let before = (count("connection"), count("access_grant"), count("link"), count("approval"));
    for _ in 0..3 {
        assert_eq!(app.browser().get(&sent.path).await.status, 200);
    }
    assert_eq!(before, (count("connection"), count("access_grant"), count("link"), count("approval")));
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["state"], "opened");
    app.check().await;
}
