//! Threads accounts in portfolios: added by hand, refused in Meta's words.

use serde_json::json;

use super::*;

const THREADS: &str = "25117396804418823";
const INSTAGRAM: &str = "672839102938471";
const STUDIO: &str = "902817364550118";

async fn made_on(day: &str, name: &str) -> Rig {
    let rig = rig().await;
    rig.edit_world(|meta| {
        let asset = &mut meta["assets"][THREADS];
        asset["created"] = json!(day);
        asset["name"] = json!(name);
        asset.as_object_mut().expect("an asset").remove("portfolio");
    })
    .await;
    rig
}

impl Rig {
    /// What Meta says when this person adds the account to this portfolio; nothing when it is added.
    async fn add(&self, person: &str, portfolio: &str) -> String {
        let more = json!({ "asset": THREADS, "principal": portfolio });
        let reply = self.act(person, "add_threads", more).await;
        reply.body["error"].as_str().unwrap_or_default().to_owned()
    }

    async fn share_threads(&self, person: &str) -> u16 {
        let more = json!({ "asset": THREADS, "principal": NORTHWIND, "role": ["CONTENT"] });
        self.act(person, "share", more).await.status
    }
}

/// Meta business help, 2026-11.
#[tokio::test]
async fn th_3_an_old_account_of_the_same_name_is_in_the_instagram_accounts_portfolio_with_its_people() {
    let rig = made_on("2026-01-28", "harbourbakery").await;
    assert_eq!(rig.share_threads("olivia").await, 200, "nobody had to add it");
    let noah = "122101883640052";
    let more = json!({ "asset": INSTAGRAM, "principal": noah, "role": ["CONTENT"] });
    assert_eq!(rig.act("olivia", "change_role", more).await.status, 200);
    let people = rig.ledger().await.split_off(1);
    assert_eq!(people, [INSTAGRAM, THREADS].map(|asset| format!("grant {asset} {noah} CONTENT")));
}

#[tokio::test]
async fn th_3_an_old_account_of_another_name_is_in_no_portfolio() {
    assert_eq!(made_on("2026-01-28", "harbour").await.share_threads("olivia").await, 422);
}

#[tokio::test]
async fn th_4_a_new_account_is_added_by_hand_to_any_portfolio() {
    let rig = made_on("2026-03-01", "harbourbakery").await;
    assert_eq!(rig.share_threads("olivia").await, 422, "it is in none");
    assert_eq!(rig.add("zoe", STUDIO).await, "", "not the Instagram account's");
    assert_eq!(rig.share_threads("olivia").await, 422);
    assert_eq!(rig.share_threads("zoe").await, 200);
}

/// What holds on the day itself is not said.
#[tokio::test]
async fn th_5_the_day_itself_counts_as_after() {
    let rig = made_on("2026-01-29", "harbourbakery").await;
    assert_eq!(rig.share_threads("olivia").await, 422);
    assert_eq!(rig.add("olivia", HARBOUR).await, "");
    assert_eq!(rig.share_threads("olivia").await, 200);
}

#[tokio::test]
async fn th_6_only_a_public_profile_of_a_professional_account_is_added() {
    let rig = made_on("2026-03-01", "harbourbakery").await;
    let private = |value: bool| json!({ "asset": THREADS, "value": value });
    assert_eq!(rig.act("olivia", "set_private", private(true)).await.status, 200);
    assert_eq!(rig.add("olivia", HARBOUR).await, "The Threads account wasn\u{2019}t added");
    assert_eq!(rig.act("olivia", "set_private", private(false)).await.status, 200);
    assert_eq!(rig.add("olivia", HARBOUR).await, "");

    let rig = made_on("2026-03-01", "harbourbakery").await;
    rig.edit_world(|meta| {
        let account = meta["assets"][INSTAGRAM].as_object_mut().expect("an asset");
        account.insert("personal".into(), json!(true));
        account.remove("portfolio");
    })
    .await;
    assert!(rig.add("olivia", HARBOUR).await.contains("professional account"));
}

#[tokio::test]
async fn th_11_names_that_differ_are_refused() {
    let rig = made_on("2026-03-01", "harbour.bakery").await;
    assert_eq!(rig.add("olivia", HARBOUR).await, "Your Threads and Instagram usernames must match");
    let rename = json!({ "asset": THREADS, "value": "harbourbakery" });
    assert_eq!(rig.act("olivia", "rename", rename).await.status, 200);
    assert_eq!(rig.add("olivia", HARBOUR).await, "");
}

/// Which of the four comes when is a guess.
#[tokio::test]
async fn th_12_and_th_14_only_full_control_adds_it() {
    let rig = made_on("2026-03-01", "harbourbakery").await;
    assert_eq!(
        rig.add("zoe", HARBOUR).await,
        "You don\u{2019}t have sufficient permissions for this business."
    );
    assert_eq!(rig.add("noah", HARBOUR).await, "Action not allowed: Missing required permissions.");
    let content = json!({ "asset": INSTAGRAM, "principal": "122101883640052", "role": ["CONTENT"] });
    assert_eq!(rig.act("olivia", "change_role", content).await.status, 200);
    assert_eq!(rig.add("noah", HARBOUR).await, "Only people with full control can add this account.");
    assert_eq!(rig.add("olivia", HARBOUR).await, "");
    assert_eq!(
        rig.add("zoe", STUDIO).await,
        "You must be an admin to complete this request.",
        "it is theirs"
    );
}
