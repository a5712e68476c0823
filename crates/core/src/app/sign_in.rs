//! Signing in at a platform: bound to the browser that pressed Connect, spent before the exchange.

use serde_json::json;
use valetkey_connectors::Platform;
use valetkey_sdk::access::Side;
use valetkey_sdk::connector::{Cx, Held, Identity};
use valetkey_sdk::error::Error;
use valetkey_sdk::manifest::SignIn;
use valetkey_sdk::point;
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::sign_in::{self as oauth, Credential};

use super::link::{Link, Trouble};
use super::offer::{self, Ask, Offer};
use super::{AppError, Why, grantees, grants};
use crate::defence;
use crate::desk::{At, Desk};
use crate::engine::sides::{self, Sides};
use crate::engine::state::{connection, item, request};
use crate::engine::{card, record};
use crate::ids::{ConnectionId, ItemId, MemberId};
use crate::store::connections::Connection;
use crate::store::items::Item;
use crate::store::sign_in_states::SignInState;
use crate::store::{Scope, Write};

/// A sign-in may take this long.
const STATE_MS: i64 = 10 * 60 * 1000;

/// Where to send the browser, and the cookie that binds it.
pub struct Started {
    pub url: String,
    pub browser: Secret,
}

/// Who pressed Connect.
pub enum For<'a> {
    Card { link: &'a Link, item: &'a Item },
    Agency { member: MemberId },
}

/// Starts a sign-in. A browser that already carries a cookie of ours keeps it.
pub async fn start(
    desk: &Desk,
    scope: &Scope,
    platform_id: &str,
    who: For<'_>,
    browser: Option<Secret>,
) -> Result<Started, AppError> {
    let sides = sides::of_platform(desk, platform_id)?;
    let own = match &who {
        For::Card { item, .. } => super::scanned::find_teller(desk, item)?,
        For::Agency { .. } => None,
    };
    let sign_in = own.map_or_else(|| first_sign_in(sides.platform), Ok)?;
    let (state, verifier) = (desk.random.token(), desk.random.token());
    let browser = browser.unwrap_or_else(|| desk.random.token());
    let state_hash = desk.hash_session(state.expose());
    let place = |column| At("sign_in_state", column, &state_hash);
    let (side, item_id, member_id, link_token, asks) = match &who {
        For::Card { link, item } => {
            let token = desk.seal(scope, place("link_token"), link.token.expose().as_bytes()).await?;
            (Side::Client, Some(item.id.clone()), None, Some(token), asks(item)?)
        }
        For::Agency { member } => (Side::Agency, None, Some(member.clone()), None, Vec::new()),
    };
    let row = SignInState {
        side: side.as_str().into(),
        item_id,
        member_id,
        platform: platform_id.into(),
        sign_in: sign_in.id.clone(),
        browser_hash: desk.hash_session(browser.expose()),
        verifier: desk.seal(scope, place("verifier"), verifier.expose().as_bytes()).await?,
        link_token,
        expires_at: desk.now_ms() + STATE_MS,
    };
    desk.store.add_sign_in_state(scope, state_hash.clone(), row, desk.now_ms()).await?;
    let scopes = match &who {
        For::Card { .. } => sign_in.scopes_for(asks.iter().map(|a| a.of.as_str())),
        For::Agency { .. } => sign_in.scopes_for_agency(),
    };
    let redirect = redirect_uri(desk, sign_in);
    let real =
        oauth::authorize_url(sign_in, sides.app, &redirect, &state, &verifier, &scopes).map_err(internal)?;
    let url = sides.http.browser_url(&real).map_err(internal)?;
    Ok(Started { url: url.into(), browser })
}

/// What a platform sent the browser back with.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Callback {
    pub state: Option<String>,
    pub code: Option<String>,
    /// The code under the other name that a manifest may give it.
    pub auth_code: Option<String>,
    pub error: Option<String>,
}

