//! What one transaction writes: rows by compare-and-set, audit records, events and the next job together.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use futures_util::future::maybe_done;
use valetkey_sdk::point;
use valetkey_sdk::point::Point;

use super::access_codes::NewCode;
use super::access_readings::AccessReading;
use super::administer::Administer;
use super::audit::Entry;
use super::basis::{Basis, keep, keep_basis};
use super::cards::{Attestation, HandOver, Help, HelpDealtWith};
use super::connections::Connection;
use super::events::Event;
use super::grantees::Grantee;
use super::grants::GrantRow;
use super::items::Item;
use super::jobs::Lease;
use super::links::NewLink;
use super::mails::MailWrite;
use super::requests::{NewRequest, Request};
use super::sql::{DbErrorKind, Tx};
use super::turns::Turn;
use super::{
    Scope, Store, StoreError, administer, audit, cards, connections, erasures, events, grantees, grants,
};
use super::{access_codes, access_readings, idempotency, items, jobs, links, mails, requests, turns};
use crate::defence;
use crate::engine::domain;
use crate::ids::{AgencyId, ApprovalId, ConnectionId, GrantId, ItemId, JobId, RequestId};
use crate::{cells, sql};

/// One write. All writes of a commit happen, or none.
#[derive(Clone, Debug)]
pub enum Write {
    NewRequest(Box<NewRequest>),
    RequestState {
        id: RequestId,
        rev: i64,
        state: &'static str,
        completed_at: Option<i64>,
    },
    Item(Box<Item>),
    ItemState {
        id: ItemId,
        rev: i64,
        state: &'static str,
    },
    NewConnection(Box<Connection>),
    ConnectionState {
        id: ConnectionId,
        rev: i64,
        state: &'static str,
    },
    /// A newer credential of the same sign-in.
    Credential {
        id: ConnectionId,
        rev: i64,
        sealed: Vec<u8>,
    },
    /// The person wants this sign-in erased.
    AskErasure {
        connection: ConnectionId,
        code_hash: String,
        at: i64,
    },
    /// It is over: what was asked to be erased is erased.
    EraseAsked {
        connection: ConnectionId,
        at: i64,
    },
    Grantee(Grantee),
    Approval(Approval),
    NewGrant(Box<GrantRow>),
    Grant(Box<GrantRow>),
    /// The grant is looked at again at this time.
    Look {
        job: JobId,
        grant: GrantId,
        at: i64,
    },
    /// The record of the agency's domain is looked for at this time.
    LookAtDomain {
        job: JobId,
        agency: AgencyId,
        at: i64,
    },
    /// The lease is still ours.
    Hold(Lease),
    /// Takes the turn of what must be changed one at a time, under this lease, which is still ours, and at this time.
    TakeTurn(Turn, Lease, i64),
    /// The work under this lease is done; it goes on at this time, if at all.
    Finish(Lease, Option<i64>),
    /// What was read outside is still so.
    KeepRequest {
        id: RequestId,
        rev: i64,
    },
    KeepGrantee(Grantee),
    KeepBasis(Box<Basis>),
    NewLink(NewLink),
    Attestation(Attestation),
    HandOver(HandOver),
    Help(Help),
    HelpDealtWith(HelpDealtWith),
    /// What a platform showed, or why it did not.
    AccessReading(Box<AccessReading>),
    /// A mail, and the job that sends it.
    Mail(MailWrite),
    NewCode(NewCode),
    Event(Event),
    Audit(Entry),
    /// What an agency keeps in order: clients, templates, keys.
    Administer(Administer),
}

/// The client's yes, on our page, in the browser that signed in.
#[derive(Clone, Debug)]
pub struct Approval {
    pub id: ApprovalId,
    pub request_id: RequestId,
    pub item_id: ItemId,
    pub connection_id: ConnectionId,
    pub browser_hash: String,
    /// Id and name of the person at the platform.
    pub person: String,
    /// The digest of what the page showed.
    pub terms: String,
    pub approved_at: i64,
}

/// A card with everything around it, read inside the transaction.
#[derive(Clone, Debug)]
pub struct CardView {
    pub item: Item,
    /// What the client gave on it.
    pub shares: Vec<GrantRow>,
    /// Assignments that follow one of the shares, whichever request made them.
    pub staff: Vec<GrantRow>,
    pub request: Request,
    /// All cards of the request.
    pub items: Vec<Item>,
}

/// Decides, from what the transaction sees after its writes, what else it writes.
pub type Then = Box<dyn Fn(&CardView) -> Vec<Write> + Send>;

