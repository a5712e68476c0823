//! The database from beside the server: what is in it, and what somebody with the file could change.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{Connection, Params};

use crate::app::TestApp;

/// Every row of every table, as text.
pub type Rows = BTreeMap<String, Vec<String>>;

pub fn open(app: &TestApp) -> Connection {
    app.database.look()
}

/// One statement beside the server; it must change something.
pub fn change(app: &TestApp, sql: &str, params: impl Params) {
    let changed = app.database.change(|db| db.execute(sql, params).expect("a statement"));
    assert!(changed > 0, "{sql} changed nothing");
}

/// All rows of one query, each cell as text or bytes.
pub fn query(db: &Connection, sql: &str) -> Vec<Vec<Value>> {
    let mut statement = db.prepare(sql).expect("a statement");
    let width = statement.column_count();
    let cells = |row: &rusqlite::Row<'_>| (0..width).map(|i| row.get(i)).collect();
    statement.query_map([], cells).expect("rows").map(|row| row.expect("a row")).collect()
}

pub fn count(app: &TestApp, table: &str) -> usize {
    query(&open(app), &format!("SELECT * FROM {table}")).len()
}

pub fn tables(db: &Connection) -> Vec<String> {
    let names = query(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    names.into_iter().map(|row| text(&row[0])).collect()
}

/// What the whole database says now, but when keys were last used: that is noted by looking.
pub fn all(app: &TestApp) -> Rows {
    let db = open(app);
    let dump = |table: &String| {
        let columns = if table == "api_key" {
            "token_hash, agency_id, api_key_id, label, made_by, created_at"
        } else {
            "*"
        };
        let mut rows: Vec<_> = query(&db, &format!("SELECT {columns} FROM {table}"))
            .iter()
            .map(|row| format!("{row:?}"))
            .collect();
        rows.sort();
        rows
    };
    tables(&db).into_iter().map(|table| (table.clone(), dump(&table))).collect()
}

pub fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

/// Every column's name in the schema.
pub fn columns(app: &TestApp) -> Vec<String> {
    let db = open(app);
    let of = |table: &String| {
        let rows = query(&db, &format!("SELECT name FROM pragma_table_info('{table}')"));
        rows.into_iter().map(|row| text(&row[0])).collect::<Vec<_>>()
    };
    let schema = valetkey::store::MIGRATIONS.iter().map(|m| m.text).collect::<String>();
    let ours = tables(&db).into_iter().filter(|t| schema.contains(&format!("TABLE {t} (")));
    let mut names: Vec<_> = ours.flat_map(|table| of(&table)).collect();
    names.sort();
    names.dedup();
    names
}
