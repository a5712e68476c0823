//! A connector with its simulator, and people who signed in at it.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::access::{AssetRef, AssetType, Level, Principal, Side, Want, Wish};
use crate::app::App;
use crate::clock::Clock;
use crate::connector::{Asset, Connector, Cx, Held};
use crate::http::{Egress, PlatformClient};
use crate::manifest::{AssetFacts, GranteeFacts, Manifest, SignIn};
use crate::page::Cursor;
use crate::random::Random;
use crate::secret::Secret;
use crate::sign_in::{self, Credential, Exchange};
use crate::sim::{Running, Visitor};

/// Nobody listens there: the browser's way back is only looked at.
const BACK: &str = "http://localhost:1/callback/";
/// Pages of a listing before it counts as endless.
const MAX_PAGES: usize = 500;

/// What is tested.
pub struct Subject<'a> {
    connector: &'a dyn Connector,
    manifest: &'a Manifest,
    app: App,
    http: PlatformClient,
    /// For the simulators' controls.
    transport: reqwest::Client,
    clock: Clock,
    held: Vec<Held>,
    people: (String, String),
    sims: &'a Running,
}

impl<'a> Subject<'a> {
    /// Signs in a client's and an agency's person through the simulator's own pages.
    pub async fn sign_in(
        connector: &'a dyn Connector,
        manifest: &'a Manifest,
        sims: &'a Running,
        clock: &Clock,
        people: (&str, &str),
    ) -> Result<Self, String> {
        let app = sims.hub.find_app(&manifest.id).ok_or("the simulator registered no app")?;
        let egress = Egress { all: Some(sims.url.parse().map_err(text)?), ..Egress::default() };
        let transport = PlatformClient::transport().map_err(text)?;
        // Bad answers come by the dozen here, and what counts is how they are understood.
        let http = PlatformClient::new(&transport, &egress, manifest).with_pause(Duration::ZERO);
        let mut subject = Self {
            connector,
            manifest,
            app,
            http,
            transport,
            clock: clock.clone(),
            held: Vec::new(),
            people: (people.0.to_owned(), people.1.to_owned()),
            sims,
        };
        for facts in manifest.sign_ins.iter().filter(|facts| facts.tells.is_none()) {
            for (side, person) in [(Side::Client, people.0), (Side::Agency, people.1)] {
                let credential =
                    subject.walk(facts, side, person).await.map_err(|e| format!("{person}: {e}"))?;
                let connection = format!("{} {}", facts.id, side.as_str());
                subject.held.push(Held { side, connection, sign_in: facts.id.clone(), credential });
            }
        }
        Ok(subject)
    }

    pub(super) async fn walk(&self, facts: &SignIn, side: Side, person: &str) -> Result<Credential, String> {
        let random = Random::system();
        let (state, verifier) = (random.token(), random.token());
        let redirect = format!("{BACK}{}", facts.id);
        let scopes = match side {
            Side::Client => facts.scopes_for(self.manifest.assets.iter().map(|a| a.of.as_str())),
            Side::Agency => facts.scopes_for_agency(),
        };
        let real =
            sign_in::authorize_url(facts, &self.app, &redirect, &state, &verifier, &scopes).map_err(text)?;
        let start = self.http.browser_url(&real).map_err(text)?;
        let visitor = Visitor::staying_at(start.host_str().unwrap_or_default())?;
        let login = visitor.open(start.as_str()).await?;
        let consent = visitor.press(&login, &format!("sim-login-{person}")).await?;
        let back = visitor.press(&consent, "sim-allow").await?.leads_to.ok_or("the consent leads nowhere")?;
        let find = |name: &str| back.query_pairs().find(|(k, _)| k == name).map(|(_, v)| v.into_owned());
        if find("state").as_deref() != Some(state.expose()) {
            return Err("the state came back changed".into());
        }
        let code = Secret::new(find(facts.names.code_back()).ok_or("no code came back")?);
        let with = Exchange { http: &self.http, sign_in: facts, app: &self.app, now: self.clock.now() };
        let short = sign_in::exchange(&with, &code, &redirect, &verifier).await.map_err(text)?;
        sign_in::extend(&with, short).await.map_err(text)
    }

    pub fn connector(&self) -> &dyn Connector {
        self.connector
    }

    pub fn manifest(&self) -> &Manifest {
        self.manifest
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn cx(&self) -> Cx<'_> {
        self.cx_with(&self.held)
    }

    /// The same with other credentials.
    pub fn cx_with<'b>(&'b self, held: &'b [Held]) -> Cx<'b> {
        Cx {
            manifest: self.manifest,
            app: &self.app,
            credentials: held,
            http: &self.http,
            clock: &self.clock,
        }
    }

