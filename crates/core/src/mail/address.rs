//! An e-mail address that can stand in a header and on an envelope as it is.

/// A dot-atom before the `@` and a name of the domain name system behind it (RFC 5321, 4.1.2): no quotes, no
/// comments, no white space, and so no second line of a header (T27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    local: String,
    /// As the domain name system has it.
    domain: String,
}

const MOST: usize = 254;
const MOST_LOCAL: usize = 64;
const MOST_LABEL: usize = 63;

impl Address {
    /// None for what is no address, or one that most servers cannot take.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@')?;
        let domain = idna::domain_to_ascii_strict(domain).ok()?;
        let fits = text.len() <= MOST && local.len() <= MOST_LOCAL && local.len() + 1 + domain.len() <= MOST;
        let is_good = fits && local.split('.').all(is_atom) && is_domain(&domain);
        is_good.then(|| Self { local: local.to_owned(), domain })
    }

    pub fn local(&self) -> &str {
        &self.local
    }

    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Enough to know it again by, for whoever may not read all of it: `o…@harbourbakery.example`.
    pub fn veiled(&self) -> String {
        let first = self.local.chars().next().unwrap_or('…');
        format!("{first}…@{}", self.domain)
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

fn is_atom(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let inner = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        inner && (1..=MOST_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.contains('.') && text.split('.').all(is_label) && !text.ends_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn what_people_have_is_taken() {
        let table = [
            ("olivia@harbourbakery.example", "olivia@harbourbakery.example"),
            ("o'neil+ads@mail.harbour-bakery.co.uk", "o'neil+ads@mail.harbour-bakery.co.uk"),
            ("info@bäckerei.example", "info@xn--bckerei-5wa.example"),
        ];
        for (text, expected) in table {
            assert_eq!(Address::parse(text).map(|a| a.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(Address::parse("olivia@a.example").expect("one").veiled(), "o…@a.example");
    }

    #[test]
    fn t27_nothing_that_could_be_more_than_one_address_is_taken() {
        let long = format!("{}@a.example", "x".repeat(65));
        let table = [
            "",
            "olivia",
            "@a.example",
            "olivia@",
            "olivia@localhost",
            "a@b@c.example",
            "olivia@a.example\r\nBcc: all@b.example",
            "olivia\n@a.example",
            "olivia@a.example\n",
            "olivia@a.example\0",
            "olivia@a.example, mallory@b.example",
            "olivia@a.example;mallory@b.example",
            "<olivia@a.example>",
            "\"a b\"@a.example",
            "a b@a.example",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@-b.example",
            "a..b@c.example",
            ".a@c.example",
            "ölivia@a.example",
            "olivia\u{202e}@a.example",
            "olivia@a.example\u{2028}",
            "a@b.example%0d%0aBcc:c@d.example",
            long.as_str(),
        ];
        for text in table {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }
}
