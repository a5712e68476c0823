//! Every route of the server, and the proof that none is missing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use valetkey::api::openapi;
use valetkey::app::mails::{self, Draft, Kind};
use valetkey::app::team::{self, By};
use valetkey::ids::{ClientId, RequestId};
use valetkey::store::mails::Mail;

use crate::app::{PAGE, Sent, TestApp};

pub const PROBES: &[(&str, &str)] = &[("GET", "/livez"), ("GET", "/readyz")];

/// Posted by platforms, which prove themselves by their signature; see `trouble::notices`.
pub const NOTICES: &[(&str, &str)] = &[
    ("POST", "/platform/{platform}/deauthorize"),
    ("POST", "/platform/{platform}/data-deletion"),
    ("GET", "/platform/{platform}/data-deletion/{code}"),
];

pub const API: &[(&str, &str)] = &[
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/platforms"),
    ("GET", "/api/v1/clients"),
    ("POST", "/api/v1/clients"),
    ("GET", "/api/v1/clients/{client}"),
    ("PATCH", "/api/v1/clients/{client}"),
    ("DELETE", "/api/v1/clients/{client}"),
    ("GET", "/api/v1/clients/{client}/access"),
    ("GET", "/api/v1/templates"),
    ("POST", "/api/v1/templates"),
    ("GET", "/api/v1/templates/{template}"),
    ("PATCH", "/api/v1/templates/{template}"),
    ("DELETE", "/api/v1/templates/{template}"),
    ("GET", "/api/v1/grantees"),
    ("POST", "/api/v1/grantees"),
    ("GET", "/api/v1/grantees/{grantee}"),
    ("PATCH", "/api/v1/grantees/{grantee}"),
    ("DELETE", "/api/v1/grantees/{grantee}"),
    ("GET", "/api/v1/requests"),
    ("POST", "/api/v1/requests"),
    ("GET", "/api/v1/requests/{request}"),
    ("POST", "/api/v1/requests/{request}/cancel"),
    ("POST", "/api/v1/requests/{request}/resend"),
    ("POST", "/api/v1/requests/{request}/extend"),
    ("GET", "/api/v1/requests/{request}/items/{item}/asked"),
    ("POST", "/api/v1/requests/{request}/items/{item}/asked"),
    ("GET", "/api/v1/grants"),
    ("GET", "/api/v1/grants/{grant}"),
    ("POST", "/api/v1/grants/{grant}/verify"),
    ("POST", "/api/v1/grants/{grant}/retry"),
    ("POST", "/api/v1/grants/{grant}/extend"),
    ("POST", "/api/v1/grants/{grant}/revoke"),
    ("POST", "/api/v1/offboardings"),
    ("GET", "/api/v1/connections"),
    ("GET", "/api/v1/audit-log"),
    ("GET", "/api/v1/audit-log/head"),
    ("GET", "/api/v1/api-keys"),
    ("POST", "/api/v1/api-keys"),
    ("DELETE", "/api/v1/api-keys/{api_key}"),
];