    pub fn http(&self) -> &PlatformClient {
        &self.http
    }

    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// Every page of a listing; an endless one is a failure.
    pub async fn list(
        &self,
        side: Side,
        of: &AssetType,
        under: Option<&AssetRef>,
    ) -> Result<Vec<Asset>, String> {
        let (mut found, mut at) = (Vec::new(), Cursor(None));
        for _ in 0..MAX_PAGES {
            let page = self.connector.discover(&self.cx(), side, of, under, at).await.map_err(text)?;
            found.extend(page.items);
            match page.next {
                Some(next) => at = next,
                None => return Ok(found),
            }
        }
        Err(format!("the listing of {of} does not end"))
    }

    /// Everything of this type that the client sees inside its containers; people, as the agency sees its own.
    pub async fn list_inside(&self, facts: &AssetFacts) -> Result<Vec<Asset>, String> {
        let side = if self.manifest.is_staff(&facts.of) { Side::Agency } else { Side::Client };
        let Some(parent) = &facts.parent else { return self.list(side, &facts.of, None).await };
        let mut all = Vec::new();
        for container in self.list(side, parent, None).await? {
            all.extend(self.list(side, &facts.of, Some(&container.on)).await?);
        }
        Ok(all)
    }

    /// A wish for the first asset that can be shared and the first grantee that the agency proves.
    pub async fn wish(&self, facts: &AssetFacts, level: Level) -> Result<Wish, String> {
        let grantee = self.manifest.grantees.iter().find(|g| g.after.is_none() && g.takes(&facts.of));
        self.wish_for(facts, level, grantee.ok_or("the manifest names no grantee")?).await
    }

    /// The same for one kind of grantee. Who is proven by nothing is named by an e-mail address.
    pub async fn wish_for(
        &self,
        facts: &AssetFacts,
        level: Level,
        grantee: &GranteeFacts,
    ) -> Result<Wish, String> {
        let free = self.list_inside(facts).await?.into_iter().find(|a| a.blocked().is_none());
        let asset = free.ok_or_else(|| format!("the client has no {} to share", facts.of))?;
        let want = Want::Held { roles: facts.levels[&level].roles.clone(), until: None };
        let Some(container) = grantee.proven_by.as_ref() else {
            let people = self.sims.hub.people();
            let email = people.find(&self.people.1).map(|p| p.email.clone()).ok_or("nobody proves it")?;
            return Ok(Wish { on: asset.on, who: Principal::new(&grantee.kind, email), level, want });
        };
        let own = self.list(Side::Agency, container, None).await?.into_iter().find(|a| a.blocked().is_none());
        let own = own.ok_or("the agency proves no grantee")?;
        let id = own.on.id().ok_or("the grantee has no id")?;
        Ok(Wish { on: asset.on, who: Principal::new(&grantee.kind, id), level, want })
    }

    /// The same wish for one of the people of its grantee.
    pub async fn wish_after(&self, share: &Wish, who: &GranteeFacts) -> Result<Wish, String> {
        let of = who.proven_by.as_ref().ok_or("nothing proves them")?;
        let facts = self.manifest.asset(of).map_err(text)?;
        let own = self.list_inside(facts).await?;
        let own = own.into_iter().find(|a| a.on.parent() == Some(share.who.id.as_str()));
        let own = own.ok_or_else(|| format!("the agency's {} lists no {of}", share.who.kind))?;
        let id = own.on.id().ok_or("listed without an id")?;
        Ok(Wish { who: Principal::new(&who.kind, id).of(own.on.parent()), ..share.clone() })
    }

    /// Who signed in on this side, by the cast's short id.
    pub fn person(&self, side: Side) -> &str {
        match side {
            Side::Client => &self.people.0,
            Side::Agency => &self.people.1,
        }
    }

    /// Does by hand inside the platform what the act says.
    pub fn act(&self, act: &Value) -> Result<(), String> {
        self.sims.hub.act(&serde_json::from_value(act.clone()).map_err(text)?)
    }

    /// The default world again, in which everybody stays signed in.
    pub fn reset(&self) -> Result<(), String> {
        self.sims.hub.reset_to("default")
    }

    /// The ledger from this entry on.
    pub fn ledger_after(&self, seq: u64) -> Vec<Value> {
        let entries = self.sims.hub.ledger.entries_after(seq);
        entries.into_iter().map(|e| serde_json::to_value(e).expect("an entry is JSON")).collect()
    }

    /// The number of the last entry.
    pub fn ledger_end(&self) -> u64 {
        self.ledger_after(0).last().and_then(|e| e.get("seq")?.as_u64()).unwrap_or(0)
    }

    /// Sets the simulator's faults; none ends them.
    pub async fn faults(&self, faults: Value) -> Result<(), String> {
        let url: Url = format!("{}/_sim/faults", self.sims.url).parse().map_err(text)?;
        let answer = self.transport.put(url).json(&faults).send().await.map_err(text)?;
        if answer.status().is_success() { Ok(()) } else { Err(format!("faults: {}", answer.status())) }
    }
}

pub(super) fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}
