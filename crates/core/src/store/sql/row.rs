//! Reading a row: columns by position, into plain values, tuples or structs.

use super::postgres::Raw;
use super::{Cell, DbError, Kind};

/// One row of an answer, or its columns from one on; valid while it is being read.
pub struct RowRef<'a> {
    row: Of<'a>,
    start: usize,
}

#[derive(Clone, Copy)]
enum Of<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
}

impl<'a> RowRef<'a> {
    pub(super) fn new(row: &'a rusqlite::Row<'a>) -> Self {
        Self { row: Of::Sqlite(row), start: 0 }
    }

    pub(super) fn of_postgres(row: &'a tokio_postgres::Row) -> Self {
        Self { row: Of::Postgres(row), start: 0 }
    }

    /// The number of columns.
    pub fn width(&self) -> usize {
        let all = match self.row {
            Of::Sqlite(row) => row.as_ref().column_count(),
            Of::Postgres(row) => row.len(),
        };
        all - self.start
    }

    /// What the columns from `start` on hold, in a row that joins several things.
    ///
    /// # Errors
    /// `Type` if they do not fit `T`.
    pub fn part<T: FromRow>(&self, start: usize) -> Result<T, DbError> {
        T::from_row(&Self { row: self.row, start: self.start + start })
    }

    /// The same where the first of them is not NULL, as an outer join answers.
    ///
    /// # Errors
    /// `Type` if they do not fit `T`.
    pub fn optional_part<T: FromRow>(&self, start: usize) -> Result<Option<T>, DbError> {
        self.get::<Option<String>>(start)?.map(|_| self.part(start)).transpose()
    }

    /// The column at `index`, counted from 0.
    ///
    /// # Errors
    /// `Type` if there is no such column, or if it does not fit `T`.
    pub fn get<T: FromCell>(&self, index: usize) -> Result<T, DbError> {
        T::from_cell(self.cell(index)?)
            .map_err(|wanted| DbError::wrong_type(format!("column {index} {wanted}")))
    }

    /// Text in which bytes that are not UTF-8 are replaced, for looking at rows that somebody may have
    /// tampered with: an audit row must be readable to be named as changed.
    ///
    /// # Errors
    /// `Type` if there is no such column, or if it is not text.
    pub fn get_lossy(&self, index: usize) -> Result<String, DbError> {
        if let Of::Sqlite(row) = self.row
            && let Ok(rusqlite::types::ValueRef::Text(bytes)) = row.get_ref(self.start + index)
        {
            return Ok(String::from_utf8_lossy(bytes).into_owned());
        }
        // PostgreSQL refuses to store such bytes.
        self.get(index)
    }

    fn cell(&self, index: usize) -> Result<Cell<'_>, DbError> {
        match self.row {
            Of::Sqlite(row) => sqlite_cell(row, self.start + index),
            Of::Postgres(row) => postgres_cell(row, self.start + index),
        }
    }
}

const FRACTION: &str = "is a fraction; store and compute whole numbers";

fn no_column(index: usize) -> DbError {
    DbError::wrong_type(format!("there is no column {index}"))
}

fn text(bytes: &[u8], index: usize) -> Result<Cell<'_>, DbError> {
    std::str::from_utf8(bytes)
        .map(Cell::Text)
        .map_err(|_| DbError::wrong_type(format!("column {index} holds text that is not UTF-8")))
}

fn postgres_cell(row: &tokio_postgres::Row, index: usize) -> Result<Cell<'_>, DbError> {
    use tokio_postgres::types::Type;
    let raw: Raw<'_> = row.try_get(index).map_err(|_| no_column(index))?;
    let Some(bytes) = raw.bytes else { return Ok(Cell::Null(Kind::Blob)) };
    let int = |value: Option<i64>| {
        value.map(Cell::Int).ok_or_else(|| DbError::wrong_type(format!("column {index} is damaged")))
    };
    match raw.ty {
        Type::INT8 => int(bytes.try_into().ok().map(i64::from_be_bytes)),
        Type::INT4 => int(bytes.try_into().ok().map(i32::from_be_bytes).map(i64::from)),
        Type::INT2 => int(bytes.try_into().ok().map(i16::from_be_bytes).map(i64::from)),
        Type::BOOL => int(bytes.first().map(|byte| i64::from(*byte))),
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => text(bytes, index),
        Type::BYTEA => Ok(Cell::Blob(bytes)),
        Type::NUMERIC | Type::FLOAT4 | Type::FLOAT8 => {
            Err(DbError::wrong_type(format!("column {index} {FRACTION}")))
        }
        other => Err(DbError::wrong_type(format!("column {index} is of the type {other}: use CAST"))),
    }
}

