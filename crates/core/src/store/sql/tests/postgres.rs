//! What only PostgreSQL does: walls, turns, conflicts, lost connections, several nodes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Barrier};

use futures_util::future::join_all;

use super::{COUNT, Folder, IDS, SCHEMA, add, ids, on_postgres, test};
use crate::cells;
use crate::ids::AgencyId;
use crate::store::sql::migrate::{MigrateError, apply};
use crate::store::sql::*;

const PUT: Sql = test("INSERT INTO note (agency_id, id) VALUES ($1, $2)");

pub(super) async fn migrated() -> (Db, Folder) {
    let (db, folder) = on_postgres();
    apply(&db, SCHEMA, 0).await.unwrap();
    (db, folder)
}

pub(super) fn agency(name: &str) -> AgencyId {
    AgencyId::from_text(name.to_owned())
}

async fn put(db: &Db, agency: &'static str, id: i64) -> Result<u64, DbError> {
    db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| tx.exec(PUT, cells![agency, id]).await).await
}

#[tokio::test]
async fn a_statement_without_a_scope_sees_nothing_and_one_with_a_scope_only_its_agency() {
    let (db, _folder) = migrated().await;
    put(&db.of(&agency("a")), "a", 1).await.unwrap();
    put(&db.of(&agency("b")), "b", 2).await.unwrap();

    // None of these statements names an agency.
    assert!(ids(&db).await.is_empty());
    assert_eq!(ids(&db.of(&agency("a"))).await, [1]);
    assert_eq!(ids(&db.of(&agency("b"))).await, [2]);
    assert_eq!(ids(&db.of(&agency("*' OR true --"))).await, [] as [i64; 0]);
    assert_eq!(ids(&db.across()).await, [1, 2]);
    let all = test("UPDATE note SET done = 1");
    let own = db
        .of(&agency("a"))
        .tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| tx.exec(all, &[]).await)
        .await;
    assert_eq!(own, Ok::<_, DbError>(1));

    let foreign = put(&db.of(&agency("a")), "b", 3).await.unwrap_err();
    assert!(foreign.to_string().contains("row-level security"), "{foreign}");
    assert!(put(&db, "a", 3).await.is_err());
}

#[tokio::test]
async fn every_agency_table_has_a_wall_and_a_missing_one_is_built_and_named() {
    let (db, folder) = migrated().await;
    assert_eq!(db.check(&[]).await, Ok(Vec::new()));
    folder.database().sql("ALTER TABLE note NO FORCE ROW LEVEL SECURITY").unwrap();
    assert_eq!(db.check(&[]).await, Ok(vec!["table note has no wall between agencies".to_owned()]));
    assert_eq!(db.passes_walls().await, Ok(false), "the tests' user is held by the walls");
}

/// Reads and then writes what follows from it: two of them at once would write the same.
async fn next(db: Db) -> Result<u64, DbError> {
    db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
        let count: i64 = tx.one(COUNT, &[]).await?;
        tx.exec(PUT, cells!["a", count]).await
    })
    .await
}

#[tokio::test]
async fn f09_transactions_of_one_agency_take_turns_and_serializable_ones_are_run_again() {
    for serializable in [false, true] {
        let (db, _folder) = migrated().await;
        let handle = if serializable { db.across().serializable() } else { db.of(&agency("a")) };
        let done = join_all((0..24).map(|_| next(handle.clone()))).await;
        assert!(done.iter().all(Result::is_ok), "{serializable}: {done:?}");
        assert_eq!(ids(&db.across()).await, (0..24).collect::<Vec<_>>());
        assert_eq!(db.counters().transactions, 24 + 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f09_a_deadlock_is_resolved_by_running_one_of_the_two_again() {
    const TAKE: Sql = test("UPDATE note SET done = 1 WHERE id = $1");
    let (db, folder) = migrated().await;
    for id in [1, 2] {
        put(&db.across(), "a", id).await.unwrap();
    }
    let both = Arc::new(Barrier::new(2));
    let runs = Arc::new(AtomicU32::new(0));
    let tasks = [(1_i64, 2_i64), (2, 1)].map(|(first, second)| {
        // A store thread each, so that they can wait for each other.
        let db = Db::connect(&folder.database().url).unwrap().across();
        let (both, runs) = (Arc::clone(&both), Arc::clone(&runs));
        tokio::spawn(async move {
            db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
                tx.exec(TAKE, cells![first]).await?;
                if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                    both.wait();
                }
                tx.exec(TAKE, cells![second]).await
            })
            .await
        })
    });
    for task in tasks {
        assert_eq!(task.await.unwrap(), Ok::<_, DbError>(1));
    }
    assert_eq!(runs.load(Ordering::SeqCst), 3, "one was run again");
}

