//! Whose lease it is, nobody else ends: looked at before and after each step where there are two processes.

use valetkey::store::jobs::Listed;

use super::stage::Stage;

/// What other processes hold now.
pub fn held_by_others(stage: &Stage, name: &str) -> Vec<Listed> {
    let now = stage.clock.now_ms();
    let is_held = |job: &Listed| {
        job.lease_until.is_some_and(|until| until >= now)
            && job.node_id.as_deref().is_some_and(|by| by != name)
    };
    stage.jobs().iter().filter(|job| is_held(job)).cloned().collect()
}

/// A sentence for each of these leases that is over now, or another process's.
pub fn taken(stage: &Stage, held: Vec<Listed>) -> Vec<String> {
    if held.is_empty() {
        return Vec::new();
    }
    let (now, after) = (stage.clock.now_ms(), stage.jobs());
    let goes_on = |before: &Listed| {
        let job = after.iter().find(|job| job.id == before.id && job.scope.agency() == before.scope.agency());
        job.is_some_and(|job| (job.lease_until, &job.node_id) == (before.lease_until, &before.node_id))
    };
    held.into_iter()
        .filter(|job| job.lease_until.is_some_and(|until| until >= now) && !goes_on(job))
        .map(|job| format!("the lease of job {} was ended while {:?} held it", job.id, job.node_id))
        .collect()
}
