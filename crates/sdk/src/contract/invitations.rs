//! Invitations: awaiting, accepted by hand or by us, declined, lapsed, withdrawn. A person who may act by
//! hand is the agency's, whose own account the invitation is for.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::access::{effects, fits, read};
use super::subject::text;
use super::{Outcome, Subject, ensure};
use crate::access::{Entitlement, EntitlementState, Level, Party, Side, Wish};
use crate::connector::Outcome as Answer;
use crate::manifest::{AssetFacts, GranteeFacts, LevelFacts, Method};
use crate::page::Sight;
use crate::reconcile::{Facts, Known, Seen, Standing, Step, reconcile};

/// How long an invitation without an end is watched. Some platforms' sign-ins last 60 days, and the clock goes
/// on through all levels of all types.
const OPEN_DAYS: i64 = 20;

/// Every end that an invitation can come to, one after the other.
///
/// The simulators' clock goes on meanwhile: sign-ins have to outlast it.
pub async fn come_to_every_end(s: &Subject<'_>, facts: &AssetFacts, level: Level) -> Outcome {
    let claims = &facts.levels[&level];
    if claims.method != Method::Invite {
        return Ok(());
    }
    let wish = s.wish(facts, level).await?;
    every_end(Case { s, facts, claims, wish }).await
}

/// The same for a kind of grantee that is given access another way than the level says.
pub async fn come_to_every_end_for(
    s: &Subject<'_>,
    of: &AssetFacts,
    level: Level,
    who: &GranteeFacts,
) -> Outcome {
    let facts = &*s.manifest().facts_for(&of.of, &who.kind).map_err(text)?;
    let claims = &facts.levels[&level];
    if claims.method != Method::Invite {
        return Ok(());
    }
    let wish = s.wish_for(facts, level, who).await?;
    every_end(Case { s, facts, claims, wish }).await
}

async fn every_end(case: Case<'_>) -> Outcome {
    case.is_withdrawn().await.map_err(|e| format!("withdrawn: {e}"))?;
    case.is_declined().await.map_err(|e| format!("declined: {e}"))?;
    case.lapses().await.map_err(|e| format!("lapsed: {e}"))?;
    case.is_accepted_by_hand().await.map_err(|e| format!("accepted by hand: {e}"))?;
    case.is_accepted_by_us().await.map_err(|e| format!("accepted by us: {e}"))?;
    case.s.reset()
}

struct Case<'a> {
    s: &'a Subject<'a>,
    facts: &'a AssetFacts,
    claims: &'a LevelFacts,
    wish: Wish,
}

