//! Calls to the Graph API and what its answers mean, close to Meta's own words.
//!
//! Sources: developers.facebook.com, Graph API reference and "Handle errors", read 2026-11-22.

use serde_json::Value;
use valetkey_sdk::access::{Roles, Side};
use valetkey_sdk::call;
use valetkey_sdk::connector::Cx;
use valetkey_sdk::http::{Caller, Reply, Request};
use valetkey_sdk::manifest::Manifest;
use valetkey_sdk::page::Cursor;
use valetkey_sdk::point::Point;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::errors;

const HOST: &str = "graph.facebook.com";
/// Introduced 2026-07-29; unversioned calls are never made.
const VERSION: &str = "v26.0";
const PAGE_SIZE: &str = "100";

/// The Graph API in the name of one side.
pub struct Graph<'a> {
    caller: Caller<'a>,
    manifest: &'a Manifest,
    now: jiff::Timestamp,
}

/// One page of an edge.
pub struct Edge {
    pub rows: Vec<Value>,
    pub next: Option<Cursor>,
}

impl<'a> Graph<'a> {
    pub fn new(cx: &Cx<'a>, side: Side) -> Result<Self> {
        Ok(Self { caller: cx.caller(side, "meta")?, manifest: cx.manifest, now: cx.clock.now() })
    }

    /// The same, with a Page's token: Page edges refuse a person's (error 190, subcode 2069032).
    pub async fn of_page(&self, page: &str) -> Result<Self> {
        let none = || Error::rejected(errors::remedy("no-page-task"), "Meta gave no token for this Page");
        self.find_of_page(page).await?.ok_or_else(none)
    }

    /// The same with a Page's token, where this person holds a task on the Page and so gets one.
    pub async fn find_of_page(&self, page: &str) -> Result<Option<Self>> {
        let body = self.get(call!("page token"), page, "access_token").await?;
        if let Some(token) = body.get("access_token").and_then(Value::as_str) {
            let caller = self.caller.with_token(Secret::new(token));
            return Ok(Some(Self { caller, ..*self }));
        }
        // A Page without the field: the person holds no task there. Anything else is no Page.
        if body.get("access_token").is_none() && body.get("id").is_some_and(Value::is_string) {
            return Ok(None);
        }
        Err(Error::unexpected("Meta gave no token for this Page"))
    }

    /// Fields of one node.
    pub async fn get(&self, name: Point, node: &str, fields: &str) -> Result<Value> {
        let request = Request::get(name, HOST, format!("/{VERSION}/{node}")).query("fields", fields);
        self.send(request).await
    }

    /// One page of an edge. An empty page may have a next one.
    pub async fn list(&self, name: Point, edge: &str, fields: &str, at: &Cursor) -> Result<Edge> {
        self.page_of(name, edge, &[("fields", fields)], at).await
    }

    async fn page_of(&self, name: Point, edge: &str, query: &[(&str, &str)], at: &Cursor) -> Result<Edge> {
        let mut request = Request::get(name, HOST, format!("/{VERSION}/{edge}")).query("limit", PAGE_SIZE);
        for (field, value) in query {
            request = request.query(field, *value);
        }
        if let Some(after) = &at.0 {
            request = request.query("after", after.as_str());
        }
        let body = self.send(request).await?;
        let rows = body
            .get("data")
            .and_then(Value::as_array)
            .ok_or_else(|| Error::unexpected("a listing without data").with("call", name))?
            .clone();
        // `paging.next` carries the token, so only the cursor beside it is used.
        let more = body.pointer("/paging/next").is_some();
        let after = body.pointer("/paging/cursors/after").and_then(Value::as_str);
        let next = after.filter(|a| more && at.0.as_deref() != Some(a)).map(|a| Cursor(Some(a.to_owned())));
        Ok(Edge { rows, next })
    }

    /// Makes `business` a partner on this asset.
    pub async fn add_agency(&self, asset: &str, business: &str, tasks: &Roles) -> Result<Value> {
        let request = Request::post(call!("share"), HOST, format!("/{VERSION}/{asset}/agencies"))
            .form("business", business)
            .form("permitted_tasks", json_list(tasks));
        self.send(request).await
    }

