//! What people do by hand inside a platform, as a control asks for it.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// One deed of one person on one platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    pub person: String,
    pub platform: String,
    /// Such as `remove`, `change_role`, `approve`. The simulator refuses what it does not know.
    #[serde(rename = "do")]
    pub deed: String,
    #[serde(default)]
    pub asset: Option<Thing>,
    #[serde(default)]
    pub principal: Option<Thing>,
    /// A native role or several; `[]` means none at all.
    #[serde(default, rename = "role", deserialize_with = "one_or_many")]
    pub roles: Option<Vec<String>>,
    #[serde(default)]
    pub value: Option<Value>,
}

/// An asset or a principal: an id alone, or with its kind as the ledger writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "ThingForm")]
pub struct Thing {
    pub kind: Option<String>,
    pub id: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ThingForm {
    Id(String),
    Full(FullForm),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullForm {
    #[serde(default, alias = "type")]
    kind: Option<String>,
    id: String,
}

impl From<ThingForm> for Thing {
    fn from(form: ThingForm) -> Self {
        match form {
            ThingForm::Id(id) => Self { kind: None, id },
            ThingForm::Full(FullForm { kind, id }) => Self { kind, id },
        }
    }
}

fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<String>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        One(String),
        Many(Vec<String>),
    }
    Ok(Option::<Form>::deserialize(from)?.map(|form| match form {
        Form::One(one) => vec![one],
        Form::Many(many) => many,
    }))
}
