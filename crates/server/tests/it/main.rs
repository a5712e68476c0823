//! The one integration binary: a real database, real HTTP, simulated platforms, a clock that tests move.

mod access_map;
mod api;
mod app;
mod browser;
mod checker;
mod cli;
mod client;
mod database;
mod docs;
mod every_platform;
mod face;
mod faults;
mod flow;
mod invitations;
mod left_behind;
mod mail;
mod meta;
mod moving;
mod nodes;
mod reaching;
mod staff;
mod threats;
mod trouble;
