//! A platform's facts: hosts, sign-ins, asset types, levels. Data only; unknown keys are refused.

mod errors;
mod parse;
mod pattern;
mod sign_in;
mod staff;
pub mod task;
#[cfg(test)]
mod tests;
mod usage;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

pub use errors::{Doer, ErrorFacts, add_errors};
pub use parse::parse;
pub use pattern::IdPattern;
pub use sign_in::{Extend, Names, Notices, SignIn, SignInKind, TokenMethod};
pub use task::{Need, TaskFacts};
pub use usage::{LimitOf, Regain, UsageFacts};

use crate::access::{AssetType, Level, Roles, Side};
use crate::error::{Error, Result};

/// One platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Lower-case id, the folder's name; part of addresses and never changed.
    pub id: String,
    pub name: String,
    /// Other names that people know it or its own by: nobody who asks for access goes by one of them.
    #[serde(default)]
    pub also_called: Vec<String>,
    pub category: String,
    /// Its place in lists; those without one come after, by name.
    #[serde(default = "default_order")]
    pub order: u16,
    /// The only hosts that calls may go to, exact names.
    pub hosts: Vec<String>,
    /// How many grants of one connection may be worked on at once.
    #[serde(default = "default_parallel")]
    pub parallel: usize,
    /// Where the facts were read, and when.
    pub sources: Vec<Source>,
    #[serde(default, rename = "sign_in")]
    pub sign_ins: Vec<SignIn>,
    /// What can receive access here.
    #[serde(default, rename = "grantee")]
    pub grantees: Vec<GranteeFacts>,
    #[serde(default, rename = "asset")]
    pub assets: Vec<AssetFacts>,
    /// What an agency does here for a client, and the least that it needs.
    #[serde(default, rename = "task")]
    pub tasks: Vec<TaskFacts>,
    /// How it tells the used share of its limits.
    #[serde(default)]
    pub usage: Vec<UsageFacts>,
    /// Messages that people meet.
    #[serde(default, rename = "error")]
    pub errors: Vec<ErrorFacts>,
    /// What the operator's app has to be granted by the platform before others can use it.
    #[serde(default, rename = "review")]
    pub reviews: Vec<ReviewFacts>,
    /// What else the operator does there first, in this order.
    #[serde(default, rename = "go_live")]
    pub go_live: Vec<GoLiveFacts>,
    /// Since when the steps in `guide.<lang>.md` are the platform's, newest last.
    #[serde(default, rename = "guide")]
    pub guides: Vec<GuideFacts>,
}

/// One permission that the platform reviews.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFacts {
    pub permission: String,
    /// What the platform calls the step that is needed.
    pub access: String,
    /// What it is used for, in words that the reviewer can be given.
    pub used_for: String,
}

/// One step of an operator at the platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoLiveFacts {
    pub step: String,
    /// The id of one of the sources.
    pub source: Option<String>,
}

/// Where the steps of a guide come from, and from when on they hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideFacts {
    pub from: jiff::civil::Date,
    pub source: String,
}

/// A page where a fact was read, and the day.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// By which the facts of a message name it.
    pub id: Option<String>,
    pub what: String,
    pub url: String,
    pub read: jiff::civil::Date,
}

/// A kind of principal that an agency may name as receiver.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GranteeFacts {
    pub kind: String,
    pub id: IdPattern,
    /// The container type that the agency's own sign-in lists, which proves the grantee.
    pub proven_by: Option<AssetType>,
    /// The kind of grantee that must hold the access first: this one is then assigned on the agency's side,
    /// by the agency's own sign-in.
    pub after: Option<String>,
    /// May be named before it is proven: it has to accept at the platform, and pages say that it is unproven.
    #[serde(default)]
    pub typed: bool,
    /// The only asset types that it can be given; empty means all.
    #[serde(default)]
    pub takes: Vec<AssetType>,
    /// How it is given to this kind, where that differs from what the levels say.
    pub given: Option<Given>,
    /// Of one that comes after another: the levels that it can follow; empty means all.
    #[serde(default)]
    pub levels: BTreeSet<Level>,
    /// Of one that comes after another: what it holds, whatever the level that it follows. An account is connected
    /// or it is not, and works for nobody by itself. Empty: the level's own roles.
    #[serde(default)]
    pub holds: Roles,
    /// Of one that comes after another: the platform may leave it there when the share ends, so it goes first.
    #[serde(default)]
    pub ends_first: bool,
}

impl GranteeFacts {
    pub fn takes(&self, of: &AssetType) -> bool {
        self.takes.is_empty() || self.takes.contains(of)
    }

    pub fn takes_at(&self, of: &AssetType, level: Level) -> bool {
        self.takes(of) && (self.levels.is_empty() || self.levels.contains(&level))
    }

