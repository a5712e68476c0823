//! What goes along when somebody leaves a whole container is listed before the button is pressed.

use serde_json::json;

use crate::app::TestApp;
use crate::browser::Browser;

const CENTER: &str = "7101234567890123456";
const ADS: &str = "7093215678901234567";
const KIM: &str = "kim@northwindgrowth.example";

/// Olivia gives kim this, by her own Business Center's invitation.
async fn give(app: &TestApp, olivia: &Browser, of: &str, id: &str) {
    let sent = app
        .send_body(json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
            "items": [{"platform": "tiktok", "assets": [{"type": of, "level": "manage"}]}],
        }))
        .await;
    let link = olivia.get(&sent.path).await;
    let login = olivia.press(&link, "connect-tiktok").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = olivia.press(&consent, "sim-allow").await;
    let review = olivia.pick(&pick, &[id]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
}

#[tokio::test]
async fn tt_15_leaving_the_business_center_lists_what_lies_in_it_and_leaving_one_asset_nothing_else() {
    let app = TestApp::start().await;
    let new = json!({"platform": "tiktok", "kind": "member", "external_id": KIM, "label": "Kim Park"});
    let (status, said) = app.api(&app.agency, "POST", "/grantees", Some(new)).await;
    assert_eq!(status, 201, "{said}");
    let olivia = app.browser();
    give(&app, &olivia, "ad_account", ADS).await;
    app.act(json!({ "person": "kim", "platform": "tiktok", "do": "accept", "asset": CENTER })).await;
    app.later(jiff::SignedDuration::from_mins(20)).await;
    give(&app, &olivia, "business_center", CENTER).await;
    let words = app.words().await;
    assert_eq!((words[ADS].as_str(), words[CENTER].as_str()), ("active", "active"));

    let member = app.member(&app.agency).await;
    let (center, ads) = (app.grant_id(CENTER).await, app.grant_id(ADS).await);
    let page = member.get(&format!("/grants/{ads}/revoke")).await;
    assert!(page.has("Nothing else."), "from the ad account alone: {}", page.html);
    let page = member.get(&format!("/grants/{center}/revoke")).await;
    assert!(page.has("Ad account “Harbour Bakery DE” from Kim Park"), "{}", page.html);
    member.press(&page, "revoke-confirm").await;
    app.drain().await;
    app.nights(1).await;
    let words = app.words().await;
    assert_eq!((words[CENTER].as_str(), words[ADS].as_str()), ("revoked", "drifted"));
    app.check().await;
}