pub const PAGES: &[(&str, &str)] = &[
    ("GET", "/assets/{name}"),
    ("GET", "/brand/{name}"),
    ("GET", "/logo/{name}"),
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-out"),
    ("GET", "/set-up"),
    ("POST", "/set-up"),
    ("GET", "/set-password"),
    ("POST", "/set-password"),
    ("GET", "/account"),
    ("POST", "/account/password"),
    ("POST", "/account/sign-out-everywhere"),
    ("GET", "/requests"),
    ("GET", "/requests/new"),
    ("POST", "/requests/new"),
    ("POST", "/requests/new/preview"),
    ("POST", "/requests/new/propose"),
    ("GET", "/requests/{request}"),
    ("GET", "/requests/{request}/link"),
    ("GET", "/requests/{request}/qr.svg"),
    ("GET", "/requests/{request}/preview"),
    ("GET", "/requests/{request}/guide"),
    ("GET", "/requests/{request}/guide.pdf"),
    ("POST", "/requests/{request}/extend"),
    ("POST", "/requests/{request}/cancel"),
    ("POST", "/requests/{request}/mail"),
    ("POST", "/requests/{request}/mail/{mail}/again"),
    ("POST", "/requests/{request}/{item}/helped"),
    ("GET", "/requests/{request}/{item}/asked"),
    ("POST", "/requests/{request}/{item}/asked"),
    ("GET", "/clients"),
    ("GET", "/clients/{client}"),
    ("POST", "/clients/{client}/verify"),
    ("GET", "/clients/{client}/access"),
    ("POST", "/clients/{client}/access"),
    ("GET", "/clients/{client}/access.csv"),
    ("GET", "/clients/{client}/access.json"),
    ("GET", "/clients/{client}/revoke"),
    ("POST", "/clients/{client}/revoke"),
    ("GET", "/audit"),
    ("GET", "/audit/download"),
    ("GET", "/api-keys"),
    ("POST", "/api-keys"),
    ("GET", "/api-keys/{api_key}/revoke"),
    ("POST", "/api-keys/{api_key}/revoke"),
    ("GET", "/settings"),
    ("POST", "/settings"),
    ("POST", "/settings/logo"),
    ("POST", "/settings/logo/remove"),
    ("POST", "/settings/logo/restore"),
    ("POST", "/settings/domain"),
    ("POST", "/settings/domain/check"),
    ("POST", "/settings/domain/remove"),
    ("GET", "/team"),
    ("POST", "/team/invite"),
    ("POST", "/team/invitations/{invitation}/withdraw"),
    ("POST", "/team/{member}/role"),
    ("GET", "/team/{member}/remove"),
    ("POST", "/team/{member}/remove"),
    ("GET", "/invitations/{token}"),
    ("POST", "/invitations/{token}"),
    ("POST", "/grants/{grant}/verify"),
    ("POST", "/grants/{grant}/retry"),
    ("GET", "/grants/{grant}/revoke"),
    ("POST", "/grants/{grant}/revoke"),
    ("POST", "/grants/{grant}/removed"),
    ("GET", "/doctor"),
    ("POST", "/language"),
    ("GET", "/grantees"),
    ("POST", "/grantees/{platform}/type"),
    ("POST", "/grantees/{platform}/connect"),
    ("GET", "/r/{token}"),
    ("GET", "/r/{token}/receipt"),
    ("GET", "/r/{token}/guide"),
    ("GET", "/r/{token}/guide.pdf"),
    ("POST", "/r/{token}/{item}/connect"),
    ("POST", "/r/{token}/{item}/look-again"),
    ("POST", "/r/{token}/{item}/not-me"),
    ("GET", "/r/{token}/{item}/pick"),
    ("POST", "/r/{token}/{item}/pick"),
    ("GET", "/r/{token}/{item}/review"),
    ("POST", "/r/{token}/{item}/approve"),
    ("GET", "/r/{token}/{item}/progress"),
    ("POST", "/r/{token}/{item}/retry"),
    ("POST", "/r/{token}/{item}/by-hand"),
    ("GET", "/r/{token}/receipt/file"),
    ("POST", "/r/{token}/access"),
    ("GET", "/r/{token}/{item}/scan"),
    ("POST", "/r/{token}/{item}/scan"),
    ("POST", "/r/{token}/{item}/scanned"),
    ("GET", "/r/{token}/{item}/there"),
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
    ("GET", "/a/{token}/code"),
    ("POST", "/a/{token}/code"),
    ("POST", "/a/{token}/code/enter"),
    ("POST", "/a/{token}/revoke"),
    ("POST", "/a/{token}/{grant}/revoke"),
    ("POST", "/a/{token}/{grant}/sign-in"),
    ("GET", "/a/{token}/{grant}/removed"),
    ("POST", "/a/{token}/{grant}/removed"),
    ("GET", "/callback/{sign_in}"),
];

/// Who gets past the door of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum May {
    /// Whoever comes; the page asks for something else.
    Anyone,
    /// Every member.
    Look,
    /// Not viewers.
    Work,
    /// Owners and admins.
    Govern,
}

