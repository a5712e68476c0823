//! What people do: agencies send requests, clients sign in and approve, somebody revokes or cancels.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use jiff::Timestamp;
use serde_json::json;
use valetkey::app::approve;
use valetkey::app::grants;
use valetkey::app::link;
use valetkey::app::offer::{Ask, Entry, Offer};
use valetkey::app::requests::{self, ClientOf, Wanted, WantedItem};
use valetkey::engine::record;
use valetkey::engine::state::item;
use valetkey::ids::{ItemId, RequestId};
use valetkey::store::items::Item;
use valetkey::store::{Scope, Write};
use valetkey_sdk::access::{AssetRef, AssetType, Level};
use valetkey_sdk::clock::from_millisecond;
use valetkey_sdk::connector::Asset;
use valetkey_sdk::lang::Lang;

use super::platforms::KINDS;
use super::stage::{BROWSER, Stage, at_once};
use super::world::{Roles, Shared, lock};
use crate::judge::{Answer, Decision, Key, What};

/// One press of a button, under way.
pub struct Press {
    pub work: Pin<Box<dyn Future<Output = ()>>>,
    what: String,
    decisions: std::ops::Range<usize>,
    all: Decisions,
    world: Shared,
}

pub type Decisions = Rc<RefCell<Vec<Decision>>>;

/// A card that a client signed in for and picked on.
pub struct Card {
    pub agency: usize,
    pub request: RequestId,
    token: String,
    pub item: ItemId,
    pub platform: &'static str,
    pub keys: Vec<Key>,
    roles: Roles,
    until: Option<Timestamp>,
    /// Somebody pressed "approve", and was told yes.
    pub approved: Rc<RefCell<bool>>,
    /// When it was first pressed: pressing again is the same decision.
    first_pressed: Cell<Option<Timestamp>>,
}

impl Press {
    /// Its browser went away: nobody hears the answer.
    pub fn give_up(self) {
        let now = lock(&self.world).now();
        lock(&self.world).note(|| format!("nobody waits any more for: {}", self.what));
        for decision in &mut self.all.borrow_mut()[self.decisions] {
            decision.answer = Answer::Lost(now);
        }
    }
}

const THINGS: [(&str, &str); 3] = [("a1", "s1"), ("a2", "s1"), ("a3", "s2")];

impl Stage {
    /// A request for one to five platforms; its client signs in and picks on each card.
    pub fn send_request(&self) -> Vec<Card> {
        let (agency, wanted, level, until) = {
            let mut world = lock(&self.world);
            let agency = world.dice.below(self.agencies.len());
            let count = 1 + world.dice.below(5);
            let first = world.dice.below(KINDS.len());
            let level = *world.dice.pick(&Level::ALL).unwrap_or(&Level::View);
            let until = world.dice.percent(25).then(|| {
                let hours = world.dice.between(1, 40);
                world.clock.now_ms() + hours * 3_600_000
            });
            let platforms: Vec<_> = (0..count).map(|i| KINDS[(first + i * 2) % KINDS.len()].id).collect();
            (agency, platforms, level, until)
        };
        let items = wanted.iter().map(|platform| WantedItem {
            platform: (*platform).to_owned(),
            asks: vec![Ask {
                of: AssetType::new("thing"),
                level,
                native_roles: None,
                external_id: None,
                wants_yes: false,
            }],
            required: true,
        });
        let wanted = Wanted {
            client: ClientOf::New { name: "Harbour".into(), email: "o@harbour.example".into() },
            items: items.collect(),
            grantee_ids: Vec::new(),
            link_expires_in_days: 300,
            access_expires_at: until,
            message: None,
            customer_reference: None,
            locale: None,
            template_id: None,
            by_mail: false,
        };
        let scope = &self.agencies[agency].scope;
        let sent =
            at_once(requests::send(&self.quiet, scope, wanted, false)).expect("a request").expect("sent");
        let token = requests::token_of(&sent.url).expect("a link").expose().to_owned();
        lock(&self.world).note(|| format!("agency{agency} asks for {level:?} until {until:?}"));
        let items = at_once(self.quiet.store.list_items(scope, &sent.request.id)).expect("cards");
        items
            .into_iter()
            .map(|item| self.pick(agency, &sent.request.id, &token, item, level, until))
            .collect()
    }

    fn pick(
        &self,
        agency: usize,
        request: &RequestId,
        token: &str,
        item: Item,
        level: Level,
        until: Option<i64>,
    ) -> Card {
        let platform = KINDS.iter().find(|k| k.id == item.platform).expect("one of ours").id;
        let scope = &self.agencies[agency].scope;
        let id = item.id.clone();
        self.client_signs_in(scope, item, level);
        let picks: Vec<usize> = {
            let mut world = lock(&self.world);
            let first = world.dice.below(THINGS.len());
            (0..=world.dice.below(2)).map(|i| (first + i) % THINGS.len()).collect()
        };
        let link = at_once(link::find(&self.quiet, token)).expect("the link");
        let texts: Vec<_> = picks.iter().map(usize::to_string).collect();
        at_once(approve::choose(&self.quiet, &link, &id, Some(BROWSER), &texts)).expect("picked");
        Card {
            agency,
            request: request.clone(),
            token: token.to_owned(),
            item: id,
            platform,
            keys: picks.iter().map(|i| self.key(agency, platform, THINGS[*i].0)).collect(),
            roles: roles(level),
            until: until.map(from_millisecond),
            approved: Rc::default(),
            first_pressed: Cell::new(None),
        }
    }

