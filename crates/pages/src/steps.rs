//! Steps that a person follows by hand at a platform, with their placeholders filled in.

use valetkey_connectors::Platform;
use valetkey_core::app::offer::Ask;
use valetkey_core::store::grantees::Grantee;
use valetkey_sdk::guide::{Line, Piece, Section, Value};
use valetkey_sdk::lang::Lang;

use crate::view::Advice;

/// One section of a guide.
pub struct Steps {
    pub title: String,
    /// What the platform may show instead of what the steps promise.
    pub says: Vec<Said>,
    /// GET here to look up any other message.
    pub look_up: Option<String>,
    pub intro: Vec<Vec<StepPiece>>,
    pub steps: Vec<Vec<StepPiece>>,
    pub notes: Vec<Vec<StepPiece>>,
}

/// Messages that mean one thing, word by word, and what to do then.
pub struct Said {
    pub id: String,
    pub messages: Vec<String>,
    pub advice: Advice,
}

pub enum StepPiece {
    Text(String),
    Strong(String),
    /// A name of somebody, set apart from the sentence.
    Name(String),
    /// A value to copy.
    Copy(String),
    Link {
        text: String,
        url: String,
        host: String,
    },
}

/// What the placeholders of a guide stand for.
pub struct Values<'a> {
    pub grantee: &'a Grantee,
    pub client: &'a str,
    pub roles: Vec<String>,
    /// Empty where the platform asks nothing along the way.
    pub answer: String,
}

/// What to answer where the platform asks something along the way: no, unless yes is wished for.
pub fn answer(platform: &Platform, lang: Lang, ask: &Ask) -> String {
    let question = platform.manifest.find_asset(&ask.of).and_then(|facts| facts.question.as_ref());
    let word = if ask.wants_yes { "yes" } else { "no" };
    let word = question.map(|q| platform.words_in(lang).text(&format!("question-{}-{word}", q.id)));
    word.unwrap_or_default()
}

/// A section with its values filled in.
pub fn steps(section: &Section, values: &Values<'_>) -> Steps {
    let lines = |lines: &[Line]| {
        lines.iter().map(|l| l.iter().map(|p| piece(p, values)).collect()).collect::<Vec<Vec<_>>>()
    };
    Steps {
        says: Vec::new(),
        look_up: None,
        title: section.title.clone(),
        intro: lines(&section.intro),
        steps: lines(&section.steps),
        notes: lines(&section.notes),
    }
}

fn piece(piece: &Piece, values: &Values<'_>) -> StepPiece {
    match piece {
        Piece::Text(text) => StepPiece::Text(text.clone()),
        Piece::Strong(text) => StepPiece::Strong(text.clone()),
        Piece::Link { text, url, host } => {
            StepPiece::Link { text: text.clone(), url: url.clone(), host: host.clone() }
        }
        Piece::Value(Value::GranteeId) => StepPiece::Copy(values.grantee.external_id.clone()),
        Piece::Value(Value::GranteeName) => StepPiece::Name(values.grantee.label.clone()),
        Piece::Value(Value::ClientName) => StepPiece::Name(values.client.to_owned()),
        Piece::Value(Value::Role) => StepPiece::Strong(values.roles.join(", ")),
        Piece::Value(Value::Answer) => StepPiece::Strong(values.answer.clone()),
    }
}

/// The platform's own name of a role, as its pages show it.
pub fn role_word(platform: &Platform, lang: Lang, role: &str) -> String {
    let id = format!("role-{role}");
    match platform.words_in(lang).text(&id) {
        same if same == id => role.to_owned(),
        word => word,
    }
}
