//! The budget against platforms that count in ways of their own, by the second: none ever has to refuse.

use std::collections::VecDeque;

use super::*;

/// How a platform counts.
#[derive(Clone, Copy, Debug)]
enum Rule {
    /// In any hour.
    Rolling,
    /// In each of so many seconds; the end is told.
    Window(i64),
    /// So many an hour flow out of it.
    Bucket(f64),
}

#[derive(Clone, Copy, Debug)]
struct Platform {
    rule: Rule,
    calls: f64,
    told: fn(f64) -> f64,
    /// An answer comes so many seconds after the call was counted.
    latency_s: i64,
    /// Another program calls as well, once in so many seconds, whatever is told.
    another_s: Option<i64>,
}

const HOUR: Platform =
    Platform { rule: Rule::Rolling, calls: 1_000.0, told: f64::ceil, latency_s: 0, another_s: None };

/// What it saw of our calls in so many hours, all of which were wanted at the beginning.
#[derive(Debug, Default)]
struct Seen {
    taken: usize,
    refused: usize,
}

struct Counting {
    of: Platform,
    times: VecDeque<i64>,
    level: f64,
    level_at: i64,
}

impl Counting {
    /// The used share after this call and the seconds until the end of the window; nothing when it is refused.
    fn count(&mut self, now: i64) -> Option<(f64, Option<i64>)> {
        match self.of.rule {
            Rule::Rolling => {
                while self.times.front().is_some_and(|at| now - at >= 3_600) {
                    self.times.pop_front();
                }
                self.level = self.times.len() as f64;
            }
            Rule::Window(length) => {
                if now / length != self.level_at / length {
                    self.level = 0.0;
                }
            }
            Rule::Bucket(an_hour) => {
                self.level = (self.level - (now - self.level_at) as f64 * an_hour / 3_600.0).max(0.0);
            }
        }
        self.level_at = now;
        if self.level + 1.0 > self.of.calls {
            return None;
        }
        self.times.push_back(now);
        self.level += 1.0;
        let left = if let Rule::Window(length) = self.of.rule { Some(length - now % length) } else { None };
        Some(((self.of.told)(self.level / self.of.calls * 100.0), left))
    }
}

/// So many people work side by side, each on one call after another.
fn play(of: Platform, people: usize, hours: i64) -> Seen {
    let budget = Budget::default();
    let mine = [Quota::app("example")];
    let mut platform = Counting { of, times: VecDeque::new(), level: 0.0, level_at: 0 };
    let mut answers: VecDeque<(i64, Reading, Pass)> = VecDeque::new();
    let mut seen = Seen::default();
    for now in 0..hours * 3_600 {
        if of.another_s.is_some_and(|s| now % s == 0) {
            platform.count(now);
        }
        loop {
            while answers.front().is_some_and(|(when, ..)| *when <= now) {
                let (_, reading, pass) = answers.pop_front().expect("an answer");
                budget.note(&mine, &[reading], at(now));
                drop(pass);
            }
            if answers.len() == people || budget.take_turn(&mine, at(now)).is_err() {
                break;
            }
            let Ok(pass) = budget.admit(&mine, at(now)) else { break };
            let Some((percent, regain_s)) = platform.count(now) else {
                seen.refused += 1;
                break;
            };
            seen.taken += 1;
            let reading = Reading { regain_s, ..app(percent) };
            answers.push_back((now + of.latency_s, reading, pass));
        }
    }
    seen
}

#[test]
fn nothing_is_refused_and_most_is_used() {
    let few = Platform { calls: 100.0, ..HOUR };
    let quarter = Platform { rule: Rule::Window(900), calls: 500.0, ..HOUR };
    for (platform, people, hours, least) in [
        // Cheap calls, one after another: 99 % is told when 981 were made.
        (HOUR, 1, 5, 4_900),
        (Platform { told: f64::floor, ..HOUR }, 1, 5, 4_900),
        (Platform { told: f64::round, ..HOUR }, 1, 5, 4_900),
        // Many at once, whose answers take long.
        (Platform { latency_s: 2, ..HOUR }, 20, 5, 4_850),
        (Platform { latency_s: 2, told: f64::floor, ..HOUR }, 20, 5, 4_850),
        (quarter, 1, 2, 8 * 491),
        (Platform { told: f64::floor, latency_s: 1, ..quarter }, 10, 2, 8 * 485),
        // What flows out meanwhile is used as well.
        (Platform { rule: Rule::Bucket(1_200.0), ..HOUR }, 1, 5, 930 + 5 * 1_200),
        (Platform { rule: Rule::Bucket(1_200.0), told: f64::floor, latency_s: 2, ..HOUR }, 20, 5, 6_800),
        // Dear calls stop where they always did.
        (few, 1, 5, 475),
        (Platform { told: f64::floor, latency_s: 2, ..few }, 3, 5, 470),
        (Platform { calls: 20.0, told: f64::floor, ..HOUR }, 1, 5, 95),
        // Somebody else's calls are seen as what ours cost.
        (Platform { another_s: Some(6), ..HOUR }, 1, 5, 4_000),
        (Platform { another_s: Some(6), told: f64::floor, latency_s: 2, ..HOUR }, 20, 5, 4_000),
    ] {
        let seen = play(platform, people, hours);
        assert!(seen.refused == 0 && seen.taken >= least, "{seen:?}: {platform:?}, {people} people");
    }
}
