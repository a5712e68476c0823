//! What nobody can read counts by somebody's word, once.

use super::*;

fn by_hand(want: Want, phase: Phase) -> Grant {
    let on = AssetRef::Declared { of: AssetType::new("page"), item: "itm_1".into(), label: "@bakery".into() };
    grant(Wish { on, want, ..held() }, phase)
}

fn wished(until: Option<Timestamp>) -> Want {
    Want::Held { roles: roles(["ANALYZE"]), until }
}

#[test]
fn what_is_done_by_hand_is_attested_and_never_active() {
    let new = by_hand(wished(Some(at(900))), Phase::Planned);
    let (given, told) = next(&new, Event::Attest(Side::Client), at(5)).expect("allowed");
    assert_eq!(given.word(), "attested");
    assert_eq!(told, [Effect::Emit("grant.attested"), Effect::Look(at(900))], "only its end is due");
    assert_eq!((given.granted_at, given.proof.is_none()), (Some(at(5)), true));
    assert_eq!(given.attested, Some(Attested { at: at(5), by: Side::Client }));
    assert!(!given.may_retry());

    let (ending, told) = next(&given, Event::End(Why::Revoked), at(6)).expect("allowed");
    assert_eq!((ending.word(), told), ("needs_action", vec![Effect::Emit("grant.needs_action")]));
    assert!(ending.waits_for_removal() && !ending.may_retry());
    assert!(next(&ending, Event::Retry, at(7)).is_err(), "nobody else can do it");

    let (gone, told) = next(&ending, Event::Attest(Side::Agency), at(8)).expect("allowed");
    assert_eq!((gone.word(), told), ("revoked", vec![Effect::Emit("grant.revoked")]));
    assert_eq!(gone.attested, Some(Attested { at: at(8), by: Side::Agency }));

    let over = next(&given, Event::End(Why::Expired), at(900)).expect("allowed").0;
    let (expired, told) = next(&over, Event::Attest(Side::Client), at(901)).expect("allowed");
    assert_eq!((expired.word(), told), ("expired", vec![Effect::Emit("grant.expired")]));
}

#[test]
fn no_read_and_no_answer_changes_what_was_attested() {
    let phases = [
        by_hand(wished(None), Phase::Settled { rest: Rest::Attested }),
        by_hand(Want::Gone { why: Why::Revoked }, Phase::NeedsAction { remedy: Remedy::new("x") }),
        by_hand(Want::Gone { why: Why::Revoked }, Phase::Settled { rest: Rest::Gone }),
    ];
    for grant in phases {
        let events = [
            Event::Begin(Act::Grant),
            Event::Begin(Act::Revoke),
            Event::Taken,
            Event::Unknown,
            forbidden(),
            Event::Look(Step::Settled(Standing::Active), None),
            Event::Look(Step::Settled(Standing::Gone), None),
            Event::Look(Step::Drifted(Drift::Lost), None),
            Event::Blind(ErrorKind::NotFound, "x".into()),
            Event::Silent("x".into()),
            Event::Retry,
        ];
        for event in events {
            assert!(next(&grant, event.clone(), at(0)).is_err(), "{:?}: {event:?}", grant.phase);
        }
    }
}

#[test]
fn a_word_is_taken_only_where_nothing_can_be_read_and_only_once() {
    for (name, phase) in phases() {
        let known = grant(held(), phase.clone());
        assert!(next(&known, Event::Attest(Side::Client), at(0)).is_err(), "{name}");
        let led = next(&by_hand(wished(None), phase.clone()), Event::Attest(Side::Client), at(0));
        assert_eq!(led.ok().map(|l| l.0.word()), (name == "planned").then_some("attested"), "{name}");
        let led = next(&by_hand(Want::Gone { why: Why::Revoked }, phase), Event::Attest(Side::Client), at(0));
        assert_eq!(led.ok().map(|l| l.0.word()), (name == "needs_action").then_some("revoked"), "{name}");
    }
}

#[test]
fn a_word_counts_only_where_nothing_can_be_read() {
    let readable = grant(held(), Phase::NeedsAction { remedy: Remedy::new("guided") });
    assert!(next(&readable, Event::Attest(Side::Client), at(1)).is_err(), "what can be read is read");
    assert!(readable.may_retry() && !readable.waits_for_word());

    let asked = Grant::approved(held()).by_word();
    assert!(asked.waits_for_word() && !asked.may_retry() && asked.word() == "needs_action");
    let seen = Event::Look(Step::Settled(Standing::Active), None);
    assert!(next(&asked, seen, at(1)).is_err(), "and nothing read is believed of the other");
    let (given, told) = next(&asked, Event::Attest(Side::Client), at(2)).expect("allowed");
    assert_eq!((given.word(), told), ("attested", vec![Effect::Emit("grant.attested")]));
    assert!(next(&given, Event::Attest(Side::Client), at(3)).is_err(), "said once");
    let ending = next(&given, Event::End(Why::Revoked), at(4)).expect("allowed").0;
    assert!(ending.waits_for_removal());
    // A new approval of what a platform can read is no matter of words any more.
    assert!(!next(&given, Event::Approve(held()), at(5)).expect("allowed").0.is_by_hand());
}
