//! Bringing a database's schema up to what this program expects, forward only.

use thiserror::Error;
use valetkey_sdk::point;

use super::{Db, DbError, Tx};
use crate::{cells, sql};

/// One step of the schema's history. Once released it never changes; a new step goes to the end.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `0001_agencies`: the names of a list ascend.
    pub name: &'static str,
    /// Statements ending in semicolons, without BEGIN or COMMIT. Words that differ between engines are
    /// written in braces: `{int}` (64 bits), `{text}` (ordered by code point), `{blob}`, and `{strict}`
    /// after the closing parenthesis of every CREATE TABLE.
    ///
    /// No DEFERRABLE: such a rule is checked at the commit, which transactions share.
    pub text: &'static str,
}

#[derive(Debug, Error)]
pub enum MigrateError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("migration {name} failed, and the database stays as it was before it: {error}")]
    Failed { name: &'static str, error: DbError },
    #[error(
        "this database has the schema step {name:?}, which this program does not know: a newer valetkey has used it. \
         Start that version or a later one, or restore the backup made before the upgrade"
    )]
    Newer { name: String },
    #[error(
        "this database has the schema step {found:?} where this program has {expected:?}: it belongs to another \
         program or line of development. Choose another database"
    )]
    Diverged { found: String, expected: &'static str },
    #[error(
        "this database holds tables of another program, such as {table:?}: create an empty database for Valetkey and \
         name that one"
    )]
    Foreign { table: String },
    #[error("this database lacks the schema step {name:?}: start the server on it once, then try again")]
    Behind { name: &'static str },
    #[error("migration {name}: {why}")]
    BadText { name: &'static str, why: String },
}

sql!(APPLIED, "SELECT name FROM schema_migration ORDER BY position");
sql!(RECORD, "INSERT INTO schema_migration (position, name, applied_at_ms) VALUES ($1, $2, $3)");

/// Where the steps are noted.
pub(super) const MIGRATION_TABLE: &str = "schema_migration";

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS schema_migration (
        position {int} NOT NULL PRIMARY KEY,
        name {text} NOT NULL UNIQUE,
        applied_at_ms {int} NOT NULL
    ) {strict};";

/// Applies what is missing, each step in its own transaction, so that an interruption leaves whole
/// steps behind. Answers the names of the steps it took. `now_ms` is only noted.
///
/// # Errors
/// Refuses a database that is newer or of another history; see [`MigrateError`].
pub async fn apply(
    db: &Db,
    list: &'static [Migration],
    now_ms: i64,
) -> Result<Vec<&'static str>, MigrateError> {
    let words = if db.is_ours_alone() { &SQLITE } else { &POSTGRES };
    let scripts = scripts(list, words)?;
    let _lock = db.lock_schema().await?;
    if !db.has_table(MIGRATION_TABLE).await? {
        if let Some(table) = db.foreign_table().await? {
            return Err(MigrateError::Foreign { table });
        }
        let table = in_words(TABLE, words).map_err(DbError::other)?;
        db.tx(point!("make table"), async move |tx: &Tx<'_>| tx.script(&table).await).await?;
    }
    let known = known(db, list).await?;
    let mut taken = Vec::new();
    for ((migration, script), position) in list.iter().zip(scripts).zip(1_i64..).skip(known) {
        let step = db.tx(point!("step"), async move |tx: &Tx<'_>| {
            tx.script(&script).await?;
            tx.exec(RECORD, cells![position, migration.name, now_ms]).await
        });
        step.await.map_err(|error| MigrateError::Failed { name: migration.name, error })?;
        taken.push(migration.name);
    }
    db.build_walls().await?;
    Ok(taken)
}

/// Whether the database is exactly as this program expects; for handles that cannot change it.
///
/// # Errors
/// As [`apply`], and `Behind` if a step is missing.
pub async fn require(db: &Db, list: &'static [Migration]) -> Result<(), MigrateError> {
    let known = if db.has_table(MIGRATION_TABLE).await? { known(db, list).await? } else { 0 };
    match list.get(known) {
        Some(next) => Err(MigrateError::Behind { name: next.name }),
        None => Ok(()),
    }
}

/// How many steps of the list the database has.
async fn known(db: &Db, list: &'static [Migration]) -> Result<usize, MigrateError> {
    let applied: Vec<String> = db.query(APPLIED, &[]).await?;
    for (index, found) in applied.iter().enumerate() {
        match list.get(index) {
            None => return Err(MigrateError::Newer { name: found.clone() }),
            Some(step) if step.name == found => {}
            Some(step) => return Err(MigrateError::Diverged { found: found.clone(), expected: step.name }),
        }
    }
    Ok(applied.len())
}

fn scripts(list: &'static [Migration], engine: &Words) -> Result<Vec<String>, MigrateError> {
    for pair in list.windows(2) {
        if pair[0].name >= pair[1].name {
            let why = format!("its name must come after {}", pair[0].name);
            return Err(MigrateError::BadText { name: pair[1].name, why });
        }
    }
    list.iter()
        .map(|step| in_words(step.text, engine).map_err(|why| MigrateError::BadText { name: step.name, why }))
        .collect()
}

/// What an engine calls the words in braces.
struct Words {
    int: &'static str,
    text: &'static str,
    blob: &'static str,
    strict: &'static str,
}

const SQLITE: Words = Words { int: "INTEGER", text: "TEXT", blob: "BLOB", strict: "STRICT" };
const POSTGRES: Words = Words { int: "BIGINT", text: "TEXT COLLATE \"C\"", blob: "BYTEA", strict: "" };

/// The text with the engine's own words.
fn in_words(text: &str, engine: &Words) -> Result<String, String> {
    if text.to_uppercase().contains("DEFERR") {
        return Err("a deferred rule would fail at a commit that other transactions share".to_owned());
    }
    let ends = |part: &str| {
        let verb = part.trim().to_uppercase();
        ["BEGIN", "COMMIT", "ROLLBACK"].iter().any(|word| verb.starts_with(word))
    };
    if text.split(';').any(ends) {
        return Err("the text ends its transaction: leave out BEGIN, COMMIT and ROLLBACK".to_owned());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, tail) = after.split_once('}').ok_or("a brace is not closed")?;
        out.push_str(before);
        out.push_str(match word {
            "int" => engine.int,
            "text" => engine.text,
            "blob" => engine.blob,
            "strict" => engine.strict,
            // An empty JSON object.
            "" => "{}",
            other => return Err(format!("{{{other}}} is none of {{int}}, {{text}}, {{blob}}, {{strict}}")),
        });
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}
