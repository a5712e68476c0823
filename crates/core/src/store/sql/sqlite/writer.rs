//! The one thread that writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::super::DbError;
use super::super::counters::Tally;
use super::batch::{self, Job};
use super::connect::BUSY_TIMEOUT;
use super::lock::Lock;

/// The most transactions that share a commit. Many of them change the same pages, which are then written once.
const BATCH: usize = 256;

/// How long nothing must be written before the write-ahead log is folded back into the file.
const IDLE: Duration = Duration::from_secs(1);

/// Dropping it finishes what is queued and then ends the thread.
pub(super) struct Writer {
    queue: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(conn: Connection, lock: Lock, tally: Arc<Tally>) -> Result<Self, DbError> {
        let (queue, jobs) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                work(&conn, &jobs, &tally);
                drop(conn);
                // Only now may another process come in.
                drop(lock);
            })
            .map_err(|error| DbError::other(format!("cannot start the store's writer thread: {error}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) fn submit(&self, job: Box<dyn Job>) -> Result<(), DbError> {
        let queue = self.queue.as_ref().ok_or_else(DbError::closed)?;
        queue.send(job).map_err(|_| DbError::closed())
    }
}

impl Drop for Writer {
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

fn work(conn: &Connection, jobs: &Receiver<Box<dyn Job>>, tally: &Tally) {
    let mut log_grew = false;
    loop {
        match next(jobs, log_grew) {
            Ok(first) => {
                let mut together = vec![first];
                together.extend(jobs.try_iter().take(BATCH - 1));
                // What panics in a transaction is caught closer; this keeps the thread alive whatever happens.
                let _ = catch_unwind(AssertUnwindSafe(|| batch::run(conn, together, tally)));
                log_grew = true;
            }
            Err(RecvTimeoutError::Timeout) => {
                log_grew = !fold_log(conn);
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn next(jobs: &Receiver<Box<dyn Job>>, log_grew: bool) -> Result<Box<dyn Job>, RecvTimeoutError> {
    if log_grew { jobs.recv_timeout(IDLE) } else { jobs.recv().map_err(|_| RecvTimeoutError::Disconnected) }
}

/// Without this the log keeps its largest size. False where a reader is in the way: the next pause will do.
fn fold_log(conn: &Connection) -> bool {
    let left = conn
        .busy_timeout(Duration::ZERO)
        .and_then(|()| conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, i64>(0)));
    conn.busy_timeout(BUSY_TIMEOUT).is_ok() && left == Ok(0)
}

#[cfg(test)]
mod tests {
    use super::super::connect::{create, for_writing};
    use super::fold_log;

    #[test]
    fn folding_empties_the_log_and_gives_way_to_a_reader() {
        let name = format!("valetkey-fold-{}.db", std::process::id());
        let path = create(&std::env::temp_dir().join(name)).unwrap();
        let log = path.with_extension("db-wal");
        let conn = for_writing(&path).unwrap();
        let size = || std::fs::metadata(&log).unwrap().len();
        conn.execute_batch("CREATE TABLE t (x INTEGER) STRICT").unwrap();

        let reader = for_writing(&path).unwrap();
        reader.execute_batch("BEGIN; SELECT * FROM t").unwrap();
        conn.execute_batch("INSERT INTO t (x) VALUES (1)").unwrap();
        assert!(!fold_log(&conn));
        assert!(size() > 0, "the reader still needs it");

        reader.execute_batch("COMMIT").unwrap();
        assert!(fold_log(&conn));
        assert_eq!(size(), 0);
        drop((conn, reader));
        std::fs::remove_file(path).unwrap();
    }
}
