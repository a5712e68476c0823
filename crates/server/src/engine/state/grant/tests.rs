//! The grant machine as a table: phase × event → phase, and the word people see.

use valetkey_sdk::access::{AssetRef, AssetType, Level, Principal, roles};

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("in range")
}

fn held() -> Wish {
    Wish {
        on: AssetRef::known(&AssetType::new("page"), "1", None),
        who: Principal::new("portfolio", "9"),
        level: Level::View,
        want: Want::Held { roles: roles(["ANALYZE"]), until: None },
    }
}

fn gone(why: Why) -> Wish {
    Wish { want: Want::Gone { why }, ..held() }
}

fn grant(wish: Wish, phase: Phase) -> Grant {
    let authority = match phase {
        Phase::Settled { .. } => Authority::Spent,
        _ => Authority::Unspent,
    };
    Grant { phase, known: Known { authority, ..Known::default() }, ..Grant::approved(wish) }
}

/// One phase of each kind, by name.
fn phases() -> Vec<(&'static str, Phase)> {
    let settled = |rest| Phase::Settled { rest };
    vec![
        ("planned", Phase::Planned),
        ("acting", Phase::Acting { act: Act::Grant }),
        ("waiting", Phase::Waiting { by: Party::Invitee, until: Some(at(900)) }),
        ("needs_action", Phase::NeedsAction { remedy: Remedy::new("x") }),
        ("verifying", Phase::Verifying),
        ("active", settled(Rest::Active)),
        ("drifted", settled(Rest::Drifted(Drift::Lost))),
        ("declined", settled(Rest::Declined)),
        ("unverifiable", Phase::Unverifiable { since: at(0), why: "x".into() }),
        ("stuck", Phase::Stuck { kind: "x".into() }),
    ]
}

/// The kind of phase an event leads to; none when it is refused.
fn led(phase: Phase, event: Event) -> Option<&'static str> {
    let to = next(&grant(held(), phase), event, at(0)).ok()?.0;
    Some(match to.phase {
        Phase::Planned => "planned",
        Phase::Acting { .. } => "acting",
        Phase::Waiting { .. } => "waiting",
        Phase::NeedsAction { .. } => "needs_action",
        Phase::Verifying => "verifying",
        Phase::Settled { rest: Rest::Active } => "active",
        Phase::Settled { rest: Rest::Drifted(_) } => "drifted",
        Phase::Settled { rest: Rest::Declined } => "declined",
        Phase::Settled { .. } => "settled",
        Phase::Unverifiable { .. } => "unverifiable",
        Phase::Stuck { .. } => "stuck",
    })
}

fn forbidden() -> Event {
    Event::Refused(ErrorKind::Forbidden)
}