/// Which roles each of the agency's pages is for. What is under a client's link is for whoever holds it.
pub const ROLES: &[(&str, &str, May)] = &[
    ("GET", "/", May::Look),
    ("GET", "/sign-in", May::Anyone),
    ("POST", "/sign-in", May::Anyone),
    ("POST", "/sign-out", May::Look),
    ("GET", "/set-up", May::Anyone),
    ("POST", "/set-up", May::Anyone),
    ("GET", "/set-password", May::Anyone),
    ("POST", "/set-password", May::Anyone),
    ("GET", "/account", May::Look),
    ("POST", "/account/password", May::Look),
    ("POST", "/account/sign-out-everywhere", May::Look),
    ("GET", "/requests", May::Look),
    ("GET", "/requests/new", May::Work),
    ("POST", "/requests/new", May::Work),
    ("POST", "/requests/new/preview", May::Work),
    ("POST", "/requests/new/propose", May::Work),
    ("GET", "/requests/{request}", May::Look),
    ("GET", "/requests/{request}/link", May::Work),
    ("GET", "/requests/{request}/qr.svg", May::Work),
    ("GET", "/requests/{request}/preview", May::Look),
    ("GET", "/requests/{request}/guide", May::Look),
    ("GET", "/requests/{request}/guide.pdf", May::Look),
    ("POST", "/requests/{request}/extend", May::Work),
    ("POST", "/requests/{request}/cancel", May::Work),
    ("POST", "/requests/{request}/mail", May::Work),
    ("POST", "/requests/{request}/mail/{mail}/again", May::Work),
    ("POST", "/requests/{request}/{item}/helped", May::Work),
    ("GET", "/requests/{request}/{item}/asked", May::Look),
    ("POST", "/requests/{request}/{item}/asked", May::Work),
    ("GET", "/clients", May::Look),
    ("GET", "/clients/{client}", May::Look),
    ("POST", "/clients/{client}/verify", May::Work),
    ("GET", "/clients/{client}/access", May::Look),
    ("POST", "/clients/{client}/access", May::Work),
    ("GET", "/clients/{client}/access.csv", May::Look),
    ("GET", "/clients/{client}/access.json", May::Look),
    ("GET", "/clients/{client}/revoke", May::Work),
    ("POST", "/clients/{client}/revoke", May::Work),
    ("GET", "/audit", May::Look),
    ("GET", "/audit/download", May::Govern),
    ("GET", "/api-keys", May::Govern),
    ("POST", "/api-keys", May::Govern),
    ("GET", "/api-keys/{api_key}/revoke", May::Govern),
    ("POST", "/api-keys/{api_key}/revoke", May::Govern),
    ("GET", "/settings", May::Govern),
    ("POST", "/settings", May::Govern),
    ("POST", "/settings/logo", May::Govern),
    ("POST", "/settings/logo/remove", May::Govern),
    ("POST", "/settings/logo/restore", May::Govern),
    ("POST", "/settings/domain", May::Govern),
    ("POST", "/settings/domain/check", May::Govern),
    ("POST", "/settings/domain/remove", May::Govern),
    ("GET", "/team", May::Look),
    ("POST", "/team/invite", May::Govern),
    ("POST", "/team/invitations/{invitation}/withdraw", May::Govern),
    ("POST", "/team/{member}/role", May::Govern),
    ("GET", "/team/{member}/remove", May::Govern),
    ("POST", "/team/{member}/remove", May::Govern),
    ("GET", "/invitations/{token}", May::Anyone),
    ("POST", "/invitations/{token}", May::Anyone),
    ("POST", "/grants/{grant}/verify", May::Work),
    ("POST", "/grants/{grant}/retry", May::Work),
    ("GET", "/grants/{grant}/revoke", May::Work),
    ("POST", "/grants/{grant}/revoke", May::Work),
    ("POST", "/grants/{grant}/removed", May::Work),
    ("GET", "/doctor", May::Anyone),
    ("POST", "/language", May::Anyone),
    ("GET", "/grantees", May::Look),
    ("POST", "/grantees/{platform}/type", May::Govern),
    ("POST", "/grantees/{platform}/connect", May::Govern),
];

/// A page of the agency's: not a client's link, not a platform's way back, not a file.
pub fn is_agencys(path: &str) -> bool {
    !["/r/", "/a/", "/callback/", "/assets/", "/brand/", "/logo/"].iter().any(|start| path.starts_with(start))
}

#[test]
fn every_page_of_the_agency_says_which_roles_may_open_it() {
    let said: BTreeSet<_> = ROLES.iter().map(|(m, p, _)| (*m, *p)).collect();
    let pages: BTreeSet<_> = PAGES.iter().copied().filter(|(_, path)| is_agencys(path)).collect();
    assert_eq!(said, pages);
}

/// One agency's ids, to be put into addresses.
#[derive(Clone)]
pub struct Ids {
    pub token: String,
    pub item: String,
    pub request: String,
    pub grant: String,
    pub grantee: String,
    pub client: String,
    pub template: String,
    pub api_key: String,
    pub member: String,
    pub invitation: String,
    pub mail: String,
}

