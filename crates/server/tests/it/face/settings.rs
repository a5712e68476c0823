//! Name and colour of the agency: checked, shown to clients at once, and in the audit log.

use valetkey::app::{AppError, settings};

use crate::app::TestApp;
use crate::browser::{Browser, Page};

async fn change(member: &Browser, name: &str, accent: &str) -> Page {
    let form = member.get("/settings").await.form("save-settings");
    member.send(&form.set("name", name).set("accent", accent)).await
}

#[tokio::test]
async fn another_name_and_colour_are_seen_at_once_also_on_a_link_that_was_sent() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let member = app.member(&app.agency).await;
    assert!(!app.browser().get(&sent.path).await.html.contains("/brand/"), "our own colour needs no file");
    let saved = change(&member, "Northwind Studio", "#2F6FED").await;
    assert!(saved.has("Saved") && saved.path.starts_with("/settings"), "{}", saved.html);
    let link = app.browser().get(&sent.path).await;
    assert!(link.has("Northwind Studio") && !link.has("Northwind Growth"), "{}", link.html);
    assert!(link.html.contains("href=\"/brand/2f6fed.css\""), "{}", link.html);
    let style = app.browser().get("/brand/2f6fed.css").await;
    assert_eq!(
        (style.status, style.headers["content-type"].to_str().ok()),
        (200, Some("text/css; charset=utf-8"))
    );
    assert!(style.headers["cache-control"].to_str().is_ok_and(|v| v.contains("immutable")));
    let log = member.get("/audit").await;
    assert!(log.has("renamed the agency from “Northwind Growth” to “Northwind Studio”"), "{}", log.html);
    change(&member, "Northwind Studio", "").await;
    assert!(!app.browser().get(&sent.path).await.html.contains("/brand/"), "taken back");
    assert!(member.get("/audit").await.has("changed the colour"));
    app.check().await;
}

#[tokio::test]
async fn the_same_again_is_no_change() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    assert!(change(&member, "Northwind Growth", "").await.has("Saved"));
    assert!(!member.get("/audit").await.html.contains("agency.changed"));
}

/// T13 for a name that is changed later, T24 for a colour.
#[tokio::test]
async fn what_no_new_agency_may_be_called_and_what_is_no_colour_is_refused_with_what_to_do() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let other = app.member(&app.other_agency).await.get("/settings").await;
    let taken = other.form("save-settings").fields.iter().find(|(name, _)| name == "name").cloned();
    let (_, taken) = taken.expect("a name");
    for name in ["", "Meta Support", "Nоrthwind", "a\u{202e}b", taken.as_str()] {
        let page = change(&member, name, "").await;
        assert_eq!(page.status, 422, "{name:?}");
        assert!(page.html.contains("id=\"name-wrong\""), "{name:?}: {}", page.html);
    }
    for accent in ["red", "#12345", "}*{display:none", "url(https://evil.example)", "<script>"] {
        let page = change(&member, "Northwind Growth", accent).await;
        assert_eq!(page.status, 422, "{accent}");
        assert!(page.html.contains("id=\"accent-wrong\"") && page.has("Six digits"), "{}", page.html);
        assert!(!page.html.contains("<script>"), "as typed, and harmless");
    }
    assert!(member.get("/settings").await.has("Northwind Growth"));
}

#[tokio::test]
async fn a_stylesheet_has_one_address_and_no_other() {
    let app = TestApp::start().await;
    for name in
        ["2F6FED.css", "%232f6fed.css", "2f6fed", "2f6fe.css", "a%7Db.css", "..%2Fapp.css", "2f6fed.css.css"]
    {
        assert_eq!(app.browser().get(&format!("/brand/{name}")).await.status, 404, "{name}");
    }
}

/// Of two changes at once, the one that began from the old name is refused, with its audit record.
#[tokio::test]
async fn a_change_that_somebody_else_overtook_is_refused() {
    let app = TestApp::start().await;
    let scope = &app.agency.scope;
    let own = app.desk.store.get_agency(scope).await.expect("the agency");
    settings::change(&app.desk, scope, &own, "Northwind Studio", "").await.expect("changed");
    let late = settings::change(&app.desk, scope, &own, "Northwind House", "").await;
    assert!(matches!(late, Err(AppError::Stale(_))), "{late:?}");
    assert_eq!(app.desk.store.get_agency(scope).await.expect("the agency").name, "Northwind Studio");
    app.check().await;
}
