//! Parameters in, columns out, and what is refused on the way.

use crate::cells;
use crate::store::sql::*;

use super::{COUNT, add, everywhere, test};

async fn write(db: &Db, sql: Sql, cells: &'static [Cell<'static>]) -> Result<u64, DbError> {
    db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| tx.exec(sql, cells).await).await
}

#[tokio::test]
async fn every_type_comes_back_as_it_was_stored() {
    const PUT: Sql = test("INSERT INTO note (agency_id, id, body, raw, done) VALUES ($1, $2, $3, $4, $5)");
    const GET: Sql = test("SELECT agency_id, id, body, raw, done, NULL FROM note ORDER BY id");
    for (db, _folder) in everywhere().await {
        let added: Result<(), DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                tx.exec(PUT, cells!["a", i64::MIN, &"ä".to_owned(), &[0_u8, 255], true]).await?;
                tx.exec(PUT, cells!["a", 2_i64, None::<&str>, None::<&[u8]>, false]).await?;
                Ok(())
            })
            .await;
        added.unwrap();

        type Row = (String, i64, Option<String>, Option<Vec<u8>>, bool, Option<i64>);
        let rows: Vec<Row> = db.query(GET, &[]).await.unwrap();

        let first = ("a".to_owned(), i64::MIN, Some("ä".to_owned()), Some(vec![0, 255]), true, None);
        assert_eq!(rows, [first, ("a".to_owned(), 2, None, None, false, None)]);
    }
}

#[tokio::test]
async fn parameters_are_bound_by_the_number_in_their_name() {
    const TURNED: Sql = test("SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($2 AS TEXT)");
    for (db, _folder) in everywhere().await {
        let row: (String, String, String) = db.one(TURNED, cells!["one", "two"]).await.unwrap();
        assert_eq!(row, ("two".to_owned(), "one".to_owned(), "two".to_owned()));
    }
}

