//! One random history: people, platforms, clock, and engines that are broken off at any commit or call.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use jiff::SignedDuration;
use valetkey::app::grants;
use valetkey::desk::Desk;
use valetkey::engine;
use valetkey::store::grants::{Filter, GrantRow};
use valetkey_sdk::clock::from_millisecond;

use super::by_hand;
use super::leases;
use super::people::{Card, Decisions, Press};
use super::platforms::KINDS;
use super::stage::{Stage, at_once};
use super::world::{Trouble, lock};
use crate::judge::{Key, Named};

/// How much happens in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Enough for most mistakes, and five of them fit where one long one does.
    Short,
    Long,
}

impl Length {
    /// Every eighth history is a long one.
    pub fn of(seed: u64) -> Self {
        if seed.is_multiple_of(8) { Self::Long } else { Self::Short }
    }

    /// From how many to how many things are thrown for.
    fn steps(self) -> (i64, i64) {
        match self {
            Self::Short => (12, 50),
            Self::Long => (60, 220),
        }
    }

    /// With so many cards no further request is sent.
    fn most_cards(self) -> usize {
        match self {
            Self::Short => 3,
            Self::Long => 12,
        }
    }
}

/// A process with an engine.
pub struct Node {
    pub name: String,
    desk: Desk,
    work: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl Node {
    fn start(stage: &Stage) -> Self {
        let (name, desk) = stage.start();
        Self { name, desk, work: None }
    }
}

pub struct History {
    length: Length,
    pub stage: Stage,
    pub nodes: Vec<Node>,
    pub cards: Vec<Card>,
    presses: Vec<Press>,
    pub decisions: Decisions,
    pub crashes: u64,
    /// Set when something that must always hold did not.
    pub broken: Vec<String>,
}

impl History {
    pub fn begin(seed: u64, length: Length, traced: bool) -> Self {
        let stage = Stage::set(seed, traced);
        let nodes = {
            let mut world = lock(&stage.world);
            let calm = world.dice.percent(20);
            let mut some = |most: usize| if calm { 0 } else { world.dice.below(most) };
            let trouble = Trouble {
                refused: some(8),
                no_answer: some(20),
                answer_lost: some(40),
                limited: some(8),
                lag_s: 0,
            };
            world.trouble = Trouble { lag_s: world.dice.between(0, 50), ..trouble };
            1 + usize::from(world.dice.percent(40))
        };
        let nodes = (0..nodes).map(|_| Node::start(&stage)).collect();
        Self {
            length,
            stage,
            nodes,
            cards: Vec::new(),
            presses: Vec::new(),
            decisions: Rc::new(RefCell::new(Vec::new())),
            crashes: 0,
            broken: Vec::new(),
        }
    }

    pub fn play(&mut self) {
        self.cards = self.stage.send_request();
        let (fewest, most) = self.length.steps();
        let steps = lock(&self.stage.world).dice.between(fewest, most);
        for _ in 0..steps {
            let throw = lock(&self.stage.world).dice.below(100);
            match throw {
                0..55 => self.run_some(),
                55..62 => self.approve(),
                62..65 => self.revoke(),
                65..66 => self.cancel(),
                66..69 => self.retry(),
                69..72 => self.crash(),
                72..73 => self.go_away(),
                73..83 => self.let_time_pass(),
                83..85 => self.remove_by_hand(),
                85..90 => self.decide_by_hand(),
                90..93 => self.lose_sight(),
                93..95 => self.lose_tokens(),
                95..97 => self.sign_in_again(),
                97..98 => self.put_clock_back(),
                _ => {
                    if self.cards.len() < self.length.most_cards() {
                        let more = self.stage.send_request();
                        self.cards.extend(more);
                    }
                }
            }
        }
    }

    /// One engine or one press goes on for a few steps.
    fn run_some(&mut self) {
        let (which, steps) = {
            let mut world = lock(&self.stage.world);
            (world.dice.below(self.nodes.len() + self.presses.len()), world.dice.between(1, 12))
        };
        for _ in 0..steps {
            lock(&self.stage.world).pass(3);
            if which < self.nodes.len() {
                self.step_node(which);
            } else {
                let press = which - self.nodes.len();
                if step(&mut self.presses[press].work) {
                    drop(self.presses.remove(press));
                    return;
                }
            }
        }
    }

