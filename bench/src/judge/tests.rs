//! A hand-written history for each counter, in which it must count, and a clean one.

use jiff::{SignedDuration, Timestamp};

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

fn key() -> Key {
    let named = |kind: &str, id: &str| Named { kind: kind.into(), id: id.into() };
    Key { platform: "p".into(), asset: named("page", "1"), principal: named("partner", "2") }
}

fn roles(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn line(second: i64, operation: Operation, names: &[&str], app: Option<&str>) -> Line {
    let Key { platform, asset, principal } = key();
    let caller = Caller { app: app.map(str::to_owned), person: None };
    Line { at: at(second), platform, operation, asset, principal, roles: roles(names), caller }
}

fn ours(second: i64, operation: Operation) -> Line {
    line(second, operation, &["edit"], Some("app"))
}

fn by_hand(second: i64, operation: Operation) -> Line {
    line(second, operation, &["edit"], None)
}

fn approved(second: i64, until: Option<i64>) -> Decision {
    let what = What::Hold { roles: roles(&["edit"]), announced: roles(&["edit"]), until: until.map(at) };
    Decision { key: key(), what, at: at(second), answer: Answer::Yes(at(second + 1)) }
}

fn ended(second: i64) -> Decision {
    Decision { key: key(), what: What::End, at: at(second), answer: Answer::Yes(at(second + 1)) }
}

fn case(decisions: Vec<Decision>, ledger: Vec<Line>, word: Option<&str>) -> Case {
    let intents = ledger.iter().filter(|l| l.caller.app.is_some()).map(|l| (key(), l.at)).collect();
    let claims = word.map(|word| Claim { key: key(), word: word.into() }).into_iter().collect();
    let chains = vec![Ok(7)];
    Case { decisions, ledger, claims, intents, chains, now: at(1_000), ..Case::default() }
}

/// What is counted, as `[lost, duplicated, orphaned, healed, unacknowledged, unrecorded, broken audits]`.
#[track_caller]
fn counts(case: &Case, wanted: [u64; 7]) {
    let v = judge(case);
    let found = [v.lost, v.duplicated, v.orphaned, v.healed, v.unacknowledged, v.unrecorded, v.broken_audits];
    assert_eq!(found, wanted, "{:?}", v.findings);
    assert_eq!(v.is_good(), wanted == [0; 7]);
}

#[test]
fn a_clean_history_counts_nothing() {
    use Operation::{Accept, Change, Grant, Invite, Revoke};
    let given = case(vec![approved(0, None)], vec![ours(2, Grant)], Some("active"));
    counts(&given, [0; 7]);
    assert_eq!((judge(&given).attempted, judge(&given).audit_records), (1, 7));
    let invited = vec![ours(2, Invite), by_hand(9, Accept)];
    counts(&case(vec![approved(0, None)], invited, Some("active")), [0; 7]);
    let taken = vec![ours(2, Grant), ours(9, Revoke)];
    counts(&case(vec![approved(0, None), ended(5)], taken.clone(), Some("revoked")), [0; 7]);
    counts(&case(vec![approved(0, Some(8))], taken, Some("expired")), [0; 7]);
    let wider = What::Hold { roles: roles(&["all"]), announced: roles(&["all"]), until: None };
    let raised = Decision { what: wider, ..approved(5, None) };
    let lines = vec![ours(2, Grant), line(9, Change, &["all"], Some("app"))];
    let mut changed = case(vec![approved(0, None), raised], lines, Some("active"));
    changed.arrivals = vec![(key(), at(3)), (key(), at(10))];
    counts(&changed, [0; 7]);
}

#[test]
fn lost_is_what_was_approved_and_neither_reached_nor_reported() {
    counts(&case(vec![approved(0, None)], vec![], None), [1, 0, 0, 0, 0, 0, 0]);
    counts(&case(vec![approved(0, None)], vec![], Some("queued")), [1, 0, 0, 0, 0, 0, 0]);
    counts(&case(vec![approved(0, None)], vec![], Some("active")), [1, 0, 0, 0, 0, 0, 0]);
    counts(&case(vec![approved(0, None)], vec![], Some("revoked")), [1, 0, 0, 0, 0, 0, 0]);
    let too_little = vec![line(2, Operation::Grant, &[], Some("app"))];
    counts(&case(vec![approved(0, None)], too_little, Some("active")), [1, 0, 0, 0, 0, 0, 0]);
    // Reported, or nobody was told that it was taken.
    counts(&case(vec![approved(0, None)], vec![], Some("needs_action")), [0; 7]);
    let lost_answer = Decision { answer: Answer::Lost(at(1)), ..approved(0, None) };
    counts(&case(vec![lost_answer], vec![], None), [0; 7]);
}

#[test]
fn duplicated_is_a_second_assignment_or_invitation() {
    use Operation::{Change, Decline, Grant, Invite};
    for twice in [Grant, Invite] {
        let lines = vec![ours(2, twice), ours(3, twice)];
        let word = if twice == Grant { "active" } else { "awaiting_acceptance" };
        counts(&case(vec![approved(0, None)], lines, Some(word)), [0, 1, 0, 0, 0, 0, 0]);
    }
    let blind = vec![ours(2, Grant), ours(3, Change)];
    counts(&case(vec![approved(0, None)], blind, Some("active")), [0, 1, 0, 0, 0, 0, 0]);
    let again = vec![ours(2, Invite), by_hand(3, Decline), ours(9, Invite)];
    let twice = vec![approved(0, None), approved(5, None)];
    counts(&case(twice, again, Some("awaiting_acceptance")), [0; 7]);
}

#[test]
fn orphaned_is_there_after_its_end_and_not_shown() {
    let given = vec![ours(2, Operation::Grant)];
    let revoked = vec![approved(0, None), ended(5)];
    counts(&case(revoked.clone(), given.clone(), Some("revoked")), [0, 0, 1, 0, 0, 0, 0]);
    counts(&case(revoked.clone(), given.clone(), Some("active")), [0, 0, 1, 0, 0, 0, 0]);
    counts(&case(vec![approved(0, Some(8))], given.clone(), Some("active")), [0, 0, 1, 0, 0, 0, 0]);
    counts(&case(vec![approved(0, None)], given.clone(), Some("lapsed")), [0, 0, 1, 0, 0, 0, 0]);
    // It is shown, or somebody made it by hand.
    counts(&case(revoked.clone(), given, Some("needs_action")), [0; 7]);
    let back = vec![ours(2, Operation::Grant), ours(6, Operation::Revoke), by_hand(9, Operation::Create)];
    counts(&case(revoked, back, Some("revoked")), [0; 7]);
}

#[test]
fn healed_is_an_act_on_an_approval_that_was_used_up() {
    use Operation::{Grant, Remove};
    let lines = vec![ours(2, Grant), by_hand(9, Remove), ours(20, Grant)];
    let mut healed = case(vec![approved(0, None)], lines.clone(), Some("active"));
    healed.arrivals = vec![(key(), at(3))];
    counts(&healed, [0, 0, 0, 1, 0, 0, 0]);
    // A new approval allows it; and what was never seen there did not arrive.
    let mut asked_again = case(vec![approved(0, None), approved(10, None)], lines.clone(), Some("active"));
    asked_again.arrivals = healed.arrivals;
    counts(&asked_again, [0; 7]);
    counts(&case(vec![approved(0, None)], lines, Some("active")), [0; 7]);
}

#[test]
fn healed_is_a_second_invitation_after_one_was_seen() {
    use Operation::{Accept, Change, Decline, Invite};
    let lines = vec![ours(2, Invite), by_hand(9, Decline), ours(20, Invite)];
    let mut again = case(vec![approved(0, None)], lines, Some("awaiting_acceptance"));
    counts(&again, [0; 7]);
    again.invitations = vec![(key(), at(3))];
    counts(&again, [0, 0, 0, 1, 0, 0, 0]);
    // What came of it may become what was approved.
    let less = line(9, Accept, &[], None);
    let mut raised =
        case(vec![approved(0, None)], vec![ours(2, Invite), less, ours(20, Change)], Some("active"));
    raised.invitations = again.invitations;
    counts(&raised, [0; 7]);
}

#[test]
fn unacknowledged_is_there_and_nobody_knows() {
    let given = vec![ours(2, Operation::Grant)];
    counts(&case(vec![], given.clone(), Some("active")), [1, 0, 0, 0, 2, 0, 0]);
    let lost_answer = Decision { answer: Answer::Lost(at(1)), ..approved(0, None) };
    counts(&case(vec![lost_answer.clone()], given.clone(), None), [0, 0, 0, 0, 1, 0, 0]);
    counts(&case(vec![lost_answer], given, Some("active")), [0; 7]);
    let more = vec![line(2, Operation::Grant, &["edit", "all"], Some("app"))];
    counts(&case(vec![approved(0, None)], more, Some("active")), [0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn an_effect_needs_its_record_and_the_chain_must_hold() {
    let mut silent = case(vec![approved(0, None)], vec![ours(2, Operation::Grant)], Some("active"));
    silent.intents.clear();
    counts(&silent, [0, 0, 0, 0, 0, 1, 0]);
    silent.intents = vec![(key(), at(2))];
    silent.chains.push(Err("record 3 was changed".into()));
    counts(&silent, [0, 0, 0, 0, 0, 0, 1]);
}

#[test]
fn of_two_decisions_at_once_either_may_be_the_last() {
    let slow = Decision { answer: Answer::Yes(at(30)), ..approved(0, None) };
    let given = vec![ours(2, Operation::Grant)];
    counts(&case(vec![slow.clone(), ended(5)], given.clone(), Some("active")), [0; 7]);
    let taken = [given, vec![ours(6, Operation::Revoke)]].concat();
    counts(&case(vec![slow, ended(5)], taken, Some("revoked")), [0; 7]);
}

#[test]
fn the_simulators_form_is_read() {
    let text = r#"{"seq": 1, "at": "2026-11-23T00:00:00Z", "platform": "p", "host": "h", "operation": "grant",
        "asset": {"type": "page", "id": "1"}, "principal": {"kind": "partner", "id": "2"}, "roles": ["edit"],
        "caller": {"app": "app", "person": null}}"#;
    let line: Line = serde_json::from_str(text).expect("it is read");
    assert_eq!((line.key(), line.operation, line.is_ours()), (key(), Operation::Grant, true));
}