    /// Asks the owner of an asset for it, as this portfolio.
    pub async fn ask(
        &self,
        portfolio: &str,
        edge: &str,
        (param, asset): (&'static str, &str),
        tasks: &Roles,
    ) -> Result<Value> {
        let request = Request::post(call!("ask"), HOST, format!("/{VERSION}/{portfolio}/{edge}"))
            .form(param, asset)
            .form("permitted_tasks", json_list(tasks));
        self.send(request).await
    }

    /// Ends a partner's access to this asset.
    pub async fn remove_agency(&self, asset: &str, business: &str) -> Result<Value> {
        let request = Request::delete(call!("unshare"), HOST, format!("/{VERSION}/{asset}/agencies"))
            .query("business", business);
        self.send(request).await
    }

    /// Ends what has an id of its own: an invitation, or somebody's place in a portfolio.
    pub async fn delete(&self, name: Point, node: &str) -> Result<Value> {
        self.send(Request::delete(name, HOST, format!("/{VERSION}/{node}"))).await
    }

    /// Says yes to a sharing agreement, as the portfolio that receives.
    pub async fn approve(&self, agreement: &str) -> Result<Value> {
        let request = Request::post(call!("approve"), HOST, format!("/{VERSION}/{agreement}"))
            .form("request_status", "APPROVE");
        self.send(request).await
    }

    /// The people of one portfolio who work on this asset; the portfolio must be named.
    pub async fn assigned_users(&self, asset: &str, business: &str, at: &Cursor) -> Result<Edge> {
        let fields = [("fields", "id,name,user_type,tasks"), ("business", business)];
        self.page_of(call!("staff"), &format!("{asset}/assigned_users"), &fields, at).await
    }

    /// What this person or system user of a portfolio may do on the asset.
    pub async fn assign_user(&self, asset: &str, user: &str, tasks: &Roles) -> Result<Value> {
        let request = Request::post(call!("assign"), HOST, format!("/{VERSION}/{asset}/assigned_users"))
            .form("user", user)
            .form("tasks", json_list(tasks));
        self.send(request).await
    }

    pub async fn unassign_user(&self, asset: &str, user: &str) -> Result<Value> {
        let request = Request::delete(call!("unassign"), HOST, format!("/{VERSION}/{asset}/assigned_users"))
            .query("user", user);
        self.send(request).await
    }

    /// Ad accounts of one portfolio that use this dataset; the portfolio must be named.
    pub async fn shared_accounts(&self, dataset: &str, business: &str, at: &Cursor) -> Result<Edge> {
        let fields = [("fields", "id,name"), ("business", business)];
        self.page_of(call!("connected"), &format!("{dataset}/shared_accounts"), &fields, at).await
    }

    /// Connects an ad account of this portfolio, named by its number alone.
    pub async fn share_account(&self, dataset: &str, business: &str, account: &str) -> Result<Value> {
        let request = Request::post(call!("connect"), HOST, format!("/{VERSION}/{dataset}/shared_accounts"))
            .form("account_id", account)
            .form("business", business);
        self.send(request).await
    }

    pub async fn unshare_account(&self, dataset: &str, business: &str, account: &str) -> Result<Value> {
        let path = format!("/{VERSION}/{dataset}/shared_accounts");
        let request = Request::delete(call!("disconnect"), HOST, path)
            .query("account_id", account)
            .query("business", business);
        self.send(request).await
    }

    async fn send(&self, request: Request) -> Result<Value> {
        let reply = self.caller.send(request).await?;
        self.read(&reply)
    }

    fn read(&self, reply: &Reply) -> Result<Value> {
        let body = match reply.json() {
            Ok(body) => body,
            Err(e) if reply.status >= 500 => {
                return Err(Error::new(ErrorKind::Temporary, "Meta is down")
                    .with("status", reply.status)
                    .caused_by(e));
            }
            Err(e) => return Err(e),
        };
        match body.get("error") {
            Some(error) => Err(errors::read(error, reply, &self.caller, self.manifest, self.now)),
            None if reply.is_success() => Ok(body),
            None => Err(Error::unexpected("a refusal without an error").with("status", reply.status)),
        }
    }
}

fn json_list(tasks: &Roles) -> String {
    serde_json::to_string(tasks).expect("a set of strings is JSON")
}

/// A field as text; Graph ids are text and sometimes numbers.
pub fn text(row: &Value, field: &str) -> Option<String> {
    match row.pointer(&format!("/{}", field.replace('.', "/")))? {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// A list of task names.
pub fn tasks(row: &Value, field: &str) -> Roles {
    let list = row.get(field).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