    /// Whether the engine had something to do.
    fn step_node(&mut self, which: usize) -> bool {
        if self.nodes.len() == 1 {
            return self.step_alone(which);
        }
        let held = leases::held_by_others(&self.stage, &self.nodes[which].name);
        let went_on = self.step_alone(which);
        self.broken.extend(leases::taken(&self.stage, held));
        went_on
    }

    fn step_alone(&mut self, which: usize) -> bool {
        let node = &mut self.nodes[which];
        if node.work.is_none() {
            let now = node.desk.now_ms();
            if !at_once(node.desk.store.has_due_job(now)).unwrap_or(true) {
                return false;
            }
            lock(&self.stage.world).note(|| format!("engine {which} begins"));
            let desk = node.desk.clone();
            node.work = Some(Box::pin(async move { engine::drain(&desk).await.expect("the store answers") }));
        }
        if node.work.as_mut().is_some_and(step) {
            node.work = None;
        }
        true
    }

    fn approve(&mut self) {
        let open: Vec<usize> = (0..self.cards.len()).filter(|i| !*self.cards[*i].approved.borrow()).collect();
        let card = lock(&self.stage.world).dice.pick(&open).copied();
        if let Some(card) = card {
            self.presses.push(self.stage.press_approve(&self.cards[card], &self.decisions));
        }
    }

    fn revoke(&mut self) {
        let Some((agency, row)) = self.any_grant(|_| true) else { return };
        let key = key_of(&row);
        self.presses.push(self.stage.press_revoke(agency, row.id.to_string(), key, &self.decisions));
    }

    fn cancel(&mut self) {
        let card = lock(&self.stage.world).dice.below(self.cards.len());
        let Some(card) = self.cards.get(card) else { return };
        let of = self.cards.iter().filter(|c| c.request == card.request);
        let keys: Vec<Key> = of.flat_map(|c| c.keys.iter().cloned()).collect();
        let press = self.stage.press_cancel(card.agency, &card.request, &keys, &self.decisions);
        self.presses.push(press);
    }

    fn retry(&mut self) {
        let waits = |row: &GrantRow| matches!(row.word.as_str(), "needs_action" | "failed" | "unverifiable");
        let Some((agency, row)) = self.any_grant(waits) else { return };
        lock(&self.stage.world).note(|| format!("tried again: {}", key_of(&row)));
        let scope = &self.stage.agencies[agency].scope;
        // It may have moved on by itself.
        let _ = at_once(grants::retry(&self.stage.quiet, scope, row.id.as_str()));
    }

    /// The process is killed: what it remembers is gone, what it committed stays.
    fn crash(&mut self) {
        let which = lock(&self.stage.world).dice.below(self.nodes.len());
        lock(&self.stage.world).note(|| format!("engine {which} is killed"));
        self.crashes += 1;
        self.nodes[which] = Node::start(&self.stage);
        if self.nodes.len() == 1 {
            at_once(self.stage.quiet.store.release_all_leases()).expect("the store answers");
        }
    }

    fn go_away(&mut self) {
        if !self.presses.is_empty() {
            let which = lock(&self.stage.world).dice.below(self.presses.len());
            self.presses.remove(which).give_up();
        }
    }

    fn let_time_pass(&mut self) {
        let due = self.next_due();
        let mut world = lock(&self.stage.world);
        let now = world.clock.now_ms();
        let ms = match world.dice.below(10) {
            0..4 => world.dice.between(200, 5_000),
            4..7 => due.map_or(1_000, |at| (at - now).clamp(0, 86_400_000)),
            7..8 => world.dice.between(5_000, 180_000),
            8..9 => 3_600_000,
            _ => world.dice.between(3_600_000, 86_400_000),
        };
        world.pass(ms);
        world.note(|| format!("{} s pass", ms / 1_000));
    }

    fn put_clock_back(&self) {
        let mut world = lock(&self.stage.world);
        let seconds = *world.dice.pick(&[1, 1, 30, 300, 3_600]).unwrap_or(&1);
        world.put_clock_back(SignedDuration::from_secs(seconds));
        world.note(|| format!("the engine's clock is put back by {seconds} s"));
    }

    pub fn remove_by_hand(&mut self) {
        let mut world = lock(&self.stage.world);
        let keys = world.keys();
        if let Some(key) = world.dice.pick(&keys).cloned() {
            by_hand::remove(&mut world, &key);
        }
    }

    fn decide_by_hand(&mut self) {
        let mut world = lock(&self.stage.world);
        let keys = world.keys();
        let waiting: Vec<Key> =
            keys.into_iter().filter(|key| world.held(key).is_some_and(|h| h.waits.is_some())).collect();
        if let Some(key) = world.dice.pick(&waiting).cloned() {
            by_hand::decide(&mut world, &key);
        }
    }

