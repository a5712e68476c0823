//! The rules of the simulated TikTok, from outside over HTTP. Each test names the rule it checks: `tt_…` those of
//! native flows, the others by the page of TikTok's documentation.

mod creators;
mod front;
mod people;
mod profiles;
mod sharing;

use std::net::SocketAddr;

use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Running, Sims, Simulator};

use super::TiktokSim;

const APP: &str = "7411208846529036305";
const SECRET: &str = "c7d24b0f9e5a4186b3f2a9d0715e8c46f1b07a3d";
const CALLBACK: &str = "http://localhost:8080/callback/tiktok";
const BAKERY: &str = "7101234567890123456";
const CATERING: &str = "7101234567890124557";
const ALDER: &str = "7102233445566778899";
const SPA: &str = "7102233445566779900";
const AGENCY: &str = "7109876543210987654";
const OTHER_AGENCY: &str = "7109900000000000044";
const ACCOUNT: &str = "7093215678901234567";
const SHARED: &str = "7093215678901234890";
const NOAH: &str = "7300000000000000102";
const KIM: &str = "7300000000000000107";

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

impl Reply {
    fn code(&self) -> i64 {
        self.body["code"].as_i64().unwrap_or(-1)
    }

    /// A field of each row of the listing.
    fn column(&self, field: &str) -> Vec<String> {
        let rows = self.body["data"]["list"].as_array().cloned().unwrap_or_default();
        rows.iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
    }
}

async fn rig() -> Rig {
    rig_with(None, 7).await
}

async fn rig_with(file: Option<&std::path::Path>, seed: u64) -> Rig {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let tiktok: Box<dyn Simulator> = Box::new(TiktokSim::default());
    let sims = Sims::new([tiktok]).keep_in(file.map(Into::into));
    let sims = sims.listen(SocketAddr::from(([127, 0, 0, 1], 0)), clock, Random::seeded(seed));
    #[expect(clippy::disallowed_methods, reason = "it visits the simulator on this machine only")]
    let http =
        reqwest::Client::builder().redirect(Policy::none()).tls_certs_only([]).build().expect("a client");
    Rig { sims: sims.await.expect("listens"), http }
}

fn form(pairs: Pairs<'_>) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
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
        let mut act = json!({ "person": person, "platform": "tiktok", "do": deed });
        act.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        self.control("POST", "act", act).await.status
    }

    async fn later(&self, seconds: i64) {
        self.control("PUT", "clock", json!({ "advance_s": seconds })).await;
    }

    /// The default world with a change.
    async fn world(&self, change: impl FnOnce(&mut Value)) -> u16 {
        let mut section = super::world::default_section();
        change(&mut section);
        let world = json!({ "platforms": { "tiktok": section } });
        self.control("POST", "reset", world).await.status
    }

    async fn call(&self, token: &str, method: &str, path: &str, body: Value) -> Reply {
        let path = format!("/business-api.tiktok.com/open_api/v1.3{path}");
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &path, &[("access-token", token), ("content-type", "application/json")], text).await
    }

    async fn get(&self, token: &str, path: &str, query: Pairs<'_>) -> Reply {
        self.call(token, "GET", &format!("{path}?{}", form(query)), Value::Null).await
    }

    async fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        self.call(token, "POST", path, body).await
    }

    /// Answers the consent page as a person, leaving out one scope, and returns what the app gets back.
    async fn consent(
        &self,
        person: &str,
        answer: &str,
        without: &str,
    ) -> std::collections::BTreeMap<String, String> {
        let query = form(&[("app_id", APP), ("redirect_uri", CALLBACK), ("state", "s1")]);
        let body = form(&[("person", person), ("next", &format!("/portal/auth?{query}"))]);
        let login = self.send("POST", "/business-api.tiktok.com/portal/login", &[], body).await;
        assert_eq!(login.status, 303, "{}", login.body);
        let scopes = ["100", "150", "153", "155", "156", "230"].map(|scope| ("scope", scope));
        let kept: Vec<_> = scopes.into_iter().filter(|(_, scope)| *scope != without).collect();
        let body = form(&[&[("answer", answer)], kept.as_slice()].concat());
        let cookie = format!("sim_tiktok_person={person}");
        let decided = self.send("POST", &login.location, &[("cookie", &cookie)], body).await;
        let url = url::Url::parse(&decided.location).expect("an address");
        url.query_pairs().into_owned().collect()
    }

    async fn exchange(&self, code: &str, secret: &str) -> Reply {
        let body = json!({ "app_id": APP, "secret": secret, "auth_code": code });
        self.send(
            "POST",
            "/business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",
            &[],
            body.to_string(),
        )
        .await
    }

    async fn sign_in(&self, person: &str) -> String {
        self.sign_in_without(person, "").await
    }

    async fn sign_in_without(&self, person: &str, scope: &str) -> String {
        let back = self.consent(person, "confirm", scope).await;
        let reply = self.exchange(&back["auth_code"], SECRET).await;
        reply.body["data"]["access_token"].as_str().expect("a token").to_owned()
    }

    async fn add_partner(
        &self,
        token: &str,
        center: &str,
        partner: &str,
        account: &str,
        role: &str,
    ) -> Reply {
        let body = json!({
            "bc_id": center, "partner_id": partner, "asset_type": "ADVERTISER", "asset_ids": [account],
            "advertiser_role": role,
        });
        self.post(token, "/bc/partner/add/", body).await
    }

    /// Ids of ad accounts that a Business Center received.
    async fn received(&self, token: &str, center: &str) -> Vec<String> {
        let filtering = json!({ "relation_type": "OWNER_PARTNER" }).to_string();
        let query = [("bc_id", center), ("asset_type", "ADVERTISER"), ("filtering", &filtering)];
        self.get(token, "/bc/asset/admin/get/", &query).await.column("asset_id")
    }

    /// `operation asset principal roles` for every entry.
    async fn ledger(&self) -> Vec<String> {
        let body = self.send("GET", "/_sim/ledger", &[], String::new()).await.body;
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = body["data"].as_array().expect("a list").iter();
        rows.map(|row| {
            let (asset, principal) = (word(&row["asset"]["id"]), word(&row["principal"]["id"]));
            let roles = row["roles"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join("+");
            format!("{} {asset} {principal} {roles}", word(&row["operation"]))
        })
        .collect()
    }
}
