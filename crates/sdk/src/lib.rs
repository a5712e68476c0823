//! What a connector author sees: the words for access, the loop's pure decision, the way out to a
//! platform, and the manifest that holds a platform's facts. No database, no agency.

pub mod access;
pub mod app;
pub mod clock;
pub mod connector;
#[cfg(feature = "sim")]
pub mod contract;
pub mod error;
pub mod guide;
pub mod http;
pub mod lang;
pub mod manifest;
pub mod page;
pub mod point;
pub mod random;
pub mod reconcile;
pub mod remedy;
pub mod secret;
pub mod sign_in;
pub mod signed_request;
#[cfg(feature = "sim")]
pub mod sim;
pub mod words;

pub use error::{Error, ErrorKind, Result};
