//! The agency's pages: the first run, passwords, roles, and what members do every day.

mod bare;
mod first_run;
mod passwords;
