//! Where a platform's host is really reached: itself, or a simulator or proxy.

use std::collections::BTreeMap;

use url::Url;

/// Sends `https://HOST/PATH` to `BASE/PATH`, or every host to `ALL/HOST/PATH`.
#[derive(Clone, Debug, Default)]
pub struct Egress {
    pub hosts: BTreeMap<String, Url>,
    pub all: Option<Url>,
}

impl Egress {
    /// Nothing is redirected: calls go to the real platforms.
    pub fn is_real(&self) -> bool {
        self.hosts.is_empty() && self.all.is_none()
    }

    /// The address to use for this real address. Query and fragment stay.
    pub fn route(&self, real: &Url) -> Url {
        let host = real.host_str().unwrap_or_default();
        let (base, prefix) = match (self.hosts.get(host), &self.all) {
            (Some(base), _) => (base, String::new()),
            (None, Some(all)) => (all, format!("/{host}")),
            (None, None) => return real.clone(),
        };
        let mut routed = base.clone();
        routed.set_path(&format!("{}{prefix}{}", base.path().trim_end_matches('/'), real.path()));
        routed.set_query(real.query());
        routed.set_fragment(real.fragment());
        routed
    }
}
