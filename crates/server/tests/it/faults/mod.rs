//! One module a fault, named after its row in the fault list.

mod f01_killed;
mod f10_rate_limit;
mod f10_told_limits;
mod f11_bad_answers;
mod f12_answer_lost;
mod f13_late_effect;
mod f16_dead_token;
mod f17_some_succeed;
mod f18_races;
mod f21_fair_turns;
mod f21_poison;
mod f29_lost_sight;
mod f30_removed_by_hand;
