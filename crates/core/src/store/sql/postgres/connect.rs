//! From an address to a pool of connections with the settings this store relies on.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::{DbError, DbErrorKind};
use super::failure;

/// The oldest server this program is tested with, as the server counts.
const OLDEST: i64 = 150_000;

/// Connections of one process at most. PostgreSQL's own default for all processes together is 100.
const CONNECTIONS: usize = 16;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits while all connections are in use.
const WAIT_TIMEOUT: Duration = Duration::from_secs(10);

/// A session that this program forgot must not hold locks, and no statement of it takes long.
const OPTIONS: &str = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=15s \
                       -c client_min_messages=warning -c default_transaction_isolation=read\\ committed \
                       -c timezone=UTC";

/// Where the database is, checked but not yet reached.
pub(super) struct Settings {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

/// # Errors
/// When the address cannot be understood. The message does not repeat it: it holds a password.
pub(super) fn settings(url: &str) -> Result<Settings, DbError> {
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
        let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        DbError::other(format!(
            "the address of the database cannot be read ({why}): write postgres://USER:PASSWORD@HOST/DATABASE"
        ))
    })?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(DbError::other(
            "the address of the database names no host: write postgres://USER@HOST/DATABASE",
        ));
    }
    if config.get_ssl_mode() == SslMode::Prefer {
        // "Prefer" would let whoever sits between choose. A connection that leaves the machine is encrypted.
        config.ssl_mode(if is_here(&config) { SslMode::Disable } else { SslMode::Require });
    }
    let tls = if config.get_ssl_mode() == SslMode::Disable { None } else { Some(tls()?) };
    let own = config.get_options().map_or_else(|| OPTIONS.to_owned(), |own| format!("{OPTIONS} {own}"));
    config
        .options(own)
        .application_name("valetkey")
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_user_timeout(Duration::from_secs(10))
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3)
        // With several hosts this finds the one that takes writes, also after a fail-over.
        .target_session_attrs(TargetSessionAttrs::ReadWrite);
    Ok(Settings { config, tls })
}

fn is_here(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    })
}

/// The server's certificate must be one that this machine trusts, in the name that the address gives.
fn tls() -> Result<MakeRustlsConnect, DbError> {
    let fail = |error: rustls::Error| DbError::other(format!("TLS cannot be set up: {error}"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(fail)?
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

impl Settings {
    /// A pool that has reached the server once.
    pub(super) async fn pool(self) -> Result<Pool, DbError> {
        let place = place(&self.config);
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match self.tls {
            Some(tls) => Manager::from_config(self.config, tls, recycling),
            None => Manager::from_config(self.config, NoTls, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(WAIT_TIMEOUT))
            .create_timeout(Some(CONNECT_TIMEOUT * 2))
            .post_create(Hook::async_fn(|_, _| Box::pin(async { Ok::<(), HookError>(()) })))
            .build()
            .map_err(|error| DbError::other(error.to_string()))?;
        let first = pool.get().await.map_err(|error| failure::unreachable(&place, &error))?;
        new_enough(&first, &place).await?;
        drop(first);
        Ok(pool)
    }
}

async fn new_enough(conn: &Object, place: &str) -> Result<(), DbError> {
    let row = conn
        .query_one("SELECT CAST(current_setting('server_version_num') AS INT8), current_setting('server_version'), current_setting('server_encoding')", &[])
        .await
        .map_err(|error| failure::plain(&error))?;
    let (number, name, encoding): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
    if number < OLDEST {
        return Err(DbError::new(
            DbErrorKind::Other,
            format!("the database server at {place} is PostgreSQL {name}: version 15 or newer is needed"),
        ));
    }
    if encoding != "UTF8" {
        return Err(DbError::other(format!(
            "the database at {place} stores text as {encoding}: create it with ENCODING 'UTF8'"
        )));
    }
    Ok(())
}

/// Hosts and database, without user and password.
fn place(config: &Config) -> String {
    let hosts: Vec<String> = config
        .get_hosts()
        .iter()
        .enumerate()
        .map(|(index, host)| {
            let ports = config.get_ports();
            let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(path) => format!("{}:{port}", path.display()),
            }
        })
        .collect();
    format!("{}/{}", hosts.join(","), config.get_dbname().or(config.get_user()).unwrap_or_default())
}
