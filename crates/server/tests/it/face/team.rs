//! T18, T19: invitations work once, roles are given by those who may, removing ends sessions at once.

use super::bare::{Bare, PASSWORD};
use crate::browser::{Browser, Page};
use jiff::SignedDuration;

pub const LEE: &str = "lee@northwind.test";

pub async fn invite(owner: &Browser, email: &str, role: &str) -> (Page, String) {
    let form = owner.get("/team").await.form("invite").set("email", email).set("role", role);
    let made = owner.send(&form).await;
    let at = made.html.find("/invitations/").unwrap_or_else(|| panic!("{}", made.html));
    let path = made.html[at..].split('"').next().expect("it ends").to_owned();
    (made, path)
}

pub async fn join(app: &Bare, path: &str) -> (Browser, Page) {
    let browser = app.browser();
    let page = browser.get(path).await;
    assert!(page.form("join").fields.contains(&("name".into(), String::new())), "{}", page.html);
    let joined = browser.send(&page.form("join").set("name", "Lee Ito").set("password", PASSWORD)).await;
    (browser, joined)
}

#[tokio::test]
async fn an_invitation_makes_one_member_with_its_address_and_role() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let (_, path) = invite(&owner, LEE, "viewer").await;
    let (lee, joined) = join(&app, &path).await;
    assert_eq!((joined.status, joined.path.as_str()), (200, "/"));
    assert_eq!(lee.get("/requests/new").await.status, 403, "a viewer");
    assert!(owner.get("/team").await.has("Lee Ito"));
    assert_eq!(app.browser().get(&path).await.status, 404, "it works once");
    assert_eq!(app.sign_in(&app.browser(), LEE, PASSWORD).await.path, "/");
}

#[tokio::test]
async fn a_hundred_at_once_make_one_member() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let (_, path) = invite(&owner, LEE, "manager").await;
    let mut forms = Vec::new();
    for n in 0..100 {
        let browser = app.browser();
        let form = browser.get(&path).await.form("join");
        forms.push((browser, form.set("name", &format!("Lee {n}")).set("password", PASSWORD)));
    }
    let all: Vec<_> = forms
        .into_iter()
        .map(|(browser, form)| tokio::spawn(async move { browser.send(&form).await.path }))
        .collect();
    let mut joined = 0;
    for one in all {
        joined += i32::from(one.await.expect("an answer") == "/");
    }
    assert_eq!(joined, 1);
}

#[tokio::test]
async fn too_late_withdrawn_or_used_by_a_member_it_is_refused() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let (_, late) = invite(&owner, LEE, "viewer").await;
    let stale = app.browser();
    let form = stale.get(&late).await.form("join").set("name", "Lee Ito").set("password", PASSWORD);
    app.clock.advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(stale.send(&form).await.status, 404, "at its end exactly");
    let owner = app.browser();
    app.sign_in(&owner, "kim@northwind.test", PASSWORD).await;
    let (made, gone) = invite(&owner, LEE, "viewer").await;
    let at = made.html.find("/team/invitations/").expect("it can be withdrawn");
    let action = made.html[at..].split('"').next().expect("it ends").to_owned();
    let mut form = made.form("sign-out");
    form.action = form.action.join(&action).expect("an address");
    assert_eq!(owner.send(&form).await.path, "/team");
    assert_eq!(app.browser().get(&gone).await.status, 404);
    let again =
        owner.get("/team").await.form("invite").set("email", "KIM@northwind.test").set("role", "viewer");
    assert!(owner.send(&again).await.has("is a member already"));
    let wrong = owner.get("/team").await.form("invite").set("email", "lee").set("role", "viewer");
    assert_eq!(owner.send(&wrong).await.status, 422);
}

#[tokio::test]
async fn removing_somebody_ends_their_session_and_password_at_once() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let (_, path) = invite(&owner, LEE, "admin").await;
    let (lee, _) = join(&app, &path).await;
    assert_eq!(lee.get("/team").await.status, 200);
    let (scope, _) = app.desk.store.list_agencies_as_operator().await.expect("agencies").remove(0);
    let members = app.desk.store.list_members(&scope).await.expect("members");
    let id = |name: &str| members.iter().find(|m| m.name == name).expect("a member").id.to_string();
    let form = lee.get("/team").await.form("sign-out");
    for (path, body) in [("role", Some("viewer")), ("remove", None)] {
        let mut form = form.clone();
        form.action = form.action.join(&format!("/team/{}/{path}", id("Kim Park"))).expect("an address");
        let form = body.map_or(form.clone(), |role| form.clone().set("role", role));
        let refused = lee.send(&form).await;
        assert!(refused.status == 400 && refused.has("nly an owner"), "an admin {path}: {}", refused.status);
    }
    let page = owner.get(&format!("/team/{}/remove", id("Lee Ito"))).await;
    owner.press(&page, "remove-confirm").await;
    assert_eq!(lee.get("/team").await.status, 401);
    assert_eq!(app.sign_in(&app.browser(), LEE, PASSWORD).await.status, 401);
    assert!(owner.get("/audit").await.has("Kim Park removed Lee Ito"));
    let page = owner.get(&format!("/team/{}/remove", id("Kim Park"))).await;
    let alone = owner.press(&page, "remove-confirm").await;
    assert!(alone.status == 400 && alone.has("only owner"));
    let (_, path) = invite(&owner, LEE, "viewer").await;
    assert_eq!(join(&app, &path).await.1.path, "/", "the address can be invited again");
}

#[tokio::test]
async fn an_invitation_token_opens_no_request_and_the_other_way_round() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let (_, path) = invite(&owner, LEE, "owner").await;
    let token = path.rsplit('/').next().expect("a token");
    assert_eq!(app.browser().get(&format!("/r/{token}")).await.status, 404);
    assert!(app.browser().get("/invitations/nonsense").await.has("This invitation no longer works"));
}
