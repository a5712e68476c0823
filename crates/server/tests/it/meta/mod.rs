//! Rules of Meta's world through the whole product.

mod asking;
mod ends;
mod in_app;
mod lacking;
mod people;
mod review;
mod threads;

pub const INSTAGRAM: &str = "672839102938471";
pub const THREADS: &str = "25117396804418823";
