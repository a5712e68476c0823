//! Where a run can be held up, and broken off there: before and after what it commits. A running server
//! passes without a stop; a simulation says how long each stop is, and lets others go first meanwhile.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

/// How often a task steps back at each stop. Cheap to clone.
#[derive(Clone, Default)]
pub struct Pace(Option<Arc<dyn Fn() -> u32 + Send + Sync>>);

impl Pace {
    /// Asks `turns` at each stop how often the task steps back.
    pub fn new(turns: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(turns)))
    }

    /// A stop.
    pub async fn stop(&self) {
        let Some(turns) = &self.0 else { return };
        let mut left = turns();
        poll_fn(|cx| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}
