//! The audit log, checked record by record.

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use crate::audit::{Data, FirstBad, Hash, Head, Record, Verifier};
use crate::store::{Scope, Store};

/// Records read at once.
const PAGE: i64 = 1_000;

/// Checks one agency's chain; the error names the first bad record.
pub async fn verify(store: &Store, scope: &Scope, outside: &[Head]) -> anyhow::Result<Head> {
    let mut verifier = Verifier::new(scope.agency().as_str(), outside);
    let mut after = 0;
    loop {
        let page = store.list_audit(scope, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for record in &page {
            if let Err(bad) = verifier.push(record) {
                bail!("agency {}: {bad}", scope.agency());
            }
        }
    }
    verifier.finish().map_err(|bad| anyhow::anyhow!("agency {}: {bad}", scope.agency()))
}

/// One record as a line of JSON: everything its hash is made of. `data` is text, because the hash is made from
/// its exact spelling.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    agency_id: String,
    seq: i64,
    at_ms: i64,
    actor: String,
    action: String,
    subject: String,
    data: String,
    prev: String,
    hash: String,
}

/// The record as one line, which [`verify_lines`] reads.
pub fn to_line(r: &Record) -> String {
    let line = Line {
        agency_id: r.agency_id.clone(),
        seq: r.seq,
        at_ms: r.at_ms,
        actor: r.actor.clone(),
        action: r.action.clone(),
        subject: r.subject.clone(),
        data: r.data.as_str().to_owned(),
        prev: hex(&r.prev),
        hash: hex(&r.hash),
    };
    serde_json::to_string(&line).expect("text and numbers are JSON")
}

/// Checks a downloaded log without any database; the error names the first bad record.
///
/// # Errors
/// When a line cannot be read, or the chain from its first record is broken.
pub fn verify_lines(text: &str, outside: &[Head]) -> anyhow::Result<Head> {
    let mut verifier: Option<Verifier> = None;
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let record = from_line(line).with_context(|| format!("line {} is no audit record", number + 1))?;
        let verifier = verifier.get_or_insert_with(|| Verifier::new(record.agency_id.as_str(), outside));
        verifier.push(&record)?;
    }
    Ok(verifier.context("there is no record in it")?.finish()?)
}

fn from_line(text: &str) -> anyhow::Result<Record> {
    let l: Line = serde_json::from_str(text)?;
    Ok(Record {
        agency_id: l.agency_id,
        seq: l.seq,
        at_ms: l.at_ms,
        actor: l.actor,
        action: l.action,
        subject: l.subject,
        data: Data::stored(l.data),
        prev: unhex(&l.prev)?,
        hash: unhex(&l.hash)?,
    })
}

/// Checks records that follow each other against the one before them. Without one they must begin the chain.
///
/// # Errors
/// The first record that cannot be right.
pub fn verify_range(scope: &Scope, before: Option<&Record>, range: &[Record]) -> Result<(), FirstBad> {
    let mut verifier = match before {
        Some(record) => Verifier::after(Head::of(record), &[]),
        None => Verifier::new(scope.agency().as_str(), &[]),
    };
    range.iter().try_for_each(|record| verifier.push(record))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> anyhow::Result<Hash> {
    let digit = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(digit).collect();
    bytes.and_then(|b| b.try_into().ok()).context("a hash is not 64 hexadecimal digits")
}