/// Sixteen connections, and each is busy for a while.
#[tokio::test]
async fn f09_more_callers_than_connections_wait_for_their_turn() {
    const SLOWLY: Sql = test("SELECT CAST(pg_sleep(0.05) AS TEXT)");
    let (db, folder) = migrated().await;
    let calls = (0..200_i64).map(|id| {
        let db = db.across();
        async move {
            db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
                tx.query::<String>(SLOWLY, &[]).await?;
                tx.exec(PUT, cells!["a", id]).await
            })
            .await
        }
    });
    let done: Vec<Result<u64, DbError>> = join_all(calls).await;
    assert!(done.iter().all(Result::is_ok), "{done:?}");
    assert_eq!(ids(&db.across()).await, (0..200).collect::<Vec<_>>());
    let used =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'valetkey'";
    assert_eq!(folder.database().sql(used).unwrap(), "16");
}

#[tokio::test]
async fn f09_a_statement_that_takes_too_long_leaves_nothing_behind() {
    const SLOWLY: Sql = test("SELECT CAST(pg_sleep(60) AS TEXT)");
    let (direct, folder) = migrated().await;
    let url = format!("{}&options=-c%20statement_timeout%3D100ms", folder.database().url);
    let db = Db::connect(&url).unwrap().across();
    let late: Result<u64, DbError> = db
        .tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
            let changed = tx.exec(PUT, cells!["a", 1_i64]).await?;
            tx.query::<String>(SLOWLY, &[]).await?;
            Ok(changed)
        })
        .await;
    let error = late.unwrap_err();
    assert_eq!(error.kind(), &DbErrorKind::Busy, "{error}");
    assert!(error.is_passing() && error.to_string().contains("statement timeout"), "{error}");
    assert!(ids(&direct.across()).await.is_empty());
    assert_eq!(put(&db, "a", 2).await, Ok(1));
}

#[tokio::test]
async fn f07_a_connection_lost_before_the_commit_is_replaced_and_the_transaction_run_again() {
    const END: Sql = test("SELECT CAST(pg_terminate_backend(pg_backend_pid()) AS INT)");
    let (db, _folder) = migrated().await;
    let runs = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&runs);
    let done: Result<u64, DbError> = db
        .across()
        .tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
            let changed = tx.exec(PUT, cells!["a", 1_i64]).await?;
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                tx.query::<i64>(END, &[]).await?;
            }
            Ok(changed)
        })
        .await;
    assert_eq!(done, Ok(1));
    assert_eq!(runs.load(Ordering::SeqCst), 2);
    assert_eq!(ids(&db.across()).await, [1]);
}