fn sqlite_cell<'r>(row: &'r rusqlite::Row<'_>, index: usize) -> Result<Cell<'r>, DbError> {
    use rusqlite::types::ValueRef;
    let found = row.get_ref(index);
    match found.map_err(|_| no_column(index))? {
        // The engine does not type its NULLs.
        ValueRef::Null => Ok(Cell::Null(Kind::Blob)),
        ValueRef::Integer(value) => Ok(Cell::Int(value)),
        ValueRef::Text(bytes) => text(bytes, index),
        ValueRef::Blob(bytes) => Ok(Cell::Blob(bytes)),
        ValueRef::Real(_) => Err(DbError::wrong_type(format!("column {index} {FRACTION}"))),
    }
}

/// A type that one column can be read into.
pub trait FromCell: Sized {
    /// # Errors
    /// How the cell does not fit, worded to follow "column 3 ".
    fn from_cell(cell: Cell<'_>) -> Result<Self, String>;
}

/// A type that a whole row can be read into: a struct by hand, a tuple, or a single column's value.
pub trait FromRow: Sized {
    /// # Errors
    /// `Type` if a column does not fit.
    fn from_row(row: &RowRef<'_>) -> Result<Self, DbError>;
}

impl FromCell for i64 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Int(value) => Ok(value),
            other => Err(not("an integer", other)),
        }
    }
}

impl FromCell for u32 {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Int(value) => {
                u32::try_from(value).map_err(|_| "is outside 32 bits without a sign".to_owned())
            }
            other => Err(not("an integer", other)),
        }
    }
}

impl FromCell for bool {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            Cell::Int(_) => Err("is neither 0 nor 1".to_owned()),
            other => Err(not("0 or 1", other)),
        }
    }
}

impl FromCell for String {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Text(value) => Ok(value.to_owned()),
            other => Err(not("text", other)),
        }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Blob(value) => Ok(value.to_vec()),
            other => Err(not("bytes", other)),
        }
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Blob(value) => value.try_into().map_err(|_| format!("has {} bytes, not {N}", value.len())),
            other => Err(not("bytes", other)),
        }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Result<Self, String> {
        match cell {
            Cell::Null(_) => Ok(None),
            present => T::from_cell(present).map(Some),
        }
    }
}

fn not(wanted: &str, found: Cell<'_>) -> String {
    let found = match found {
        Cell::Null(_) => "NULL",
        Cell::Int(_) => "an integer",
        Cell::Text(_) => "text",
        Cell::Blob(_) => "bytes",
    };
    format!("is {found}, not {wanted}")
}

impl<T: FromCell> FromRow for T {
    fn from_row(row: &RowRef<'_>) -> Result<Self, DbError> {
        expect_width(row, 1)?;
        row.get(0)
    }
}

macro_rules! tuple_from_row {
    ($($count:literal: $($type:ident $index:tt),*;)*) => {$(
        impl<$($type: FromCell),*> FromRow for ($($type,)*) {
            fn from_row(row: &RowRef<'_>) -> Result<Self, DbError> {
                expect_width(row, $count)?;
                Ok(($(row.get::<$type>($index)?,)*))
            }
        }
    )*};
}

tuple_from_row! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}

fn expect_width(row: &RowRef<'_>, wanted: usize) -> Result<(), DbError> {
    match row.width() {
        found if found == wanted => Ok(()),
        found => Err(DbError::wrong_type(format!("the row has {found} columns, not {wanted}"))),
    }
}
