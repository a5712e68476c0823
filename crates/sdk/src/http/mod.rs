//! The only way out to a platform: host policy, then egress map, then one bounded call.

mod budget;
mod caller;
mod client;
mod egress;
mod request;
mod usage;

pub use budget::{Budget, News, Quota};
pub use caller::Caller;
pub use client::PlatformClient;
pub use egress::Egress;
pub use request::{Reply, Request};