/// Where the browser goes next.
pub enum Back {
    /// The card can be chosen from.
    Pick { token: Secret, item: ItemId },
    /// Whoever owns what is scanned for has said which one it is.
    Scan { token: Secret, item: ItemId },
    /// What was approved before goes on by itself.
    Progress { token: Secret, item: ItemId },
    /// The card says what happened.
    Card { token: Secret },
    /// The client's "who has access".
    Access { token: Secret, taken: bool },
    /// The agency's grantees, with what was proven.
    Grantees { proven: usize },
}

/// Finishes a sign-in. Nothing is exchanged unless this is the browser that pressed Connect.
pub async fn finish(
    desk: &Desk,
    sign_in_id: &str,
    callback: Callback,
    browser: Option<Secret>,
) -> Result<Back, AppError> {
    let over = || AppError::Conflict(Why::message("sign-in-over", &[]));
    let state = callback.state.as_deref().ok_or_else(over)?;
    let state_hash = desk.hash_session(state);
    let found = desk.store.find_sign_in_state(&state_hash, desk.now_ms()).await?;
    let (scope, row) = found.ok_or_else(over)?;
    // Spent before anything else, by whoever brings it: nobody can bring the same answer back again (T04).
    if !desk.store.consume_sign_in_state(state_hash.clone(), desk.now_ms()).await? {
        return Err(over());
    }
    let same_browser = browser.is_some_and(|b| row_matches(desk, &row, &b)) || !defence::browser_binding();
    if !same_browser || row.sign_in != sign_in_id {
        return Err(over());
    }
    let connection_id = ConnectionId::new(&desk.clock, &desk.random);
    let flow = Flow { desk, scope, row, state_hash, connection_id };
    match flow.row.item_id.clone() {
        Some(item) => flow.finish_card(item, callback).await,
        None => flow.finish_agency(callback).await,
    }
}

fn row_matches(desk: &Desk, row: &SignInState, browser: &Secret) -> bool {
    Secret::new(&row.browser_hash).matches(&desk.hash_session(browser.expose()))
}

struct Flow<'a> {
    desk: &'a Desk,
    scope: Scope,
    row: SignInState,
    state_hash: String,
    /// Of the connection that this will become.
    connection_id: ConnectionId,
}

