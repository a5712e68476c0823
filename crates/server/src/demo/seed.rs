//! The demo's data: two agencies whose people sign in at the simulated platforms, and a request.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Error};
use serde::{Deserialize, Serialize};
use valetkey_sdk::access::{AssetType, Level};
use valetkey_sdk::sim::Visitor;

use crate::app::agencies::{self, Added, NewAgency};
use crate::app::offer::Ask;
use crate::app::requests::{self, ClientOf, DEFAULT_LINK_DAYS, Wanted, WantedItem};
use crate::app::{domains, logo, staff};
use crate::desk::Desk;
use crate::ids::MemberId;
use crate::store::Scope;
use crate::store::grantees::Grantee;

use super::names::Names;

/// The agencies of the default world, and who of theirs signs in.
const AGENCIES: [(&str, &str, &str, &str); 2] = [
    ("Northwind Growth", "Kim Park", "kim@northwindgrowth.example", "kim"),
    ("Tidewater Media", "Sam Carter", "sam@tidewatermedia.example", "sam"),
];
/// The first agency's, which exists in the demo only.
const DOMAIN: &str = "northwindgrowth.example";
const LOGO: &[u8] = include_bytes!("northwind.png");
const CLIENT: (&str, &str) = ("Harbour Bakery", "olivia@harbourbakery.example");
/// Asked first, for access that the agency's own people are then assigned to. Its link is in the dashboard.
const EARLIER_CLIENT: (&str, &str) = ("Zoë Lindqvist Studio", "zoe@zoelindqvist.example");
/// How many platforms a request of the demo names: the first ones of the registry. The agency is proven at all
/// of them, and can ask for any at `/requests/new`.
const ASKED: usize = 3;
/// Who of the default world owns what the client has.
const PERSON: &str = "olivia";
const FILE: &str = "demo.json";

/// What a later start of the same demo cannot read from the database.
#[derive(Debug, Serialize, Deserialize)]
pub struct Seeded {
    api_keys: BTreeMap<String, String>,
    request_token: String,
}

impl Seeded {
    pub fn api_key(&self, agency: &str) -> Option<&str> {
        self.api_keys.get(agency).map(String::as_str)
    }

    pub fn request_url(&self, desk: &Desk) -> String {
        crate::app::link::address(desk, &self.request_token)
    }

    /// The first agency's owner.
    pub async fn owner(&self, desk: &Desk) -> anyhow::Result<(Scope, MemberId)> {
        let agencies = desk.store.list_agencies_as_operator().await?;
        let (scope, _) = agencies.into_iter().next().context("the demo has no agency")?;
        let owner =
            desk.store.list_members(&scope).await?.into_iter().next().context("the agency has no owner")?;
        Ok((scope, owner.id))
    }
}

/// Whether an earlier start made all of the data.
pub fn is_made(folder: &Path) -> bool {
    folder.join(FILE).exists()
}

/// Makes the data unless an earlier start did.
pub async fn once(desk: &Desk, folder: &Path, names: &Names) -> anyhow::Result<Seeded> {
    let file = folder.join(FILE);
    if let Ok(text) = std::fs::read_to_string(&file) {
        return serde_json::from_str(&text).with_context(|| format!("{} is not a demo's", file.display()));
    }
    let mut api_keys = BTreeMap::new();
    let mut first = None;
    for (name, owner, email, person) in AGENCIES {
        let new = NewAgency { name: name.into(), owner: owner.into(), email: email.into() };
        let added = agencies::add(desk, new).await?;
        sign_in(desk, &added, person).await.with_context(|| format!("{owner} could not sign in"))?;
        api_keys.insert(added.scope.agency().to_string(), added.api_key.expose().to_owned());
        first.get_or_insert(added);
    }
    let first = first.context("there is no agency to ask for access")?;
    brand(desk, &first.scope, names).await.context("the first agency has no logo and domain")?;
    let grantees = desk.store.list_grantees(&first.scope).await?;
    let (people, receivers): (Vec<_>, Vec<_>) = grantees.iter().partition(|g| g.within.is_some());
    // Of nothing that is asked for here an account of the agency's makes use.
    let is_colleague = |g: &&Grantee| g.label != AGENCIES[0].1 && !staff::is_connected(desk, g);
    let colleagues = people.into_iter().filter(is_colleague);
    let with_people = receivers.iter().copied().chain(colleagues).collect::<Vec<_>>();
    ask(desk, &first.scope, EARLIER_CLIENT, &with_people).await?;
    let request_token = ask(desk, &first.scope, CLIENT, &receivers).await?;
    let seeded = Seeded { api_keys, request_token };
    // Whole or not at all: its presence says that the data is complete.
    let draft = folder.join("demo.json.new");
    std::fs::write(&draft, serde_json::to_string(&seeded)?)?;
    std::fs::rename(&draft, &file)?;
    Ok(seeded)
}