    /// It is a thing that is connected, and nobody who works.
    pub fn is_connected(&self) -> bool {
        !self.holds.is_empty()
    }
}

/// How one kind of grantee receives access, whatever the asset type's levels say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    pub method: Method,
    #[serde(default)]
    pub verify: Vec<Side>,
    #[serde(default)]
    pub revoke: Vec<Side>,
    #[serde(default)]
    pub change: Change,
}

/// One type of asset.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssetFacts {
    #[serde(rename = "type")]
    pub of: AssetType,
    /// The container's type, where assets of this type lie in one.
    pub parent: Option<AssetType>,
    /// What stands against sharing the container also stands against sharing this.
    #[serde(default = "default_true")]
    pub parent_checks: bool,
    /// The sign-in whose credential reads and changes it; none where people do everything by hand.
    pub sign_in: Option<String>,
    pub id: IdPattern,
    /// A prefix that the platform adds to role names when it is read back.
    #[serde(default)]
    pub strip_prefix: Option<String>,
    /// Holding the key includes holding these.
    #[serde(default)]
    pub implies: BTreeMap<String, Roles>,
    /// Roles of which somebody holds one: each includes those named before it.
    #[serde(default)]
    pub ranks: Vec<String>,
    /// Roles that can be wished for beside those of any level; no level brings them.
    #[serde(default)]
    pub on_top: Roles,
    /// What the platform's own pages ask whoever gives it there. No call answers it, and nobody can read the answer.
    pub question: Option<Question>,
    /// Asking for the key makes the platform add these by itself: said before approval.
    #[serde(default)]
    pub expands: BTreeMap<String, Roles>,
    #[serde(default)]
    pub change: Change,
    #[serde(default)]
    pub serialize: Serialize,
    #[serde(default)]
    pub revoke_scope: RevokeScope,
    /// How long an invitation stays open at the platform, in seconds, where it ends by itself.
    #[serde(default)]
    pub native_expiry_s: Option<i64>,
    /// What the access may cost the client, as ids of the platform's words (`cost-…`): said before approval.
    #[serde(default)]
    pub costs: Vec<String>,
    /// How long the platform may take to show an accepted change to readers, in seconds.
    #[serde(default = "default_settle_s")]
    pub settle_s: i64,
    /// Types that come first where they are asked for as well: before that this one is not offered.
    #[serde(default)]
    pub after: Vec<AssetType>,
    /// The agency's sign-in makes a code, and the owner lets the agency in by scanning it. Nobody of the client
    /// signs in to us for it, so the agency alone reads it.
    #[serde(default)]
    pub scan: bool,
    /// The agency can ask the owner for it from its own container, by its id; the owner answers at the platform.
    #[serde(default)]
    pub asks: bool,
    /// Who is in it can be listed: the map of who has access reads it along with what was given inside it.
    #[serde(default)]
    pub mapped: bool,
    /// The platform refuses to give what is already given, so a repeat can do no harm.
    #[serde(default)]
    pub refuses_repeats: bool,
    #[serde(default, rename = "level")]
    pub levels: BTreeMap<Level, LevelFacts>,
}

/// Something that a platform's own pages ask along the way. In the words: `question-ID` what yes brings, `-means` more
/// about it, `-wished` for the client of whom yes is wished, `-yes` and `-no` the answers as those pages have them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub id: String,
    /// It is asked when these levels are given.
    pub levels: BTreeSet<Level>,
}

fn default_order() -> u16 {
    u16::MAX
}

fn default_parallel() -> usize {
    1
}

fn default_true() -> bool {
    true
}

fn default_settle_s() -> i64 {
    60
}

/// What one level means on one asset type.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelFacts {
    /// Native roles asked for.
    pub roles: Roles,
    pub method: Method,
    /// Sides whose credential can read the access back, best first; empty means attested.
    #[serde(default)]
    pub verify: Vec<Side>,
    /// Sides whose credential can say yes to an invitation in place of the person invited.
    #[serde(default)]
    pub accept: Vec<Side>,
    /// Sides whose credential can take it away, best first; empty means guided.
    #[serde(default)]
    pub revoke: Vec<Side>,
}

/// How access comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Effective by the client's approval.
    Share,
    /// The grantee accepts.
    Invite,
    /// The agency asks and the client approves at the platform.
    Request,
    /// A person clicks.
    Guided,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Invite => "invite",
            Self::Request => "request",
            Self::Guided => "guided",
        }
    }
}

/// How roles that are there can become others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    #[default]
    InPlace,
    RaiseOnly,
    /// Take away, then give again: a short gap.
    Replace,
}

