//! The simulated platforms' facts: one for each way in which access comes about and changes.

use std::sync::{Arc, LazyLock};

use valetkey_connectors::Platform;
use valetkey_sdk::manifest::{self, Manifest};
use valetkey_sdk::words::Words;

use super::connector::Simulated;
use super::world::Shared;

/// How access comes about at one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Effective at once.
    Share,
    /// The person accepts; the agency's sign-in can say yes for them, or nobody of ours.
    Invite,
    /// The agency asks and the client approves, there.
    Ask,
}

/// What one of them does.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub id: &'static str,
    pub way: Way,
    change: &'static str,
    more: &'static str,
    accept: &'static str,
    /// Giving what is given already is refused there.
    pub refuses_repeats: bool,
    /// An invitation ends by itself after this long, in seconds.
    pub lapses_s: Option<i64>,
    /// Roles can only become more.
    pub raise_only: bool,
}

const SHARE: Kind = Kind {
    id: "place",
    way: Way::Share,
    change: "in_place",
    more: "",
    accept: "",
    refuses_repeats: false,
    lapses_s: None,
    raise_only: false,
};

pub const KINDS: [Kind; 7] = [
    SHARE,
    Kind { id: "raise", change: "raise_only", raise_only: true, ..SHARE },
    Kind { id: "swap", change: "replace", refuses_repeats: true, more: "refuses_repeats = true", ..SHARE },
    Kind { id: "strict", change: "replace", more: "serialize = \"parent\"", ..SHARE },
    Kind {
        id: "invite",
        way: Way::Invite,
        more: "native_expiry_s = 7200",
        accept: "accept = [\"agency\"]",
        lapses_s: Some(7_200),
        ..SHARE
    },
    Kind {
        id: "letter",
        way: Way::Invite,
        more: "native_expiry_s = 7200\nserialize = \"connection\"",
        lapses_s: Some(7_200),
        ..SHARE
    },
    Kind { id: "ask", way: Way::Ask, ..SHARE },
];

static MANIFESTS: LazyLock<Vec<Manifest>> = LazyLock::new(|| {
    KINDS.iter().map(|kind| manifest::parse(&text(kind)).expect("the facts fit together")).collect()
});

/// All of them, over one world.
pub fn platforms(world: &Shared) -> Vec<Platform> {
    let platform = |(kind, manifest): (&Kind, &Manifest)| Platform {
        manifest: manifest.clone(),
        words: Words::parse("en", "").expect("no words are words"),
        guide: None,
        translations: Vec::new(),
        connector: Some(Arc::new(Simulated { kind: *kind, world: Arc::clone(world) })),
        simulator: None,
    };
    KINDS.iter().zip(MANIFESTS.iter()).map(platform).collect()
}

fn text(kind: &Kind) -> String {
    let Kind { id, way, change, more, accept, .. } = kind;
    let (method, revoke) = match way {
        Way::Share => ("share", "revoke = [\"client\"]"),
        Way::Invite => ("invite", "revoke = [\"client\"]"),
        Way::Ask => ("request", "revoke = [\"agency\", \"client\"]"),
    };
    let level = |name: &str, roles: &str| {
        format!(
            "[asset.level.{name}]\nroles = [{roles}]\nmethod = \"{method}\"\nverify = [\"client\", \"agency\"]\n\
             {accept}\n{revoke}\n"
        )
    };
    format!(
        "id = \"{id}\"\nname = \"{id}\"\ncategory = \"simulated\"\nhosts = [\"{id}.example\"]\nparallel = 3\n\
         [[sources]]\nwhat = \"a model\"\nurl = \"https://{id}.example\"\nread = \"2026-11-23\"\n\
         [[sign_in]]\nid = \"{id}\"\nkind = \"oauth2\"\nauthorize = \"https://{id}.example/a\"\n\
         token = \"https://{id}.example/t\"\n[[grantee]]\nkind = \"partner\"\nproven_by = \"shop\"\n\
         id = {{ refuse = '\\w+' }}\n\
         [[asset]]\ntype = \"shop\"\nsign_in = \"{id}\"\nid = {{ refuse = '\\w+' }}\n\
         [[asset]]\ntype = \"thing\"\nparent = \"shop\"\nsign_in = \"{id}\"\nid = {{ refuse = '\\w+' }}\n\
         change = \"{change}\"\nsettle_s = 60\n{more}\n{}{}{}",
        level("view", "\"see\""),
        level("manage", "\"see\", \"edit\""),
        level("full", "\"see\", \"edit\", \"own\""),
    )
}