#[test]
fn every_event_is_decided_in_every_phase() {
    type Decides = fn(&str) -> Option<&'static str>;
    let always: [(Event, &'static str); 8] = [
        (Event::Approve(held()), "planned"),
        (Event::End(Why::Revoked), "planned"),
        (Event::Look(Step::Wait { by: Party::Platform, until: None }, None), "verifying"),
        (Event::Look(Step::Wait { by: Party::Invitee, until: None }, None), "waiting"),
        (Event::Look(Step::Ask(Remedy::new("y")), None), "needs_action"),
        (Event::Look(Step::Settled(Standing::Active), None), "active"),
        (Event::Look(Step::Drifted(Drift::Lost), None), "drifted"),
        (Event::Park("z".into()), "stuck"),
    ];
    for (event, to) in always {
        for (name, phase) in phases() {
            assert_eq!(led(phase, event.clone()), Some(to), "{name}: {event:?}");
        }
    }
    let acts: Decides = |name| match name {
        "planned" | "acting" | "waiting" | "verifying" | "unverifiable" => Some("acting"),
        _ => None,
    };
    let answered: Decides = |name| (name == "acting").then_some("verifying");
    let refused: Decides = |name| (name == "acting").then_some("needs_action");
    let retried: Decides =
        |name| matches!(name, "needs_action" | "stuck" | "unverifiable").then_some("planned");
    let some: [(Event, Decides); 5] = [
        (Event::Begin(Act::Grant), acts),
        (Event::Taken, answered),
        (Event::Unknown, answered),
        (forbidden(), refused),
        (Event::Retry, retried),
    ];
    for (event, decides) in some {
        for (name, phase) in phases() {
            assert_eq!(led(phase, event.clone()), decides(name), "{name}: {event:?}");
        }
    }
}

#[test]
fn what_waits_for_a_person_or_rests_does_not_act_by_itself() {
    let want = Event::Look(Step::Act(Act::Grant), None);
    for (name, phase) in phases() {
        let stays = matches!(phase, Phase::NeedsAction { .. } | Phase::Settled { .. });
        assert_eq!(led(phase, want.clone()), stays.then_some(name), "{name}");
    }
}

#[test]
fn spent_authority_begins_nothing() {
    let mut spent = grant(held(), Phase::Verifying);
    spent.known.authority = Authority::Spent;
    assert!(next(&spent, Event::Begin(Act::Grant), at(0)).is_err());
    let (ending, _) =
        next(&spent, Event::End(Why::Revoked), at(0)).expect("taking away is its own authority");
    assert!(next(&ending, Event::Begin(Act::Revoke), at(0)).is_ok());
}

#[test]
fn the_first_verification_records_the_baseline_and_spends_the_approval() {
    let proof = Proof { at: at(5), by: Side::Client, roles: roles(["ANALYZE", "MORE"]) };
    let acting = grant(held(), Phase::Acting { act: Act::Grant });
    let (active, told) =
        next(&acting, Event::Look(Step::Settled(Standing::Active), Some(proof.clone())), at(5))
            .expect("taken");
    assert_eq!(active.known.baseline, Some(roles(["ANALYZE", "MORE"])));
    assert_eq!((active.known.authority, active.granted_at), (Authority::Spent, Some(at(5))));
    assert_eq!(told, [Effect::Emit("grant.verified"), Effect::Look(at(5) + NIGHTLY)]);
    let later = Proof { at: at(9), roles: roles(["ANALYZE"]), ..proof };
    let (again, told) =
        next(&active, Event::Look(Step::Settled(Standing::Active), Some(later)), at(9)).expect("taken");
    assert_eq!(again.known.baseline, Some(roles(["ANALYZE", "MORE"])), "the baseline stays");
    assert_eq!(told, [Effect::Look(at(9) + NIGHTLY)], "told once");
}

#[test]
fn a_rate_limit_is_no_try_and_waits_as_long_as_it_is_told() {
    let (acting, _) = next(&Grant::approved(held()), Event::Begin(Act::Grant), at(0)).expect("unspent");
    let limited = Event::Refused(ErrorKind::RateLimited { until: at(600) });
    let (waits, told) = next(&acting, limited, at(1)).expect("taken");
    assert_eq!((waits.word(), told), ("queued", vec![Effect::Look(at(600))]));
    assert_eq!(waits.known.intent.map(|i| (i.tries, i.answer)), Some((0, Answer::Refused)));
}

#[test]
fn every_grant_that_is_not_over_is_looked_at_again() {
    let looks = [
        Event::Look(Step::Wait { by: Party::Platform, until: Some(at(60)) }, None),
        Event::Look(Step::Wait { by: Party::Invitee, until: None }, None),
        Event::Look(Step::Ask(Remedy::new("y")), None),
        Event::Look(Step::Settled(Standing::Active), None),
        Event::Look(Step::Drifted(Drift::Lowered), None),
        Event::Look(Step::CannotTell("x".into()), None),
        Event::Blind(ErrorKind::Temporary, "x".into()),
        Event::Blind(ErrorKind::Forbidden, "x".into()),
        Event::Blind(ErrorKind::RateLimited { until: at(9) }, "x".into()),
    ];
    for event in looks {
        for (name, phase) in phases() {
            let (_, effects) = next(&grant(held(), phase), event.clone(), at(0)).expect("taken");
            assert!(effects.iter().any(|e| matches!(e, Effect::Look(_))), "{name}: {event:?}");
        }
    }
}

#[test]
fn the_word_says_how_it_stands() {
    let words = |wish: &dyn Fn() -> Wish| -> Vec<_> {
        phases().into_iter().map(|(_, phase)| grant(wish(), phase).word()).collect()
    };
    let rest = ["needs_action", "verifying", "active", "drifted", "declined", "unverifiable", "failed"];
    assert_eq!(words(&held), [&["queued", "working", "awaiting_acceptance"][..], &rest].concat());
    let ended = |rest| grant(gone(rest), Phase::Settled { rest: Rest::Gone }).word();
    assert_eq!(ended(Why::Revoked), "revoked");
    assert_eq!(ended(Why::Expired), "expired");
    assert_eq!(ended(Why::Cancelled), "cancelled");
    assert_eq!(grant(gone(Why::Expired), Phase::Planned).word(), "expiring");
    assert_eq!(grant(gone(Why::Revoked), Phase::Acting { act: Act::Revoke }).word(), "working");
}
