//! Sign-ins that give too little, come back twice, or come back somewhere else.

use crate::app::TestApp;
use crate::threats::steps::Steps;

/// Classic login, where people untick permissions; Login for Business gives all or none.
#[tokio::test]
async fn an_unticked_permission_is_named_and_the_next_try_works() {
    let app = TestApp::start_with(|app| {
        app.extra.remove("config_id");
    })
    .await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let link = olivia.get(&sent.path).await;
    let login = olivia.press(&link, "connect-meta").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let mut form = consent.form("sim-allow");
    let before = form.fields.len();
    form.fields
        .retain(|(name, value)| !name.contains("pages_manage_metadata") && value != "pages_manage_metadata");
    assert_eq!(form.fields.len(), before - 1, "{:?}", form.fields);
    let card = olivia.send(&form).await;
    assert_eq!((card.status, card.path.as_str()), (200, sent.path.as_str()));
    assert!(card.has("pages_manage_metadata"), "what is missing is named");
    assert!(card.has("leave every permission ticked"), "and what to do");
    let pick = olivia.connect(&sent, "olivia").await;
    assert_eq!(pick.assets(), (4, 0), "the next try asks for it again");
    app.check().await;
}

#[tokio::test]
async fn a_callback_in_no_browser_in_another_and_twice_says_the_same() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let before = app.seen("/oauth/access_token").await;
    for stranger in [false, true] {
        let callback = Steps::new(&app).to_callback(&sent, "olivia").await;
        let other = Steps::new(&app);
        if stranger {
            other.connect(&sent).await;
        }
        let refused = other.get(callback.as_str()).await;
        assert_eq!(refused.status, 400);
        assert!(refused.has("Open your link again and press the button on the card"), "it says what to do");
    }
    assert_eq!(app.seen("/oauth/access_token").await, before, "no code was exchanged");

    let olivia = Steps::new(&app);
    let callback = olivia.to_callback(&sent, "olivia").await;
    assert_eq!(olivia.get(callback.as_str()).await.status, 303);
    let twice = olivia.get(callback.as_str()).await;
    assert_eq!(twice.status, 400);
    assert!(twice.has("This sign-in cannot be used"));
    assert!(app.ledger().is_empty());
    app.check().await;
}
