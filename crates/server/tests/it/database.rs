//! The database of one test: an SQLite file, or with `VALETKEY_TEST_DATABASE=postgres` one on the tests'
//! own PostgreSQL server, copied from a migrated one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Value};
use valetkey::store::{Place, Store};

#[path = "../../../core/tests/postgres/mod.rs"]
pub mod server;

pub enum Database {
    File(PathBuf),
    Server(server::Database),
}

/// Whether tests that do not say run on PostgreSQL.
pub fn is_postgres() -> bool {
    #[expect(clippy::disallowed_methods, reason = "which database the tests use is not a setting")]
    let chosen = std::env::var("VALETKEY_TEST_DATABASE");
    match chosen.as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("VALETKEY_TEST_DATABASE is {other}: use sqlite or postgres"),
    }
}

/// The name of a migrated database that others are copied from.
fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let database = server::server().database(None);
        let place = Place::from_address(&database.url).expect("an address");
        let made = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(Store::open(place, 0)).map(drop)
        });
        made.join().expect("no panic").expect("a migrated database");
        database.keep()
    })
}

impl Database {
    pub async fn make(folder: &Path) -> Self {
        if is_postgres() { Self::on_server() } else { Self::File(folder.join("valetkey.db")) }
    }

    pub fn on_server() -> Self {
        Self::Server(server::server().database(Some(template())))
    }

    pub fn place(&self) -> Place {
        match self {
            Self::File(path) => path.into(),
            Self::Server(database) => Place::from_address(&database.url).expect("an address"),
        }
    }

    /// The rows from beside the product, for reading: the file itself, or a copy.
    pub fn look(&self) -> Connection {
        match self {
            Self::File(path) => Connection::open(path).expect("the database"),
            Self::Server(database) => copy(database),
        }
    }

    /// Changes rows beside the product, past all its rules.
    pub fn change<T>(&self, change: impl FnOnce(&Connection) -> T) -> T {
        let db = self.look();
        let Self::Server(database) = self else {
            let done = change(&db);
            // The server asks for what others wrote once in ten milliseconds.
            let written = Instant::now();
            while written.elapsed() < Duration::from_millis(10) {
                std::thread::yield_now();
            }
            return done;
        };
        let before = everything(&db);
        let done = change(&db);
        for (table, rows) in
            everything(&db).into_iter().filter(|(table, rows)| before.get(table) != Some(rows))
        {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| format!("({})", row.iter().map(literal).collect::<Vec<_>>().join(",")))
                .collect();
            let insert = format!("INSERT INTO {table} VALUES {};", rows.join(","));
            let insert = if rows.is_empty() { "" } else { &insert };
            let text = format!(
                "BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM {table}; {insert} COMMIT"
            );
            database.sql(&text).expect("written back");
        }
        done
    }

    /// Name and bytes of everything that is kept.
    pub fn kept(&self, folder: &Path) -> Vec<(String, Vec<u8>)> {
        let mut kept = Vec::new();
        for entry in std::fs::read_dir(folder).expect("the folder") {
            let path = entry.expect("a file").path();
            match std::fs::read(&path) {
                Ok(bytes) => kept.push((path.display().to_string(), bytes)),
                // SQLite takes its log away when the last one who has it open goes.
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => panic!("{}: {e}", path.display()),
            }
        }
        if let Self::Server(_) = self {
            let mut bytes = Vec::new();
            for cell in everything(&self.look()).into_values().flatten().flatten() {
                match cell {
                    Cell::Text(text) => bytes.extend(text.into_bytes()),
                    Cell::Blob(blob) => bytes.extend(blob),
                    other => bytes.extend(format!("{other:?}").into_bytes()),
                }
                bytes.push(b'\n');
            }
            kept.push(("the database".to_owned(), bytes));
        }
        kept
    }
}

type Rows = Vec<Vec<Cell>>;

fn everything(db: &Connection) -> BTreeMap<String, Rows> {
    let tables: Vec<String> = cells(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
        .into_iter()
        .map(|row| match &row[0] {
            Cell::Text(name) => name.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    tables.into_iter().map(|table| (table.clone(), cells(db, &format!("SELECT * FROM {table}")))).collect()
}

fn cells(db: &Connection, sql: &str) -> Rows {
    let mut statement = db.prepare(sql).expect("a statement");
    let width = statement.column_count();
    let rows = statement.query_map([], |row| (0..width).map(|i| row.get(i)).collect()).expect("rows");
    rows.map(|row| row.expect("a row")).collect()
}

/// An SQLite copy of all rows, in memory.
fn copy(database: &server::Database) -> Connection {
    let tables = database
        .sql(
            "SELECT json_object_agg(t, columns) FROM (SELECT table_name AS t, json_agg(json_build_array(column_name, \
             data_type) ORDER BY ordinal_position) AS columns FROM information_schema.columns \
             WHERE table_schema = 'public' GROUP BY table_name) AS all_tables",
        )
        .expect("the tables");
    let tables: Map<String, Value> = serde_json::from_str(&tables).expect("JSON");
    let parts: Vec<String> =
        tables.keys().map(|t| format!("'{t}', (SELECT COALESCE(json_agg(r), '[]') FROM {t} r)")).collect();
    let rows = database.sql(&format!("SELECT json_build_object({})", parts.join(","))).expect("the rows");
    let rows: Map<String, Value> = serde_json::from_str(&rows).expect("JSON");
    let db = Connection::open_in_memory().expect("memory");
    for (table, columns) in &tables {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let columns: Vec<(String, String)> =
            columns.as_array().expect("a list").iter().map(|c| (text(&c[0]), text(&c[1]))).collect();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        db.execute(&format!("CREATE TABLE {table} ({})", names.join(",")), []).expect("a table");
        let marks = vec!["?"; names.len()].join(",");
        let mut insert = db.prepare(&format!("INSERT INTO {table} VALUES ({marks})")).expect("a statement");
        for row in rows[table].as_array().expect("a list") {
            let cells = columns.iter().map(|(name, kind)| cell(&row[name], kind));
            insert.execute(params_from_iter(cells)).expect("a row");
        }
    }
    db
}

fn cell(value: &Value, kind: &str) -> Cell {
    match (value, kind) {
        (Value::Null, _) => Cell::Null,
        (Value::Number(number), _) => Cell::Integer(number.as_i64().expect("64 bits")),
        (Value::String(hex), "bytea") => {
            let hex = hex.strip_prefix("\\x").expect("hex");
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex");
            Cell::Blob((0..hex.len()).step_by(2).map(byte).collect())
        }
        (Value::String(text), _) => Cell::Text(text.clone()),
        (other, _) => panic!("{other} of {kind}"),
    }
}

fn literal(cell: &Cell) -> String {
    match cell {
        Cell::Null => "NULL".to_owned(),
        Cell::Integer(value) => value.to_string(),
        Cell::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Cell::Blob(bytes) => {
            format!("'\\x{}'", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        Cell::Real(value) => panic!("{value}"),
    }
}
