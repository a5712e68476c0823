//! Names that people read before they decide: of agencies, their members, receivers and clients (T13).
//!
//! What letters are alike, and which belong together, is Unicode TR39 as `unicode-security` has it.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::general_security_profile::IdentifierType;
use unicode_security::{GeneralSecurityProfile as _, MixedScript as _, skeleton};
use valetkey_connectors::Registry;

use super::{AppError, invalid};
use crate::defence;
use crate::desk::Desk;
use crate::ids::AgencyId;

const MOST_CHARACTERS: usize = 200;
/// More marks on one letter than this cover what stands around it (TR39, 5.4).
const MOST_MARKS: usize = 4;
/// Marks that names hold beside those of ASCII.
const MARKS: &str = "’‘“”«»–—·・°№™®©€£、。「」（）";
/// Ours, and nobody's who asks here.
const PRODUCT: &str = "Valetkey";
/// Whether something is so is said by our page, not by a name.
const CLAIMS: [&str; 2] = ["official", "verified"];
/// A name of nothing but these is nobody's.
const OFFICES: [&str; 14] = [
    "account",
    "accounts",
    "admin",
    "administrator",
    "billing",
    "customer",
    "desk",
    "help",
    "helpdesk",
    "security",
    "service",
    "support",
    "system",
    "team",
];

/// A name in NFC on one line, without anything that cannot be seen, each word in one script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

/// Why a text cannot be a name; the words say what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("give a name")]
    Empty,
    #[error("use at most {MOST_CHARACTERS} characters")]
    Long,
    #[error(
        "take out the character U+{:04X}: it cannot be seen, or changes how the letters around it are read",
        u32::from(*.0)
    )]
    Unseen(char),
    #[error("take out “{0}”: names are made of letters, digits, spaces and marks such as & - . ’")]
    Strange(char),
    #[error("take marks off “{0}”: it carries so many that they cover what stands around it")]
    Covered(String),
    #[error("write “{0}” in one alphabet: it mixes letters that look alike")]
    Mixed(String),
    #[error("“{0}” reads like {1}, so people could take you for them: use a name of your own")]
    Belongs(String, String),
    #[error("“{0}” says nothing about who you are: use the name that your clients know")]
    Nobody(String),
    #[error("take “{0}” out of the name: whether that is so is for this page to say")]
    Claim(String),
    #[error("“{0}” reads like an agency that is here already: add what tells the two of you apart")]
    Taken(String),
}

impl Unfit {
    /// As a sentence of its own.
    pub fn sentence(&self) -> String {
        let text = self.to_string();
        let mut letters = text.chars();
        let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        format!("{first}{}.", letters.as_str())
    }

    pub fn in_field(&self, field: &'static str) -> AppError {
        invalid(field, self.to_string())
    }
}

