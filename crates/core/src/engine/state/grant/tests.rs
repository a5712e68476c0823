//! The grant machine as a table: phase × event → phase, and the word people see.

mod after_restart;
mod after_restore;
mod by_hand;
mod memory;
mod share;

use valetkey_sdk::access::{AssetRef, AssetType, Level, Principal, roles};
use valetkey_sdk::reconcile::{Standing, Step};

use super::staff::{GRACE, Share};
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
        ("not_yet", Phase::NotYet),
        ("planned", Phase::Planned),
        ("acting", Phase::Acting { act: Act::Grant }),
        ("waiting", Phase::Waiting { by: Party::Invitee, until: Some(at(900)) }),
        ("needs_action", Phase::NeedsAction { remedy: Remedy::new("x") }),
        ("verifying", Phase::Verifying),
        ("active", settled(Rest::Active)),
        ("attested", settled(Rest::Attested)),
        ("drifted", settled(Rest::Drifted(Drift::Lost))),
        ("declined", settled(Rest::Declined)),
        ("lapsed", settled(Rest::Lapsed)),
        ("gone", settled(Rest::Gone)),
        ("unverifiable", Phase::Unverifiable { since: at(0), why: "x".into() }),
        ("stuck", Phase::Stuck { kind: "x".into() }),
    ]
}

