//! Every connector passes the contract suite against its simulator.

use std::net::SocketAddr;

use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::contract::{self, Subject};
use valetkey_sdk::manifest::Manifest;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::Sims;

/// Of the default world: somebody with full control of a client's accounts, and an agency's.
const PEOPLE: (&str, &str) = ("olivia", "kim");

#[tokio::test]
async fn every_connector_keeps_the_contract() {
    let registry = Registry::new();
    let mut run = 0;
    for platform in registry.iter() {
        if platform.connector.is_none() {
            continue;
        }
        assert!(platform.simulator.is_some(), "{} has a connector and no simulator", platform.manifest.id);
        let failures = failures(platform, &platform.manifest).await;
        assert!(failures.is_empty(), "{}:\n{}", platform.manifest.id, failures.join("\n"));
        run += 1;
    }
    assert!(run > 0, "no connector was tested");
}

/// The suite itself can fail: it finds what a manifest says that is not so.
#[tokio::test]
async fn a_manifest_that_lies_is_caught() {
    let registry = Registry::new();
    let platform = registry.find("meta").expect("there");
    let mut lying = platform.manifest.clone();
    for asset in &mut lying.assets {
        // Read-back names do carry the prefix.
        asset.strip_prefix = None;
    }
    for usage in &mut lying.usage {
        usage.header.push_str("-of-another");
    }
    let failures = failures(platform, &lying).await.join("\n");
    assert!(failures.contains("page view: given, read back, taken away: wished"), "{failures}");
    assert!(failures.contains("no answer told x-app-usage-of-another"), "{failures}");
}

async fn failures(platform: &Platform, manifest: &Manifest) -> Vec<String> {
    let connector = platform.connector.as_ref().expect("has one");
    let simulator = platform.simulator.expect("has one");
    let clock = Clock::mock("2026-11-22T12:00:00Z".parse().expect("a time"));
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let sims =
        Sims::new([simulator()]).listen(address, clock.clone(), Random::seeded(1)).await.expect("listens");
    let subject = Subject::sign_in(connector.as_ref(), manifest, &sims, &clock, PEOPLE).await;
    contract::run(&subject.expect("signed in")).await
}

/// The same for invitations: how long they are open, who sees them, who can say yes, what takes effect at once.
#[tokio::test]
async fn a_manifest_that_lies_about_invitations_is_caught() {
    use valetkey_sdk::access::Side;
    use valetkey_sdk::manifest::{AssetFacts, LevelFacts, Method};

    let registry = Registry::new();
    let platform = registry.find("github").expect("there");
    type Lie = fn(&mut AssetFacts);
    let table: [(&str, Lie, &str); 4] = [
        ("repository", |a| a.native_expiry_s = Some(86_400), "it can be accepted after its time"),
        ("organization", |a| a.native_expiry_s = None, "it ended by itself"),
        ("team", |a| each_level(a, |l| l.verify.push(Side::Agency)), "reading team from this side"),
        ("organization", |a| each_level(a, |l| l.method = Method::Share), "an ordinary share is answered"),
    ];
    fn each_level(asset: &mut AssetFacts, lie: fn(&mut LevelFacts)) {
        asset.levels.values_mut().for_each(lie);
    }
    for (of, lie, found) in table {
        let mut lying = platform.manifest.clone();
        for asset in &mut lying.assets {
            // Only one level of the one that lies: the others would pass, and take their time.
            let level = asset.levels.pop_first().filter(|_| asset.of.as_str() == of);
            asset.levels = level.into_iter().collect();
        }
        lying.assets.iter_mut().filter(|a| a.of.as_str() == of).for_each(lie);
        let failures = failures(platform, &lying).await.join("\n");
        assert!(failures.contains(found), "{of}: {failures}");
    }
}
