//! The audit log, checked record by record.

use anyhow::bail;

use crate::audit::{Head, Verifier};
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
