//! One module a fault, named after its row in the fault list.

mod f01_killed;
mod f04_full_disk;
mod f05_busy_file;
mod f06_damaged_file;
mod f07_away;
mod f07_cut_connection;
mod f08_fail_over;
mod f10_rate_limit;
mod f10_told_limits;
mod f11_bad_answers;
mod f12_answer_lost;
mod f13_late_effect;
mod f16_dead_token;
mod f17_some_succeed;
mod f18_races;
mod f19_paused_node;
mod f20_clocks;
mod f21_fair_turns;
mod f21_poison;
mod f23_mail_server;
mod f24_rolling;
mod f26_backup;
mod f26_copies;
mod f29_lost_sight;
mod f30_removed_by_hand;
