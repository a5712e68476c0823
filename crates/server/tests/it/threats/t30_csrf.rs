//! T30: another site acts with the cookies of whoever visits it.

use valetkey::defence::weaken;

use crate::app::{PAGE, PAGE_2, TestApp};
use crate::browser::Browser;
use crate::threats::routes::{API, Ids, PAGES};
use crate::threats::rows;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A form with a file is sent in parts.
const PARTS: (&str, &str) = ("content-type", "multipart/form-data; boundary=edge");

fn kind(template: &str) -> (&'static str, &'static str) {
    if template == "/settings/logo" { PARTS } else { FORM }
}

/// A member and a client who are in the middle of everything, with one grant done and one about to be approved.
struct Middle {
    app: TestApp,
    ids: Ids,
    member: Browser,
    client: Browser,
    member_csrf: String,
    client_csrf: String,
    terms: String,
}

async fn middle() -> Middle {
    let app = TestApp::start().await;
    let first = app.send_request().await;
    app.browser().give(&first, "olivia", &[PAGE]).await;
    app.drain().await;
    let sent = app.send_request().await;
    let (client, member) = (app.browser(), app.member(&app.agency).await);
    let pick = client.connect(&sent, "olivia").await;
    let approve = client.pick(&pick, &[PAGE_2]).await.form("approve");
    let field = |form: &crate::browser::Form, name: &str| {
        form.fields.iter().find(|(n, _)| n == name).expect("a field").1.clone()
    };
    let (client_csrf, terms) = (field(&approve, "csrf"), field(&approve, "terms"));
    let member_csrf = field(&member.get("/grantees").await.form("grantees-connect-meta"), "csrf");
    let ids = Ids {
        token: sent.path.trim_start_matches("/r/").into(),
        item: sent.item,
        ..Ids::of(&app, &first).await
    };
    Middle { app, ids, member, client, member_csrf, client_csrf, terms }
}

impl Middle {
    /// Whose cookies the attack needs, and a body that would be taken from our own page.
    fn victim(&self, template: &str) -> (&Browser, String) {
        let csrf = format!("csrf={}", self.client_csrf);
        match template {
            "/r/{token}/{item}/approve" => (&self.client, format!("{csrf}&terms={}", self.terms)),
            "/settings/logo" => {
                let csrf = &self.member_csrf;
                let part = "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n";
                (&self.member, format!("{part}{csrf}\r\n--edge--\r\n"))
            }
            "/r/{token}/{item}/pick" => (&self.client, format!("{csrf}&pick=0")),
            _ if template.starts_with("/r/") => (&self.client, csrf),
            _ => (&self.member, format!("csrf={}", self.member_csrf)),
        }
    }
}

