//! Every statement of the program fits the schema.

use super::*;

#[tokio::test]
async fn every_statement_prepares_on_the_migrated_schema() {
    let database = crate::store::sql::tests::server::server().database(None);
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
