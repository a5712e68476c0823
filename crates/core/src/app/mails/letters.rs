//! The letters: what each says, made when it is sent.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use valetkey_sdk::clock::from_millisecond;
use valetkey_sdk::lang::Lang;

use super::Kind;
use crate::app::accent::Accent;
use crate::app::{AppError, access, link};
use crate::desk::{At, Desk};
use crate::engine::state::request;
use crate::mail::{Address, Letter, Part};
use crate::store::Scope;
use crate::store::agencies::Agency;
use crate::store::clients::Client;
use crate::store::grants::GrantRow;
use crate::store::items::Item;
use crate::store::mails::Mail;
use crate::store::requests::Request;
use crate::words::words_in;

/// A letter and where it goes.
pub struct Written {
    pub to: Address,
    pub letter: Letter,
}

/// Words of one language with an agency's and a client's name in them.
struct Say<'a> {
    lang: Lang,
    agency: &'a str,
    client: &'a str,
}

impl Say<'_> {
    fn text(&self, id: &str) -> String {
        self.with(id, &[])
    }

    fn with(&self, id: &str, more: &[(&str, &str)]) -> String {
        let own = [("agency", self.agency), ("client", self.client)];
        let args: BTreeMap<_, _> =
            own.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        words_in(self.lang).find(id, &args).unwrap_or_else(|| id.to_owned())
    }

    /// "30 June 2027", the day in UTC.
    fn day(&self, at: i64) -> String {
        let date = from_millisecond(at).to_zoned(TimeZone::UTC).date();
        let months = self.text("mail-months");
        let month = usize::try_from(date.month()).unwrap_or(1).saturating_sub(1);
        let month = months.split_whitespace().nth(month).unwrap_or_default().to_owned();
        let (day, year) = (date.day().to_string(), date.year().to_string());
        self.with("mail-day", &[("day", &day), ("month", &month), ("year", &year)])
    }
}

/// The letter as it is to be sent now; none where there is nothing to say, or nobody to say it to.
pub async fn write(desk: &Desk, scope: &Scope, mail: &Mail) -> Result<Option<Written>, AppError> {
    let Some(client) = desk.store.find_client(scope, &mail.client_id).await? else { return Ok(None) };
    let Some(to) = Address::parse(&client.email) else { return Ok(None) };
    let agency = desk.store.get_agency(scope).await?;
    let request = match &mail.request_id {
        Some(id) => desk.store.find_request(scope, id).await?,
        None => None,
    };
    let locale = mail.locale.as_deref().and_then(Lang::parse);
    let lang = match (locale, &request) {
        (Some(lang), _) => lang,
        (None, Some(request)) => read_in(desk, scope, request).await?,
        (None, None) => Lang::default(),
    };
    let say = Say { lang, agency: &agency.name, client: &client.name };
    let letter = match (Kind::parse(&mail.kind), request) {
        (Some(Kind::Receipt), Some(request)) => {
            receipt(desk, scope, &say, &agency, &client, &request).await?
        }
        (Some(Kind::Request), Some(request)) => asked(desk, scope, &say, &agency, &request).await?,
        (Some(Kind::Code), _) => code(desk, scope, &say, &agency, mail).await?,
        _ => None,
    };
    Ok(letter.map(|letter| Written { to, letter }))
}

/// The language that the client read what they approved in.
async fn read_in(desk: &Desk, scope: &Scope, request: &Request) -> Result<Lang, AppError> {
    let records = desk.store.list_audit_of_request(scope, &request.id).await?;
    let of = |data: serde_json::Value| Lang::parse(data.pointer("/what/language")?.as_str()?);
    Ok(records.iter().rev().find_map(|r| of(r.data.value())).unwrap_or_default())
}

fn letter(say: &Say<'_>, agency: &Agency, kind: Kind) -> Letter {
    let word = |part: &str| say.text(&format!("mail-{}-{part}", kind.as_str()));
    Letter {
        lang: say.lang,
        subject: word("subject"),
        agency: agency.name.clone(),
        domain: agency.domain.as_deref().map(crate::app::domain_name::shown),
        accent: agency.accent.as_deref().and_then(Accent::parse),
        head: word("head"),
        lead: word("lead"),
        parts: Vec::new(),
        code: None,
        act: None,
        notes: Vec::new(),
        why: word("why"),
        stop: word("stop"),
    }
}

