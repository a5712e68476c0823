//! The loop: leased jobs that observe, decide, act and record. The only code that changes access.

pub mod card;
pub mod domain;
pub mod lanes;
pub mod limits;
pub mod look;
pub mod mail;
pub mod nodes;
pub mod observe;
pub mod record;
pub mod sides;
pub mod staff;
pub mod state;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use self::lanes::Lanes;
use crate::desk::Desk;
use crate::store::jobs::{Job, Lease, Which};
use crate::store::{Store, StoreError};

/// Longer than any platform call ([`valetkey_sdk::http::PlatformClient::DEADLINE`]) and its record.
const LEASE_MS: i64 = 120_000;
/// Jobs claimed in one transaction.
const BATCH: i64 = 64;
/// Jobs under way at once, those that wait behind others of the same person included. So many people can approve at the
/// same time without one waiting for another's platform calls; a job under way costs a few kilobytes and, while it waits
/// for a platform, nothing else. Who waits for its turn for too long gives its job back, so it cannot be too many.
const ROOM: usize = 1_024;
/// Longest sleep between two looks at the job table: the demo moves the clock from outside.
const POLL: Duration = Duration::from_millis(200);
/// The shortest time between two looks: a look passes over all that is under way, and many that end, or become due, at
/// about the same time need one look together. Where a look takes longer than that, it is this many times as long.
const REST: Duration = Duration::from_millis(2);
const RESTS: u32 = 2;
/// The shortest such sleep where other nodes use the database too; the longest is three times that.
const SHARED_POLL: Duration = Duration::from_millis(250);
/// After this many failures in a row a job waits for a person.
const MAX_ATTEMPTS: i64 = 12;

/// A running engine. Stopping it lets work under way come to its record.
pub struct Engine {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    /// On a database that others use too: its sign of life, and what it is given.
    beat: Option<(JoinHandle<()>, Store)>,
}

impl Engine {
    pub fn start(desk: Desk) -> Self {
        Self::start_with_room(desk, ROOM)
    }

    /// The same with room for so many jobs under way at once.
    pub fn start_with_room(desk: Desk, room: usize) -> Self {
        let (stop, stopped) = watch::channel(false);
        let beat = desk.store.is_shared().then(|| {
            nodes::begin(&desk);
            (tokio::spawn(nodes::keep(desk.clone())), desk.store.clone())
        });
        Self { stop, task: tokio::spawn(run(desk, room, stopped)), beat }
    }

    /// Takes no new work and waits for what is under way.
    pub async fn stop(self) {
        self.stop_within(Duration::MAX).await;
    }

    /// The same, waiting for so long at most: the rest goes on at another node, or at the next start.
    pub async fn stop_within(self, limit: Duration) {
        self.stop.send_replace(true);
        // A panic of the loop was already logged by the runtime; there is nothing to wait for then.
        let _ = tokio::time::timeout(limit, self.task).await;
        if let Some((beat, store)) = self.beat {
            beat.abort();
            if let Err(e) = store.leave().await {
                tracing::warn!(error = %e, "the other nodes will notice by themselves that this one is gone");
            }
        }
    }
}

async fn run(desk: Desk, room: usize, mut stopped: watch::Receiver<bool>) {
    let mut under_way = JoinSet::new();
    let lanes = Lanes::default();
    while !*stopped.borrow() {
        lanes.let_go(desk.now_ms());
        while under_way.try_join_next().is_some() {}
        let free = i64::try_from(room.saturating_sub(under_way.len())).unwrap_or(0);
        let begun = Instant::now();
        match claim(&desk, free).await {
            Ok(jobs) => {
                let is_full = jobs.len() >= BATCH as usize;
                for job in jobs {
                    under_way.spawn(work(desk.clone(), lanes.clone(), job));
                }
                if is_full {
                    // There may be more: it is not waited for.
                    tokio::task::yield_now().await;
                    continue;
                }
            }
            Err(e) => tracing::error!(error = %e, "jobs cannot be claimed"),
        }
        let rested = Instant::now() + REST.max(begun.elapsed() * RESTS).min(POLL);
        tokio::select! {
            () = desk.wake.notified() => {}
            () = tokio::time::sleep(poll(&desk)) => {}
            Some(_) = under_way.join_next(), if !under_way.is_empty() => {}
            _ = stopped.changed() => continue,
        }
        tokio::time::sleep_until(rested).await;
    }
    // Who waits for a turn gives its job back.
    lanes.close();
    while under_way.join_next().await.is_some() {}
}

