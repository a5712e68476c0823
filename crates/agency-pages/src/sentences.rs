//! The audit log in sentences: who did what to which thing. Ids stay in the log.

mod cards;
mod mail;
mod settings;

use std::collections::BTreeMap;

use serde_json::Value;
use valetkey_core::app::AppError;
use valetkey_core::audit::Record;
use valetkey_core::desk::Desk;
use valetkey_core::ids::MemberId;
use valetkey_core::store::Scope;

/// Names of the members who acted.
pub struct Names(BTreeMap<String, String>);

impl Names {
    pub async fn of(desk: &Desk, scope: &Scope, records: &[Record]) -> Result<Self, AppError> {
        let mut names = BTreeMap::new();
        for record in records {
            for id in [&record.actor, &record.subject] {
                if id.starts_with("mem_") && !names.contains_key(id) {
                    let found = desk.store.find_member(scope, &MemberId::from_text(id.as_str())).await?;
                    names.insert(id.clone(), found.map_or_else(|| "A former member".to_owned(), |m| m.name));
                }
            }
        }
        Ok(Self(names))
    }

    fn name(&self, id: &str) -> String {
        self.0.get(id).cloned().unwrap_or_else(|| "A member".to_owned())
    }

    fn actor(&self, actor: &str) -> String {
        match actor {
            "client" => "The client".into(),
            "engine" => "Valetkey".into(),
            "operator" => "The operator".into(),
            id if id.starts_with("key_") => "An API key".into(),
            id => self.name(id),
        }
    }
}

/// What a record says.
pub fn sentence(desk: &Desk, names: &Names, r: &Record) -> String {
    let data = r.data.value();
    let told = Told { desk, names, record: r, data: &data };
    told.about_requests()
        .or_else(|| told.about_cards())
        .or_else(|| told.about_grants())
        .or_else(|| told.about_hands())
        .or_else(|| told.about_settings())
        .or_else(|| told.about_brand())
        .or_else(|| told.about_mail())
        .or_else(|| told.about_people())
        .unwrap_or_else(|| format!("{}: {}", told.actor(), r.action.replace(['.', '_'], " ")))
}

/// Whether a timeline shows it: steps between others are left to the audit page.
pub fn is_told(r: &Record) -> bool {
    !matches!(r.action.as_str(), "item.changed" | "item.chosen" | "grant.approved") && !is_unchanged_look(r)
}

/// A check that found what was there before.
fn is_unchanged_look(r: &Record) -> bool {
    let data = r.data.value();
    let word = |at: &str| data.pointer(at).and_then(Value::as_str).map(str::to_owned);
    r.action == "grant.looked"
        && word("/what/from") == word("/what/to")
        && word("/what/to").as_deref() != Some("active")
}

struct Told<'a> {
    desk: &'a Desk,
    names: &'a Names,
    record: &'a Record,
    data: &'a Value,
}