#[tokio::test]
async fn missing_surplus_and_oddly_named_parameters_are_refused() {
    for (db, _folder) in everywhere().await {
        for (text, cells) in [
            ("SELECT $1", cells![] as &[Cell<'_>]),
            ("SELECT $1", cells![1_i64, 2_i64]),
            ("SELECT $1, $3", cells![1_i64, 2_i64]),
            ("SELECT $1, $3", cells![1_i64, 2_i64, 3_i64]),
            ("SELECT ?", cells![1_i64]),
            ("SELECT :name", cells![1_i64]),
            ("SELECT $1::text", cells![1_i64]),
            ("SELECT $01, $1", cells![1_i64, 2_i64]),
        ] {
            let error = db.query::<(i64, i64)>(test(text), cells).await.unwrap_err();
            assert_eq!(error.kind(), &DbErrorKind::Type, "{text}: {error}");
            assert!(error.to_string().contains("parameter"), "{text}: {error}");
        }
    }
}

#[tokio::test]
async fn a_column_that_does_not_fit_is_a_type_error_naming_statement_and_column() {
    for (db, _folder) in everywhere().await {
        let wrong = db.one::<String>(test("SELECT 1"), &[]).await.unwrap_err();
        assert_eq!(wrong.to_string(), "test: column 0 is an integer, not text");
        let null = db.one::<i64>(test("SELECT NULL"), &[]).await.unwrap_err();
        assert_eq!(null.to_string(), "test: column 0 is NULL, not an integer");
        let wide = db.one::<i64>(test("SELECT 1, 2"), &[]).await.unwrap_err();
        assert_eq!(wide.to_string(), "test: the row has 2 columns, not 1");
        let flag = db.one::<bool>(test("SELECT 2"), &[]).await.unwrap_err();
        assert_eq!(flag.to_string(), "test: column 0 is neither 0 nor 1");
        let short = db.one::<[u8; 4]>(test("SELECT $1"), cells![&[1_u8, 2]]).await.unwrap_err();
        assert_eq!(short.to_string(), "test: column 0 has 2 bytes, not 4");
        let fraction = db.one::<i64>(test("SELECT 1.5"), &[]).await.unwrap_err();
        assert!(fraction.to_string().contains("is a fraction"), "{fraction}");
        for error in [wrong, null, wide, flag, short, fraction] {
            assert_eq!(error.kind(), &DbErrorKind::Type);
        }
    }
}

#[tokio::test]
async fn text_with_a_nul_is_refused_on_every_engine() {
    for (db, _folder) in everywhere().await {
        let error = db.one::<String>(test("SELECT $1"), cells!["a\0b"]).await.unwrap_err();
        assert_eq!(error.to_string(), "test: parameter $1 holds a NUL character, which text may not");
    }
}

#[tokio::test]
async fn one_row_means_exactly_one() {
    for (db, _folder) in everywhere().await {
        let none = test("SELECT 1 WHERE 1 = 2");
        let two = test("SELECT 1 UNION ALL SELECT 2");
        assert_eq!(db.one::<i64>(none, &[]).await.unwrap_err().kind(), &DbErrorKind::Missing);
        assert_eq!(db.optional::<i64>(none, &[]).await, Ok(None));
        assert_eq!(db.one::<i64>(two, &[]).await.unwrap_err().kind(), &DbErrorKind::Other);
        assert_eq!(db.optional::<i64>(test("SELECT 5"), &[]).await, Ok(Some(5)));
    }
}

#[tokio::test]
async fn a_read_cannot_change_anything() {
    for (db, _folder) in everywhere().await {
        let sneaky = test("INSERT INTO note (agency_id, id) VALUES ('a', 1) RETURNING id");
        let error = db.query::<i64>(sneaky, &[]).await.unwrap_err();
        assert!(error.to_string().contains("run it in a transaction"), "{error}");
        assert_eq!(db.one::<i64>(COUNT, &[]).await, Ok(0));
    }
}

#[tokio::test]
async fn returning_goes_through_query_and_never_through_exec() {
    const SET: Sql = test("UPDATE note SET done = 1 RETURNING id");
    for (db, _folder) in everywhere().await {
        add(&db, 7).await.unwrap();
        let refused = write(&db, SET, &[]).await.unwrap_err();
        assert!(refused.to_string().contains("answers rows"), "{refused}");
        let answered: Result<Vec<i64>, DbError> =
            db.tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| tx.query(SET, &[]).await).await;
        assert_eq!(answered, Ok(vec![7]));
    }
}

#[tokio::test]
async fn exec_answers_the_number_of_changed_rows() {
    for (db, _folder) in everywhere().await {
        add(&db, 1).await.unwrap();
        add(&db, 2).await.unwrap();
        assert_eq!(write(&db, test("UPDATE note SET done = 1"), &[]).await, Ok(2));
        assert_eq!(write(&db, test("DELETE FROM note WHERE id = 9"), &[]).await, Ok(0));
    }
}

#[tokio::test]
async fn broken_rules_are_named_alike_whatever_the_engine_calls_them() {
    const RULES: [(&str, Rule, Option<&str>); 7] = [
        ("INSERT INTO note (agency_id, id) VALUES ('a', 1)", Rule::Unique, Some("note_pkey")),
        (
            "INSERT INTO note (agency_id, id, body) VALUES ('a', 2, 'b')",
            Rule::Unique,
            Some("note_agency_id_body_key"),
        ),
        (
            "INSERT INTO note (agency_id, id, raw) SELECT 'a', 2, raw FROM note",
            Rule::Unique,
            Some("note_raw"),
        ),
        ("INSERT INTO note (agency_id, id, done) VALUES ('a', 2, 5)", Rule::Check, Some("note_done_check")),
        ("INSERT INTO reply (agency_id, id, note_id) VALUES ('a', 1, 9)", Rule::Foreign, None),
        ("INSERT INTO note (agency_id, id) VALUES ('a', NULL)", Rule::NotNull, Some("note.id")),
        ("DELETE FROM note", Rule::Foreign, None),
    ];
    for (db, _folder) in everywhere().await {
        const FIRST: Sql = test("INSERT INTO note (agency_id, id, body, raw) VALUES ('a', 1, 'b', $1)");
        write(&db, FIRST, &[Cell::Blob(&[1])]).await.unwrap();
        write(&db, test("INSERT INTO reply (agency_id, id, note_id) VALUES ('a', 5, 1)"), &[]).await.unwrap();
        for (text, rule, name) in RULES {
            let error = write(&db, test(text), &[]).await.unwrap_err();
            let expected = Constraint { rule, name: name.map(str::to_owned) };
            assert_eq!(error.constraint(), Some(&expected), "{text}: {error}");
            assert_eq!(error.is_duplicate("note_pkey"), name == Some("note_pkey"), "{text}");
        }
        let strict = write(&db, test("UPDATE note SET done = 'yes'"), &[]).await.unwrap_err();
        assert_eq!(strict.kind(), &DbErrorKind::Type, "{strict}");
    }
}

#[tokio::test]
async fn a_struct_reads_itself_from_a_row() {
    struct Note {
        id: i64,
        done: bool,
    }
    impl FromRow for Note {
        fn from_row(row: &RowRef<'_>) -> Result<Self, DbError> {
            Ok(Self { id: row.get(0)?, done: row.get(1)? })
        }
    }
    for (db, _folder) in everywhere().await {
        add(&db, 3).await.unwrap();
        let note: Note = db.one(test("SELECT id, done FROM note"), &[]).await.unwrap();
        assert_eq!((note.id, note.done), (3, false));
    }
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused_unless_asked_for_as_it_is() {
    struct Damaged(String);
    impl FromRow for Damaged {
        fn from_row(row: &RowRef<'_>) -> Result<Self, DbError> {
            assert!(row.get_lossy(1).is_err(), "a number is not text");
            row.get_lossy(0).map(Self)
        }
    }
    const BAD: Sql = test("SELECT CAST(x'61ff' AS TEXT), 1");
    // PostgreSQL refuses to store such bytes.
    for (db, _folder) in everywhere().await.into_iter().filter(|(db, _)| db.is_ours_alone()) {
        let error = db.one::<(String, i64)>(BAD, &[]).await.unwrap_err();
        assert_eq!(error.to_string(), "test: column 0 holds text that is not UTF-8");
        assert_eq!(db.one::<Damaged>(BAD, &[]).await.unwrap().0, "a\u{fffd}");
    }
}

#[tokio::test]
async fn the_futures_of_the_port_can_be_sent_to_another_thread() {
    let db = Db::open(":memory:").unwrap();
    let task = tokio::spawn(async move {
        let text = "x".to_owned();
        let written: Result<i64, DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| tx.one(test("SELECT 4"), &[]).await)
            .await;
        (written, db.one::<String>(test("SELECT $1"), cells![&text]).await)
    });
    assert_eq!(task.await.unwrap(), (Ok(4), Ok("x".to_owned())));
}
