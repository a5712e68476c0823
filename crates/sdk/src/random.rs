//! Randomness comes from outside, so that a seed replays a run.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::secret::Secret;

/// The one source of random bytes. Cheap to clone; clones of a seeded source share its stream.
#[derive(Clone)]
pub struct Random(Source);

#[derive(Clone)]
enum Source {
    System,
    Seeded(Arc<Mutex<(u64, u64)>>),
}

impl Random {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A repeatable stream for tests. Never for a running server.
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(Arc::new(Mutex::new((seed, 0)))))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0_u8; N];
        match &self.0 {
            Source::System => rand::fill(&mut out).expect("the operating system's generator answers"),
            Source::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in out.chunks_mut(32) {
                    state.1 += 1;
                    let block = [state.0.to_be_bytes(), state.1.to_be_bytes()].concat();
                    let hash = digest::digest(&digest::SHA256, &block);
                    chunk.copy_from_slice(&hash.as_ref()[..chunk.len()]);
                }
            }
        }
        out
    }

    /// 256 random bits in URL-safe letters: for links, states, cookies, keys.
    pub fn token(&self) -> Secret {
        Secret::new(URL_SAFE_NO_PAD.encode(self.bytes::<32>()))
    }
}
