//! `Store` methods for logos: the one that pages show, and the one before it.

use super::sql::Tx;
use super::{Scope, Store, StoreError, changed};
use crate::ids::AgencyId;
use crate::{cells, sql};

/// A change of what pages show. Each fails as stale when another picture is shown meanwhile than `from`.
#[derive(Clone, Debug)]
pub enum LogoChange {
    /// Another one; of those before, only `from` is kept.
    Put { from: Option<String>, name: String, png: Vec<u8>, at: i64 },
    /// None; it is kept.
    Hide { from: String },
    /// The one that is kept.
    Restore { from: Option<String>, name: String },
}

sql!(SHOW, "UPDATE agency SET logo = $1 WHERE agency_id = $2 AND COALESCE(logo, '') = COALESCE($3, '')");
sql!(
    INSERT,
    "INSERT INTO logo (agency_id, name, png, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (agency_id, name) DO NOTHING"
);
sql!(FORGET, "DELETE FROM logo WHERE agency_id = $1 AND name <> $2 AND name <> COALESCE($3, '')");
sql!(PNG, "SELECT png FROM logo WHERE name = $1 ORDER BY agency_id LIMIT 1");
sql!(
    BEFORE,
    "SELECT name FROM logo WHERE agency_id = $1 AND name <> COALESCE($2, '') ORDER BY made_at DESC, name LIMIT 1"
);

impl Store {
    /// The picture of this name, whoever's it is.
    pub async fn find_logo(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.db.across().optional(PNG, cells![name]).await?)
    }

    /// The name of the one that is kept beside the one that is shown.
    pub async fn find_logo_before(
        &self,
        scope: &Scope,
        shown: Option<&str>,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(BEFORE, cells![scope.agency(), shown]).await?)
    }
}

pub(super) async fn change(tx: &Tx<'_>, agency: &AgencyId, change: &LogoChange) -> Result<(), StoreError> {
    let (from, to) = match change {
        LogoChange::Put { from, name, png, at } => {
            tx.exec(INSERT, cells![agency, name, png, *at]).await?;
            tx.exec(FORGET, cells![agency, name, from.as_deref()]).await?;
            (from.as_deref(), Some(name.as_str()))
        }
        LogoChange::Hide { from } => (Some(from.as_str()), None),
        LogoChange::Restore { from, name } => (from.as_deref(), Some(name.as_str())),
    };
    changed(tx.exec(SHOW, cells![to, agency, from]).await?, "the logo")
}
