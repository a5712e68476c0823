//! T10: a code or token leaves with a Referer, in the history, in a cache or in a fragment.

use serde_json::Value;

use crate::app::{PAGE, Sent, TestApp};
use crate::browser::Page;
use crate::threats::steps::Steps;

fn header(page: &Page, name: &str) -> String {
    page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}

/// What a page may not do: be kept, tell where it was, load or name anything elsewhere.
fn keeps_to_itself(app: &TestApp, page: &Page) {
    assert_eq!(header(page, "referrer-policy"), "no-referrer", "{}", page.path);
    assert_eq!(header(page, "cache-control"), "no-store", "{}", page.path);
    assert!(header(page, "content-security-policy").starts_with("default-src 'none'"), "{}", page.path);
    for attribute in [" src=\"", " href=\"", " action=\"", " srcset=\"", " poster=\"", " data=\""] {
        for (at, _) in page.html.match_indices(attribute) {
            let value = page.html[at + attribute.len()..].split('"').next().expect("a value");
            let target = page.url.join(value).expect("an address");
            let own = target.origin() == page.url.origin() || target.scheme() == "data";
            assert!(own && page.url.as_str().starts_with(&app.base), "{} names {value}", page.path);
        }
    }
}

/// Every page of the flow, first to last.
async fn flow(app: &TestApp, sent: &Sent, browser: &Steps) -> Vec<Page> {
    let link = browser.get(&sent.path).await;
    let to_platform = browser.connect(sent).await;
    let callback = browser.authorise(&Steps::location(&to_platform), "olivia").await;
    let back = browser.get(callback.as_str()).await;
    let pick = browser.get(Steps::location(&back).as_str()).await;
    let review = browser.to_review(&pick, &[PAGE]).await;
    let approved = browser.post(&review.form("approve")).await;
    let progress = browser.get(Steps::location(&approved).as_str()).await;
    app.drain().await;
    let receipt = browser.get(&format!("{}/receipt", sent.path)).await;
    assert_eq!((progress.status, receipt.status), (200, 200));
    vec![link, to_platform, back, pick, review, approved, progress, receipt]
}

#[tokio::test]
async fn no_page_of_the_flow_is_kept_or_names_another_site() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    for page in flow(&app, &sent, &Steps::new(&app)).await {
        keeps_to_itself(&app, &page);
    }
    let member = app.member(&app.agency).await;
    for path in ["/requests", "/grantees", &format!("/requests/{}", sent.id), "/sign-in?ticket=x"] {
        keeps_to_itself(&app, &member.get(path).await);
    }
    app.check().await;
}

#[tokio::test]
async fn the_callback_leads_to_an_address_without_code_state_or_fragment() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = Steps::new(&app);
    let callback = browser.to_callback(&sent, "olivia").await;
    assert!(callback.fragment().is_some(), "the platform leaves one behind");
    let back = browser.get(callback.as_str()).await;
    assert_eq!(back.status, 303);
    let to = Steps::location(&back);
    assert_eq!((to.query(), to.fragment()), (None, Some("")), "{to}");
    assert_eq!(to.path(), format!("{}/{}/pick", sent.path, sent.item));
    keeps_to_itself(&app, &back);
    app.check().await;
}

#[tokio::test]
async fn a_refused_callback_repeats_neither_code_nor_state() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (browser, other) = (Steps::new(&app), Steps::new(&app));
    let callback = browser.to_callback(&sent, "olivia").await;
    let refused = other.get(callback.as_str()).await;
    assert_eq!(refused.status, 400);
    keeps_to_itself(&app, &refused);
    for (name, value) in callback.query_pairs() {
        assert!(!refused.has(&value), "the page repeats {name}");
    }
    app.check().await;
}

#[tokio::test]
async fn no_platform_secret_is_in_an_address_but_the_code_in_the_callback() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = Steps::new(&app);
    let pages = flow(&app, &sent, &browser).await;
    let secrets = app.sim("GET", "/_sim/secrets", Value::Null).await;
    for secret in secrets["data"].as_array().expect("a list") {
        let value = secret["value"].as_str().expect("text");
        let inside = |url: &&url::Url| url.as_str().contains(value);
        let asked = browser.asked.borrow();
        let shown: Vec<_> = asked.iter().filter(inside).map(url::Url::path).collect();
        let is_code = secret["kind"] == "code" && shown == ["/callback/meta"];
        assert!(shown.is_empty() || is_code, "a {} is in {shown:?}", secret["kind"]);
        assert!(!pages.iter().any(|p| p.has(value)), "a {} is on a page", secret["kind"]);
    }
    app.check().await;
}
