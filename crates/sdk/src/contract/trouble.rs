//! Trouble is understood: each kind of bad answer becomes the error kind that the engine can act on.

use serde_json::{Value, json};

use super::{Outcome, Subject, ensure};
use crate::access::{AssetRef, Level, Side, Wish};
use crate::connector::Held;
use crate::error::{Error, ErrorKind};
use crate::manifest::{AssetFacts, Method};
use crate::page::Cursor;
use crate::secret::Secret;

/// A credential that the platform does not take is told from everything else.
pub async fn a_dead_credential(s: &Subject<'_>) -> Outcome {
    let dead = |h: &Held| {
        let mut dead = h.clone();
        dead.credential.access_token = Secret::new("dead");
        dead
    };
    let held: Vec<_> = s.held().iter().map(dead).collect();
    let found = s.connector().identify(&s.cx_with(&held), Side::Client).await;
    let kind = found.err().map(|e| e.kind);
    ensure!(
        matches!(&kind, Some(ErrorKind::Reauthorize { side: Side::Client, .. })),
        "a dead credential is answered {kind:?}"
    );
    let none = s.connector().identify(&s.cx_with(&[]), Side::Client).await.err().map(|e| e.kind);
    ensure!(matches!(none, Some(ErrorKind::Reauthorize { .. })), "a missing credential is answered {none:?}");
    Ok(())
}

pub async fn is_understood(s: &Subject<'_>, facts: &AssetFacts, level: Level) -> Outcome {
    if !matches!(facts.levels[&level].method, Method::Share | Method::Invite) {
        return Ok(());
    }
    let wish = s.wish(facts, level).await?;
    let start = s.ledger_end();
    let checked = bad_answers(s, &wish).await;
    s.faults(json!([])).await?;
    checked?;
    let missing = Wish { on: AssetRef::known(&facts.of, unknown(facts), wish.on.parent()), ..wish };
    let refused = s.connector().grant(&s.cx(), &missing, None).await;
    let definite = refused.as_ref().err().is_some_and(Error::is_definite_refusal);
    ensure!(definite, "an unknown asset is answered {refused:?}");
    ensure!(s.ledger_end() == start, "trouble left an effect behind");
    Ok(())
}

/// An id that fits the pattern and belongs to nothing.
fn unknown(facts: &AssetFacts) -> String {
    let guesses = ["99999999999", "act_99999999999", "unknown-thing", "unknown-owner/unknown-thing"];
    guesses.into_iter().find(|id| facts.id.allows(id)).unwrap_or_default().to_owned()
}

async fn bad_answers(s: &Subject<'_>, wish: &Wish) -> Outcome {
    type Is = fn(&ErrorKind) -> bool;
    let unknown: Is = |k| matches!(k, ErrorKind::Temporary | ErrorKind::Unexpected);
    let limited: Is = |k| matches!(k, ErrorKind::RateLimited { .. });
    let table: [(Value, Is); 5] = [
        (json!({"kind": "status", "code": 500}), unknown),
        (json!({"kind": "status", "code": 503}), unknown),
        (json!({"kind": "html"}), unknown),
        (json!({"kind": "drop_before"}), unknown),
        (json!({"kind": "rate_limit", "retry_after_s": 120}), limited),
    ];
    for (fault, fits) in table {
        let faults: Vec<_> = s.manifest().hosts.iter().map(|host| with_host(&fault, host)).collect();
        s.faults(json!(faults)).await?;
        let read =
            s.connector().entitlements(&s.cx(), Side::Client, &wish.on, Some(&wish.who), Cursor(None)).await;
        let write = s.connector().grant(&s.cx(), wish, None).await;
        for (what, kind) in [("a read", read.err().map(|e| e.kind)), ("a write", write.err().map(|e| e.kind))]
        {
            ensure!(kind.as_ref().is_some_and(fits), "{what} under {fault} is answered {kind:?}");
            if let Some(ErrorKind::RateLimited { until }) = kind {
                ensure!(until > s.clock().now(), "the pause of {fault} is over before it starts");
            }
        }
    }
    Ok(())
}

fn with_host(fault: &Value, host: &str) -> Value {
    let mut fault = fault.clone();
    fault["host"] = json!(host);
    fault
}
