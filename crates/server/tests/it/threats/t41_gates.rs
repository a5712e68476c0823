//! T41: guessing at gates. One node has its tests in `face::passwords` and `face::first_run`.

use crate::face::bare::{Bare, PASSWORD};

/// Thirty tries at once, every other one at the other node: five are compared, whichever they are.
#[tokio::test]
async fn tries_over_two_nodes_are_never_more_than_five() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let nodes = [app.base.clone(), app.second_node().await];
    let mut tries = Vec::new();
    for n in 0..30 {
        let browser = app.browser();
        let page = browser.get(&format!("{}/sign-in", nodes[n % 2])).await;
        let form = page.form("sign-in-password").set("email", "kim@northwind.test").set("password", "x");
        tries.push((browser, form));
    }
    let all: Vec<_> = tries
        .into_iter()
        .map(|(browser, form)| tokio::spawn(async move { browser.send(&form).await.status }))
        .collect();
    let mut compared = 0;
    for one in all {
        match one.await.expect("an answer") {
            401 => compared += 1,
            other => assert_eq!(other, 429),
        }
    }
    assert_eq!(compared, 5);
    for node in &nodes {
        let browser = app.browser();
        let page = browser.get(&format!("{node}/sign-in")).await;
        let form = page.form("sign-in-password").set("email", "kim@northwind.test").set("password", PASSWORD);
        assert_eq!(browser.send(&form).await.status, 429, "not even with the right one");
    }
    let log = owner.get("/audit").await;
    assert!(log.has("Somebody used up the tries at signing in as Kim Park"), "the agency is told");
}
