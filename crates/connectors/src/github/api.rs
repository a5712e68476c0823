//! Calls to the REST API and what its answers mean, close to GitHub's own words.
//!
//! Sources: docs.github.com/rest, "organization members", "team members", "collaborators", "repository
//! invitations", "Using pagination", read 2026-11-23.

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use valetkey_sdk::access::Side;
use valetkey_sdk::call;
use valetkey_sdk::connector::Cx;
use valetkey_sdk::http::{Caller, Request};
use valetkey_sdk::page::Cursor;
use valetkey_sdk::point::Point;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::errors;

const HOST: &str = "api.github.com";
const VERSION: &str = "2022-11-28";
const PAGE_SIZE: &str = "100";

/// The REST API in the name of one side.
pub struct Api<'a> {
    caller: Caller<'a>,
    now: Timestamp,
}

/// A taken call: status, JSON (null for 204) and headers.
pub struct Taken {
    pub status: u16,
    pub body: Value,
    pub headers: HeaderMap,
}

/// One page of a list.
pub struct List {
    pub rows: Vec<Value>,
    pub next: Option<Cursor>,
    /// Ids of organizations that were left out, because single sign-on was not passed for them.
    pub hidden: Vec<String>,
}

impl<'a> Api<'a> {
    pub fn new(cx: &Cx<'a>, side: Side) -> Result<Self> {
        Ok(Self { caller: cx.caller(side, "github")?, now: cx.clock.now() })
    }

    pub async fn get(&self, name: Point, path: &str) -> Result<Taken> {
        self.send(Request::get(name, HOST, path)).await
    }

    /// The same, with "not there" as an answer. GitHub also says so about what it hides.
    pub async fn find(&self, name: Point, path: &str) -> Result<Option<Value>> {
        match self.get(name, path).await {
            Ok(taken) => Ok(Some(taken.body)),
            Err(e) if e.kind == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// One page. The `Link` header's addresses are not followed: only the page number counts on.
    pub async fn list(&self, name: Point, path: &str, filter: &[(&str, &str)], at: &Cursor) -> Result<List> {
        let page: u32 =
            at.0.as_deref().map_or(Ok(1), str::parse).map_err(|_| Error::unexpected("no such page"))?;
        let mut request =
            Request::get(name, HOST, path).query("per_page", PAGE_SIZE).query("page", page.to_string());
        for (key, value) in filter {
            request = request.query(key, *value);
        }
        let taken = self.send(request).await?;
        let Value::Array(rows) = taken.body else {
            return Err(Error::unexpected("a listing that is no list").with("call", name));
        };
        let header =
            |name: &str| taken.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let more = header("link").contains("rel=\"next\"");
        let hidden = header("x-github-sso").strip_prefix("partial-results; organizations=");
        let hidden = hidden.into_iter().flat_map(|ids| ids.split(',')).map(|id| id.trim().to_owned());
        let next = more.then(|| Cursor(Some((page + 1).to_string())));
        Ok(List { rows, next, hidden: hidden.filter(|id| !id.is_empty()).collect() })
    }

    /// Adds a person to a repository: 201 with an invitation, or 204 when they are in at once.
    pub async fn add_collaborator(&self, repo: &str, login: &str, permission: &str) -> Result<Taken> {
        let request =
            Request::put(call!("add a collaborator"), HOST, format!("/repos/{repo}/collaborators/{login}"));
        self.send(request.json(json!({ "permission": permission }))).await
    }

    pub async fn remove_collaborator(&self, repo: &str, login: &str) -> Result<Taken> {
        let path = format!("/repos/{repo}/collaborators/{login}");
        self.send(Request::delete(call!("remove a collaborator"), HOST, path)).await
    }

    pub async fn cancel_repository_invitation(&self, repo: &str, id: &str) -> Result<Taken> {
        let path = format!("/repos/{repo}/invitations/{id}");
        self.send(Request::delete(call!("cancel an invitation"), HOST, path)).await
    }

    /// Invites a person to `place`, or changes the role of somebody who is there. `place` is
    /// `/orgs/{org}` or `/orgs/{org}/teams/{slug}`.
    pub async fn set_membership(&self, place: &str, login: &str, role: &str) -> Result<Taken> {
        let request = Request::put(call!("set a membership"), HOST, format!("{place}/memberships/{login}"));
        self.send(request.json(json!({ "role": role }))).await
    }

    /// Ends a membership; of an organization also one that still waits.
    pub async fn end_membership(&self, place: &str, login: &str) -> Result<Taken> {
        let path = format!("{place}/memberships/{login}");
        self.send(Request::delete(call!("end a membership"), HOST, path)).await
    }

    pub async fn cancel_organization_invitation(&self, org: &str, id: &str) -> Result<Taken> {
        let path = format!("/orgs/{org}/invitations/{id}");
        self.send(Request::delete(call!("cancel an invitation"), HOST, path)).await
    }

    /// The invited person's yes, with their own credential.
    pub async fn accept_repository_invitation(&self, id: &str) -> Result<Taken> {
        let path = format!("/user/repository_invitations/{id}");
        self.send(Request::patch(call!("accept an invitation"), HOST, path)).await
    }

    pub async fn accept_membership(&self, org: &str) -> Result<Taken> {
        let request =
            Request::patch(call!("accept a membership"), HOST, format!("/user/memberships/orgs/{org}"));
        self.send(request.json(json!({ "state": "active" }))).await
    }

    async fn send(&self, request: Request) -> Result<Taken> {
        let request =
            request.header("accept", "application/vnd.github+json").header("x-github-api-version", VERSION);
        let reply = self.caller.send(request).await?;
        if !reply.is_success() {
            return Err(errors::read(&reply, &self.caller, self.now));
        }
        let body = if reply.status == 204 { Value::Null } else { reply.json()? };
        Ok(Taken { status: reply.status, body, headers: reply.headers })
    }
}

/// A field as text; GitHub's ids are numbers.
pub fn text(row: &Value, field: &str) -> Option<String> {
    match row.pointer(&format!("/{}", field.replace('.', "/")))? {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// Is this row about that person? Logins are compared without regard to case.
pub fn is_login(row: &Value, field: &str, login: &str) -> bool {
    text(row, field).is_some_and(|found| found.eq_ignore_ascii_case(login))
}

/// When an invitation's time is up.
pub fn expires_at(invitation: &Value, life_s: Option<i64>) -> Option<Timestamp> {
    let created: Timestamp = text(invitation, "created_at")?.parse().ok()?;
    Some(created + SignedDuration::from_secs(life_s?))
}
