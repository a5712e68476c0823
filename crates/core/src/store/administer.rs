//! Writes that keep an agency's own lists in order.

use super::api_keys::ApiKey;
use super::clients::Client;
use super::domains::DomainProof;
use super::grantees::Grantee;
use super::logos::LogoChange;
use super::sql::Tx;
use super::templates::Template;
use super::{StoreError, agencies, api_keys, clients, domains, grantees, logos, requests, templates};
use crate::ids::{AgencyId, ApiKeyId, ClientId, GranteeId, RequestId, TemplateId};

/// One change of a list. Rows with a `rev` are changed by compare-and-set.
#[derive(Clone, Debug)]
pub enum Administer {
    NewClient(Client),
    Client(Client),
    /// With everything that was asked of this client. Fails as stale while access is not over.
    DeleteClient(ClientId),
    NewTemplate(Template),
    Template(Template),
    DeleteTemplate(TemplateId),
    /// Another name for one that was typed; what is proven keeps its own.
    GranteeLabel(Grantee),
    /// Fails as stale when something names it.
    DeleteGrantee(GranteeId),
    NewApiKey {
        key: ApiKey,
        token_hash: String,
    },
    DeleteApiKey(ApiKeyId),
    /// The agency itself. Fails as stale when it has another name meanwhile.
    Agency {
        from: String,
        name: String,
        accent: Option<String>,
    },
    Logo(LogoChange),
    /// Another domain in place of the one before, to be proved.
    ClaimDomain {
        domain: String,
        at: i64,
    },
    DropDomain,
    /// What a look for its record came to. A duplicate when another agency is shown with the domain.
    DomainProof(Box<DomainProof>),
    RequestTimes {
        id: RequestId,
        rev: i64,
        link_expires_at: i64,
        access_expires_at: Option<i64>,
    },
}

pub(super) async fn write(tx: &Tx<'_>, agency: &AgencyId, change: &Administer) -> Result<(), StoreError> {
    match change {
        Administer::NewClient(client) => clients::insert(tx, agency, client).await,
        Administer::Client(client) => clients::update(tx, agency, client).await,
        Administer::DeleteClient(id) => clients::delete(tx, agency, id).await,
        Administer::NewTemplate(template) => templates::insert(tx, agency, template).await,
        Administer::Template(template) => templates::update(tx, agency, template).await,
        Administer::DeleteTemplate(id) => templates::delete(tx, agency, id).await,
        Administer::GranteeLabel(grantee) => grantees::set_label(tx, agency, grantee).await,
        Administer::DeleteGrantee(id) => grantees::delete(tx, agency, id).await,
        Administer::NewApiKey { key, token_hash } => api_keys::insert(tx, agency, key, token_hash).await,
        Administer::DeleteApiKey(id) => api_keys::delete(tx, agency, id).await,
        Administer::Agency { from, name, accent } => {
            agencies::update(tx, agency, from, name, accent.as_deref()).await
        }
        Administer::Logo(change) => logos::change(tx, agency, change).await,
        Administer::ClaimDomain { domain, at } => domains::claim(tx, agency, domain, *at).await,
        Administer::DropDomain => domains::drop(tx, agency).await,
        Administer::DomainProof(row) => domains::update(tx, agency, row).await,
        Administer::RequestTimes { id, rev, link_expires_at, access_expires_at } => {
            requests::set_times(tx, agency, id, *rev, *link_expires_at, *access_expires_at).await
        }
    }
}
