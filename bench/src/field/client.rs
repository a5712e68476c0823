//! A client who was asked for access, signed in, and picked accounts: what is left to do is to approve.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use serde_json::json;
use valetkey::app::offer::{Ask, Entry, Offer};
use valetkey::app::requests::{self, ClientOf, Wanted, WantedItem};
use valetkey::app::{approve, link};
use valetkey::desk::Desk;
use valetkey::engine::record;
use valetkey::engine::state::item;
use valetkey::ids::ItemId;
use valetkey::store::items::Item;
use valetkey::store::{Scope, Write};
use valetkey_sdk::access::{AssetRef, AssetType, Level, Roles};
use valetkey_sdk::connector::Asset;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::point;

use super::{BROWSER, connection};

/// No account is given twice.
static ACCOUNTS: AtomicU64 = AtomicU64::new(0);

/// One who has only to press the button.
pub struct Client {
    desk: Desk,
    token: String,
    item: ItemId,
    digest: String,
}

impl Client {
    /// Asks one client for access to so many accounts at a platform; they sign in and pick all.
    pub async fn ready(desk: Desk, scope: Scope, platform: String, accounts: usize) -> anyhow::Result<Self> {
        let ask = Ask {
            of: AssetType::new("thing"),
            level: Level::Manage,
            native_roles: None,
            external_id: None,
            wants_yes: false,
        };
        let number = ACCOUNTS.fetch_add(accounts as u64, Ordering::SeqCst);
        let wanted = Wanted {
            client: ClientOf::New { name: "Harbour".into(), email: format!("o{number}@harbour.example") },
            items: vec![WantedItem { platform, asks: vec![ask], required: true }],
            grantee_ids: Vec::new(),
            link_expires_in_days: 300,
            access_expires_at: None,
            message: None,
            customer_reference: None,
            locale: None,
            template_id: None,
            by_mail: false,
        };
        let sent = requests::send(&desk, &scope, wanted, false).await?.context("it was not sent")?;
        let token = requests::token_of(&sent.url).context("no link")?.expose().to_owned();
        let items = desk.store.list_items(&scope, &sent.request.id).await?;
        let item = items.into_iter().next().context("no card")?;
        let id = item.id.clone();
        sign_in(&desk, &scope, item, number, accounts).await?;
        let found = link::find(&desk, &token).await?;
        let picks: Vec<_> = (0..accounts).map(|i| i.to_string()).collect();
        approve::choose(&desk, &found, &id, Some(BROWSER), &picks).await?;
        let found = link::find(&desk, &token).await?;
        let digest = approve::terms(&desk, &found, &id, Some(BROWSER)).await?.digest;
        Ok(Self { desk, token, item: id, digest })
    }

    /// Presses "approve".
    pub async fn approve(self) -> anyhow::Result<()> {
        Ok(approve::approve(&self.desk, &self.token, &self.item, BROWSER, &self.digest, Lang::En).await?)
    }
}

async fn sign_in(desk: &Desk, scope: &Scope, item: Item, first: u64, accounts: usize) -> anyhow::Result<()> {
    let connection = connection(desk, scope, &item.platform, "client", Some(item.id.clone())).await?;
    let roles: Roles = ["see", "edit"].into_iter().map(str::to_owned).collect();
    let entry = |number: u64| Entry {
        asset: Asset {
            on: AssetRef::known(&AssetType::new("thing"), format!("t{number}"), Some("s1")),
            name: format!("t{number}"),
            detail: None,
            checks: Vec::new(),
        },
        container: Some("s1".to_owned()),
        level: Level::Manage,
        roles: roles.clone(),
        blocked: None,
        held: false,
        lowers: Default::default(),
    };
    let entries = (first..first + accounts as u64).map(entry).collect();
    let offer = Offer { entries, missing: Vec::new() };
    let state = item::State::parse(&item.state).context("an unknown state")?;
    let (next, _) = item::next(state, item::Event::Connect).map_err(|e| anyhow::anyhow!("{e}"))?;
    let request = item.request_id.clone();
    let writes = vec![
        record::audit(desk, "connection.made", connection.id.as_str(), Some(&request), json!({})),
        Write::Item(Box::new(Item {
            state: next.as_str().into(),
            connection_id: Some(connection.id.clone()),
            offer: serde_json::to_string(&offer).ok(),
            choice: None,
            ..item
        })),
        Write::NewConnection(Box::new(connection)),
    ];
    Ok(desk.store.commit(point!("bench"), scope, writes).await?)
}
