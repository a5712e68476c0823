//! `/{pixel}/shared_accounts`: which ad accounts use a dataset.

use serde_json::json;

use super::*;

const DATASET: &str = "730482910056471";
const CATALOG: &str = "815520374460928";
const NORTHWINDS: &str = "act_2047719385560147";
const NORTHWINDS_NUMBER: &str = "2047719385560147";
const EUR_NUMBER: &str = "1183920475566102";

/// Meta docs: reference of `shared_accounts`, pixel sharing guide.
#[tokio::test]
async fn a_dataset_is_connected_by_whoever_has_access_to_both_and_to_nothing_else() {
    let rig = rig().await;
    let (olivia, kim, ravi) =
        (rig.sign_in("olivia").await, rig.sign_in("kim").await, rig.sign_in("ravi").await);
    let edge = format!("{DATASET}/shared_accounts");
    let connect = async |token: &str, account: &str, business: &str| {
        rig.call(token, "POST", &edge, &[("account_id", account), ("business", business)]).await.code()
    };
    assert_eq!(
        connect(&kim, NORTHWINDS_NUMBER, NORTHWIND).await,
        (100, 33),
        "not shared, so not there for kim"
    );
    rig.share(&olivia, CATALOG, NORTHWIND, "[\"ADVERTISE\"]").await;
    rig.share(&olivia, DATASET, NORTHWIND, "[\"ANALYZE\"]").await;
    assert_eq!(connect(&kim, NORTHWINDS_NUMBER, NORTHWIND).await, (200, 0), "only ADVERTISE connects");
    rig.call(&olivia, "DELETE", &format!("{DATASET}/agencies"), &[("business", NORTHWIND)]).await;
    rig.share(&olivia, DATASET, NORTHWIND, "[\"ADVERTISE\",\"ANALYZE\"]").await;
    for (why, token, account, business, code) in [
        ("unknown account", &kim, "99999999999", NORTHWIND, (100, 0)),
        ("the number alone", &kim, NORTHWINDS, NORTHWIND, (100, 0)),
        ("unknown business", &kim, NORTHWINDS_NUMBER, "99999999999", (100, 0)),
        ("no account", &kim, "", NORTHWIND, (100, 0)),
        ("an account that the business has no access to", &kim, EUR_NUMBER, NORTHWIND, (200, 0)),
        ("somebody else's business", &kim, EUR_NUMBER, HARBOUR, (200, 0)),
        ("the client's person", &olivia, NORTHWINDS_NUMBER, NORTHWIND, (200, 0)),
        ("partial access does not see it", &ravi, NORTHWINDS_NUMBER, NORTHWIND, (100, 33)),
        ("the agency's own", &kim, NORTHWINDS_NUMBER, NORTHWIND, (0, 0)),
        ("again", &kim, NORTHWINDS_NUMBER, NORTHWIND, (0, 0)),
        ("the client's own, for itself", &olivia, EUR_NUMBER, HARBOUR, (0, 0)),
    ] {
        assert_eq!(connect(token, account, business).await, code, "{why}");
    }
    let of = [("business", NORTHWIND), ("fields", "id,name")];
    let row = json!([{ "id": NORTHWINDS, "name": "Northwind Growth EUR" }]);
    assert_eq!(rig.get(&kim, &edge, &of).await.body["data"], row);
    assert_eq!(rig.get(&olivia, &edge, &of).await.body["data"], row, "the owner sees it");
    assert_eq!(rig.get(&olivia, &edge, &[("business", HARBOUR)]).await.ids(), [EUR]);
    assert!(rig.get(&kim, &edge, &[("business", HARBOUR)]).await.ids().is_empty(), "told to its own only");
    assert_eq!(rig.get(&kim, &edge, &[]).await.code(), (100, 0), "business is required");
    let other = format!("{CATALOG}/shared_accounts");
    assert_eq!(rig.get(&kim, &other, &of).await.code(), (100, 0), "a catalog has no such edge");

    // The share ends, and what is connected stays until the owner takes it off.
    rig.call(&olivia, "DELETE", &format!("{DATASET}/agencies"), &[("business", NORTHWIND)]).await;
    assert_eq!(rig.get(&kim, &edge, &of).await.code(), (100, 33));
    assert_eq!(rig.get(&olivia, &edge, &of).await.ids(), [NORTHWINDS]);
    let end = [("account_id", NORTHWINDS_NUMBER), ("business", NORTHWIND)];
    assert_eq!(rig.call(&olivia, "DELETE", &edge, &end).await.code(), (0, 0));
    assert_eq!(rig.call(&olivia, "DELETE", &edge, &end).await.code(), (0, 0), "twice");
    assert_eq!(rig.get(&olivia, &edge, &[("business", HARBOUR)]).await.ids(), [EUR], "nothing else went");
    let ledger = rig.ledger().await;
    let connected: Vec<_> = ledger.iter().filter(|line| line.contains(" act_")).map(|l| l.trim()).collect();
    let expected = [
        format!("grant {DATASET} {NORTHWINDS}"),
        format!("grant {DATASET} {EUR}"),
        format!("revoke {DATASET} {NORTHWINDS}"),
    ];
    assert_eq!(connected, expected);
}

/// By hand, in Business settings: from either side, with access to both.
#[tokio::test]
async fn by_hand_either_side_disconnects_and_nobody_connects_what_it_has_no_access_to() {
    let rig = rig().await;
    let deed = async |person: &str, what: &str, account: &str| {
        let principal = json!({ "type": "ad_account", "id": account });
        let act = json!({ "person": person, "platform": "meta", "do": what, "asset": DATASET, "principal": principal });
        rig.control("POST", "act", act).await.status
    };
    assert_eq!(deed("kim", "connect", NORTHWINDS).await, 422, "nothing is shared");
    let share = json!({
        "person": "olivia", "platform": "meta", "do": "share", "asset": DATASET, "principal": NORTHWIND,
        "role": ["ADVERTISE", "ANALYZE"],
    });
    assert!(rig.control("POST", "act", share).await.status < 300);
    assert_eq!(deed("sam", "connect", NORTHWINDS).await, 422, "a stranger");
    assert!(deed("kim", "connect", NORTHWINDS).await < 300);
    assert!(deed("olivia", "disconnect", NORTHWINDS).await < 300);
    assert_eq!(deed("olivia", "disconnect", NORTHWINDS).await, 422, "it is gone");
    let last: Vec<_> = rig.ledger().await.split_off(1).iter().map(|l| l.trim().to_owned()).collect();
    assert_eq!(last, [format!("grant {DATASET} {NORTHWINDS}"), format!("remove {DATASET} {NORTHWINDS}")]);
}
