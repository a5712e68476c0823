//! What becomes of a claimed domain with each look for its record. Pure.

/// Between two looks, in milliseconds.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// After a look that found trouble at a domain that clients see; and how long a record has to be gone.
pub const AGAIN_MS: i64 = 60 * 60 * 1000;
/// So long a domain stays shown while nobody can say whether its record is there.
pub const GRACE_MS: i64 = 3 * DAY_MS;

/// What is known of the record. Times in epoch milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Since when clients see the domain; none: they do not.
    pub verified_at: Option<i64>,
    /// When the record was there last.
    pub seen_at: Option<i64>,
    /// When it was looked for last, and with what answer.
    pub looked_at: Option<i64>,
    pub answer: Option<Seen>,
    /// Since when looks say that it is not there.
    pub missing_at: Option<i64>,
    /// When clients stopped seeing the domain, until it is proved again.
    pub lost_at: Option<i64>,
}

/// What one look saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The record, as it has to be.
    Record,
    /// The record, but another agency is shown with this domain.
    Taken,
    /// The domain's own servers say that there is no such record.
    Nothing,
    /// There are records of that name, and none is this agency's.
    Others,
    /// Nobody could say: why. That is no sign of absence.
    Unknown(String),
}

/// What changed for clients or needs somebody's eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Verified,
    /// The record is gone for the first time; clients still see the domain.
    Missing,
    Lost(Why),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Two looks in a row, an hour apart, found no record.
    Gone,
    /// Nobody could say for longer than the grace.
    Unchecked,
}

impl Seen {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Taken => "taken",
            Self::Nothing => "nothing",
            Self::Others => "others",
            Self::Unknown(_) => "unknown",
        }
    }

    pub fn parse(word: &str, why: Option<String>) -> Option<Self> {
        Some(match word {
            "record" => Self::Record,
            "taken" => Self::Taken,
            "nothing" => Self::Nothing,
            "others" => Self::Others,
            "unknown" => Self::Unknown(why.unwrap_or_default()),
            _ => return None,
        })
    }

    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Unknown(why) => Some(why),
            _ => None,
        }
    }
}

impl Why {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone => "gone",
            Self::Unchecked => "unchecked",
        }
    }
}