#[tokio::test]
async fn f07_callers_that_go_away_leave_no_connection_in_a_transaction() {
    let (db, folder) = migrated().await;
    for id in 0..400 {
        let db = db.across();
        let mut call = Box::pin(async move { add(&db, id).await });
        // Queued, perhaps begun, and dropped.
        assert!(futures_util::poll!(&mut call).is_pending());
        if id % 3 == 0 {
            tokio::task::yield_now().await;
        }
    }
    add(&db.across(), 400).await.unwrap();
    drop(db);
    let stuck =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'";
    assert_eq!(folder.database().sql(stuck).unwrap(), "0");
    assert_eq!(folder.database().sql("SELECT count(*) FROM note").unwrap(), "401", "each was committed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_change_the_schema_once() {
    let (db, folder) = on_postgres();
    let nodes = (0..4).map(|_| {
        let db = Db::connect(&folder.database().url).unwrap();
        tokio::spawn(async move { apply(&db, SCHEMA, 0).await.unwrap().len() })
    });
    let taken: Vec<usize> = join_all(nodes).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(taken.iter().sum::<usize>(), SCHEMA.len(), "{taken:?}");
    assert_eq!(db.check(&[IDS]).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_stays_as_it_is() {
    let (db, folder) = on_postgres();
    folder.database().sql("CREATE TABLE invoice (id INT)").unwrap();
    let error = apply(&db, SCHEMA, 0).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Foreign { table } if table == "invoice"), "{error}");
    assert!(!db.has_table("schema_migration").await.unwrap());
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_told_without_its_password() {
    let missing = super::server::server().url("no_such_database");
    for (address, words) in [
        (
            "postgres://u:hush@127.0.0.1:1/d?connect_timeout=1",
            "no connection to the database server at 127.0.0.1:1/d",
        ),
        ("postgres://u:hush@/d", "names no host"),
        ("postgres://u:hush@h:none/d", "cannot be read"),
        ("postgres://u:hush@h/d?sslmode=hush", "cannot be read"),
        (missing.as_str(), "CREATE DATABASE"),
    ] {
        let error = Db::connect(address).err().unwrap().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("hush"), "{error}");
    }
}

/// Stands between and, once armed, cuts the connection at the next COMMIT: before the server hears of it,
/// or after it has answered.
fn cutting_proxy(after: bool) -> (u16, Arc<AtomicBool>) {
    let socket = super::server::server().socket().expect("a server of our own");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let armed = Arc::new(AtomicBool::new(false));
    let arm = Arc::clone(&armed);
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), UnixStream::connect(&socket).unwrap());
            let arm = Arc::clone(&arm);
            std::thread::spawn(move || carry(client, server, &arm, after));
        }
    });
    (port, armed)
}

fn carry(mut client: TcpStream, mut server: UnixStream, arm: &AtomicBool, after: bool) {
    let (mut back, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    let silent = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&silent);
    let answers = std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        while let Ok(count @ 1..) = back.read(&mut bytes) {
            if told.load(Ordering::SeqCst) || to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
    });
    let mut bytes = [0; 8192];
    while let Ok(count @ 1..) = client.read(&mut bytes) {
        let commit = bytes[..count].windows(7).any(|w| w == b"COMMIT\0");
        if commit && arm.swap(false, Ordering::SeqCst) {
            silent.store(true, Ordering::SeqCst);
            if after {
                server.write_all(&bytes[..count]).unwrap();
                // It ends once the server has answered.
                answers.join().unwrap();
            }
            break;
        }
        if server.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}

#[tokio::test]
async fn f07_a_commit_without_an_answer_is_told_apart_and_not_repeated() {
    for after in [false, true] {
        let (direct, folder) = migrated().await;
        let (port, armed) = cutting_proxy(after);
        let name = folder.database().name();
        let db = Db::connect(&format!("postgres://valetkey@127.0.0.1:{port}/{name}")).unwrap().across();
        add(&db, 1).await.unwrap();

        armed.store(true, Ordering::SeqCst);
        let error = add(&db, 2).await.unwrap_err();

        assert_eq!(error.kind(), &DbErrorKind::CommitUnknown, "{error}");
        assert!(error.is_passing());
        // By its natural key the caller finds out which of the two it was.
        let there = direct.across().optional::<i64>(test("SELECT id FROM note WHERE id = 2"), &[]).await;
        assert_eq!(there, Ok(after.then_some(2)));
        add(&db, 3).await.unwrap();
    }
}
