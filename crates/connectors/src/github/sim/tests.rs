//! The rules of the simulated GitHub, from outside over HTTP. Each test cites the rule it checks.

mod invitations;
mod login;
mod people;
mod world_file;

use std::net::SocketAddr;

use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Running, Sims, Simulator};

use super::GithubSim;

const APP: &str = "Ov23liQ7hB2mZx9RdK4t";
const SECRET: &str = "5b0e7c2f91d84a36b7c05e1f2a3d4c5b6e7f8091";
const CALLBACK: &str = "http://localhost:8080/callback/github";
const KIM: &str = "kimpark-nw";
const ALL: &str = "admin:org repo";
const RECIPES: &str = "repos/harbour-bakery/recipes";
const BAKERY: &str = "orgs/harbour-bakery";

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A listening simulator, a clock that stands still, and somebody to ask.
struct Rig {
    sims: Running,
    http: reqwest::Client,
}

/// An answer: status, headers, JSON (or the text as a JSON string).
struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// One field of every row.
    fn each(&self, field: &str) -> Vec<String> {
        let rows = self.body.as_array().expect("a list").iter();
        rows.map(|row| row.pointer(field).and_then(Value::as_str).unwrap_or("none").to_owned()).collect()
    }
}

async fn rig() -> Rig {
    rig_with(None, 7).await
}

async fn rig_with(file: Option<&std::path::Path>, seed: u64) -> Rig {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let github: Box<dyn Simulator> = Box::new(GithubSim::default());
    let sims = Sims::new([github]).keep_in(file.map(Into::into));
    let sims = sims.listen(SocketAddr::from(([127, 0, 0, 1], 0)), clock, Random::seeded(seed));
    #[expect(clippy::disallowed_methods, reason = "it visits the simulator on this machine only")]
    let http =
        reqwest::Client::builder().redirect(Policy::none()).tls_certs_only([]).build().expect("a client");
    Rig { sims: sims.await.expect("listens"), http }
}

impl Rig {
    async fn send(&self, method: &str, path: &str, headers: Pairs<'_>, body: String) -> Reply {
        let method: Method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.sims.url)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        Reply { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Reply {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/_sim/{path}"), &[], text).await
    }

    async fn act(&self, person: &str, deed: &str, more: Value) -> u16 {
        let mut act = json!({ "person": person, "platform": "github", "do": deed });
        for (name, value) in more.as_object().into_iter().flatten() {
            act[name] = value.clone();
        }
        self.control("POST", "act", act).await.status
    }

    async fn later(&self, seconds: i64) {
        self.control("PUT", "clock", json!({ "advance_s": seconds })).await;
    }

    /// Changes the default world before a test.
    async fn edit_world(&self, edit: impl FnOnce(&mut Value)) {
        let mut world = self.control("GET", "world", Value::Null).await.body;
        edit(&mut world["platforms"]["github"]);
        let reset = self.control("POST", "reset", world).await;
        assert_eq!(reset.status, 200, "{}", reset.body);
    }

    /// A REST call; null sends no body.
    async fn call(&self, token: &str, method: &str, path: &str, body: Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &format!("/api.github.com/{path}"), &[("authorization", &bearer)], text).await
    }

    async fn get(&self, token: &str, path: &str) -> Reply {
        self.call(token, "GET", path, Value::Null).await
    }

    /// Answers the consent page as a person and returns what the app gets back.
    async fn consent(
        &self,
        person: &str,
        wish: Pairs<'_>,
        answer: &str,
    ) -> std::collections::BTreeMap<String, String> {
        let mut query = Serializer::new(String::new());
        query.append_pair("client_id", APP).append_pair("redirect_uri", CALLBACK).append_pair("state", "s1");
        let query = query.extend_pairs(wish).finish();
        let form = |pairs: Pairs<'_>| Serializer::new(String::new()).extend_pairs(pairs).finish();
        let back = format!("/login/oauth/authorize?{query}");
        let login = form(&[("person", person), ("return_to", &back)]);
        let login = self.send("POST", "/github.com/session", &[], login).await;
        assert_eq!(login.status, 303, "{}", login.body);
        let cookie = format!("sim_github_person={person}");
        let decided = self
            .send("POST", login.header("location"), &[("cookie", &cookie)], form(&[("authorize", answer)]))
            .await;
        let url = url::Url::parse(decided.header("location")).expect("an address");
        url.query_pairs().into_owned().collect()
    }

    async fn exchange(&self, form: Pairs<'_>) -> Reply {
        let own = [("client_id", APP), ("client_secret", SECRET), ("redirect_uri", CALLBACK)];
        let text = Serializer::new(String::new()).extend_pairs(own).extend_pairs(form).finish();
        self.send("POST", "/github.com/login/oauth/access_token", &[("accept", "application/json")], text)
            .await
    }

    async fn sign_in(&self, person: &str, scope: &str) -> String {
        let back = self.consent(person, &[("scope", scope)], "1").await;
        let reply = self.exchange(&[("code", &back["code"])]).await;
        reply.body["access_token"].as_str().expect("a token").to_owned()
    }

    /// `operation asset principal roles` for every entry.
    async fn ledger(&self) -> Vec<String> {
        let body = self.control("GET", "ledger", Value::Null).await.body;
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = body["data"].as_array().expect("a list").iter().map(|row| {
            let roles: Vec<_> = row["roles"].as_array().expect("roles").iter().map(word).collect();
            let (asset, principal) = (word(&row["asset"]["id"]), word(&row["principal"]["id"]));
            format!("{} {asset} {principal} {}", word(&row["operation"]), roles.join("+"))
        });
        rows.collect()
    }
}
