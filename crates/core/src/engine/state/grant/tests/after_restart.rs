//! Clocks that went back, and processes that went away.

use super::*;

#[test]
fn after_the_clock_was_put_back_it_reads_calmly() {
    let wait = || Event::Look(Step::Wait { by: Party::Platform, until: Some(at(3_600)) }, None);
    let mut from = next(&grant(held(), Phase::Planned), Event::Begin(Act::Grant), at(0)).expect("taken").0;
    for (now, again) in [(0, 2), (29, 31), (35, 37), (40, 50), (-60, 0)] {
        from.phase = Phase::Verifying;
        let told = next(&from, wait(), at(now)).expect("taken").1;
        assert_eq!(told, [Effect::Look(at(again))], "at {now}");
    }
}

#[test]
fn what_an_earlier_run_of_the_only_process_sent_is_over_soon_after_this_ones_start() {
    let run = |name: &str, second| Run { name: name.into(), since: at(second) };
    let begun = |by: Option<&str>| {
        let mut g = next(&grant(held(), Phase::Planned), Event::Begin(Act::Grant), at(0)).expect("taken").0;
        g.known.begun_in = by.map(str::to_owned);
        g
    };
    let over = |g: &Grant| g.known.intent.as_ref().map(|i| i.at);
    let rows = [
        // Begun by, found by a run since, and over at.
        ("an earlier run", Some("a"), run("b", 3), at(3) + CUT_OFF),
        ("this run", Some("b"), run("b", -9), at(0) + UNDER_WAY),
        ("a node of a shared database, before it was alone", None, run("b", 3), at(3) + CUT_OFF),
        ("an earlier run, long ago", Some("a"), run("b", 900), at(0) + UNDER_WAY),
        ("an earlier run, and the clock was put back", Some("a"), run("b", -600), at(-600) + CUT_OFF),
    ];
    for (what, by, found_by, expected) in rows {
        assert_eq!(over(&begun(by).found_in(&found_by)), Some(expected), "{what}");
    }

    let answered = next(&begun(Some("a")), Event::Taken, at(5)).expect("taken").0;
    assert_eq!(over(&answered.found_in(&run("b", 1))), Some(at(5)), "its answer is known");
    let again = next(&begun(Some("a")), Event::Approve(held()), at(2)).expect("taken").0;
    assert_eq!(over(&again.clone().found_in(&run("b", 3))), Some(at(3) + CUT_OFF), "approved anew meanwhile");
    assert_eq!(over(&again.found_in(&run("a", 0))), Some(at(0) + UNDER_WAY));
    let ended = next(&begun(Some("a")), Event::End(Why::Revoked), at(2)).expect("taken").0;
    assert_eq!(over(&ended.found_in(&run("b", 3))), Some(at(3) + CUT_OFF), "ended meanwhile");
    let shared: Grant =
        serde_json::from_value(serde_json::to_value(begun(None)).expect("JSON")).expect("a grant");
    assert_eq!(over(&shared), Some(at(0) + UNDER_WAY), "nobody says that it is alone");
}
