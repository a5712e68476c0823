//! What is asked of a client, as requests and templates write it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use valetkey_sdk::access::{AssetType, Roles};

use super::words::{Level, Method};
use crate::app::offer::Ask;
use crate::app::templates::TemplateItem;
use crate::app::{AppError, requests};
use crate::desk::Desk;
use crate::ids::GranteeId;

/// One platform of a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewItem)]
pub struct NewItem {
    #[schema(example = "meta")]
    platform: String,
    #[schema(min_items = 1, max_items = 20)]
    assets: Vec<NewAsk>,
    /// Who receives the access; may be left out where only one of yours can.
    #[serde(default)]
    grantee_ids: Vec<String>,
    /// The client can leave out what is not required.
    #[serde(default = "yes")]
    required: bool,
}

/// One kind of asset.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewAsset)]
struct NewAsk {
    #[serde(rename = "type")]
    #[schema(example = "page")]
    of: String,
    level: Level,
    /// Fewer of the platform's own roles than the level has.
    #[schema(value_type = Option<Vec<String>>)]
    native_roles: Option<Roles>,
    /// Only this one.
    external_id: Option<String>,
    /// Only if it comes about in this way; otherwise it is refused, and the way that works is said.
    method: Option<Method>,
    /// The platform's own pages ask something along the way (`question` of the asset type), and the steps by hand are
    /// to say yes.
    #[serde(default)]
    wants_yes: bool,
}

impl NewItem {
    /// # Errors
    /// A sentence when an asset is wanted in a way that the platform does not have.
    pub fn check(&self, desk: &Desk) -> Result<(), AppError> {
        let named = self.assets.iter().filter_map(|a| Some((a, a.method?)));
        named.into_iter().try_for_each(|(a, method)| {
            let of = AssetType::new(a.of.as_str());
            requests::require_method(desk, &self.platform, &of, a.level.into(), method.into())
        })
    }
}

fn yes() -> bool {
    true
}

impl From<NewItem> for TemplateItem {
    fn from(i: NewItem) -> Self {
        let ask = |a: NewAsk| Ask {
            of: AssetType::new(a.of),
            level: a.level.into(),
            native_roles: a.native_roles,
            external_id: a.external_id,
            wants_yes: a.wants_yes,
        };
        Self {
            platform: i.platform,
            assets: i.assets.into_iter().map(ask).collect(),
            grantee_ids: i.grantee_ids.into_iter().map(GranteeId::from_text).collect(),
            required: i.required,
        }
    }
}

/// What was asked of one kind of asset.
#[derive(Serialize, ToSchema)]
#[schema(as = Asked)]
pub struct AskView {
    #[serde(rename = "type")]
    of: String,
    level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    native_roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    /// Only where yes is wished for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    wants_yes: bool,
}

impl From<Ask> for AskView {
    fn from(a: Ask) -> Self {
        Self {
            of: a.of.to_string(),
            level: a.level.into(),
            native_roles: a.native_roles.map(|r| r.into_iter().collect()),
            external_id: a.external_id,
            wants_yes: a.wants_yes,
        }
    }
}
