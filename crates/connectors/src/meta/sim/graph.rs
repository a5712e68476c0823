//! The Graph API's front: one call in, one answer out, with limits and headers around it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::call::Call;
use super::refusal::Refusal;
use super::session::{Session, authenticate};
use super::usage::Meter;
use super::world::{AssetKind, World};
use super::{
    Meta, agencies, agreements, assets, assigned_users, me, oauth, people, portfolios, relations,
    shared_accounts, temporary,
};

pub fn answer(meta: &Meta, parts: &Parts, body: &[u8], lag_ms: i64) -> Response {
    let trace = format!("A{}", &meta.hub.random.token().expose()[..12]);
    let mut headers = HeaderMap::new();
    let (version, answer) = match Call::parse(parts, body, lag_ms) {
        Ok(call) => (call.version.clone(), dispatch(meta, &call, &mut headers)),
        Err(refusal) => (String::new(), Err(refusal)),
    };
    let mut response = match answer {
        Ok(value) => Json(value).into_response(),
        Err(refusal) => refusal.into_response(&trace),
    };
    headers.extend([("facebook-api-version", version), ("x-fb-trace-id", trace)].into_iter().filter_map(
        |(name, value)| Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?)),
    ));
    response.headers_mut().extend(headers);
    response
}

fn dispatch(meta: &Meta, call: &Call, headers: &mut HeaderMap) -> Result<Value, Refusal> {
    temporary::end_what_is_over(&meta.books, &meta.hub);
    let world = meta.books.world.visible(meta.hub.clock.now_ms());
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => return Err(Refusal::parameter("Batch calls are not simulated")),
        ["oauth", "access_token"] => return oauth::exchange(meta, &world, call),
        ["debug_token"] => return oauth::debug_token(meta, &world, call),
        _ => {}
    }
    let session = authenticate(meta, &world, call)?;
    let node = find_node(&world, &session, path[0]);
    let (counted, fits) = count(meta, &world, &session, node.as_ref());
    *headers = counted;
    fits?;
    let node = node.ok_or_else(|| Refusal::no_such_object(&call.method, path[0]))?;
    let cx = Cx { meta, world: &world, call, session: &session };
    match node {
        Node::Person => me::answer(&cx, &path[1..]),
        Node::Portfolio(id) => match path[1..] {
            ["agencies" | "clients", ..] => relations::answer(&cx, &id, &path[1..]),
            _ => portfolios::answer(&cx, &id, &path[1..]),
        },
        Node::Asset(id) => match path[1..] {
            ["agencies"] => agencies::answer(&cx, &id),
            ["assigned_users"] => assigned_users::answer(&cx, &id),
            ["shared_accounts"] => shared_accounts::answer(&cx, &id),
            _ => assets::answer(&cx, &id, &path[1..]),
        },
        Node::Agreement { asset, partner } => agreements::answer(&cx, &asset, &partner, &path[1..]),
        Node::InstagramUser(asset) => assets::answer_instagram_user(&cx, &asset, &path[1..]),
        Node::Invitation { portfolio, id } => match (call.method.as_str(), &path[1..]) {
            ("DELETE", []) => people::withdraw(&cx, &portfolio, &id),
            _ => Err(cx.unsupported()),
        },
        Node::Assignee(id) => portfolios::answer_assignee(&cx, &id, &path[1..]),
    }
}

/// What the answer to one call is made from.
pub struct Cx<'a> {
    pub meta: &'a Meta,
    /// As reads see it now.
    pub world: &'a World,
    pub call: &'a Call,
    pub session: &'a Session,
}

impl Cx<'_> {
    pub fn person(&self) -> &str {
        self.session.person()
    }

    /// A person's name as the cast has it.
    pub fn name_of(&self, person: &str) -> String {
        self.meta.hub.people().find(person).map_or_else(String::new, |person| person.name.clone())
    }

    /// Changes the newest state; a refusal leaves it as it was.
    pub fn change<R>(&self, apply: impl FnOnce(&mut World) -> Result<R, Refusal>) -> Result<R, Refusal> {
        // `?method=post` makes a change of a GET.
        self.meta.hub.touch();
        self.meta.books.world.change(self.meta.hub.clock.now_ms(), self.call.lag_ms, apply)
    }

    pub fn unsupported(&self) -> Refusal {
        let id = self.call.path.first().map_or("", String::as_str);
        Refusal::no_such_object(&self.call.method, id)
    }
}

/// What an id in a path leads to.
enum Node {
    Person,
    Portfolio(String),
    Asset(String),
    /// A member or system user of a portfolio.
    Assignee(String),
    /// What somebody outside has to accept before they are in a portfolio.
    Invitation {
        portfolio: String,
        id: String,
    },
    /// What a partner has to approve before a share takes effect.
    Agreement {
        asset: String,
        partner: String,
    },
    /// An Instagram account under its user id. It is shared under another: that of the business asset.
    InstagramUser(String),
}

fn find_node(world: &World, session: &Session, id: &str) -> Option<Node> {
    if id == "me" {
        return Some(session.token.page.clone().map_or(Node::Person, Node::Asset));
    }
    if world.users.get(session.person()).is_some_and(|user| user.id == id) {
        return Some(Node::Person);
    }
    if world.portfolios.contains_key(id) {
        return Some(Node::Portfolio(id.into()));
    }
    if let Some(asset) = world.assets.get(id) {
        return (asset.kind != AssetKind::Threads).then(|| Node::Asset(id.into()));
    }
    if let Some((asset, partner)) = world.find_agreement(id) {
        return Some(Node::Agreement { asset, partner });
    }
    if let Some((asset, _)) = world.assets.iter().find(|(_, asset)| asset.ig_user_id.as_deref() == Some(id)) {
        return Some(Node::InstagramUser(asset.clone()));
    }
    if let Some((portfolio, _)) =
        world.portfolios.iter().find(|(_, entry)| entry.pending_users.contains_key(id))
    {
        return Some(Node::Invitation { portfolio: portfolio.clone(), id: id.into() });
    }
    world.find_assignee(id, str::to_owned).map(|_| Node::Assignee(id.into()))
}

fn count(
    meta: &Meta,
    world: &World,
    session: &Session,
    node: Option<&Node>,
) -> (HeaderMap, Result<(), Refusal>) {
    let kind = if session.token.page.is_some() { "pages" } else { "ads_management" };
    let (business, is_ad_account) = match node {
        Some(Node::Portfolio(id)) => (Some(id.as_str()), false),
        Some(Node::Asset(id)) => {
            let asset = &world.assets[id];
            (Some(asset.portfolio.as_ref().unwrap_or(id).as_str()), asset.kind == AssetKind::AdAccount)
        }
        _ => (None, false),
    };
    let meter = Meter {
        app: &session.token.app,
        person: session.person(),
        business: business.map(|id| (id, kind)),
        is_ad_account,
    };
    meta.books.usage.count(&world.limits, &meter, meta.hub.clock.now_ms())
}
