//! `valetkey platforms`: what this program can do where.

use std::path::{Path, PathBuf};

use valetkey_connectors::{Platform, Registry};

use super::{platform_page, print_json};
use crate::api::platform_view;

/// Lists the platforms, their asset types and levels.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey platforms --json", args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// As the table of the README.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// One platform, for its page of the documentation.
    #[arg(value_name = "ID", requires = "markdown")]
    id: Option<String>,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Checks one folder of a platform: manifest, words, guide.
    #[command(after_help = "Example: valetkey platforms lint ./my-platform")]
    Lint {
        /// The folder.
        dir: PathBuf,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Prints every mistake and every note; fails when there is a mistake.
fn lint(dir: &Path, json: bool) -> anyhow::Result<()> {
    let mistakes = valetkey_connectors::lint::folder(dir);
    let notes = valetkey_connectors::lint::notes(dir);
    if json {
        print_json(&serde_json::json!({"mistakes": mistakes, "notes": notes}))?;
    } else {
        mistakes.iter().for_each(|mistake| println!("{mistake}"));
        notes.iter().for_each(|note| println!("note: {note}"));
    }
    match mistakes.len() {
        0 => Ok(()),
        1 => anyhow::bail!("{} has a mistake: mend it and run this again", dir.display()),
        n => anyhow::bail!("{} has {n} mistakes: mend them and run this again", dir.display()),
    }
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    if let Some(Command::Lint { dir, json }) = &args.command {
        return lint(dir, *json);
    }
    let registry = Registry::new();
    if args.json {
        let all: Vec<_> = registry.iter().map(|p| platform_view(p, false)).collect();
        return print_json(&serde_json::json!({"data": all}));
    }
    if let Some(id) = &args.id {
        let Some(platform) = registry.find(id) else {
            anyhow::bail!("{id} is not a platform here: `valetkey platforms` lists them");
        };
        print!("{}", platform_page::markdown(platform));
        return Ok(());
    }
    if args.markdown {
        print!("{}", markdown(&registry));
        return Ok(());
    }
    for platform in registry.iter() {
        println!("{} ({})", platform.manifest.name, platform.manifest.id);
        for row in rows(platform) {
            println!("  {:<14} {:<8} {:<8} {}", row.asset, row.level, row.method, row.roles);
        }
    }
    Ok(())
}

pub(super) struct Row {
    pub asset: String,
    pub level: &'static str,
    pub method: &'static str,
    pub roles: String,
    pub verify: String,
    pub revoke: String,
}

pub(super) fn rows(platform: &Platform) -> impl Iterator<Item = Row> {
    let sides = |list: &[valetkey_sdk::access::Side], none: &str| match list {
        [] => none.to_owned(),
        list => list.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", "),
    };
    platform.manifest.assets.iter().flat_map(move |asset| {
        asset.levels.iter().map(move |(level, facts)| Row {
            asset: platform.words.text(&format!("asset-{}", asset.of)),
            level: level.as_str(),
            method: facts.method.as_str(),
            roles: facts.roles.iter().cloned().collect::<Vec<_>>().join(" "),
            verify: sides(&facts.verify, "attested"),
            revoke: sides(&facts.revoke, "by hand"),
        })
    })
}

/// The table of the README; a test keeps it current.
pub fn markdown(registry: &Registry) -> String {
    let mut out =
        String::from("| platform | asset | level | native roles | how | verified from | revoked from |\n");
    out.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    for platform in registry.iter() {
        for r in rows(platform) {
            let name = &platform.manifest.name;
            let Row { asset, level, method, roles, verify, revoke } = r;
            out.push_str(&format!(
                "| {name} | {asset} | {level} | {roles} | {method} | {verify} | {revoke} |\n"
            ));
        }
    }
    out
}
