//! A domain that an agency says is its own: a name of the public internet below a public suffix, in one form, and
//! as honest as its other names (T13).

use std::net::IpAddr;

use psl::{List, Psl as _};
use valetkey_connectors::Registry;

use super::display_name::{self, Unfit as UnfitName};
use super::{AppError, invalid};

/// What stands before it in the name of its record.
const LABEL: &str = "_valetkey";
/// RFC 1035, 2.3.4: a name has at most 255 octets, which is 253 characters in text.
const MOST_CHARACTERS: usize = 253 - LABEL.len() - 1;

/// In the form that the domain name system has: small letters of ASCII, other letters as Punycode (RFC 5891).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainName(String);

/// Why a text cannot be an agency's domain; the words say what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("give a domain such as agency.com, without https://, a port or a path")]
    Shape,
    #[error("{0} is an address of a machine: give a domain such as agency.com")]
    Address(String),
    #[error("{0} belongs to everybody who has a name under it: give your own, such as agency.{0}")]
    Suffix(String),
    #[error(transparent)]
    Name(#[from] UnfitName),
    #[error("{0} reads like a domain that another agency here has proved to be its own: give yours")]
    Alike(String),
}

impl Unfit {
    pub fn in_field(&self, field: &'static str) -> AppError {
        invalid(field, self.to_string())
    }
}

impl DomainName {
    /// Reads what somebody typed.
    pub fn parse(registry: &Registry, typed: &str) -> Result<Self, Unfit> {
        let text = typed.trim();
        let text = text.strip_suffix('.').unwrap_or(text);
        if text.parse::<IpAddr>().is_ok() {
            return Err(Unfit::Address(text.to_owned()));
        }
        // Letters of an address, which would be mapped or taken apart.
        if text.is_empty()
            || text.contains(|c: char| c.is_whitespace() || c.is_control() || "/:@%?#*\\".contains(c))
        {
            return Err(Unfit::Shape);
        }
        let ascii = idna::domain_to_ascii_strict(text).map_err(|_| Unfit::Shape)?;
        let (shown, right) = idna::domain_to_unicode(&ascii);
        right.map_err(|_| Unfit::Shape)?;
        let last = ascii.rsplit('.').next().unwrap_or_default();
        // A name that ends in a number is read as an address (URL standard, 3.5), also `0x7f.1`.
        if !last.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(Unfit::Address(ascii));
        }
        if !ascii.contains('.') || ascii.len() > MOST_CHARACTERS {
            return Err(Unfit::Shape);
        }
        if List.domain(ascii.as_bytes()).is_none() || List.domain(shown.as_bytes()).is_none() {
            return Err(Unfit::Suffix(shown));
        }
        let suffix = List.suffix(shown.as_bytes()).map_or(0, |s| s.as_bytes().len());
        let own = shown.get(..shown.len().saturating_sub(suffix + 1)).unwrap_or_default();
        display_name::check_domain(registry, own)?;
        Ok(Self(ascii))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As people read it: letters in place of Punycode.
pub fn shown(ascii: &str) -> String {
    if !ascii.contains("xn--") {
        return ascii.to_owned();
    }
    match idna::domain_to_unicode(ascii) {
        (text, Ok(())) => text,
        _ => ascii.to_owned(),
    }
}

/// The name of the record that proves a domain.
pub fn record_name(ascii: &str) -> String {
    format!("{LABEL}.{ascii}")
}

#[cfg(test)]
mod tests;
