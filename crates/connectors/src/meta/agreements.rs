//! Sharing agreements: the receiving portfolio's yes to the first dataset from another one.
//!
//! Source: "Sharing pixels between businesses", developers.facebook.com, read 2026-11-22.

use valetkey_sdk::access::Principal;
use valetkey_sdk::call;
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Graph, text};

/// Pages of agreements that are looked through.
const MAX_PAGES: usize = 10;

/// How well the receiver sees that a dataset is not there: while an agreement waits, it may be this one's.
pub async fn sight(graph: &Graph<'_>, receiver: &Principal, giver: Option<&str>) -> Result<Sight> {
    match find(graph, receiver, giver).await {
        Ok(_) => Ok(Sight::Partial("a sharing agreement waits, which does not say for which dataset".into())),
        Err(e) if e.kind == ErrorKind::NotFound => Ok(Sight::Full),
        Err(e) => Err(e),
    }
}

/// The one that waits for `receiver` and comes from the portfolio `giver`. It does not say for which asset.
pub async fn find(graph: &Graph<'_>, receiver: &Principal, giver: Option<&str>) -> Result<String> {
    let edge = format!("{}/received_sharing_agreements", receiver.id);
    let mut at = Cursor(None);
    for _ in 0..MAX_PAGES {
        let page = graph.list(call!("agreements"), &edge, "id,request_status,initiator{id}", &at).await?;
        let waiting = page.rows.iter().find(|row| {
            text(row, "request_status").as_deref() == Some("PENDING")
                && text(row, "initiator.id").as_deref() == giver
        });
        if let Some(id) = waiting.and_then(|row| text(row, "id")) {
            return Ok(id);
        }
        let Some(next) = page.next else { break };
        at = next;
    }
    Err(Error::new(ErrorKind::NotFound, "no sharing agreement from this portfolio waits for the agency's"))
}
