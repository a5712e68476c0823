//! Ids: a readable prefix and a time-ordered UUID.

use std::fmt;

use serde::{Deserialize, Serialize};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $prefix:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            pub fn new(clock: &Clock, random: &Random) -> Self {
                Self(fresh(Self::PREFIX, clock, random))
            }

            /// An id that came from outside or from the database. Whether it exists is another question.
            pub fn from_text(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl $crate::store::sql::FromCell for $name {
            fn from_cell(cell: $crate::store::sql::Cell<'_>) -> Result<Self, String> {
                String::from_cell(cell).map(Self)
            }
        }

        impl<'a> From<&'a $name> for $crate::store::sql::Cell<'a> {
            fn from(id: &'a $name) -> Self {
                Self::Text(&id.0)
            }
        }
    )*};
}

ids! {
    AgencyId: "agy";
    MemberId: "mem";
    ClientId: "cli";
    GranteeId: "gte";
    RequestId: "req";
    ItemId: "itm";
    ConnectionId: "con";
    ApprovalId: "apv";
    GrantId: "grt";
    JobId: "job";
    EventId: "evt";
    ApiKeyId: "key";
    TemplateId: "tpl";
    InvitationId: "inv";
    AttestationId: "att";
    HelpId: "hlp";
    MailId: "mai";
    CodeId: "cod";
}

fn fresh(prefix: &str, clock: &Clock, random: &Random) -> String {
    let ms = u64::try_from(clock.now_ms()).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(ms, &random.bytes::<10>()).into_uuid();
    format!("{prefix}_{}", id.simple())
}
