//! The running server: pages, API, engine; it stops by handing work on.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
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
use crate::store::StoreError;
use crate::store::sql::migrate::MigrateError;
use crate::{api, web};

/// How often a node sets its clock by that of the database.
const CLOCK: Duration = Duration::from_secs(10);
/// Work under way gets this long when the server stops, and then open requests do.
const DRAIN: Duration = Duration::from_secs(3);

pub struct Server {
    desk: Desk,
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
    let api = api::router(desk).layer(from_fn(web::headers::add_to_data));
    Router::new()
        .merge(probes)
        // As a service it answers for every path under its address, `/api/v1/` too.
        .nest_service("/api/v1", api.with_state(desk.clone()))
        .merge(web::router(desk))
        .with_state(desk.clone())
        .layer(CompressionLayer::new())
}

/// The service that knows where each request comes from.
pub fn with_addresses(router: Router) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router.into_make_service_with_connect_info()
}

/// Ready means: the server was not told to stop, the database answers, and it has all tables that this program
/// needs. One with more steps than this program knows is being upgraded by a newer node; that is no reason.
async fn ready(State(desk): State<Desk>) -> (StatusCode, &'static str) {
    if desk.stopping.load(Ordering::Relaxed) {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping: it ends what is open");
    }
    match desk.store.require_schema().await {
        Ok(()) | Err(StoreError::Migrate(MigrateError::Newer { .. })) => (StatusCode::OK, ""),
        Err(StoreError::Migrate(e @ MigrateError::Behind { .. })) => {
            tracing::error!(error = %e, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database lacks a schema step: restart this server")
        }
        Err(e) => {
            tracing::error!(error = %e, "not ready: the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
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
        let clock = desk.store.is_shared().then(|| tokio::spawn(keep_time(desk.clone())));
        Ok(Self { desk: desk.clone(), stop, http, clock, engine: Engine::start(desk) })
    }

    /// How many transactions there were since the start.
    pub fn transactions(&self) -> u64 {
        self.desk.store.counters().transactions
    }

    /// Finishes what is under way, answers what is open, takes nothing new. Pages answer until the work is done;
    /// meanwhile it says that it is not ready, so that people are sent to another node.
    pub async fn stop(self) {
        self.desk.stopping.store(true, Ordering::Relaxed);
        // What takes longer than this goes on at the next start: its intent is in the database.
        self.engine.stop_within(DRAIN).await;
        self.desk.streams.close();
        self.stop.send_replace(true);
        let _ = tokio::time::timeout(DRAIN, self.http).await;
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
