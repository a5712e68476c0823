//! The demo's own name server: it answers for the domains that the demo's agencies claim, as their owners would have
//! set the records, and knows no other name. Never part of `serve`.

use std::net::SocketAddr;

use anyhow::Context as _;
use valetkey_sdk::sim::names::{NameServer, Reply};

use crate::app::domains;
use crate::desk::Desk;
use crate::store::Scope;

pub struct Names(NameServer);

impl Names {
    pub async fn start() -> anyhow::Result<Self> {
        Ok(Self(NameServer::start().await.context("no free port for the demo's name server")?))
    }

    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Sets the records of what was claimed in an earlier run.
    pub async fn set_all(&self, desk: &Desk) -> anyhow::Result<()> {
        for (scope, _) in desk.store.list_agencies_as_operator().await? {
            self.set(desk, &scope).await?;
        }
        Ok(())
    }

    /// Sets the record of this agency's domain, if it claims one.
    pub async fn set(&self, desk: &Desk, scope: &Scope) -> anyhow::Result<()> {
        if let Some(row) = desk.store.find_domain_proof(scope).await? {
            let record = domains::record_of(desk, &desk.store.get_agency(scope).await?, &row.domain);
            self.0.set(&record.name, Reply::Texts(vec![record.value]));
        }
        Ok(())
    }
}
