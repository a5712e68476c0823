//! Valetkey: one secure link, access given through the platform's own API, read back, watched, undone.
//!
//! Its faces: pages, API, commands, and the demo. What they show and start is in `valetkey-core`.

pub mod cli;
pub mod demo;
pub mod server;
pub mod web;

pub use valetkey_api as api;
pub use valetkey_core::{
    app, audit, config, defence, desk, dns, engine, ids, limits, mail, pace, store, streams, vault,
};