/// What was given; none when nothing was.
async fn receipt(
    desk: &Desk,
    scope: &Scope,
    say: &Say<'_>,
    agency: &Agency,
    client: &Client,
    request: &Request,
) -> Result<Option<Letter>, AppError> {
    let mut parts = Vec::new();
    for item in desk.store.list_items(scope, &request.id).await? {
        parts.extend(part(desk, scope, say, &item).await?);
    }
    if parts.is_empty() {
        return Ok(None);
    }
    let token = access::token_of(desk, scope, &client.id, &request.id).await?;
    let url = format!("{}/a/{}", desk.public_url.as_str().trim_end_matches('/'), token.expose());
    let until = match request.access_expires_at {
        Some(at) => say.with("mail-receipt-until", &[("until", &say.day(at))]),
        None => say.text("mail-receipt-open"),
    };
    let asker = match &request.member_id {
        Some(id) => desk.store.find_member(scope, id).await?,
        None => None,
    };
    let mut letter = letter(say, agency, Kind::Receipt);
    if let Some(asker) = asker {
        let person = [("person", asker.name.as_str()), ("email", asker.email.as_str())];
        letter.stop = say.with("mail-receipt-stop-person", &person);
    }
    letter.parts = parts;
    letter.act = Some((say.text("mail-receipt-act"), url));
    letter.notes = vec![until, say.text("mail-receipt-keep")];
    Ok(Some(letter))
}

async fn part(desk: &Desk, scope: &Scope, say: &Say<'_>, item: &Item) -> Result<Option<Part>, AppError> {
    let rows = desk.store.list_shares_of_item(scope, &item.id).await?;
    let grantee = desk.store.find_grantee(scope, &item.grantee_id).await?;
    let platform = desk.registry.find(&item.platform);
    let name = platform.map_or(item.platform.as_str(), |p| p.manifest.name.as_str());
    let line = |row: &GrantRow| {
        let state = match row.word.as_str() {
            "active" => say.with("mail-state-active", &[("platform", name)]),
            "attested" => say.text("mail-state-attested"),
            _ => return None,
        };
        let kind = platform.map(|p| p.words_in(say.lang).text(&format!("asset-{}", row.asset_type)));
        let kind = kind.unwrap_or_else(|| row.asset_type.clone());
        let level = say.text(&format!("mail-level-{}", row.level));
        let all = [("asset", row.asset_name.as_str()), ("kind", &kind), ("level", &level), ("state", &state)];
        Some(say.with("mail-receipt-line", &all))
    };
    let lines: Vec<_> = rows.iter().filter_map(line).collect();
    let grantee = grantee.map_or_else(|| say.agency.to_owned(), |g| g.label);
    let title = say.with("mail-receipt-part", &[("platform", name), ("grantee", &grantee)]);
    Ok((!lines.is_empty()).then_some(Part { title, lines }))
}

/// The link of a request that still takes something.
async fn asked(
    desk: &Desk,
    scope: &Scope,
    say: &Say<'_>,
    agency: &Agency,
    request: &Request,
) -> Result<Option<Letter>, AppError> {
    let is_open = request::State::parse(&request.state).is_some_and(request::State::is_open);
    if !is_open || request.link_expires_at <= desk.now_ms() {
        return Ok(None);
    }
    let mut letter = letter(say, agency, Kind::Request);
    letter.act = Some((say.text("mail-request-act"), link::url(desk, scope, request).await?));
    let until = say.day(request.link_expires_at);
    letter.notes =
        vec![say.text("mail-request-promise"), say.with("mail-request-until", &[("until", &until)])];
    Ok(Some(letter))
}

/// The code that was made for this mail.
async fn code(
    desk: &Desk,
    scope: &Scope,
    say: &Say<'_>,
    agency: &Agency,
    mail: &Mail,
) -> Result<Option<Letter>, AppError> {
    let Some(sealed) = &mail.sealed else { return Ok(None) };
    let plain = desk.open(scope, At("mail", "sealed", mail.id.as_str()), sealed).await?;
    let code = std::str::from_utf8(&plain).map_err(|e| AppError::Internal(e.into()))?;
    Ok(Some(Letter { code: Some(code.to_owned()), ..letter(say, agency, Kind::Code) }))
}
