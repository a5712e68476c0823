//! A grant that comes from a backup.

use super::*;

#[test]
fn what_comes_from_a_backup_does_nothing_before_somebody_decides_again() {
    for (name, phase) in phases() {
        let (to, told) = next(&grant(held(), phase), Event::Restore, at(0)).expect("taken");
        assert_eq!(told, [Effect::Look(at(0))], "{name}");
        assert!(next(&to, Event::Begin(Act::Grant), at(1)).is_err(), "{name} acts after a restore");
    }
    let not_done = next(&grant(held(), Phase::Planned), Event::Restore, at(0)).expect("taken").0;
    let unread = Event::Look(Step::CannotTell("restored".into()), None);
    let waiting = next(&not_done, unread.clone(), at(1)).expect("taken").0;
    assert!(
        !waiting.may_retry() && next(&waiting, Event::Retry, at(2)).is_err(),
        "only the client may give it"
    );
    let again = next(&waiting, Event::Approve(held()), at(2)).expect("taken").0;
    assert_eq!(again.known.authority, Authority::Unspent);

    // Taking away is anybody's who could have asked for it.
    let ending = next(&grant(gone(Why::Revoked), Phase::Planned), Event::Restore, at(0)).expect("taken").0;
    let ending = next(&ending, unread, at(1)).expect("taken").0;
    assert!(next(&ending, Event::Begin(Act::Revoke), at(2)).is_err());
    for event in [Event::Retry, Event::End(Why::Revoked)] {
        let to = next(&ending, event, at(2)).expect("taken").0;
        assert!(next(&to, Event::Begin(Act::Revoke), at(3)).is_ok());
    }
}

#[test]
fn access_whose_end_passed_while_the_backup_lay_there_is_not_taken_away_unseen() {
    let until = Some(at(50));
    let wish = Wish { want: Want::Held { roles: roles(["ANALYZE"]), until }, ..held() };
    let active = grant(wish, Phase::Settled { rest: Rest::Active });
    let before = next(&active, Event::Restore, at(49)).expect("taken").0;
    assert_eq!(before, active, "its end is still to come");
    let after = next(&active, Event::Restore, at(50)).expect("taken").0;
    assert_eq!((after.known.authority, after.word()), (Authority::Suspended, "expiring"));
    assert!(next(&after, Event::Begin(Act::Revoke), at(51)).is_err());
}
