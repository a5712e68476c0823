//! One job, one grant: observe, decide, act at most a few times, record.

use std::borrow::Cow;

use jiff::SignedDuration;
use serde_json::json;
use valetkey_sdk::access::{AssetRef, EntitlementState, Party, Path, Side, Want};
use valetkey_sdk::connector::{Connector, Cx, Outcome};
use valetkey_sdk::http::{PlatformClient, Quota};
use valetkey_sdk::manifest::{AssetFacts, LevelFacts, Serialize};
use valetkey_sdk::point;
use valetkey_sdk::reconcile::{Act, Facts, Known, Step, reconcile};
use valetkey_sdk::{Error, ErrorKind};

use super::MAX_ATTEMPTS;
use super::lanes::Lanes;
use super::observe::{Observed, observe};
use super::sides::{self, Sides, SidesError};
use super::staff;
use super::state::Effect;
use super::state::grant::{self, Event, Grant, Proof};
use super::{card, limits, record};
use crate::defence;
use crate::desk::Desk;
use crate::ids::GrantId;
use crate::store::grants::GrantRow;
use crate::store::jobs::{Job, Lease};
use crate::store::turns::Turn;
use crate::store::{StoreError, Write};

/// One job acts at most this often: take away and give again.
const MAX_ACTS: usize = 2;
/// A call is sent within this time after its intent, or not at all: the process may have stood still.
const MAX_PAUSE: SignedDuration = SignedDuration::from_secs(5);
/// With less than this left of its lease no job begins, and one that waits for its turn is given back.
const MIN_LEASE_MS: i64 = 60_000;
/// While another node changes what must be changed one at a time, this is when to ask again.
const TURN_MS: i64 = 500;

/// What becomes of a job that did not come to its record.
#[derive(Debug)]
pub enum JobError {
    /// The grant was changed meanwhile: at once again, from the start.
    Stale,
    Retry(String),
    Poison(String),
}

impl From<StoreError> for JobError {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Stale(_) => Self::Stale,
            other => Self::Retry(other.to_string()),
        }
    }
}

impl From<SidesError> for JobError {
    fn from(e: SidesError) -> Self {
        match e {
            SidesError::NoPlatform(_) => Self::Poison(e.to_string()),
            _ => Self::Retry(e.to_string()),
        }
    }
}

pub async fn look(desk: &Desk, lanes: &Lanes, job: &Job, lease: &Lease) -> Result<(), JobError> {
    let id = GrantId::from_text(&job.subject_id);
    let Some((row, connections)) = desk.store.find_grant_with_connections(&job.scope, &id).await? else {
        desk.store.commit(point!("no grant"), &job.scope, vec![Write::Finish(lease.clone(), None)]).await?;
        return Ok(());
    };
    let grant = found(desk, &row).map_err(JobError::Poison)?;
    if grant.is_by_hand() {
        return by_hand(desk, job, lease, &row, &grant).await;
    }
    let known = match staff::turn(desk, &job.scope, &row, &grant).await? {
        staff::Turn::Look => None,
        staff::Turn::Known(event) => Some(event),
        staff::Turn::Later(at) => {
            return Ok(desk
                .store
                .commit(point!("follow later"), &job.scope, vec![Write::Finish(lease.clone(), at)])
                .await?);
        }
    };
    let sides = sides::with(desk, &job.scope, &row, connections).await?;
    let lane = lane_key(&sides, &row);
    // First what must not be changed in parallel, so that nobody holds a turn of the lane while waiting for it.
    let key = alone_key(&sides, &row, &grant, &lane);
    let until = job.lease_until - MIN_LEASE_MS;
    let Some(_alone) = lanes.turn(&key, 1, until).await else { return give_back(desk, job, lease).await };
    let width = sides.platform.manifest.parallel;
    let Some(_turn) = lanes.turn(&lane, width, until).await else { return give_back(desk, job, lease).await };
    if desk.now_ms() > until {
        return give_back(desk, job, lease).await;
    }
    let Some(turn) = desk.store.find_turn(key, desk.now_ms()).await? else {
        let later = Write::Finish(lease.clone(), Some(desk.now_ms() + TURN_MS));
        return Ok(desk.store.commit(point!("wait for turn"), &job.scope, vec![later]).await?);
    };
    let platform = &sides.platform.manifest.id;
    let own = Quota::connection(platform, &lane);
    if known.is_none()
        && let Some(at) = limits::take_turn(desk, &[Quota::app(platform), own.clone()]).await?
    {
        let later = Write::Finish(lease.clone(), Some(at.as_millisecond()));
        return Ok(desk.store.commit(point!("wait for limit"), &job.scope, vec![later]).await?);
    }
    let look = Look { desk, own, turn, job, lease, row, grant, sides: &sides, inherited: Vec::new() };
    match known {
        Some(event) => look.conclude(event, "grant.followed", Vec::new()).await,
        None => look.run().await,
    }
}

