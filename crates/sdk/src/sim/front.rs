//! The front door: which simulated host a request is meant for.

use http::{HeaderMap, Uri, header};

use super::Simulator;
use super::pattern::matches_wildcard;

/// Request extension: the real host that this request would have gone to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealHost(pub String);

/// Request extension: what a simulated site puts before the absolute paths of its links, forms,
/// redirects and cookies. `/www.facebook.com` when reached by path, empty when reached by `Host`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPrefix(pub String);

/// Request extension: reads must see what this request changes only after so long. See [`super::Lagging`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    pub ms: i64,
}

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Destination {
    Controls,
    Simulator {
        index: usize,
        host: String,
        prefix: String,
        uri: Uri,
    },
    /// Nobody here answers for that.
    Nobody,
}

pub fn find_destination(
    simulators: &[std::sync::Arc<dyn Simulator>],
    headers: &HeaderMap,
    uri: &Uri,
) -> Destination {
    let find = |host: &str| {
        simulators.iter().position(|sim| sim.hosts().iter().any(|known| matches_wildcard(known, host)))
    };
    let named = uri.host().or_else(|| headers.get(header::HOST)?.to_str().ok()).unwrap_or_default();
    let named = named.rsplit_once(':').map_or(named, |(host, _port)| host).to_ascii_lowercase();
    if let Some(index) = find(&named) {
        return Destination::Simulator { index, host: named, prefix: String::new(), uri: uri.clone() };
    }
    let path = uri.path();
    if path == "/" || path.starts_with("/_sim/") {
        return Destination::Controls;
    }
    let (first, _) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let host = first.to_ascii_lowercase();
    let Some(index) = find(&host) else { return Destination::Nobody };
    let text = uri.path_and_query().map_or("", |both| both.as_str());
    let rest = &text[1 + first.len()..];
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    match rest.parse() {
        Ok(uri) => Destination::Simulator { index, prefix: format!("/{first}"), host, uri },
        Err(_) => Destination::Nobody,
    }
}
