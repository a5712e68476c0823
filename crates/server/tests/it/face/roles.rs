//! T18: each route with each role. A right is read with every request, so a change holds at once.

use crate::app::{PAGE, TestApp};
use crate::browser::Browser;
use crate::threats::routes::{Ids, May, ROLES};
use crate::threats::rows;

fn become_role(app: &TestApp, role: &str) {
    let owner = app.agency.owner.as_str();
    rows::change(app, "UPDATE member SET role = ?1 WHERE member_id = ?2", [role, owner]);
}

async fn call(member: &Browser, method: &str, path: &str, csrf: &str) -> u16 {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = if method == "GET" { String::new() } else { format!("csrf={csrf}") };
    member.raw(method, path, &form, &body).await.status
}

fn may(role: &str, may: May) -> bool {
    match may {
        May::Anyone | May::Look => true,
        May::Work => role != "viewer" && role != "nonsense",
        May::Govern => matches!(role, "owner" | "admin"),
    }
}

#[tokio::test]
async fn each_role_gets_exactly_where_it_may() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let ids = Ids::of(&app, &sent).await;
    for role in ["viewer", "nonsense", "manager", "admin", "owner"] {
        become_role(&app, role);
        let member = app.member(&app.agency).await;
        let csrf = member.get("/account").await.form("sign-out").fields[0].1.clone();
        let before = rows::all(&app);
        for (method, template, needs) in ROLES {
            // These end the session that the rest of the table needs.
            if ["/sign-out", "/account/sign-out-everywhere"].contains(template) {
                continue;
            }
            // The token of another form: nobody who is let in changes anything here.
            let status = call(&member, method, &ids.fill(template), "x").await;
            assert_eq!(status == 403, !may(role, *needs), "{role}: {method} {template} {status}");
            if !may(role, *needs) {
                assert_eq!(
                    call(&member, method, &ids.fill(template), &csrf).await,
                    403,
                    "{method} {template}"
                );
            }
        }
        assert_eq!(rows::all(&app), before, "{role} changed something");
    }
}

#[tokio::test]
async fn a_role_that_drops_holds_with_the_next_click() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let form = member.get("/requests/new").await.form("send");
    let form = form.set("name", "A").set("email", "a@b.example").set("level.meta.page", "view");
    become_role(&app, "viewer");
    assert_eq!(member.send(&form).await.status, 403);
    become_role(&app, "manager");
    assert!(member.send(&form).await.path.ends_with("/link"));
}

#[tokio::test]
async fn a_viewer_sees_no_link_and_no_button_that_would_be_refused() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let ids = Ids::of(&app, &sent).await;
    become_role(&app, "viewer");
    let member = app.member(&app.agency).await;
    for template in [
        "/",
        "/requests",
        "/requests/{request}",
        "/clients",
        "/clients/{client}",
        "/grantees",
        "/audit",
        "/team",
    ] {
        let page = member.get(&ids.fill(template)).await;
        assert_eq!(page.status, 200, "{template}");
        assert!(!page.has(&sent.path), "{template} shows the link");
        let posts = page.html.matches("method=\"post\"").count();
        assert_eq!(posts, 1, "{template}: signing out is all");
    }
}
