//! Gates that somebody could guess at: five tries in a quarter of an hour, counted in the database (T41). And codes
//! to scan, of which a card gives so many.

use super::AppError;
use crate::desk::Desk;
use crate::ids::ItemId;
use crate::store::gates::Taken;

pub const TRIES: i64 = 5;
const WINDOW_MS: i64 = 15 * 60 * 1000;

/// So many codes to scan are made for one card in a quarter of an hour at once, and then one more each minute.
const SCANS: i64 = 10;
const SCAN_EVERY_MS: i64 = 60_000;

/// What is guessed at, or from where.
#[derive(Clone, Copy, Debug)]
pub enum Gate<'a> {
    SetUp,
    /// The password of this e-mail address, whether or not somebody has it.
    Account(&'a str),
    /// Passwords from this network address.
    Address(&'a str),
    /// The code that opens "who has access", by the hash of its link.
    AccessCode(&'a str),
    /// Codes to scan that one card was asked for: each is a call of the agency's app.
    Scan(&'a ItemId),
}

/// A try that was taken.
pub struct Try {
    id: String,
    first: String,
    /// No more tries after this one.
    pub is_last: bool,
}

/// All tries are used for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub minutes: i64,
}

impl Wait {
    pub fn sentence(self) -> String {
        let unit = if self.minutes == 1 { "minute" } else { "minutes" };
        format!("That was wrong {TRIES} times. Wait {} {unit}, then try again.", self.minutes)
    }
}

/// Takes one try at each gate before anything is compared, so that tries in parallel count as well.
pub async fn take(desk: &Desk, gates: &[Gate<'_>]) -> Result<Result<Try, Wait>, AppError> {
    let hashes: Vec<_> = gates.iter().map(|g| hash(desk, *g)).collect();
    let (now, id) = (desk.now_ms(), desk.random.token().expose().to_owned());
    let first = hashes.first().cloned().unwrap_or_default();
    let taken = desk.store.take_try(hashes, id.clone(), TRIES, now - WINDOW_MS, now).await?;
    Ok(match taken {
        Taken::Allowed { nth } => Ok(Try { id, first, is_last: nth >= TRIES }),
        Taken::Used { since } => {
            let left = since + WINDOW_MS - now;
            Err(Wait { minutes: (left + 59_999) / 60_000 })
        }
    })
}

/// It was right: the try counts nowhere, and the first gate starts anew.
pub async fn passed(desk: &Desk, taken: Try) -> Result<(), AppError> {
    Ok(desk.store.give_try_back(taken.id, taken.first).await?)
}

/// Takes one code to scan for this card, whichever node is asked; otherwise the seconds until there is one.
pub async fn take_scan(desk: &Desk, card: &ItemId) -> Result<Result<(), i64>, AppError> {
    let (now, id) = (desk.now_ms(), desk.random.token().expose().to_owned());
    let times = (now - WINDOW_MS, now - SCAN_EVERY_MS);
    let taken = desk.store.take_spaced(hash(desk, Gate::Scan(card)), id, SCANS, times, now).await?;
    Ok(taken.map_err(|last| (last + SCAN_EVERY_MS - now + 999) / 1_000))
}

fn hash(desk: &Desk, gate: Gate<'_>) -> String {
    match gate {
        Gate::SetUp => desk.hash_session("gate: set-up"),
        Gate::Account(email) => desk.hash_session(&format!("gate: account {email}")),
        Gate::AccessCode(link) => desk.hash_session(&format!("gate: access code {link}")),
        Gate::Scan(card) => desk.hash_session(&format!("gate: scan {card}")),
        Gate::Address(address) => desk.hash_session(&format!("gate: address {address}")),
    }
}
