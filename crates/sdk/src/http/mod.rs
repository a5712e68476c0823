//! The only way out to a platform: host policy, then egress map, then one bounded call.

mod caller;
mod client;
mod egress;
mod request;

pub use caller::Caller;
pub use client::PlatformClient;
pub use egress::Egress;
pub use request::{Reply, Request};
