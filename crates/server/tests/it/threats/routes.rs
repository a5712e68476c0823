//! Every route of the server, and the proof that none is missing.

use std::collections::BTreeSet;
use std::path::Path;

use crate::app::{PAGE, Sent, TestApp};

pub const PROBES: &[(&str, &str)] = &[("GET", "/livez"), ("GET", "/readyz")];

pub const API: &[(&str, &str)] = &[
    ("GET", "/api/v1/platforms"),
    ("GET", "/api/v1/grantees"),
    ("POST", "/api/v1/grantees"),
    ("GET", "/api/v1/grantees/{grantee}"),
    ("GET", "/api/v1/requests"),
    ("POST", "/api/v1/requests"),
    ("GET", "/api/v1/requests/{request}"),
    ("POST", "/api/v1/requests/{request}/cancel"),
    ("GET", "/api/v1/grants"),
    ("GET", "/api/v1/grants/{grant}"),
    ("POST", "/api/v1/grants/{grant}/verify"),
    ("POST", "/api/v1/grants/{grant}/revoke"),
    ("POST", "/api/v1/grants/{grant}/retry"),
];

pub const PAGES: &[(&str, &str)] = &[
    ("GET", "/assets/{name}"),
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/requests"),
    ("GET", "/requests/{request}"),
    ("POST", "/requests/{request}/cancel"),
    ("POST", "/grants/{grant}/verify"),
    ("POST", "/grants/{grant}/retry"),
    ("GET", "/grants/{grant}/revoke"),
    ("POST", "/grants/{grant}/revoke"),
    ("GET", "/grantees"),
    ("POST", "/grantees/{platform}/connect"),
    ("GET", "/r/{token}"),
    ("GET", "/r/{token}/receipt"),
    ("POST", "/r/{token}/{item}/connect"),
    ("POST", "/r/{token}/{item}/not-me"),
    ("GET", "/r/{token}/{item}/pick"),
    ("POST", "/r/{token}/{item}/pick"),
    ("GET", "/r/{token}/{item}/review"),
    ("POST", "/r/{token}/{item}/approve"),
    ("GET", "/r/{token}/{item}/progress"),
    ("POST", "/r/{token}/{item}/retry"),
    ("GET", "/r/{token}/receipt/file"),
    ("POST", "/r/{token}/access"),
    ("GET", "/r/{token}/{item}/guide"),
    ("POST", "/r/{token}/{item}/guide"),
    ("POST", "/r/{token}/{item}/skip"),
    ("POST", "/r/{token}/{item}/reopen"),
    ("GET", "/r/{token}/{item}/hand-over"),
    ("POST", "/r/{token}/{item}/hand-over"),
    ("GET", "/r/{token}/{item}/help"),
    ("POST", "/r/{token}/{item}/help"),
    ("GET", "/r/{token}/{item}/events"),
    ("GET", "/a/{token}"),
    ("POST", "/a/{token}/revoke"),
    ("POST", "/a/{token}/{grant}/revoke"),
    ("POST", "/a/{token}/{grant}/sign-in"),
    ("GET", "/a/{token}/{grant}/removed"),
    ("POST", "/a/{token}/{grant}/removed"),
    ("GET", "/callback/{sign_in}"),
];

/// One agency's ids, to be put into addresses.
#[derive(Clone)]
pub struct Ids {
    pub token: String,
    pub item: String,
    pub request: String,
    pub grant: String,
    pub grantee: String,
}

impl Ids {
    /// Of the first agency, after `sent` was approved for one Page.
    pub async fn of(app: &TestApp, sent: &Sent) -> Self {
        let (_, grantees) = app.api(&app.agency, "GET", "/grantees", None).await;
        Self {
            token: sent.path.trim_start_matches("/r/").to_owned(),
            item: sent.item.clone(),
            request: sent.id.clone(),
            grant: app.grant_id(PAGE).await,
            grantee: grantees["data"][0]["id"].as_str().expect("an id").to_owned(),
        }
    }

    /// Well-formed ids of nothing.
    pub fn unknown(&self) -> Self {
        let other = |id: &str| {
            let (prefix, _) = id.split_once('_').expect("a prefix");
            format!("{prefix}_{}", "0".repeat(32))
        };
        Self {
            token: "A".repeat(self.token.len()),
            item: other(&self.item),
            request: other(&self.request),
            grant: other(&self.grant),
            grantee: other(&self.grantee),
        }
    }

    pub fn fill(&self, template: &str) -> String {
        let path = template
            .replace("{token}", &self.token)
            .replace("{item}", &self.item)
            .replace("{request}", &self.request)
            .replace("{grant}", &self.grant)
            .replace("{grantee}", &self.grantee)
            .replace("{platform}", "meta")
            .replace("{sign_in}", "meta")
            .replace("{name}", "app.js");
        assert!(!path.contains('{'), "{template} has a parameter that no test fills");
        path
    }
}

/// The methods and templates that a source file declares.
fn declared(source: &str, under: &str) -> BTreeSet<(String, String)> {
    let mut out = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        let mut parts = call.splitn(3, '"');
        let (_, path, rest) = (parts.next(), parts.next().expect("a path"), parts.next().expect("handlers"));
        let mut depth = 1;
        let end = rest.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let handlers = &rest[..end.expect("a closed call")];
        for (at, _) in handlers.match_indices('(') {
            let name =
                handlers[..at].rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().expect("a word");
            assert!(matches!(name, "get" | "post" | "put" | "patch" | "delete"), "{path} uses {name}");
            out.insert((name.to_uppercase(), format!("{under}{path}")));
        }
    }
    out
}

#[test]
fn the_table_holds_exactly_what_the_source_declares() {
    let table = [PROBES, API, PAGES].concat();
    let table: BTreeSet<_> = table.into_iter().map(|(m, p)| (m.to_owned(), p.to_owned())).collect();
    let mut source = declared(include_str!("../../../src/server.rs"), "");
    source.extend(declared(include_str!("../../../src/api/mod.rs"), "/api/v1"));
    source.extend(declared(include_str!("../../../src/web/mod.rs"), ""));
    assert_eq!(table, source);
}

#[test]
fn routes_are_declared_in_three_files_and_in_the_demos_own_controls() {
    let mut found = Vec::new();
    look(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.sort();
    assert_eq!(found, ["api/mod.rs", "demo/control.rs", "server.rs", "web/mod.rs"]);
}

fn look(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            look(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let declares = |call: &str| text.split(call).skip(1).any(|rest| rest.trim_start().starts_with('"'));
        if [".route(", ".route_service(", ".nest(", ".nest_service("].into_iter().any(declares) {
            let name = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("inside");
            found.push(name.to_string_lossy().into_owned());
        }
    }
}
