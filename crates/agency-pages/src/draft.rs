//! A request as it was filled in: read from the form's fields, or from an earlier request.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use valetkey_core::app::least::Asked;
use valetkey_core::app::offer::Ask;
use valetkey_core::app::requests::{ClientOf, DEFAULT_LINK_DAYS, Wanted, WantedItem};
use valetkey_core::app::{AppError, sign_in, staff};
use valetkey_core::desk::Desk;
use valetkey_core::ids::{ClientId, GranteeId};
use valetkey_core::store::Scope;
use valetkey_core::store::requests::Request;
use valetkey_pages::Error;
use valetkey_sdk::access::{AssetType, Level};

/// Everything that the form holds. Keys of the maps are `platform.type` and platforms.
#[derive(Clone, Debug)]
pub struct Draft {
    pub csrf: String,
    /// Empty: a new one.
    pub client: String,
    pub name: String,
    pub email: String,
    pub levels: BTreeMap<String, String>,
    pub external_ids: BTreeMap<String, String>,
    /// A role that comes on top of the level.
    pub tops: BTreeMap<String, String>,
    /// Where yes is wished for, of what the platform asks along the way.
    pub yes: BTreeSet<String>,
    pub grantees: BTreeMap<String, String>,
    /// Platform and id of each of the agency's own people who is assigned afterwards.
    pub people: BTreeSet<(String, String)>,
    /// What the agency will do, and at which platforms: what the proposal was made for.
    pub tasks: BTreeSet<String>,
    pub places: BTreeSet<String>,
    pub message: String,
    pub link_days: String,
    /// A day, or nothing.
    pub access_until: String,
    /// The language of the client's pages; empty: what their browser asks for.
    pub locale: String,
    /// The link is mailed.
    pub by_mail: bool,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            csrf: String::new(),
            client: String::new(),
            name: String::new(),
            email: String::new(),
            levels: BTreeMap::new(),
            external_ids: BTreeMap::new(),
            tops: BTreeMap::new(),
            yes: BTreeSet::new(),
            grantees: BTreeMap::new(),
            people: BTreeSet::new(),
            tasks: BTreeSet::new(),
            places: BTreeSet::new(),
            message: String::new(),
            link_days: DEFAULT_LINK_DAYS.to_string(),
            access_until: String::new(),
            locale: String::new(),
            by_mail: false,
        }
    }
}

impl Draft {
    /// Reads the fields; one that the page does not have is refused.
    pub fn of_form(fields: Vec<(String, String)>) -> Result<Self, Error> {
        let mut draft = Self::default();
        for (name, value) in fields {
            match name.as_str() {
                "csrf" => draft.csrf = value,
                "client" => draft.client = value,
                "name" => draft.name = value,
                "email" => draft.email = value,
                "doing" => drop(draft.tasks.insert(value)),
                "where" => drop(draft.places.insert(value)),
                "message" => draft.message = value,
                "link_days" => draft.link_days = value,
                "access_until" => draft.access_until = value,
                "locale" => draft.locale = value,
                "by_mail" => draft.by_mail = value == "yes",
                _ => draft.keyed(&name, value)?,
            }
        }
        Ok(draft)
    }

    fn keyed(&mut self, name: &str, value: String) -> Result<(), Error> {
        if let Some(("person", platform)) = name.split_once('.') {
            self.people.insert((platform.to_owned(), value));
            return Ok(());
        }
        if let Some(("yes", key)) = name.split_once('.') {
            self.yes.insert(key.to_owned());
            return Ok(());
        }
        let map = match name.split_once('.') {
            Some(("level", key)) => Some((&mut self.levels, key)),
            Some(("id", key)) => Some((&mut self.external_ids, key)),
            Some(("top", key)) => Some((&mut self.tops, key)),
            Some(("grantee", key)) => Some((&mut self.grantees, key)),
            _ => None,
        };
        let Some((map, key)) = map else {
            return Err(Error::Unreadable(format!("this form has no field {name}")));
        };
        if !value.trim().is_empty() {
            map.insert(key.to_owned(), value.trim().to_owned());
        }
        Ok(())
    }

    /// What an earlier request asked for, to be asked again.
    pub async fn of_request(desk: &Desk, scope: &Scope, request: &Request) -> Result<Self, AppError> {
        let mut draft = Self { client: request.client_id.to_string(), ..Self::default() };
        draft.message = request.message.clone().unwrap_or_default();
        draft.locale = request.locale.clone().unwrap_or_default();
        for item in desk.store.list_items(scope, &request.id).await? {
            for ask in sign_in::asks(&item)? {
                let key = format!("{}.{}", item.platform, ask.of);
                draft.levels.insert(key.clone(), ask.level.as_str().to_owned());
                draft.yes.extend(ask.wants_yes.then(|| key.clone()));
                let platform = desk.registry.find(&item.platform).map(|p| &p.manifest);
                let facts = platform.and_then(|m| m.find_asset(&ask.of)).zip(ask.native_roles.as_ref());
                let top = facts.and_then(|(facts, own)| facts.apart(own).1.pop_last());
                draft.tops.extend(top.map(|role| (key.clone(), role)));
                draft.external_ids.extend(ask.external_id.map(|id| (key, id)));
            }
            for named in staff::of_item(&item)? {
                draft.people.insert((item.platform.clone(), named.grantee_id.to_string()));
            }
            draft.grantees.insert(item.platform, item.grantee_id.to_string());
        }
        if let Some(at) = request.access_expires_at.filter(|at| *at > desk.now_ms()) {
            let at = valetkey_sdk::clock::from_millisecond(at);
            draft.access_until = at.to_zoned(TimeZone::UTC).date().to_string();
        }
        Ok(draft)
    }

