//! `valetkey crash-points`: every commit, every platform call and every other sending by name.

use std::collections::BTreeSet;

use serde_json::json;
use valetkey_connectors::Registry;
use valetkey_sdk::point::{Kind, Point, registered};

use super::print_json;

/// Lists the points at which a trial can end the process, before and after each.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey crash-points --json")]
pub struct Args {
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let all = names();
    if args.json {
        return print_json(&json!({"data": all}));
    }
    for name in all {
        println!("{name}");
    }
    Ok(())
}

/// What all platforms share is there once for each that has a connector.
fn names() -> BTreeSet<String> {
    let registry = Registry::new();
    let callers: Vec<&str> =
        registry.iter().filter(|p| p.connector.is_some()).map(|p| p.manifest.id.as_str()).collect();
    let of = |point: Point| match (point.kind(), point.platform()) {
        (Kind::Commit, _) => vec![point.of_commit()],
        (Kind::Send, _) => vec![point.of_send()],
        (Kind::Call, Some(platform)) => vec![point.of_call(platform)],
        (Kind::Call, None) => callers.iter().map(|platform| point.of_call(platform)).collect(),
    };
    registered().into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_commit_has_a_name_of_its_own_and_every_caller_its_calls() {
        let mut commits: Vec<_> =
            registered().into_iter().filter(|p| p.kind() == Kind::Commit).map(Point::of_commit).collect();
        commits.retain(|name| !name.contains(".tests."));
        let distinct: BTreeSet<_> = commits.iter().collect();
        assert_eq!(commits.len(), distinct.len(), "two commits of one module have one name");
        let names = names();
        for expected in [
            "commit:engine.look.intend",
            "call:meta.share",
            "call:meta.code exchange",
            "send:mail.mailer.hand over",
        ] {
            assert!(names.contains(expected), "{expected} is not in {names:?}");
        }
    }
}
