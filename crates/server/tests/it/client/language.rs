//! Which language a page is in, and how a client changes it.

use serde_json::json;

use super::{meta, send_with};
use crate::app::{Sent, TestApp};
use crate::browser::{Browser, Page};

async fn visit(browser: &Browser, sent: &Sent, wish: &str) -> String {
    let page = browser.raw("GET", &sent.path, &[("accept-language", wish)], "").await;
    language(&page)
}

fn language(page: &Page) -> String {
    let tag = page.html.split("<html lang=\"").nth(1).expect("a language");
    tag.split('"').next().expect("its end").to_owned()
}

async fn send(app: &TestApp, locale: Option<&str>) -> Sent {
    send_with(app, json!({"items": [meta()], "locale": locale})).await.0
}

#[tokio::test]
async fn the_clients_choice_comes_before_the_agencys_and_that_before_the_browsers() {
    let app = TestApp::start().await;
    let (open, english, german) =
        (send(&app, None).await, send(&app, Some("en")).await, send(&app, Some("de")).await);
    let fresh = app.browser();
    for (sent, wish, wanted) in [
        (&open, "", "en"),
        (&open, "fr", "en"),
        (&open, "de-AT,en;q=0.5", "de"),
        (&english, "de", "en"),
        (&german, "en", "de"),
        (&german, "fr", "de"),
    ] {
        assert_eq!(visit(&fresh, sent, wish).await, wanted, "{wish}");
    }
    let chose = app.browser();
    let page = chose.press(&chose.get(&german.path).await, "language-en").await;
    assert_eq!((page.path.as_str(), language(&page).as_str()), (german.path.as_str(), "en"));
    for sent in [&open, &english, &german] {
        assert_eq!(visit(&chose, sent, "de").await, "en", "the choice holds for every link in this browser");
    }
    let back = chose.press(&chose.get(&german.path).await, "language-de").await;
    assert_eq!(language(&back), "de");
}

/// The cookie comes along when the platform sends the browser back.
#[tokio::test]
async fn the_choice_holds_through_the_platforms_login() {
    let app = TestApp::start().await;
    let sent = send(&app, None).await;
    let olivia = app.browser();
    olivia.press(&olivia.get(&sent.path).await, "language-de").await;
    let pick = olivia.connect(&sent, "olivia").await;
    assert!(pick.has("In welchen Konten darf"), "{}", pick.html);
    let used = olivia.get("/callback/meta?state=AAAA&code=x").await;
    assert!(used.status == 400 && used.has("Diese Anmeldung lässt sich nicht verwenden"), "{}", used.html);
}

#[tokio::test]
async fn a_choice_is_taken_only_from_our_own_form_and_leads_only_to_our_own_pages() {
    let app = TestApp::start().await;
    let sent = send(&app, None).await;
    let client = app.browser();
    let form = client.get(&sent.path).await.form("language-de");
    for changed in [
        form.clone().set("back", "https://evil.example/"),
        form.clone().set("back", "//evil.example/"),
        form.clone().set("back", "/"),
        form.clone().set("csrf", ""),
    ] {
        assert_eq!(client.send(&changed).await.status, 409, "{changed:?}");
    }
    for wrong in ["", "fr", "de-DE", "DE", "en; Domain=evil.example"] {
        assert_eq!(client.send(&form.clone().set("language", wrong)).await.status, 422, "{wrong}");
    }
    assert_eq!(client.send(&form.clone().add("more", "x")).await.status, 422);
    assert_eq!(language(&client.get(&sent.path).await), "en", "nothing of that was remembered");
    let cookie = client.raw("GET", &sent.path, &[("cookie", "valetkey_language=<script>")], "").await;
    assert_eq!((cookie.status, language(&cookie).as_str()), (200, "en"));
}

#[tokio::test]
async fn the_page_who_has_access_keeps_the_language_of_the_request() {
    let app = TestApp::start().await;
    let sent = send(&app, Some("de")).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[crate::app::PAGE]).await;
    app.drain().await;
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let access = olivia.press(&receipt, "access").await;
    assert_eq!(language(&access), "de");
    assert_eq!(language(&app.browser().get(&access.path).await), "de", "for whoever holds the address");
}

#[tokio::test]
async fn an_agency_chooses_among_the_languages_there_are_and_sees_the_page_in_it() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = member.get("/requests/new").await;
    for words in ["Language of their pages", "As their browser asks", "<option value=\"de\">Deutsch</option>"]
    {
        assert!(page.has(words), "{words}: {}", page.html);
    }
    let draft =
        page.form("send").set("name", "Bäckerei").set("level.meta.page", "manage").set("locale", "de");
    let mut preview = draft.clone();
    preview.action = preview.action.join("/requests/new/preview").expect("an address");
    let preview = member.send(&preview).await;
    assert!(
        language(&preview) == "de" && preview.has("bittet <bdi>Bäckerei</bdi> um Zugriff"),
        "{}",
        preview.html
    );
    assert!(preview.has("lang=\"en\" dir=\"ltr\"><h1>Preview</h1>"), "what is said to the agency is English");

    let wrong = member.send(&draft.clone().set("email", "o@b.example").set("locale", "fr")).await;
    assert!(wrong.status == 422 && wrong.has("choose among en (English), de (Deutsch)"), "{}", wrong.html);
    let sent = member.send(&draft.set("email", "o@b.example")).await;
    assert!(sent.has("Guten%20Tag"), "the mail to send is German: {}", sent.html);
    let (_, requests) = app.api(&app.agency, "GET", "/requests", None).await;
    assert_eq!(requests["data"][0]["locale"], "de");
    let body = json!({"items": [meta()], "locale": "fr", "client": {"name": "B", "email": "o@b.example"}});
    let (status, problem) = app.api(&app.agency, "POST", "/requests", Some(body)).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("locale")));
    assert!(problem["detail"].as_str().expect("text").contains("de (Deutsch)"), "{problem}");
}
