//! The one place that asks the domain name system. It asks for texts, and connects to nothing that they name (T23).
//!
//! Whom it asks: the servers of the configuration, or those of the system (`/etc/resolv.conf`).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver, system_conf};

/// How long one server may take, and how long all of it together.
const PATIENCE: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_secs(5);
const PORT: u16 = 53;
/// As many texts of one name are looked at, and as many bytes of each.
const MOST_TEXTS: usize = 50;
const MOST_BYTES: usize = 512;

/// Asks. Cheap to clone.
#[derive(Clone)]
pub struct Dns(Arc<Asker>);

struct Asker {
    servers: Vec<SocketAddr>,
    /// None where nobody can be asked, and why.
    resolver: Result<TokioResolver, String>,
    invented: bool,
}

/// What the domain name system says of the texts of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Texts(Vec<String>),
    /// The domain's own servers say that there is no such name, or no text at it: their answer carries the domain's
    /// start of authority, as RFC 2308 asks of a negative answer.
    Nothing,
    /// Nobody answered, or not with what would prove anything: why, as a sentence without its full stop.
    Unknown(String),
}

impl Dns {
    /// The system's servers.
    pub fn of_system() -> Self {
        let read = system_conf::read_system_conf();
        match read {
            Ok((config, _)) => {
                let servers = config.name_servers.iter().flat_map(addresses).collect();
                Self::make(servers, false)
            }
            Err(e) => Self(Arc::new(Asker {
                servers: Vec::new(),
                resolver: Err(format!("the system names no name server ({e})")),
                invented: false,
            })),
        }
    }

    /// These servers; without any, nothing can be known.
    pub fn of_servers(servers: Vec<SocketAddr>) -> Self {
        Self::make(servers, false)
    }

    /// A server that makes its answers up, for the demo: pages say so.
    pub fn invented(server: SocketAddr) -> Self {
        Self::make(vec![server], true)
    }

    fn make(servers: Vec<SocketAddr>, invented: bool) -> Self {
        let resolver = match servers.is_empty() {
            true => Err("no name server is set".to_owned()),
            false => resolver(&servers).map_err(|e| e.to_string()),
        };
        Self(Arc::new(Asker { servers, resolver, invented }))
    }

    /// Who is asked.
    pub fn servers(&self) -> &[SocketAddr] {
        &self.0.servers
    }

    /// Whether the answers are a demo's own.
    pub fn is_invented(&self) -> bool {
        self.0.invented
    }

    /// The texts (TXT records) at this name, asked anew each time.
    pub async fn texts(&self, name: &str) -> Answer {
        let resolver = match &self.0.resolver {
            Ok(resolver) => resolver,
            Err(why) => return Answer::Unknown(why.clone()),
        };
        // With its last dot, so that nothing is put behind it.
        let asked = resolver.lookup(format!("{name}."), RecordType::TXT);
        let found = match tokio::time::timeout(LIMIT, asked).await {
            Err(_) => return Answer::Unknown("no name server answered in time".into()),
            Ok(Err(e)) => return unanswered(&e),
            Ok(Ok(found)) => found,
        };
        let texts = found.answers().iter().filter_map(|record| match &record.data {
            RData::TXT(text) => Some(text.txt_data.concat()),
            _ => None,
        });
        let read =
            |bytes: Vec<u8>| String::from_utf8_lossy(&bytes[..bytes.len().min(MOST_BYTES)]).into_owned();
        Answer::Texts(texts.take(MOST_TEXTS).map(read).collect())
    }
}

/// A server as settings name it: an address, with a port or without.
pub fn server(text: &str) -> Option<SocketAddr> {
    let bare = |text: &str| text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, PORT));
    text.parse().ok().or_else(|| bare(text))
}

fn addresses(server: &NameServerConfig) -> Vec<SocketAddr> {
    let mut ports: Vec<_> = server.connections.iter().map(|c| c.port).collect();
    ports.dedup();
    ports.into_iter().map(|port| SocketAddr::new(server.ip, port)).collect()
}

