//! People invited into a portfolio by hand.

use jiff::SignedDuration;
use serde_json::json;

use super::*;

const INSTAGRAM: &str = "672839102938471";
const KIM: &str = "kim@northwindgrowth.example";

impl Rig {
    async fn invite_member(&self, person: &str, value: serde_json::Value) -> u16 {
        let more = json!({ "asset": HARBOUR, "principal": KIM, "value": value });
        self.act(person, "invite", more).await.status
    }
}

/// Meta business help, 2026-11.
#[tokio::test]
async fn ig_10_only_full_control_invites_and_only_to_what_the_portfolio_holds() {
    let rig = rig().await;
    assert_eq!(rig.invite_member("noah", json!({})).await, 422);
    let theirs = |asset: &str| json!({ "assets": { asset: ["CONTENT"] } });
    assert_eq!(rig.invite_member("olivia", theirs("112950384756621")).await, 422, "of another portfolio");
    assert_eq!(rig.invite_member("olivia", theirs(INSTAGRAM)).await, 200);
    let mut world = rig.control("GET", "world", serde_json::Value::Null).await.body;
    world["platforms"]["meta"]["assets"][INSTAGRAM]["personal"] = json!(true);
    assert_eq!(
        rig.control("POST", "reset", world).await.status,
        422,
        "no portfolio holds a personal account"
    );
}

#[tokio::test]
async fn ig_12_the_access_ends_by_itself_on_its_date() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    let value = json!({ "until": "2026-11-11T10:00:00Z", "assets": { INSTAGRAM: ["CONTENT"] } });
    assert_eq!(rig.invite_member("olivia", value).await, 200);
    let owned = format!("{HARBOUR}/owned_instagram_assets");
    assert!(rig.get(&kim, &owned, &[]).await.ids().is_empty(), "not before the yes");
    assert_eq!(rig.act("kim", "accept", json!({})).await.status, 200);
    assert_eq!(rig.get(&kim, &owned, &[]).await.ids(), [INSTAGRAM]);
    rig.clock.advance(SignedDuration::from_hours(10 * 24));
    assert!(rig.get(&kim, &owned, &[]).await.ids().is_empty());
    let people = rig.get(&olivia, &format!("{HARBOUR}/business_users"), &[]).await;
    assert_eq!(people.ids().len(), 2);
    assert_eq!(rig.ledger().await.last(), Some(&format!("remove {HARBOUR} {KIM} EMPLOYEE")));
}

/// How long it stays open is a guess.
#[tokio::test]
async fn an_invitation_lapses_is_sent_again_and_taken_back() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let waiting = async || rig.get(&olivia, &format!("{HARBOUR}/pending_users"), &[]).await.ids().len();
    assert_eq!(rig.invite_member("olivia", json!({})).await, 200);
    assert_eq!(waiting().await, 1);
    rig.clock.advance(SignedDuration::from_hours(30 * 24));
    assert_eq!(waiting().await, 0, "it lapsed");
    assert_eq!(rig.act("kim", "accept", json!({})).await.status, 422);
    assert_eq!(rig.invite_member("olivia", json!({})).await, 200, "sent again");
    assert_eq!(waiting().await, 1);
    let back = json!({ "asset": HARBOUR, "principal": KIM });
    assert_eq!(rig.act("olivia", "remove", back).await.status, 200);
    assert_eq!((waiting().await, rig.act("kim", "accept", json!({})).await.status), (0, 422));
    let call = [("email", KIM), ("role", "EMPLOYEE")];
    let by_call = rig.call(&olivia, "POST", &format!("{HARBOUR}/business_users"), &call).await;
    assert_eq!(by_call.code().0, 200, "no app may");
}

/// Meta business help, 2026-11, and error 415.
#[tokio::test]
async fn ig_16_a_partner_needs_its_id_full_control_and_two_factor() {
    let rig = rig().await;
    let (olivia, noah) = (rig.sign_in("olivia").await, rig.sign_in("noah").await);
    let content = "[\"CONTENT\"]";
    assert_eq!(rig.share(&noah, INSTAGRAM, NORTHWIND, content).await.code(), (200, 0), "full control");
    assert_eq!(rig.share(&olivia, INSTAGRAM, HARBOUR, content).await.code(), (3946, 0), "another portfolio");
    assert_eq!(rig.share(&olivia, INSTAGRAM, "1000000000000009", content).await.code().0, 100, "a known id");
    rig.edit_world(|meta| {
        meta["portfolios"][HARBOUR]["two_factor_required"] = json!(true);
        meta["users"]["olivia"]["two_factor"] = json!(false);
    })
    .await;
    assert_eq!(rig.share(&olivia, INSTAGRAM, NORTHWIND, content).await.code(), (415, 0));
    assert!(rig.ledger().await.is_empty());
}
