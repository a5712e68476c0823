//! World files: the documented one, and what is refused.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn the_documented_world_has_what_it_promises() {
    let rig = rig().await;
    let meta = rig.control("GET", "world", Value::Null).await.body["platforms"]["meta"].clone();
    let assets = meta["assets"].as_object().expect("assets").clone();
    let of = |portfolio: &str, kind: &str| {
        assets.values().filter(|asset| asset["portfolio"] == portfolio && asset["type"] == kind).count()
    };
    assert_eq!((of(HARBOUR, "page"), of(HARBOUR, "ad_account")), (2, 2));
    let liams = meta["portfolios"].as_object().expect("portfolios").iter();
    let liams: Vec<_> = liams.filter(|(_, p)| p["members"].get("liam").is_some()).map(|(id, _)| id).collect();
    assert_eq!(liams.len(), 3);
    assert_eq!(liams.iter().map(|id| of(id, "page") + of(id, "ad_account")).sum::<usize>(), 200);
    let beyond = |id: &String| {
        id.strip_prefix("act_").and_then(|n| n.parse::<u64>().ok()).is_some_and(|n| n > 1 << 53)
    };
    assert!(assets.keys().any(beyond), "some ids do not fit a floating-point number");
    let agencies = |asset: &&Value| asset["partners"].as_object().is_some_and(|all| !all.is_empty());
    assert!(assets.values().filter(agencies).count() >= 5);
}

#[tokio::test]
async fn a_snapshot_restores_the_state_it_was_taken_from() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await;
    let world = rig.control("GET", "world", Value::Null).await.body;
    rig.control("POST", "reset", Value::Null).await;
    assert!(rig.get(&olivia, &format!("{EUR}/agencies"), &[]).await.ids().is_empty());
    assert_eq!(rig.control("POST", "reset", world).await.status, 200);
    assert_eq!(rig.get(&olivia, &format!("{EUR}/agencies"), &[]).await.ids(), [NORTHWIND]);
}

#[tokio::test]
async fn a_world_that_contradicts_itself_is_refused_with_a_sentence() {
    let rig = rig().await;
    let people = json!([{ "id": "pat", "name": "Pat", "email": "pat@pat.example" }]);
    for (why, meta) in [
        ("unknown field", json!({ "porfolios": {} })),
        ("unknown person", json!({ "users": { "olivia": { "id": "12345" } } })),
        ("a bad id", json!({ "users": { "pat": { "id": "abc" } } })),
        (
            "the same id twice",
            json!({ "users": { "pat": { "id": "12345" } }, "portfolios": { "12345": { "name": "P" } } }),
        ),
        (
            "an owner who is not there",
            json!({ "assets": { "55555": { "type": "page", "name": "P", "portfolio": "9" } } }),
        ),
        ("an id of the wrong type", json!({ "assets": { "55555": { "type": "ad_account", "name": "P" } } })),
        (
            "an unknown task",
            json!({ "users": { "pat": { "id": "12345" } },
            "assets": { "55555": { "type": "page", "name": "P", "assigned": { "12345": ["DRAFT"] } } } }),
        ),
    ] {
        let reply =
            rig.control("POST", "reset", json!({ "people": people, "platforms": { "meta": meta } })).await;
        assert_eq!(reply.status, 422, "{why}");
        assert!(reply.body["error"].as_str().is_some_and(|sentence| sentence.starts_with("meta: ")), "{why}");
    }
    let empty = rig.control("POST", "reset", json!({ "people": people })).await;
    assert_eq!(empty.status, 200, "{}", empty.body);
}
