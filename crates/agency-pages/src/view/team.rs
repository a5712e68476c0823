//! Members, invitations, and taking one up.

use askama::Template;
use valetkey_pages::view::{Frame, When};

use super::Rail;
use super::compose::Choice;

#[derive(Template)]
#[template(path = "agency/team.html")]
pub struct Team {
    pub frame: Frame,
    pub rail: Rail,
    pub members: Vec<MemberRow>,
    pub invitations: Vec<InvitationRow>,
    pub roles: Vec<RoleChoice>,
    /// An address that was just made, and for whom: shown once.
    pub made: Option<(String, String)>,
    pub email: String,
    pub problem: Option<String>,
    /// The domain that the agency named, and whether it was verified.
    pub domain: Option<(String, bool)>,
}

pub struct MemberRow {
    pub id: String,
    pub name: String,
    pub initials: String,
    pub email: String,
    pub role: String,
    pub is_me: bool,
    /// What the role can be changed to; empty when it cannot.
    pub roles: Vec<Choice>,
    pub removable: bool,
    /// How many API keys end with their rights; 0 for those who do not look after keys.
    pub keys: usize,
}

pub struct InvitationRow {
    pub id: String,
    pub email: String,
    pub role: String,
    pub until: When,
}

pub struct RoleChoice {
    pub value: &'static str,
    pub label: &'static str,
    pub meaning: &'static str,
}

#[derive(Template)]
#[template(path = "agency/invitation.html")]
pub struct Accept {
    pub frame: Frame,
    /// POST here; `None`: it was taken up, withdrawn, or is too old.
    pub action: Option<String>,
    pub email: String,
    pub role: String,
    pub name: String,
    pub field: &'static str,
    pub problem: Option<String>,
}

#[derive(Template)]
#[template(path = "agency/remove_member.html")]
pub struct Remove {
    pub frame: Frame,
    pub rail: Rail,
    pub name: String,
    pub email: String,
    /// What the API keys are called that end too.
    pub keys: Vec<String>,
    pub action: String,
}
