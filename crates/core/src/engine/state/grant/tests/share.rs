//! Who follows a share begins and ends with it.

use super::*;

#[test]
fn who_follows_a_share_begins_and_ends_with_it() {
    let waiting = Grant::approved(held()).not_yet();
    assert_eq!(waiting.word(), "queued");
    assert!(next(&waiting, Event::Begin(Act::Grant), at(0)).is_err(), "not before the share is there");
    let (started, effects) = next(&waiting, Event::Follow(Share::Held), at(0)).expect("its turn");
    assert_eq!(effects, [Effect::Look(at(0))]);
    assert!(next(&started, Event::Follow(Share::Held), at(0)).is_err(), "once");
    let (ending, effects) =
        next(&started, Event::Follow(Share::Ending(Why::Expired)), at(0)).expect("it ends with the share");
    assert_eq!((ending.word(), effects), ("expiring", vec![Effect::Look(at(0) + GRACE)]));
    assert!(next(&ending, Event::Follow(Share::Ending(Why::Expired)), at(0)).is_err(), "once");
    let (over, told) = next(&ending, Event::Follow(Share::Gone(Why::Expired)), at(0)).expect("it is gone");
    assert_eq!((over.word(), told), ("expired", vec![Effect::Emit("grant.expired")]));
    for share in [Share::Held, Share::Open, Share::Ending(Why::Revoked), Share::Gone(Why::Revoked)] {
        assert!(next(&over, Event::Follow(share), at(0)).is_err(), "{share:?} brings nothing back");
    }
}

#[test]
fn what_the_platform_may_leave_behind_goes_before_its_share_and_is_never_taken_for_gone() {
    let waiting = Grant::approved(held()).not_yet().ending_first();
    let (over, _) = next(&waiting, Event::Follow(Share::Gone(Why::Revoked)), at(0)).expect("never asked for");
    assert!(over.is_over() && !waiting.may_outlive());
    let there = Grant { granted_at: Some(at(0)), ..grant(held(), Phase::Settled { rest: Rest::Active }) };
    let there = there.ending_first();
    for share in [Share::Ending(Why::Revoked), Share::Gone(Why::Revoked)] {
        let (ending, effects) = next(&there, Event::Follow(share), at(0)).expect("it ends");
        assert_eq!((ending.word(), effects), ("working", vec![Effect::Look(at(0))]), "{share:?}: at once");
        for again in [share, Share::Gone(Why::Revoked)] {
            assert!(next(&ending, Event::Follow(again), at(0)).is_err(), "{again:?}: only a read tells");
        }
    }
}

#[test]
fn how_a_share_stands_for_who_follows_it() {
    let settled = |rest| Phase::Settled { rest };
    let table = [
        (held(), settled(Rest::Active), Share::Held),
        (held(), settled(Rest::Drifted(Drift::Lost)), Share::Gone(Why::Revoked)),
        (held(), settled(Rest::Drifted(Drift::Lowered)), Share::Open),
        (held(), settled(Rest::Declined), Share::Gone(Why::Cancelled)),
        (held(), settled(Rest::Lapsed), Share::Gone(Why::Cancelled)),
        (held(), Phase::Planned, Share::Open),
        (held(), Phase::Unverifiable { since: at(0), why: "x".into() }, Share::Open),
        (gone(Why::Expired), Phase::Verifying, Share::Ending(Why::Expired)),
        (gone(Why::Expired), settled(Rest::Gone), Share::Gone(Why::Expired)),
        (
            gone(Why::Cancelled),
            Phase::NeedsAction { remedy: Remedy::new("x") },
            Share::Ending(Why::Cancelled),
        ),
    ];
    for (wish, phase, share) in table {
        assert_eq!(Share::of(&grant(wish, phase.clone())), share, "{phase:?}");
    }
}
