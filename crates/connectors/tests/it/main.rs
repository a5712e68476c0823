//! What holds for every platform folder.

mod contract;
mod errors;
mod folders;
