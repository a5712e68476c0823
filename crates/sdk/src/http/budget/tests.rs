//! What is allowed at which reading.

mod platforms;

use jiff::SignedDuration;

use super::gauge::SPACING;
use super::*;

fn at(s: i64) -> Timestamp {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().expect("a time") + SignedDuration::from_secs(s)
}

fn mine() -> [Quota; 2] {
    [Quota::app("example"), Quota::connection("example", "cn_1")]
}

fn reading(of: LimitOf, source: &str, percent: f64, regain_s: Option<i64>) -> Reading {
    Reading { of, source: source.to_owned(), percent, regain_s, pause_s: 900 }
}

fn app(percent: f64) -> Reading {
    reading(LimitOf::App, "x-app", percent, None)
}

/// When the first call, the first turn and the second turn are possible, in seconds from the reading.
fn waits(readings: &[Reading]) -> (i64, i64, i64) {
    let budget = Budget::default();
    budget.note(&mine(), readings, at(0));
    let seconds = |until: Timestamp| until.duration_since(at(0)).as_secs();
    let call = budget.admit(&mine(), at(0)).map(drop).err().map_or(0, seconds);
    let [first, second] = [(); 2].map(|()| budget.take_turn(&mine(), at(0)).err().map_or(0, seconds));
    (call, first, second)
}

#[test]
fn fast_then_slow_then_stopped() {
    let business = |percent, regain| reading(LimitOf::Connection, "x-business/17", percent, regain);
    for (readings, expected) in [
        (vec![], (0, 0, 0)),
        (vec![app(0.0)], (0, 0, 0)),
        (vec![app(74.9)], (0, 0, 0)),
        (vec![app(75.0)], (0, 0, 10)),
        (vec![app(94.9)], (0, 0, 10)),
        (vec![app(95.0)], (900, 900, 900)),
        (vec![app(300.0)], (900, 900, 900)),
        // The time that is told goes before the stated one.
        (vec![business(96.0, Some(180))], (180, 180, 180)),
        (vec![business(50.0, Some(180))], (0, 0, 0)),
        // Several: the worst counts, in either order.
        (vec![app(10.0), business(80.0, None)], (0, 0, 10)),
        (vec![app(95.0), business(10.0, None)], (900, 900, 900)),
        (vec![business(99.0, Some(60)), app(95.0)], (900, 900, 900)),
        (
            vec![business(99.0, None), reading(LimitOf::Connection, "x-business/18", 1.0, None)],
            (900, 900, 900),
        ),
    ] {
        assert_eq!(waits(&readings), expected, "{readings:?}");
    }
}

#[test]
fn an_app_stops_everyone_and_a_connection_only_itself() {
    let other = [Quota::app("example"), Quota::connection("example", "cn_2")];
    let budget = Budget::default();
    budget.note(&mine(), &[reading(LimitOf::Connection, "x", 96.0, None)], at(0));
    assert!(budget.admit(&other, at(0)).is_ok() && budget.admit(&mine(), at(0)).is_err());
    budget.note(&mine(), &[app(96.0)], at(0));
    assert_eq!(budget.admit(&other, at(0)).err(), Some(at(900)));
    assert!(budget.admit(&[Quota::app("another")], at(0)).is_ok());
    assert_eq!(budget.find_stop(&other, at(899)), Some(at(900)));
}

/// After our own guess one call asks how it stands; after the platform's word it is over.
#[test]
fn a_stop_ends_by_itself() {
    let budget = Budget::default();
    budget.note(&mine(), &[app(95.0)], at(0));
    assert!(budget.admit(&mine(), at(899)).is_err());
    assert!(budget.take_turn(&mine(), at(900)).is_ok());
    assert_eq!(budget.take_turn(&mine(), at(900)), Err(at(900) + SPACING));
    let pass = budget.admit(&mine(), at(900)).expect("one call");
    assert!(budget.admit(&mine(), at(900)).is_err(), "and no second before its answer");
    budget.note(&mine(), &[app(40.0)], at(901));
    drop(pass);
    assert!((0..9).all(|_| budget.take_turn(&mine(), at(901)).is_ok()), "it was told: there is room again");

    let told = Budget::default();
    told.note(&mine(), &[reading(LimitOf::App, "x-app", 100.0, Some(60))], at(0));
    assert!(told.take_turn(&mine(), at(59)).is_err());
    assert!((0..9).all(|_| told.take_turn(&mine(), at(60)).is_ok()));

    let refused = Budget::default();
    refused.stop(&mine()[1], at(60));
    refused.stop(&mine()[1], at(30));
    assert_eq!(refused.take_turn(&mine(), at(59)), Err(at(60)));
    assert!((0..9).all(|_| refused.take_turn(&mine(), at(60)).is_ok()));
}

