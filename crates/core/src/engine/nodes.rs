//! Nodes on one database hear whether the others are at work, and take over soon from one that is not.

use std::time::Duration;

use crate::desk::Desk;
use crate::store::StoreError;

/// Between two beats.
const BEAT: Duration = Duration::from_secs(2);
/// Who was silent for this long is taken for lost, in milliseconds. If it was only slow, nothing is done twice: its
/// call has 30 seconds before anybody acts in its place, and what it writes is refused.
pub const LOST_MS: i64 = 8_000;
/// Turns are remembered for longer than any lease lasts.
const MEMORY_MS: i64 = 3_600_000;

/// Gives this process its name among the nodes.
pub fn begin(desk: &Desk) {
    desk.store.begin_node(desk.random.token().expose()[..12].to_owned());
}

/// One beat: says that this node is at work, and frees what lost ones hold.
pub async fn beat(desk: &Desk) -> Result<u64, StoreError> {
    let now = desk.now_ms();
    let freed = desk.store.beat(now, now - LOST_MS).await?;
    if freed > 0 {
        tracing::warn!(jobs = freed, "a node is gone: its work goes on elsewhere");
        desk.wake.notify_one();
    }
    Ok(freed)
}

/// Goes on until it is aborted.
pub async fn keep(desk: Desk) {
    let mut forgotten = 0;
    loop {
        let mut done = beat(&desk).await.map(drop);
        let now = desk.now_ms();
        if done.is_ok() && now - forgotten > MEMORY_MS {
            forgotten = now;
            done = desk.store.forget_turns(now - MEMORY_MS).await;
        }
        if let Err(e) = done {
            tracing::warn!(error = %e, "the other nodes cannot be told that this one is at work");
        }
        tokio::time::sleep(BEAT).await;
    }
}
