//! Every statement of the program fits the schema.

use futures_util::future::join_all;
use serde_json::json;
use valetkey_sdk::point;

use super::audit::Entry;
use super::basis::Basis;
use super::grantees::Grantee;
use super::jobs::Lease;
use super::sql::tests::server::{Database, server};
use super::*;
use crate::audit as chain;
use crate::ids::{AgencyId, ConnectionId, GranteeId, JobId, RequestId};

/// A store on a server, and somebody else there. What was made last goes first.
async fn on_a_server() -> (Database, Store, tokio_postgres::Client) {
    let database = server().database(None);
    let store = Store::open(Place::from_address(&database.url).expect("a place"), 0).await.expect("opens");
    let (client, connection) =
        tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.expect("connects");
    tokio::spawn(connection);
    (database, store, client)
}

#[tokio::test]
async fn every_statement_prepares_on_the_migrated_schema() {
    let database = server().database(None);
    for place in ["sqlite::memory:", &database.url] {
        let store = Store::open(Place::from_address(place).expect("a place"), 0).await.expect("opens");
        let wrong = store.db.check(&sql::registered()).await.expect("readable");
        assert!(wrong.is_empty(), "{place}: {wrong:#?}");
    }
    assert!(sql::registered().len() > 50, "the list is generated from the code");
}

#[tokio::test]
async fn every_agency_table_starts_its_keys_with_the_agency() {
    const GLOBAL: [&str; 11] = [
        "link",
        "session",
        "api_key",
        "sign_in_state",
        "schema_migration",
        "password",
        "set_up_code",
        "gate_try",
        "turn",
        "node",
        "quota",
    ];
    let schema = MIGRATIONS.iter().map(|m| m.text).collect::<String>();
    for table in schema.split("CREATE TABLE ").skip(1) {
        let name = table.split_whitespace().next().expect("a name");
        if GLOBAL.contains(&name) {
            continue;
        }
        let first = table.lines().nth(1).expect("a column").trim();
        assert!(first.starts_with("agency_id "), "{name} starts with {first}");
    }
    for index in schema.split(" INDEX ").skip(1) {
        let columns = index.split('(').nth(1).expect("columns");
        // Found before the agency is known.
        let across = ["job_due", "erasure_code", "logo_name", "agency_domain"]
            .iter()
            .any(|name| index.starts_with(name));
        assert!(across || columns.starts_with("agency_id"), "{}", index.lines().next().expect("a line"));
    }
}

/// The server plans by figures from a time when nothing was due, as before every night. A plan that looks at all that is
/// due once for each job that is due would take a minute for twenty thousand.
#[tokio::test]
async fn f21_what_a_claim_reads_grows_no_faster_than_what_is_due() {
    const DUE: i64 = 1_000;
    let (_database, _store, client) = on_a_server().await;
    let later = format!(
        "SET valetkey.agency = '*';
         INSERT INTO job (agency_id, job_id, kind, subject_id, run_at, platform)
           SELECT 'a', 'j' || n, 'look', 'g' || n, 1000000, 'meta' FROM generate_series(1, {DUE}) AS n;
         ANALYZE job; UPDATE job SET run_at = 1; BEGIN"
    );
    client.batch_execute(&later).await.expect("written");
    for name in ["CLAIM", "CLAIM_IN_TURNS"] {
        let all = sql::registered();
        let claim =
            all.iter().find(|sql| sql.name().ends_with(&format!("jobs::{name}"))).expect("it is there");
        let node = None::<&str>;
        let before = read_so_far(&client).await;
        let claimed =
            client.query(&*claim.text_on_postgres(), &[&9_i64, &2_i64, &8_i64, &node, &"", &"  "]).await;
        assert_eq!(claimed.expect("claimed").len(), 8, "{name}");
        let read = read_so_far(&client).await - before;
        assert!(read <= 10 * DUE, "{name} read {read} rows and entries for {DUE} jobs");
    }
}

/// Rows of jobs and entries of their indexes that this transaction has read.
async fn read_so_far(client: &tokio_postgres::Client) -> i64 {
    let all = "SELECT CAST(SUM(pg_stat_get_xact_tuples_returned(oid)) AS INT8) FROM pg_class
               WHERE relname IN ('job', 'job_pkey', 'job_due', 'job_subject')";
    client.query_one(all, &[]).await.expect("counted").get(0)
}