impl Told<'_> {
    fn actor(&self) -> String {
        self.names.actor(&self.record.actor)
    }

    fn text(&self, at: &str) -> Option<String> {
        self.data.pointer(&format!("/what/{at}")).and_then(Value::as_str).map(str::to_owned)
    }

    fn platform_name(&self, id: &str) -> String {
        self.desk.registry.find(id).map_or_else(|| id.to_owned(), |p| p.manifest.name.clone())
    }

    fn platform(&self) -> String {
        self.text("platform").map_or_else(|| "the platform".to_owned(), |id| self.platform_name(&id))
    }

    fn about_requests(&self) -> Option<String> {
        let actor = self.actor();
        let (from, to) = (self.text("from").unwrap_or_default(), self.text("to").unwrap_or_default());
        Some(match self.record.action.as_str() {
            "request.sent" => {
                let list = self.data.pointer("/what/platforms").and_then(Value::as_array);
                let names: Vec<_> = list
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(|id| self.platform_name(id))
                    .collect();
                format!("{actor} sent the request for {}", and(&names))
            }
            "request.resent" => format!("{actor} asked for the same link to be sent again"),
            "request.extended" => format!("{actor} let the link live longer"),
            "request.changed" => match to.as_str() {
                "opened" => "The client opened the link".into(),
                "in_progress" | "partially_complete" if from == "complete" => {
                    "The request is open again".into()
                }
                "in_progress" => "The client started".into(),
                "partially_complete" => "Part of the request is done".into(),
                "complete" => "The request is complete".into(),
                "cancelled" => format!("{actor} cancelled the request"),
                "expired" => "The link expired".into(),
                other => format!("The request is now {}", other.replace('_', " ")),
            },
            "item.chosen" => {
                let picks = self.data.pointer("/what/picks").and_then(Value::as_i64).unwrap_or_default();
                format!("{actor} chose {}", counted(picks, "account"))
            }
            "item.approved" => {
                let person = self.text("person/name").unwrap_or(actor);
                let list = self.data.pointer("/what/assets").and_then(Value::as_array);
                let assets: Vec<_> =
                    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
                format!("{person} approved access to {}", and(&assets))
            }
            "item.changed" => format!("A platform’s card is now {}", to.replace('_', " ")),
            "connection.made" => match self.text("person") {
                Some(person) => format!("{person} signed in at {}", self.platform()),
                None => {
                    let proven =
                        self.data.pointer("/what/proven").and_then(Value::as_i64).unwrap_or_default();
                    let counted = counted(proven, "grantee");
                    format!("{actor} signed in at {} and proved {counted}", self.platform())
                }
            },
            "connection.removal_told" => {
                format!("{} told that somebody removed the app; it is read now", self.platform())
            }
            "connection.erasure_asked" => {
                format!("{} told that somebody wants their sign-in erased; it is read now", self.platform())
            }
            "connection.refused" => format!("A sign-in at {} did not come through", self.platform()),
            "connection.changed" => match to.as_str() {
                "needs_reauthorization" => format!("{} asks for a new sign-in", self.platform()),
                _ => format!("The sign-in at {} works again", self.platform()),
            },
            _ => return None,
        })
    }

    fn about_grants(&self) -> Option<String> {
        let (actor, platform) = (self.actor(), self.platform());
        let asset = self.text("asset/name").unwrap_or_else(|| "an account".into());
        let (from, to) = (self.text("from").unwrap_or_default(), self.text("to").unwrap_or_default());
        Some(match self.record.action.as_str() {
            "grant.approved" => {
                format!("{actor} approved {} on {asset}", self.text("level").unwrap_or_default())
            }
            "grant.intended" => match to.as_str() {
                _ if self.is_removal() => format!("Asked {platform} to remove the access to {asset}"),
                _ => format!("Asked {platform} to give access to {asset}"),
            },
            "grant.verify_asked" => format!("{actor} asked for a new check"),
            "grant.retry_asked" => format!("{actor} asked to try {asset} again"),
            "grant.revoke_asked" => format!("{actor} asked to revoke the access to {asset}"),
            "grant.cancel_asked" => format!("What was not reached yet on {asset} is no longer wanted"),
            "grant.suspended" => {
                format!("Restored from a backup: nothing is done for {asset} before somebody decides again")
            }
            "grant.set_aside" => format!("Work on {asset} was set aside: it needs a person"),
            "grant.refused" => format!("{platform} refused the access to {asset}"),
            "grant.unreadable" => format!("The access to {asset} could not be read at {platform}"),
            "grant.looked" if from == to && to == "active" => {
                format!("Checked {asset} at {platform}: unchanged")
            }
            "grant.looked" => match to.as_str() {
                "active" => format!("{platform} shows the access to {asset}: it is active"),
                "drifted" => format!("{platform} shows that the access to {asset} was changed there"),
                "revoked" => format!("{platform} no longer shows the access to {asset}: it is revoked"),
                "expired" => format!("The access to {asset} has ended on time"),
                "cancelled" => format!("Nothing was given on {asset}: the request was cancelled"),
                "awaiting_acceptance" => format!("The access to {asset} waits for somebody’s yes"),
                other => format!("{asset} at {platform}: {}", other.replace('_', " ")),
            },
            _ => return None,
        })
    }

    fn is_removal(&self) -> bool {
        let act = self.data.pointer("/what/act").map(Value::to_string).unwrap_or_default();
        act.to_lowercase().contains("revoke")
    }

    fn about_people(&self) -> Option<String> {
        let actor = self.actor();
        let whom = || self.text("name").unwrap_or_else(|| self.names.name(&self.record.subject));
        let role = |at: &str| self.text(at).unwrap_or_default();
        Some(match self.record.action.as_str() {
            "agency.added" => format!("{actor} set up {}", self.text("name").unwrap_or_default()),
            "member.tries_used" => {
                format!(
                    "Somebody used up the tries at signing in as {}",
                    self.names.name(&self.record.subject)
                )
            }
            "member.signed_in" => format!("{actor} signed in"),
            "member.signed_out_everywhere" => format!("{actor} signed out everywhere"),
            "member.password_changed" => format!("{actor} set a new password"),
            "owner.reset" => {
                let owner = self.names.name(&self.record.subject);
                format!("{actor} ended the password and sessions of {owner}")
            }
            "member.invited" => {
                format!("{actor} invited {} as {}", self.text("email").unwrap_or_default(), role("role"))
            }
            "member.uninvited" => {
                format!("{actor} withdrew the invitation of {}", self.text("email").unwrap_or_default())
            }
            "member.joined" => format!("{actor} joined as {}", role("role")),
            "member.role_changed" => {
                format!("{actor} made {} {} instead of {}", whom(), role("to"), role("from"))
            }
            "member.removed" => format!("{actor} removed {}", whom()),
            _ => return None,
        })
    }
}

fn counted(n: i64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// "A, B and C".
fn and(names: &[String]) -> String {
    match names {
        [] => "nothing".into(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}
