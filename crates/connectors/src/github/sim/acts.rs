//! What people do by hand on github.com, and the changes that they share with the API.

mod changes;

use valetkey_sdk::sim::{Act, Caller, Effect, Hub, Operation};

pub use self::changes::{
    accept_org, accept_repo, drop_org_invitation, drop_repo_invitation, find_open, leave_org, named_by,
};
use self::changes::{rename, set_role};
use super::world::{World, is_open, owner_of};
use super::{Books, PLATFORM, SITE};

pub fn act(books: &Books, act: &Act, hub: &Hub) -> Result<(), String> {
    let person = act.person.as_str();
    let login = books.world.newest().users.get(person).map(|user| user.login.clone());
    let login = login.ok_or_else(|| format!("{person} has no account at GitHub"))?;
    if act.deed == "revoke_app" {
        books.tokens.open().forget(None, person);
        return Ok(());
    }
    let deed = Deed { act, hub, login: &login };
    books.world.change(hub.clock.now_ms(), 0, |world| deed.apply(world))
}

/// One deed by hand that changes the world.
struct Deed<'a> {
    act: &'a Act,
    hub: &'a Hub,
    login: &'a str,
}

impl Deed<'_> {
    fn apply(&self, world: &mut World) -> Result<(), String> {
        match self.act.deed.as_str() {
            "accept" => self.accept(world),
            "decline" => self.decline(world),
            "remove" => self.remove(world),
            "leave" => self.remove_from(world, self.login, Operation::Remove),
            "change_role" => self.change_role(world),
            "rename" => {
                let name = self.act.value.as_ref().and_then(|value| value.as_str());
                rename(world, self.asset()?, name.ok_or("'value' must be the new name")?)
            }
            "approve" => self.authorise(world),
            other => Err(format!(
                "nobody can '{other}' at GitHub; there are accept, decline, remove, leave, change_role, rename, \
                 approve, revoke_app"
            )),
        }
    }

    fn asset(&self) -> Result<&str, String> {
        self.act.asset.as_ref().map(|asset| asset.id.as_str()).ok_or_else(|| "name the 'asset'".to_owned())
    }

    /// `owner/name` leads to a repository, `org` or `org/slug` to an organization's invitation.
    fn invitation(&self, world: &World) -> Result<Invitation, String> {
        let asset = self.asset()?;
        let now = self.hub.clock.now();
        if let Some(repo) = world.repos.get(asset).filter(|_| !self.is_team()) {
            let open = repo.invitations.iter().find(|i| i.login == self.login && is_open(i.created_at, now));
            return open
                .map(|open| Invitation::Repo(asset.to_owned(), open.id))
                .ok_or_else(|| self.nothing());
        }
        let org = owner_of(asset);
        let entry = world.orgs.get(org).ok_or_else(|| format!("there is no {asset}"))?;
        let open = find_open(entry, self.login, now).ok_or_else(|| self.nothing())?;
        Ok(Invitation::Org(org.to_owned(), open.id))
    }

    fn is_team(&self) -> bool {
        self.act.asset.as_ref().and_then(|asset| asset.kind.as_deref()) == Some("team")
    }

    fn nothing(&self) -> String {
        format!("no open invitation waits for {}", self.login)
    }

    fn accept(&self, world: &mut World) -> Result<(), String> {
        let now = self.hub.clock.now();
        match self.invitation(world)? {
            Invitation::Repo(name, id) => {
                let role = accept_repo(world, &name, id, now).ok_or_else(|| self.nothing())?;
                self.record(Operation::Accept, ("repository", &name), self.login, [role.as_str().to_owned()]);
            }
            Invitation::Org(org, _) => {
                for ((kind, id), roles) in accept_org(world, &org, self.login, now).unwrap_or_default() {
                    self.record(Operation::Accept, (&kind, &id), self.login, roles);
                }
            }
        }
        Ok(())
    }

    fn decline(&self, world: &mut World) -> Result<(), String> {
        match self.invitation(world)? {
            Invitation::Repo(name, id) => {
                if let Some(gone) = drop_repo_invitation(world, &name, id) {
                    let roles = [gone.role.as_str().to_owned()];
                    self.record(Operation::Decline, ("repository", &name), self.login, roles);
                }
            }
            Invitation::Org(org, id) => {
                for ((kind, id), roles) in drop_org_invitation(world, &org, id) {
                    self.record(Operation::Decline, (&kind, &id), self.login, roles);
                }
            }
        }
        Ok(())
    }

    /// An owner takes somebody off, or cancels what waits for them.
    fn remove(&self, world: &mut World) -> Result<(), String> {
        let who = self.principal(world)?;
        self.needs_rights(world)?;
        let asset = self.asset()?;
        if let Some(repo) = world.repos.get(asset).filter(|_| !self.is_team()) {
            let waiting = repo.invitations.iter().find(|i| i.login == who).map(|i| i.id);
            if let Some(gone) = waiting.and_then(|id| drop_repo_invitation(world, asset, id)) {
                self.record(
                    Operation::Withdraw,
                    ("repository", asset),
                    &who,
                    [gone.role.as_str().to_owned()],
                );
                return Ok(());
            }
        } else if let Some(open) =
            world.orgs.get(asset).and_then(|org| find_open(org, &who, self.hub.clock.now()))
        {
            let id = open.id;
            for ((kind, id), roles) in drop_org_invitation(world, asset, id) {
                self.record(Operation::Withdraw, (&kind, &id), &who, roles);
            }
            return Ok(());
        }
        self.remove_from(world, &who, Operation::Remove)
    }

    fn remove_from(&self, world: &mut World, who: &str, operation: Operation) -> Result<(), String> {
        let asset = self.asset()?;
        let gone = |what: &str| format!("{who} is not in {what}");
        if self.is_team() {
            let (org, slug) = asset.split_once('/').ok_or("a team is named org/slug")?;
            let team = world.orgs.get_mut(org).and_then(|org| org.teams.get_mut(slug));
            let role = team.and_then(|team| team.members.remove(who)).ok_or_else(|| gone(asset))?;
            self.record(operation, ("team", asset), who, [role.as_str().to_owned()]);
        } else if let Some(repo) = world.repos.get_mut(asset) {
            let role = repo.collaborators.remove(who).ok_or_else(|| gone(asset))?;
            self.record(operation, ("repository", asset), who, [role.as_str().to_owned()]);
        } else {
            if !world.orgs.get(asset).is_some_and(|org| org.members.contains_key(who)) {
                return Err(gone(asset));
            }
            for ((kind, id), roles) in leave_org(world, asset, who) {
                self.record(operation, (&kind, &id), who, roles);
            }
        }
        Ok(())
    }

    fn change_role(&self, world: &mut World) -> Result<(), String> {
        let who = self.principal(world)?;
        let roles = self.act.roles.as_deref().ok_or("name the 'role'")?;
        let [role] = roles else { return Err("at GitHub somebody holds exactly one role".into()) };
        let kind = set_role(world, self.asset()?, self.is_team(), &who, role)?;
        self.record(Operation::Change, (kind, self.asset()?), &who, [role.clone()]);
        Ok(())
    }

    /// The person passes the organization's single sign-on, and authorises their tokens for it.
    fn authorise(&self, world: &mut World) -> Result<(), String> {
        let org = world.orgs.get_mut(self.asset()?).ok_or("there is no such organization")?;
        org.sso_authorised.insert(self.login.to_owned());
        Ok(())
    }

    fn needs_rights(&self, world: &World) -> Result<(), String> {
        let owner = owner_of(self.asset()?);
        if owner == self.login || world.is_owner(owner, self.login) {
            return Ok(());
        }
        Err(format!("{} owns nothing there", self.login))
    }

    /// A login, or the cast's short id.
    fn principal(&self, world: &World) -> Result<String, String> {
        let id = self
            .act
            .principal
            .as_ref()
            .map(|principal| principal.id.as_str())
            .ok_or("name the 'principal'")?;
        let by_person = world.users.get(id).map(|user| user.login.clone());
        let by_login = world.find_user(id).map(|(_, user)| user.login.clone());
        by_person.or(by_login).ok_or_else(|| format!("nobody here is called '{id}'"))
    }

    fn record(
        &self,
        operation: Operation,
        asset: (&str, &str),
        login: &str,
        roles: impl IntoIterator<Item = String>,
    ) {
        let caller = Caller { app: None, person: Some(self.act.person.clone()) };
        self.hub
            .record(Effect::new(PLATFORM, SITE, operation, asset, ("user", login), caller).with_roles(roles));
    }
}

enum Invitation {
    Repo(String, u64),
    Org(String, u64),
}
