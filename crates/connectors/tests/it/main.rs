//! What holds for every platform folder.

mod contract;
mod folders;
