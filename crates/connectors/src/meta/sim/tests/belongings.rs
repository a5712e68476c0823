//! Datasets, catalogs, Instagram, WhatsApp: what each takes, refuses and shows.

use serde_json::json;

use super::*;

const DATASET: &str = "730482910056471";
const CATALOG: &str = "815520374460928";
const INSTAGRAM: &str = "672839102938471";
const IG_USER: &str = "17841400238856014";
const WHATSAPP: &str = "102290129340398";

#[tokio::test]
async fn tasks_outside_an_assets_own_list_are_refused() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    for (why, asset, tasks, code) in [
        ("a dataset has no MANAGE", DATASET, "[\"MANAGE\"]", (100, 0)),
        ("a dataset needs tasks", DATASET, "[]", (100, 0)),
        ("EDIT is for apps on Meta's list", DATASET, "[\"EDIT\",\"ANALYZE\"]", (200, 0)),
        ("a catalog has no ANALYZE", CATALOG, "[\"ANALYZE\"]", (100, 0)),
        ("Instagram has no MANAGE", INSTAGRAM, "[\"MANAGE\"]", (100, 0)),
        ("Instagram has no full control by a call", INSTAGRAM, "[\"FULL_CONTROL\"]", (100, 0)),
        ("Instagram needs tasks", INSTAGRAM, "[]", (100, 0)),
        ("its user id is not shared", IG_USER, "[\"ANALYZE\"]", (100, 33)),
        ("WhatsApp has no such edge", WHATSAPP, "[\"MANAGE\"]", (100, 0)),
    ] {
        assert_eq!(rig.share(&olivia, asset, NORTHWIND, tasks).await.code(), code, "{why}");
    }
    assert!(rig.ledger().await.is_empty());
}

#[tokio::test]
async fn the_first_dataset_waits_for_the_partner_and_the_next_does_not() {
    let rig = rig().await;
    let (olivia, kim, ravi) =
        (rig.sign_in("olivia").await, rig.sign_in("kim").await, rig.sign_in("ravi").await);
    let first = rig.share(&olivia, DATASET, NORTHWIND, "[\"ANALYZE\"]").await;
    let agreement = first.body["pending_request_id"].as_str().expect("it waits").to_owned();
    let status = [("fields", "access_status")];
    let read = async || rig.get(&olivia, &format!("{DATASET}/agencies"), &status).await.body["data"].clone();
    assert_eq!(read().await, json!([{ "id": NORTHWIND, "access_status": "PENDING" }]));
    let received = format!("{NORTHWIND}/client_pixels");
    assert!(rig.get(&kim, &received, &[]).await.ids().is_empty());
    let waiting = rig.get(&kim, &format!("{NORTHWIND}/received_sharing_agreements"), &[]).await;
    assert_eq!(waiting.ids(), [agreement.as_str()]);
    for (why, token, answer, code) in [
        ("the giver does not answer", &olivia, "APPROVE", (100, 33)),
        ("partial access does not answer", &ravi, "APPROVE", (100, 33)),
        ("no such answer", &kim, "YES", (100, 0)),
        ("the partner's admin", &kim, "APPROVE", (0, 0)),
        ("it is over", &kim, "APPROVE", (100, 33)),
    ] {
        let form = [("request_status", answer)];
        assert_eq!(rig.call(token, "POST", &agreement, &form).await.code(), code, "{why}");
    }
    assert_eq!(read().await, json!([{ "id": NORTHWIND, "access_status": "CONFIRMED" }]));
    assert_eq!(rig.get(&kim, &received, &[]).await.ids(), [DATASET]);
    let expected =
        [format!("invite {DATASET} {NORTHWIND} ANALYZE"), format!("accept {DATASET} {NORTHWIND} ANALYZE")];
    assert_eq!(rig.ledger().await, expected);

    // Between two portfolios that share something, a dataset is there at once.
    let rig = super::rig().await;
    let olivia = rig.sign_in("olivia").await;
    rig.share(&olivia, CATALOG, NORTHWIND, "[\"ADVERTISE\"]").await;
    let at_once = rig.share(&olivia, DATASET, NORTHWIND, "[\"ANALYZE\"]").await;
    assert_eq!(at_once.body, json!({ "success": true }));
}

/// META-9 for what is not a Page or an ad account.
#[tokio::test]
async fn meta_9_a_partner_cannot_share_on_what_it_received() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    for (asset, tasks) in [(CATALOG, "[\"MANAGE\"]"), (INSTAGRAM, "[\"ANALYZE\"]")] {
        assert_eq!(rig.share(&olivia, asset, NORTHWIND, tasks).await.body, json!({ "success": true }));
        assert_eq!(rig.share(&kim, asset, TIDEWATER, tasks).await.code(), (200, 0), "{asset}");
        assert_eq!(rig.share(&olivia, asset, HARBOUR, tasks).await.code(), (3946, 0), "{asset}: its own");
        assert_eq!(rig.share(&olivia, asset, NORTHWIND, tasks).await.code(), (3989, 0), "{asset}: again");
    }
}

#[tokio::test]
async fn meta_6_full_control_of_instagram_is_given_by_hand_and_shows_all_tasks() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let by_hand = json!({ "asset": INSTAGRAM, "principal": NORTHWIND, "role": ["FULL_CONTROL"] });
    assert_eq!(rig.act("noah", "share", by_hand.clone()).await.status, 422, "partial access shares nothing");
    assert_eq!(rig.act("olivia", "share", by_hand).await.status, 200);
    let fields = [("fields", "permitted_tasks")];
    let list = rig.get(&olivia, &format!("{INSTAGRAM}/agencies"), &fields).await;
    let all = ["ADVERTISE", "ANALYZE", "COMMUNITY_ACTIVITY", "CONTENT", "FULL_CONTROL", "MESSAGES"];
    assert_eq!(list.body["data"][0]["permitted_tasks"], json!(all));
}

#[tokio::test]
async fn ig_22_one_instagram_account_is_linked_to_one_page() {
    let rig = rig().await;
    let mut world = rig.control("GET", "world", Value::Null).await.body;
    let assets = &mut world["platforms"]["meta"]["assets"];
    let mut second = assets[INSTAGRAM].clone();
    second["ig_user_id"] = json!("17841400238856999");
    assets["672839102938999"] = second;
    let refused = rig.control("POST", "reset", world).await;
    assert!(refused.status == 422 && refused.body.to_string().contains("linked already"), "{}", refused.body);
}

#[tokio::test]
async fn th_23_threads_is_found_through_the_instagram_account() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    let edge = format!("{IG_USER}/connected_threads_user");
    let profile = rig.get(&olivia, &edge, &[("fields", "threads_user_id")]).await;
    assert_eq!(profile.body["data"], json!([{ "threads_user_id": "25117396804418823" }]));
    assert_eq!(rig.get(&kim, &edge, &[]).await.code(), (100, 33), "nobody else's");
    let listed = rig.get(&olivia, &format!("{HARBOUR}/owned_threads_accounts"), &[]).await;
    assert_eq!(listed.code(), (100, 0), "a portfolio has no list of its own");
}
