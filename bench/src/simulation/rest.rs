//! After a history: the world calms down, everything comes to rest, nights pass, and the judge is asked.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use valetkey::app::audit;
use valetkey::audit::Record;
use valetkey::engine::state::item;
use valetkey::engine::{card, record};

use super::by_hand;
use super::history::{History, key_of};
use super::stage::at_once;
use super::world::{Trouble, lock};
use crate::judge::{Case, Claim, Key, Verdict, judge};

const HOUR_MS: i64 = 3_600_000;

impl History {
    /// Nothing goes wrong any more, everybody does what is theirs to do, and then nights pass.
    pub fn come_to_rest(&mut self) {
        let nights = {
            let mut world = lock(&self.stage.world);
            world.note(|| "-- calm".into());
            world.trouble = Trouble { lag_s: world.trouble.lag_s, ..Trouble::default() };
            world.hidden.clear();
            if world.dice.percent(5) { 30 } else { world.dice.between(1, 2) }
        };
        self.agencies_sign_in_again();
        let cards: Vec<usize> = (0..self.cards.len()).filter(|i| *self.cards[*i].approved.borrow()).collect();
        for card in cards {
            self.stage.client_signs_in_again(&self.cards[card]);
        }
        self.rest_for(HOUR_MS);
        for key in self.waiting() {
            let mut world = lock(&self.stage.world);
            if world.dice.percent(80) {
                by_hand::decide(&mut world, &key);
            }
        }
        for night in 0..nights {
            if lock(&self.stage.world).dice.percent(30) {
                self.remove_by_hand();
            }
            lock(&self.stage.world).note(|| format!("-- night {}", night + 1));
            self.rest_for(24 * HOUR_MS);
        }
        // Who still has to decide does, and the last look sees it.
        while let Some(key) = self.waiting().first() {
            by_hand::decide(&mut lock(&self.stage.world), key);
        }
        self.rest_for(25 * HOUR_MS);
    }

    fn rest_for(&mut self, ms: i64) {
        let until = self.stage.clock.now_ms() + ms;
        self.run_until(until, 3_000);
    }

    fn waiting(&self) -> Vec<Key> {
        let mut world = lock(&self.stage.world);
        let keys = world.keys();
        keys.into_iter().filter(|key| world.held(key).is_some_and(|h| h.waits.is_some())).collect()
    }

    /// The judge's verdict, and what else must hold.
    pub fn verdict(&mut self) -> Verdict {
        let case = self.case();
        let mut verdict = judge(&case);
        self.check_jobs();
        self.check_states();
        // Turns are taken within one process: two of them may still call at once.
        if self.nodes.len() == 1 {
            verdict.findings.extend(lock(&self.stage.world).overlaps.clone());
        }
        verdict.findings.append(&mut self.broken);
        verdict
    }

    fn case(&self) -> Case {
        let grants = self.grants();
        let key_of_id = |id: &str| grants.iter().find(|(_, g)| g.id.as_str() == id).map(|(_, g)| key_of(g));
        let (ledger, now) = {
            let world = lock(&self.stage.world);
            (world.ledger.clone(), world.now())
        };
        let true_time = |ms| lock(&self.stage.world).true_time(ms).expect("the clock showed it");
        let claim =
            |row: &valetkey::store::grants::GrantRow| Claim { key: key_of(row), word: row.word.clone() };
        let mut case = Case {
            ledger,
            decisions: self.decisions.borrow().clone(),
            claims: grants.iter().map(|(_, row)| claim(row)).collect(),
            now,
            ..Case::default()
        };
        for agency in &self.stage.agencies {
            let store = &self.stage.quiet.store;
            let records = at_once(store.list_audit(&agency.scope, 0, 1_000_000)).expect("the store answers");
            let whole = at_once(audit::verify(store, &agency.scope, &[]));
            case.chains.push(whole.map(|_| records.len() as u64).map_err(|e| e.to_string()));
            for record in &records {
                let Some(key) = key_of_id(&record.subject) else { continue };
                let at = true_time(record.at_ms);
                match record.action.as_str() {
                    "grant.intended" => case.intents.push((key, at)),
                    "grant.looked" => match word_after(record).as_deref() {
                        Some("active" | "drifted" | "declined" | "lapsed") => case.arrivals.push((key, at)),
                        Some("awaiting_acceptance") => case.invitations.push((key, at)),
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
        case
    }

    /// Nothing is left behind: whatever is not over is looked at again some time.
    fn check_jobs(&mut self) {
        let jobs = self.stage.jobs();
        for (_, row) in self.grants() {
            let over =
                matches!(row.word.as_str(), "revoked" | "expired" | "cancelled" | "declined" | "lapsed");
            let job = jobs.iter().find(|j| j.subject_id == row.id.as_str());
            let watched = job.is_some_and(|j| j.parked.is_none() || row.word == "failed");
            if !over && !watched {
                self.broken.push(format!("{} is {} and left behind: {job:?}", key_of(&row), row.word));
            }
        }
    }

    /// The rows agree with each other.
    fn check_states(&mut self) {
        let mut wrong = Vec::new();
        for (_, row) in self.grants() {
            match record::read(&row) {
                Ok(grant) if grant.word() == row.word => {}
                Ok(grant) => wrong.push(format!("{} says {} and is {}", row.id, row.word, grant.word())),
                Err(e) => wrong.push(e),
            }
        }
        for c in &self.cards {
            let scope = &self.stage.agencies[c.agency].scope;
            let store = &self.stage.quiet.store;
            let card = at_once(store.get_item(scope, &c.item)).expect("the card");
            let shares = at_once(store.list_shares_of_item(scope, &c.item)).expect("its grants");
            let all_rest = shares.iter().all(|g| card::is_rest(&g.word));
            let state = item::State::parse(&card.state);
            let is_settled = state == Some(item::State::Settled);
            let was_approved = matches!(state, Some(item::State::Settled | item::State::Approved));
            if was_approved && !shares.is_empty() && is_settled != all_rest {
                let words: Vec<_> = shares.iter().map(|g| g.word.as_str()).collect();
                wrong.push(format!("a card is {} while its grants are {words:?}", card.state));
            }
        }
        self.broken.extend(wrong);
    }

    /// Everything that was stored and everything that happened, as one number.
    pub fn digest(&self) -> u64 {
        let mut hash = DefaultHasher::new();
        for agency in &self.stage.agencies {
            let head = at_once(self.stage.quiet.store.get_audit_head(&agency.scope)).expect("a head");
            format!("{head:?}").hash(&mut hash);
        }
        for (_, row) in self.grants() {
            format!("{row:?}").hash(&mut hash);
        }
        let jobs = at_once(self.stage.quiet.store.list_jobs_as_operator(false)).expect("the store answers");
        format!("{jobs:?}").hash(&mut hash);
        format!("{:?}", lock(&self.stage.world).ledger).hash(&mut hash);
        hash.finish()
    }
}

/// What the grant was after it.
fn word_after(record: &Record) -> Option<String> {
    record.data.value().pointer("/what/to")?.as_str().map(str::to_owned)
}