/// What is known after a look, what changed, and when the next look is.
pub fn next(before: &Proof, seen: Seen, now: i64) -> (Proof, Option<Change>, i64) {
    let mut after = Proof { looked_at: Some(now), answer: Some(seen.clone()), ..before.clone() };
    let lose = |after: &mut Proof, why| {
        (after.verified_at, after.missing_at, after.lost_at) = (None, None, Some(now));
        Some(Change::Lost(why))
    };
    let (change, pause) = match (seen, before.verified_at) {
        (Seen::Record, verified) => {
            (after.verified_at, after.seen_at) = (verified.or(Some(now)), Some(now));
            (after.missing_at, after.lost_at) = (None, None);
            (verified.is_none().then_some(Change::Verified), DAY_MS)
        }
        (_, None) | (Seen::Taken, Some(_)) => (None, DAY_MS),
        (Seen::Nothing | Seen::Others, Some(_)) => match before.missing_at {
            None => {
                after.missing_at = Some(now);
                (Some(Change::Missing), AGAIN_MS)
            }
            Some(since) if now - since >= AGAIN_MS => (lose(&mut after, Why::Gone), DAY_MS),
            Some(since) => (None, since + AGAIN_MS - now),
        },
        (Seen::Unknown(_), Some(verified)) => {
            let over = before.seen_at.unwrap_or(verified) + GRACE_MS;
            match now >= over {
                true => (lose(&mut after, Why::Unchecked), DAY_MS),
                false => (None, AGAIN_MS.min(over - now)),
            }
        }
    };
    (after, change, now + pause)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = AGAIN_MS;

    fn shown() -> Proof {
        Proof { verified_at: Some(0), seen_at: Some(0), looked_at: Some(0), ..Proof::default() }
    }

    fn unknown() -> Seen {
        Seen::Unknown("no answer".into())
    }

    /// Looks one after the other at these hours; what changed, and whether clients see the domain afterwards.
    fn play(from: Proof, looks: &[(i64, Seen)]) -> (Vec<Change>, Proof) {
        let (mut proof, mut changes) = (from, Vec::new());
        for (hour, seen) in looks {
            let (after, change, at) = next(&proof, seen.clone(), hour * HOUR);
            assert!(at > hour * HOUR, "every look has a next one, later");
            changes.extend(change);
            proof = after;
        }
        (changes, proof)
    }

    #[test]
    fn the_record_proves_and_nothing_else_does() {
        for seen in [Seen::Taken, Seen::Nothing, Seen::Others, unknown()] {
            let (proof, change, at) = next(&Proof::default(), seen.clone(), 5);
            assert_eq!((proof.verified_at, change, at), (None, None, 5 + DAY_MS), "{seen:?}");
        }
        let (proof, change, at) = next(&Proof::default(), Seen::Record, 5);
        assert_eq!((proof.verified_at, proof.seen_at), (Some(5), Some(5)));
        assert_eq!((change, at), (Some(Change::Verified), 5 + DAY_MS));
        let (proof, change, _) = next(&proof, Seen::Record, 9);
        assert_eq!((proof.verified_at, proof.seen_at, change), (Some(5), Some(9), None));
    }

    #[test]
    fn a_record_is_gone_after_two_looks_an_hour_apart() {
        for gone in [Seen::Nothing, Seen::Others] {
            let (changes, proof) = play(shown(), &[(24, gone.clone()), (25, gone.clone())]);
            assert_eq!(changes, [Change::Missing, Change::Lost(Why::Gone)]);
            assert_eq!((proof.verified_at, proof.lost_at), (None, Some(25 * HOUR)));
            // Pressed again and again, it is not gone sooner.
            let (mut soon, _, _) = next(&shown(), gone.clone(), 24 * HOUR);
            for minute in 1..60 {
                let (after, change, at) = next(&soon, gone.clone(), 24 * HOUR + minute * 60_000);
                assert_eq!((change, at), (None, 25 * HOUR));
                soon = after;
            }
            assert!(soon.verified_at.is_some());
        }
        let (changes, proof) = play(shown(), &[(24, Seen::Nothing), (25, Seen::Record), (49, Seen::Nothing)]);
        assert_eq!(changes, [Change::Missing, Change::Missing], "found meanwhile, it counts anew");
        assert!(proof.verified_at.is_some());
    }

    #[test]
    fn not_knowing_is_not_absence_for_three_days() {
        let looks: Vec<_> = (24..72).map(|hour| (hour, unknown())).collect();
        let (changes, proof) = play(shown(), &looks);
        assert_eq!((changes, proof.verified_at), (Vec::new(), Some(0)));
        let (changes, lost) = play(proof.clone(), &[(72, unknown())]);
        assert_eq!((changes, lost.lost_at), (vec![Change::Lost(Why::Unchecked)], Some(72 * HOUR)));
        let (_, _, at) = next(&proof, unknown(), 71 * HOUR + 60_000);
        assert_eq!(at, 72 * HOUR, "looked at when the grace is over");
        // Between two answers that it is gone, a failing server neither counts nor forgives.
        let (changes, _) = play(shown(), &[(24, Seen::Nothing), (25, unknown()), (26, Seen::Nothing)]);
        assert_eq!(changes, [Change::Missing, Change::Lost(Why::Gone)]);
    }

    #[test]
    fn what_was_lost_comes_back_with_its_record() {
        let (_, lost) = play(shown(), &[(24, Seen::Nothing), (25, Seen::Nothing)]);
        let (changes, back) = play(lost, &[(49, unknown()), (73, Seen::Nothing), (97, Seen::Record)]);
        assert_eq!((changes, back.lost_at), (vec![Change::Verified], None));
    }

    #[test]
    fn every_answer_is_read_as_it_was_written() {
        for seen in [Seen::Record, Seen::Taken, Seen::Nothing, Seen::Others, unknown()] {
            assert_eq!(Seen::parse(seen.as_str(), seen.why().map(str::to_owned)), Some(seen));
        }
        assert_eq!(Seen::parse("else", None), None);
    }
}