/// Its turn did not come in time: as if it had not been taken.
async fn give_back(desk: &Desk, job: &Job, lease: &Lease) -> Result<(), JobError> {
    Ok(desk.store.give_back_job(&job.scope, lease.clone()).await?)
}

/// What a person attested is not read anywhere. Only its end can be due.
async fn by_hand(
    desk: &Desk,
    job: &Job,
    lease: &Lease,
    row: &GrantRow,
    grant: &Grant,
) -> Result<(), JobError> {
    let until = grant.until();
    if until.is_none_or(|at| at > desk.clock.now()) {
        let next = until.map(|at| at.as_millisecond());
        return Ok(desk
            .store
            .commit(point!("by hand waits"), &job.scope, vec![Write::Finish(lease.clone(), next)])
            .await?);
    }
    let ended = grant::next(grant, Event::End(valetkey_sdk::access::Why::Expired), desk.clock.now());
    let (to, effects) = ended.map_err(|e| JobError::Poison(e.to_string()))?;
    let mut writes = vec![Write::Finish(lease.clone(), None)];
    writes.extend(record::writes(desk, row, &to, &effects, "grant.ended", json!({})));
    let then = card::after(desk);
    Ok(desk.store.commit_then(point!("by hand ends"), &job.scope, writes, row.item_id.clone(), then).await?)
}

/// Says at the grant that its job is set aside, where its state can still be read.
pub async fn set_aside(desk: &Desk, job: &Job, lease: &Lease, why: &str) -> Result<(), StoreError> {
    let id = GrantId::from_text(&job.subject_id);
    let Some(row) = desk.store.find_grant(&job.scope, &id).await? else { return Ok(()) };
    let Ok(grant) = record::read(&row) else { return Ok(()) };
    let Ok((to, effects)) = grant::next(&grant, Event::Park(why.to_owned()), desk.clock.now()) else {
        return Ok(());
    };
    let mut writes = vec![Write::Hold(lease.clone())];
    writes.extend(record::writes(desk, &row, &to, &effects, "grant.set_aside", json!({"why": why})));
    desk.store
        .commit_then(point!("set aside"), &job.scope, writes, row.item_id.clone(), card::after(desk))
        .await
}

/// A grant as this process finds it.
fn found(desk: &Desk, row: &GrantRow) -> Result<Grant, String> {
    let grant = record::read(row)?;
    Ok(match desk.only_run() {
        Some(run) => grant.found_in(run),
        None => grant,
    })
}

fn lane_key(sides: &Sides<'_>, row: &GrantRow) -> String {
    let side = if row.is_share() { Side::Client } else { Side::Agency };
    sides.connection(side).map_or_else(|| row.id.to_string(), |c| c.id.to_string())
}

/// What this grant shares with those that must not be changed at the same time.
fn alone_key(sides: &Sides<'_>, row: &GrantRow, grant: &Grant, lane: &str) -> String {
    let facts = sides.platform.manifest.find_asset(grant.wish.on.of());
    let serialize = facts.map_or(Serialize::Asset, |f| f.serialize);
    let by = match (serialize, grant.wish.on.parent()) {
        (Serialize::Connection, _) => format!("connection {lane}"),
        (Serialize::Parent, Some(parent)) => format!("parent {parent}"),
        _ => format!("asset {} {}", row.asset_type, row.asset_id),
    };
    format!("alone {} {by}", row.platform)
}

struct Look<'a> {
    desk: &'a Desk,
    /// The limits of the person whose grant it is.
    own: Quota,
    /// Read before the platform was: nobody changes it between that and our act.
    turn: Turn,
    job: &'a Job,
    lease: &'a Lease,
    row: GrantRow,
    grant: Grant,
    sides: &'a Sides<'a>,
    /// What the grantee's access also flows from: taking away what is held directly leaves that.
    inherited: Vec<AssetRef>,
}

