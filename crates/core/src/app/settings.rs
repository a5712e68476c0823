//! How the agency is called and which colour its pages have.

use serde_json::json;
use valetkey_sdk::point;

use super::accent::Accent;
use super::display_name::DisplayName;
use super::{AppError, invalid};
use crate::desk::Desk;
use crate::engine::record;
use crate::store::administer::Administer;
use crate::store::agencies::Agency;
use crate::store::{Scope, Write};

/// Changes name and colour together. An empty colour is Valetkey's own.
pub async fn change(
    desk: &Desk,
    scope: &Scope,
    agency: &Agency,
    name: &str,
    accent: &str,
) -> Result<(), AppError> {
    let name = DisplayName::of_same_agency(desk, &agency.id, name).await?;
    let name = name.map_err(|e| e.in_field("name"))?.into_string();
    let accent = match accent.trim() {
        "" => None,
        text => {
            let why = "six digits from 0 to 9 and a to f, such as #2f6fed; empty for Valetkey’s own colour";
            Some(Accent::parse(text).ok_or_else(|| invalid("accent", why))?.to_string())
        }
    };
    if (&name, &accent) == (&agency.name, &agency.accent) {
        return Ok(());
    }
    let data = json!({"from": agency.name, "to": name, "accent": accent});
    let writes = vec![
        record::audit(desk, "agency.changed", agency.id.as_str(), None, data),
        Write::Administer(Administer::Agency { from: agency.name.clone(), name, accent }),
    ];
    Ok(desk.store.commit(point!("change"), scope, writes).await?)
}
