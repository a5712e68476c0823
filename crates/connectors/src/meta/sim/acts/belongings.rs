//! Portfolios made by hand, what people bring into them, and what they connect.

use valetkey_sdk::sim::Operation;

use super::Deed;
use crate::meta::sim::world::{AssetKind, Member, Portfolio, Role, World};

impl Deed<'_> {
    /// A new portfolio, whose only member has full control. `value` is its name.
    pub fn create_portfolio(&self, world: &mut World) -> Result<(), String> {
        let name =
            self.act.value.as_ref().and_then(|value| value.as_str()).ok_or("'value' must be the name")?;
        // Error 3947 in Meta's tables.
        if world.portfolios.values().any(|other| other.name == name) {
            return Err("The business name is already in use".into());
        }
        let taken = |id: &String| world.portfolios.contains_key(id) || world.assets.contains_key(id);
        let id = (1..).map(|n| format!("{}", 1_990_000_000_000_000_u64 + n)).find(|id| !taken(id));
        let id = id.ok_or("there are too many portfolios")?;
        let member = Member { id: self.new_id(world), role: Role::Admin, finance: None, until: None };
        let members = [(self.person.to_owned(), member)].into();
        world.portfolios.insert(id, Portfolio { name: name.to_owned(), members, ..Portfolio::default() });
        Ok(())
    }

    /// Business settings, Accounts, Add: somebody's own Page or ad account comes into a portfolio.
    pub fn add_asset(&self, world: &mut World) -> Result<(), String> {
        let id = self.asset()?.to_owned();
        let portfolio = match self.principal() {
            Some(named) => named.to_owned(),
            None => self.portfolio_of_mine(world)?,
        };
        let asset = world.assets.get(&id).ok_or_else(|| format!("there is no asset {id}"))?;
        if !world.is_admin(&portfolio, self.person) {
            return Err(format!("{} has no full control of the portfolio", self.person));
        }
        // Error 3918, and 3977 for Pages, in Meta's tables.
        if asset.portfolio.is_some() {
            return Err("It is already owned by another business".into());
        }
        if !world.tasks_of(asset, self.person).contains("MANAGE") {
            return Err("You must be an admin of the Page to add it".into());
        }
        let (own, member) = (world.users.get(self.person), world.find_member(&portfolio, self.person));
        let (own, member) = (own.map(|user| user.id.clone()), member.map(|member| member.id.clone()));
        let asset = world.assets.get_mut(&id).ok_or("there is no such asset")?;
        asset.portfolio = Some(portfolio);
        // From now on they work on it as somebody of the portfolio.
        if let (Some(tasks), Some(member)) = (own.and_then(|own| asset.assigned.remove(&own)), member) {
            asset.assigned.insert(member, tasks);
        }
        Ok(())
    }

    /// Business settings, Datasets, Connected assets: an ad account of one's own portfolio, or of the dataset's.
    pub fn connect(&self, world: &mut World) -> Result<(), String> {
        let (dataset, account) = self.dataset_and_account(world)?;
        let portfolio = world.assets[&account].portfolio.clone().ok_or("it lies in no portfolio")?;
        if !world.may_connect(&dataset, &account, &portfolio) {
            return Err("The business has no access to both".into());
        }
        let asset = world.assets.get_mut(&dataset).ok_or("there is no such dataset")?;
        asset.connected.insert(account.clone(), portfolio);
        self.record(Operation::Grant, ("dataset", &dataset), ("ad_account", &account), []);
        Ok(())
    }

    pub fn disconnect(&self, world: &mut World) -> Result<(), String> {
        let (dataset, account) = self.dataset_and_account(world)?;
        let asset = world.assets.get_mut(&dataset).ok_or("there is no such dataset")?;
        asset.connected.remove(&account).ok_or("it is not connected")?;
        self.record(Operation::Remove, ("dataset", &dataset), ("ad_account", &account), []);
        Ok(())
    }

    /// What is named, if this person has full control of one of the two.
    fn dataset_and_account(&self, world: &World) -> Result<(String, String), String> {
        let (dataset, account) = (self.asset()?, self.principal().ok_or("name the 'principal'")?);
        let of = |id: &str, kind: AssetKind| world.assets.get(id).filter(|asset| asset.kind == kind);
        let both = [of(dataset, AssetKind::Dataset), of(account, AssetKind::AdAccount)];
        let [Some(a), Some(b)] = both else { return Err("name a dataset, and an ad account".into()) };
        let mut owners = [a, b].into_iter().filter_map(|asset| asset.portfolio.as_ref());
        match owners.any(|owner| world.is_admin(owner, self.person)) {
            true => Ok((dataset.to_owned(), account.to_owned())),
            false => Err(format!("{} has no full control of the portfolio", self.person)),
        }
    }

    fn portfolio_of_mine(&self, world: &World) -> Result<String, String> {
        let mut mine = world.portfolios_of(self.person);
        match (mine.next(), mine.next()) {
            (Some(one), None) => Ok(one.clone()),
            _ => Err("name the 'principal', a portfolio".into()),
        }
    }
}