#[test]
fn those_who_wait_are_spread_and_each_comes_through() {
    let budget = Budget::default();
    budget.note(&mine(), &[app(80.0)], at(0));
    let mut due: Vec<_> = vec![at(0); 20];
    let mut began = Vec::new();
    let mut asked = 0;
    while !due.is_empty() {
        due.sort();
        let now = due.remove(0);
        asked += 1;
        match budget.take_turn(&mine(), now) {
            Ok(()) => began.push(now),
            Err(at) => due.push(at),
        }
    }
    assert!(began.windows(2).all(|pair| pair[1] >= pair[0] + SPACING), "{began:?}");
    assert!(began[19] <= at(0) + SPACING * 19, "no turn is left unused: {began:?}");
    assert!(asked < 20 * 5, "asked {asked} times");
}

/// A limit of many calls is used further than one of few, and both more slowly the less is left.
#[test]
fn turns_are_spaced_by_what_a_call_costs_and_what_is_left() {
    let spacing_ms = |step: f64, percent: f64| {
        let budget = Budget::default();
        let mut told = 0.0;
        while told < percent {
            told += step;
            budget.note(&mine()[..1], &[app(told)], at(0));
        }
        budget.find_slow(&mine(), at(0)).into_iter().map(|(_, spacing)| spacing.as_millis()).max()
    };
    assert_eq!(spacing_ms(1.0, 74.0), None);
    // What a call costs is seen with the rounding of what is told: 1.1 for 1.
    assert!((6_500..=6_700).contains(&spacing_ms(1.0, 75.0).expect("slow")));
    assert_eq!(spacing_ms(1.0, 90.0), Some(10_000), "never longer than when nothing is known");
    assert!((640..=680).contains(&spacing_ms(0.1, 75.0).expect("slow")));
    assert!((1_500..=1_600).contains(&spacing_ms(0.1, 90.0).expect("slow")), "98.6 % is the mark then");
    assert_eq!(spacing_ms(0.01, 75.0), Some(100), "and never shorter than this");
}

/// Where everything stops, when one call after another tells this much more, from nothing up.
#[test]
fn what_a_call_costs_sets_the_mark() {
    let stops_at = |each: f64, tell: fn(f64) -> f64, pause_s: i64| {
        let budget = Budget::default();
        (1..=1_000_000).map(|calls| tell(f64::from(calls) * each)).find(|percent| {
            budget.note(&mine()[..1], &[Reading { pause_s, ..app(*percent) }], at(0));
            budget.find_stop(&mine(), at(0)).is_some()
        })
    };
    for (each, pause_s, expected) in [
        (0.01, 900, 99.0),
        (0.1, 900, 99.0),
        (0.2, 900, 99.0),
        // With 1 % for rounding, four such calls would not fit any more.
        (0.3, 900, 98.0),
        (0.5, 900, 97.0),
        (0.8, 900, 96.0),
        (1.0, 900, 95.0),
        (5.0, 900, 95.0),
        (20.0, 900, 100.0),
        // Who is asked more often how it stands needs more room, and who is asked once an hour less.
        (0.1, 60, 95.0),
        (1.0, 3_600, 97.0),
    ] {
        assert_eq!(stops_at(each, f64::ceil, pause_s), Some(expected), "{each} % a call, up");
        assert_eq!(stops_at(each, f64::floor, pause_s), Some(expected), "{each} % a call, down");
    }
}

/// Nobody knows what a call costs: the mark is the careful one.
#[test]
fn a_cost_that_is_not_known_raises_nothing() {
    let stops = |told: &[f64]| {
        let budget = Budget::default();
        budget.note(&mine(), &told.iter().map(|percent| app(*percent)).collect::<Vec<_>>(), at(0));
        budget.find_stop(&mine(), at(0)).is_some()
    };
    assert!(stops(&[95.0]), "the first answer");
    assert!(stops(&[76.0, 84.0, 95.0]), "leaps");
    // Cheap calls, and then one that is not, or somebody else's.
    let mut told: Vec<f64> = (0..=950).map(|calls| (f64::from(calls) / 10.0).ceil()).collect();
    assert!(!stops(&told));
    told[900..].iter_mut().for_each(|percent| *percent += 2.0);
    assert!(stops(&told[..=930]), "{:?}", told[930]);
    // What was learnt is forgotten with the passage.
    told.truncate(900);
    told.extend([10.0, 76.0, 95.0]);
    assert!(stops(&told));
}

