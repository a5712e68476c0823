//! The default world, and what a world file may say.

use valetkey_sdk::sim::People;

use super::*;

#[test]
fn the_default_world_is_the_documented_one() {
    let sim = GithubSim::default();
    let world = sim.world("default").expect("there");
    sim.reset(&world, &People::documented()).expect("valid");
    let logins: Vec<_> =
        world["users"].as_object().expect("users").values().map(|u| u["login"].clone()).collect();
    let readme = include_str!("../README.md");
    for login in logins.iter().filter_map(Value::as_str) {
        assert!(readme.contains(login), "{login} is not in sim/README.md");
    }
    for name in ["orgs", "repos"].iter().flat_map(|part| world[*part].as_object().expect("a map").keys()) {
        assert!(readme.contains(name.as_str()), "{name} is not in sim/README.md");
    }
    assert!(sim.world("other").is_none());
}

#[test]
fn a_world_that_contradicts_itself_is_refused() {
    let sim = GithubSim::default();
    let refused = |edit: fn(&mut Value), sentence: &str| {
        let mut world = sim.world("default").expect("there");
        edit(&mut world);
        let why = sim.reset(&world, &People::documented()).expect_err("refused");
        assert!(why.contains(sentence), "{why}");
    };
    refused(|w| w["users"]["nobody"] = json!({"id": 1, "login": "nobody"}), "not one of the people");
    refused(|w| w["users"]["sam"]["login"] = json!("harbour-bakery"), "given twice");
    refused(|w| w["repos"]["stranger/x"] = json!({"id": 1, "private": true}), "belongs to nobody");
    refused(
        |w| w["repos"]["harbour-bakery/recipes"]["collaborators"] = json!({"x": "read"}),
        "nobody's login",
    );
    refused(|w| w["orgs"]["harbour-bakery"]["colour"] = json!("blue"), "colour");
    refused(
        |w| w["orgs"]["harbour-bakery"]["teams"]["web"]["members"] = json!({"samcarter-tw": "member"}),
        "not in the organization",
    );
}

/// Sign-ins, invitations and changes that are not visible yet go on in the next process.
#[tokio::test]
async fn what_was_known_outlives_the_process() {
    let name = format!("valetkey-github-{}", &Random::system().token().expose()[..12]);
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).expect("a new folder");
    let file = folder.join("simulators.json");
    let first = rig_with(Some(&file), 1).await;
    let (olivia, code) =
        (first.sign_in("olivia", ALL).await, first.consent("kim", &[], "1").await["code"].clone());
    let add = |login: &str| format!("{RECIPES}/collaborators/{login}");
    first.call(&olivia, "PUT", &add(KIM), json!({})).await;
    let slow = json!([{"host": "api.github.com", "path": "/repos/*", "method": "PUT", "kind": "eventual", "ms": 60_000}]);
    first.control("PUT", "faults", slow).await;
    first.call(&olivia, "PUT", &add("elenarossi"), json!({})).await;
    let ledger = first.ledger().await;
    first.sims.stop().await;

    let second = rig_with(Some(&file), 2).await;
    assert_eq!(second.ledger().await, ledger);
    let waiting =
        async || second.get(&olivia, &format!("{RECIPES}/invitations")).await.each("/invitee/login");
    assert_eq!(waiting().await, [KIM], "the other one is not visible yet");
    assert_eq!(second.exchange(&[("code", &code)]).await.body["token_type"], "bearer");
    second.later(60).await;
    assert_eq!(waiting().await, [KIM, "elenarossi"]);
    assert_eq!(second.get(&olivia, "user").await.header("x-ratelimit-used"), "5", "calls are counted on");
    second.sims.stop().await;
    std::fs::remove_dir_all(&folder).expect("removed");
}
