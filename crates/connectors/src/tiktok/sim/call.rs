//! One call of the API: its parameters, who makes it, and the checks that all calls share.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::answer::Refusal;
use super::tokens::Token;
use super::world::{Center, Kind, Thing, World};
use super::{API, PLATFORM, Tiktok};

/// More assets in one call are refused.
pub const MOST_IDS: usize = 50;

pub struct Call<'a> {
    pub tiktok: &'a Tiktok,
    /// As reads see it now.
    pub world: &'a World,
    pub token: &'a Token,
    pub query: &'a BTreeMap<String, String>,
    pub body: &'a Value,
    pub lag_ms: i64,
}

impl Call<'_> {
    pub fn person(&self) -> &str {
        &self.token.person
    }

    /// A parameter of a GET or a field of a POST's body, where it is text.
    pub fn find(&self, name: &str) -> Option<String> {
        let field = self.body.get(name).and_then(Value::as_str);
        field.or_else(|| self.query.get(name).map(String::as_str)).map(str::to_owned)
    }

    pub fn need(&self, name: &str) -> Result<String, Refusal> {
        let found = self.find(name).filter(|value| !value.is_empty());
        found.ok_or_else(|| Refusal::parameter(format!("{name}: Missing data for required field.")))
    }

    /// Ids are text of digits, also in JSON: numbers would lose their last places.
    pub fn id(&self, name: &str) -> Result<String, Refusal> {
        let id = self.need(name)?;
        match is_id(&id) {
            true => Ok(id),
            false => Err(Refusal::parameter(format!("{name}: Not a valid id."))),
        }
    }

    /// A list of texts in the body.
    pub fn list(&self, name: &str, most: usize) -> Result<Vec<String>, Refusal> {
        let wrong = || Refusal::parameter(format!("{name}: Not a valid list of strings."));
        let Some(list) = self.body.get(name) else { return Ok(Vec::new()) };
        let list = list.as_array().ok_or_else(wrong)?;
        if list.len() > most {
            return Err(Refusal::new(40011, format!("{name}: Longer than maximum length {most}.")));
        }
        list.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    }

    pub fn ids(&self, name: &str, most: usize) -> Result<Vec<String>, Refusal> {
        let ids = self.list(name, most)?;
        match ids.iter().all(|id| is_id(id)) {
            true => Ok(ids),
            false => Err(Refusal::parameter(format!("{name}: Not a valid id."))),
        }
    }

    /// One of these words.
    pub fn word(&self, name: &str, known: &[&str]) -> Result<Option<String>, Refusal> {
        let Some(word) = self.find(name) else { return Ok(None) };
        match known.contains(&word.as_str()) {
            true => Ok(Some(word)),
            false => Err(Refusal::parameter(format!("{name}: Must be one of: {}.", known.join(", ")))),
        }
    }

    pub fn kind(&self, known: &[Kind]) -> Result<Kind, Refusal> {
        let name = self.need("asset_type")?;
        let kind = Kind::parse(&name).filter(|kind| known.contains(kind));
        kind.ok_or_else(|| Refusal::parameter(format!("asset_type: {name} is not supported here.")))
    }

    /// `filtering` is JSON inside a text parameter.
    pub fn filtering(&self) -> Result<Map<String, Value>, Refusal> {
        let Some(text) = self.query.get("filtering") else { return Ok(Map::new()) };
        let parsed: Option<Value> = serde_json::from_str(text).ok();
        let object = parsed.as_ref().and_then(Value::as_object).cloned();
        object.ok_or_else(|| Refusal::parameter("filtering: Not a valid JSON object."))
    }

    /// One page of these rows under this name.
    pub fn page(&self, name: &str, rows: Vec<Value>, most: usize) -> Result<Value, Refusal> {
        let number = |field: &str, default: usize| match self.query.get(field) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .ok()
                .filter(|n| *n > 0)
                .ok_or_else(|| Refusal::parameter(format!("{field}: Not a valid integer above 0."))),
        };
        let (page, size) = (number("page", 1)?, number("page_size", 10)?);
        if size > most {
            return Err(Refusal::parameter(format!("page_size: Must be at most {most}.")));
        }
        let total = rows.len();
        let shown: Vec<_> = rows.into_iter().skip((page - 1) * size).take(size).collect();
        Ok(json!({
            name: shown,
            "page_info": {"page": page, "page_size": size, "total_number": total, "total_page": total.div_ceil(size)},
        }))
    }

    /// The Business Center that a call is about; the caller has to be an Admin there for most of them.
    pub fn center<'w>(&self, world: &'w World, id: &str) -> Result<&'w Center, Refusal> {
        let center = world.centers.get(id).filter(|center| center.members.contains_key(self.person()));
        center.ok_or_else(|| Refusal::forbidden(format!("No permission to operate Business Center {id}.")))
    }

    pub fn admins_center<'w>(&self, world: &'w World, id: &str) -> Result<&'w Center, Refusal> {
        let center = self.center(world, id)?;
        match center.is_admin(self.person()) {
            true => Ok(center),
            false => Err(Refusal::forbidden(format!("You must be an Admin of Business Center {id}."))),
        }
    }

    /// Changes the world as a write of this call; every effect comes with its change.
    pub fn change<T>(&self, apply: impl FnOnce(&mut World) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.tiktok.books.world.change(self.tiktok.hub.clock.now_ms(), self.lag_ms, apply)
    }

    pub fn record(
        &self,
        operation: Operation,
        asset: (&str, &str),
        principal: (&str, &str),
        roles: impl IntoIterator<Item = impl Into<String>>,
    ) {
        let caller = Caller { app: Some(self.token.app.clone()), person: Some(self.token.person.clone()) };
        let effect = Effect::new(PLATFORM, API, operation, asset, principal, caller);
        self.tiktok.hub.record(effect.with_roles(roles));
    }
}

/// An asset that exists, is of this type, and that this Business Center reaches.
pub fn reachable<'w>(
    world: &'w mut World,
    center: &str,
    kind: Kind,
    id: &str,
) -> Result<&'w mut Thing, Refusal> {
    let reaches = world.assets.get(id).is_some_and(|thing| thing.of == kind && world.reaches(center, thing));
    let missing = || Refusal::forbidden(format!("Asset {id} is not in Business Center {center}."));
    world.assets.get_mut(id).filter(|_| reaches).ok_or_else(missing)
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit())
}
