//! The one integration binary: a real database, real HTTP, simulated platforms, a clock that tests move.

mod api;
mod app;
mod browser;
mod checker;
mod client;
mod docs;
mod faults;
mod flow;
mod threats;
mod trouble;
