//! `Store` methods for agencies and their members.

use valetkey_sdk::point;

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Actor, Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, MemberId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Agency {
    pub id: AgencyId,
    pub name: String,
    pub domain: Option<String>,
    /// Its colour as `#rrggbb`; none: ours.
    pub accent: Option<String>,
    /// The name of its picture; none: its initials.
    pub logo: Option<String>,
    /// The agency's data key, wrapped with the master key.
    pub data_key: Vec<u8>,
    pub created_at: i64,
}

#[derive(Clone, Debug)]
pub struct Member {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: String,
}

sql!(
    pub(super) INSERT_AGENCY,
    "INSERT INTO agency (agency_id, name, domain, data_key, key_version, created_at) VALUES ($1, $2, $3, $4, 1, $5)"
);
sql!(UPDATE_AGENCY, "UPDATE agency SET name = $1, accent = $2 WHERE agency_id = $3 AND name = $4");
sql!(
    AGENCY,
    "SELECT agency_id, name, domain, data_key, created_at, accent, logo FROM agency WHERE agency_id = $1"
);
sql!(ANY_AGENCY, "SELECT 1 FROM agency LIMIT 1");
sql!(
    AGENCIES,
    "SELECT agency_id, name, domain, data_key, created_at, accent, logo FROM agency ORDER BY created_at, agency_id"
);
sql!(
    pub(super) INSERT_MEMBER,
    "INSERT INTO member (agency_id, member_id, name, email, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(MEMBER, "SELECT member_id, name, email, role FROM member WHERE agency_id = $1 AND member_id = $2");
sql!(
    MEMBERS,
    "SELECT member_id, name, email, role FROM member WHERE agency_id = $1 AND removed_at IS NULL ORDER BY created_at, member_id"
);

impl FromRow for Agency {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            name: r.get(1)?,
            domain: r.get(2)?,
            data_key: r.get(3)?,
            created_at: r.get(4)?,
            accent: r.get(5)?,
            logo: r.get(6)?,
        })
    }
}

impl FromRow for Member {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self { id: r.get(0)?, name: r.get(1)?, email: r.get(2)?, role: r.get(3)? })
    }
}

pub(super) async fn update(
    tx: &Tx<'_>,
    agency: &AgencyId,
    from: &str,
    name: &str,
    accent: Option<&str>,
) -> Result<(), StoreError> {
    changed(tx.exec(UPDATE_AGENCY, cells![name, accent, agency, from]).await?, "the agency")
}

impl Store {
    /// Adds an agency with its first member; the operator's scope on it comes back.
    pub async fn add_agency(&self, agency: Agency, owner: Member) -> Result<Scope, StoreError> {
        let scope = Scope::new(agency.id.clone(), Actor::Operator);
        self.db
            .of(scope.agency())
            .tx(point!("add agency"), async move |tx| {
                let a = &agency;
                tx.exec(
                    INSERT_AGENCY,
                    cells![&a.id, &a.name, a.domain.as_deref(), &a.data_key, a.created_at],
                )
                .await?;
                let m = &owner;
                let member = cells![&a.id, &m.id, &m.name, &m.email, &m.role, a.created_at];
                tx.exec(INSERT_MEMBER, member).await?;
                Ok::<_, StoreError>(())
            })
            .await?;
        Ok(scope)
    }

    pub async fn get_agency(&self, scope: &Scope) -> Result<Agency, StoreError> {
        Ok(self.db.of(scope.agency()).one(AGENCY, cells![scope.agency()]).await?)
    }

    /// Whether this server was set up.
    pub async fn has_agency(&self) -> Result<bool, StoreError> {
        Ok(self.db.across().optional::<i64>(ANY_AGENCY, cells![]).await?.is_some())
    }

    /// Every agency, each with the operator's scope on it. For the machine's own commands only.
    pub async fn list_agencies_as_operator(&self) -> Result<Vec<(Scope, Agency)>, StoreError> {
        let all: Vec<Agency> = self.db.across().query(AGENCIES, cells![]).await?;
        Ok(all.into_iter().map(|a| (Scope::new(a.id.clone(), Actor::Operator), a)).collect())
    }

    /// Also one who was removed: their name stands in what they did.
    pub async fn find_member(&self, scope: &Scope, id: &MemberId) -> Result<Option<Member>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(MEMBER, cells![scope.agency(), id]).await?)
    }

    /// Those who are there now.
    pub async fn list_members(&self, scope: &Scope) -> Result<Vec<Member>, StoreError> {
        Ok(self.db.of(scope.agency()).query(MEMBERS, cells![scope.agency()]).await?)
    }
}
