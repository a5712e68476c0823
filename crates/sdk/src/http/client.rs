//! Sends one request: only to the manifest's hosts, with a deadline, a size cap and no redirects.

#[cfg(test)]
mod tests;

use std::time::Duration;

use futures_util::StreamExt as _;
use http::HeaderValue;
use url::Url;

use super::{Budget, Egress, Quota, Reply, Request, usage};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::manifest::{Manifest, UsageFacts};
use crate::point::Moment;
use crate::secret::Secret;

/// Largest answer read, in bytes.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How often a safe read is tried.
const READ_TRIES: u32 = 3;
/// The pause before a read is tried the second time; the one before the third is four times as long.
const PAUSE: Duration = Duration::from_millis(100);

/// The way out. A call's total time is below the engine's lease, so that a stale node cannot act late.
#[derive(Clone)]
pub struct PlatformClient {
    http: reqwest::Client,
    egress: Egress,
    hosts: Vec<String>,
    platform: String,
    usage: Vec<UsageFacts>,
    budget: Option<(Budget, Clock)>,
    pause: Duration,
}

impl PlatformClient {
    /// Longest time for one call, connecting included.
    pub const DEADLINE: Duration = Duration::from_secs(20);

    /// The transport, made once a process; clients of all platforms share its connections.
    pub fn transport() -> Result<reqwest::Client> {
        #[expect(clippy::disallowed_methods, reason = "the one place that makes a platform transport")]
        let builder = reqwest::Client::builder();
        builder
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(Duration::from_secs(5))
            .timeout(Self::DEADLINE)
            .user_agent(concat!("valetkey/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|e| Error::unexpected("the HTTP client cannot start").caused_by(e))
    }

    pub fn new(transport: &reqwest::Client, egress: &Egress, manifest: &Manifest) -> Self {
        Self {
            http: transport.clone(),
            egress: egress.clone(),
            hosts: manifest.hosts.clone(),
            platform: manifest.id.clone(),
            usage: manifest.usage.clone(),
            budget: None,
            pause: PAUSE,
        }
    }

    /// The same, keeping within what the platform tells about its limits.
    #[must_use]
    pub fn with_budget(self, budget: Budget, clock: Clock) -> Self {
        Self { budget: Some((budget, clock)), ..self }
    }

    /// The same with another pause between the tries of a read: pauses pass in real time, which a test of
    /// many bad answers has no use for.
    #[must_use]
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// Sends it with this connection's token. Reads are repeated on trouble; anything else is sent once.
    /// `RateLimited` without a call when a limit is nearly used up.
    /// The token goes into the named header, or else where RFC 6750 wants it.
    pub async fn send(
        &self,
        request: &Request,
        connection: &str,
        token: (Option<&str>, &Secret),
    ) -> Result<Reply> {
        let real = self.address(request)?;
        let url = self.egress.route(&real);
        let of = [Quota::app(&self.platform), Quota::connection(&self.platform, connection)];
        let tries = if request.is_safe() { READ_TRIES } else { 1 };
        let mut attempt = 1;
        loop {
            let admitted = self.budget.as_ref().map(|(budget, clock)| budget.admit(&of, clock.now()));
            let _pass = admitted.transpose().map_err(held_back)?;
            match self.send_once(request, url.clone(), &of, Some(token)).await {
                Ok(reply) if reply.status < 500 || attempt == tries => return Ok(reply),
                Err(e) if e.kind != ErrorKind::Temporary || attempt == tries => return Err(e),
                Ok(_) | Err(_) => tokio::time::sleep(self.pause * attempt * attempt).await,
            }
            attempt += 1;
        }
    }

    /// Sends it once, even a GET: an exchange spends its code, so a repeat would only hide the answer.
    /// No limit holds it back: the code does not live long.
    pub async fn send_exactly_once(&self, request: &Request) -> Result<Reply> {
        let url = self.egress.route(&self.address(request)?);
        self.send_once(request, url, &[Quota::app(&self.platform)], None).await
    }

    /// The address a browser is sent to for this real address.
    pub fn browser_url(&self, real: &Url) -> Result<Url> {
        if real.scheme() != "https" || !self.hosts.iter().any(|h| Some(h.as_str()) == real.host_str()) {
            return Err(Error::unexpected("a redirect to a host outside the manifest was refused"));
        }
        Ok(self.egress.route(real))
    }

    /// The real address; refused when its host is not one of the platform's.
    fn address(&self, request: &Request) -> Result<Url> {
        if !self.hosts.iter().any(|h| h == &request.host) {
            return Err(Error::unexpected("a call to a host outside the manifest was refused")
                .with("host", &request.host));
        }
        let mut url = Url::parse(&format!("https://{}", request.host))
            .map_err(|e| Error::unexpected("a host in the manifest is not a host").caused_by(e))?;
        url.set_path(&request.path);
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Ok(url)
    }

    async fn send_once(
        &self,
        request: &Request,
        url: Url,
        of: &[Quota],
        token: Option<(Option<&str>, &Secret)>,
    ) -> Result<Reply> {
        let mut call = self.http.request(request.method.clone(), url);
        match token {
            Some((Some(header), token)) => {
                let mut value = HeaderValue::from_str(token.expose())
                    .map_err(|_| Error::unexpected("the token cannot stand in a header"))?;
                value.set_sensitive(true);
                call = call.header(header, value);
            }
            Some((None, token)) => call = call.bearer_auth(token.expose()),
            None => {}
        }
        if !request.form.is_empty() {
            call = call.form(&request.form);
        }
        if let Some(body) = &request.json {
            call = call.json(body);
        }
        for (name, value) in &request.headers {
            call = call.header(*name, value);
        }
        tracing::debug!(host = %request.host, call = request.name.name(), "platform call");
        request.name.pass_at(&self.platform, Moment::Before);
        let answer = call.send().await.map_err(|e| no_answer(request, e))?;
        request.name.pass_at(&self.platform, Moment::After);
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let told = usage::read(&self.usage, &headers);
        if let Some((budget, clock)) = &self.budget {
            budget.note(of, &told, clock.now());
        }
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|e| no_answer(request, e))?;
            if body.len() + chunk.len() > MAX_BODY {
                return Err(
                    Error::unexpected("the platform's answer is too large").with("limit_bytes", MAX_BODY)
                );
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply::new(status, headers, body.into(), told))
    }
}

fn held_back(until: jiff::Timestamp) -> Error {
    Error::new(ErrorKind::RateLimited { until }, "the platform's limit is nearly used up")
}

/// The address is left out: it carries parameters.
fn no_answer(request: &Request, e: reqwest::Error) -> Error {
    Error::new(ErrorKind::Temporary, "the platform did not answer")
        .with("host", &request.host)
        .with("call", request.name)
        .caused_by(e.without_url())
}
