//! T24: what people type never becomes markup, on any page of the agency.

use serde_json::json;

use crate::app::TestApp;
use crate::threats::routes::{Ids, ROLES};

const CORPUS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{7*7}}<a href=javascript:alert(1)>",
];

/// Tags that our templates do not have, in any spelling that a browser would take.
fn is_clean(html: &str) -> bool {
    let lower = html.to_lowercase();
    !["<script>", "<img src=x", "<svg onload", "<a href=javascript", "onerror=alert(1)>"]
        .iter()
        .any(|bad| lower.contains(bad))
}

#[tokio::test]
async fn names_messages_and_labels_stay_text() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let mut sent = None;
    for text in CORPUS {
        let body = json!({
            "client": {"name": text, "email": "a@b.example"},
            "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
            "message": text,
        });
        sent = Some(app.send_body(body).await);
    }
    let sent = sent.expect("sent");
    app.browser().get(&sent.path).await;
    crate::threats::rows::change(&app, "UPDATE member SET name = ?1 WHERE role = 'owner'", [CORPUS[0]]);
    crate::threats::rows::change(&app, "UPDATE agency SET name = ?1, domain = ?1 || agency_id", [CORPUS[1]]);
    let first = app.send_request().await;
    app.browser().give(&first, "olivia", &[crate::app::PAGE]).await;
    app.drain().await;
    for text in CORPUS {
        let form = member.get("/grantees").await.form("type-meta");
        let id = format!("1234567890123{:02}", text.len());
        member.send(&form.set("external_id", &id).set("label", text)).await;
    }
    let ids = Ids { request: sent.id.clone(), ..Ids::of(&app, &first).await };
    for (_, template, _) in ROLES.iter().filter(|(method, _, _)| *method == "GET") {
        let page = member.get(&ids.fill(template)).await;
        // A PDF file is no page: it is kept, never drawn as markup.
        let is_file = page.headers["content-type"] == "application/pdf"
            && page.headers["x-content-type-options"] == "nosniff"
            && page.headers["content-disposition"].to_str().is_ok_and(|d| d.starts_with("attachment"));
        assert!(page.status < 500 && (is_file || is_clean(&page.html)), "{template}\n{}", page.html);
    }
    for client in app.desk.store.list_clients_by_name(&app.agency.scope, 50).await.expect("readable") {
        assert!(is_clean(&member.get(&format!("/clients/{}", client.id)).await.html));
    }
    for text in CORPUS {
        let query: String = text.bytes().map(|b| format!("%{b:02x}")).collect();
        for path in ["/requests?q=", "/clients?q=", "/requests?show=", "/audit?show=", "/sign-in?next="] {
            assert!(is_clean(&member.get(&format!("{path}{query}")).await.html), "{path}{text}");
        }
        let form = member.get("/requests/new").await.form("send").set("name", text).set("message", text);
        let page = member.send(&form.set("email", text)).await;
        assert!(page.status == 422 && is_clean(&page.html), "{text}");
        let mut draft = member.get("/requests/new").await.form("send").set("name", text).set("message", text);
        draft.action = draft.action.join("/requests/new/preview").expect("an address");
        assert!(is_clean(&member.send(&draft).await.html), "{text}");
    }
    assert!(member.get("/").await.has("&#60;script&#62;"), "the texts are there");
}
