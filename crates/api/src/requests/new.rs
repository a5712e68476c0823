//! The body of `POST /requests`.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::Problem;
use crate::app::requests::{ClientOf, DEFAULT_LINK_DAYS, Wanted};
use crate::app::templates::{self, TemplateItem};
use crate::app::{AppError, invalid};
use crate::asks::NewItem;
use crate::clients::NewClient;
use crate::desk::Desk;
use crate::ids::{ClientId, TemplateId};
use crate::store::Scope;

/// Give either `client` or `client_id`, and either `items` or `template_id`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
    "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
    "link_expires_in_days": 14,
    "message": "So that we can look after your Page.",
}))]
pub struct NewRequest {
    client: Option<NewClient>,
    client_id: Option<String>,
    #[schema(min_items = 1, max_items = 60)]
    items: Option<Vec<NewItem>>,
    template_id: Option<String>,
    /// 14 unless said.
    #[schema(minimum = 1, maximum = 365)]
    link_expires_in_days: Option<i64>,
    /// When access given through the link ends by itself; at most 3,650 days ahead. Never unless said.
    #[schema(value_type = Option<String>, format = DateTime)]
    access_expires_at: Option<jiff::Timestamp>,
    /// The language of the client's pages, `en` or `de`. Left out, that of the template, or else the client's browser
    /// decides. The client can change it on the page.
    #[schema(example = "de")]
    locale: Option<String>,
    /// Shown to the client.
    #[schema(max_length = 2000)]
    message: Option<String>,
    /// Your own number or name for it; answered as it came.
    #[schema(min_length = 1, max_length = 200)]
    customer_reference: Option<String>,
    #[schema(ignore)]
    redirect_url_id: Option<Value>,
    #[schema(ignore)]
    questions: Option<Value>,
    /// Check everything, say what would be sent, and send nothing.
    #[serde(default)]
    pub dry_run: bool,
}

impl NewRequest {
    pub async fn wanted(self, desk: &Desk, scope: &Scope) -> Result<Wanted, Problem> {
        // Passed over in silence they would be missed later.
        let not_yet = [("redirect_url_id", &self.redirect_url_id), ("questions", &self.questions)];
        if let Some((field, _)) = not_yet.into_iter().find(|(_, value)| value.is_some()) {
            return Err(Problem::invalid(field, "this is not available yet: leave it out"));
        }
        let client = match (self.client, self.client_id) {
            (Some(c), None) => ClientOf::New { name: c.name, email: c.email },
            (None, Some(id)) => ClientOf::Known(ClientId::from_text(id)),
            _ => return Err(Problem::invalid("client", "give either client or client_id")),
        };
        self.items.iter().flatten().try_for_each(|item| item.check(desk))?;
        let (items, of_template, template_id) = match (self.items, self.template_id) {
            (Some(items), None) => (items.into_iter().map(TemplateItem::from).collect(), None, None),
            (None, Some(id)) => {
                let (items, locale) = of_template(desk, scope, &id).await?;
                (items, locale, Some(TemplateId::from_text(id)))
            }
            _ => return Err(Problem::invalid("items", "give either items or template_id")),
        };
        Ok(Wanted {
            client,
            grantee_ids: items.iter().flat_map(|i| i.grantee_ids.iter().cloned()).collect(),
            items: items.iter().map(TemplateItem::wanted).collect(),
            link_expires_in_days: self.link_expires_in_days.unwrap_or(DEFAULT_LINK_DAYS),
            access_expires_at: self.access_expires_at.map(jiff::Timestamp::as_millisecond),
            message: self.message,
            customer_reference: self.customer_reference,
            locale: self.locale.or(of_template),
            template_id,
            by_mail: false,
        })
    }
}

async fn of_template(
    desk: &Desk,
    scope: &Scope,
    id: &str,
) -> Result<(Vec<TemplateItem>, Option<String>), AppError> {
    match templates::get(desk, scope, id).await {
        Ok(template) => Ok((templates::items(&template)?, template.locale)),
        Err(AppError::NotFound(_)) => Err(invalid("template_id", "no template of yours has this id")),
        Err(e) => Err(e),
    }
}
