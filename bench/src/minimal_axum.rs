//! The peer of START: axum and tokio with the product's features, and nothing else.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

/// Usage: `minimal-axum ADDRESS`.
#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let router = Router::new().route("/readyz", get(StatusCode::OK));
    axum::serve(listener, router).await
}
