//! Declared statements: the only SQL that can be run, and the list of all of it.

/// A statement with a name for error messages. Made by [`sql!`](crate::sql).
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    name: &'static str,
    text: &'static str,
}

/// Declares statements and registers them, so that one test can prepare every one of them:
///
/// ```
/// valetkey::sql!(pub(crate) NOTE_BY_ID, "SELECT body FROM note WHERE agency_id = $1 AND id = $2");
/// ```
///
/// Parameters are `$1`, `$2` … and are bound by that number. Something other than a single SELECT,
/// INSERT, UPDATE, DELETE or WITH does not compile:
///
/// ```compile_fail
/// valetkey::sql!(SNEAKY, "COMMIT");
/// ```
/// ```compile_fail
/// valetkey::sql!(TWO, "DELETE FROM a; DELETE FROM b");
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
