//! T24: text that an agency or a client writes runs as script on a client's page.
//! `e2e/tests/script.spec.js` opens the same pages in a browser.

use serde_json::json;
use valetkey::defence::weaken;

use crate::app::{PAGE, TestApp};
use crate::browser::Page;
use crate::client::{path_of, send_with, x_ads};

/// Each would become markup, an attribute or an address somewhere, were it not escaped.
const PAYLOADS: [&str; 12] = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "{{7*7}}<style>*{display:none}</style>",
    "<!--<img src=--><img src=x onerror=alert(1)//\">",
    "<base href=//evil.example>",
    "<math><mtext></table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
];

/// The text is on the page as text.
fn is_text_only(page: &Page, payload: &str) {
    assert_eq!(page.status, 200, "{}", page.path);
    assert!(!page.has(payload), "{} holds {payload} as it is", page.path);
    assert_eq!(page.html.matches("<script").count(), 1, "{} has a script that is not ours", page.path);
    for tag in ["<svg onload", "<iframe", "<base", "<math", "<img", "<style", "autofocus onfocus=\""] {
        assert!(!page.has(tag), "{} has {tag}", page.path);
    }
}

/// Our pages run our own script, and a browser is told to run no other.
fn runs_only_ours(page: &Page) -> bool {
    let policy = page.headers.get("content-security-policy").and_then(|v| v.to_str().ok()).unwrap_or("");
    let only = |what: &str| policy.split(';').any(|part| part.trim() == what);
    only("default-src 'none'")
        && only("script-src 'self'")
        && only("style-src 'self'")
        && !policy.contains("unsafe")
}

/// The second wall. Escaping cannot be taken away here: templates do it, and have no switch. A browser shows in
/// `e2e/tests/script.spec.js` that the payloads run without both, and that each of the two stops them alone.
#[tokio::test]
async fn every_page_tells_the_browser_to_run_only_our_script_and_would_not_without_the_policy() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let member = app.member(&app.agency).await;
    for path in [sent.path.as_str(), "/", "/requests", "/team", "/audit", "/sign-in", "/nowhere", "/r/x"] {
        let page = member.get(path).await;
        assert!(runs_only_ours(&page), "{path}: {:?}", page.headers);
    }
    let _weakened = weaken::without("content_policy");
    assert!(!runs_only_ours(&member.get(&sent.path).await), "the test would not notice");
}

/// Each payload as it would stand in the page, were it not escaped.
#[tokio::test]
async fn the_check_finds_each_payload_that_is_not_escaped() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let link = app.browser().get(&sent.path).await;
    is_text_only(&link, "Harbour Bakery’s own");
    for payload in PAYLOADS {
        let html = link.html.replacen("Harbour Bakery", payload, 1);
        let raw = Page { html, ..link.clone() };
        let found = std::panic::catch_unwind(|| is_text_only(&raw, payload));
        assert!(found.is_err(), "{payload} would not be noticed");
    }
}

#[tokio::test]
async fn what_people_write_is_text_on_every_client_page() {
    let app = TestApp::start().await;
    let mut shown = 0;
    for payload in PAYLOADS {
        let handle =
            json!({"platform": "x-ads", "kind": "handle", "external_id": "@northwindads", "label": payload});
        assert_eq!(app.api(&app.agency, "POST", "/grantees", Some(handle)).await.0, 201);
        let meta = json!({"platform": "meta", "assets": [{"type": "page", "level": "manage"}]});
        let client = json!({"name": payload, "email": "a@b.example"});
        let body = json!({"client": client, "items": [meta, x_ads()], "message": payload});
        let (sent, items) = send_with(&app, body).await;
        let olivia = app.browser();
        let link = olivia.get(&sent.path).await;
        shown += usize::from(link.has("&#60;") || link.has("&#39;") || link.has("&#34;"));
        let guide = olivia.get(&format!("{}/{}/guide", sent.path, items[1])).await;
        let told = olivia.press(&link, "help-x-ads").await;
        let note = told.form("help-send");
        let noted = olivia.send(&note.clone().set("note", payload)).await;
        let passed = olivia.press(&link, "hand-over-x-ads").await;
        let card = olivia.get(&path_of(&app, &passed, "card-link")).await;
        let done = olivia.send(&guide.form("guided-done-x-ads").set("which", "bakery")).await;
        let pick = olivia.connect(&sent, "olivia").await;
        let review = olivia.pick(&pick, &[PAGE]).await;
        let progress = olivia.press(&review, "approve").await;
        app.drain().await;
        let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
        let access = olivia.press(&receipt, "access").await;
        let steps = olivia.press(&access, "revoke-bakery").await;
        let pages =
            [link, guide, told, noted, passed, card, done, pick, review, progress, receipt, access, steps];
        for page in &pages {
            is_text_only(page, payload);
        }
        let file = olivia.get(&format!("{}/receipt/file", sent.path)).await;
        assert!(!file.has(payload) && !file.has("<script"), "the file holds {payload}");
        // What was typed and refused comes back as text too.
        let again = olivia.send(&note.set("note", &payload.repeat(30))).await;
        assert!(again.status == 422 && !again.has(payload), "{payload}");
    }
    assert_eq!(shown, PAYLOADS.len(), "the payloads are really on the page");
    app.check().await;
}
