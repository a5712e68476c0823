//! T15: the approval is framed by another site.

use crate::app::{PAGE, TestApp};
use crate::browser::Page;
use crate::threats::routes::{API, Ids, PAGES, PROBES};
use crate::threats::steps::Steps;

fn header<'a>(page: &'a Page, name: &str) -> &'a str {
    page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

fn cannot_be_framed(page: &Page, route: &str) {
    assert!(header(page, "content-security-policy").contains("frame-ancestors 'none'"), "{route}");
    assert_eq!(header(page, "x-frame-options"), "DENY", "{route}");
    assert_eq!(header(page, "cross-origin-opener-policy"), "same-origin", "{route}");
    assert_eq!(header(page, "cross-origin-resource-policy"), "same-origin", "{route}");
    assert_eq!(header(page, "x-content-type-options"), "nosniff", "{route}");
    assert_eq!(header(page, "referrer-policy"), "no-referrer", "{route}");
    assert_ne!(header(page, "cache-control"), "", "{route}");
    assert!(page.headers.get("access-control-allow-origin").is_none(), "{route}");
}

#[tokio::test]
async fn no_route_can_be_framed_for_a_stranger_or_a_person_who_signed_in() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let (own, member) = (Ids::of(&app, &sent).await, app.member(&app.agency).await);
    for ids in [own.unknown(), own] {
        for (method, template) in [API, PAGES].concat() {
            let path = ids.fill(template);
            let stranger = Steps::new(&app).raw(method, &path, &[], "").await;
            cannot_be_framed(&stranger, &format!("{method} {template} for a stranger"));
            for (who, browser) in [("the client", &olivia), ("a member", &member)] {
                let page = browser.raw(method, &path, &[], "").await;
                cannot_be_framed(&page, &format!("{method} {template} for {who}"));
            }
        }
    }
    app.check().await;
}

#[tokio::test]
async fn neither_can_answers_outside_the_table() {
    let app = TestApp::start().await;
    let browser = Steps::new(&app);
    let outside =
        [("GET", "/nowhere"), ("GET", "/api/v1/nowhere"), ("PUT", "/requests"), ("DELETE", "/api/v1/grants")];
    for (method, path) in outside {
        cannot_be_framed(&browser.raw(method, path, &[], "").await, path);
    }
    // Probes answer with nothing at all, and that cannot be framed either.
    for (method, path) in PROBES {
        let probe = browser.raw(method, path, &[], "").await;
        assert_eq!((probe.status, probe.html.as_str()), (200, ""), "{path}");
        cannot_be_framed(&probe, path);
        cannot_be_framed(&browser.raw("POST", path, &[], "").await, &format!("POST {path}"));
    }
    app.check().await;
}
