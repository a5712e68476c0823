//! Declared statements: the only SQL that can be run, and the list of all of it.

use std::borrow::Cow;

use super::DbError;

/// A statement with a name for error messages. Made by [`sql!`](crate::sql).
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    name: &'static str,
    text: &'static str,
    /// It has a word that only one engine needs.
    has_words: bool,
    /// It does more than read.
    changes_data: bool,
    /// How many parameters it has, where they are numbered as they should be.
    wanted: Option<usize>,
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
        let (has_words, changes_data) = (holds(bytes, b"{"), changes_data(bytes));
        Self { name, text, has_words, changes_data, wanted: count_parameters(bytes) }
    }

    pub fn name(self) -> &'static str {
        self.name
    }

    pub fn text(self) -> &'static str {
        self.text
    }

    /// The text without the words that only the other engine needs: at the end of a SELECT, `{for_update}` keeps its
    /// rows as they are until the transaction is over, and `{skip_locked}` also leaves out those that others keep.
    pub(super) fn text_on_sqlite(self) -> Cow<'static, str> {
        self.with_words(|_| "")
    }

    pub(in crate::store) fn text_on_postgres(self) -> Cow<'static, str> {
        self.with_words(|(_, here)| here)
    }

    fn with_words(self, of: impl Fn((&str, &'static str)) -> &'static str) -> Cow<'static, str> {
        if !self.has_words {
            return Cow::Borrowed(self.text);
        }
        let replaced = WORDS.iter().fold(self.text.to_owned(), |text, word| text.replace(word.0, of(*word)));
        Cow::Owned(replaced)
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
        self.changes_data
    }

    /// The number of parameters.
    ///
    /// # Errors
    /// Unless they are written `$1` to `$n`. SQLite finds others itself, which PostgreSQL would read differently.
    pub(super) fn parameters(self) -> Result<usize, DbError> {
        self.wanted.ok_or_else(|| {
            DbError::wrong_type(
                "its parameters are not $1, $2 … without a gap: write them so, and CAST($1 AS …) for a cast",
            )
        })
    }
}

/// And what they are on PostgreSQL.
const WORDS: [(&str, &str); 2] =
    [("{skip_locked}", "FOR UPDATE SKIP LOCKED"), ("{for_update}", "FOR UPDATE")];

const fn holds(text: &[u8], part: &[u8]) -> bool {
    let mut start = 0;
    while start + part.len() <= text.len() {
        let mut same = 0;
        while same < part.len() && text[start + same] == part[same] {
            same += 1;
        }
        if same == part.len() {
            return true;
        }
        start += 1;
    }
    false
}

/// Counts parameters where they are `$1` to `$n`, at most 128, and nothing else looks like one.
const fn count_parameters(text: &[u8]) -> Option<usize> {
    let (mut seen, mut most, mut quoted, mut at) = (0_u128, 0, false, 0);
    while at < text.len() {
        let found = text[at];
        at += 1;
        if found == b'\'' {
            quoted = !quoted;
        }
        if quoted || !matches!(found, b'$' | b'?' | b':') {
            continue;
        }
        let (start, mut number) = (at, 0);
        while at < text.len() && text[at].is_ascii_digit() && number < 128 {
            number = number * 10 + (text[at] - b'0') as usize;
            at += 1;
        }
        if found != b'$' || at == start || text[start] == b'0' || number > 128 {
            return None;
        }
        seen |= 1 << (number - 1);
        if number > most {
            most = number;
        }
    }
    if seen.count_ones() as usize == most { Some(most) } else { None }
}

const fn changes_data(text: &[u8]) -> bool {
    const VERBS: [&[u8]; 3] = [b"INSERT", b"UPDATE", b"DELETE"];
    let mut start = 0;
    while start < text.len() {
        let mut end = start;
        while end < text.len() && (text[end].is_ascii_alphanumeric() || text[end] == b'_') {
            end += 1;
        }
        let mut verb = 0;
        while verb < VERBS.len() {
            let mut same = 0;
            while same < VERBS[verb].len()
                && start + same < end
                && text[start + same].eq_ignore_ascii_case(&VERBS[verb][same])
            {
                same += 1;
            }
            if same == VERBS[verb].len() && start + same == end {
                return true;
            }
            verb += 1;
        }
        start = end + 1;
    }
    false
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_counted_where_they_are_numbered_from_one() {
        let most = format!("{} $128", (1..128).map(|n| format!("${n}")).collect::<Vec<_>>().join(" "));
        let table = [
            ("SELECT 1", Some(0)),
            ("SELECT $1, $2, $1", Some(2)),
            ("SELECT '$9 ? :x', $1", Some(1)),
            ("SELECT 'it''s $2', $1", Some(1)),
            (&most, Some(128)),
            ("SELECT $2", None),
            ("SELECT $0", None),
            ("SELECT $01", None),
            ("SELECT $1, ?", None),
            ("SELECT :name", None),
            ("SELECT $1::text", None),
            ("SELECT $129", None),
            ("SELECT $1, $99999999999999999999999", None),
        ];
        for (text, count) in table {
            assert_eq!(count_parameters(text.as_bytes()), count, "{text}");
        }
    }

    #[test]
    fn a_word_of_its_own_that_changes_data_is_found() {
        for text in ["UPDATE a SET b = 1", "WITH x AS (delete FROM a RETURNING b) SELECT b FROM x", "(INSERT"]
        {
            assert!(changes_data(text.as_bytes()), "{text}");
        }
        for text in ["SELECT deleted_at, an_update, UPDATED FROM inserts", "SELECT 1 {for_update}", ""] {
            assert!(!changes_data(text.as_bytes()), "{text}");
        }
    }
}
