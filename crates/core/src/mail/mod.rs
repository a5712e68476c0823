//! Outgoing mail: an address as a type, the few letters that there are, and who takes them.
//!
//! Nothing here knows an agency. What is sent, and when, is in `app/mails.rs` and `engine/mail.rs`.

mod address;
mod letter;
mod mailer;

pub use address::Address;
pub use letter::{Letter, Part};
pub use mailer::{Caught, Failure, Mailer, Message, Relay, Security};
