//! Every secret that the platforms issued, looked for in everything that was written or answered.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::case::Case;

/// What the simulators keep for themselves.
const THEIRS: [&str; 3] = ["simulators.json", "simulators.json.key", "sim.log"];
/// Shorter ones are found by chance.
const SHORTEST: usize = 12;

/// How many places hold a secret in the clear; the folder stays when there is one.
pub async fn secrets(case: &mut Case<'_>) -> anyhow::Result<u64> {
    let issued = case.sims.get("secrets").await?;
    let values: Vec<&str> =
        issued.iter().filter_map(|s| s["value"].as_str()).filter(|v| v.len() >= SHORTEST).collect();
    anyhow::ensure!(!values.is_empty(), "the simulators issued no secret: this search would find nothing");
    let mut places: Vec<(String, Vec<u8>)> =
        vec![("answers".into(), case.program.heard.clone().into_bytes())];
    for file in std::fs::read_dir(&case.plot.folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().into_owned();
        if file.file_type()?.is_file() && !THEIRS.contains(&name.as_str()) {
            places.push((name, read(&file.path())?));
        }
    }
    if let Some(database) = &case.plot.database {
        places.push(("the database".into(), rows(database)?.into_bytes()));
    }
    let mut found = 0;
    for (place, bytes) in &places {
        for value in &values {
            let mut hex = String::with_capacity(value.len() * 2);
            value.bytes().for_each(|b| {
                // Writing to a text cannot fail.
                let _ = write!(hex, "{b:02x}");
            });
            if holds(bytes, value.as_bytes()) || holds(bytes, hex.as_bytes()) {
                let kind = issued.iter().find(|s| s["value"] == *value).map(|s| &s["kind"]);
                let kind = kind.and_then(Value::as_str).unwrap_or("secret");
                case.outcome.findings.push(format!("Secret: {place} holds a {kind} in the clear"));
                found += 1;
            }
        }
    }
    Ok(found)
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Every row of every table, as text.
fn rows(database: &super::server::Database) -> std::io::Result<String> {
    let tables = database.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")?;
    let all: Vec<_> = tables.lines().map(|t| format!("SELECT t::text FROM \"{t}\" t")).collect();
    database.sql(&all.join(" UNION ALL "))
}

fn holds(bytes: &[u8], value: &[u8]) -> bool {
    memchr::memmem::find(bytes, value).is_some()
}
