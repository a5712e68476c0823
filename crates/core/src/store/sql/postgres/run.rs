//! Running one statement on one connection.

use std::error::Error;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use bytes::BytesMut;
use deadpool_postgres::ClientWrapper;
use futures_util::future::try_join_all;
use tokio::sync::Mutex;
use tokio_postgres::Row;

use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::super::{Cell, DbError, DbErrorKind, FromRow, Kind, RowRef, Sql};
use super::failure::{of_statement, plain};
use super::wall::Wall;

/// A parameter that can wait for its turn.
pub(in crate::store::sql) enum Owned {
    Null(Kind),
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<&Cell<'_>> for Owned {
    fn from(cell: &Cell<'_>) -> Self {
        match *cell {
            Cell::Null(kind) => Self::Null(kind),
            Cell::Int(value) => Self::Int(value),
            Cell::Text(value) => Self::Text(value.to_owned()),
            Cell::Blob(value) => Self::Blob(value.to_owned()),
        }
    }
}

impl Owned {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Null(kind) => Cell::Null(*kind),
            Self::Int(value) => Cell::Int(*value),
            Self::Text(value) => Cell::Text(value),
            Self::Blob(value) => Cell::Blob(value),
        }
    }
}

/// A parameter on its way. Parameters can be personal: it prints nothing.
pub(in crate::store::sql) struct Param<'a>(Cell<'a>);