#[expect(clippy::disallowed_methods, reason = "the one place")]
fn resolver(servers: &[SocketAddr]) -> Result<TokioResolver, NetError> {
    let server = |at: &SocketAddr| {
        let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
        connections.iter_mut().for_each(|c| c.port = at.port());
        NameServerConfig::new(at.ip(), true, connections)
    };
    let config = ResolverConfig::from_parts(None, Vec::new(), servers.iter().map(server).collect());
    let mut options = ResolverOpts::default();
    options.timeout = PATIENCE;
    options.attempts = 1;
    // Whoever presses "Check now" wants to know what is there now.
    options.cache_size = 0;
    options.use_hosts_file = ResolveHosts::Never;
    Resolver::builder_with_config(config, TokioRuntimeProvider::default()).with_options(options).build()
}

fn unanswered(e: &NetError) -> Answer {
    match e {
        NetError::Dns(DnsError::NoRecordsFound(none)) if none.soa.is_some() => Answer::Nothing,
        NetError::Dns(DnsError::NoRecordsFound(_)) => Answer::Unknown(
            "a name server passed the question on without an answer of the domain’s own".into(),
        ),
        NetError::Dns(DnsError::ResponseCode(code)) => {
            Answer::Unknown(format!("a name server could not answer ({code})"))
        }
        NetError::Timeout => Answer::Unknown("no name server answered in time".into()),
        other => Answer::Unknown(format!("no name server could be asked ({other})")),
    }
}

#[cfg(test)]
mod tests {
    use valetkey_sdk::sim::names::{NameServer, Reply};

    use super::*;

    #[test]
    fn a_server_is_named_with_or_without_a_port() {
        assert_eq!(server("192.0.2.53"), "192.0.2.53:53".parse().ok());
        assert_eq!(server("192.0.2.53:5353"), "192.0.2.53:5353".parse().ok());
        assert_eq!(server("2001:db8::1"), "[2001:db8::1]:53".parse().ok());
        assert_eq!(server("[2001:db8::1]:5353"), "[2001:db8::1]:5353".parse().ok());
        assert_eq!(server("dns.example"), None);
    }

    #[tokio::test]
    async fn only_the_domains_own_answer_says_that_there_is_nothing() {
        let server = NameServer::start().await.expect("a free port");
        let dns = Dns::of_servers(vec![server.address()]);
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let long = "x".repeat(400);
        for set in [&["a", "b"] as &[&str], &[&long]] {
            server.set("_valetkey.northwind.example", Reply::Texts(texts(set)));
            assert_eq!(dns.texts("_valetkey.northwind.example").await, Answer::Texts(texts(set)));
        }
        for none in [Reply::NoName, Reply::NoText, Reply::Texts(Vec::new())] {
            server.set("_valetkey.northwind.example", none.clone());
            assert_eq!(dns.texts("_valetkey.northwind.example").await, Answer::Nothing, "{none:?}");
        }
        assert_eq!(dns.texts("_valetkey.nobody.example").await, Answer::Nothing);
        for fault in [Reply::Failure, Reply::Refused, Reply::Referral, Reply::Silence] {
            server.set("_valetkey.northwind.example", fault.clone());
            let answer = dns.texts("_valetkey.northwind.example").await;
            assert!(matches!(answer, Answer::Unknown(_)), "{fault:?}: {answer:?}");
        }
        let gone = server.address();
        drop(server);
        assert!(matches!(Dns::of_servers(vec![gone]).texts("a.example").await, Answer::Unknown(_)));
    }

    #[tokio::test]
    async fn where_nobody_can_be_asked_nothing_is_known() {
        assert_eq!(
            Dns::of_servers(Vec::new()).texts("a.example").await,
            Answer::Unknown("no name server is set".into())
        );
    }
}
