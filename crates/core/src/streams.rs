//! Open event streams: counted for each link, closed when the server stops.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// At once on one link: a person has few windows.
const MOST_PER_LINK: usize = 4;
/// At once on this server.
const MOST: usize = 512;

/// All streams of this process.
#[derive(Clone)]
pub struct Streams {
    open: Arc<Mutex<BTreeMap<String, usize>>>,
    closing: watch::Sender<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self { open: Arc::default(), closing: watch::Sender::new(false) }
    }
}

/// A place that is free again when this is dropped.
pub struct Place {
    streams: Streams,
    link: String,
}

impl Streams {
    /// A place for one more stream on this link, by its hash; none when there are too many.
    pub fn enter(&self, link: String) -> Option<Place> {
        let mut open = self.lock();
        if *self.closing.borrow() || open.values().sum::<usize>() >= MOST {
            return None;
        }
        let count = open.entry(link.clone()).or_default();
        if *count >= MOST_PER_LINK {
            return None;
        }
        *count += 1;
        Some(Place { streams: self.clone(), link })
    }

    /// Changes when the server stops: streams end.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(count) = open.get_mut(&self.link) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.link);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_has_few_places_and_gives_them_back() {
        let streams = Streams::default();
        let mut places: Vec<_> = (0..MOST_PER_LINK).map(|_| streams.enter("a".into())).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(streams.enter("a".into()).is_none() && streams.enter("b".into()).is_some());
        places.pop();
        assert!(streams.enter("a".into()).is_some());
        streams.close();
        assert!(streams.enter("b".into()).is_none());
    }
}