impl Look<'_> {
    async fn run(mut self) -> Result<(), JobError> {
        let platform = self.sides.platform;
        let Some(connector) = platform.connector.clone() else {
            return Err(JobError::Poison(format!("{} has guided steps only", platform.manifest.id)));
        };
        let wish = &self.grant.wish;
        let asset = platform.manifest.facts_for(wish.on.of(), &wish.who.kind);
        let asset = &*asset.map_err(|e| JobError::Poison(e.to_string()))?;
        self.end_if_over();
        let cx = self.sides.cx(self.desk);
        for _ in 0..=MAX_ACTS {
            match self.decide(connector.as_ref(), &cx, asset).await {
                Ok((Step::Act(act), observed)) => {
                    let Ok(begun) = self.next(Event::Begin(act)) else {
                        return self
                            .conclude(Event::Look(Step::Act(act), None), "grant.looked", observed.refused)
                            .await;
                    };
                    self.intend(begun, act).await?;
                    if !self.is_in_time() && defence::late_calls() {
                        return Err(JobError::Stale);
                    }
                    let answer = act_once(connector.as_ref(), &cx, &self.grant, act, &observed).await;
                    let mut refused = observed.refused.clone();
                    let by_act = answer.as_ref().err().map(|e| refused_side(e, &cx)).unwrap_or_default();
                    refused.extend(by_act.into_iter().filter(|side| !observed.refused.contains(side)));
                    if let Some(refusal) = self.learn(answer) {
                        return self.conclude(refusal, "grant.refused", refused).await;
                    }
                }
                Ok((step, observed)) => {
                    let flows = observed.seen.rows.iter().filter_map(|r| match &r.path {
                        Path::Inherited(from) => Some(from.clone()),
                        Path::Direct => None,
                    });
                    self.inherited = flows.collect();
                    let proof = self.proof(asset, &observed);
                    return self.conclude(Event::Look(step, proof), "grant.looked", observed.refused).await;
                }
                Err(e) if !e.is_definite_refusal() && self.is_quiet() => {
                    if self.job.attempts < MAX_ATTEMPTS {
                        return Err(JobError::Retry(e.to_string()));
                    }
                    let silent = Event::Silent(e.to_string());
                    return self.conclude(silent, "grant.unreadable", Vec::new()).await;
                }
                Err(e) => {
                    let refused = refused_side(&e, &cx);
                    let why = e.to_string();
                    return self.conclude(Event::Blind(e.kind, why), "grant.unreadable", refused).await;
                }
            }
        }
        Err(JobError::Retry("the platform takes the calls, but the access does not come to rest".into()))
    }

    /// Access whose time is up ends by the same loop.
    fn end_if_over(&mut self) {
        if self.grant.until().is_some_and(|at| at <= self.desk.clock.now())
            && let Ok((ended, _)) = self.next(Event::End(valetkey_sdk::access::Why::Expired))
        {
            self.grant = ended;
        }
    }

    async fn decide(
        &self,
        connector: &dyn Connector,
        cx: &Cx<'_>,
        asset: &AssetFacts,
    ) -> valetkey_sdk::Result<(Step, Observed)> {
        let wish = &self.grant.wish;
        let level = asset
            .levels
            .get(&wish.level)
            .ok_or_else(|| Error::unexpected(format!("{} has no level {}", asset.of, wish.level.as_str())))?;
        // What is seen is as old as the reading's begin: the process may have stood still since.
        let begun = self.desk.clock.now();
        let observed = observe(connector, cx, wish, level).await?;
        let accepts: Vec<_> = cx.credentials.iter().flat_map(|h| says_yes(h.side, level)).collect();
        let facts = Facts { asset, level, accepts: &accepts };
        let step = reconcile(wish, &self.known(), &observed.seen, facts, begun);
        Ok((step, observed))
    }

    /// What is known; less of it in a build without one of these defences.
    fn known(&self) -> Cow<'_, Known> {
        let mut known = Cow::Borrowed(&self.grant.known);
        if !defence::observe_before_retry() {
            known.to_mut().intent = None;
        }
        if !defence::spent_authority() {
            let intent = known.intent.clone();
            known = Cow::Owned(Known { intent, ..Known::default() });
        }
        known
    }

    /// Commits the intent before the call.
    async fn intend(&mut self, begun: (Grant, Vec<Effect>), act: Act) -> Result<(), JobError> {
        let (mut to, effects) = begun;
        to.known.begun_in = self.desk.only_run().map(|run| run.name.clone());
        if !defence::intent_first() {
            self.grant = to;
            return Ok(());
        }
        let mut writes = vec![if defence::turns() {
            Write::TakeTurn(self.turn.clone(), self.lease.clone(), self.desk.now_ms())
        } else {
            Write::Hold(self.lease.clone())
        }];
        writes.extend(record::writes(
            self.desk,
            &self.row,
            &to,
            &effects,
            "grant.intended",
            json!({"act": act}),
        ));
        self.desk.store.commit(point!("intend"), &self.job.scope, writes).await?;
        self.row = record::row_with(&self.row, &to, self.desk.clock.now());
        self.row.rev += 1;
        self.turn.taken += 1;
        self.grant = to;
        Ok(())
    }

    /// The call would be over while the intent is fresh and the lease still ours. Another node may act else.
    fn is_in_time(&self) -> bool {
        let now = self.desk.clock.now();
        let begun = self.grant.known.intent.as_ref().map(|i| i.at);
        let deadline = i64::try_from(PlatformClient::DEADLINE.as_millis()).unwrap_or(i64::MAX);
        begun.is_some_and(|at| now <= at - grant::UNDER_WAY + MAX_PAUSE)
            && now.as_millisecond() + deadline <= self.job.lease_until
    }

    /// Keeps what the answer says; a definite refusal comes back as the event that ends the look.
    fn learn(&mut self, answer: valetkey_sdk::Result<Outcome>) -> Option<Event> {
        let event = match answer {
            Ok(Outcome::Pending { expires_at, .. }) => Event::Invited(expires_at),
            Ok(Outcome::Taken | Outcome::Already) => Event::Taken,
            // Gone already is what removing wants: reading tells.
            Err(e) if e.kind == ErrorKind::NotFound && self.is_ending() => Event::Taken,
            Err(e) if e.is_definite_refusal() => return Some(Event::Refused(e.kind)),
            Err(e) => {
                tracing::warn!(grant = %self.row.id, error = %e, "the outcome is unknown: reading will tell");
                Event::Unknown
            }
        };
        if let Ok((to, _)) = self.next(event) {
            self.grant = to;
        }
        None
    }

    /// State, audit record, events, card, request and next look in one transaction.
    async fn conclude(self, event: Event, action: &str, refused: Vec<Side>) -> Result<(), JobError> {
        if let Event::Refused(ErrorKind::RateLimited { until })
        | Event::Blind(ErrorKind::RateLimited { until }, _) = &event
        {
            self.desk.budget.stop(&self.own, *until);
        }
        let (to, effects) = self.next(event).map_err(|e| JobError::Poison(e.to_string()))?;
        let mut writes = vec![Write::Finish(self.lease.clone(), record::next_look(&effects))];
        let mut data = json!({"verified_by": to.proof.as_ref().map(|p| p.by)});
        if !self.inherited.is_empty() {
            data["inherited_from"] = json!(self.inherited);
        }
        writes.extend(record::writes(self.desk, &self.row, &to, &effects, action, data));
        for side in refused {
            let request = Some(&self.row.request_id);
            let told = self.sides.connection(side).map(|c| sides::needs_sign_in(self.desk, c, request));
            writes.extend(told.into_iter().flatten());
        }
        writes.extend(staff::release(self.desk, &self.job.scope, &self.row, &to).await?);
        let then = card::after(self.desk);
        self.desk
            .store
            .commit_then(point!("conclude"), &self.job.scope, writes, self.row.item_id.clone(), then)
            .await?;
        Ok(())
    }

    fn next(&self, event: Event) -> Result<(Grant, Vec<Effect>), super::state::Refused> {
        grant::next(&self.grant, event, self.desk.clock.now())
    }

    fn proof(&self, asset: &AssetFacts, observed: &Observed) -> Option<Proof> {
        let on = &self.grant.wish.on;
        let row = observed
            .seen
            .rows
            .iter()
            .find(|r| r.path == Path::Direct && r.state == EntitlementState::Active && r.on.is(on))?;
        Some(Proof { at: self.desk.clock.now(), by: observed.by, roles: asset.closure(&row.roles) })
    }

    fn is_ending(&self) -> bool {
        matches!(self.grant.wish.want, Want::Gone { .. })
    }

    /// Nothing was learnt in this look that has to be written down.
    fn is_quiet(&self) -> bool {
        found(self.desk, &self.row).is_ok_and(|before| before == self.grant)
    }
}

