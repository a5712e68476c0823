//! The simulation finds nothing in the real engine, replays exactly, and goes red without each defence.

use std::task::{Context, Waker};

use valetkey::defence::weaken;
use valetkey::store::Write;
use valetkey::store::jobs::{Job, Lease};

use super::people::Decisions;
use super::stage::{Stage, at_once};
use super::{play, replay};

/// Seeds that once showed a bug, and what it was.
const ONCE_BAD: [(u64, &str); 10] = [
    (17, "acted on what it had read seven hours before"),
    (18, "a card was never done when its last open grant went to another card"),
    (28, "two calls at once changed what must be changed one at a time"),
    (33, "called a day after its intent, and believed it over"),
    (53, "called an invitation declined that did not show yet"),
    (88, "gave again without looking what it had given before"),
    (830, "asked the platform every two seconds for an hour, since the clock had been put back"),
    (873, "the judge ordered two decisions of one millisecond"),
    (2_029, "gave again, unseen, what an invitation had become"),
    (4_092, "the judge took a record's time by the wrong clock"),
];

#[test]
fn what_was_once_bad_stays_mended() {
    for (seed, what) in ONCE_BAD {
        let outcome = play(seed);
        assert!(outcome.verdict.is_good(), "seed {seed} ({what}): {:#?}", outcome.verdict.findings);
    }
}

#[test]
fn new_histories_are_clean() {
    for seed in 1_000..1_030 {
        let outcome = play(seed);
        assert!(outcome.verdict.is_good(), "replay seed {seed}: {:#?}", outcome.verdict.findings);
        assert!(
            outcome.verdict.attempted > 0 && outcome.verdict.audit_records > 0,
            "seed {seed} did nothing"
        );
    }
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 77, 1_001] {
        let (once, again) = (play(seed), replay(seed));
        assert_eq!((once.digest, once.effects), (again.digest, again.effects), "seed {seed}");
        assert!(!again.trace.is_empty() && once.trace.is_empty());
        assert_eq!(again.trace, replay(seed).trace);
        assert_ne!(once.digest, play(seed + 1).digest);
    }
}

/// How many seeds a build without one defence may survive.
const ENOUGH: u64 = 300;

fn goes_red_without(defence: &str, counted: impl Fn(&crate::judge::Verdict) -> bool) {
    let _weakened = weaken::without(defence);
    let found = (1..=ENOUGH).find(|seed| counted(&play(*seed).verdict));
    let seed = found.unwrap_or_else(|| panic!("{ENOUGH} histories without {defence} look well"));
    println!("without {defence}: seed {seed}");
}

#[test]
fn without_intent_first_it_goes_red() {
    goes_red_without("intent_first", |v| v.unrecorded > 0);
}

#[test]
fn without_observing_before_a_retry_it_goes_red() {
    goes_red_without("observe_before_retry", |v| v.duplicated > 0);
}

/// No history shows this one alone: compare-and-set and the bound on late calls stand behind it.
#[test]
fn whose_lease_went_to_another_writes_nothing_and_without_epochs_it_does() {
    let stage = Stage::set(1, false);
    let card = stage.send_request().swap_remove(0);
    let mut press = stage.press_approve(&card, &Decisions::default());
    while press.work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {}
    let store = &stage.quiet.store;
    let now = stage.clock.now_ms();
    let first = at_once(store.claim_jobs(now, now + 10, 1)).expect("claimed").swap_remove(0);
    let second = at_once(store.claim_jobs(now + 11, now + 20, 1)).expect("claimed").swap_remove(0);
    assert_eq!((&first.id, first.epoch + 1), (&second.id, second.epoch));
    let hold = |job: &Job| {
        let lease = Lease { job_id: job.id.clone(), epoch: job.epoch };
        at_once(store.commit(valetkey_sdk::point!("trial"), &job.scope, vec![Write::Hold(lease)])).is_ok()
    };
    assert_eq!((hold(&first), hold(&second)), (false, true));
    let _weakened = weaken::without("epoch");
    assert!(hold(&first));
}

#[test]
fn without_a_bound_on_late_calls_it_goes_red() {
    goes_red_without("late_calls", |v| v.duplicated > 0);
}

#[test]
fn without_the_job_in_the_same_transaction_it_goes_red() {
    goes_red_without("one_transaction", |v| v.lost > 0);
}

#[test]
fn without_compare_and_set_it_goes_red() {
    goes_red_without("compare_and_set", |v| v.lost + v.orphaned + v.duplicated > 0);
}

#[test]
fn without_spent_authority_it_goes_red() {
    goes_red_without("spent_authority", |v| v.healed > 0);
}
