//! A request as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::requests::{Plan, PlannedItem};
use crate::app::{AppError, link, staff};
use crate::asks::AskView;
use crate::desk::Desk;
use crate::engine::state::item;
use crate::grantees::GranteeView;
use crate::grants::{self, GrantView};
use crate::paging::time;
use crate::store::Scope;
use crate::store::requests::Request;

#[derive(Serialize, ToSchema)]
#[schema(as = Request, example = json!({
    "id": "req_01996f3c00007000800000000000abcd", "url": "https://access.agency.test/r/…", "state": "sent",
    "client": {
        "id": "cli_01996f3c00007000800000000000abcd", "name": "Harbour Bakery",
        "email": "olivia@harbourbakery.example",
    },
    "message": null, "customer_reference": "A-17", "locale": null, "template_id": null,
    "link_expires_at": "2026-12-06T12:00:00Z", "access_expires_at": null,
    "created_at": "2026-11-22T12:00:00Z", "completed_at": null,
    "items": [{
        "id": "itm_01996f3c00007000800000000000abcd", "platform": "meta", "required": true, "state": "open",
        "assets": [{"type": "page", "level": "view"}],
        "grantee_id": "gte_01996f3c00007000800000000000abcd", "connection": null, "grants": [],
    }],
}))]
pub struct RequestView {
    id: String,
    /// The link for the client. Whoever has it can use it.
    url: String,
    /// `sent`, `opened`, `in_progress`, `partially_complete`, `complete`, `expired` or `cancelled`.
    #[schema(example = "sent")]
    state: String,
    client: RequestClient,
    message: Option<String>,
    customer_reference: Option<String>,
    locale: Option<String>,
    template_id: Option<String>,
    #[schema(format = DateTime)]
    link_expires_at: String,
    #[schema(format = DateTime)]
    access_expires_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    items: Vec<ItemView>,
}

#[derive(Serialize, ToSchema)]
struct RequestClient {
    id: String,
    name: String,
    email: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Item)]
struct ItemView {
    id: String,
    platform: String,
    required: bool,
    /// `open`, `connected`, `chosen`, `settled`, `skipped` or `handed_over`.
    #[schema(value_type = String, example = "open")]
    state: &'static str,
    assets: Vec<AskView>,
    grantee_id: String,
    /// Who of the agency is assigned afterwards.
    staff_ids: Vec<String>,
    connection: Option<ItemConnection>,
    grants: Vec<GrantView>,
}

#[derive(Serialize, ToSchema)]
struct ItemConnection {
    id: String,
    /// `pending`, `active`, `needs_reauthorization` or `closed`.
    state: String,
}

/// What would be sent.
#[derive(Serialize, ToSchema)]
pub struct RequestPlan {
    dry_run: bool,
    valid: bool,
    client: PlannedClient,
    message: Option<String>,
    customer_reference: Option<String>,
    locale: Option<String>,
    template_id: Option<String>,
    #[schema(format = DateTime)]
    link_expires_at: String,
    #[schema(format = DateTime)]
    access_expires_at: Option<String>,
    items: Vec<PlannedItemView>,
}

#[derive(Serialize, ToSchema)]
struct PlannedClient {
    /// None for a client that would be added.
    id: Option<String>,
    name: String,
    email: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PlannedItem)]
struct PlannedItemView {
    platform: String,
    required: bool,
    assets: Vec<AskView>,
    grantee: GranteeView,
    /// Who of the agency would be assigned afterwards.
    staff: Vec<GranteeView>,
}

impl From<Plan> for RequestPlan {
    fn from(plan: Plan) -> Self {
        let Plan { request: r, client: c, is_new_client, items } = plan;
        let item = |PlannedItem { item, asks, grantee, staff }: PlannedItem| PlannedItemView {
            platform: item.platform,
            required: item.required,
            assets: asks.into_iter().map(AskView::from).collect(),
            grantee: grantee.into(),
            staff: staff.into_iter().map(GranteeView::from).collect(),
        };
        let id = (!is_new_client).then(|| c.id.to_string());
        Self {
            dry_run: true,
            valid: true,
            client: PlannedClient { id, name: c.name, email: c.email },
            message: r.message,
            customer_reference: r.customer_reference,
            locale: r.locale,
            template_id: r.template_id.map(|id| id.to_string()),
            link_expires_at: time(r.link_expires_at),
            access_expires_at: r.access_expires_at.map(time),
            items: items.into_iter().map(item).collect(),
        }
    }
}

pub async fn view(desk: &Desk, scope: &Scope, r: &Request) -> Result<RequestView, AppError> {
    let client = desk.store.get_client(scope, &r.client_id).await?;
    let mut items = Vec::new();
    for i in desk.store.list_items(scope, &r.id).await? {
        let connection = match &i.connection_id {
            Some(id) => desk.store.find_connection(scope, id).await?,
            None => None,
        };
        let mut found = Vec::new();
        for row in desk.store.list_grants_of_item(scope, &i.id).await? {
            found.push(grants::view(desk, scope, &row).await?);
        }
        let asks = crate::app::sign_in::asks(&i)?;
        items.push(ItemView {
            state: item::State::parse(&i.state).ok_or(AppError::NotFound("the card"))?.word(),
            assets: asks.into_iter().map(AskView::from).collect(),
            staff_ids: staff::of_item(&i)?.into_iter().map(|p| p.grantee_id.to_string()).collect(),
            id: i.id.to_string(),
            platform: i.platform,
            required: i.required,
            grantee_id: i.grantee_id.to_string(),
            connection: connection.map(|c| ItemConnection { id: c.id.to_string(), state: c.state }),
            grants: found,
        });
    }
    Ok(RequestView {
        id: r.id.to_string(),
        url: link::url(desk, scope, r).await?,
        state: r.state.clone(),
        client: RequestClient { id: client.id.to_string(), name: client.name, email: client.email },
        message: r.message.clone(),
        customer_reference: r.customer_reference.clone(),
        locale: r.locale.clone(),
        template_id: r.template_id.as_ref().map(ToString::to_string),
        link_expires_at: time(r.link_expires_at),
        access_expires_at: r.access_expires_at.map(time),
        created_at: time(r.created_at),
        completed_at: r.completed_at.map(time),
        items,
    })
}
