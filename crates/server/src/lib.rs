//! Valetkey: one secure link, access given through the platform's own API, read back, watched, undone.

pub mod api;
pub mod app;
pub mod audit;
pub mod cli;
pub mod config;
pub mod defence;
pub mod demo;
pub mod desk;
pub mod engine;
pub mod ids;
pub mod limits;
pub mod pace;
pub mod pdf;
pub mod server;
pub mod store;
pub mod streams;
pub mod vault;
pub mod web;
