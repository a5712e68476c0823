//! T18: rights outlive their end: of a member who leaves, of a role that drops, of a key that is revoked.
//! `client::events` has the open stream, `face::roles` each route with each role.

use serde_json::json;
use valetkey::defence::weaken;

use crate::browser::Browser;
use crate::face::bare::{Bare, PASSWORD};
use crate::face::team::{LEE, invite, join};

/// An owner, and an admin with a key that they made and one that this key made.
struct Team {
    app: Bare,
    owner: Browser,
    admin: Browser,
    keys: [String; 2],
    other_node: String,
    admin_id: String,
}

async fn make_key(member: &Browser, label: &str) -> String {
    let form = member.get("/api-keys").await.form("make-key").set("label", label);
    let page = member.send(&form).await;
    let at = page.html.find("vk_").unwrap_or_else(|| panic!("{}", page.html));
    page.html[at..].split('"').next().expect("it ends").to_owned()
}

async fn team() -> Team {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let (_, path) = invite(&owner, LEE, "admin").await;
    let (admin, _) = join(&app, &path).await;
    let key = make_key(&admin, "CRM").await;
    let (status, made) = admin.api("POST", "/api-keys", &key, Some(json!({"label": "Report"}))).await;
    assert_eq!(status, 201, "{made}");
    let keys = [key, made["key"].as_str().expect("a key").to_owned()];
    let (scope, _) = app.desk.store.list_agencies_as_operator().await.expect("agencies").remove(0);
    let members = app.desk.store.list_members(&scope).await.expect("members");
    let admin_id = members.iter().find(|m| m.role == "admin").expect("an admin").id.to_string();
    let other_node = app.second_node().await;
    let team = Team { app, owner, admin, keys, other_node, admin_id };
    assert_eq!(team.answers().await, [200, 200, 200], "all of it works before");
    team
}

impl Team {
    /// What the other node answers to the session and to both keys.
    async fn answers(&self) -> [u16; 3] {
        let page = self.admin.get(&format!("{}/api-keys", self.other_node)).await;
        let mut all = [page.status, 0, 0];
        for (n, key) in self.keys.iter().enumerate() {
            let bearer = format!("Bearer {key}");
            let url = format!("{}/api/v1/clients", self.other_node);
            all[n + 1] = self.app.browser().raw("GET", &url, &[("authorization", &bearer)], "").await.status;
        }
        all
    }

    async fn remove(&self) {
        let page = self.owner.get(&format!("/team/{}/remove", self.admin_id)).await;
        assert!(page.has("2 API keys end") && page.has("CRM") && page.has("Report"), "{}", page.html);
        self.owner.press(&page, "remove-confirm").await;
    }

    async fn lower(&self) {
        let page = self.owner.get("/team").await;
        assert!(page.has("2 API keys end when"), "{}", page.html);
        self.owner.send(&page.form(&format!("role-{}", self.admin_id)).set("role", "manager")).await;
    }
}

#[tokio::test]
async fn whoever_is_removed_has_neither_session_nor_key_on_any_node() {
    let team = team().await;
    team.remove().await;
    assert_eq!(team.answers().await, [401, 401, 401]);
    let log = team.owner.get("/audit").await;
    assert_eq!(log.html.matches("Kim Park ended the API key").count(), 2, "{}", log.html);
    assert!(team.owner.get("/api-keys").await.has("No key yet"));
    assert_eq!(team.app.sign_in(&team.app.browser(), LEE, PASSWORD).await.status, 401);
}

#[tokio::test]
async fn whoever_may_have_no_keys_any_more_has_none() {
    let team = team().await;
    team.lower().await;
    assert_eq!(team.answers().await, [403, 401, 401], "a manager still signs in");
    assert_eq!(team.admin.get("/").await.status, 200);
}

#[tokio::test]
async fn without_the_defence_all_of_it_would_go_on() {
    let team = team().await;
    let _weakened = weaken::without("fresh_rights");
    team.remove().await;
    assert_eq!(team.answers().await, [200, 200, 200], "the test would not notice");
}

/// A key that was made while its maker was being removed: it is there, and it is none.
#[tokio::test]
async fn a_key_that_came_too_late_opens_nothing() {
    let team = team().await;
    {
        let _weakened = weaken::without("fresh_rights");
        team.remove().await;
    }
    assert_eq!(team.answers().await, [401, 401, 401], "rights are read with every use");
}

#[tokio::test]
async fn a_revoked_key_ends_with_the_next_call_and_the_others_go_on() {
    let team = team().await;
    let page = team.owner.get("/api-keys").await;
    let row = page.html.split("data-testid=\"key-row\"").find(|row| row.contains("CRM")).expect("a row");
    let at = row.find("/api-keys/").expect("a way to revoke it");
    let path = row[at..].split('"').next().expect("it ends");
    let review = team.owner.get(path).await;
    assert!(review.has("It was last used") && team.answers().await[1] == 200, "looking ends nothing");
    team.owner.press(&review, "revoke-key-confirm").await;
    assert_eq!(team.answers().await, [200, 401, 200]);
}
