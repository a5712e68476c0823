//! When what the client gave comes to rest, its card does; when cards are done, the request is.

use serde_json::json;

use super::state::{item, request};
use super::{record, staff};
use crate::app::mails;
use crate::desk::Desk;
use crate::store::Write;
use crate::store::items::Item;
use crate::store::write::{CardView, Then};

/// Decides, inside the transaction that changed a grant, what becomes of its card and request.
pub fn after(desk: &Desk) -> Then {
    let desk = desk.clone();
    Box::new(move |view| {
        let mut out = staff::follow(&desk, view);
        out.extend(follow(&desk, view));
        out
    })
}

fn follow(desk: &Desk, view: &CardView) -> Vec<Write> {
    let mut out = Vec::new();
    let Some(state) = item::State::parse(&view.item.state) else { return out };
    let all_rest = view.shares.iter().all(|g| is_rest(&g.word));
    let event = if all_rest { item::Event::Settle } else { item::Event::Unsettle };
    let Ok((next, _)) = item::next(state, event) else { return out };
    if next != state {
        let Item { id, rev, .. } = &view.item;
        out.push(Write::ItemState { id: id.clone(), rev: *rev, state: next.as_str() });
        let data = json!({"from": state.word(), "to": next.word()});
        out.push(record::audit(desk, "item.changed", view.item.id.as_str(), Some(&view.request.id), data));
        out.extend(request_follows(desk, view, next));
    }
    out
}

/// The same after the card itself was changed by its client.
pub fn after_card(desk: &Desk) -> Then {
    let desk = desk.clone();
    Box::new(move |view| match item::State::parse(&view.item.state) {
        Some(state) => request_follows(&desk, view, state),
        None => Vec::new(),
    })
}

fn request_follows(desk: &Desk, view: &CardView, this: item::State) -> Vec<Write> {
    let state_of = |i: &Item| if i.id == view.item.id { Some(this) } else { item::State::parse(&i.state) };
    let done = |i: &&Item| state_of(i).is_some_and(item::State::is_done);
    let all = view.items.iter().filter(|i| i.required).all(|i| done(&i));
    let some = view.items.iter().any(|i| done(&i));
    let event = match (all, some) {
        (true, _) => request::Event::AllDone,
        // Complete no more: a card was opened again, or its access moves again.
        (false, true) if view.request.state == request::State::Complete.as_str() => request::Event::Reopen,
        (false, true) => request::Event::SomeDone,
        (false, false) => request::Event::Reopen,
    };
    request_event(desk, &view.request, event)
}

/// The writes of a request's transition; none when the event changes nothing.
pub fn request_event(desk: &Desk, r: &crate::store::requests::Request, event: request::Event) -> Vec<Write> {
    let Some(state) = request::State::parse(&r.state) else { return Vec::new() };
    let Ok((next, effects)) = request::next(state, event) else { return Vec::new() };
    if next == state {
        return Vec::new();
    }
    let completed_at = (next == request::State::Complete).then(|| desk.now_ms());
    let data = json!({"from": state.as_str(), "to": next.as_str()});
    let mut out = vec![
        Write::RequestState { id: r.id.clone(), rev: r.rev, state: next.as_str(), completed_at },
        record::audit(desk, "request.changed", r.id.as_str(), Some(&r.id), data),
    ];
    out.extend(record::events(desk, &effects, r.id.as_str(), Some(&r.id)));
    if next == request::State::Complete {
        out.extend(mails::receipt(desk, r));
    }
    out
}

/// Words of grants that move no more without somebody acting on purpose.
pub fn is_rest(word: &str) -> bool {
    matches!(
        word,
        "active" | "attested" | "drifted" | "declined" | "lapsed" | "expired" | "revoked" | "cancelled"
    )
}
