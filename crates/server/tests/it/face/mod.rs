//! The agency's pages: the first run, passwords, roles, and what members do every day.

mod advisor;
mod audit;
pub mod bare;
mod by_hand;
mod clients;
mod domain;
mod escaping;
mod first_run;
mod leaving;
pub mod logo;
mod passwords;
mod requests;
mod roles;
mod sentences;
mod settings;
pub mod team;
