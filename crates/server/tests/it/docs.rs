//! What the documents say is so: generated parts are current, commands and files are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use valetkey::api::openapi;
use valetkey::cli::{platform_page, platforms_markdown};
use valetkey_connectors::Registry;

#[test]
fn the_platform_table_of_the_readme_is_current() {
    let readme = include_str!("../../../../README.md");
    let table = platforms_markdown(&Registry::new());
    let (start, end) = ("<!-- platforms:start -->\n", "<!-- platforms:end -->");
    let shown = readme.split(start).nth(1).and_then(|rest| rest.split(end).next());
    assert_eq!(
        shown,
        Some(table.as_str()),
        "put the output of `valetkey platforms --markdown` between the marks"
    );
}

#[test]
fn each_platform_has_a_page_and_it_is_current() {
    let folder = root().join("docs/platforms");
    let mut pages = BTreeSet::new();
    for platform in Registry::new().iter() {
        let id = &platform.manifest.id;
        let page = std::fs::read_to_string(folder.join(format!("{id}.md"))).unwrap_or_default();
        assert!(
            page == platform_page(platform),
            "renew it: cargo run -p valetkey -- platforms --markdown {id} > docs/platforms/{id}.md"
        );
        pages.insert(format!("{id}.md"));
    }
    let there = std::fs::read_dir(folder).expect("a folder").flatten();
    let there: BTreeSet<_> = there.map(|f| f.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(there, pages, "a page of no platform");
}

#[test]
fn the_committed_description_of_the_api_is_current() {
    let committed = include_str!("../../../../openapi.json");
    assert!(committed == openapi::text(), "renew it: cargo run -p valetkey -- openapi > openapi.json");
}

/// Everything that speaks to people who use, run or change the program.
const DOCUMENTS: [&str; 8] = [
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/api-design.md",
    "docs/benchmarks.md",
    "docs/getting-started.md",
];
/// Made by a run, a name for many, or part of an address.
const NOT_HERE: [&str; 4] = ["e2e/screens", "sim/tests", "tests.rs", "PUBLIC_URL/callback/ID"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap_or_else(|e| panic!("{document}: {e}"))
}

/// What stands between backticks, and each line of commands.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("```").enumerate();
    blocks.flat_map(|(i, part)| match i % 2 {
        0 => part.split('`').skip(1).step_by(2).collect::<Vec<_>>(),
        _ => part.strip_prefix("sh\n").unwrap_or_default().lines().collect(),
    })
}

/// A command that is explained and does not exist costs a newcomer an hour.
#[test]
fn every_command_in_a_document_is_one_that_the_program_has() {
    let mut checked = BTreeSet::new();
    for document in DOCUMENTS {
        let text = read(document);
        for line in code(&text) {
            let run = line.strip_prefix("cargo run").and_then(|rest| rest.split_once("-- ")).map(|(_, c)| c);
            let Some(command) = run.or_else(|| line.strip_prefix("valetkey ")) else { continue };
            let is_word = |w: &&str| {
                w.starts_with(|c: char| c.is_ascii_lowercase())
                    && w.chars().all(|c| c.is_ascii_lowercase() || c == '-')
            };
            let words: Vec<_> = command.split(' ').take_while(is_word).collect();
            let ran = Command::new(env!("CARGO_BIN_EXE_valetkey")).args(&words).arg("--help").output();
            let ran = ran.expect("it runs");
            let help = String::from_utf8_lossy(&ran.stdout);
            assert!(ran.status.success(), "{document}: `{line}`: {}", String::from_utf8_lossy(&ran.stderr));
            for flag in command.split([' ', '=']).filter(|w| w.starts_with("--") && w.len() > 2) {
                assert!(help.contains(flag), "{document}: `{line}`: no {flag} in {help}");
            }
            checked.insert(words.join(" "));
        }
    }
    assert!(checked.len() > 10, "{checked:?}");
}

/// Links lead to something, and files that are named are there.
#[test]
fn every_file_that_a_document_names_is_there() {
    let roots = [
        "",
        "crates/api/src",
        "crates/core/src",
        "crates/server/src",
        "crates/sdk/src",
        "crates/connectors/src",
        "crates/connectors/src/meta",
    ];
    let mut named = 0;
    for document in DOCUMENTS {
        let text = read(document);
        let folder = root().join(document).parent().expect("in a folder").to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let ours = !target.is_empty() && !target.contains("://");
            assert!(!ours || folder.join(target).exists(), "{document} links to {target}");
        }
        for path in code(&text) {
            let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
            let is_path = path.chars().all(plain)
                && (path.ends_with(".rs") || (path.contains('/') && !path.starts_with('/')));
            // Problems and media types have slashes as well.
            if !is_path || NOT_HERE.contains(&path) || path.starts_with("application/") {
                continue;
            }
            let is_there = |r: &&str| root().join(r).join(path).exists();
            assert!(roots.iter().any(is_there), "{document} names {path}");
            named += 1;
        }
    }
    assert!(named > 30, "{named}");
}

/// The README says of each platform how it works and what it needs, and how many there are.
#[test]
fn the_readme_speaks_of_every_platform() {
    let readme = read("README.md");
    let status = readme.split("## Try it").next().expect("a beginning");
    let registry = Registry::new();
    for platform in registry.iter() {
        let name = &platform.manifest.name;
        let rows =
            status.lines().filter(|line| line.starts_with('|') && line.contains(name.as_str())).count();
        assert!(rows >= 2, "{name} is not in both tables of the README's status");
        assert!(platform.connector.is_some() == status.contains(&format!("**simulated {name}**")), "{name}");
    }
    let names: Vec<_> = registry.iter().map(|p| p.manifest.name.as_str()).collect();
    let row = format!("| platforms | {}: {} |", names.len(), names.join(", "));
    assert!(readme.contains(&row), "the comparison should have {row}");
}