impl DisplayName {
    /// Of somebody who is only spoken to, such as a client.
    pub fn parse(text: &str) -> Result<Self, Unfit> {
        let text: String = text.nfc().collect();
        let text = text.trim_matches(' ');
        if text.is_empty() {
            return Err(Unfit::Empty);
        }
        if text.chars().count() > MOST_CHARACTERS {
            return Err(Unfit::Long);
        }
        if defence::honest_names() {
            check_letters(text)?;
        }
        Ok(Self(text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")))
    }

    /// Of somebody who asks for access or receives it: not a platform's, not ours, and more than an office.
    pub fn of_sender(registry: &Registry, text: &str) -> Result<Self, Unfit> {
        let name = Self::parse(text)?;
        if defence::honest_names() {
            check_owner(registry, &name.0)?;
        }
        Ok(name)
    }

    /// Of a new agency: also unlike every other one here.
    pub async fn of_agency(desk: &Desk, text: &str) -> Result<Result<Self, Unfit>, AppError> {
        Self::unlike(desk, text, None).await
    }

    /// Another name of this agency.
    pub async fn of_same_agency(
        desk: &Desk,
        agency: &AgencyId,
        text: &str,
    ) -> Result<Result<Self, Unfit>, AppError> {
        Self::unlike(desk, text, Some(agency)).await
    }

    async fn unlike(
        desk: &Desk,
        text: &str,
        own: Option<&AgencyId>,
    ) -> Result<Result<Self, Unfit>, AppError> {
        let name = match Self::of_sender(&desk.registry, text) {
            Ok(name) => name,
            Err(unfit) => return Ok(Err(unfit)),
        };
        let all = desk.store.list_agencies_as_operator().await?;
        let looks = looks_of(&name.0).concat();
        let mut others = all.iter().filter(|(_, other)| Some(&other.id) != own);
        let is_taken = others.any(|(_, other)| looks_of(&other.name).concat() == looks);
        if is_taken && defence::honest_names() {
            return Ok(Err(Unfit::Taken(name.0)));
        }
        Ok(Ok(name))
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

fn check_letters(text: &str) -> Result<(), Unfit> {
    if let Some(c) = text.chars().find(|c| is_unseen(*c)) {
        return Err(Unfit::Unseen(c));
    }
    if let Some(c) = text.chars().find(|c| !is_fit(*c)) {
        return Err(Unfit::Strange(c));
    }
    let mut marks = 0;
    for word in words(text) {
        for c in word.chars() {
            marks = if is_combining_mark(c) { marks + 1 } else { 0 };
            if marks > MOST_MARKS {
                return Err(Unfit::Covered(word.to_owned()));
            }
        }
        if !word.is_single_script() {
            return Err(Unfit::Mixed(word.to_owned()));
        }
    }
    Ok(())
}

fn check_owner(registry: &Registry, name: &str) -> Result<(), Unfit> {
    let split: Vec<String> = words(name).map(look).collect();
    let parts = [looks_of(name), split.clone()];
    let platforms = registry.iter().flat_map(|p| {
        let also = p.manifest.also_called.iter();
        std::iter::once(&p.manifest.name).chain(also).map(String::as_str)
    });
    for owned in platforms.chain([PRODUCT]) {
        let looks = looks_of(owned).concat();
        if parts.iter().any(|parts| holds(parts, &looks)) {
            return Err(Unfit::Belongs(name.to_owned(), owned.to_owned()));
        }
    }
    if let Some(claim) = CLAIMS.into_iter().find(|claim| split.contains(&look(claim))) {
        return Err(Unfit::Claim(claim.to_owned()));
    }
    let offices = OFFICES.map(look);
    if split.iter().all(|word| offices.contains(word)) {
        return Err(Unfit::Nobody(name.to_owned()));
    }
    Ok(())
}

/// Of a domain that is shown beside a name, without its public suffix.
pub(super) fn check_domain(registry: &Registry, labels: &str) -> Result<(), Unfit> {
    if !defence::honest_names() {
        return Ok(());
    }
    let text = labels.replace(['.', '-'], " ");
    check_letters(&text)?;
    // All of one other alphabet, and yet like plain letters: whoever reads it takes it for those.
    if let Some(word) = words(&text).find(|word| !word.is_ascii() && skeleton(word).all(|c| c.is_ascii())) {
        return Err(Unfit::Mixed(word.to_owned()));
    }
    check_owner(registry, &text)
}

/// Whether two domains that are not the same look the same.
pub(super) fn is_alike(domain: &str, other: &str) -> bool {
    let look = |domain: &str| look(&super::domain_name::shown(domain));
    defence::honest_names() && domain != other && look(domain) == look(other)
}

/// Whether some parts in a row, put together, are what is looked for: "Git Hub", "M.e.t.a".
fn holds(parts: &[String], looks: &str) -> bool {
    (0..parts.len()).any(|from| {
        let mut rest = looks;
        for part in &parts[from..] {
            match rest.strip_prefix(part.as_str()) {
                Some("") => return true,
                Some(left) => rest = left,
                None => return false,
            }
        }
        false
    })
}

/// Runs of letters, digits and the marks on them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !is_combining_mark(c)).filter(|word| !word.is_empty())
}

/// What stands between spaces, each as it looks.
fn looks_of(text: &str) -> Vec<String> {
    text.split(' ').map(look).filter(|look| !look.is_empty()).collect()
}

/// The same for texts that a hasty reader takes for each other: TR39's skeleton, in small letters, of letters
/// and digits without marks. I, l and 1 are one, and so are w and two v, which it keeps apart.
fn look(text: &str) -> String {
    let once: String = skeleton(text).collect();
    let small = once.to_lowercase();
    let plain = skeleton(&small).filter(|c| c.is_alphanumeric() && !is_combining_mark(*c));
    plain.map(|c| if c == 'l' { 'i' } else { c }).collect::<String>().replace("vv", "w")
}

/// Controls, spaces of other widths, and what Unicode calls default-ignorable (DerivedCoreProperties): zero
/// widths, directions, fillers, selectors, tags. U+2800 is a letter of Braille without dots.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// A letter, digit or mark of a script that people write today, in its usual shape.
fn is_fit(c: char) -> bool {
    if c.is_ascii() || MARKS.contains(c) {
        return true;
    }
    use IdentifierType::{Inclusion, Limited_Use, Recommended, Uncommon_Use};
    matches!(c.identifier_type(), Some(Recommended | Inclusion | Limited_Use | Uncommon_Use))
}
