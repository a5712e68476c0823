//! Values on their way into a statement or out of a row.

/// The type of a cell, needed to send a typed NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Int,
    Text,
    Blob,
}

/// One parameter or one column. There are three types and no more; see [`super`] for what is stored as what.
///
/// It has no `Debug`: parameters can be personal.
#[derive(Clone, Copy)]
pub enum Cell<'a> {
    /// The kind matters for a parameter; that of a NULL read back says nothing.
    Null(Kind),
    Int(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// Parameters from plain values: `cells![agency_id, rev, note.as_deref()]` is `&[Cell; 3]`.
#[macro_export]
macro_rules! cells {
    ($($value:expr),* $(,)?) => { &[$($crate::store::sql::Cell::from($value)),*] };
}

/// Types that become a cell, and the kind of NULL their absence is.
pub trait HasKind {
    const KIND: Kind;
}

impl<'a, T: HasKind + Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Null(T::KIND), Into::into)
    }
}

macro_rules! cell_from {
    ($($type:ty: $kind:ident, |$value:ident| $inner:expr;)*) => {$(
        impl<'a> From<$type> for Cell<'a> {
            fn from($value: $type) -> Self {
                Cell::$kind($inner)
            }
        }
    )*};
}

cell_from! {
    i64: Int, |v| v;
    u32: Int, |v| i64::from(v);
    bool: Int, |v| i64::from(v);
    &'a str: Text, |v| v;
    &'a String: Text, |v| v.as_str();
    &'a [u8]: Blob, |v| v;
    &'a Vec<u8>: Blob, |v| v.as_slice();
}

macro_rules! has_kind {
    ($($type:ty: $kind:ident;)*) => {$(
        impl HasKind for $type {
            const KIND: Kind = Kind::$kind;
        }
    )*};
}

has_kind! {
    i64: Int;
    u32: Int;
    bool: Int;
    &str: Text;
    &String: Text;
    &[u8]: Blob;
    &Vec<u8>: Blob;
}

impl<'a, const N: usize> From<&'a [u8; N]> for Cell<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Cell::Blob(value)
    }
}

impl<const N: usize> HasKind for &[u8; N] {
    const KIND: Kind = Kind::Blob;
}
