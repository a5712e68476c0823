//! A mail: waiting → sent, refused, given up, or not needed any more.

/// Between two tries, in milliseconds: a server that wants to see us again (greylisting) is content within minutes,
/// and one that is down over a weekend comes back.
const PAUSES: [i64; 8] = [30_000, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    /// A server took it.
    Sent,
    /// A server will never take it.
    Refused,
    /// Its time was over before a server took it.
    GivenUp,
    /// There is nothing to say any more.
    Dropped,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Sent, Self::Refused, Self::GivenUp, Self::Dropped];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given_up",
            Self::Dropped => "dropped",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// What a try came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    Refused,
    Later,
    /// The agency has sent as much as it may today.
    Full,
    /// It was not tried: there is nothing to say.
    Nothing,
}

/// The state after the `tries`-th try, and when the next one is (epoch milliseconds). Nothing is tried after `give_up_at`.
pub fn next(tries: i64, outcome: &Outcome, now: i64, give_up_at: i64) -> (State, Option<i64>) {
    let again = match outcome {
        Outcome::Taken => return (State::Sent, None),
        Outcome::Refused => return (State::Refused, None),
        Outcome::Nothing => return (State::Dropped, None),
        Outcome::Full => (day(now) + 1) * DAY,
        Outcome::Later => {
            let nth = usize::try_from(tries.max(1) - 1).unwrap_or(usize::MAX).min(PAUSES.len() - 1);
            now + PAUSES[nth]
        }
    };
    if again < give_up_at { (State::Waiting, Some(again)) } else { (State::GivenUp, None) }
}

/// The day (UTC) that a moment is in, counted from 1970.
pub fn day(at: i64) -> i64 {
    at.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_is_decided_early_and_at_the_end() {
        let end = 3 * DAY;
        let table = [
            (1, Outcome::Taken, 0, (State::Sent, None)),
            (1, Outcome::Refused, 0, (State::Refused, None)),
            (1, Outcome::Nothing, 0, (State::Dropped, None)),
            (1, Outcome::Later, 0, (State::Waiting, Some(30_000))),
            (3, Outcome::Later, 0, (State::Waiting, Some(5 * MINUTE))),
            (99, Outcome::Later, 0, (State::Waiting, Some(12 * HOUR))),
            (99, Outcome::Later, end - 12 * HOUR - 1, (State::Waiting, Some(end - 1))),
            (99, Outcome::Later, end - 12 * HOUR, (State::GivenUp, None)),
            (0, Outcome::Full, DAY + 1, (State::Waiting, Some(2 * DAY))),
            (0, Outcome::Full, 2 * DAY, (State::GivenUp, None)),
        ];
        for (tries, outcome, now, expected) in table {
            assert_eq!(next(tries, &outcome, now, end), expected, "{tries} {outcome:?} {now}");
        }
    }
}