    /// What is to be sent; the error names the field.
    pub fn wanted(&self, desk: &Desk) -> Result<Wanted, AppError> {
        let invalid = |field, problem: &str| AppError::Invalid { field, problem: problem.into() };
        let client = match self.client.as_str() {
            "" => ClientOf::New { name: self.name.trim().into(), email: self.email.trim().into() },
            id => ClientOf::Known(ClientId::from_text(id)),
        };
        let items = self.items(desk)?;
        if items.is_empty() {
            return Err(invalid("items", "choose at least one thing to ask for"));
        }
        let days = self.link_days.parse();
        let days = days.map_err(|_| invalid("link_expires_in_days", "choose how long the link lives"))?;
        let until = match self.access_until.as_str() {
            "" => None,
            day => {
                let day: Result<Date, _> = day.parse();
                // Until the end of that day, wherever the client is west of Greenwich or not.
                let end = day.and_then(|d| d.tomorrow()).and_then(|d| d.to_zoned(TimeZone::UTC));
                let end = end.map_err(|_| invalid("access_expires_at", "give a day such as 2027-06-30"))?;
                Some(end.timestamp().as_millisecond())
            }
        };
        let asked = |platform: &String| items.iter().any(|i| &i.platform == platform);
        let people = self.people.iter().map(|(platform, id)| (platform, id));
        let ids = self.grantees.iter().chain(people).filter(|(p, _)| asked(p));
        let ids = ids.map(|(_, id)| GranteeId::from_text(id));
        Ok(Wanted {
            client,
            grantee_ids: ids.collect(),
            items,
            link_expires_in_days: days,
            access_expires_at: until,
            message: Some(self.message.trim().to_owned()).filter(|m| !m.is_empty()),
            customer_reference: None,
            locale: Some(self.locale.clone()).filter(|tag| !tag.is_empty()),
            template_id: None,
            by_mail: self.by_mail,
        })
    }

    /// What is asked for at one platform.
    pub fn asked(&self, platform: &str) -> Asked {
        let here = |(key, level): (&String, &String)| {
            let of = key.strip_prefix(platform)?.strip_prefix('.')?;
            let level = Level::ALL.into_iter().find(|l| l.as_str() == level)?;
            Some((AssetType::new(of), level))
        };
        self.levels.iter().filter_map(here).collect()
    }

    /// Asks for exactly this at one platform, and for nothing else there.
    pub fn ask(&mut self, platform: &str, asks: &Asked) {
        let elsewhere = |key: &str| key.split_once('.').is_none_or(|(p, _)| p != platform);
        let named = |key: &String| asks.keys().any(|of| *key == format!("{platform}.{of}"));
        self.levels.retain(|key, _| elsewhere(key));
        self.external_ids.retain(|key, _| elsewhere(key) || named(key));
        self.tops.retain(|key, _| elsewhere(key) || named(key));
        self.yes.retain(|key| elsewhere(key) || named(key));
        let levels = asks.iter().map(|(of, level)| (format!("{platform}.{of}"), level.as_str().to_owned()));
        self.levels.extend(levels);
    }

    /// What is asked for so far.
    pub fn items(&self, desk: &Desk) -> Result<Vec<WantedItem>, AppError> {
        let mut items: Vec<WantedItem> = Vec::new();
        for (key, level) in &self.levels {
            let invalid = |field, problem: String| AppError::Invalid { field, problem: problem.into() };
            let (platform, of) = key.split_once('.').unwrap_or((key, ""));
            let level = Level::ALL.into_iter().find(|l| l.as_str() == level);
            let level = level.ok_or_else(|| invalid("level", "choose view, manage or full".into()))?;
            let of = AssetType::new(of);
            let top = self.tops.get(key);
            let facts = desk.registry.find(platform).and_then(|p| p.manifest.find_asset(&of));
            let usual = facts.and_then(|facts| facts.levels.get(&level)).map(|level| &level.roles);
            let native_roles = top.zip(usual).map(|(top, roles)| {
                let roles = roles.iter().chain([top]);
                roles.cloned().collect()
            });
            let (external_id, wants_yes) = (self.external_ids.get(key).cloned(), self.yes.contains(key));
            let ask = Ask { of, level, native_roles, external_id, wants_yes };
            match items.iter_mut().find(|i| i.platform == platform) {
                Some(item) => item.asks.push(ask),
                None => items.push(WantedItem { platform: platform.into(), asks: vec![ask], required: true }),
            }
        }
        // In the order of the page, for platforms and for what is asked there.
        let place = |id: &str| desk.registry.iter().position(|p| p.manifest.id == id);
        items.sort_by_key(|i| place(&i.platform));
        for item in &mut items {
            let found = desk.registry.find(&item.platform);
            let place =
                |of: &AssetType| found.and_then(|p| p.manifest.assets.iter().position(|a| &a.of == of));
            item.asks.sort_by_key(|a| place(&a.of));
        }
        Ok(items)
    }
}