/// The kind of phase an event leads to; none when it is refused.
fn led(phase: Phase, event: Event) -> Option<&'static str> {
    let to = next(&grant(held(), phase), event, at(0)).ok()?.0;
    Some(match to.phase {
        Phase::NotYet => "not_yet",
        Phase::Planned => "planned",
        Phase::Acting { .. } => "acting",
        Phase::Waiting { .. } => "waiting",
        Phase::NeedsAction { .. } => "needs_action",
        Phase::Verifying => "verifying",
        Phase::Settled { rest: Rest::Active } => "active",
        Phase::Settled { rest: Rest::Attested } => "attested",
        Phase::Settled { rest: Rest::Drifted(_) } => "drifted",
        Phase::Settled { rest: Rest::Declined } => "declined",
        Phase::Settled { rest: Rest::Lapsed } => "lapsed",
        Phase::Settled { rest: Rest::Gone } => "gone",
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
    let always: [(Event, &'static str); 12] = [
        (Event::Approve(held()), "planned"),
        (Event::End(Why::Revoked), "planned"),
        (Event::Look(Step::Wait { by: Party::Platform, until: None }, None), "verifying"),
        (Event::Look(Step::Wait { by: Party::Invitee, until: None }, None), "waiting"),
        (Event::Look(Step::Ask(Remedy::new("y")), None), "needs_action"),
        (Event::Look(Step::Settled(Standing::Active), None), "active"),
        (Event::Look(Step::Settled(Standing::Gone), None), "gone"),
        (Event::Look(Step::Settled(Standing::Declined), None), "declined"),
        (Event::Look(Step::Settled(Standing::Lapsed), None), "lapsed"),
        (Event::Look(Step::Drifted(Drift::Lost), None), "drifted"),
        (Event::Look(Step::CannotTell("z".into()), None), "unverifiable"),
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
    let silent: Decides = |name| match name {
        "needs_action" => Some("needs_action"),
        "stuck" => Some("stuck"),
        _ => Some("unverifiable"),
    };
    let starts: Decides = |name| (name == "not_yet").then_some("planned");
    // What was read there stays known; what is not done yet begins with a read.
    let restored: Decides = |name| match name {
        "not_yet" => Some("not_yet"),
        "active" => Some("active"),
        "attested" => Some("attested"),
        "drifted" => Some("drifted"),
        "declined" => Some("declined"),
        "lapsed" => Some("lapsed"),
        "gone" => Some("gone"),
        _ => Some("planned"),
    };
    let some: [(Event, Decides); 12] = [
        (Event::Restore, restored),
        (Event::Follow(Share::Held), starts),
        (Event::Follow(Share::Ending(Why::Expired)), |_| Some("planned")),
        (Event::Follow(Share::Gone(Why::Revoked)), |_| Some("gone")),
        (Event::Follow(Share::Open), |_| None),
        (Event::Silent("z".into()), silent),
        (Event::Begin(Act::Grant), acts),
        (Event::Taken, answered),
        (Event::Invited(None), answered),
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
        let stays = matches!(phase, Phase::NeedsAction { .. } | Phase::Settled { .. } | Phase::Stuck { .. });
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
        Event::Silent("x".into()),
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
    let table = |first: [&'static str; 4], fourth: &'static str, over: &'static str| -> Vec<&'static str> {
        let rest =
            [fourth, "active", "attested", "drifted", "declined", "lapsed", over, "unverifiable", "failed"];
        [&first[..], &["needs_action"], &rest].concat()
    };
    assert_eq!(
        words(&held),
        table(["queued", "queued", "working", "awaiting_acceptance"], "verifying", "revoked")
    );
    for (why, moving, over) in [
        (Why::Revoked, "working", "revoked"),
        (Why::Cancelled, "working", "cancelled"),
        (Why::Expired, "expiring", "expired"),
    ] {
        let wish = || gone(why);
        assert_eq!(
            words(&wish),
            table([moving, moving, moving, "awaiting_acceptance"], moving, over),
            "{why:?}"
        );
    }
    let ended = |rest| grant(gone(rest), Phase::Settled { rest: Rest::Gone }).word();
    assert_eq!(ended(Why::Revoked), "revoked");
    assert_eq!(ended(Why::Expired), "expired");
    assert_eq!(ended(Why::Cancelled), "cancelled");
    assert_eq!(grant(gone(Why::Expired), Phase::Planned).word(), "expiring");
    assert_eq!(grant(gone(Why::Revoked), Phase::Acting { act: Act::Revoke }).word(), "working");
}

#[test]
fn a_read_that_fails_is_mended_by_a_person_only_where_nothing_can_be_there() {
    let blind = |g: &Grant, kind| next(g, Event::Blind(kind, "x".into()), at(7)).expect("taken");
    let lost = || ErrorKind::Reauthorize { side: Side::Client, sign_in: "x".into() };
    let planned = grant(held(), Phase::Planned);
    let (asks, told) = blind(&planned, lost());
    assert_eq!(asks.word(), "needs_action");
    assert_eq!(told, [Effect::Emit("grant.needs_action"), Effect::Look(at(7) + NIGHTLY)]);
    let (again, told) = blind(&asks, lost());
    assert_eq!((again.word(), told), ("needs_action", vec![Effect::Look(at(7) + NIGHTLY)]), "told once");

    let answered = |answer| {
        let mut g = grant(held(), Phase::Verifying);
        g.known.intent = Some(Intent { act: Act::Grant, at: at(0), tries: 1, answer });
        blind(&g, lost()).0.word()
    };
    assert_eq!(answered(Answer::Refused), "needs_action", "the platform refused it: nothing is there");
    assert_eq!(answered(Answer::Unknown), "unverifiable");
    assert_eq!(answered(Answer::Taken), "unverifiable");
    let mut proven = planned.clone();
    proven.proof = Some(Proof { at: at(3), by: Side::Client, roles: roles(["ANALYZE"]) });
    let (since, _) = blind(&proven, lost());
    assert_eq!(since.phase, Phase::Unverifiable { since: at(3), why: "x".into() }, "since the last proof");

    let (same, told) = blind(&planned, ErrorKind::Temporary);
    assert_eq!((same, told), (planned.clone(), vec![Effect::Look(at(7) + AGAIN)]), "read again soon");
    let (same, told) = blind(&planned, ErrorKind::RateLimited { until: at(600) });
    assert_eq!((same, told), (planned, vec![Effect::Look(at(600))]));
}

#[test]
fn what_nobody_can_read_is_looked_at_sooner_while_something_is_wished() {
    let look = |g: &Grant| next(g, Event::Look(Step::CannotTell("x".into()), None), at(0)).expect("taken").1;
    assert_eq!(look(&grant(held(), Phase::Planned)), [Effect::Look(at(0) + WATCHFUL)]);
    let active = grant(held(), Phase::Settled { rest: Rest::Active });
    assert_eq!(look(&active), [Effect::Look(at(0) + NIGHTLY)]);
}

#[test]
fn asking_a_person_is_told_once_and_read_ever_more_calmly() {
    let ask = || Event::Look(Step::Ask(Remedy::new("y")), None);
    let (asks, told) = next(&grant(held(), Phase::Verifying), ask(), at(0)).expect("taken");
    assert_eq!(told, [Effect::Emit("grant.needs_action"), Effect::Look(at(0) + PATIENT)]);
    let (_, told) = next(&asks, ask(), at(9)).expect("taken");
    assert_eq!(told, [Effect::Look(at(9) + NIGHTLY)]);
}

#[test]
fn drift_is_told_once_and_recovery_is_told() {
    let active = grant(held(), Phase::Settled { rest: Rest::Active });
    let lost = || Event::Look(Step::Drifted(Drift::Lost), None);
    let (drifted, told) = next(&active, lost(), at(0)).expect("taken");
    assert_eq!(told, [Effect::Emit("grant.drifted"), Effect::Look(at(0) + NIGHTLY)]);
    assert_eq!(next(&drifted, lost(), at(0)).expect("taken").1, [Effect::Look(at(0) + NIGHTLY)]);
    let back = Event::Look(Step::Settled(Standing::Active), None);
    let (_, told) = next(&drifted, back, at(0)).expect("taken");
    assert_eq!(told, [Effect::Emit("grant.recovered"), Effect::Look(at(0) + NIGHTLY)]);
}

#[test]
fn every_end_has_its_own_event_and_no_further_look() {
    for (why, kind) in
        [(Why::Revoked, "grant.revoked"), (Why::Cancelled, "grant.revoked"), (Why::Expired, "grant.expired")]
    {
        let ending = grant(gone(why), Phase::Verifying);
        let (_, told) =
            next(&ending, Event::Look(Step::Settled(Standing::Gone), None), at(0)).expect("taken");
        assert_eq!(told, [Effect::Emit(kind)]);
    }
    for (standing, kind) in [(Standing::Declined, "grant.declined"), (Standing::Lapsed, "grant.lapsed")] {
        let waiting = grant(held(), Phase::Waiting { by: Party::Invitee, until: None });
        let (_, told) = next(&waiting, Event::Look(Step::Settled(standing), None), at(0)).expect("taken");
        assert_eq!(told, [Effect::Emit(kind)]);
    }
}

#[test]
fn ending_twice_is_refused_unless_somebody_gave_it_again() {
    for (name, phase) in phases() {
        let ends = next(&grant(gone(Why::Revoked), phase), Event::End(Why::Revoked), at(0));
        assert_eq!(ends.is_ok(), name == "drifted", "{name}");
    }
}

#[test]
fn access_with_an_end_is_looked_at_when_it_ends() {
    let until = at(0) + SignedDuration::from_hours(3);
    let wish = Wish { want: Want::Held { roles: roles(["ANALYZE"]), until: Some(until) }, ..held() };
    let acting = grant(wish, Phase::Acting { act: Act::Grant });
    let (_, told) = next(&acting, Event::Look(Step::Settled(Standing::Active), None), at(0)).expect("taken");
    assert_eq!(told, [Effect::Emit("grant.verified"), Effect::Look(until)]);
}

#[test]
fn setting_aside_is_told_once() {
    let (aside, told) = next(&grant(held(), Phase::Planned), Event::Park("x".into()), at(0)).expect("taken");
    assert_eq!((aside.word(), told), ("failed", vec![Effect::Emit("grant.failed")]));
    assert_eq!(next(&aside, Event::Park("y".into()), at(0)).expect("taken").1, []);
}
