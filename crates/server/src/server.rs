//! The running server: pages, API, engine; it stops by handing work on.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::http::StatusCode;
use axum::middleware::from_fn;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::compression::CompressionLayer;

use crate::desk::Desk;
use crate::engine::Engine;
use crate::store::Store;
use crate::streams::Streams;
use crate::{api, web};

/// How often a node sets its clock by that of the database.
const CLOCK: Duration = Duration::from_secs(10);
/// Open requests get this long when the server stops.
const DRAIN: Duration = Duration::from_secs(3);

pub struct Server {
    store: Store,
    streams: Streams,
    stop: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    clock: Option<JoinHandle<()>>,
    engine: Engine,
}

/// Everything the server answers.
pub fn router(desk: &Desk) -> Router {
    let probes = Router::new()
        .route("/livez", get(StatusCode::OK))
        .route("/readyz", get(ready))
        .layer(from_fn(web::headers::add_to_data));
    Router::new()
        .merge(probes)
        // As a service it answers for every path under its address, `/api/v1/` too.
        .nest_service("/api/v1", api::router(desk).with_state(desk.clone()))
        .merge(web::router(desk))
        .with_state(desk.clone())
        .layer(CompressionLayer::new())
}

/// The service that knows where each request comes from.
pub fn with_addresses(router: Router) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router.into_make_service_with_connect_info()
}

/// Ready means: the database answers.
async fn ready(State(desk): State<Desk>) -> StatusCode {
    match desk.store.count_open_jobs(desk.now_ms()).await {
        Ok(_) => StatusCode::OK,
        Err(e) => {
            tracing::error!(error = %e, "not ready: the database does not answer");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

impl Server {
    /// Takes up work that an earlier run left, and listens.
    pub async fn start(desk: Desk, listener: TcpListener) -> Result<Self, crate::store::StoreError> {
        if !desk.store.is_shared() {
            // Nobody else can be at work. Elsewhere the leases of a process that is gone run out.
            desk.store.release_all_leases().await?;
            desk.begin_only_run();
        }
        let (stop, stopped) = watch::channel(false);
        let app = router(&desk);
        let http = tokio::spawn(async move { serve(listener, app, stopped).await });
        let streams = desk.streams.clone();
        let clock = desk.store.is_shared().then(|| tokio::spawn(keep_time(desk.clone())));
        Ok(Self { store: desk.store.clone(), streams, stop, http, clock, engine: Engine::start(desk) })
    }

    /// How many transactions there were since the start.
    pub fn transactions(&self) -> u64 {
        self.store.counters().transactions
    }

    /// Answers what is open, finishes what is under way, takes nothing new.
    pub async fn stop(self) {
        self.streams.close();
        self.stop.send_replace(true);
        // What takes longer than this goes on at the next start: its intent is in the database.
        let both = async { tokio::join!(self.http, self.engine.stop()) };
        let _ = tokio::time::timeout(DRAIN, both).await;
        if let Some(clock) = self.clock {
            clock.abort();
        }
    }
}

/// Between two settings, and while the database is away, the clock goes on by itself.
async fn keep_time(desk: Desk) {
    loop {
        tokio::time::sleep(CLOCK).await;
        if let Err(e) = desk.store.set_clock(&desk.clock).await {
            tracing::warn!(error = %e, "the clock cannot be set by that of the database");
        }
    }
}

async fn serve(
    listener: TcpListener,
    app: Router,
    mut stopped: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let stop = async move {
        // An error means that the server itself is gone.
        let _ = stopped.changed().await;
    };
    axum::serve(listener, with_addresses(app)).with_graceful_shutdown(stop).await
}

/// Waits for the signals that end a process politely.
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
