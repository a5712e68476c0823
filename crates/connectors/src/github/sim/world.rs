//! The simulated world: users, organizations with their teams, repositories, and who may do what there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Invitations end by themselves after seven days (GitHub docs: organization and repository invitations).
pub const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// By client id.
    pub apps: BTreeMap<String, App>,
    /// By the cast's short id.
    pub users: BTreeMap<String, User>,
    /// By login.
    pub orgs: BTreeMap<String, Org>,
    /// By `owner/name`.
    pub repos: BTreeMap<String, Repo>,
    pub limits: Limits,
    /// Ids given out so far.
    pub given_ids: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    pub name: String,
    pub secret: String,
    /// May also come back to any port of `http://localhost`.
    #[serde(default)]
    pub local: bool,
    #[serde(default)]
    pub redirect_uris: BTreeSet<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    pub id: u64,
    pub login: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Org {
    pub id: u64,
    pub name: String,
    pub plan: Plan,
    /// SAML single sign-on is enforced: a token works only once its person has authorised it.
    #[serde(default)]
    pub sso: bool,
    /// Who authorised their tokens, by login.
    #[serde(default)]
    pub sso_authorised: BTreeSet<String>,
    /// An owner has to approve each OAuth App; none is approved here.
    #[serde(default)]
    pub restricts_apps: bool,
    /// A policy: only members may be added to repositories.
    #[serde(default)]
    pub members_only: bool,
    #[serde(default)]
    pub blocked: BTreeSet<String>,
    /// By login.
    #[serde(default)]
    pub members: BTreeMap<String, OrgRole>,
    #[serde(default)]
    pub invitations: Vec<OrgInvitation>,
    /// By slug.
    #[serde(default)]
    pub teams: BTreeMap<String, Team>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub name: String,
    /// Paid seats; none on the free plan.
    #[serde(default)]
    pub seats: Option<usize>,
    /// Seats taken by people outside the cast.
    #[serde(default)]
    pub others: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrgRole {
    Member,
    Admin,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrgInvitation {
    pub id: u64,
    pub login: String,
    pub role: OrgRole,
    /// Made for the organization itself, not only through a team.
    pub direct: bool,
    /// Slugs, with the role in the team.
    #[serde(default)]
    pub teams: BTreeMap<String, TeamRole>,
    pub inviter: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    pub id: u64,
    pub name: String,
    /// By login.
    #[serde(default)]
    pub members: BTreeMap<String, TeamRole>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    Member,
    Maintainer,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repo {
    pub id: u64,
    pub private: bool,
    #[serde(default)]
    pub description: Option<String>,
    /// Names it had before, which lead here.
    #[serde(default)]
    pub former_names: BTreeSet<String>,
    /// Added directly, by login.
    #[serde(default)]
    pub collaborators: BTreeMap<String, RepoRole>,
    #[serde(default)]
    pub invitations: Vec<RepoInvitation>,
}

/// Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepoRole {
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepoInvitation {
    pub id: u64,
    pub login: String,
    pub role: RepoRole,
    pub inviter: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub calls_per_hour: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { calls_per_hour: 5_000 }
    }
}

impl OrgRole {
    pub fn as_str(self) -> &'static str {
        if self == Self::Admin { "admin" } else { "member" }
    }

    pub fn find(name: &str) -> Option<Self> {
        [Self::Member, Self::Admin].into_iter().find(|role| role.as_str() == name)
    }
}

impl TeamRole {
    pub fn as_str(self) -> &'static str {
        if self == Self::Maintainer { "maintainer" } else { "member" }
    }

    pub fn find(name: &str) -> Option<Self> {
        [Self::Member, Self::Maintainer].into_iter().find(|role| role.as_str() == name)
    }
}

impl RepoRole {
    pub const ALL: [Self; 5] = [Self::Read, Self::Triage, Self::Write, Self::Maintain, Self::Admin];

    /// As roles read back, and as invitations speak of them.
    pub fn as_str(self) -> &'static str {
        ["read", "triage", "write", "maintain", "admin"][self as usize]
    }

    /// As the collaborators call takes them: two are called differently there.
    pub fn asked_as(self) -> &'static str {
        ["pull", "triage", "push", "maintain", "admin"][self as usize]
    }
}

/// Open until its time is up.
pub fn is_open(created_at: Timestamp, now: Timestamp) -> bool {
    now < created_at + INVITATION_LIFE
}

impl World {
    pub fn next_id(&mut self) -> u64 {
        self.given_ids += 1;
        48_120_000 + self.given_ids
    }

    /// Logins are compared without regard to case; the one spelt right comes back.
    pub fn find_user(&self, login: &str) -> Option<(&str, &User)> {
        let found = self.users.iter().find(|(_, user)| user.login.eq_ignore_ascii_case(login));
        found.map(|(person, user)| (person.as_str(), user))
    }

    pub fn find_org(&self, login: &str) -> Option<(&str, &Org)> {
        let found = self.orgs.iter().find(|(name, _)| name.eq_ignore_ascii_case(login));
        found.map(|(name, org)| (name.as_str(), org))
    }

    /// A repository under its own name or one that it had before.
    pub fn find_repo(&self, full_name: &str) -> Option<(&str, &Repo)> {
        let is = |name: &str| name.eq_ignore_ascii_case(full_name);
        let own = self.repos.iter().find(|(name, _)| is(name));
        let found =
            own.or_else(|| self.repos.iter().find(|(_, repo)| repo.former_names.iter().any(|n| is(n))));
        found.map(|(name, repo)| (name.as_str(), repo))
    }

    pub fn is_owner(&self, org: &str, login: &str) -> bool {
        self.orgs.get(org).is_some_and(|org| org.members.get(login) == Some(&OrgRole::Admin))
    }

    /// What somebody may do with a repository, by whatever way; public ones can be read by all.
    pub fn role_on(&self, full_name: &str, login: &str) -> Option<RepoRole> {
        let repo = self.repos.get(full_name)?;
        let owner = owner_of(full_name);
        let org_role = self.orgs.get(owner).and_then(|org| org.members.get(login));
        let inherited = match org_role {
            Some(OrgRole::Admin) => Some(RepoRole::Admin),
            // The base permission of members is "read" in every organization here.
            Some(OrgRole::Member) => Some(RepoRole::Read),
            None if owner == login => Some(RepoRole::Admin),
            None => None,
        };
        let public = (!repo.private).then_some(RepoRole::Read);
        [inherited, repo.collaborators.get(login).copied(), public].into_iter().flatten().max()
    }

    /// People with a seat: members, and collaborators on private repositories from outside.
    pub fn filled_seats(&self, org: &str) -> usize {
        let Some(entry) = self.orgs.get(org) else { return 0 };
        let mut people: BTreeSet<&String> = entry.members.keys().collect();
        people.extend(entry.invitations.iter().map(|invitation| &invitation.login));
        for (_, repo) in self.repos.iter().filter(|(name, repo)| owner_of(name) == org && repo.private) {
            people.extend(repo.collaborators.keys());
            people.extend(repo.invitations.iter().map(|invitation| &invitation.login));
        }
        entry.plan.others + people.len()
    }

    pub fn has_free_seat(&self, org: &str) -> bool {
        let seats = self.orgs.get(org).and_then(|org| org.plan.seats);
        seats.is_none_or(|seats| self.filled_seats(org) < seats)
    }
}

/// The owner's login in `owner/name`.
pub fn owner_of(full_name: &str) -> &str {
    full_name.split('/').next().unwrap_or_default()
}
