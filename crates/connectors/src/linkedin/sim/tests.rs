//! The rules of the simulated LinkedIn, from outside over HTTP. Each test cites the rule it checks.

mod login;
mod users;

use std::net::SocketAddr;

use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Running, Sims, Simulator};

use super::LinkedinSim;

const APP: &str = "86vk3n2wq7hd5t";
const SECRET: &str = "WPL_AP1.mD2r8KxYc0TqUe5s.Zk9tNw==";
const CALLBACK: &str = "http://localhost:8080/callback/linkedin";
const BAKERY: &str = "507118642";
const CATERING: &str = "507118705";
const KIM: &str = "aW9xTe2-Lu";
const OLIVIA: &str = "tQ7mWk3LxA";
const ALL: &str = "openid profile rw_ads";

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A listening simulator, a clock that stands still, and somebody to ask.
struct Rig {
    sims: Running,
    http: reqwest::Client,
}

struct Reply {
    status: u16,
    location: String,
    body: Value,
}

async fn rig() -> Rig {
    rig_with(None, 7).await
}

async fn rig_with(file: Option<&std::path::Path>, seed: u64) -> Rig {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let linkedin: Box<dyn Simulator> = Box::new(LinkedinSim::default());
    let sims = Sims::new([linkedin]).keep_in(file.map(Into::into));
    let sims = sims.listen(SocketAddr::from(([127, 0, 0, 1], 0)), clock, Random::seeded(seed));
    #[expect(clippy::disallowed_methods, reason = "it visits the simulator on this machine only")]
    let http =
        reqwest::Client::builder().redirect(Policy::none()).tls_certs_only([]).build().expect("a client");
    Rig { sims: sims.await.expect("listens"), http }
}

fn form(pairs: Pairs<'_>) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// The path of one person's role, as the documentation writes it.
fn key(account: &str, member: &str) -> String {
    format!(
        "adAccountUsers/(account:urn%3Ali%3AsponsoredAccount%3A{account},user:urn%3Ali%3Aperson%3A{member})"
    )
}

fn user(account: &str, member: &str, role: &str) -> Value {
    json!({
        "account": format!("urn:li:sponsoredAccount:{account}"), "user": format!("urn:li:person:{member}"),
        "role": role,
    })
}

impl Rig {
    async fn send(&self, method: &str, path: &str, headers: Pairs<'_>, body: String) -> Reply {
        let method: Method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.sims.url)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        let location = response.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
        let (status, location) = (response.status().as_u16(), location.to_owned());
        let text = response.text().await.expect("a body");
        Reply { status, location, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Reply {
        self.send(method, &format!("/_sim/{path}"), &[], body.to_string()).await
    }

    async fn act(&self, person: &str, deed: &str, more: Value) -> u16 {
        let mut act = json!({ "person": person, "platform": "linkedin", "do": deed });
        act.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        self.control("POST", "act", act).await.status
    }

    async fn later(&self, seconds: i64) {
        self.control("PUT", "clock", json!({ "advance_s": seconds })).await;
    }

    /// A call of the REST API with the headers that every one needs; null sends no body.
    async fn call(&self, token: &str, method: &str, path: &str, body: Value) -> Reply {
        self.call_with(token, method, path, body, &[]).await
    }

    async fn call_with(&self, token: &str, method: &str, path: &str, body: Value, more: Pairs<'_>) -> Reply {
        let bearer = format!("Bearer {token}");
        let own = [
            ("authorization", bearer.as_str()),
            ("linkedin-version", "202607"),
            ("x-restli-protocol-version", "2.0.0"),
        ];
        let own = own.into_iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
        let headers: Vec<_> = own.chain(more.iter().copied()).collect();
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/api.linkedin.com/rest/{path}"), &headers, text).await
    }

    async fn get(&self, token: &str, path: &str) -> Reply {
        self.call(token, "GET", path, Value::Null).await
    }

    /// Answers the consent page as a person and returns what the app gets back.
    async fn consent(
        &self,
        person: &str,
        scope: &str,
        action: &str,
    ) -> std::collections::BTreeMap<String, String> {
        let query = form(&[
            ("response_type", "code"),
            ("client_id", APP),
            ("redirect_uri", CALLBACK),
            ("state", "s1"),
            ("scope", scope),
        ]);
        let back = format!("/oauth/v2/authorization?{query}");
        let body = form(&[("person", person), ("return_to", &back)]);
        let login = self.send("POST", "/www.linkedin.com/checkpoint/session", &[], body).await;
        assert_eq!(login.status, 303, "{}", login.body);
        let cookie = format!("sim_linkedin_person={person}");
        let body = form(&[("action", action)]);
        let decided = self.send("POST", &login.location, &[("cookie", &cookie)], body).await;
        let url = url::Url::parse(&decided.location).expect("an address");
        url.query_pairs().into_owned().collect()
    }

    async fn exchange(&self, pairs: Pairs<'_>) -> Reply {
        let own = [
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("client_secret", SECRET),
            ("redirect_uri", CALLBACK),
        ];
        let own = own.into_iter().filter(|(name, _)| pairs.iter().all(|(other, _)| other != name));
        let all: Vec<_> = own.chain(pairs.iter().copied()).collect();
        self.send("POST", "/www.linkedin.com/oauth/v2/accessToken", &[], form(&all)).await
    }

    async fn sign_in(&self, person: &str, scope: &str) -> String {
        let back = self.consent(person, scope, "allow").await;
        let reply = self.exchange(&[("code", &back["code"])]).await;
        reply.body["access_token"].as_str().expect("a token").to_owned()
    }

    /// `operation account member role` for every entry.
    async fn ledger(&self) -> Vec<String> {
        let body = self.send("GET", "/_sim/ledger", &[], String::new()).await.body;
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = body["data"].as_array().expect("a list").iter();
        rows.map(|row| {
            let (asset, principal) = (word(&row["asset"]["id"]), word(&row["principal"]["id"]));
            format!("{} {asset} {principal} {}", word(&row["operation"]), word(&row["roles"][0]))
        })
        .collect()
    }
}
