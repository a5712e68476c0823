//! What a grant remembers of its calls and of earlier approvals.

use super::*;

#[test]
fn a_new_approval_and_a_retry_start_the_count_again_and_forget_no_call() {
    let mut spent = grant(held(), Phase::NeedsAction { remedy: Remedy::new("x") });
    spent.known.intent = Some(Intent { act: Act::Grant, at: at(0), tries: 3, answer: Answer::Taken });
    for event in [Event::Approve(held()), Event::Retry] {
        let (to, told) = next(&spent, event, at(9)).expect("taken");
        let intent = to.known.intent.expect("kept");
        assert_eq!((intent.tries, intent.answer, intent.at), (0, Answer::Taken, at(0)));
        assert_eq!(told, [Effect::Look(at(9))]);
    }
}

#[test]
fn an_intent_counts_from_its_answer_or_from_when_none_can_come_any_more() {
    let (begun, _) = next(&grant(held(), Phase::Planned), Event::Begin(Act::Grant), at(10)).expect("begun");
    let when = |g: &Grant| g.known.intent.as_ref().map(|i| i.at);
    assert_eq!(when(&begun), Some(at(10) + UNDER_WAY));
    for answer in [Event::Taken, Event::Unknown, Event::Invited(None)] {
        let (answered, _) = next(&begun, answer, at(14)).expect("answered");
        assert_eq!(when(&answered), Some(at(14)));
    }
}

#[test]
fn a_new_approval_remembers_what_was_seen_unless_it_was_read_as_gone() {
    let seen = |phase| {
        let proof = Some(Proof { at: at(1), by: Side::Client, roles: Roles::new() });
        let (to, _) =
            next(&Grant { proof, ..grant(held(), phase) }, Event::Approve(held()), at(9)).expect("approved");
        to.known.was_there
    };
    let rest = |rest| Phase::Settled { rest };
    for phase in [rest(Rest::Active), Phase::Unverifiable { since: at(0), why: "x".into() }, Phase::Planned] {
        assert!(seen(phase));
    }
    for phase in [Rest::Gone, Rest::Declined, Rest::Lapsed, Rest::Drifted(Drift::Lost)] {
        assert!(!seen(rest(phase)));
    }
}

#[test]
fn a_new_approval_looks_first_where_an_earlier_one_may_have_arrived() {
    let approved = |from: &Grant| next(from, Event::Approve(held()), at(9)).expect("taken").0.known.was_there;
    let invited = grant(held(), Phase::Waiting { by: Party::Invitee, until: None });
    let known = Known { invited: Some(Invitation { expires_at: None }), ..Known::default() };
    let invited = Grant { known, ..invited };
    let said_yes = next(&grant(held(), Phase::Planned), Event::Begin(Act::Accept), at(0)).expect("taken").0;
    let ended = next(&invited, Event::End(Why::Revoked), at(1)).expect("taken").0;
    for (what, from) in [("invited", &invited), ("said yes", &said_yes), ("ended since", &ended)] {
        assert!(approved(from), "{what}");
    }
    assert!(approved(&next(&ended, Event::Approve(held()), at(2)).expect("taken").0), "and once more");
    let absent = Event::Look(Step::Settled(Standing::Gone), None);
    assert!(!approved(&next(&ended, absent, at(2)).expect("taken").0), "it was seen that it is gone");
    assert!(!approved(&grant(held(), Phase::Planned)));
}
