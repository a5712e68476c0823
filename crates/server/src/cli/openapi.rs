//! `valetkey openapi`: the API's description, for whoever renews the committed one.

use crate::api::openapi;

/// Prints the description of the HTTP API.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey openapi > openapi.json")]
pub struct Args {}

pub fn run(_: &Args) -> anyhow::Result<()> {
    print!("{}", openapi::text());
    Ok(())
}
