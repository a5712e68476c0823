//! Templates: what an agency asks for again and again, kept under a name.

use serde::{Deserialize, Serialize};
use serde_json::json;
use valetkey_sdk::point;

use super::offer::Ask;
use super::requests::{WantedItem, check_items, check_locale};
use super::{AppError, TRIES, invalid, one_line};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::{GranteeId, TemplateId};
use crate::store::administer::Administer;
use crate::store::templates::Template;
use crate::store::{Scope, StoreError, Write};

/// One platform of a template, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateItem {
    pub platform: String,
    pub assets: Vec<Ask>,
    pub grantee_ids: Vec<GranteeId>,
    pub required: bool,
}

impl TemplateItem {
    pub fn wanted(&self) -> WantedItem {
        let Self { platform, assets, required, .. } = self;
        WantedItem { platform: platform.clone(), asks: assets.clone(), required: *required }
    }
}

pub async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<Template, AppError> {
    let found = desk.store.find_template(scope, &TemplateId::from_text(id)).await?;
    found.ok_or(AppError::NotFound("the template"))
}

/// What a template asks for.
pub fn items(template: &Template) -> Result<Vec<TemplateItem>, AppError> {
    serde_json::from_str(&template.items).map_err(|e| AppError::Internal(e.into()))
}

/// `locale` is the tag of a language, or none: what the client's browser asks for.
pub async fn add(
    desk: &Desk,
    scope: &Scope,
    name: &str,
    items: &[TemplateItem],
    locale: Option<&str>,
) -> Result<Template, AppError> {
    let name = one_line("name", name)?;
    check(desk, scope, items).await?;
    locale.map(check_locale).transpose()?;
    let id = TemplateId::new(&desk.clock, &desk.random);
    let (items, locale) = (text(items)?, locale.map(str::to_owned));
    let template = Template { id, name, items, locale, created_at: desk.now_ms(), rev: 0 };
    let data = json!({"name": template.name});
    let writes = vec![
        record::audit(desk, "template.added", template.id.as_str(), None, data),
        Write::Administer(Administer::NewTemplate(template.clone())),
    ];
    desk.store.commit(point!("add"), scope, writes).await?;
    Ok(template)
}

/// What is to be another. What is none stays as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change<'a> {
    pub name: Option<&'a str>,
    pub items: Option<&'a [TemplateItem]>,
    /// None within: the client's browser decides.
    pub locale: Option<Option<&'a str>>,
}

/// Requests that were sent before do not change.
pub async fn change(desk: &Desk, scope: &Scope, id: &str, to: Change<'_>) -> Result<Template, AppError> {
    for _ in 0..TRIES {
        let before = get(desk, scope, id).await?;
        let mut template = before.clone();
        if let Some(name) = to.name {
            template.name = one_line("name", name)?;
        }
        if let Some(items) = to.items {
            check(desk, scope, items).await?;
            template.items = text(items)?;
        }
        if let Some(locale) = to.locale {
            locale.map(check_locale).transpose()?;
            template.locale = locale.map(str::to_owned);
        }
        let same =
            |a: &Template, b: &Template| (&a.name, &a.items, &a.locale) == (&b.name, &b.items, &b.locale);
        if same(&template, &before) {
            return Ok(before);
        }
        let data = json!({
            "from": before.name, "to": template.name, "items": template.items != before.items,
            "locale": template.locale,
        });
        let writes = vec![
            record::audit(desk, "template.changed", template.id.as_str(), None, data),
            Write::Administer(Administer::Template(template)),
        ];
        match desk.store.commit(point!("change"), scope, writes).await {
            Ok(()) => return get(desk, scope, id).await,
            Err(StoreError::Stale(_)) => {}
            Err(e) => return Err(e.into()),
        }
    }
    Err(AppError::Stale("the template"))
}

pub async fn remove(desk: &Desk, scope: &Scope, id: &str) -> Result<(), AppError> {
    let template = get(desk, scope, id).await?;
    let writes = vec![
        record::audit(desk, "template.deleted", template.id.as_str(), None, json!({"name": template.name})),
        Write::Administer(Administer::DeleteTemplate(template.id)),
    ];
    Ok(desk.store.commit(point!("remove"), scope, writes).await?)
}

async fn check(desk: &Desk, scope: &Scope, items: &[TemplateItem]) -> Result<(), AppError> {
    check_items(desk, &items.iter().map(TemplateItem::wanted).collect::<Vec<_>>())?;
    let own = desk.store.list_grantees(scope).await?;
    if items.iter().flat_map(|i| &i.grantee_ids).any(|id| own.iter().all(|g| &g.id != id)) {
        return Err(invalid("grantee_ids", "nobody of yours who receives access has this id"));
    }
    Ok(())
}

fn text(items: &[TemplateItem]) -> Result<String, AppError> {
    serde_json::to_string(items).map_err(|e| AppError::Internal(e.into()))
}
