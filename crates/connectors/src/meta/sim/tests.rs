//! The rules of the simulated Meta, from outside over HTTP. Each test cites the rule it checks.

mod acts;
mod belongings;
mod connected;
mod in_app;
mod invitations;
mod keep;
mod limits;
mod login;
mod reading;
mod sharing;
mod staff;
mod threads;
mod world_files;

use std::net::SocketAddr;

use aws_lc_rs::hmac;
use reqwest::Method;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::PlatformClient;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Running, Sims, Simulator};

use super::MetaSim;

const APP: &str = "1389045827116403";
const SECRET: &str = "8c1f0b7d5e2a49638d7c0e1f2a3b4c5d";
const CONFIG: &str = "2718045936120877";
const CALLBACK: &str = "http://localhost:8080/callback/meta";
const HARBOUR: &str = "461820937451102";
const NORTHWIND: &str = "1558203947716620";
const TIDEWATER: &str = "248190375526410";
const HOTELS: &str = "1730284650918273";
const VENTURES: &str = "1730284650919307";
const PAGE: &str = "108237461950233";
const CATERING: &str = "108237461950641";
const MIAS_PAGE: &str = "110294857361120";
const EUR: &str = "act_1183920475566102";
const USD: &str = "act_9120384756610293847";
const MIAS_ACCOUNT: &str = "act_3847561029384756";
const RAVI: &str = "122103359102288";
const REPORTING: &str = "100087234511290";

type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A listening simulator, a clock that stands still, and somebody to ask.
struct Rig {
    clock: Clock,
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
    /// `(code, subcode)` of a refusal; zeros when it worked.
    fn code(&self) -> (u64, u64) {
        let number = |name: &str| self.body["error"][name].as_u64().unwrap_or(0);
        (number("code"), number("error_subcode"))
    }

    fn ids(&self) -> Vec<&str> {
        let rows = self.body["data"].as_array().expect("a list");
        rows.iter().map(|row| row["id"].as_str().expect("an id")).collect()
    }

    fn header(&self, name: &str) -> Value {
        let text = self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("null");
        serde_json::from_str(text).unwrap_or_else(|_| json!(text))
    }
}

async fn rig() -> Rig {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let meta: Box<dyn Simulator> = Box::new(MetaSim::default());
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let sims = Sims::new([meta]).listen(address, clock.clone(), Random::seeded(7));
    Rig { clock, sims: sims.await.expect("listens"), http: PlatformClient::transport().expect("a client") }
}

impl Rig {
    async fn send(&self, method: &str, path: &str, form: Pairs<'_>, cookie: &str) -> Reply {
        let method: Method = method.parse().expect("a method");
        let text = Serializer::new(String::new()).extend_pairs(form).finish();
        let mut url = format!("{}{path}", self.sims.url);
        let in_body = method == Method::POST;
        if !in_body && !text.is_empty() {
            url = format!("{url}?{text}");
        }
        let mut request = self.http.request(method, url).header("cookie", cookie);
        if in_body {
            request = request.header("content-type", "application/x-www-form-urlencoded").body(text);
        }
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        Reply { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Reply {
        let method: Method = method.parse().expect("a method");
        let url = format!("{}/_sim/{path}", self.sims.url);
        let request = self.http.request(method, url);
        let request = if body.is_null() { request } else { request.body(body.to_string()) };
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: response.json().await.expect("JSON") }
    }

    async fn act(&self, person: &str, deed: &str, more: Value) -> Reply {
        let mut act = json!({ "person": person, "platform": "meta", "do": deed });
        for (name, value) in more.as_object().into_iter().flatten() {
            act[name] = value.clone();
        }
        self.control("POST", "act", act).await
    }

    /// Changes the default world before a test.
    async fn edit_world(&self, edit: impl FnOnce(&mut Value)) {
        let mut world = self.control("GET", "world", Value::Null).await.body;
        edit(&mut world["platforms"]["meta"]);
        let reset = self.control("POST", "reset", world).await;
        assert_eq!(reset.status, 200, "{}", reset.body);
    }

    /// A call with a token and its proof.
    async fn call(&self, token: &str, method: &str, path: &str, form: Pairs<'_>) -> Reply {
        let proof = proof(token);
        let mut form = form.to_vec();
        form.extend([("access_token", token), ("appsecret_proof", &proof)]);
        self.send(method, &format!("/graph.facebook.com/v26.0/{path}"), &form, "").await
    }

    async fn get(&self, token: &str, path: &str, form: Pairs<'_>) -> Reply {
        self.call(token, "GET", path, form).await
    }

    async fn share(&self, token: &str, asset: &str, business: &str, tasks: &str) -> Reply {
        let form = [("business", business), ("permitted_tasks", tasks)];
        self.call(token, "POST", &format!("{asset}/agencies"), &form).await
    }

    /// Answers the dialog as a person and returns what the app gets back.
    async fn dialog(
        &self,
        person: &str,
        wish: Pairs<'_>,
        answer: Pairs<'_>,
    ) -> std::collections::BTreeMap<String, String> {
        let mut query = Serializer::new(String::new());
        query.append_pair("client_id", APP).append_pair("redirect_uri", CALLBACK).append_pair("state", "s1");
        let query = query.extend_pairs(wish).finish();
        let next = format!("/v26.0/dialog/oauth?{query}");
        let login =
            self.send("POST", "/www.facebook.com/login/", &[("person", person), ("next", &next)], "").await;
        assert_eq!(login.status, 303, "{}", login.body);
        let consent = login.headers["location"].to_str().expect("a place");
        let cookie = format!("sim_meta_person={person}");
        let decided = self.send("POST", consent, answer, &cookie).await;
        let location = decided.headers["location"].to_str().expect("a place");
        let url = url::Url::parse(location).expect("an address");
        assert_eq!(url.fragment(), Some("_=_"));
        url.query_pairs().into_owned().collect()
    }

    async fn exchange(&self, form: Pairs<'_>) -> Reply {
        let mut form = form.to_vec();
        form.extend([("client_id", APP), ("client_secret", SECRET)]);
        self.send("GET", "/graph.facebook.com/v26.0/oauth/access_token", &form, "").await
    }

    /// A short token through Login for Business.
    async fn sign_in_briefly(&self, person: &str) -> String {
        let back = self.dialog(person, &[("config_id", CONFIG)], &[("answer", "allow")]).await;
        let reply = self.exchange(&[("code", &back["code"]), ("redirect_uri", CALLBACK)]).await;
        reply.body["access_token"].as_str().expect("a token").to_owned()
    }

    /// A long token.
    async fn sign_in(&self, person: &str) -> String {
        let short = self.sign_in_briefly(person).await;
        let reply =
            self.exchange(&[("grant_type", "fb_exchange_token"), ("fb_exchange_token", &short)]).await;
        reply.body["access_token"].as_str().expect("a token").to_owned()
    }

    async fn page_token(&self, token: &str, page: &str) -> String {
        let reply = self.get(token, page, &[("fields", "access_token")]).await;
        reply.body["access_token"].as_str().expect("a Page token").to_owned()
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

fn proof(token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    hmac::sign(&key, token.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
