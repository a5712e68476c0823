//! Less than is there: said before the approval, then taken away and given again.

use serde_json::json;

use super::send;
use crate::app::TestApp;
use crate::browser::{Browser, Page};

const ADS: &str = "7093215678901234567";
const AGENCY: &str = "7109876543210987654";

/// Olivia signs in for the ad account at this level; what she would approve.
async fn review(app: &TestApp, olivia: &Browser, level: &str) -> Page {
    let assets = json!([{"type": "ad_account", "level": level}]);
    let (sent, _) = send(app, vec![json!({"platform": "tiktok", "assets": assets})]).await;
    let login = olivia.press(&olivia.get(&sent.path).await, "connect-tiktok").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = olivia.press(&consent, "sim-allow").await;
    olivia.pick(&pick, &[ADS]).await
}

async fn roles(app: &TestApp) -> serde_json::Value {
    let id = app.grant_id(ADS).await;
    app.api(&app.agency, "GET", &format!("/grants/{id}"), None).await.1["native_roles"].clone()
}

#[tokio::test]
async fn tt_30_raising_is_done_in_place_and_lowering_is_announced_before_it_removes_and_shares_again() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let login = member.press(&member.get("/grantees").await, "grantees-connect-tiktok").await;
    let consent = member.press(&login, "sim-login-kim").await;
    member.press(&consent, "sim-allow").await;
    let olivia = app.browser();
    for level in ["manage", "full"] {
        let page = review(&app, &olivia, level).await;
        assert!(!page.has("has more than this now"), "{level}: {}", page.html);
        olivia.press(&page, "approve").await;
        app.drain().await;
    }
    let raised = app.ledger();
    assert!(raised.len() == 2 && !raised.iter().any(|line| line.starts_with("revoke")), "{raised:?}");
    app.nights(1).await;

    let page = review(&app, &olivia, "view").await;
    assert!(page.has("has more than this now") && page.has("<code>ADMIN</code>"), "{}", page.html);
    assert!(page.has("in between there is no access") && !page.has("Nothing changes"), "{}", page.html);
    assert_eq!(app.ledger(), raised, "nothing happens before the approval");
    olivia.press(&page, "approve").await;
    app.drain().await;
    app.later(jiff::SignedDuration::from_mins(5)).await;
    assert_eq!(app.words().await[ADS], "active");
    assert_eq!(roles(&app).await, json!(["ANALYST"]));
    let line = |word| format!("{word} {ADS} {AGENCY}");
    assert_eq!(app.ledger()[raised.len()..], [line("revoke"), line("grant")]);
    app.nights(2).await;
    assert_eq!((app.words().await[ADS].as_str(), app.ledger().len()), ("active", raised.len() + 2));
    app.check().await;
}
