//! What Valetkey does, without any face: use cases, engine, store, vault and audit log. Pages, API and commands
//! are in the server.

pub mod app;
pub mod audit;
pub mod config;
pub mod defence;
pub mod desk;
pub mod dns;
pub mod engine;
pub mod ids;
pub mod limits;
pub mod mail;
pub mod pace;
pub mod store;
pub mod streams;
pub mod vault;
mod words;

pub use words::{WORDS, words_in};
