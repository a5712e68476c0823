//! The hub's server: an accept loop of its own, because a fault may have to close a connection unanswered.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::clock::Clock;
use crate::random::Random;

use super::faults::Kind;
use super::front::{Destination, Lag, LinkPrefix, RealHost, find_destination};
use super::hub::Hub;
use super::keep::{Keeper, SealedFile};
use super::world::World;
use super::{Simulator, controls, inject, site};

/// The simulators of one process, before they listen.
pub struct Sims {
    simulators: Vec<Arc<dyn Simulator>>,
    start_from: Option<World>,
    keep_in: Option<PathBuf>,
}

impl Sims {
    pub fn new(simulators: impl IntoIterator<Item = Box<dyn Simulator>>) -> Self {
        let simulators = simulators.into_iter().map(Arc::from).collect();
        Self { simulators, start_from: None, keep_in: None }
    }

    /// Another world than the default one, where no kept state is gone on with.
    #[must_use]
    pub fn start_from(self, world: Option<World>) -> Self {
        Self { start_from: world, ..self }
    }

    /// Keeps the state in this file and, if the file is there already, goes on from it.
    #[must_use]
    pub fn keep_in(self, file: Option<PathBuf>) -> Self {
        Self { keep_in: file, ..self }
    }

    /// Starts the hub. Port 0 picks a free one: the one before, when a kept state is gone on with.
    pub async fn listen(self, addr: SocketAddr, clock: Clock, random: Random) -> io::Result<Running> {
        let file = self.keep_in.map(SealedFile::new);
        let kept = file.as_ref().map_or(Ok(None), SealedFile::read).map_err(io::Error::other)?;
        let listener = bind(addr, kept.as_ref().map(|kept| kept.port)).await?;
        let addr = listener.local_addr()?;
        let hub = Arc::new(Hub::new(self.simulators, clock, random).map_err(io::Error::other)?);
        let started = match (kept, self.start_from) {
            (Some(kept), _) => kept.recall(&hub),
            (None, Some(world)) => hub.reset(world),
            (None, None) => Ok(()),
        };
        started.map_err(|sentence| match &file {
            Some(file) => io::Error::other(format!("{file}: {sentence}")),
            None => io::Error::other(sentence),
        })?;
        let keeper = file.map(|file| Keeper::new(file, addr.port()));
        if let Some(keeper) = &keeper {
            keeper.save(&hub).await.map_err(io::Error::other)?;
        }
        let server = Arc::new(Server {
            sites: hub.simulators.iter().map(|sim| sim.router(hub.clone())).collect(),
            controls: controls::router(hub.clone()),
            hub: hub.clone(),
            keeper,
        });
        let (stop, stopped) = watch::channel(false);
        let served = tokio::spawn(accept(listener, server, stopped));
        Ok(Running { url: format!("http://{addr}"), addr, hub, stop, served })
    }
}

/// Simulators that answer until this is stopped or dropped.
pub struct Running {
    /// Where they are, without a slash at the end.
    pub url: String,
    pub addr: SocketAddr,
    pub hub: Arc<Hub>,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl Running {
    /// Finishes what is being answered, then stops.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        // The loop ends by itself; a panic in it has already been printed.
        let _ = self.served.await;
    }
}

struct Server {
    hub: Arc<Hub>,
    sites: Vec<Router>,
    controls: Router,
    keeper: Option<Keeper>,
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("closed by a fault")
    }
}

impl std::error::Error for Dropped {}

async fn accept(listener: TcpListener, server: Arc<Server>, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Small answers must not wait for an acknowledgement.
                    let _ = stream.set_nodelay(true);
                    connections.spawn(serve_connection(stream, server.clone(), stopped.clone()));
                }
                // Out of file handles or a connection gone again: the next accept may work.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
            Some(_) = connections.join_next() => {}
            // An error means that `Running` was dropped.
            _ = stopped.changed() => break,
        }
    }
    let finish = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(Duration::from_secs(2), finish).await;
}

