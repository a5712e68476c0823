//! The daily look for the record that proves an agency's domain.

use serde_json::json;
use valetkey_sdk::point;

use super::look::JobError;
use super::record;
use super::state::domain::{self, Change, Proof, Seen};
use crate::app::domain_name::record_name;
use crate::desk::{Desk, Inner};
use crate::dns::Answer;
use crate::ids::{AgencyId, EventId, JobId};
use crate::store::administer::Administer;
use crate::store::domains::DomainProof;
use crate::store::events::Event;
use crate::store::jobs::{Job, Lease};
use crate::store::{Scope, StoreError, Write};

/// The kind of its jobs.
pub const KIND: &str = "domain";

/// What the record has to hold. It is bound to the agency and the domain by a key of ours, so one agency's record
/// proves nothing of another one's, and nothing of another domain.
pub fn value(desk: &Inner, agency: &AgencyId, domain: &str) -> String {
    let keyed = desk.hash_session(&format!("domain proof {agency} {domain}"));
    let letters: String = keyed.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
    format!("valetkey-agency={letters}")
}

/// The write that has the record looked for.
pub fn look_at(desk: &Inner, agency: &AgencyId, at: i64) -> Write {
    Write::LookAtDomain { job: JobId::new(&desk.clock, &desk.random), agency: agency.clone(), at }
}

/// One job: looks, writes down what came of it, and when the next look is.
pub async fn look(desk: &Desk, job: &Job, lease: &Lease) -> Result<(), JobError> {
    let Some(row) = desk.store.find_domain_proof(&job.scope).await? else {
        let over = vec![Write::Finish(lease.clone(), None)];
        return Ok(desk.store.commit(point!("no domain"), &job.scope, over).await?);
    };
    let seen = see(desk, job.scope.agency(), &row.domain).await;
    Ok(conclude(desk, &job.scope, &row, seen, Some(lease)).await?)
}

/// The same because somebody asked for it.
pub async fn check(
    desk: &Desk,
    scope: &Scope,
    agency: &AgencyId,
    row: &DomainProof,
) -> Result<(), StoreError> {
    let seen = see(desk, agency, &row.domain).await;
    conclude(desk, scope, row, seen, None).await
}

async fn see(desk: &Desk, agency: &AgencyId, domain: &str) -> Seen {
    match desk.dns.texts(&record_name(domain)).await {
        Answer::Texts(texts) => {
            let wanted = value(desk, agency, domain);
            if texts.iter().any(|text| text.trim() == wanted) { Seen::Record } else { Seen::Others }
        }
        Answer::Nothing => Seen::Nothing,
        Answer::Unknown(why) => Seen::Unknown(why),
    }
}

async fn conclude(
    desk: &Desk,
    scope: &Scope,
    row: &DomainProof,
    seen: Seen,
    lease: Option<&Lease>,
) -> Result<(), StoreError> {
    let writes = writes(desk, scope.agency(), row, seen, lease);
    match desk.store.commit(point!("domain seen"), scope, writes).await {
        Err(StoreError::Duplicate("the domain")) => {
            // The other one's record may be gone already: it is looked for now, and ours again tomorrow or when asked.
            desk.store.look_at_holder_of(&row.domain, desk.now_ms()).await?;
            desk.wake.notify_one();
            let writes = self::writes(desk, scope.agency(), row, Seen::Taken, lease);
            desk.store.commit(point!("domain taken"), scope, writes).await
        }
        done => done,
    }
}

/// The row by compare-and-set, what changed as record and event, and the next look.
fn writes(
    desk: &Desk,
    agency: &AgencyId,
    row: &DomainProof,
    seen: Seen,
    lease: Option<&Lease>,
) -> Vec<Write> {
    let now = desk.now_ms();
    let (proof, change, at) = domain::next(&row.proof, seen, now);
    let mut writes = vec![match lease {
        Some(lease) => Write::Finish(lease.clone(), Some(at)),
        None => look_at(desk, agency, at),
    }];
    if let Some(change) = change {
        writes.extend(told(desk, agency, &row.domain, &row.proof, change));
    }
    writes.push(Write::Administer(Administer::DomainProof(Box::new(DomainProof { proof, ..row.clone() }))));
    writes
}

fn told(desk: &Desk, agency: &AgencyId, domain: &str, before: &Proof, change: Change) -> [Write; 2] {
    let (kind, data) = match change {
        Change::Verified => ("agency.domain_verified", json!({"domain": domain})),
        Change::Missing => ("agency.domain_missing", json!({"domain": domain, "seen_at": before.seen_at})),
        Change::Lost(why) => {
            ("agency.domain_lost", json!({"domain": domain, "why": why.as_str(), "seen_at": before.seen_at}))
        }
    };
    let event = Event {
        id: EventId::new(&desk.clock, &desk.random),
        kind: kind.to_owned(),
        subject_id: agency.to_string(),
        request_id: None,
        at: desk.now_ms(),
    };
    [record::audit(desk, kind, agency.as_str(), None, data), Write::Event(event)]
}
