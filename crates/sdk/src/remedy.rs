//! What happened, what to do, where to click: as data. The words are the platform's `words.<lang>.ftl`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Names a message `remedy-{id}` of the platform's words, with its arguments.
///
/// In the words file the message's value says what happened; its attribute `.do` says what to do now,
/// `.who` who can help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    pub id: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// Where to click, an https address on one of the platform's hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Remedy {
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), args: BTreeMap::new(), link: None }
    }

    #[must_use]
    pub fn arg(mut self, key: &str, value: impl Into<String>) -> Self {
        self.args.insert(key.to_owned(), value.into());
        self
    }

    #[must_use]
    pub fn link(mut self, url: &str) -> Self {
        self.link = Some(url.to_owned());
        self
    }
}