async fn serve_connection(
    stream: tokio::net::TcpStream,
    server: Arc<Server>,
    mut stopped: watch::Receiver<bool>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let server = server.clone();
        async move { server.answer(request.map(Body::new)).await }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder.timer(TokioTimer::new());
    let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // Errors are broken connections, which faults make on purpose.
        _ = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = tokio::time::timeout(Duration::from_secs(2), connection.as_mut()).await;
        }
    }
}

impl Server {
    async fn answer(&self, request: Request<Body>) -> Result<Response, Dropped> {
        match find_destination(&self.hub.simulators, request.headers(), request.uri()) {
            Destination::Controls => Ok(self.call(&self.controls, request).await),
            Destination::Nobody => Ok(nobody(&self.hub)),
            Destination::Simulator { index, host, prefix, uri } => {
                self.answer_as(index, host, prefix, uri, request).await
            }
        }
    }

    async fn answer_as(
        &self,
        index: usize,
        host: String,
        prefix: String,
        uri: http::Uri,
        mut request: Request<Body>,
    ) -> Result<Response, Dropped> {
        let hub = &self.hub;
        let sim = &hub.simulators[index];
        let method = request.method().to_string();
        hub.requests.note(&method, &host, uri.path());
        let is_site = sim.site_hosts().contains(&host.as_str());
        if let Some(wait) = hub.latencies.find(&host, is_site, &hub.random) {
            tokio::time::sleep(wait).await;
        }
        let faults = hub.faults.list_for(&method, &host, uri.path());
        for fault in &faults {
            match fault {
                Kind::Delay { ms } => tokio::time::sleep(Duration::from_millis(*ms)).await,
                Kind::Eventual { ms } => {
                    let ms = i64::try_from(*ms).unwrap_or(i64::MAX);
                    request.extensions_mut().insert(Lag { ms });
                }
                Kind::Status { code, body } => return Ok(inject::status(*code, body.as_ref())),
                Kind::RateLimit { retry_after_s } => return Ok(sim.rate_limited(*retry_after_s)),
                Kind::DropBefore => return Err(Dropped),
                Kind::Html => return Ok(inject::html()),
                Kind::DropAfterEffect | Kind::Truncate | Kind::WrongType => {}
            }
        }
        *request.uri_mut() = uri;
        request.extensions_mut().insert(RealHost(host));
        request.extensions_mut().insert(LinkPrefix(prefix));
        let mut response = self.call(&self.sites[index], request).await;
        for fault in &faults {
            match fault {
                Kind::DropAfterEffect => return Err(Dropped),
                Kind::Truncate => response = inject::truncate(response).await,
                Kind::WrongType => response = inject::wrong_type(response).await,
                _ => {}
            }
        }
        Ok(response)
    }

    /// Answers, and keeps what changed before anybody hears of it: even a fault breaks the answer only then.
    async fn call(&self, router: &Router, request: Request<Body>) -> Response {
        match &self.keeper {
            Some(keeper) => keeper.watch(&self.hub, request, |request| call(router, request)).await,
            None => call(router, request).await,
        }
    }
}

/// A port that was asked for has to be free; the one of the process before need not be.
async fn bind(addr: SocketAddr, before: Option<u16>) -> io::Result<TcpListener> {
    if let Some(port) = before.filter(|_| addr.port() == 0)
        && let Ok(listener) = TcpListener::bind(SocketAddr::new(addr.ip(), port)).await
    {
        return Ok(listener);
    }
    TcpListener::bind(addr).await
}

async fn call(router: &Router, request: Request<Body>) -> Response {
    match router.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => {
            let never: Infallible = never;
            match never {}
        }
    }
}

fn nobody(hub: &Hub) -> Response {
    (StatusCode::NOT_FOUND, site::index_page(hub)).into_response()
}
