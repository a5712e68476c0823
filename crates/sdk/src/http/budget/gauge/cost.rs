//! What one call costs, in percent of a limit, by what answers told. Pure.

use super::told::SLOW;

/// What is told may be rounded to whole percents, up or down.
pub const ROUNDING: f64 = 1.0;
/// So many points have to be used between two looks, or rounding would be most of what is seen.
const POINTS: f64 = 10.0;
/// And so many calls for each that was under way at the first look.
const TIMES: u32 = 4;

/// What was seen is too high rather than too low: rounding counts as used, and so does what others use meanwhile.
#[derive(Debug, Default)]
pub struct Cost {
    /// While calls were made freely, many side by side.
    free: Option<f64>,
    /// The most while the limit was nearly used up, and calls were made one by one.
    near: Option<f64>,
    begun: Option<Begun>,
}

/// Where a measurement began.
#[derive(Debug)]
struct Begun {
    percent: f64,
    /// Calls under way then whose answers did not come yet: when the platform counted them is not known.
    unsettled: u32,
    /// Calls under way when those had come: they may have been counted before.
    before: u32,
    answers: u32,
}

impl Cost {
    /// Nothing before enough was used to tell.
    pub fn of_one(&self) -> Option<f64> {
        self.near.or(self.free)
    }

    /// The most that one costs, seen where it matters.
    pub fn most(&self) -> Option<f64> {
        self.near
    }

    /// An answer told `percent`, the one before it `last`, and so many other calls are under way.
    pub fn note(&mut self, last: f64, percent: f64, others: u32) {
        let is_near = percent >= SLOW;
        if !is_near {
            self.near = None;
        }
        let Some(begun) = self.begun.as_mut().filter(|begun| begun.percent <= percent) else {
            return self.begin(percent, others);
        };
        if begun.unsettled > 0 {
            begun.percent = begun.percent.max(percent);
            begun.unsettled -= 1;
            begun.before = others;
            return;
        }
        begun.answers += 1;
        let used = percent - begun.percent;
        let counted = begun.answers.saturating_sub(begun.before);
        let is_enough = used >= POINTS && counted > 0 && counted >= TIMES * begun.before;
        let each = (used + ROUNDING) / f64::from(counted.max(1));
        if is_near && begun.percent < SLOW {
            if is_enough {
                self.free = Some(each);
            }
            return self.begin(percent, others);
        }
        // More at once than rounding can make of a cheap call: this one was not, or somebody else calls too.
        let leap = percent - last;
        if is_near && leap > ROUNDING {
            self.near = Some(self.near.map_or(leap, |most| most.max(leap)));
        }
        if is_enough {
            if is_near {
                self.near = Some(self.near.map_or(each, |most| most.max(each)));
            } else {
                self.free = Some(each);
            }
            self.begin(percent, others);
        }
    }

    fn begin(&mut self, percent: f64, others: u32) {
        self.begun = Some(Begun { percent, unsettled: others, before: others, answers: 0 });
    }
}