/// An answer that comes late was counted before: it does not make a call look cheap.
#[test]
fn calls_under_way_do_not_make_a_call_look_cheap() {
    let budget = Budget::default();
    let mine = &mine()[..1];
    let mut under_way = Vec::new();
    let (mut counted, mut stopped_at) = (0.0, None);
    // Twenty are always under way, of 0.5 % each.
    while stopped_at.is_none() {
        while under_way.len() < 20
            && let Ok(pass) = budget.admit(mine, at(0))
        {
            counted += 0.5;
            under_way.push((counted, pass));
        }
        let (told, pass) = under_way.remove(0);
        budget.note(mine, &[app(f64::floor(told))], at(0));
        drop(pass);
        stopped_at = budget.find_stop(mine, at(0)).map(|_| counted);
    }
    assert!(stopped_at.is_some_and(|counted| counted < 99.0), "{stopped_at:?}");
}

/// After a stop whose end nobody told, a call asks after each pause, the last of which lasts until the first of what is
/// used is an hour old. Where there is no room for that call, nothing asks before.
#[test]
fn it_is_asked_while_there_is_room_and_when_some_is_released() {
    let budget = Budget::default();
    for calls in 1..=95_u8 {
        budget.note(&mine(), &[app(f64::from(calls))], at(calls.into()));
    }
    let mut asked = Vec::new();
    let mut now = at(95);
    for told in [96_u8, 97, 98] {
        now = budget.find_stop(&mine(), now).expect("stopped");
        asked.push(now.duration_since(at(0)).as_secs());
        budget.note(&mine(), &[app(f64::from(told))], now);
    }
    assert_eq!(asked, [995, 1_895, 3_601]);
    now = budget.find_stop(&mine(), now).expect("stopped");
    budget.note(&mine(), &[app(4.0)], now);
    assert!((0..9).all(|_| budget.take_turn(&mine(), now).is_ok()), "there is room again");

    let few = Budget::default();
    for calls in 1..=19_u8 {
        few.note(&mine(), &[app(f64::from(calls) * 5.0)], at(calls.into()));
    }
    assert_eq!(few.find_stop(&mine(), at(20)), Some(at(3_601)), "5 % more and rounding would be too much");
}

/// An app that is nearly used up is told with whether its turn is free.
#[test]
fn slow_apps_are_found_with_their_turns() {
    let budget = Budget::default();
    assert_eq!(budget.find_slow_apps(at(0)), []);
    budget.note(&mine(), &[app(80.0), reading(LimitOf::Connection, "x", 80.0, None)], at(0));
    assert_eq!(budget.find_slow_apps(at(0)), [("example".to_owned(), true)]);
    assert!(budget.take_turn(&mine(), at(0)).is_ok());
    assert_eq!(budget.find_slow_apps(at(9)), [("example".to_owned(), false)]);
    assert_eq!(budget.find_slow_apps(at(10)), [("example".to_owned(), true)]);
    budget.stop(&mine()[0], at(60));
    assert_eq!(budget.find_slow_apps(at(20)), [("example".to_owned(), false)]);
}

/// Calls under way count at what a call was seen to cost, so that their answers do not pass the mark.
#[test]
fn calls_under_way_count() {
    let budget = Budget::default();
    for percent in 0..=16 {
        budget.note(&mine(), &[app(f64::from(percent * 5))], at(0));
    }
    let passes: Vec<_> = (0..10).map_while(|_| budget.admit(&mine(), at(0)).ok()).collect();
    assert!((3..=4).contains(&passes.len()), "80 % and five each: {}", passes.len());
    drop(passes);
    assert!(budget.admit(&mine(), at(0)).is_ok(), "their end makes room");
}

#[test]
fn what_is_over_is_forgotten() {
    let budget = Budget::default();
    budget.note(&mine(), &[app(80.0)], at(0));
    drop(budget.admit(&[Quota::connection("example", "cn_2")], at(3_600)));
    assert!(budget.sources().is_empty());
    assert!((0..9).all(|_| budget.take_turn(&mine(), at(3_600)).is_ok()));
}