/// However many records a transaction writes, and however many transactions share its commit.
#[tokio::test]
async fn records_of_one_commit_and_of_many_at_once_make_one_chain() {
    let database = server().database(None);
    for place in ["sqlite::memory:", &database.url] {
        let store = Store::open(Place::from_address(place).expect("a place"), 0).await.expect("opens");
        let scope = Scope::new(AgencyId::from_text("agy_a"), Actor::Operator);
        let counts: Vec<i64> = (1..=20).collect();
        let commits = counts.iter().map(|count| {
            let entry = |at| Entry {
                at,
                action: "test".into(),
                subject_id: format!("of {count}"),
                request_id: None,
                data: json!({"at": at}),
            };
            let writes = (1..=*count).map(|at| Write::Audit(entry(at))).collect();
            store.commit(point!("test"), &scope, writes)
        });
        assert!(join_all(commits).await.iter().all(Result::is_ok), "{place}");

        let records = store.list_audit(&scope, 0, 1_000).await.expect("read");
        for count in counts {
            let of: Vec<_> = records.iter().filter(|r| r.subject == format!("of {count}")).collect();
            assert_eq!(of.iter().map(|r| r.at_ms).collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>());
            assert!(of.windows(2).all(|two| two[1].seq == two[0].seq + 1), "{place}: {count}");
        }
        let head = chain::verify("agy_a", records, &[]).expect("one chain");
        assert_eq!(head.seq, 210, "{place}");
    }
}

/// Who writes under a lease keeps it until the commit: a claim of another node passes the job over.
#[tokio::test]
async fn f19_a_lease_that_is_held_is_not_claimed_until_the_commit() {
    let (_database, store, client) = on_a_server().await;
    let job = "SET valetkey.agency = '*';
        INSERT INTO job (agency_id, job_id, kind, subject_id, run_at, epoch) VALUES ('a', 'j', 'look', 'g', 1, 4)";
    client.batch_execute(job).await.expect("written");
    let all = sql::registered();
    let hold = all.iter().find(|sql| sql.name().ends_with("jobs::HOLD")).expect("it is there");

    client.batch_execute("BEGIN").await.expect("begun");
    let held = client.query(&*hold.text_on_postgres(), &[&"a", &"j", &4_i64]).await.expect("held");
    assert_eq!(held.len(), 1);
    assert!(store.claim_jobs(2, 9, 8).await.expect("asked").is_empty());
    client.batch_execute("COMMIT").await.expect("committed");
    assert_eq!(store.claim_jobs(2, 9, 8).await.expect("asked").len(), 1);

    let late = Write::Hold(Lease { job_id: JobId::from_text("j"), epoch: 4 });
    let scope = Scope::new(AgencyId::from_text("a"), Actor::Engine);
    let refused = store.commit(point!("test"), &scope, vec![late]).await;
    assert!(matches!(refused, Err(StoreError::Stale(_))), "{refused:?}");
}

/// Somebody changed it between the page that was read and the press.
#[tokio::test]
async fn what_a_yes_rests_on_must_be_as_it_was_shown() {
    let (_database, store, client) = on_a_server().await;
    let rows = "SET valetkey.agency = '*';
        INSERT INTO agency (agency_id, name, data_key, key_version, created_at) VALUES ('a', 'A', '', 1, 1);
        INSERT INTO client (agency_id, client_id, name, email, created_at) VALUES ('a', 'c', 'C', 'c@c.example', 1);
        INSERT INTO request (agency_id, request_id, client_id, state, link_expires_at, created_at, rev)
          VALUES ('a', 'r', 'c', 'sent', 9, 1, 3);
        INSERT INTO connection
          (agency_id, connection_id, side, platform, sign_in, state, browser_hash, identity, created_at, rev)
          VALUES ('a', 's', 'client', 'meta', 'x', 'active', 'h', '{}', 1, 5);
        INSERT INTO grantee (agency_id, grantee_id, platform, kind, external_id, label, created_at)
          VALUES ('a', 'g', 'meta', 'portfolio', '1', 'Northwind', 1)";
    client.batch_execute(rows).await.expect("written");
    let scope = Scope::new(AgencyId::from_text("a"), Actor::Client);
    let grantee = store.find_grantee(&scope, &GranteeId::from_text("g")).await.expect("read").expect("there");
    let basis = |request, connection: Option<i64>, grantee: &Grantee| {
        let id = ConnectionId::from_text("s");
        let connection = connection.map(|rev| (id, rev));
        Basis { request: (RequestId::from_text("r"), request), connection, grantee: grantee.clone() }
    };
    let other = |change: fn(&mut Grantee)| {
        let mut other = grantee.clone();
        change(&mut other);
        other
    };
    let renamed = other(|g| g.label = "Northwind Media".into());
    let moved = other(|g| g.external_id = "2".into());
    let gone = other(|g| g.id = GranteeId::from_text("nobody"));
    for (holds, basis) in [
        (true, basis(3, Some(5), &grantee)),
        (true, basis(3, None, &grantee)),
        (false, basis(2, Some(5), &grantee)),
        (false, basis(3, Some(4), &grantee)),
        (false, basis(3, Some(5), &renamed)),
        (false, basis(3, None, &moved)),
        (false, basis(3, Some(5), &gone)),
    ] {
        let write = Write::KeepBasis(Box::new(basis.clone()));
        let kept = store.commit(point!("test"), &scope, vec![write]).await;
        assert_eq!(kept.is_ok(), holds, "{basis:?}: {kept:?}");
        assert!(holds || matches!(kept, Err(StoreError::Stale(_))), "{kept:?}");
    }
}