    fn lose_sight(&mut self) {
        let mut world = lock(&self.stage.world);
        let Some(platform) = world.dice.pick(&KINDS).map(|k| k.id) else { return };
        if !world.hidden.remove(platform) {
            world.hidden.insert(platform);
        }
        let hidden = world.hidden.contains(platform);
        world.note(|| format!("{platform} {}", if hidden { "hides everything" } else { "shows everything" }));
    }

    fn lose_tokens(&mut self) {
        let mut world = lock(&self.stage.world);
        let all: Vec<String> = world.tokens.iter().cloned().collect();
        if let Some(token) = world.dice.pick(&all).cloned() {
            world.tokens.remove(&token);
            world.note(|| format!("{token} is dead"));
        }
    }

    pub fn sign_in_again(&mut self) {
        let who = lock(&self.stage.world).dice.below(self.cards.len() + 1);
        match self.cards.get(who) {
            Some(card) if *card.approved.borrow() => {
                lock(&self.stage.world).note(|| format!("the client signs in again at {}", card.platform));
                self.stage.client_signs_in_again(card);
            }
            _ => self.agencies_sign_in_again(),
        }
    }

    pub fn agencies_sign_in_again(&mut self) {
        lock(&self.stage.world).note(|| "the agencies sign in again".into());
        for agency in 0..self.stage.agencies.len() {
            let scope = self.stage.agencies[agency].scope.clone();
            for kind in KINDS {
                let grantee = self.stage.agencies[agency].grantees[kind.id].clone();
                self.stage.agency_signs_in(&scope, grantee);
            }
        }
    }

    fn any_grant(&self, wanted: impl Fn(&GrantRow) -> bool) -> Option<(usize, GrantRow)> {
        let mut all = self.grants();
        all.retain(|(_, row)| wanted(row));
        lock(&self.stage.world).dice.pick(&all).cloned()
    }

    /// Every grant, with the number of its agency.
    pub fn grants(&self) -> Vec<(usize, GrantRow)> {
        let mut out = Vec::new();
        for (number, agency) in self.stage.agencies.iter().enumerate() {
            let rows =
                at_once(self.stage.quiet.store.list_grants(&agency.scope, &Filter::default(), None, 200));
            out.extend(rows.expect("the store answers").into_iter().map(|row| (number, row)));
        }
        out
    }

    /// When the next job is due, one that is leased included.
    pub fn next_due(&self) -> Option<i64> {
        let jobs = self.stage.jobs();
        let at = |j: &valetkey::store::jobs::Listed| j.run_at.max(j.lease_until.map_or(0, |until| until + 1));
        jobs.iter().filter(|j| j.parked.is_none()).map(at).min()
    }

    /// Everything that is under way comes to its end, and everything that is due is done.
    pub fn run_out(&mut self) {
        for press in std::mem::take(&mut self.presses) {
            let mut work = press.work;
            while !step(&mut work) {}
        }
        for _ in 0..20_000 {
            lock(&self.stage.world).pass(1);
            let mut busy = false;
            for which in 0..self.nodes.len() {
                busy |= self.step_node(which);
            }
            if !busy {
                return;
            }
        }
        self.broken.push("the engines find no end".into());
    }

    /// Moves the clock to the next job until nothing is due before `until`.
    pub fn run_until(&mut self, until: i64, most: usize) {
        for _ in 0..most {
            self.run_out();
            match self.next_due() {
                Some(at) if at <= until => {
                    let mut world = lock(&self.stage.world);
                    let ms = (at - world.clock.now_ms()).max(0);
                    world.pass(ms);
                }
                _ => {
                    let late = until - self.stage.clock.now_ms();
                    lock(&self.stage.world).pass(late.max(0));
                    return self.run_out();
                }
            }
        }
        self.broken.push(format!("it does not come to rest before {}", from_millisecond(until)));
    }
}

fn step(work: &mut Pin<Box<dyn Future<Output = ()>>>) -> bool {
    matches!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()))
}

pub fn key_of(row: &GrantRow) -> Key {
    let asset = Named { kind: row.asset_type.clone(), id: row.asset_id.clone() };
    let principal = Named { kind: row.principal_kind.clone(), id: row.principal_id.clone() };
    Key { platform: row.platform.clone(), asset, principal }
}