impl Ids {
    /// Of the first agency, after `sent` was approved for one Page.
    pub async fn of(app: &TestApp, sent: &Sent) -> Self {
        let (_, grantees) = app.api(&app.agency, "GET", "/grantees", None).await;
        let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
        let made = async |path, body| app.api(&app.agency, "POST", path, Some(body)).await.1["id"].clone();
        let items = json!([{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}]);
        let template = made("/templates", json!({"name": "Pages", "items": items})).await;
        let api_key = made("/api-keys", json!({"label": "CRM"})).await;
        let text = |id: &Value| id.as_str().expect("an id").to_owned();
        let scope = &app.agency.scope;
        let (store, now) = (&app.desk.store, app.clock.now_ms());
        let owner = store.find_member(scope, &app.agency.owner).await.expect("readable").expect("an owner");
        let by = By { scope, member: &owner };
        team::invite(&app.desk, &by, "new@agency.example", "viewer").await.expect("invited");
        let invitation = store.list_invitations(scope, now).await.expect("readable").remove(0).id.to_string();
        let request_id = RequestId::from_text(&sent.id);
        let client_id = ClientId::from_text(text(&request["client"]["id"]));
        let draft = Draft {
            kind: Kind::Receipt,
            client: &client_id,
            request: Some(&request_id),
            once: "one",
            locale: None,
            give_up_at: i64::MAX,
        };
        // It lies there, and nobody sends it.
        let mail = Mail { next_at: i64::MAX, ..draft.fresh(&app.desk) };
        let posted = vec![mails::post(&app.desk, mail.clone())];
        store.commit(valetkey_sdk::point!("a mail"), scope, posted).await.expect("written");
        Self {
            mail: mail.id.to_string(),
            member: owner.id.to_string(),
            invitation,
            token: sent.path.trim_start_matches("/r/").to_owned(),
            item: sent.item.clone(),
            request: sent.id.clone(),
            grant: app.grant_id(PAGE).await,
            grantee: text(&grantees["data"][0]["id"]),
            client: text(&request["client"]["id"]),
            template: text(&template),
            api_key: text(&api_key),
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
            client: other(&self.client),
            template: other(&self.template),
            api_key: other(&self.api_key),
            member: other(&self.member),
            invitation: other(&self.invitation),
            mail: other(&self.mail),
        }
    }

    pub fn fill(&self, template: &str) -> String {
        let path = template
            .replace("{token}", &self.token)
            .replace("{item}", &self.item)
            .replace("{request}", &self.request)
            .replace("{grant}", &self.grant)
            .replace("{grantee}", &self.grantee)
            .replace("{client}", &self.client)
            .replace("{template}", &self.template)
            .replace("{api_key}", &self.api_key)
            .replace("{member}", &self.member)
            .replace("{invitation}", &self.invitation)
            .replace("{mail}", &self.mail)
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

/// The API's routes and their description are made from one list, so each is the other's proof.
fn described() -> BTreeSet<(String, String)> {
    let paths = openapi::document()["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| {
        let methods: Vec<_> = item.as_object().expect("operations").keys().cloned().collect();
        let path = format!("{}{path}", openapi::BASE);
        methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
    };
    paths.iter().flat_map(of).collect()
}

#[test]
fn the_table_holds_exactly_what_the_source_declares() {
    let table = [PROBES, NOTICES, API, PAGES].concat();
    let table: BTreeSet<_> = table.into_iter().map(|(m, p)| (m.to_owned(), p.to_owned())).collect();
    let mut source = declared(include_str!("../../../src/server.rs"), "");
    source.extend(described());
    source.extend(declared(include_str!("../../../src/web/mod.rs"), ""));
    assert_eq!(table, source);
}

#[test]
fn routes_are_declared_in_two_files_with_the_described_ones_of_the_api_and_in_the_demos_own_controls() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for part in ["server", "pages", "client-pages", "agency-pages"] {
        look(&crates.join(part).join("src"), &mut found);
    }
    let mut found: Vec<_> =
        found.iter().map(|path| path.strip_prefix(&crates).expect("inside").to_string_lossy()).collect();
    found.sort();
    assert_eq!(found, ["server/src/demo/control.rs", "server/src/server.rs", "server/src/web/mod.rs"]);
}

fn look(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            look(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let declares = |call: &str| text.split(call).skip(1).any(|rest| rest.trim_start().starts_with('"'));
        if [".route(", ".route_service(", ".nest(", ".nest_service("].into_iter().any(declares) {
            found.push(path);
        }
    }
}