/// Nodes on one database hear of each other's work by looking, each at moments of its own.
fn poll(desk: &Desk) -> Duration {
    if !desk.store.is_shared() {
        return POLL;
    }
    let [jitter] = desk.random.bytes::<1>();
    SHARED_POLL + SHARED_POLL * u32::from(jitter) / 128
}

/// Does everything that is due now, on the caller's task, and returns when nothing is left. For tests,
/// which move the clock themselves.
pub async fn drain(desk: &Desk) -> Result<(), StoreError> {
    let lanes = Lanes::default();
    loop {
        let jobs = claim(desk, BATCH).await?;
        if jobs.is_empty() {
            return Ok(());
        }
        let each = jobs.into_iter().map(|job| {
            let lanes = lanes.clone();
            async move {
                work(desk.clone(), lanes.clone(), job).await;
                lanes.let_go(desk.now_ms());
            }
        });
        futures_util::future::join_all(each).await;
    }
}

/// Claims only when something is due: an idle server writes nothing.
async fn claim(desk: &Desk, room: i64) -> Result<Vec<Job>, StoreError> {
    limits::share(desk).await?;
    if room == 0 {
        return Ok(Vec::new());
    }
    let (slow, free) = limits::find_slow(desk);
    let mut jobs = claim_of(desk, &Which::AllBut(slow), room.min(BATCH)).await?;
    // One at a time: whoever is not taken stays where it is, and what is more urgent goes before it.
    for platform in free {
        match claim_of(desk, &Which::Only(platform), 1).await {
            Ok(one) => jobs.extend(one),
            // What was taken already is worked on.
            Err(e) if !jobs.is_empty() => {
                tracing::error!(error = %e, "jobs cannot be claimed");
                break;
            }
            Err(e) => return Err(e),
        }
    }
    Ok(jobs)
}

async fn claim_of(desk: &Desk, which: &Which, limit: i64) -> Result<Vec<Job>, StoreError> {
    let now = desk.now_ms();
    if !desk.store.has_due_job_of(which, now).await? {
        return Ok(Vec::new());
    }
    desk.store.claim_jobs_of(which, now, now + LEASE_MS, limit).await
}

async fn work(desk: Desk, lanes: Lanes, job: Job) {
    let lease = Lease { job_id: job.id.clone(), epoch: job.epoch };
    let done = match job.kind.as_str() {
        // Its worker went away each time without a word: a crash that it may cause itself.
        _ if job.attempts > MAX_ATTEMPTS => Err(look::JobError::Poison("it never came to an end".into())),
        "look" => look::look(&desk, &lanes, &job, &lease).await,
        domain::KIND => domain::look(&desk, &job, &lease).await,
        mail::KIND => mail::send(&desk, &job, &lease).await,
        other => Err(look::JobError::Poison(format!("unknown kind of job {other}"))),
    };
    let Err(error) = done else { return };
    let ended = match &error {
        look::JobError::Stale => desk.store.back_off_job(&job.scope, lease, desk.now_ms()).await,
        look::JobError::Retry(why) if job.attempts < MAX_ATTEMPTS => {
            tracing::warn!(job = %job.id, attempts = job.attempts, why, "a job is tried again");
            desk.store.back_off_job(&job.scope, lease, desk.now_ms() + pause_ms(&desk, job.attempts)).await
        }
        look::JobError::Retry(why) | look::JobError::Poison(why) => {
            tracing::error!(job = %job.id, why, "a job is set aside");
            let told = look::set_aside(&desk, &job, &lease, why).await;
            told.and(desk.store.park_job(&job.scope, lease, why.clone()).await)
        }
    };
    if let Err(e) = ended {
        // The lease is not ours any more, or the database is away: whoever holds it goes on.
        tracing::warn!(job = %job.id, error = %e, "a job could not be given back");
    }
    desk.wake.notify_one();
}

/// Doubles from one second to a minute, with jitter.
fn pause_ms(desk: &Desk, attempts: i64) -> i64 {
    let doubled = 1_000_i64 << attempts.clamp(0, 6);
    let [jitter] = desk.random.bytes::<1>();
    doubled.min(60_000) * (192 + i64::from(jitter) / 4) / 256
}
