//! Keeps the hub's state in a file, so that the next process goes on where a killed one was.

mod sealed;
mod state;

use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use tokio::sync::RwLock;

use super::hub::{Hub, Mark};

pub use self::sealed::SealedFile;
use self::state::Kept;

/// More than any simulator or control reads.
const MOST_BYTES: usize = 16 << 20;

/// Writes the state whenever it may have changed.
pub struct Keeper {
    file: SealedFile,
    port: u16,
    /// Requests pass it together, a write alone: what is written holds every change wholly or not at all.
    gate: RwLock<()>,
    written: Mutex<Option<Mark>>,
}

impl Keeper {
    pub fn new(file: SealedFile, port: u16) -> Self {
        Self { file, port, gate: RwLock::new(()), written: Mutex::new(None) }
    }

    /// Answers a request, and returns the answer once everything it changed or saw is in the file.
    pub async fn watch<A: Future<Output = Response>>(
        &self,
        hub: &Hub,
        request: Request<Body>,
        answer: impl FnOnce(Request<Body>) -> A,
    ) -> Response {
        let (parts, body) = request.into_parts();
        // Read before the gate: a slow sender would hold up every write.
        let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let passing = self.gate.read().await;
        if !parts.method.is_safe() {
            // Before the work: whoever sees the change already also sees that it has to be written.
            hub.touch();
        }
        let response = answer(Request::from_parts(parts, Body::from(body))).await;
        drop(passing);
        match self.save(hub).await {
            Ok(()) => response,
            Err(sentence) => {
                tracing::error!("{sentence}");
                (StatusCode::INTERNAL_SERVER_ERROR, sentence).into_response()
            }
        }
    }

    /// Writes the state unless what is written is still true.
    pub async fn save(&self, hub: &Hub) -> Result<(), String> {
        if self.is_written(hub) {
            return Ok(());
        }
        let _alone = self.gate.write().await;
        // Another request may have written for us while we waited.
        if self.is_written(hub) {
            return Ok(());
        }
        let mark = hub.mark();
        self.file.write(&Kept::of(hub, self.port), &hub.random)?;
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(mark);
        Ok(())
    }

    fn is_written(&self, hub: &Hub) -> bool {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) == Some(hub.mark())
    }
}
