//! The register of every secret a simulator ever issued, so that a test can search logs and disks for them.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// In the clear on purpose: these secrets open nothing but this simulator.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Issued {
    /// Such as `access_token`, `refresh_token`, `code`, `page_token`, `client_secret`.
    pub kind: String,
    pub platform: String,
    pub value: String,
    /// The person, app or asset it was issued for.
    pub subject: String,
}

/// Never cleared, not even by a reset: what was issued may still lie somewhere.
#[derive(Debug, Default)]
pub struct Secrets(Mutex<(Vec<Issued>, BTreeSet<Issued>)>);

impl Secrets {
    pub fn register(&self, kind: &str, platform: &str, value: &str, subject: &str) {
        let issued = Issued {
            kind: kind.to_owned(),
            platform: platform.to_owned(),
            value: value.to_owned(),
            subject: subject.to_owned(),
        };
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.1.insert(issued.clone()) {
            held.0.push(issued);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.len()
    }

    pub(super) fn recall(&self, issued: Vec<Issued>) {
        let known = issued.iter().cloned().collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (issued, known);
    }

    /// In the order they were issued.
    pub fn issued(&self) -> Vec<Issued> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}