#[tokio::test]
async fn every_form_is_refused_from_another_site_even_with_its_token() {
    let m = middle().await;
    let (before, calls) = (rows::all(&m.app), m.app.seen("").await);
    let own = m.app.base.clone();
    let from: [&[(&'static str, &str)]; 6] = [
        &[FORM, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[FORM, ("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[FORM, ("sec-fetch-site", "same-site")],
        &[FORM, ("origin", "https://evil.example")],
        &[FORM, ("origin", "null")],
        &[FORM, ("origin", "http://localhost.evil.example")],
    ];
    for (method, template) in PAGES.iter().filter(|(method, _)| *method != "GET") {
        let (victim, body) = m.victim(template);
        for mut headers in from.map(<[_]>::to_vec) {
            headers[0] = kind(template);
            let headers = headers.as_slice();
            let page = victim.raw(method, &m.ids.fill(template), headers, &body).await;
            assert_eq!(page.status, 403, "{method} {template} {headers:?}");
        }
    }
    assert_eq!(rows::all(&m.app), before);
    m.app.drain().await;
    assert_eq!(m.app.seen("").await, calls);
    m.app.check().await;
}

#[tokio::test]
async fn the_attack_works_without_the_same_site_check() {
    let m = middle().await;
    let _weakened = weaken::without("same_site");
    let (victim, body) = m.victim("/r/{token}/{item}/approve");
    let headers = [FORM, ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    victim.raw("POST", &m.ids.fill("/r/{token}/{item}/approve"), &headers, &body).await;
    m.app.drain().await;
    assert!(m.app.ledger().iter().any(|line| line.contains(PAGE_2)), "the test would not notice");
}

#[tokio::test]
async fn every_form_is_refused_without_its_token() {
    let m = middle().await;
    let before = rows::all(&m.app);
    // `client::access` tries the pages of the client's other link.
    for (method, template) in
        PAGES.iter().filter(|(method, path)| *method != "GET" && !path.starts_with("/a/"))
    {
        let headers = [kind(template), ("sec-fetch-site", "same-origin")];
        let (victim, body) = m.victim(template);
        let right = if template.starts_with("/r/") { &m.client_csrf } else { &m.member_csrf };
        let other = if template.starts_with("/r/") { &m.member_csrf } else { &m.client_csrf };
        for wrong in ["", other, &right[1..], &right.to_uppercase()] {
            let body = body.replace(right.as_str(), wrong);
            let page = victim.raw(method, &m.ids.fill(template), &headers, &body).await;
            assert_eq!(page.status, 409, "{method} {template} with {wrong:?}");
        }
    }
    assert_eq!(rows::all(&m.app), before);
    m.app.check().await;
}

#[tokio::test]
async fn looking_changes_nothing() {
    let m = middle().await;
    // "Opened" was written when the client came; the callback has its own rows.
    let before = rows::all(&m.app);
    for (_, template) in
        PAGES.iter().filter(|(method, path)| *method == "GET" && !path.starts_with("/callback"))
    {
        let path = m.ids.fill(template);
        for method in ["GET", "HEAD"] {
            for browser in [&m.client, &m.member, &m.app.browser()] {
                browser.raw(method, &path, &[], "").await;
            }
        }
        assert_eq!(rows::all(&m.app), before, "{template}");
    }
    // The client's card is of another request than the one that is looked at here.
    let (_, request) = m.app.api(&m.app.agency, "GET", &m.ids.fill("/requests/{request}"), None).await;
    let item = request["items"][0]["id"].as_str().expect("an item").to_owned();
    let ids = Ids { item, ..m.ids.clone() };
    for (_, template) in API.iter().filter(|(method, _)| *method == "GET") {
        for method in ["GET", "HEAD"] {
            let key = format!("Bearer {}", m.app.agency.api_key.expose());
            let page = m.app.browser().raw(method, &ids.fill(template), &[("authorization", &key)], "").await;
            assert_eq!(page.status, 200, "{method} {template}");
        }
        assert_eq!(rows::all(&m.app), before, "{template}");
    }
    m.app.check().await;
}

#[tokio::test]
async fn the_api_takes_no_cookie_for_a_key() {
    let m = middle().await;
    let before = rows::all(&m.app);
    // The description is for everybody.
    let with_key = |(_, template): &&(&str, &str)| !template.ends_with("/openapi.json");
    for (method, template) in API.iter().filter(with_key) {
        let json = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let page = m.member.raw(method, &m.ids.fill(template), &json, "{}").await;
        assert_eq!(page.status, 401, "{method} {template}");
    }
    assert_eq!(rows::all(&m.app), before);
    m.app.check().await;
}

#[tokio::test]
async fn the_same_forms_are_taken_from_our_own_pages() {
    let m = middle().await;
    let (client, body) = m.victim("/r/{token}/{item}/approve");
    let headers = [FORM, ("sec-fetch-site", "same-origin"), ("origin", &*m.app.base)];
    let page = client.raw("POST", &m.ids.fill("/r/{token}/{item}/approve"), &headers, &body).await;
    assert_eq!(page.status, 200);
    m.app.drain().await;
    assert!(
        m.app.ledger().iter().any(|line| line.contains(PAGE_2)),
        "the other tests refuse a form that works"
    );
    m.app.check().await;
}
