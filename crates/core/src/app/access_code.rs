//! A code by mail, for whoever holds the link to "who has access" and reads the client's mail: it opens the page after
//! its 30 days, and lets this browser take access away.

use serde_json::json;
use valetkey_sdk::point;
use valetkey_sdk::secret::Secret;

use super::access::Access;
use super::gates::{self, Gate, Wait};
use super::mails::{self, Draft, Kind};
use super::{AppError, Why};
use crate::defence;
use crate::desk::{At, Desk};
use crate::engine::record;
use crate::ids::CodeId;
use crate::mail::Address;
use crate::store::access_codes::{Attempt, NewCode};
use crate::store::audit::Entry;
use crate::store::{StoreError, Write};

const CODE_MS: i64 = 10 * 60 * 1000;
/// After a right code, this browser may look and revoke for so long.
const PASS_MS: i64 = 60 * 60 * 1000;
/// As many mails of this kind go to one client's address by one page within a day.
const MOST_A_DAY: i64 = 10;

/// What came of a code that somebody typed.
pub enum Entered {
    /// The cookie that opens the page now.
    Passed(Secret),
    /// It is not the newest code of this page, was used, or its ten minutes are over.
    Wrong,
    Wait(Wait),
}

/// Where a code would be sent; none where no mail can be.
pub async fn address(desk: &Desk, access: &Access) -> Result<Option<Address>, AppError> {
    let client = desk.store.find_client(&access.scope, &access.client_id).await?;
    Ok(client.and_then(|c| mails::address(desk, &c.email)))
}

/// Makes a code and has it sent. An earlier one of this page is none any more.
pub async fn ask(desk: &Desk, access: &Access, locale: &str) -> Result<(), AppError> {
    let Some(to) = address(desk, access).await? else {
        return Err(AppError::Conflict(Why::message("no-mail", &[])));
    };
    let now = desk.now_ms();
    let id = CodeId::new(&desk.clock, &desk.random);
    let code = format!("{:06}", u64::from_be_bytes(desk.random.bytes::<8>()) % 1_000_000);
    let link_hash = desk.hash_link(access.token.expose());
    let new = NewCode {
        id: id.clone(),
        code_hash: code_hash(desk, &link_hash, &to, &code),
        address_hash: address_hash(desk, &to),
        link_hash,
        made_at: now,
        expires_at: now + CODE_MS,
        most: MOST_A_DAY,
    };
    let draft = Draft {
        kind: Kind::Code,
        client: &access.client_id,
        request: None,
        once: id.as_str(),
        locale: Some(locale),
        give_up_at: now + CODE_MS,
    };
    let mut mail = draft.fresh(desk);
    let place = At("mail", "sealed", mail.id.as_str());
    mail.sealed = Some(desk.seal(&access.scope, place, code.as_bytes()).await?);
    let writes = vec![
        record::audit(desk, "access.code_asked", access.client_id.as_str(), None, json!({})),
        Write::NewCode(new),
        mails::post(desk, mail),
    ];
    match desk.store.commit(point!("ask"), &access.scope, writes).await {
        Ok(()) => {
            desk.wake.notify_one();
            Ok(())
        }
        Err(StoreError::TooMany(_)) => Err(AppError::Conflict(Why::message("too-many-codes", &[]))),
        Err(e) => Err(e.into()),
    }
}

/// Compares what was typed with the code: five times in a quarter of an hour (T41), whatever browser tries.
pub async fn enter(desk: &Desk, access: &Access, typed: &str) -> Result<Entered, AppError> {
    let Some(to) = address(desk, access).await? else { return Ok(Entered::Wrong) };
    let link_hash = desk.hash_link(access.token.expose());
    let taken = match gates::take(desk, &[Gate::AccessCode(&link_hash)]).await? {
        Ok(taken) => taken,
        Err(wait) if defence::code_tries() => return Ok(Entered::Wait(wait)),
        Err(_) => return compare(desk, access, &to, typed).await,
    };
    let is_last = taken.is_last;
    let entered = compare(desk, access, &to, typed).await?;
    match &entered {
        Entered::Passed(_) => gates::passed(desk, taken).await?,
        _ if is_last => {
            let told = record::audit(desk, "access.tries_used", access.client_id.as_str(), None, json!({}));
            desk.store.commit(point!("tries used"), &access.scope, vec![told]).await?;
        }
        _ => {}
    }
    Ok(entered)
}

async fn compare(desk: &Desk, access: &Access, to: &Address, typed: &str) -> Result<Entered, AppError> {
    // People copy it with the blanks around it, or type one in the middle.
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let (now, pass, link_hash) = (desk.now_ms(), desk.random.token(), desk.hash_link(access.token.expose()));
    let attempt = Attempt {
        code_hash: code_hash(desk, &link_hash, to, &code),
        address_hash: address_hash(desk, to),
        pass_hash: desk.hash_session(pass.expose()),
        pass_until: now + PASS_MS,
        told: Entry {
            at: now,
            action: "access.code_used".into(),
            subject_id: access.client_id.to_string(),
            request_id: None,
            data: json!({}),
        },
        link_hash,
        now,
    };
    let right = desk.store.use_access_code(&access.scope, attempt).await?;
    Ok(if right { Entered::Passed(pass) } else { Entered::Wrong })
}

/// Whether this browser gave a right code for this page within the hour.
pub async fn has_passed(desk: &Desk, access: &Access, pass: Option<&str>) -> Result<bool, AppError> {
    let Some(pass) = pass else { return Ok(false) };
    let Some(to) = address(desk, access).await? else { return Ok(false) };
    let (link, pass) = (desk.hash_link(access.token.expose()), desk.hash_session(pass));
    let hash = address_hash(desk, &to);
    Ok(desk.store.has_access_pass(&access.scope, &link, &hash, &pass, desk.now_ms()).await?)
}

/// Keyed, like every hash here: with the database alone nobody tries a million codes.
fn code_hash(desk: &Desk, link_hash: &str, to: &Address, code: &str) -> String {
    desk.hash_session(&format!("access code {link_hash} {to} {code}"))
}

fn address_hash(desk: &Desk, to: &Address) -> String {
    desk.hash_session(&format!("access code's address {to}"))
}
