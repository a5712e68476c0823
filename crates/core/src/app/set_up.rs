//! The first run: a code that only the operator saw makes the agency and its owner, once (T40).

use serde_json::json;
use valetkey_sdk::secret::Secret;

use super::display_name::DisplayName;
use super::domain_name::DomainName;
use super::gates::{self, Gate, Wait};
use super::{AppError, passwords};
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::{AgencyId, MemberId};
use crate::store::agencies::{Agency, Member};
use crate::store::passwords::FirstAgency;

/// Letters that nobody confuses: no I, L, O, U, 0, 1.
const LETTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 5;
const IN_GROUP: usize = 4;

/// What the owner fills in.
#[derive(Debug)]
pub struct Wanted {
    pub code: Secret,
    pub agency: String,
    pub domain: Option<String>,
    pub owner: String,
    pub email: String,
    pub password: Secret,
}

/// What came of it.
pub enum Outcome {
    /// The owner is signed in with this cookie.
    Done(Secret),
    /// The field, and what to do.
    Refused(&'static str, String),
    Wait(Wait),
}

/// A new code in place of any earlier one, while there is no agency. It is shown once and kept as a hash.
pub async fn new_code(desk: &Desk) -> Result<Option<Secret>, AppError> {
    let now = desk.now_ms();
    if desk.store.has_agency().await? {
        desk.store.put_set_up_code(None, now).await?;
        return Ok(None);
    }
    // 30 letters divide 240 evenly: larger bytes are passed over, so that each letter is as likely.
    let mut letters = Vec::new();
    while letters.len() < GROUPS * IN_GROUP {
        let fit = desk.random.bytes::<32>().into_iter().filter(|b| *b < 240);
        letters.extend(fit.map(|b| char::from(LETTERS[usize::from(b) % LETTERS.len()])));
    }
    letters.truncate(GROUPS * IN_GROUP);
    let groups: Vec<String> = letters.chunks(IN_GROUP).map(|g| g.iter().collect()).collect();
    let code = groups.join("-");
    desk.store.put_set_up_code(Some(hash(desk, &code)), now).await?;
    Ok(Some(Secret::new(code)))
}

/// Typed in lower case, or without the dashes, it is the same code.
fn hash(desk: &Desk, typed: &str) -> String {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    desk.hash_session(&format!("set-up code {}", plain.to_ascii_uppercase()))
}

/// Checks what was filled in, then spends the code.
pub async fn run(desk: &Desk, wanted: Wanted) -> Result<Outcome, AppError> {
    let (name, owner_name) = match check(desk, &wanted).await? {
        Ok((name, owner)) => (name.into_string(), owner.into_string()),
        Err((field, problem)) => return Ok(Outcome::Refused(field, problem)),
    };
    let taken = match gates::take(desk, &[Gate::SetUp]).await? {
        Ok(taken) => taken,
        Err(wait) => return Ok(Outcome::Wait(wait)),
    };
    let password = passwords::hash(desk, &wanted.password).await?;
    let (id, owner) = (AgencyId::new(&desk.clock, &desk.random), MemberId::new(&desk.clock, &desk.random));
    let agency = Agency {
        data_key: desk.new_data_key(&id),
        id: id.clone(),
        name: name.clone(),
        domain: None,
        accent: None,
        logo: None,
        created_at: desk.now_ms(),
    };
    let owner = Member {
        id: owner,
        name: owner_name,
        email: wanted.email.trim().to_lowercase(),
        role: "owner".into(),
    };
    let first = FirstAgency { agency, claimed_domain: wanted.domain, owner, password };
    let (cookie, session) = super::members::new_session(desk);
    let entry = record::entry(desk, "agency.added", id.as_str(), json!({"name": name}));
    let made = desk.store.set_up(hash(desk, wanted.code.expose()), first, session, entry).await?;
    if made.is_none() {
        let problem = if desk.store.has_agency().await? {
            "This server was set up meanwhile. Sign in, or ask its owner to invite you."
        } else if taken.is_last {
            "This is not the code. Wait 15 minutes before the next try."
        } else {
            "This is not the code. The server printed it when it last started: copy it from there."
        };
        return Ok(Outcome::Refused("code", problem.into()));
    }
    gates::passed(desk, taken).await?;
    Ok(Outcome::Done(cookie))
}

/// The agency's name and the owner's, or the field and what to do.
async fn check(
    desk: &Desk,
    w: &Wanted,
) -> Result<Result<(DisplayName, DisplayName), (&'static str, String)>, AppError> {
    let refused = |field, problem: &str| Ok(Err((field, problem.to_owned())));
    if w.code.expose().trim().is_empty() {
        return refused("code", "Type the set-up code that the server printed when it started.");
    }
    let name = match DisplayName::of_agency(desk, &w.agency).await? {
        Ok(name) => name,
        Err(unfit) => return refused("agency", &unfit.sentence()),
    };
    if let Some(domain) = &w.domain
        && let Err(unfit) = DomainName::parse(&desk.registry, domain)
    {
        return Ok(Err(("domain", sentence(&unfit.to_string()))));
    }
    let owner = match DisplayName::of_sender(&desk.registry, &w.owner) {
        Ok(owner) => owner,
        Err(unfit) => return refused("owner", &unfit.sentence()),
    };
    if let Some(problem) = super::members::email_problem(&w.email) {
        return refused("email", &problem);
    }
    Ok(match passwords::problem(&w.password, &w.email, &w.agency) {
        Some(problem) => Err(("password", problem)),
        None => Ok((name, owner)),
    })
}

/// A problem as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}
