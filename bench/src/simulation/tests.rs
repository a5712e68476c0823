//! The simulation finds nothing in the real engine, replays exactly, and goes red without each defence.

use valetkey::defence::weaken;

use super::{Length, play, replay};

/// Seeds that once showed a bug, as long histories, and what it was.
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
        let outcome = play(seed, Length::Long);
        assert!(outcome.verdict.is_good(), "seed {seed} ({what}): {:#?}", outcome.verdict.findings);
    }
}

#[test]
fn new_histories_are_clean() {
    let (mut attempted, mut records) = (0, 0);
    for seed in 1_000..1_060 {
        let outcome = play(seed, Length::of(seed));
        assert!(outcome.verdict.is_good(), "replay seed {seed}: {:#?}", outcome.verdict.findings);
        attempted += outcome.verdict.attempted;
        records += outcome.verdict.audit_records;
    }
    assert!(attempted > 120 && records > 2_400, "{attempted} approvals and {records} records are not enough");
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 80, 1_001] {
        let length = Length::of(seed);
        let (once, again) = (play(seed, length), replay(seed, length));
        assert_eq!((once.digest, once.effects), (again.digest, again.effects), "seed {seed}");
        assert!(!again.trace.is_empty() && once.trace.is_empty());
        assert_eq!(again.trace, replay(seed, length).trace);
        assert_ne!(once.digest, play(seed + 1, length).digest);
    }
}

/// How many seeds a build without one defence may survive.
const ENOUGH: u64 = 300;

fn goes_red_without(defence: &str, counted: impl Fn(&crate::judge::Verdict) -> bool) {
    let _weakened = weaken::without(defence);
    let found = (1..=ENOUGH).find(|seed| counted(&play(*seed, Length::Long).verdict));
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

#[test]
fn without_epochs_it_goes_red() {
    goes_red_without("epoch", |v| v.findings.iter().any(|f| f.contains("the lease of job")));
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
