//! Where a request comes from, for counting tries.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use valetkey_core::desk::Desk;
use valetkey_core::limits::network;

/// The network of whoever asks; what a trusted proxy says of it, and of nobody else.
pub struct Address(pub String);

impl FromRequestParts<Desk> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Infallible> {
        let from = find(&parts.extensions, &parts.headers, desk).map(network);
        Ok(Self(from.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string())))
    }
}

/// The address that a request comes from, where it is known.
pub fn find(extensions: &Extensions, headers: &HeaderMap, desk: &Desk) -> Option<IpAddr> {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip())?;
    Some(of(peer, headers, &desk.trusted_proxies))
}

/// The last address in `X-Forwarded-For` that is not a proxy of ours: what stands before it, anybody may write.
fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let said: Vec<&str> = values.flat_map(|v| v.split(',')).map(str::trim).collect();
    let mut at = peer;
    for hop in said.into_iter().rev() {
        if !trusted.contains(&at) {
            break;
        }
        match hop.parse() {
            Ok(ip) => at = ip,
            Err(_) => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        let said = |text: &str| {
            HeaderMap::from_iter([(
                "x-forwarded-for".parse().expect("a name"),
                text.parse().expect("a value"),
            )])
        };
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        let table = [
            ("203.0.113.9", "1.2.3.4", "203.0.113.9"),
            ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            ("10.0.0.1", "nonsense", "10.0.0.1"),
        ];
        for (peer, header, expected) in table {
            assert_eq!(of(ip(peer), &said(header), &proxies), ip(expected), "{peer} {header}");
        }
    }
}