impl Case<'_> {
    /// Each end begins in the same world: an accepted invitation may leave more behind than it was for.
    fn start_anew(&self) -> Result<u64, String> {
        self.s.reset()?;
        Ok(self.s.ledger_end())
    }

    /// Sends one and reads it back as waiting from every side that can tell for the person invited, open as long as the
    /// manifest says.
    async fn invite(&self) -> Result<Entitlement, String> {
        let s = self.s;
        let start = s.ledger_end();
        let before = read(s, self.claims.verify[0], &self.wish).await?;
        ensure_text(is_over(before.0.as_ref(), s), || "access or an invitation is there before".to_owned())?;
        ensure_text(before.1 == Sight::Full, || format!("full rights do not see: {:?}", before.1))?;
        let first = s.connector().grant(&s.cx(), &self.wish, None).await.map_err(text)?;
        ensure_text(matches!(first, Answer::Pending { by: Party::Invitee, .. }), || {
            format!("an invitation is answered {first:?}")
        })?;
        effects(s, start, &["invite"])?;
        let mut found = None;
        for &side in &self.claims.verify {
            let (row, sight) = read(s, side, &self.wish).await?;
            // A side that is not the best one may see no more than that it cannot tell.
            if row.is_none() && sight != Sight::Full && found.is_some() {
                continue;
            }
            let row = row.ok_or_else(|| format!("the {} side does not see it waiting", side.as_str()))?;
            let EntitlementState::Pending { by: Party::Invitee, expires_at } = row.state else {
                return Err(format!("the {} side reads {:?}", side.as_str(), row.state));
            };
            if let (Some(at), Some(life_s)) = (expires_at, self.facts.native_expiry_s) {
                let off = at.duration_since(s.clock().now() + SignedDuration::from_secs(life_s)).abs();
                ensure_text(off < SignedDuration::from_mins(5), || format!("it is open until {at}"))?;
            }
            found.get_or_insert(row);
        }
        let found = found.ok_or("no side reads it")?;
        let EntitlementState::Pending { expires_at, .. } = &found.state else { return Ok(found) };
        ensure_text(expires_at.is_some() == self.facts.native_expiry_s.is_some(), || {
            format!("the manifest and the best side differ on whether it lapses: {expires_at:?}")
        })?;
        Ok(found)
    }

    async fn is_withdrawn(&self) -> Outcome {
        let start = self.start_anew()?;
        let row = self.invite().await?;
        self.s.connector().revoke(&self.s.cx(), &row).await.map_err(text)?;
        effects(self.s, start, &["invite", "withdraw"])?;
        self.is_gone().await
    }

    async fn is_declined(&self) -> Outcome {
        let start = self.start_anew()?;
        let row = self.invite().await?;
        self.by_hand("decline").await?;
        effects(self.s, start, &["invite", "decline"])?;
        self.is_gone().await?;
        self.is_not_healed(&row, Standing::Declined).await
    }

    async fn lapses(&self) -> Outcome {
        let Some(life_s) = self.facts.native_expiry_s else { return self.stays_open().await };
        let start = self.start_anew()?;
        let row = self.invite().await?;
        let life = SignedDuration::from_secs(life_s);
        self.s.clock().advance(life - SignedDuration::from_mins(1));
        let open = read(self.s, self.claims.verify[0], &self.wish).await?.0;
        ensure!(open.is_some_and(|r| !is_over(Some(&r), self.s)), "it is gone before its time");
        self.s.clock().advance(SignedDuration::from_mins(2));
        let (after, sight) = read(self.s, self.claims.verify[0], &self.wish).await?;
        ensure!(
            is_over(after.as_ref(), self.s) && sight == Sight::Full,
            "it is still open: {after:?} {sight:?}"
        );
        ensure!(self.by_hand("accept").await.is_err(), "it can be accepted after its time");
        effects(self.s, start, &["invite"])?;
        self.is_not_healed(&row, Standing::Lapsed).await
    }

    /// Where the manifest knows no end, it does not end by itself.
    async fn stays_open(&self) -> Outcome {
        self.start_anew()?;
        self.invite().await?;
        self.s.clock().advance(SignedDuration::from_hours(OPEN_DAYS * 24));
        let open = read(self.s, self.claims.verify[0], &self.wish).await?.0;
        ensure!(
            open.is_some_and(|r| !is_over(Some(&r), self.s)),
            "it ended by itself, the manifest does not say so"
        );
        Ok(())
    }

    async fn is_accepted_by_hand(&self) -> Outcome {
        let start = self.start_anew()?;
        self.invite().await?;
        self.by_hand("accept").await?;
        effects(self.s, start, &["invite", "accept"])?;
        self.is_held_then_taken_away(start).await
    }

    async fn is_accepted_by_us(&self) -> Outcome {
        if self.claims.accept.is_empty() {
            return Ok(());
        }
        let start = self.start_anew()?;
        let row = self.invite().await?;
        for &side in &self.claims.accept {
            // Nobody else's credential is needed for a yes.
            let own: Vec<_> = self.s.held().iter().filter(|h| h.side == side).cloned().collect();
            self.s.connector().accept(&self.s.cx_with(&own), &row).await.map_err(text)?;
        }
        effects(self.s, start, &["invite", "accept"])?;
        self.is_held_then_taken_away(start).await
    }

    /// Every side that the manifest names reads it, and it can be taken away.
    async fn is_held_then_taken_away(&self, start: u64) -> Outcome {
        for &side in &self.claims.verify {
            let row = read(self.s, side, &self.wish).await?.0;
            let row = row.ok_or_else(|| format!("the {} side does not read it back", side.as_str()))?;
            fits(self.facts, &self.wish, &row)?;
        }
        if self.claims.revoke.is_empty() {
            return Ok(());
        }
        let row = read(self.s, self.claims.verify[0], &self.wish).await?.0.ok_or("it is gone by itself")?;
        self.s.connector().revoke(&self.s.cx(), &row).await.map_err(text)?;
        effects(self.s, start, &["invite", "accept", "revoke"])?;
        self.is_gone().await?;
        let twice = self.s.connector().revoke(&self.s.cx(), &row).await;
        ensure!(
            twice.as_ref().map_or_else(|e| e.is_definite_refusal(), |_| true),
            "a second revoke is unclear: {twice:?}"
        );
        effects(self.s, start, &["invite", "accept", "revoke"])
    }

    async fn is_gone(&self) -> Outcome {
        let (after, sight) = read(self.s, self.claims.verify[0], &self.wish).await?;
        ensure!(after.is_none() && sight == Sight::Full, "it is not read as gone: {after:?} {sight:?}");
        Ok(())
    }

    /// What the engine decides now, knowing that this invitation was waiting: it is over, and none is sent.
    async fn is_not_healed(&self, row: &Entitlement, standing: Standing) -> Outcome {
        let EntitlementState::Pending { expires_at, .. } = row.state else {
            return Err("it was never waiting".into());
        };
        let known = Known { invited: Some(crate::reconcile::Invitation { expires_at }), ..Known::default() };
        let (now, sight) = read(self.s, self.claims.verify[0], &self.wish).await?;
        let seen = Seen { rows: now.into_iter().collect(), sight };
        let facts = Facts { asset: self.facts, level: self.claims, accepts: &[Party::Invitee] };
        let step = reconcile(&self.wish, &known, &seen, facts, self.s.clock().now());
        ensure!(step == Step::Settled(standing), "afterwards the engine would {step:?}");
        Ok(())
    }

    /// The person invited does this inside the platform.
    async fn by_hand(&self, deed: &str) -> Outcome {
        let id = self.wish.on.id().ok_or("the asset has no id")?;
        let act: Value = json!({
            "person": self.s.person(Side::Agency), "platform": self.s.manifest().id, "do": deed,
            "asset": {"type": self.facts.of, "id": id},
        });
        self.s.act(&act)
    }
}

/// Nothing there, or only what its own time has ended.
fn is_over(row: Option<&Entitlement>, s: &Subject<'_>) -> bool {
    row.is_none_or(|r| match r.state {
        EntitlementState::Pending { expires_at: Some(at), .. } => at <= s.clock().now(),
        _ => false,
    })
}

fn ensure_text(claim: bool, why: impl FnOnce() -> String) -> Outcome {
    if claim { Ok(()) } else { Err(why()) }
}
