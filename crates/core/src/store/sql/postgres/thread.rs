//! The one thread that holds the connections and runs what uses them.

use std::rc::Rc;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use futures_util::future::LocalBoxFuture;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::{JoinSet, LocalSet};

use super::super::DbError;
use super::super::counters::Tally;
use super::connect::Settings;
use super::queue::Queues;
use super::{Jitter, Shared};

/// Something to do with a connection.
pub(super) type Work = Box<dyn FnOnce(Rc<Shared>) -> LocalBoxFuture<'static, ()> + Send>;

/// Dropping it finishes what was submitted and then ends the thread.
pub(super) struct Thread {
    queue: Option<UnboundedSender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Thread {
    /// Answers once the database was reached.
    pub(super) fn start(settings: Settings, tally: Arc<Tally>) -> Result<Self, DbError> {
        let (queue, work) = mpsc::unbounded_channel();
        let (ready, started) = std::sync::mpsc::channel();
        let fail =
            |error: std::io::Error| DbError::other(format!("cannot start the store's thread: {error}"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(fail)?;
        let thread = thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || {
                LocalSet::new().block_on(&runtime, async move {
                    match settings.pool().await {
                        Ok(pool) => {
                            let _ = ready.send(Ok(()));
                            let (jitter, queues) = (Jitter::default(), Queues::default());
                            run(Shared { pool, tally, jitter, queues }, work).await;
                        }
                        Err(error) => drop(ready.send(Err(error))),
                    }
                });
            })
            .map_err(fail)?;
        started.recv().map_err(|_| DbError::closed())??;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) fn submit(&self, work: Work) -> Result<(), DbError> {
        let queue = self.queue.as_ref().ok_or_else(DbError::closed)?;
        queue.send(work).map_err(|_| DbError::closed())
    }
}

async fn run(shared: Shared, mut work: UnboundedReceiver<Work>) {
    let shared = Rc::new(shared);
    let mut under_way = JoinSet::new();
    while let Some(next) = work.recv().await {
        // A panic ends only its own work, and its caller hears that the database is closed.
        while under_way.try_join_next().is_some() {}
        under_way.spawn_local(next(Rc::clone(&shared)));
    }
    while under_way.join_next().await.is_some() {}
    shared.pool.close();
}

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            // A transaction's closure may hold the last handle; the thread cannot wait for itself.
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}