/// One effectful call.
async fn act_once(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    grant: &Grant,
    act: Act,
    observed: &Observed,
) -> valetkey_sdk::Result<Outcome> {
    let row = observed.seen.rows.iter().find(|r| r.path == Path::Direct && r.on.is(&grant.wish.on));
    match (act, row) {
        (Act::Grant, row) => connector.grant(cx, &grant.wish, row).await,
        (Act::Accept, Some(row)) => connector.accept(cx, row).await,
        (Act::Revoke, Some(row)) => connector.revoke(cx, row).await,
        (Act::Accept | Act::Revoke, None) => Err(Error::unexpected("nothing was seen to act on")),
    }
}

/// Whose yes this side's credential gives. The agency's is that of whoever proved the grantee, so it is the
/// invited person's own where the manifest says that it can accept.
fn says_yes(side: Side, level: &LevelFacts) -> Vec<Party> {
    match side {
        Side::Agency if level.accept.contains(&side) => vec![Party::AgencyAdmin, Party::Invitee],
        Side::Agency => vec![Party::AgencyAdmin],
        Side::Client => Vec::new(),
    }
}

fn refused_side(e: &Error, cx: &Cx<'_>) -> Vec<Side> {
    match &e.kind {
        ErrorKind::Reauthorize { side, .. } if cx.credentials.iter().any(|h| h.side == *side) => vec![*side],
        _ => Vec::new(),
    }
}
