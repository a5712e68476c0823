//! `Store` methods for templates: what is asked again and again.

use super::sql::{DbError, FromRow, RowRef, Tx};
use super::{Scope, Store, StoreError, changed};
use crate::ids::{AgencyId, TemplateId};
use crate::{cells, sql};

#[derive(Clone, Debug)]
pub struct Template {
    pub id: TemplateId,
    pub name: String,
    /// What is asked, as JSON.
    pub items: String,
    /// The language of the client's pages, for requests made from it.
    pub locale: Option<String>,
    pub created_at: i64,
    pub rev: i64,
}

sql!(
    INSERT,
    "INSERT INTO template (agency_id, template_id, name, items, created_at, locale) VALUES ($1, $2, $3, $4, $5, $6)"
);
sql!(
    GET,
    "SELECT template_id, name, items, created_at, rev, locale FROM template WHERE agency_id = $1 AND template_id = $2"
);
sql!(
    LIST,
    "SELECT template_id, name, items, created_at, rev, locale FROM template WHERE agency_id = $1 AND (created_at, template_id) < ($2, $3) ORDER BY created_at DESC, template_id DESC LIMIT $4"
);
sql!(
    UPDATE,
    "UPDATE template SET name = $1, items = $2, locale = $3, rev = rev + 1 WHERE agency_id = $4 AND template_id = $5 AND rev = $6"
);
sql!(DELETE, "DELETE FROM template WHERE agency_id = $1 AND template_id = $2");

impl FromRow for Template {
    fn from_row(r: &RowRef<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: r.get(0)?,
            name: r.get(1)?,
            items: r.get(2)?,
            created_at: r.get(3)?,
            rev: r.get(4)?,
            locale: r.get(5)?,
        })
    }
}

impl Store {
    pub async fn find_template(
        &self,
        scope: &Scope,
        id: &TemplateId,
    ) -> Result<Option<Template>, StoreError> {
        Ok(self.db.of(scope.agency()).optional(GET, cells![scope.agency(), id]).await?)
    }

    /// Newest first, before this position.
    pub async fn list_templates(
        &self,
        scope: &Scope,
        before: Option<(i64, &str)>,
        limit: i64,
    ) -> Result<Vec<Template>, StoreError> {
        let (at, id) = before.unwrap_or((i64::MAX, ""));
        Ok(self.db.of(scope.agency()).query(LIST, cells![scope.agency(), at, id, limit]).await?)
    }
}

pub(super) async fn insert(tx: &Tx<'_>, agency: &AgencyId, t: &Template) -> Result<(), StoreError> {
    let row = cells![agency, &t.id, &t.name, &t.items, t.created_at, t.locale.as_deref()];
    tx.exec(INSERT, row).await?;
    Ok(())
}

pub(super) async fn update(tx: &Tx<'_>, agency: &AgencyId, t: &Template) -> Result<(), StoreError> {
    let row = cells![&t.name, &t.items, t.locale.as_deref(), agency, &t.id, t.rev];
    changed(tx.exec(UPDATE, row).await?, "the template")
}

pub(super) async fn delete(tx: &Tx<'_>, agency: &AgencyId, id: &TemplateId) -> Result<(), StoreError> {
    changed(tx.exec(DELETE, cells![agency, id]).await?, "the template")
}
