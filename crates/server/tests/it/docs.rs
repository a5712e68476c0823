//! Generated parts of the documents are current.

use valetkey::api::openapi;
use valetkey::cli::platforms_markdown;
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
fn the_committed_description_of_the_api_is_current() {
    let committed = include_str!("../../../../openapi.json");
    assert!(committed == openapi::text(), "renew it: cargo run -p valetkey -- openapi > openapi.json");
}