    /// The client signs in on a card, at first or once more.
    fn client_signs_in(&self, scope: &Scope, item: Item, level: Level) {
        let connection = self.connection(scope, &item.platform, "client", Some(item.id.clone()));
        let entry = |(id, shop): &(&str, &str)| Entry {
            asset: Asset {
                on: AssetRef::known(&AssetType::new("thing"), *id, Some(shop)),
                name: (*id).to_owned(),
                detail: None,
                checks: Vec::new(),
            },
            container: Some((*shop).to_owned()),
            level,
            roles: roles(level),
            blocked: None,
            held: false,
            lowers: Default::default(),
        };
        let offer = Offer { entries: THINGS.iter().map(entry).collect(), missing: Vec::new() };
        let state = item::State::parse(&item.state).expect("a state");
        let (next, _) = item::next(state, item::Event::Connect).expect("it takes a sign-in");
        let request = item.request_id.clone();
        let writes = vec![
            record::audit(&self.quiet, "connection.made", connection.id.as_str(), Some(&request), json!({})),
            Write::Item(Box::new(Item {
                state: next.as_str().into(),
                connection_id: Some(connection.id.clone()),
                offer: serde_json::to_string(&offer).ok(),
                choice: None,
                ..item
            })),
            Write::NewConnection(Box::new(connection)),
        ];
        at_once(self.quiet.store.commit(valetkey_sdk::point!("trial"), scope, writes))
            .expect("nobody is in the way");
    }

    /// The same after an approval: what waits for it is tried again.
    pub fn client_signs_in_again(&self, card: &Card) {
        let scope = &self.agencies[card.agency].scope;
        let item = at_once(self.quiet.store.get_item(scope, &card.item)).expect("the card");
        self.client_signs_in(scope, item, Level::View);
        at_once(grants::retry_all(&self.quiet, scope, &card.item)).expect("tried again");
    }

    /// The client presses "approve".
    pub fn press_approve(&self, card: &Card, all: &Decisions) -> Press {
        let what = What::Hold { roles: card.roles.clone(), announced: card.roles.clone(), until: card.until };
        let (desk, token, item) = (self.desk(), card.token.clone(), card.item.clone());
        let link = at_once(link::find(&self.quiet, &token));
        let terms = link.map(|link| at_once(approve::terms(&self.quiet, &link, &item, Some(BROWSER))));
        let digest = terms.ok().and_then(Result::ok).map(|t| t.digest).unwrap_or_default();
        let at = card.first_pressed.get().unwrap_or_else(|| lock(&self.world).now());
        card.first_pressed.set(Some(at));
        let approved = Rc::clone(&card.approved);
        let text = format!(
            "approve {:?} at {}",
            card.keys.iter().map(|k| &k.asset.id).collect::<Vec<_>>(),
            card.platform
        );
        self.press(text, at, &card.keys, &what, all, async move {
            let done = approve::approve(&desk, &token, &item, BROWSER, &digest, Lang::En).await;
            *approved.borrow_mut() = done.is_ok();
            done.is_ok()
        })
    }

    pub fn press_revoke(&self, agency: usize, id: String, key: Key, all: &Decisions) -> Press {
        let (desk, scope) = (self.desk(), self.agencies[agency].scope.clone());
        let now = lock(&self.world).now();
        self.press(format!("revoke {key}"), now, &[key], &What::End, all, async move {
            grants::revoke(&desk, &scope, &id).await.is_ok()
        })
    }

    pub fn press_cancel(&self, agency: usize, request: &RequestId, keys: &[Key], all: &Decisions) -> Press {
        let (desk, scope) = (self.desk(), self.agencies[agency].scope.clone());
        let request = request.as_str().to_owned();
        let now = lock(&self.world).now();
        self.press("cancel the request".into(), now, keys, &What::EndUnlessReached, all, async move {
            requests::cancel(&desk, &scope, &request).await.is_ok()
        })
    }

    fn press(
        &self,
        text: String,
        at: Timestamp,
        keys: &[Key],
        what: &What,
        all: &Decisions,
        work: impl Future<Output = bool> + 'static,
    ) -> Press {
        lock(&self.world).note(|| format!("pressed: {text}"));
        let first = all.borrow().len();
        let decision = |key: &Key| Decision {
            key: key.clone(),
            what: what.clone(),
            at,
            answer: Answer::Lost(Timestamp::MAX),
        };
        all.borrow_mut().extend(keys.iter().map(decision));
        let decisions = first..first + keys.len();
        let (answered, told, world) = (Rc::clone(all), decisions.clone(), self.world.clone());
        let said = text.clone();
        let work = Box::pin(async move {
            let done = work.await;
            let now = lock(&world).now();
            lock(&world).note(|| format!("answered {}: {said}", if done { "yes" } else { "no" }));
            for decision in &mut answered.borrow_mut()[told] {
                decision.answer = if done { Answer::Yes(now) } else { Answer::No(now) };
            }
        });
        Press { work, what: text, decisions, all: Rc::clone(all), world: self.world.clone() }
    }
}

fn roles(level: Level) -> Roles {
    let count = match level {
        Level::View => 1,
        Level::Manage => 2,
        Level::Full => 3,
    };
    ["see", "edit", "own"].into_iter().take(count).map(str::to_owned).collect()
}