impl std::fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Cell::Null(_) => Ok(IsNull::Yes),
            Cell::Int(value) => value.to_sql(ty, out),
            Cell::Text(value) => value.to_sql(ty, out),
            Cell::Blob(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

/// Types are declared from the value: what the server would guess differs from place to place.
fn type_of(cell: Cell<'_>) -> Type {
    match cell {
        Cell::Null(Kind::Int) | Cell::Int(_) => Type::INT8,
        Cell::Null(Kind::Text) | Cell::Text(_) => Type::TEXT,
        Cell::Null(Kind::Blob) | Cell::Blob(_) => Type::BYTEA,
    }
}

/// A reading statement outside a transaction, for each of these parameters.
pub(super) async fn read_each(
    conn: &ClientWrapper,
    wall: &Wall,
    sql: Sql,
    each: &[Vec<Owned>],
) -> Result<Vec<Vec<Row>>, DbError> {
    let run = async {
        if sql.changes_data() {
            return Err(DbError::other("this statement changes data: run it in a transaction"));
        }
        let mut prepared = Vec::with_capacity(each.len());
        for cells in each {
            let cells: Vec<Cell<'_>> = cells.iter().map(Owned::cell).collect();
            prepared.push(prepare(conn, sql, &cells).await?);
        }
        let rows = prepared.iter().map(async |(statement, params)| {
            let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
            conn.query(statement, &params).await.map_err(|error| of_statement(&error))
        });
        // One journey for all: the server works through them in this order.
        let setting = wall.for_session();
        let (set, rows) = tokio::join!(conn.batch_execute(&setting), try_join_all(rows));
        set.map_err(|error| plain(&error))?;
        rows
    };
    run.await.map_err(|error| error.in_statement(sql.name()))
}

/// Statements of a transaction that were begun side by side leave in the order in which they were begun: whoever
/// prepares one first holds up the others until it has left. Their answers come in that order, too.
#[derive(Default)]
pub(in crate::store::sql) struct Order(Mutex<()>);

impl Order {
    async fn send<P, T>(
        &self,
        prepare: impl Future<Output = Result<P, DbError>>,
        send: impl AsyncFnOnce(P) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let turn = self.0.lock().await;
        let prepared = prepare.await?;
        let mut answer = pin!(send(prepared));
        // The driver sends it when it is polled first.
        let first = poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
        drop(turn);
        match first {
            Poll::Ready(done) => done,
            Poll::Pending => answer.await,
        }
    }
}

pub(in crate::store::sql) async fn query<T: FromRow>(
    conn: &ClientWrapper,
    order: &Order,
    sql: Sql,
    cells: &[Cell<'_>],
) -> Result<Vec<T>, DbError> {
    let rows = order.send(prepare(conn, sql, cells), async |(statement, params)| {
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        conn.query(&statement, &params).await.map_err(|error| of_statement(&error))
    });
    decode(sql, &rows.await.map_err(|error| error.in_statement(sql.name()))?)
}

pub(in crate::store::sql) fn decode<T: FromRow>(sql: Sql, rows: &[Row]) -> Result<Vec<T>, DbError> {
    rows.iter()
        .map(|row| T::from_row(&RowRef::of_postgres(row)))
        .collect::<Result<_, _>>()
        .map_err(|error| error.in_statement(sql.name()))
}

pub(in crate::store::sql) async fn exec(
    conn: &ClientWrapper,
    order: &Order,
    sql: Sql,
    cells: &[Cell<'_>],
) -> Result<u64, DbError> {
    let changed = order.send(prepare(conn, sql, cells), async |(statement, params)| {
        if !statement.columns().is_empty() {
            return Err(DbError::other("this statement answers rows: use query, one or optional"));
        }
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        conn.execute(&statement, &params).await.map_err(|error| of_statement(&error))
    });
    changed.await.map_err(|error| error.in_statement(sql.name()))
}

/// Runs several statements, as a migration has them.
pub(in crate::store::sql) async fn script(conn: &ClientWrapper, text: &str) -> Result<(), DbError> {
    conn.batch_execute(text).await.map_err(|error| plain(&error))
}

/// A statement that is none of the program's: how a transaction begins, or a copy's, which is made from the schema.
pub(in crate::store::sql) async fn undeclared(
    conn: &ClientWrapper,
    order: &Order,
    text: &str,
    cells: &[Cell<'_>],
) -> Result<(), DbError> {
    let types: Vec<Type> = cells.iter().map(|cell| type_of(*cell)).collect();
    let prepare =
        async { conn.prepare_typed_cached(text, &types).await.map_err(|error| of_statement(&error)) };
    let sent = order.send(prepare, async |statement| {
        let params: Vec<Param<'_>> = cells.iter().map(|cell| Param(*cell)).collect();
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|p| p as _).collect();
        conn.execute(&statement, &params).await.map_err(|error| of_statement(&error))
    });
    sent.await.map(drop)
}

pub(in crate::store::sql) async fn count(conn: &ClientWrapper, table: &str) -> Result<i64, DbError> {
    let row = conn.query_one(&format!("SELECT count(*) FROM \"{table}\""), &[]).await;
    Ok(row.map_err(|error| of_statement(&error))?.get(0))
}

async fn prepare<'a>(
    conn: &ClientWrapper,
    sql: Sql,
    cells: &[Cell<'a>],
) -> Result<(tokio_postgres::Statement, Vec<Param<'a>>), DbError> {
    let wanted = sql.parameters()?;
    if cells.len() != wanted {
        return Err(DbError::wrong_type(format!("{} parameters were given, not {wanted}", cells.len())));
    }
    for (number, cell) in (1..).zip(cells) {
        if matches!(cell, Cell::Text(text) if text.contains('\0')) {
            return Err(DbError::new(
                DbErrorKind::Type,
                format!("parameter ${number} holds a NUL character, which text may not"),
            ));
        }
    }
    let types: Vec<Type> = cells.iter().map(|cell| type_of(*cell)).collect();
    let text = sql.text_on_postgres();
    let statement = conn.prepare_typed_cached(&text, &types).await.map_err(|error| of_statement(&error))?;
    Ok((statement, cells.iter().map(|cell| Param(*cell)).collect()))
}

/// A column as the server sent it.
pub(in crate::store::sql) struct Raw<'a> {
    pub(in crate::store::sql) ty: Type,
    pub(in crate::store::sql) bytes: Option<&'a [u8]>,
}

impl<'a> FromSql<'a> for Raw<'a> {
    fn from_sql(ty: &Type, bytes: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self { ty: ty.clone(), bytes: Some(bytes) })
    }

    fn from_sql_null(ty: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self { ty: ty.clone(), bytes: None })
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