impl Flow<'_> {
    async fn finish_card(self, item_id: ItemId, callback: Callback) -> Result<Back, AppError> {
        let desk = self.desk;
        let sealed = self.row.link_token.clone().unwrap_or_default();
        let token =
            desk.open(&self.scope, At("sign_in_state", "link_token", &self.state_hash), &sealed).await?;
        let token = Secret::new(String::from_utf8_lossy(&token).into_owned());
        if let Ok(access) = super::access::find(desk, token.expose()).await {
            return self.finish_access(&access, item_id, callback).await;
        }
        let link = super::link::find(desk, token.expose()).await?;
        super::link::require_open(&link)?;
        let item = desk.store.get_item(&self.scope, &item_id).await?;
        let sides = sides::of_platform(desk, &self.row.platform)?;
        let asks = asks(&item)?;
        let signed_in = match self.credential(&sides, callback).await {
            Ok(credential) => self.look_around(&sides, &asks, credential).await,
            Err(e) => Err(e),
        };
        if super::scanned::is_scanned(desk, &item)? {
            return self.finish_owner(&link, item, token, signed_in).await;
        }
        match signed_in {
            Ok(SignedIn { credential, identity, offer }) => {
                let connection = self.connection(&identity, &credential, Some(item_id.clone())).await?;
                let approved = is_approved(&item);
                let other = self.other_account(&item, &connection).await?;
                // What was approved stays with whoever approved it, unless it waits for somebody: nobody else
                // with the link takes it over (T04).
                if let Some(remedy) = other.clone().filter(|_| approved)
                    && !grants::waits(desk, &self.scope, &item_id).await?
                {
                    self.trouble(&link, item, remedy).await?;
                    return Ok(Back::Card { token });
                }
                self.connect(&link, item, connection, &offer, other).await?;
                if approved {
                    // Signed in again after an approval: the access that was waiting for it is tried again.
                    grants::retry_all(desk, &self.scope, &item_id).await?;
                    return Ok(Back::Progress { token, item: item_id });
                }
                Ok(Back::Pick { token, item: item_id })
            }
            Err(remedy) => {
                self.trouble(&link, item, remedy).await?;
                Ok(Back::Card { token })
            }
        }
    }

    /// The owner of what a card is scanned for: the card stays as it is, and knows which one is theirs.
    async fn finish_owner(
        &self,
        link: &Link,
        item: Item,
        token: Secret,
        signed_in: Result<SignedIn, Remedy>,
    ) -> Result<Back, AppError> {
        let desk = self.desk;
        let back = Back::Scan { token: token.clone(), item: item.id.clone() };
        if is_approved(&item) {
            return Ok(Back::Card { token });
        }
        let SignedIn { credential, identity, .. } = match signed_in {
            Ok(signed_in) => signed_in,
            Err(remedy) => {
                self.trouble(link, item, remedy).await?;
                return Ok(Back::Card { token });
            }
        };
        let c = self.connection(&identity, &credential, Some(item.id.clone())).await?;
        let data = json!({"platform": c.platform, "person": identity.name, "connection": c.id});
        let mut writes = vec![
            record::audit(desk, "connection.made", c.id.as_str(), Some(&link.request.id), data),
            Write::Item(Box::new(Item { connection_id: Some(c.id.clone()), trouble: None, ..item })),
            Write::NewConnection(Box::new(c)),
        ];
        writes.extend(card::request_event(desk, &link.request, request::Event::Start));
        desk.store.commit(point!("owner known"), &self.scope, writes).await?;
        Ok(back)
    }

    /// Signed in again from "who has access": only the person who gave it takes over, in this browser.
    async fn finish_access(
        self,
        access: &super::access::Access,
        item_id: ItemId,
        callback: Callback,
    ) -> Result<Back, AppError> {
        let desk = self.desk;
        let item = desk.store.get_item(&self.scope, &item_id).await?;
        let request = desk.store.get_request(&self.scope, &item.request_id).await?;
        if request.client_id != access.client_id
            || !is_approved(&item)
            || super::scanned::is_scanned(desk, &item)?
            || super::access::is_over(desk, access)
        {
            return Err(AppError::NotFound("the card"));
        }
        let link = Link {
            scope: self.scope.clone(),
            request,
            token: access.token.clone(),
            standing: super::link::Standing::Complete,
            only: Some(item_id.clone()),
        };
        let sides = sides::of_platform(desk, &self.row.platform)?;
        let asks = asks(&item)?;
        let signed_in = match self.credential(&sides, callback).await {
            Ok(credential) => self.look_around(&sides, &asks, credential).await,
            Err(e) => Err(e),
        };
        let mut taken = false;
        if let Ok(SignedIn { credential, identity, offer }) = signed_in {
            let connection = self.connection(&identity, &credential, Some(item_id)).await?;
            if self.other_account(&item, &connection).await?.is_none() {
                self.connect(&link, item, connection, &offer, None).await?;
                taken = true;
            }
        }
        Ok(Back::Access { token: access.token.clone(), taken })
    }

    async fn finish_agency(self, callback: Callback) -> Result<Back, AppError> {
        let sides = sides::of_platform(self.desk, &self.row.platform)?;
        let refused = |remedy| {
            AppError::Refused(Box::new(super::Refusal { platform: self.row.platform.clone(), remedy }))
        };
        let credential = self.credential(&sides, callback).await.map_err(refused)?;
        let held = self.held(Side::Agency, &credential);
        let found = grantees::prove(&self.cx(&sides, &held), sides.platform).await;
        let (identity, proven) = found.map_err(|e| refused(remedy_of(&e)))?;
        let connection = self.connection(&identity, &credential, None).await?;
        let count = proven.iter().filter(|p| p.within.is_none()).count();
        grantees::record(self.desk, &self.scope, connection, &self.row.platform, proven).await?;
        Ok(Back::Grantees { proven: count })
    }

    /// Exchanges the code, once.
    async fn credential(&self, sides: &Sides<'_>, callback: Callback) -> Result<Credential, Remedy> {
        let sign_in = self.sign_in(sides)?;
        let code = if sign_in.names.code_back() == "auth_code" { callback.auth_code } else { callback.code };
        let Some(code) = code.filter(|_| callback.error.is_none()) else {
            return Err(Remedy::new("consent-denied"));
        };
        let place = At("sign_in_state", "verifier", &self.state_hash);
        let verifier = self.desk.open(&self.scope, place, &self.row.verifier).await;
        let verifier = verifier.map_err(|_| Remedy::new("no-answer"))?;
        let verifier = Secret::new(String::from_utf8_lossy(&verifier).into_owned());
        let with = oauth::Exchange { http: &sides.http, sign_in, app: sides.app, now: self.desk.clock.now() };
        let redirect = redirect_uri(self.desk, sign_in);
        let short = oauth::exchange(&with, &Secret::new(code), &redirect, &verifier).await.map_err(logged)?;
        oauth::extend(&with, short).await.map_err(logged)
    }

    /// Who it is, what they allowed, what there is to share.
    async fn look_around(
        &self,
        sides: &Sides<'_>,
        asks: &[Ask],
        credential: Credential,
    ) -> Result<SignedIn, Remedy> {
        let connector = sides.platform.connector.as_ref().ok_or_else(|| Remedy::new("guided"))?;
        let held = self.held(Side::Client, &credential);
        let cx = self.cx(sides, &held);
        let identity = connector.identify(&cx, Side::Client).await.map_err(logged)?;
        let sign_in = self.sign_in(sides)?;
        if let Some(granted) = &identity.scopes {
            let mut missing = sign_in.scopes_for(asks.iter().map(|a| a.of.as_str()));
            missing.retain(|scope| !granted.contains(scope));
            if !missing.is_empty() {
                let list = missing.into_iter().collect::<Vec<_>>().join(", ");
                return Err(Remedy::new("permissions-missing").arg("missing", list));
            }
        }
        // Who only says which one is theirs has nothing to choose from.
        let offer = match &sign_in.tells {
            Some(_) => Offer::default(),
            None => offer::list(connector.as_ref(), &cx, asks).await.map_err(logged)?,
        };
        Ok(SignedIn { credential, identity, offer })
    }

    fn sign_in<'b>(&self, sides: &Sides<'b>) -> Result<&'b SignIn, Remedy> {
        sides.platform.manifest.sign_in(&self.row.sign_in).map_err(logged)
    }

    fn held(&self, side: Side, credential: &Credential) -> Vec<Held> {
        let connection = self.connection_id.to_string();
        vec![Held { side, connection, sign_in: self.row.sign_in.clone(), credential: credential.clone() }]
    }

    fn cx<'b>(&'b self, sides: &'b Sides<'_>, held: &'b [Held]) -> Cx<'b> {
        Cx {
            manifest: &sides.platform.manifest,
            app: sides.app,
            credentials: held,
            http: &sides.http,
            clock: &self.desk.clock,
        }
    }

    async fn connection(
        &self,
        identity: &Identity,
        credential: &Credential,
        item_id: Option<ItemId>,
    ) -> Result<Connection, AppError> {
        let id = self.connection_id.clone();
        let place = At("connection", "credential", id.as_str());
        let sealed = self.desk.seal(&self.scope, place, &credential.to_sealable()).await?;
        let (state, _) = connection::next(connection::State::Pending, connection::Event::Authorised)
            .map_err(|e| AppError::Internal(e.into()))?;
        Ok(Connection {
            id,
            side: self.row.side.clone(),
            item_id,
            member_id: self.row.member_id.clone(),
            platform: self.row.platform.clone(),
            sign_in: self.row.sign_in.clone(),
            state: state.as_str().into(),
            browser_hash: self.row.browser_hash.clone(),
            identity: json_text(identity)?,
            credential: Some(sealed),
            created_at: self.desk.now_ms(),
            rev: 0,
        })
    }

    /// The card is connected: connection, listing and state in one transaction.
    async fn connect(
        &self,
        link: &Link,
        item: Item,
        c: Connection,
        offer: &Offer,
        notice: Option<Remedy>,
    ) -> Result<(), AppError> {
        let desk = self.desk;
        let state = item::State::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
        let (next, effects) =
            item::next(state, item::Event::Connect).map_err(|e| AppError::Conflict(e.to_string().into()))?;
        let notice = notice.map(|remedy| json_text(&Trouble { remedy })).transpose()?;
        let data = json!({"platform": c.platform, "person": identity_of(&c)?.name, "connection": c.id});
        let mut writes = vec![
            record::audit(desk, "connection.made", c.id.as_str(), Some(&link.request.id), data),
            Write::Item(Box::new(Item {
                state: next.as_str().into(),
                connection_id: Some(c.id.clone()),
                offer: Some(json_text(offer)?),
                choice: None,
                trouble: notice,
                ..item.clone()
            })),
            Write::NewConnection(Box::new(c)),
        ];
        writes.extend(record::events(desk, &effects, item.id.as_str(), Some(&link.request.id)));
        writes.extend(card::request_event(desk, &link.request, request::Event::Start));
        desk.store.commit(point!("connect"), &self.scope, writes).await?;
        Ok(())
    }

    /// Another person than at the last sign-in on this card: said, and before an approval not refused.
    async fn other_account(&self, item: &Item, new: &Connection) -> Result<Option<Remedy>, AppError> {
        let Some(id) = &item.connection_id else { return Ok(None) };
        let Some(old) = self.desk.store.find_connection(&self.scope, id).await? else { return Ok(None) };
        let (old, new) = (identity_of(&old)?, identity_of(new)?);
        if old.id == new.id {
            return Ok(None);
        }
        Ok(Some(Remedy::new("other-account").arg("before", old.name).arg("now", new.name)))
    }

    async fn trouble(&self, link: &Link, item: Item, remedy: Remedy) -> Result<(), AppError> {
        let data = json!({"platform": item.platform, "remedy": remedy});
        let id = item.id.clone();
        let writes = vec![
            record::audit(self.desk, "connection.refused", id.as_str(), Some(&link.request.id), data),
            Write::Item(Box::new(Item { trouble: Some(json_text(&Trouble { remedy })?), ..item })),
        ];
        Ok(self.desk.store.commit(point!("trouble"), &self.scope, writes).await?)
    }
}

