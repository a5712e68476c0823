//! The runner's promises, and the check of the program's statements.

use crate::store::sql::*;

use super::{Folder, empty, everywhere, test};
use crate::store::sql::migrate::{MigrateError, Migration, apply, require};

const FIRST: Migration =
    Migration { name: "0001_a", text: "CREATE TABLE a (id {int} PRIMARY KEY) {strict};" };
const SECOND: Migration = Migration {
    name: "0002_b",
    text:
        "CREATE TABLE b (id {int} PRIMARY KEY, t {text}, r {blob}, j {text} NOT NULL DEFAULT '{}') {strict};
           INSERT INTO a (id) VALUES (1);",
};
const ONE: &[Migration] = &[FIRST];
const TWO: &[Migration] = &[FIRST, SECOND];

#[tokio::test]
async fn steps_are_taken_once_and_in_order() {
    for (db, _folder) in empty() {
        assert_eq!(apply(&db, ONE, 5).await.unwrap(), ["0001_a"]);
        assert_eq!(apply(&db, TWO, 6).await.unwrap(), ["0002_b"]);
        assert!(apply(&db, TWO, 7).await.unwrap().is_empty());
        let noted: Vec<(i64, String, i64)> = db
            .query(test("SELECT position, name, applied_at_ms FROM schema_migration ORDER BY position"), &[])
            .await
            .unwrap();
        assert_eq!(noted, [(1, "0001_a".to_owned(), 5), (2, "0002_b".to_owned(), 6)]);
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_with_what_to_do() {
    for (db, _folder) in empty() {
        apply(&db, TWO, 0).await.unwrap();
        for error in [apply(&db, ONE, 0).await.unwrap_err(), require(&db, ONE).await.unwrap_err()] {
            assert!(matches!(&error, MigrateError::Newer { name } if name == "0002_b"));
            assert!(error.to_string().contains("Start that version or a later one"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_database_of_another_history_is_refused() {
    const OTHER: &[Migration] = &[Migration { name: "0001_other", text: "" }, SECOND];
    for (db, _folder) in empty() {
        apply(&db, TWO, 0).await.unwrap();
        assert!(matches!(apply(&db, OTHER, 0).await, Err(MigrateError::Diverged { .. })));
    }
}

#[tokio::test]
async fn a_failing_step_leaves_the_database_as_it_was_before_it() {
    const BROKEN: &[Migration] = &[
        FIRST,
        Migration {
            name: "0002_bad",
            text: "CREATE TABLE c (id {int}) {strict}; INSERT INTO nowhere VALUES (1);",
        },
    ];
    for (db, _folder) in empty() {
        let error = apply(&db, BROKEN, 0).await.unwrap_err();
        assert!(error.to_string().contains("0002_bad"), "{error}");
        assert!(db.has_table("a").await.unwrap() && !db.has_table("c").await.unwrap());
        assert_eq!(apply(&db, TWO, 0).await.unwrap(), ["0002_b"]);
    }
}

#[tokio::test]
async fn texts_with_unknown_words_deferred_rules_or_commits_are_refused() {
    const BAD: [(&[Migration], &str); 4] = [
        (
            &[Migration { name: "0001_a", text: "CREATE TABLE a (id {bigint}) {strict};" }],
            "{bigint} is none of",
        ),
        (&[Migration { name: "0001_a", text: "CREATE TABLE a (id {int" }], "a brace is not closed"),
        (
            &[Migration { name: "0001_a", text: "CREATE TABLE a (id {int} REFERENCES b DEFERRABLE);" }],
            "deferred rule",
        ),
        (
            &[Migration { name: "0001_a", text: "CREATE TABLE a (id {int}) {strict}; COMMIT;" }],
            "leave out BEGIN, COMMIT",
        ),
    ];
    for (list, words) in BAD {
        for (db, _folder) in empty() {
            let error = apply(&db, list, 0).await.unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}

#[tokio::test]
async fn names_must_ascend() {
    let (db, _folder) = empty().remove(0);
    const TURNED: &[Migration] = &[SECOND, FIRST];
    assert!(matches!(apply(&db, TURNED, 0).await, Err(MigrateError::BadText { name: "0001_a", .. })));
}

#[tokio::test]
async fn a_reading_handle_requires_the_schema_and_does_not_make_it() {
    let folder = Folder::new();
    let db = Db::open(folder.path("test.db")).unwrap();
    let reader = Db::open_read_only(folder.path("test.db")).unwrap();
    assert!(matches!(require(&reader, TWO).await, Err(MigrateError::Behind { name: "0001_a" })));
    apply(&db, ONE, 0).await.unwrap();
    assert!(matches!(require(&reader, TWO).await, Err(MigrateError::Behind { name: "0002_b" })));
    apply(&db, TWO, 0).await.unwrap();
    require(&reader, TWO).await.unwrap();
}

#[tokio::test]
async fn the_check_names_statements_that_do_not_fit_and_tables_that_are_not_strict() {
    for (db, _folder) in everywhere().await {
        assert_eq!(db.check(&[super::ADD, super::COUNT]).await.unwrap(), [] as [String; 0]);
        let bad = [
            Sql::declare("A", "SELECT nothing FROM nowhere"),
            Sql::declare("B", "SELECT $1, $3"),
            Sql::declare("C", "INSERT OR ROLLBACK INTO note (id) VALUES (1)"),
            Sql::declare("D", "SELECT current_timestamp"),
        ];
        let made: Result<(), DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                tx.script("CREATE TABLE loose (id INTEGER)").await
            })
            .await;
        made.unwrap();
        let problems = db.check(&bad).await.unwrap();
        for (problem, start) in problems.iter().zip(["A: ", "B: ", "C: ", "D: ", "table loose"]) {
            assert!(problem.starts_with(start), "{problem}");
        }
        // The other engine has no loose tables.
        assert_eq!(problems.len(), if db.is_ours_alone() { 5 } else { 4 });
    }
}

#[tokio::test]
async fn the_runners_own_statements_are_in_the_programs_list_and_fit() {
    for (db, _folder) in everywhere().await {
        let own: Vec<Sql> =
            registered().into_iter().filter(|sql| sql.name().contains("::migrate::")).collect();
        let names: Vec<&str> = own.iter().map(|sql| sql.name()).collect();
        assert_eq!(
            names,
            ["valetkey_core::store::sql::migrate::APPLIED", "valetkey_core::store::sql::migrate::RECORD"]
        );
        assert_eq!(db.check(&own).await.unwrap(), [] as [String; 0]);
    }
}
