//! Running one statement on one connection.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection, Statement};

use super::super::{Cell, DbError, DbErrorKind, FromRow, RowRef, Sql};
use super::failure::{of_statement, plain};

/// What a statement may do where it is run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::store::sql) enum Access {
    Read,
    Write,
}

pub(in crate::store::sql) fn query<T: FromRow>(
    conn: &Connection,
    sql: Sql,
    cells: &[Cell<'_>],
    access: Access,
) -> Result<Vec<T>, DbError> {
    named(sql, || {
        let mut statement = prepare(conn, sql)?;
        // In memory one connection does both, so the engine would not stop a write.
        if access == Access::Read && !statement.readonly() {
            return Err(DbError::other("this statement changes data: run it in a transaction"));
        }
        bind(&mut statement, sql, cells)?;
        let mut rows = statement.raw_query();
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(|error| of_statement(conn, &error))? {
            all.push(T::from_row(&RowRef::new(row))?);
        }
        Ok(all)
    })
}

pub(in crate::store::sql) fn exec(conn: &Connection, sql: Sql, cells: &[Cell<'_>]) -> Result<u64, DbError> {
    named(sql, || {
        let mut statement = prepare(conn, sql)?;
        if statement.column_count() > 0 {
            return Err(DbError::other("this statement answers rows: use query, one or optional"));
        }
        bind(&mut statement, sql, cells)?;
        let changed = statement.raw_execute().map_err(|error| of_statement(conn, &error))?;
        Ok(changed as u64)
    })
}

/// Runs several statements, as a migration has them.
pub(in crate::store::sql) fn script(conn: &Connection, text: &str) -> Result<(), DbError> {
    conn.execute_batch(text).map_err(|error| plain(&error))?;
    if conn.is_autocommit() {
        return Err(DbError::other("the text ends its transaction: leave out BEGIN, COMMIT and ROLLBACK"));
    }
    Ok(())
}

/// Fails unless the file is a database.
pub(super) fn probe(conn: &Connection) -> Result<(), DbError> {
    conn.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(())).map_err(|error| plain(&error))
}

fn named<T>(sql: Sql, run: impl FnOnce() -> Result<T, DbError>) -> Result<T, DbError> {
    run().map_err(|error| error.in_statement(sql.name()))
}

fn prepare<'c>(conn: &'c Connection, sql: Sql) -> Result<CachedStatement<'c>, DbError> {
    conn.prepare_cached(&sql.text_on_sqlite()).map_err(|error| plain(&error))
}

fn bind(statement: &mut Statement<'_>, sql: Sql, cells: &[Cell<'_>]) -> Result<(), DbError> {
    let numbers = numbers(statement, sql)?;
    let wanted = numbers.len();
    if cells.len() != wanted {
        return Err(DbError::wrong_type(format!("{} parameters were given, not {wanted}", cells.len())));
    }
    for (index, number) in numbers.iter().copied().enumerate() {
        let value = value(cells[number - 1])
            .map_err(|why| DbError::new(DbErrorKind::Type, format!("parameter ${number} {why}")))?;
        statement.raw_bind_parameter(index + 1, value).map_err(|error| plain(&error))?;
    }
    Ok(())
}

thread_local! {
    /// What [`parameters`] said of each text, by where it is: reading the names costs as much as binding.
    static NUMBERS: RefCell<HashMap<*const str, Rc<[usize]>>> = RefCell::default();
}

fn numbers(statement: &Statement<'_>, sql: Sql) -> Result<Rc<[usize]>, DbError> {
    let text: *const str = sql.text();
    if let Some(known) = NUMBERS.with_borrow(|all| all.get(&text).cloned()) {
        return Ok(known);
    }
    let numbers: Rc<[usize]> = parameters(statement)?.into();
    NUMBERS.with_borrow_mut(|all| all.insert(text, Rc::clone(&numbers)));
    Ok(numbers)
}

/// The number in each parameter's name, in the engine's order. The engine takes `$2` for a name and
/// numbers names by first appearance, so the position alone says nothing.
///
/// # Errors
/// Unless the names are exactly `$1` to `$n`.
pub(super) fn parameters(statement: &Statement<'_>) -> Result<Vec<usize>, DbError> {
    let count = statement.parameter_count();
    let numbers = (1..=count).map(|index| {
        let name = statement.parameter_name(index).unwrap_or("?");
        // `$01` would be a second name for `$1`.
        let digits = name.strip_prefix('$').filter(|digits| !digits.starts_with('0'));
        match digits.and_then(|digits| digits.parse::<usize>().ok()) {
            Some(number) if (1..=count).contains(&number) => Ok(number),
            Some(number) => Err(DbError::wrong_type(format!(
                "{count} parameters are named, and ${number} is not in $1 to ${count}"
            ))),
            None => Err(DbError::wrong_type(format!(
                "parameter {name}: write $1, $2 …, and CAST($1 AS …) for a cast"
            ))),
        }
    });
    // Names are unique and inside 1 to n, so none is left out.
    numbers.collect()
}

fn value(cell: Cell<'_>) -> Result<ToSqlOutput<'_>, &'static str> {
    Ok(match cell {
        Cell::Null(_) => ToSqlOutput::Owned(Value::Null),
        Cell::Int(int) => ToSqlOutput::Owned(Value::Integer(int)),
        Cell::Text(text) if text.contains('\0') => return Err("holds a NUL character, which text may not"),
        Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Cell::Blob(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
    })
}