sql!(
    INSERT_APPROVAL,
    "INSERT INTO approval (agency_id, approval_id, request_id, item_id, connection_id, browser_hash, person, terms, approved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);

impl Store {
    /// Writes all of it in one transaction, which `point` names.
    ///
    /// # Errors
    /// `Stale` when a row was changed since it was read; nothing is written then.
    pub async fn commit(
        &self,
        point: Point,
        scope: &Scope,
        mut writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        let scope = scope.clone();
        let cards = cards_in(&writes);
        if !defence::one_transaction() {
            self.commit_all_but_jobs(&scope, &mut writes).await?;
        }
        self.pace.stop().await;
        self.db.of(scope.agency()).tx(point, async move |tx| write_all(tx, &scope, &writes).await).await?;
        self.pace.stop().await;
        self.tell(cards);
        Ok(())
    }

    /// The same, and then what `then` decides about the card, in the same transaction.
    pub async fn commit_then(
        &self,
        point: Point,
        scope: &Scope,
        writes: Vec<Write>,
        card: ItemId,
        then: Then,
    ) -> Result<(), StoreError> {
        self.commit_then_each(point, scope, writes, vec![card], then).await
    }

    /// The same for several cards, one after the other.
    pub async fn commit_then_each(
        &self,
        point: Point,
        scope: &Scope,
        mut writes: Vec<Write>,
        of: Vec<ItemId>,
        then: Then,
    ) -> Result<(), StoreError> {
        let scope = scope.clone();
        let then = std::sync::Mutex::new(then);
        let cards = cards_in(&writes);
        if !defence::one_transaction() {
            self.commit_all_but_jobs(&scope, &mut writes).await?;
        }
        self.pace.stop().await;
        self.db
            .of(scope.agency())
            .tx(point, async move |tx| {
                write_all(tx, &scope, &writes).await?;
                for card in &of {
                    let Some(view) = view(tx, scope.agency(), card).await? else { continue };
                    let more = then.lock().unwrap_or_else(std::sync::PoisonError::into_inner)(&view);
                    write_all(tx, &scope, &more).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        self.pace.stop().await;
        self.tell(cards);
        Ok(())
    }

    /// What a build without that defence does: the jobs follow in a transaction of their own.
    async fn commit_all_but_jobs(&self, scope: &Scope, writes: &mut Vec<Write>) -> Result<(), StoreError> {
        let jobs = writes.extract_if(.., |w| matches!(w, Write::Look { .. })).collect();
        let (scope, first) = (scope.clone(), std::mem::replace(writes, jobs));
        self.db
            .of(scope.agency())
            .tx(point!("all but jobs"), async move |tx| write_all(tx, &scope, &first).await)
            .await?;
        self.pace.stop().await;
        Ok(())
    }

    fn tell(&self, cards: BTreeSet<ItemId>) {
        for card in cards {
            // Nobody listening is fine.
            let _ = self.changed.send(card);
        }
    }
}

/// The cards that somebody may be looking at.
fn cards_in(writes: &[Write]) -> BTreeSet<ItemId> {
    let card = |write: &Write| match write {
        Write::Grant(grant) | Write::NewGrant(grant) => Some(grant.item_id.clone()),
        Write::Item(item) => Some(item.id.clone()),
        Write::ItemState { id, .. } => Some(id.clone()),
        _ => None,
    };
    writes.iter().filter_map(card).collect()
}

async fn view(tx: &Tx<'_>, agency: &AgencyId, card: &ItemId) -> Result<Option<CardView>, StoreError> {
    let (grants, request) = tokio::join!(
        grants::list_around_card(tx, agency, card),
        items::find_request_with_items(tx, agency, card),
    );
    let ((shares, staff), Some((request, items))) = (grants?, request?) else { return Ok(None) };
    let Some(item) = items.iter().find(|item| item.id == *card).cloned() else { return Ok(None) };
    Ok(Some(CardView { item, shares, staff, request, items }))
}

/// In this order. Those of one statement do not wait for the answer to the one before: if that fails, none is kept.
async fn write_all(tx: &Tx<'_>, scope: &Scope, writes: &[Write]) -> Result<(), StoreError> {
    idempotency::took_effect(tx, scope).await?;
    let mut rest = writes;
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|write| is_one_statement(write)).count();
        if count == 0 {
            write_one(tx, scope, first).await?;
            rest = &rest[1..];
            continue;
        }
        let (now, later) = rest.split_at(count);
        let audits: Vec<&Entry> = now.iter().filter_map(audited).collect();
        let others = now.iter().filter(|write| audited(write).is_none());
        let others = side_by_side(others.map(|write| write_one(tx, scope, write)));
        let (audits, others) = tokio::join!(audit::append_all(tx, scope, &audits), others);
        telling([others, audits])?;
        rest = later;
    }
    Ok(())
}

fn audited(write: &Write) -> Option<&Entry> {
    match write {
        Write::Audit(entry) => Some(entry),
        _ => None,
    }
}

/// Whether it needs no answer before its end. Records of the audit log need that of their first one only.
fn is_one_statement(write: &Write) -> bool {
    matches!(
        write,
        Write::RequestState { .. }
            | Write::Item(_)
            | Write::ItemState { .. }
            | Write::Approval(_)
            | Write::NewGrant(_)
            | Write::Grant(_)
            | Write::Look { .. }
            | Write::Hold(_)
            | Write::TakeTurn(..)
            | Write::Finish(_, Some(_))
            | Write::KeepRequest { .. }
            | Write::KeepGrantee(_)
            | Write::KeepBasis(_)
            | Write::Event(_)
            | Write::Audit(_)
    )
}

/// Begins all of them in this order, and then waits for their answers.
pub(super) async fn side_by_side(
    all: impl Iterator<Item = impl Future<Output = Result<(), StoreError>>>,
) -> Result<(), StoreError> {
    let mut all: Vec<_> = all.map(|one| Box::pin(maybe_done(one))).collect();
    poll_fn(|cx| {
        let mut ready = true;
        for one in &mut all {
            ready &= one.as_mut().poll(cx).is_ready();
        }
        if ready { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    telling(all.iter_mut().filter_map(|one| one.as_mut().take_output()))
}

/// The first failure that is more than another one's consequence.
fn telling(all: impl IntoIterator<Item = Result<(), StoreError>>) -> Result<(), StoreError> {
    let mut follows = Ok(());
    for error in all.into_iter().filter_map(Result::err) {
        match &error {
            StoreError::Db(db) if *db.kind() == DbErrorKind::Poisoned => follows = Err(error),
            _ => return Err(error),
        }
    }
    follows
}

async fn write_one(tx: &Tx<'_>, scope: &Scope, write: &Write) -> Result<(), StoreError> {
    let agency = scope.agency();
    match write {
        Write::NewRequest(new) => requests::insert(tx, agency, new).await,
        Write::RequestState { id, rev, state, completed_at } => {
            requests::set_state(tx, agency, id, *rev, state, *completed_at).await
        }
        Write::Item(item) => items::update(tx, agency, item).await,
        Write::ItemState { id, rev, state } => items::set_state(tx, agency, id, *rev, state).await,
        Write::NewConnection(connection) => connections::insert(tx, agency, connection).await,
        Write::ConnectionState { id, rev, state } => {
            connections::set_state(tx, agency, id, *rev, state).await
        }
        Write::Credential { id, rev, sealed } => {
            connections::set_credential(tx, agency, id, *rev, sealed).await
        }
        Write::AskErasure { connection, code_hash, at } => {
            erasures::ask(tx, agency, code_hash, connection, *at).await
        }
        Write::EraseAsked { connection, at } => erasures::erase_asked(tx, agency, connection, *at).await,
        Write::Grantee(grantee) => {
            grantees::upsert(tx, agency, grantee, grantee.proven_at.unwrap_or(0)).await
        }
        Write::Approval(approval) => insert_approval(tx, agency, approval).await,
        Write::NewGrant(grant) => grants::insert(tx, agency, grant).await,
        Write::Grant(grant) => grants::update(tx, agency, grant).await,
        Write::Look { job, grant, at } => jobs::enqueue(tx, agency, job, "look", grant.as_str(), *at).await,
        Write::LookAtDomain { job, agency, at } => {
            jobs::enqueue(tx, agency, job, domain::KIND, agency.as_str(), *at).await
        }
        Write::Hold(lease) => jobs::hold(tx, agency, lease).await,
        Write::TakeTurn(turn, lease, at) => turns::take(tx, agency, turn, lease, *at).await,
        Write::Finish(lease, next) => jobs::finish(tx, agency, lease, *next).await,
        Write::KeepRequest { id, rev } => {
            let now = requests::find(tx, agency, id).await?.map(|r| r.rev);
            keep(now == Some(*rev), "the request")
        }
        Write::KeepGrantee(grantee) => {
            let now = grantees::find(tx, agency, &grantee.id).await?;
            keep(now.as_ref() == Some(grantee), "the grantee")
        }
        Write::KeepBasis(basis) => keep_basis(tx, agency, basis).await,
        Write::NewLink(link) => links::insert(tx, agency, link).await,
        Write::Attestation(attestation) => cards::attest(tx, agency, attestation).await,
        Write::HandOver(over) => cards::hand_over(tx, agency, over).await,
        Write::Help(help) => cards::help(tx, agency, help).await,
        Write::HelpDealtWith(dealt) => cards::deal_with(tx, agency, dealt).await,
        Write::AccessReading(reading) => access_readings::replace(tx, agency, reading).await,
        Write::Mail(change) => mails::write(tx, agency, change).await,
        Write::NewCode(code) => access_codes::insert(tx, agency, code).await,
        Write::Event(event) => events::insert(tx, agency, event).await,
        Write::Audit(entry) => audit::append(tx, scope, entry).await,
        Write::Administer(change) => administer::write(tx, scope.agency(), change).await,
    }
}

async fn insert_approval(tx: &Tx<'_>, agency: &AgencyId, a: &Approval) -> Result<(), StoreError> {
    let row = cells![
        agency,
        &a.id,
        &a.request_id,
        &a.item_id,
        &a.connection_id,
        &a.browser_hash,
        &a.person,
        &a.terms,
        a.approved_at,
    ];
    match tx.exec(INSERT_APPROVAL, row).await {
        Ok(_) => Ok(()),
        Err(e) if e.is_duplicate("approval_terms") => Err(StoreError::Duplicate("the approval")),
        Err(e) => Err(e.into()),
    }
}
