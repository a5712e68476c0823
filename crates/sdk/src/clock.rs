//! Time comes from outside, so that a test or the demo can move it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// The one source of time. Cheap to clone; all clones move together.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    /// The machine's clock, or one that leads it, plus an offset in milliseconds (the demo moves it).
    System { offset_ms: AtomicI64, leader: RwLock<Option<Reading>> },
    /// The same with the offset in a file that several processes share, so that trials move all at once.
    #[cfg(debug_assertions)]
    Shared { offset_ms: std::fs::File },
    /// Stands still until moved.
    Mock { start_ms: i64, now_ms: AtomicI64 },
}

/// What another clock said, and when.
#[derive(Clone, Copy, Debug)]
struct Reading {
    at: Instant,
    ms: i64,
}

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(Source::System { offset_ms: AtomicI64::new(0), leader: RwLock::default() }))
    }

    /// The machine's clock plus the milliseconds that this file says, read each time.
    ///
    /// # Errors
    /// If the file cannot be opened for reading and writing.
    #[cfg(debug_assertions)]
    pub fn shared(file: &std::path::Path) -> std::io::Result<Self> {
        let offset_ms = std::fs::File::options().read(true).write(true).open(file)?;
        Ok(Self(Arc::new(Source::Shared { offset_ms })))
    }

    pub fn mock(start: Timestamp) -> Self {
        let start_ms = start.as_millisecond();
        Self(Arc::new(Source::Mock { start_ms, now_ms: AtomicI64::new(start_ms) }))
    }

    /// Now, to the millisecond.
    pub fn now(&self) -> Timestamp {
        from_millisecond(self.now_ms())
    }

    pub fn now_ms(&self) -> i64 {
        match &*self.0 {
            Source::System { offset_ms, leader } => {
                base_ms(leader).saturating_add(offset_ms.load(Ordering::SeqCst))
            }
            #[cfg(debug_assertions)]
            Source::Shared { offset_ms } => wall_ms().saturating_add(shared::read(offset_ms)),
            Source::Mock { now_ms, .. } => now_ms.load(Ordering::SeqCst),
        }
    }

    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(0);
        match &*self.0 {
            Source::System { offset_ms, .. } => offset_ms.fetch_add(ms, Ordering::SeqCst),
            #[cfg(debug_assertions)]
            Source::Shared { offset_ms } => shared::write(offset_ms, shared::read(offset_ms) + ms),
            Source::Mock { now_ms, .. } => now_ms.fetch_add(ms, Ordering::SeqCst),
        };
    }

    pub fn set(&self, to: Timestamp) {
        match &*self.0 {
            Source::System { offset_ms, leader } => {
                offset_ms.store(to.as_millisecond().saturating_sub(base_ms(leader)), Ordering::SeqCst);
            }
            #[cfg(debug_assertions)]
            Source::Shared { offset_ms } => {
                shared::write(offset_ms, to.as_millisecond().saturating_sub(wall_ms()));
            }
            Source::Mock { now_ms, .. } => now_ms.store(to.as_millisecond(), Ordering::SeqCst),
        }
    }

    /// Goes on from what another clock said `at` that moment, in epoch milliseconds. The machine's own clock, and
    /// its jumps, count no more.
    pub fn follow(&self, ms: i64, at: Instant) {
        match &*self.0 {
            Source::System { leader, .. } => {
                *leader.write().unwrap_or_else(PoisonError::into_inner) = Some(Reading { at, ms });
            }
            #[cfg(debug_assertions)]
            Source::Shared { .. } => {}
            Source::Mock { now_ms, .. } => now_ms.store(ms, Ordering::SeqCst),
        }
    }

    /// How far it was moved away from where it would be by itself.
    pub fn offset_ms(&self) -> i64 {
        match &*self.0 {
            Source::System { offset_ms, .. } => offset_ms.load(Ordering::SeqCst),
            #[cfg(debug_assertions)]
            Source::Shared { offset_ms } => shared::read(offset_ms),
            Source::Mock { start_ms, now_ms } => now_ms.load(Ordering::SeqCst).saturating_sub(*start_ms),
        }
    }

    /// Moves it to where a clock with this [`offset_ms`](Self::offset_ms) would be.
    pub fn set_offset_ms(&self, to: i64) {
        match &*self.0 {
            Source::System { offset_ms, .. } => offset_ms.store(to, Ordering::SeqCst),
            #[cfg(debug_assertions)]
            Source::Shared { offset_ms } => {
                shared::write(offset_ms, to);
            }
            Source::Mock { start_ms, now_ms } => now_ms.store(start_ms.saturating_add(to), Ordering::SeqCst),
        }
    }
}

/// A stored millisecond count as a time; out-of-range counts become the nearest valid time.
pub fn from_millisecond(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(if ms < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

fn base_ms(leader: &RwLock<Option<Reading>>) -> i64 {
    let reading = *leader.read().unwrap_or_else(PoisonError::into_inner);
    let since =
        |r: Reading| r.ms.saturating_add(i64::try_from(r.at.elapsed().as_millis()).unwrap_or(i64::MAX));
    reading.map_or_else(wall_ms, since)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
fn wall_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

#[cfg(debug_assertions)]
mod shared {
    //! An offset in a file: milliseconds in decimal, padded, so that a reader never sees half of two.

    use std::fs::File;
    use std::os::unix::fs::FileExt as _;

    const WIDTH: usize = 20;

    /// What cannot be read counts as no offset.
    pub fn read(file: &File) -> i64 {
        let mut text = [b' '; WIDTH];
        let read = file.read_at(&mut text, 0).unwrap_or(0);
        std::str::from_utf8(&text[..read]).ok().and_then(|t| t.trim().parse().ok()).unwrap_or(0)
    }

    /// Answers what it wrote.
    pub fn write(file: &File, ms: i64) -> i64 {
        // A disk that is full leaves the clock where it was.
        let _ = file.write_all_at(format!("{ms:>WIDTH$}").as_bytes(), 0);
        ms
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_that_follows_goes_on_from_the_others_time_and_can_still_be_moved() {
        let clock = Clock::system();
        let own = clock.now_ms();
        let at = Instant::now();
        clock.follow(1_000, at - Duration::from_secs(5));
        let now = clock.now_ms();
        assert!((6_000..own).contains(&now) && now < 66_000, "{now}");
        clock.advance(SignedDuration::from_hours(1));
        assert!(clock.now_ms() >= 3_606_000);
        clock.follow(0, Instant::now());
        assert!((3_600_000..3_660_000).contains(&clock.now_ms()), "followed anew, and moved as before");
    }
}