/// What must not be changed in parallel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Serialize {
    #[default]
    Asset,
    Parent,
    Connection,
}

/// What else goes when the access is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevokeScope {
    #[default]
    Asset,
    Partner,
}

impl Manifest {
    /// The sign-in by which its owner says which asset of this type is theirs.
    pub fn find_teller(&self, of: &AssetType) -> Option<&SignIn> {
        self.sign_ins.iter().find(|s| s.tells.as_ref() == Some(of))
    }

    /// The facts of a sign-in; an error names the ones there are.
    pub fn sign_in(&self, id: &str) -> Result<&SignIn> {
        self.sign_ins.iter().find(|s| s.id == id).ok_or_else(|| {
            Error::unexpected(format!("{} has no sign-in {id}", self.id))
                .with("sign-ins", self.sign_ins.iter().map(|s| s.id.as_str()).collect::<Vec<_>>().join(" "))
        })
    }

    pub fn find_asset(&self, of: &AssetType) -> Option<&AssetFacts> {
        self.assets.iter().find(|a| &a.of == of)
    }

    /// The facts of an asset type; an error names the ones there are.
    pub fn asset(&self, of: &AssetType) -> Result<&AssetFacts> {
        self.find_asset(of).ok_or_else(|| {
            Error::unexpected(format!("{} has no asset type {of}", self.id))
                .with("asset types", self.assets.iter().map(|a| a.of.as_str()).collect::<Vec<_>>().join(" "))
        })
    }

    /// The kinds of message that this text fits best.
    pub fn find_errors(&self, message: &str) -> Vec<&ErrorFacts> {
        errors::find(&self.errors, message)
    }

    /// What a refusal with this code and subcode means, where the facts tell.
    pub fn find_refusal(&self, code: i64, subcode: i64) -> Option<&ErrorFacts> {
        let subcode = if subcode == 0 { String::new() } else { format!(" subcode {subcode}") };
        match self.find_errors(&format!("code {code}{subcode}"))[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Messages that the steps by hand for this asset type can end in.
    pub fn messages_on<'a>(&'a self, of: &AssetType) -> impl Iterator<Item = &'a ErrorFacts> + use<'a> {
        let of = of.clone();
        self.errors.iter().filter(move |e| e.on.contains(&of))
    }

    pub fn find_source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|s| s.id.as_deref() == Some(id))
    }

    pub fn find_grantee(&self, kind: &str) -> Option<&GranteeFacts> {
        self.grantees.iter().find(|g| g.kind == kind)
    }
}

impl AssetFacts {
    /// Role names without the platform's read-back prefix.
    pub fn normalise(&self, roles: &Roles) -> Roles {
        roles
            .iter()
            .map(|r| match &self.strip_prefix {
                Some(prefix) => r.strip_prefix(prefix.as_str()).unwrap_or(r).to_owned(),
                None => r.clone(),
            })
            .collect()
    }

    /// Normalised roles with everything they include.
    pub fn closure(&self, roles: &Roles) -> Roles {
        self.with_lower_ranks(grow(self.normalise(roles), &self.implies))
    }

    /// Whether these may be asked for at a level that has those: fewer, never more, but what comes on top.
    pub fn fits(&self, own: &Roles, of_level: &Roles) -> bool {
        let (base, _) = self.apart(own);
        !base.is_empty() && self.closure(&base).is_subset(&self.announced(of_level))
    }

    /// These roles without those that come on top of a level, and those.
    pub fn apart(&self, roles: &Roles) -> (Roles, Roles) {
        roles.iter().cloned().partition(|role| !self.on_top.contains(role))
    }

    /// Everything the platform will show when `roles` are asked for: what the approve page announces.
    pub fn announced(&self, roles: &Roles) -> Roles {
        self.with_lower_ranks(grow(grow(self.normalise(roles), &self.expands), &self.implies))
    }

    /// What the platform adds by itself to `roles`. A lower rank is no addition: it is a part.
    pub fn adds(&self, roles: &Roles) -> Roles {
        let asked = self.with_lower_ranks(self.normalise(roles));
        self.announced(roles).difference(&asked).cloned().collect()
    }

    fn with_lower_ranks(&self, mut roles: Roles) -> Roles {
        let highest = self.ranks.iter().rposition(|rank| roles.contains(rank));
        roles.extend(self.ranks.iter().take(highest.unwrap_or(0)).cloned());
        roles
    }
}

/// Adds what the table says until nothing new comes.
fn grow(mut roles: Roles, table: &BTreeMap<String, Roles>) -> Roles {
    loop {
        let more: Roles = roles.iter().filter_map(|r| table.get(r)).flatten().cloned().collect();
        if more.is_subset(&roles) {
            return roles;
        }
        roles.extend(more);
    }
}