/// Gives the first agency its logo, and proves its domain.
async fn brand(desk: &Desk, scope: &Scope, names: &Names) -> anyhow::Result<()> {
    let agency = desk.store.get_agency(scope).await?;
    logo::put(desk, scope, &agency, LOGO.to_vec()).await?;
    domains::claim(desk, scope, &agency, DOMAIN).await?;
    names.set(desk, scope).await?;
    let row = domains::check(desk, scope, &agency).await?;
    row.proof.verified_at.context("the demo's name server did not prove the domain")?;
    Ok(())
}

/// Signs in with the agency's own pages at every platform that can prove who receives access.
async fn sign_in(desk: &Desk, added: &Added, person: &str) -> anyhow::Result<()> {
    let ticket = agencies::ticket(desk, &added.scope, &added.owner).await?;
    let visitor = Visitor::new().map_err(Error::msg)?;
    let page = visitor.open(&agencies::sign_in_address(desk, &ticket)).await.map_err(Error::msg)?;
    visitor.press(&page, "sign-in").await.map_err(Error::msg)?;
    for platform in desk.registry.iter() {
        if platform.manifest.grantees.iter().all(|g| g.proven_by.is_none()) {
            continue;
        }
        let id = &platform.manifest.id;
        let mut page = visitor.open(desk.public_url.join("/grantees")?.as_str()).await.map_err(Error::msg)?;
        for hook in [format!("grantees-connect-{id}"), format!("sim-login-{person}"), "sim-allow".to_owned()]
        {
            page = visitor.press(&page, &hook).await.map_err(Error::msg)?;
        }
    }
    Ok(())
}

/// Asks a client for everything that can be shared with these.
async fn ask(
    desk: &Desk,
    scope: &Scope,
    client: (&str, &str),
    grantees: &[&Grantee],
) -> anyhow::Result<String> {
    let mut items = Vec::new();
    let known = |id: &str| grantees.iter().any(|g| g.platform == id);
    for platform in desk.registry.iter().filter(|p| known(&p.manifest.id)).take(ASKED) {
        let shared = platform.manifest.assets.iter().filter(|a| a.levels.contains_key(&Level::Manage));
        let ask = |of: &AssetType, external_id| Ask {
            of: of.clone(),
            level: Level::Manage,
            native_roles: None,
            external_id,
            wants_yes: false,
        };
        // The agency works for this client and knows the accounts, so the client finds them ticked.
        let known = platform.simulator.map(|new| new().holdings(PERSON)).unwrap_or_default();
        let asks = shared.flat_map(|facts| {
            let named = known.iter().filter(|(of, _)| of == facts.of.as_str());
            let named: Vec<_> = named.map(|(_, id)| ask(&facts.of, Some(id.clone()))).collect();
            // Of what nobody there works on it knows nothing, and does not ask.
            if known.is_empty() { vec![ask(&facts.of, None)] } else { named }
        });
        let asks = asks.collect();
        // One platform is enough to see the whole way to the receipt; the others may be skipped.
        let required = items.is_empty();
        items.push(WantedItem { platform: platform.manifest.id.clone(), asks, required });
    }
    let wanted = Wanted {
        client: ClientOf::New { name: client.0.into(), email: client.1.into() },
        items,
        grantee_ids: grantees.iter().map(|g| g.id.clone()).collect(),
        link_expires_in_days: DEFAULT_LINK_DAYS,
        access_expires_at: None,
        message: None,
        customer_reference: None,
        locale: None,
        template_id: None,
        by_mail: false,
    };
    let sent = requests::send(desk, scope, wanted, false).await?.context("the request was not sent")?;
    let token = requests::token_of(&sent.url).context("the link has no token")?;
    Ok(token.expose().to_owned())
}
