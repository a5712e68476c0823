//! Asking for a partner's assets by hand, and answering: Business settings, Partners and Requests (IG-24 to IG-27).

use std::collections::BTreeSet;

use serde::Deserialize;
use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::tasks;
use crate::meta::sim::world::{Plea, Share, ShareStatus, World};

/// What is filled in besides the assets and their tasks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    /// The client's portfolio ID.
    portfolio: String,
    /// How the two businesses stand to each other (IG-25; that it must be there is assumed).
    relationship: Option<String>,
    message: Option<String>,
}

impl Deed<'_> {
    /// Full control of the asking portfolio (the principal) fills in whose asset it is, the relationship, the tasks
    /// and perhaps a message.
    pub fn ask(&self, world: &mut World) -> Result<(), String> {
        let id = self.asset()?.to_owned();
        let partner = self.principal().ok_or("name the 'principal', the portfolio that asks")?.to_owned();
        if !world.is_admin(&partner, self.person) {
            return Err(format!("{} has no full control of the portfolio", self.person));
        }
        if let Some(why) = world.cannot_ask(&partner) {
            return Err(why.to_owned());
        }
        let form = self.act.value.clone().ok_or("fill in the 'value': portfolio, relationship, message")?;
        let form: Form = serde_json::from_value(form).map_err(|e| format!("'value': {e}"))?;
        let relationship = form.relationship.filter(|chosen| !chosen.trim().is_empty());
        let relationship = relationship.ok_or("Choose the relationship type")?;
        let tasks: BTreeSet<String> = self.act.roles.clone().ok_or("name the 'role'")?.into_iter().collect();
        let plea = world.new_plea();
        let asset = world.assets.get_mut(&id).ok_or_else(|| format!("there is no asset {id}"))?;
        if asset.portfolio.as_deref() != Some(&form.portfolio) || form.portfolio == partner {
            return Err("This business portfolio has no such asset".into());
        }
        let kind = asset.kind;
        if let Some(wrong) = tasks.iter().find(|task| !tasks::exists(kind, task)) {
            return Err(format!("{wrong} is no task of a {}", kind.as_str()));
        }
        if asset.partners.get(&partner).is_some_and(|share| share.status != ShareStatus::Asked) {
            return Err("Your business already has access".into());
        }
        let now = self.hub.clock.now();
        let share = Share {
            tasks: tasks.clone(),
            status: ShareStatus::Asked,
            requested_at: now,
            updated_at: now,
            requested_by: None,
            agreement: None,
            plea: Some(Plea { id: plea, relationship: Some(relationship), message: form.message }),
        };
        asset.partners.insert(partner.clone(), share);
        self.record(Operation::Request, (kind.as_str(), &id), ("portfolio", &partner), tasks);
        Ok(())
    }

    /// Full control of the owning portfolio says yes or no (IG-27), in one of two places (IG-26): in the
    /// notification of Business Suite, or under Requests in its settings.
    pub fn answer_asked(&self, world: &mut World, yes: bool) -> Result<(), String> {
        match self.act.value.as_ref().and_then(|place| place.as_str()) {
            Some("notification" | "requests") => {}
            _ => return Err("say as 'value' where: notification or requests".into()),
        }
        let id = self.asset()?.to_owned();
        let owner = world.holder(&id).ok_or_else(|| format!("{id} lies in no portfolio"))?.to_owned();
        if !world.is_admin(&owner, self.person) {
            return Err(format!("{} has no full control of the portfolio", self.person));
        }
        let partner = asked_by(world, &id, self.principal())?;
        if !yes {
            self.end(world, &id, &partner, Operation::Decline);
            return Ok(());
        }
        let asset = world.assets.get_mut(&id).ok_or("there is no such asset")?;
        let kind = asset.kind;
        let share = asset.partners.get_mut(&partner).ok_or("there is no such request")?;
        share.status = ShareStatus::Confirmed;
        share.updated_at = self.hub.clock.now();
        share.plea = None;
        let tasks = share.tasks.clone();
        self.record(Operation::Approve, (kind.as_str(), &id), ("portfolio", &partner), tasks);
        Ok(())
    }

    /// Full control of the asking portfolio takes its request back; no call does (none is in the contract).
    pub fn withdraw_asked(&self, world: &mut World) -> Result<(), String> {
        let id = self.asset()?.to_owned();
        let partner = asked_by(world, &id, self.principal())?;
        if !world.is_admin(&partner, self.person) {
            return Err(format!("{} has no full control of the portfolio", self.person));
        }
        self.end(world, &id, &partner, Operation::Withdraw);
        Ok(())
    }
}

/// The portfolio whose request for the asset waits.
fn asked_by(world: &World, asset: &str, principal: Option<&str>) -> Result<String, String> {
    let asset = world.assets.get(asset).ok_or_else(|| format!("there is no asset {asset}"))?;
    let waits = |(partner, share): &(&String, &Share)| {
        share.status == ShareStatus::Asked && principal.is_none_or(|wanted| wanted == *partner)
    };
    let found = asset.partners.iter().find(waits).map(|(partner, _)| partner.clone());
    found.ok_or_else(|| "no such request waits".to_owned())
}
