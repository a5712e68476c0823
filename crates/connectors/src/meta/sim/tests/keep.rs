//! What the simulated Meta still knows after its process was killed.

use std::path::Path;

use serde_json::json;

use super::*;

async fn rig_in(file: &Path, seed: u64) -> Rig {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let meta: Box<dyn Simulator> = Box::new(MetaSim::default());
    let sims = Sims::new([meta]).keep_in(Some(file.to_owned()));
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let sims = sims.listen(address, clock.clone(), Random::seeded(seed)).await;
    Rig { clock, sims: sims.expect("listens"), http: PlatformClient::transport().expect("a client") }
}

#[tokio::test]
async fn sign_ins_shares_and_what_is_under_way_outlive_the_process() {
    let folder =
        std::env::temp_dir().join(format!("valetkey-meta-{}", &Random::system().token().expose()[..12]));
    std::fs::create_dir(&folder).expect("a new folder");
    let file = folder.join("simulators.json");
    let first = rig_in(&file, 1).await;
    first.edit_world(|meta| meta["limits"] = json!({ "user_calls_per_hour": 4 })).await;
    let (olivia, kim) = (first.sign_in("olivia").await, first.sign_in("kim").await);
    let page = first.page_token(&olivia, PAGE).await;
    first.share(&page, PAGE, NORTHWIND, "[\"ANALYZE\"]").await;
    first.call(&kim, "DELETE", "me/permissions/email", &[]).await;
    let code = first.dialog("noah", &[("config_id", CONFIG)], &[("answer", "allow")]).await["code"].clone();
    let faults = json!([
        { "host": "graph.facebook.com", "method": "POST", "kind": "eventual", "ms": 5000 },
        { "host": "graph.facebook.com", "method": "POST", "kind": "drop_after_effect" },
    ]);
    first.control("PUT", "faults", faults).await;
    let proof = proof(&olivia);
    let form =
        [("access_token", olivia.as_str()), ("business", NORTHWIND), ("permitted_tasks", "[\"ANALYZE\"]")];
    let form = form.into_iter().chain([("appsecret_proof", proof.as_str())]);
    let text = Serializer::new(String::new()).extend_pairs(form).finish();
    let call = first.http.post(format!("{}/graph.facebook.com/{EUR}/agencies", first.sims.url));
    let call = call.header("content-type", "application/x-www-form-urlencoded").body(text);
    assert!(call.send().await.is_err(), "done, but nobody was told");

    let second = rig_in(&file, 2).await;
    for control in ["ledger", "world", "secrets"] {
        let of = async |rig: &Rig| rig.control("GET", control, Value::Null).await.body;
        assert_eq!(of(&second).await, of(&first).await, "{control}");
    }
    drop(first);
    assert_eq!(second.ledger().await.len(), 2);
    assert_eq!(second.page_token(&olivia, PAGE).await, page, "the fourth call of this hour");
    assert_eq!(second.get(&olivia, "me", &[]).await.code(), (17, 0));
    let consents = second.get(&kim, "me/permissions", &[]).await.body;
    let declined = json!({ "permission": "email", "status": "declined" });
    assert!(consents["data"].as_array().expect("a list").contains(&declined));
    for (wait_s, is_seen) in [(4, false), (1, true)] {
        second.control("PUT", "clock", json!({ "advance_s": wait_s })).await;
        let accounts = second.get(&kim, &format!("{NORTHWIND}/client_ad_accounts"), &[]).await;
        assert_eq!(accounts.ids().contains(&EUR), is_seen, "{wait_s} s later");
    }
    let exchanged = second.exchange(&[("code", &code), ("redirect_uri", CALLBACK)]).await;
    assert!(exchanged.body["access_token"].is_string(), "{}", exchanged.body);
    second.control("PUT", "clock", json!({ "advance_s": 3600 })).await;
    second.share(&olivia, USD, NORTHWIND, "[\"ANALYZE\"]").await;
    let ledger = second.control("GET", "ledger", Value::Null).await.body;
    assert_eq!((ledger["data"].as_array().map(Vec::len), &ledger["data"][2]["seq"]), (Some(3), &json!(3)));
    let third = rig_in(&file, 3).await;
    let again = third.exchange(&[("code", &code), ("redirect_uri", CALLBACK)]).await;
    assert_eq!(again.code(), (100, 36_009), "a code works once");
    let _ = std::fs::remove_dir_all(folder);
}
