//! Calls to the product's API and to the simulators' controls.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::{Context as _, bail};
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody's program that speaks JSON. Keeps what it was told, to be searched for secrets.
pub struct Program {
    http: reqwest::Client,
    pub heard: String,
}

impl Program {
    pub fn new() -> anyhow::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "it speaks to processes on this machine only")]
        let builder = reqwest::Client::builder();
        let http = builder.timeout(Duration::from_secs(20)).pool_max_idle_per_host(0).build()?;
        Ok(Self { http, heard: String::new() })
    }

    /// One call; status and body, or why nothing came back.
    pub async fn call(
        &mut self,
        method: Method,
        url: &str,
        key: Option<&str>,
        once: Option<&str>,
        body: Option<&Value>,
    ) -> Result<(u16, Value), String> {
        let mut call = self.http.request(method, url);
        if let Some(key) = key {
            call = call.bearer_auth(key);
        }
        if let Some(once) = once {
            call = call.header("idempotency-key", once);
        }
        if let Some(body) = body {
            call = call.json(body);
        }
        let answer = call.send().await.map_err(|e| e.to_string())?;
        let status = answer.status().as_u16();
        let text = answer.text().await.map_err(|e| e.to_string())?;
        self.heard.push_str(&text);
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    /// A whole list, page by page.
    pub async fn list(&mut self, url: &str, key: &str) -> Result<Vec<Value>, String> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let more = cursor.as_ref().map_or(String::new(), |c| format!("&cursor={c}"));
            let (status, body) =
                self.call(Method::GET, &format!("{url}?limit=200{more}"), Some(key), None, None).await?;
            if status != 200 {
                return Err(format!("{url} answered {status}"));
            }
            all.extend(body.get("data").and_then(Value::as_array).cloned().unwrap_or_default());
            match body.get("next_cursor").and_then(Value::as_str) {
                Some(next) => cursor = Some(next.to_owned()),
                None => return Ok(all),
            }
        }
    }
}

/// The simulators' controls. They are never killed, so that what they do not answer is an error.
pub struct Simulators {
    http: reqwest::Client,
    pub url: String,
}

impl Simulators {
    pub fn at(url: &str) -> anyhow::Result<Self> {
        Ok(Self { http: Program::new()?.http, url: url.to_owned() })
    }

    pub async fn put(&self, what: &str, body: Value) -> anyhow::Result<()> {
        let answer = self.http.put(format!("{}/_sim/{what}", self.url)).json(&body).send().await?;
        if !answer.status().is_success() {
            bail!("/_sim/{what} answered {}", answer.text().await?);
        }
        Ok(())
    }

    pub async fn get(&self, what: &str) -> anyhow::Result<Vec<Value>> {
        let answer = self.http.get(format!("{}/_sim/{what}", self.url)).send().await?.error_for_status()?;
        let body: Value = answer.json().await?;
        Ok(body.get("data").and_then(Value::as_array).context("no list")?.clone())
    }

    /// Accounts at Meta that this portfolio receives in the world as it is.
    pub async fn received(&self, portfolio: &str) -> anyhow::Result<BTreeSet<String>> {
        let answer = self.http.get(format!("{}/_sim/world", self.url)).send().await?.error_for_status()?;
        let world: Value = answer.json().await?;
        let assets =
            world.pointer("/platforms/meta/assets").and_then(Value::as_object).context("no world")?;
        let theirs = assets.iter().filter(|(_, asset)| asset["partners"].get(portfolio).is_some());
        Ok(theirs.map(|(id, _)| id.clone()).collect())
    }

    /// Calls that came in after this number; how many, and the last one's number.
    pub async fn seen_after(&self, seq: u64) -> anyhow::Result<(Vec<Value>, u64)> {
        let seen = self.get(&format!("requests?after={seq}")).await?;
        let last = seen.last().and_then(|s| s.get("seq")).and_then(Value::as_u64).unwrap_or(seq);
        Ok((seen, last))
    }

    /// The next so many shares are made, and nobody hears of it.
    pub async fn lose_answers(&self, times: u64) -> anyhow::Result<()> {
        let lose = |method: &str, times: u64| {
            json!({"host": "graph.facebook.com", "path": "*/agencies", "method": method, "times": times,
                "kind": "drop_after_effect"})
        };
        let all = if times == 0 { json!([]) } else { json!([lose("POST", times), lose("DELETE", times)]) };
        self.put("faults", all).await
    }
}

/// How often each thing was counted.
pub type Count = BTreeMap<String, u64>;
