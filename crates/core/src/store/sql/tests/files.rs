//! What happens on disk: settings, locks, permissions, opening and closing.

use std::time::Instant;

use crate::store::sql::*;

use super::{Folder, SCHEMA, add, ids, test};
use crate::store::sql::migrate::apply;

async fn fresh(folder: &Folder) -> Db {
    let db = Db::open(folder.path("test.db")).unwrap();
    apply(&db, SCHEMA, 0).await.unwrap();
    db
}

#[tokio::test]
async fn a_second_opening_of_the_file_is_refused_and_names_it() {
    let folder = Folder::new();
    let db = fresh(&folder).await;

    let error = Db::open(folder.path("test.db")).err().unwrap();
    assert_eq!(error.kind(), &DbErrorKind::Busy);
    assert!(
        error.to_string().contains("test.db") && error.to_string().contains("another valetkey process"),
        "{error}"
    );

    drop(db);
    Db::open(folder.path("test.db")).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn another_name_for_the_file_meets_the_same_lock() {
    let folder = Folder::new();
    let _db = fresh(&folder).await;
    std::os::unix::fs::symlink(folder.path("test.db"), folder.path("alias.db")).unwrap();
    assert_eq!(Db::open(folder.path("alias.db")).err().unwrap().kind(), &DbErrorKind::Busy);
}

#[tokio::test]
async fn a_change_is_noticed_at_once_in_this_process_and_soon_when_another_made_it() {
    let folder = Folder::new();
    let db = fresh(&folder).await;
    let before = db.state().unwrap();
    assert!(before.is_some());
    add(&db, 1).await.unwrap();
    assert_ne!(db.state().unwrap(), before);

    // Opened anew, so that the number SQLite answers rests until somebody else writes.
    drop(db);
    let db = Db::open(folder.path("test.db")).unwrap();
    let before = db.state().unwrap();
    assert_eq!(db.state().unwrap(), before);
    let shell = rusqlite::Connection::open(folder.path("test.db")).unwrap();
    shell.execute("DELETE FROM note", ()).unwrap();
    let written = Instant::now();
    while db.state().unwrap() == before {
        assert!(written.elapsed().as_secs() < 5, "never noticed");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let db = fresh(&folder).await;
    add(&db, 1).await.unwrap();
    for name in ["test.db", "test.db-wal", "test.db-shm"] {
        let mode = std::fs::metadata(folder.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn closing_leaves_one_file_that_holds_everything() {
    let folder = Folder::new();
    let db = fresh(&folder).await;
    add(&db, 1).await.unwrap();
    assert_eq!(ids(&db).await, [1]);
    assert!(folder.path("test.db-wal").exists());

    drop(db);

    assert!(!folder.path("test.db-wal").exists());
    assert_eq!(ids(&Db::open(folder.path("test.db")).unwrap()).await, [1]);
}

#[tokio::test]
async fn reading_works_beside_a_running_server_and_after_it_and_changes_nothing() {
    let folder = Folder::new();
    let db = fresh(&folder).await;
    add(&db, 1).await.unwrap();

    let reader = Db::open_read_only(folder.path("test.db")).unwrap();
    assert_eq!(ids(&reader).await, [1]);
    add(&db, 2).await.unwrap();
    assert_eq!(ids(&reader).await, [1, 2]);
    let refused = add(&reader, 3).await.unwrap_err();
    assert_eq!(refused.kind(), &DbErrorKind::Closed);

    drop((db, reader));
    assert_eq!(ids(&Db::open_read_only(folder.path("test.db")).unwrap()).await, [1, 2]);
}

#[tokio::test]
async fn a_missing_or_foreign_file_is_refused_by_name() {
    let folder = Folder::new();
    let missing = Db::open_read_only(folder.path("none.db")).err().unwrap();
    assert!(missing.to_string().contains("none.db"), "{missing}");
    assert!(!folder.path("none.db").exists());

    std::fs::write(folder.path("letter.txt"), "Dear agency, ".repeat(100)).unwrap();
    for error in
        [Db::open(folder.path("letter.txt")).err(), Db::open_read_only(folder.path("letter.txt")).err()]
    {
        let error = error.unwrap().to_string();
        assert!(error.contains("letter.txt") && error.contains("not a database"), "{error}");
    }

    let nowhere = Db::open(folder.path("no/such/folder.db")).err().unwrap();
    assert!(nowhere.to_string().contains("folder.db"), "{nowhere}");
}

#[tokio::test]
async fn commits_are_durable_and_foreign_keys_are_on_for_the_writer() {
    let folder = Folder::new();
    let db = fresh(&folder).await;
    let settings: Result<(i64, i64, String, i64), DbError> = db
        .tx(valetkey_sdk::point!("test"), async |tx: &Tx<'_>| {
            let text = "SELECT (SELECT synchronous FROM pragma_synchronous), (SELECT foreign_keys FROM pragma_foreign_keys),
                (SELECT journal_mode FROM pragma_journal_mode), (SELECT journal_size_limit FROM pragma_journal_size_limit)";
            tx.one(test(text), &[]).await
        })
        .await;
    assert_eq!(settings, Ok((2, 1, "wal".to_owned(), 64 << 20)));
}

#[tokio::test]
async fn many_threads_read_while_one_writes() {
    let folder = Folder::new();
    let db = fresh(&folder).await;
    let readers: Vec<_> = (0..8)
        .map(|_| {
            let db = db.clone();
            std::thread::spawn(move || {
                let mut most = 0;
                while most < 50 {
                    let seen = futures_util::FutureExt::now_or_never(ids(&db)).unwrap().len();
                    assert!(seen >= most, "a later read saw less");
                    most = seen;
                }
            })
        })
        .collect();
    for id in 0..50 {
        add(&db, id).await.unwrap();
    }
    for reader in readers {
        reader.join().unwrap();
    }
}

#[test]
fn memory_needs_no_runtime_and_answers_at_once() {
    use futures_util::FutureExt;
    let db = Db::open(":memory:").unwrap();
    apply(&db, SCHEMA, 0).now_or_never().unwrap().unwrap();
    add(&db, 1).now_or_never().unwrap().unwrap();
    assert_eq!(ids(&db).now_or_never().unwrap(), [1]);
}
