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
async fn what_is_kept_is_recalled() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia", ALL).await;
    let slow = json!([{"host": "api.github.com", "path": "/repos/*", "method": "PUT", "kind": "eventual", "ms": 60_000}]);
    rig.control("PUT", "faults", slow).await;
    rig.call(&olivia, "PUT", &format!("{RECIPES}/collaborators/{KIM}"), json!({})).await;
    let before = rig.sims.hub.snapshot();
    assert!(rig.get(&olivia, &format!("{RECIPES}/invitations")).await.each("/permissions").is_empty());
    let (first, second) = (GithubSim::default(), GithubSim::default());
    first.reset(&before.platforms["github"], &People::documented()).expect("valid");
    second.recall(&first.keep(), &People::documented()).expect("recalled");
    assert_eq!(second.snapshot(), first.snapshot());
    assert!(second.recall(&json!({"world": []}), &People::documented()).is_err());
    rig.later(60).await;
    assert_eq!(rig.get(&olivia, &format!("{RECIPES}/invitations")).await.each("/permissions"), ["write"]);
}
