//! Declared statements: the only SQL that can be run, and the list of all of it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::DbError;

/// A statement with a name for error messages. Made by [`sql!`](crate::sql).
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    name: &'static str,
    text: &'static str,
}

/// Declares statements and registers them, so that one test can prepare every one of them:
///
/// ```
/// valetkey_core::sql!(pub(crate) NOTE_BY_ID, "SELECT body FROM note WHERE agency_id = $1 AND id = $2");
/// ```
///
/// Parameters are `$1`, `$2` … and are bound by that number. Something other than a single SELECT,
/// INSERT, UPDATE, DELETE or WITH does not compile:
///
/// ```compile_fail
/// valetkey_core::sql!(SNEAKY, "COMMIT");
/// ```
/// ```compile_fail
/// valetkey_core::sql!(TWO, "DELETE FROM a; DELETE FROM b");
/// ```
#[macro_export]
macro_rules! sql {
    ($(#[$meta:meta])* $vis:vis $name:ident, $text:expr $(,)?) => {
        $(#[$meta])*
        $vis const $name: $crate::store::sql::Sql =
            $crate::store::sql::Sql::declare(concat!(module_path!(), "::", stringify!($name)), $text);
        $crate::store::sql::inventory::submit! { $name }
    };
}

inventory::collect!(Sql);

/// Every statement of the program, in the order of their names.
pub fn registered() -> Vec<Sql> {
    let mut all: Vec<Sql> = inventory::iter::<Sql>.into_iter().copied().collect();
    all.sort_by_key(|sql| sql.name);
    all
}

impl Sql {
    /// For [`sql!`](crate::sql) only: a statement made elsewhere is not in the list that is tested.
    #[doc(hidden)]
    pub const fn declare(name: &'static str, text: &'static str) -> Self {
        let bytes = text.as_bytes();
        assert!(starts_with_verb(bytes), "a statement starts with SELECT, INSERT, UPDATE, DELETE or WITH");
        let mut at = 0;
        while at < bytes.len() {
            assert!(bytes[at] != b';', "one statement, without a semicolon");
            at += 1;
        }
        Self { name, text }
    }

    pub fn name(self) -> &'static str {
        self.name
    }

    pub fn text(self) -> &'static str {
        self.text
    }

    /// The text with the words that only one engine needs: `{skip_locked}` after a SELECT of rows that
    /// several nodes may want at once.
    pub(super) fn text_on_sqlite(self) -> Cow<'static, str> {
        self.with_words("")
    }

    pub(in crate::store) fn text_on_postgres(self) -> Cow<'static, str> {
        self.with_words("FOR UPDATE SKIP LOCKED")
    }

    fn with_words(self, skip_locked: &str) -> Cow<'static, str> {
        if self.text.contains(SKIP_LOCKED) {
            Cow::Owned(self.text.replace(SKIP_LOCKED, skip_locked))
        } else {
            Cow::Borrowed(self.text)
        }
    }

    /// # Errors
    /// For words that change or undo more than their own transaction, or answer differently on a replay.
    pub(super) fn words_fit(self) -> Result<(), String> {
        let upper = self.text.to_uppercase();
        match ["OR ROLLBACK", "CURRENT_TIME", "CURRENT_DATE", "RANDOM("].iter().find(|w| upper.contains(**w))
        {
            Some(word) => Err(format!("{word} does not belong in a statement")),
            None => Ok(()),
        }
    }

    /// Whether it does more than read.
    pub(super) fn changes_data(self) -> bool {
        let upper = self.text.to_ascii_uppercase();
        let mut words = upper.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| matches!(word, "INSERT" | "UPDATE" | "DELETE"))
    }

    /// The number of parameters, written `$1` to `$n`. SQLite finds them itself; here is what the other
    /// engine would read differently.
    ///
    /// # Errors
    /// For other names, a number that is left out, and a cast by `::`.
    pub(super) fn parameters(self) -> Result<usize, DbError> {
        let mut numbers = BTreeSet::new();
        let mut quoted = false;
        let mut rest = self.text;
        while let Some(at) = rest.find(['$', '?', ':', '\'']) {
            let (found, after) = (rest.as_bytes()[at], &rest[at + 1..]);
            rest = after;
            if found == b'\'' {
                quoted = !quoted;
            }
            if quoted || found == b'\'' {
                continue;
            }
            let digits = &after[..after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len())];
            match digits.parse::<usize>() {
                Ok(number) if found == b'$' && number > 0 && !digits.starts_with('0') => {
                    numbers.insert(number);
                }
                _ => {
                    return Err(DbError::wrong_type(
                        "a parameter is not written $1, $2 …: use that, and CAST($1 AS …) for a cast",
                    ));
                }
            }
        }
        match numbers.last() {
            Some(last) if *last != numbers.len() => Err(DbError::wrong_type(format!(
                "{} parameters are named, and ${last} is not in $1 to ${}",
                numbers.len(),
                numbers.len()
            ))),
            _ => Ok(numbers.len()),
        }
    }
}

const SKIP_LOCKED: &str = "{skip_locked}";

const fn starts_with_verb(text: &[u8]) -> bool {
    const VERBS: [&[u8]; 5] = [b"SELECT ", b"INSERT ", b"UPDATE ", b"DELETE ", b"WITH "];
    let mut start = 0;
    while start < text.len() && text[start].is_ascii_whitespace() {
        start += 1;
    }
    let mut verb = 0;
    while verb < VERBS.len() {
        let mut same = 0;
        while same < VERBS[verb].len()
            && start + same < text.len()
            && is_at(text[start + same], VERBS[verb][same])
        {
            same += 1;
        }
        if same == VERBS[verb].len() {
            return true;
        }
        verb += 1;
    }
    false
}

const fn is_at(found: u8, wanted: u8) -> bool {
    found == wanted || (wanted == b' ' && found.is_ascii_whitespace())
}