struct SignedIn {
    credential: Credential,
    identity: Identity,
    offer: Offer,
}

/// The card was approved: what was chosen there is settled.
pub fn is_approved(item: &Item) -> bool {
    matches!(item::State::parse(&item.state), Some(item::State::Approved | item::State::Settled))
}

/// What a card asks for.
pub fn asks(item: &Item) -> Result<Vec<Ask>, AppError> {
    serde_json::from_str(&item.asks).map_err(|e| AppError::Internal(e.into()))
}

/// Who signed in on this connection.
pub fn identity_of(c: &Connection) -> Result<Identity, AppError> {
    serde_json::from_str(&c.identity).map_err(|e| AppError::Internal(e.into()))
}

fn first_sign_in(platform: &Platform) -> Result<&SignIn, AppError> {
    platform.manifest.sign_ins.first().ok_or(AppError::NotFound("the sign-in"))
}

/// Registered at the vendor: never changes.
fn redirect_uri(desk: &Desk, sign_in: &SignIn) -> String {
    format!("{}/callback/{}", desk.public_url.as_str().trim_end_matches('/'), sign_in.id)
}

pub(super) fn json_text(value: &impl serde::Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(|e| AppError::Internal(e.into()))
}

fn internal(e: Error) -> AppError {
    AppError::Internal(e.into())
}

fn logged(e: Error) -> Remedy {
    tracing::warn!(error = %e, "a sign-in did not come through");
    remedy_of(&e)
}

/// A failed call during sign-in, as advice on the card.
fn remedy_of(e: &Error) -> Remedy {
    use valetkey_sdk::ErrorKind as K;
    match &e.kind {
        K::Rejected(remedy) => Remedy::clone(remedy),
        K::Reauthorize { .. } => Remedy::new("sign-in-refused"),
        K::Forbidden => Remedy::new("forbidden"),
        K::RateLimited { .. } => Remedy::new("busy"),
        K::Unsupported => Remedy::new("guided"),
        K::NotFound | K::Conflict | K::Temporary | K::Unexpected => Remedy::new("no-answer"),
    }
}
