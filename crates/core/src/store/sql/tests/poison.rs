//! What a transaction leaves behind when something in it goes wrong.

use crate::cells;
use crate::store::sql::*;

use super::{ADD, COUNT, add, everywhere, ids, test};

async fn put(tx: &Tx<'_>, id: i64) -> Result<u64, DbError> {
    tx.exec(ADD, cells![id, None::<&str>]).await
}

#[tokio::test]
async fn an_error_of_the_closure_keeps_nothing_and_comes_back_as_it_is() {
    #[derive(Debug, PartialEq)]
    enum Own {
        Mind,
        Db(DbError),
    }
    impl From<DbError> for Own {
        fn from(error: DbError) -> Self {
            Self::Db(error)
        }
    }
    for (db, _folder) in everywhere().await {
        let before = db.counters();
        let result: Result<(), Own> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                put(tx, 1).await?;
                Err(Own::Mind)
            })
            .await;
        assert_eq!(result, Err(Own::Mind));
        assert!(ids(&db).await.is_empty());
        assert_eq!(db.counters(), before);
    }
}

#[tokio::test]
async fn a_failed_statement_poisons_the_rest_even_if_the_closure_says_ok() {
    for (db, _folder) in everywhere().await {
        let result: Result<(), DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                put(tx, 1).await?;
                assert!(put(tx, 1).await.unwrap_err().is_duplicate("note_pkey"));
                assert_eq!(put(tx, 2).await.unwrap_err().kind(), &DbErrorKind::Poisoned);
                assert_eq!(tx.one::<i64>(COUNT, &[]).await.unwrap_err().kind(), &DbErrorKind::Poisoned);
                Ok(())
            })
            .await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), &DbErrorKind::Poisoned);
        assert!(error.to_string().to_lowercase().contains("unique"), "{error}");
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn statements_side_by_side_keep_their_order_and_the_one_that_fails_by_itself_is_told() {
    async fn reply(tx: &Tx<'_>, id: i64) -> Result<u64, DbError> {
        tx.exec(test("INSERT INTO reply (agency_id, id, note_id) VALUES ('a', $1, $1)"), cells![id]).await
    }
    for (db, _folder) in everywhere().await {
        let done = db.tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
            // A reply needs its note.
            let all = tokio::join!(put(tx, 1), reply(tx, 1), put(tx, 2));
            Ok::<_, DbError>([all.0?, all.1?, all.2?])
        });
        assert_eq!(done.await, Ok([1, 1, 1]));
        let failed = db.tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
            let all = tokio::join!(put(tx, 3), put(tx, 1), put(tx, 4));
            assert!(all.1.unwrap_err().is_duplicate("note_pkey"));
            assert_eq!(all.2.unwrap_err().kind(), &DbErrorKind::Poisoned);
            all.0
        });
        let error = failed.await.unwrap_err();
        assert_eq!(error.kind(), &DbErrorKind::Poisoned);
        assert!(error.to_string().to_lowercase().contains("unique"), "{error}");
        assert_eq!(ids(&db).await, [1, 2]);
    }
}

#[tokio::test]
async fn a_missing_row_is_an_answer_and_poisons_nothing() {
    for (db, _folder) in everywhere().await {
        let result: Result<u64, DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                let none = tx.one::<i64>(test("SELECT id FROM note"), &[]).await;
                assert_eq!(none.unwrap_err().kind(), &DbErrorKind::Missing);
                put(tx, 1).await
            })
            .await;
        assert_eq!(result, Ok(1));
        assert_eq!(ids(&db).await, [1]);
    }
}

#[tokio::test]
async fn a_panic_keeps_nothing_and_the_next_transaction_works() {
    for (db, _folder) in everywhere().await {
        let result: Result<(), DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                put(tx, 1).await?;
                panic!("on purpose");
            })
            .await;
        assert!(result.unwrap_err().to_string().contains("panicked"));
        add(&db, 2).await.unwrap();
        assert_eq!(ids(&db).await, [2]);
    }
}

#[tokio::test]
async fn awaiting_anything_else_is_refused_and_keeps_nothing() {
    for (db, _folder) in everywhere().await {
        let result: Result<(), DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                put(tx, 1).await?;
                tokio::task::yield_now().await;
                std::future::pending::<()>().await;
                Ok(())
            })
            .await;
        let error = result.unwrap_err();
        assert!(error.to_string().contains("awaited something other than its own statements"), "{error}");
        assert!(ids(&db).await.is_empty());
    }
}

#[tokio::test]
async fn calling_the_database_from_inside_a_transaction_is_refused() {
    for (db, _folder) in everywhere().await {
        let inner = db.clone();
        let result: Result<(), DbError> = db
            .tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
                put(tx, 1).await?;
                assert!(
                    inner
                        .one::<i64>(COUNT, &[])
                        .await
                        .unwrap_err()
                        .to_string()
                        .contains("inside a transaction")
                );
                add(&inner, 2).await.map(drop)
            })
            .await;
        assert!(result.unwrap_err().to_string().contains("inside a transaction"));
        assert!(ids(&db).await.is_empty());
        add(&db, 3).await.unwrap();
        assert_eq!(ids(&db).await, [3]);
    }
}

#[tokio::test]
async fn a_transaction_sees_its_own_writes() {
    for (db, _folder) in everywhere().await {
        let seen: Result<i64, DbError> = db
            .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
                put(tx, 1).await?;
                tx.one(COUNT, &[]).await
            })
            .await;
        assert_eq!(seen, Ok(1));
    }
}
