//! What people do: the agency sends requests and revokes, the client signs in, picks and approves. When
//! the product dies under their hands, they begin again where they were.

use std::collections::BTreeSet;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::{Value, json};
use valetkey_sdk::sim::Visitor;

use super::case::{Case, Trouble};
use crate::judge::{Answer, Decision, Key, Named, What};

/// The agency's portfolio in the default world, which receives the access.
pub const PORTFOLIO: &str = "1558203947716620";
/// Somebody of the default world with two hundred accounts.
const CLIENT: (&str, &str) = ("Alder Hotels", "liam@alderhotels.example");

/// What the platform calls "manage", as it is documented there.
fn roles(kind: &str) -> BTreeSet<String> {
    let names: &[&str] = match kind {
        "page" => &["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE"],
        _ => &["ADVERTISE", "ANALYZE"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub fn key_of(asset: &str) -> Key {
    let kind = if asset.starts_with("act_") { "ad_account" } else { "page" };
    Key {
        platform: "meta".into(),
        asset: Named { kind: kind.into(), id: asset.into() },
        principal: Named { kind: "portfolio".into(), id: PORTFOLIO.into() },
    }
}

/// A client with a browser, a link and what they want to give.
pub struct Client {
    visitor: Visitor,
    /// The link without its host: nodes have ports of their own.
    path: String,
    /// How many accounts they will pick.
    count: usize,
    picks: Vec<String>,
    decisions: std::ops::Range<usize>,
}

impl Case<'_> {
    /// The agency asks for accounts of both kinds.
    pub async fn send_request(&mut self, count: usize) -> anyhow::Result<Client> {
        let body = json!({
            "client": {"name": CLIENT.0, "email": CLIENT.1},
            "items": [{"platform": "meta", "assets": [
                {"type": "page", "level": "manage"}, {"type": "ad_account", "level": "manage"},
            ]}],
        });
        let mut once = self.dice.next();
        let mut tries = self.tries("a request");
        let url = loop {
            let node = self.alive().await?;
            let at = format!("{}/api/v1/requests", self.base(node));
            let key = self.api_key.clone();
            let named = format!("k{once}");
            match self.program.call(Method::POST, &at, Some(&key), Some(&named), Some(&body)).await {
                Ok((201, sent)) => break sent["url"].as_str().context("no link came back")?.to_owned(),
                // The process that began it is gone: it is another call.
                Ok((409, _)) => once = self.dice.next(),
                Ok((status, said)) => tries.failed(self, node, &format!("{status}: {said}")).await?,
                Err(why) => tries.failed(self, node, &why).await?,
            }
        };
        let path = url.split_once("/r/").map(|(_, token)| format!("/r/{token}")).context("no link")?;
        let visitor = super::ground::browser()?;
        Ok(Client { visitor, path, count, picks: Vec::new(), decisions: 0..0 })
    }

    /// The client goes the whole way, as often as it takes.
    pub async fn give(&mut self, client: &mut Client) -> anyhow::Result<()> {
        let mut tries = self.tries("an approval");
        loop {
            let node = self.alive().await?;
            match self.try_give(node, client).await {
                Ok(()) => return Ok(()),
                Err(why) => tries.failed(self, node, &why).await?,
            }
        }
    }

    async fn try_give(&mut self, node: usize, client: &mut Client) -> Result<(), String> {
        let base = self.base(node);
        let visitor = &client.visitor;
        let mut page = visitor.open(&format!("{base}{}", client.path)).await?;
        self.program.heard.push_str(&page.html);
        if !has(&page.html, "connect-meta") {
            if client.decisions.is_empty() || !has(&page.html, "platform-meta") {
                return Err(format!("the link shows no way on: {}", page.url.path()));
            }
            // They see that it is on its way: they were told.
            self.answer(&client.decisions, true);
            return Ok(());
        }
        page = visitor.press(&page, "connect-meta").await?;
        for hook in ["sim-login-liam", "sim-allow"] {
            if has(&page.html, hook) {
                page = visitor.press(&page, hook).await?;
            }
        }
        let free = free_accounts(&page.html);
        if client.picks.is_empty() {
            client.picks = self.pick(&free, client.count);
        }
        let ticked: Vec<_> = free
            .iter()
            .filter(|(id, _)| client.picks.contains(id))
            .map(|(_, i)| ("pick", i.as_str()))
            .collect();
        if ticked.len() != client.picks.len() || ticked.is_empty() {
            return Err(format!("{} of {} accounts can be picked", ticked.len(), client.picks.len()));
        }
        page = visitor.press_with(&page, "review", &ticked).await?;
        self.program.heard.push_str(&page.html);
        if !has(&page.html, "approve") {
            return Err("there is nothing to approve".into());
        }
        if client.decisions.is_empty() {
            client.decisions = self.decide(&client.picks);
        }
        page =
            visitor.press(&page, "approve").await.inspect_err(|_| self.answer(&client.decisions, false))?;
        self.program.heard.push_str(&page.html);
        self.answer(&client.decisions, true);
        Ok(())
    }

    /// Accounts that nobody picked before.
    fn pick(&mut self, free: &[(String, String)], count: usize) -> Vec<String> {
        let mut fresh: Vec<_> = free.iter().map(|(id, _)| id).filter(|id| !self.used.contains(*id)).collect();
        let mut picks = Vec::new();
        while picks.len() < count && !fresh.is_empty() {
            let id = fresh.swap_remove(self.dice.below(fresh.len())).clone();
            self.used.insert(id.clone());
            picks.push(id);
        }
        picks
    }

    /// The button is pressed; pressing again is the same decision.
    fn decide(&mut self, picks: &[String]) -> std::ops::Range<usize> {
        let (start, at) = (self.decisions.len(), self.plot.time.now());
        for asset in picks {
            let key = key_of(asset);
            let roles = roles(&key.asset.kind);
            let what = What::Hold { announced: roles.clone(), roles, until: None };
            self.decisions.push(Decision { key, what, at, answer: Answer::Lost(at) });
        }
        start..self.decisions.len()
    }

    fn answer(&mut self, decisions: &std::ops::Range<usize>, told: bool) {
        let now = self.plot.time.now();
        for decision in &mut self.decisions[decisions.clone()] {
            decision.answer = if told { Answer::Yes(now) } else { Answer::Lost(now) };
        }
    }

    /// The agency takes some of what it has away again.
    pub async fn revoke_some(&mut self, count: usize) -> anyhow::Result<()> {
        let mut held = self.grants().await?;
        held.retain(|g| {
            ["active", "queued", "working", "verifying"].contains(&g["state"].as_str().unwrap_or(""))
        });
        for _ in 0..count.min(held.len()) {
            let grant = held.swap_remove(self.dice.below(held.len()));
            self.revoke(&grant).await?;
        }
        Ok(())
    }

    async fn revoke(&mut self, grant: &Value) -> anyhow::Result<()> {
        let (id, asset) = (grant["id"].as_str().unwrap_or(""), grant["asset"]["external_id"].as_str());
        let at = self.plot.time.now();
        let decision =
            Decision { key: key_of(asset.unwrap_or("")), what: What::End, at, answer: Answer::Lost(at) };
        self.decisions.push(decision);
        let mine = self.decisions.len() - 1..self.decisions.len();
        let mut tries = self.tries("a revocation");
        loop {
            let node = self.alive().await?;
            let url = format!("{}/api/v1/grants/{id}/revoke", self.base(node));
            let key = self.api_key.clone();
            match self.program.call(Method::POST, &url, Some(&key), None, Some(&json!({}))).await {
                Ok((200, _)) => {
                    self.answer(&mine, true);
                    return Ok(());
                }
                // It is ending already, by what was pressed before.
                Ok((409, _)) => {
                    self.answer(&mine, false);
                    return Ok(());
                }
                Ok((status, said)) => tries.failed(self, node, &format!("{status}: {said}")).await?,
                Err(why) => {
                    self.answer(&mine, false);
                    tries.failed(self, node, &why).await?;
                }
            }
        }
    }

    /// All grants, as the API shows them.
    pub async fn grants(&mut self) -> anyhow::Result<Vec<Value>> {
        self.list("grants").await
    }

    pub async fn list(&mut self, what: &str) -> anyhow::Result<Vec<Value>> {
        let mut tries = self.tries(what);
        loop {
            let node = self.alive().await?;
            let (url, key) = (format!("{}/api/v1/{what}", self.base(node)), self.api_key.clone());
            match self.program.list(&url, &key).await {
                Ok(all) => return Ok(all),
                Err(why) => tries.failed(self, node, &why).await?,
            }
        }
    }

    pub fn tries(&self, what: &str) -> Trouble {
        Trouble::new(what)
    }
}

fn has(html: &str, hook: &str) -> bool {
    html.contains(&format!("data-testid=\"{hook}\""))
}

/// Id and index of what can be ticked.
fn free_accounts(html: &str) -> Vec<(String, String)> {
    let text =
        |tag: &str, name: &str| Some(tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.to_owned());
    let tags = html.split("<input").skip(1).map(|t| &t[..t.find('>').unwrap_or(t.len())]);
    let free = tags.filter(|t| t.contains("data-testid=\"asset-") && !t.contains("disabled"));
    let found = free.filter_map(|t| {
        Some((text(t, "data-testid")?.strip_prefix("asset-")?.to_owned(), text(t, "value")?))
    });
    found.collect()
}
