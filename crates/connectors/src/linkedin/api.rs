//! Calls to LinkedIn's REST API and what its answers mean, close to LinkedIn's own words.
//!
//! Sources: "Ad Account Users API", "Ad Accounts", learn.microsoft.com/linkedin, read 2026-11-23.

use serde_json::{Value, json};
use valetkey_sdk::access::Side;
use valetkey_sdk::call;
use valetkey_sdk::connector::Cx;
use valetkey_sdk::http::{Caller, Request};
use valetkey_sdk::page::Cursor;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::errors;

const HOST: &str = "api.linkedin.com";
/// A version is served for at least twelve months, then answered with 426.
const VERSION: &str = "202607";
/// Names are told one by one, so a page is short.
const PAGE_SIZE: usize = 20;
const USERS: &str = "/rest/adAccountUsers";

pub const ACCOUNT: &str = "urn:li:sponsoredAccount:";
pub const MEMBER: &str = "urn:li:person:";

/// The REST API in the name of one side.
pub struct Api<'a> {
    caller: Caller<'a>,
    now: jiff::Timestamp,
}

/// One page of a finder.
pub struct List {
    pub rows: Vec<Value>,
    pub next: Option<Cursor>,
}

impl<'a> Api<'a> {
    pub fn new(cx: &Cx<'a>, side: Side) -> Result<Self> {
        Ok(Self { caller: cx.caller(side, "linkedin")?, now: cx.clock.now() })
    }

    /// Who signed in (OpenID Connect): `sub` is the member's id for this app.
    pub async fn me(&self) -> Result<Value> {
        self.send(Request::get(call!("who signed in"), HOST, "/v2/userinfo")).await
    }

    /// Every ad account in which the caller has a role, with the role.
    pub async fn own_roles(&self, at: &Cursor) -> Result<List> {
        self.list(Request::get(call!("own roles"), HOST, USERS).query("q", "authenticatedUser"), at).await
    }

    /// Everybody who has a role in an ad account.
    pub async fn users_of(&self, account: &str, at: &Cursor) -> Result<List> {
        let request = Request::get(call!("users of an ad account"), HOST, USERS).query("q", "accounts");
        self.list(request.query("accounts", format!("{ACCOUNT}{account}")), at).await
    }

    pub async fn find_account(&self, account: &str) -> Result<Option<Value>> {
        match self
            .send(Request::get(call!("an ad account"), HOST, format!("/rest/adAccounts/{account}")))
            .await
        {
            Ok(body) => Ok(Some(body)),
            Err(e) if matches!(e.kind, ErrorKind::NotFound | ErrorKind::Forbidden) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Creates the role, or puts another in its place: the same call twice is the same as once.
    pub async fn add(&self, account: &str, member: &str, role: &str) -> Result<Value> {
        let body = json!({
            "account": format!("{ACCOUNT}{account}"), "user": format!("{MEMBER}{member}"), "role": role,
        });
        self.send(Request::put(call!("add a user"), HOST, key(account, member)).json(body)).await
    }

    pub async fn change_role(&self, account: &str, member: &str, role: &str) -> Result<Value> {
        let request = Request::post(call!("change a role"), HOST, key(account, member));
        let request = request.header("x-restli-method", "PARTIAL_UPDATE");
        self.send(request.json(json!({ "patch": { "$set": { "role": role } } }))).await
    }

    pub async fn remove(&self, account: &str, member: &str) -> Result<Value> {
        self.send(Request::delete(call!("remove a user"), HOST, key(account, member))).await
    }

    async fn list(&self, request: Request, at: &Cursor) -> Result<List> {
        let start: usize =
            at.0.as_deref().map_or(Ok(0), str::parse).map_err(|_| Error::unexpected("no such page"))?;
        let request = request.query("start", start.to_string()).query("count", PAGE_SIZE.to_string());
        let body = self.send(request).await?;
        let Some(Value::Array(rows)) = body.get("elements") else {
            return Err(Error::unexpected("a listing that is no list"));
        };
        let next = (rows.len() == PAGE_SIZE).then(|| Cursor(Some((start + PAGE_SIZE).to_string())));
        Ok(List { rows: rows.clone(), next })
    }

    async fn send(&self, request: Request) -> Result<Value> {
        let request =
            request.header("linkedin-version", VERSION).header("x-restli-protocol-version", "2.0.0");
        let reply = self.caller.send(request).await?;
        if !reply.is_success() {
            return Err(errors::read(&reply, &self.caller, self.now));
        }
        // A write is answered by its status alone.
        if matches!(reply.status, 201 | 204) { Ok(Value::Null) } else { reply.json() }
    }
}

/// The path of one person's role in one account. Names and separators stand as they are, values are encoded;
/// the form with equals signs that some pages show is refused (observed).
fn key(account: &str, member: &str) -> String {
    let encoded = |urn: String| urn.replace(':', "%3A");
    let (account, member) = (encoded(format!("{ACCOUNT}{account}")), encoded(format!("{MEMBER}{member}")));
    format!("{USERS}/(account:{account},user:{member})")
}

/// The id in a URN of this kind.
pub fn unwrapped(urn: &str, kind: &str) -> Option<String> {
    urn.strip_prefix(kind).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// A field as text; ids of accounts are numbers.
pub fn text(row: &Value, field: &str) -> Option<String> {
    match row.get(field)? {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}
