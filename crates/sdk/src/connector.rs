//! What speaks to one platform: three reads, three writes, one effectful call per write; codes to scan, a log to
//! show, and what the agency asks owners for.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::access::{AssetRef, AssetType, Entitlement, Party, Principal, Side, Wish};
use crate::app::App;
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Caller, PlatformClient};
use crate::manifest::Manifest;
use crate::page::{Cursor, Page};
use crate::remedy::Remedy;
use crate::sign_in::Credential;

/// Decisions about one platform; its facts are in the manifest.
///
/// Implementations return one page, and never sleep, retry, refresh, loop over pages of their own
/// listings, or log bodies. A write makes exactly one effectful call.
#[async_trait]
pub trait Connector: Send + Sync {
    /// Who is signed in on this side.
    async fn identify(&self, cx: &Cx<'_>, side: Side) -> Result<Identity>;

    /// Assets of one type: inside the container `under`, or those outside any container.
    async fn discover(
        &self,
        _cx: &Cx<'_>,
        _side: Side,
        of: &AssetType,
        _under: Option<&AssetRef>,
        _at: Cursor,
    ) -> Result<Page<Asset>> {
        Err(Error::unsupported(&format!("listing {of}")))
    }

    /// Who holds what on this asset now; only rows of `of` when given.
    async fn entitlements(
        &self,
        _cx: &Cx<'_>,
        _side: Side,
        on: &AssetRef,
        _of: Option<&Principal>,
        _at: Cursor,
    ) -> Result<Page<Entitlement>> {
        Err(Error::unsupported(&format!("reading who has access to {}", on.of())))
    }

    /// Creates the access, or changes `seen` in place.
    async fn grant(&self, _cx: &Cx<'_>, wish: &Wish, _seen: Option<&Entitlement>) -> Result<Outcome> {
        Err(Error::unsupported(&format!("giving access to {}", wish.on.of())))
    }

    /// The side whose credential we hold says yes to a pending entitlement.
    async fn accept(&self, _cx: &Cx<'_>, pending: &Entitlement) -> Result<Outcome> {
        Err(Error::unsupported(&format!("accepting access to {}", pending.on.of())))
    }

    /// An address that an asset's owner opens by scanning it, and there lets `who` in. Made by the agency's
    /// sign-in; nobody has more access by it than before.
    async fn scan(&self, _cx: &Cx<'_>, of: &AssetType, _who: &Principal) -> Result<Scan> {
        Err(Error::unsupported(&format!("a code to scan for {of}")))
    }

    /// What was done lately where this asset lies, newest first, as the platform's own log says it. Only read to
    /// be shown: nothing is concluded from it.
    async fn activity(&self, _cx: &Cx<'_>, _side: Side, on: &AssetRef) -> Result<Vec<Happening>> {
        Err(Error::unsupported(&format!("reading what was done to {}", on.of())))
    }

    /// Asks the owner for access in the name of `wish.who`, with the agency's sign-in. The owner answers at the
    /// platform; until then nobody has more access than before.
    async fn ask(&self, _cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
        Err(Error::unsupported(&format!("asking the owner for a {}", wish.on.of())))
    }

    /// What `who` asked owners for and nobody answered yet, read with the agency's sign-in.
    async fn asked(
        &self,
        _cx: &Cx<'_>,
        of: &AssetType,
        _who: &Principal,
        _at: Cursor,
    ) -> Result<Page<Entitlement>> {
        Err(Error::unsupported(&format!("listing what was asked for among {of}")))
    }

    /// Takes an active entitlement away, or withdraws a pending one.
    async fn revoke(&self, _cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        Err(Error::unsupported(&format!("removing access to {}", held.on.of())))
    }
}

/// What a call may use: the facts, the operator's app, the credentials at hand, the way out, the time.
pub struct Cx<'a> {
    pub manifest: &'a Manifest,
    pub app: &'a App,
    pub credentials: &'a [Held],
    pub http: &'a PlatformClient,
    pub clock: &'a Clock,
}

/// A credential at hand, and whose it is.
#[derive(Clone, Debug)]
pub struct Held {
    pub side: Side,
    /// Our id of the sign-in: what is called with it shares limits.
    pub connection: String,
    pub sign_in: String,
    pub credential: Credential,
}

impl<'a> Cx<'a> {
    /// The way out with this side's credential; `Reauthorize` when there is none.
    pub fn caller(&self, side: Side, sign_in: &str) -> Result<Caller<'a>> {
        let held =
            self.credentials.iter().find(|h| h.side == side && h.sign_in == sign_in).ok_or_else(|| {
                let kind = ErrorKind::Reauthorize { side, sign_in: sign_in.to_owned() };
                Error::new(kind, format!("nobody is signed in at {sign_in} on the {} side", side.as_str()))
            })?;
        let facts = self.manifest.sign_in(sign_in)?;
        Ok(Caller::new(self.http, facts, self.app, held))
    }
}

/// Who signed in, as the platform names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub id: String,
    pub name: String,
    /// What this credential may do, where the platform says so.
    pub scopes: Option<Vec<String>>,
}

/// One thing found on the platform, with what preflight says about sharing it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    pub on: AssetRef,
    pub name: String,
    /// One short line that tells two of the same name apart (currency, category, …).
    pub detail: Option<String>,
    #[serde(default)]
    pub checks: Vec<Check>,
}

impl Asset {
    /// The first reason why it cannot be shared, if any.
    pub fn blocked(&self) -> Option<&Remedy> {
        self.checks.iter().find_map(|c| match &c.state {
            CheckState::Failed(remedy) => Some(remedy),
            CheckState::Ok | CheckState::Ask(_) => None,
        })
    }

    /// What cannot be read, as ids of the platform's words (`ask-…`): the client is asked before approving.
    pub fn questions(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().filter_map(|c| match &c.state {
            CheckState::Ask(question) => Some(question.as_str()),
            CheckState::Ok | CheckState::Failed(_) => None,
        })
    }
}

/// One line of a platform's activity log.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Happening {
    pub at: Timestamp,
    /// The id of the container that it is the log of.
    pub within: String,
    /// Who did it, where the log says so.
    pub by: Option<String>,
    /// In the platform's own words.
    pub what: String,
}

/// What a code for scanning holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// An https address on one of the platform's hosts.
    pub address: String,
    /// How long it can be scanned, where the platform says so.
    pub until: Option<Timestamp>,
}

/// One preflight question about an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub id: String,
    pub state: CheckState,
}

impl Check {
    /// A question to the client, whose words are `ask-{question}`: with `.do` for who has to say no.
    pub fn ask(question: &str) -> Self {
        Self { id: question.to_owned(), state: CheckState::Ask(question.to_owned()) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    Ok,
    Failed(Remedy),
    /// It cannot be read: the card asks this question (an id in the platform's words).
    Ask(String),
}

/// What a write's answer said. Never believed; it only tells how long to wait before reading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The platform took the call.
    Taken,
    /// Taken, and somebody still has to say yes.
    Pending { by: Party, expires_at: Option<Timestamp> },
    /// It was so already.
    Already,
}
