//! Ways in: sign-in, set-up, account, a new password, an invitation.

use askama::Template;
use valetkey_pages::view::{Frame, When};

use super::Rail;

/// E-mail address and password, or the one button of a one-time address.
#[derive(Template)]
#[template(path = "agency/sign_in.html")]
pub struct SignIn {
    pub frame: Frame,
    pub ticket: Option<Ticket>,
    /// Why the form is shown, when it was not asked for.
    pub notice: Option<String>,
    pub problem: Option<String>,
    pub email: String,
    /// Where to go on, on this site.
    pub next: String,
}

pub struct Ticket {
    /// POST here; carries the ticket.
    pub action: String,
    pub member: Option<String>,
}

#[derive(Template)]
#[template(path = "agency/set_up.html")]
pub struct SetUp {
    pub frame: Frame,
    pub agency: String,
    pub domain: String,
    pub owner: String,
    pub email: String,
    /// The field that `problem` is about.
    pub field: &'static str,
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "agency/account.html")]
pub struct Account {
    pub frame: Frame,
    pub rail: Rail,
    pub email: String,
    /// What the role may do.
    pub meaning: &'static str,
    /// When the password was set; none: there is none.
    pub changed: Option<When>,
    pub notice: Option<String>,
    pub field: &'static str,
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "agency/new_password.html")]
pub struct NewPassword {
    pub frame: Frame,
    /// POST here; `None`: the address was used or is too old.
    pub action: Option<String>,
    pub email: String,
    pub problem: Option<String>,
}

impl NewPassword {
    /// The field that the problem is about.
    pub fn field(&self) -> &'static str {
        if self.problem.is_some() { "new" } else { "" }
    }
}
