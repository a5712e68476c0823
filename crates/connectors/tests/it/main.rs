//! What holds for every platform folder.

mod contract;
mod errors;
mod folders;
mod meta_calls;
mod meta_rules;
