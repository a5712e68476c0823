//! Steps that a person follows at a platform: `guide.<lang>.md`, restricted markdown.
//!
//! A guide is read by clients who trust the page it stands on, so it can do little: headings, paragraphs,
//! numbered steps, emphasis, links to the platform's own hosts, and values to copy. Everything else is
//! refused when the guide is read, not when it is shown.

mod parse;
#[cfg(test)]
mod tests;

use crate::access::AssetType;

pub use parse::parse;

/// One platform's guide in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guide {
    pub sections: Vec<Section>,
}

/// One heading: how to do one thing by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub task: Task,
    pub of: AssetType,
    pub title: String,
    /// Paragraphs before the steps.
    pub intro: Vec<Line>,
    pub steps: Vec<Line>,
    /// Paragraphs after the steps.
    pub notes: Vec<Line>,
}

/// What a section is for. A heading says it: `# Give access {#give-ad_account}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    Give,
    Remove,
    /// For the agency: asking the owner from its own container.
    Ask,
}

impl Task {
    pub const ALL: [Self; 3] = [Self::Give, Self::Remove, Self::Ask];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Give => "give",
            Self::Remove => "remove",
            Self::Ask => "ask",
        }
    }
}

/// One step or paragraph.
pub type Line = Vec<Piece>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Strong(String),
    /// Stands for a value of this request; shown so that it can be copied.
    Value(Value),
    /// An https address on one of the platform's hosts; the host is shown.
    Link {
        text: String,
        url: String,
        host: String,
    },
}

/// What a guide can name of the request it is shown for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    GranteeName,
    GranteeId,
    ClientName,
    /// The platform's own name of what is asked for.
    Role,
    /// What to answer to the platform's question on the way.
    Answer,
}

impl Value {
    pub const ALL: [Self; 5] =
        [Self::GranteeName, Self::GranteeId, Self::ClientName, Self::Role, Self::Answer];

    /// What stands in braces in the text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GranteeName => "grantee_name",
            Self::GranteeId => "grantee_id",
            Self::ClientName => "client_name",
            Self::Role => "role",
            Self::Answer => "answer",
        }
    }
}

impl Guide {
    pub fn find(&self, task: Task, of: &AssetType) -> Option<&Section> {
        self.sections.iter().find(|s| s.task == task && &s.of == of)
    }
}
