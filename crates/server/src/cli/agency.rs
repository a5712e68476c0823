//! `valetkey agency`: agencies on this server.

use serde_json::json;

use super::{ConfigFile, print_json};
use crate::app::agencies::{self, NewAgency};
use crate::config::Config;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Adds an agency with its owner; prints an API key and a one-time sign-in address. With an SQLite file
    /// the server must be stopped.
    #[command(
        after_help = "Example: valetkey agency add --name 'Northwind Growth' --owner 'Kim Park' --email kim@northwind.test"
    )]
    Add {
        #[command(flatten)]
        file: ConfigFile,
        #[arg(long)]
        name: String,
        /// The owner's name.
        #[arg(long)]
        owner: String,
        /// The owner's e-mail address.
        #[arg(long)]
        email: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Add { file, name, owner, email, json } = command;
    let config = Config::read(&file.config)?;
    config.check()?;
    let desk = super::serve::desk(&config).await?;
    let added = agencies::add(&desk, NewAgency { name, owner, email }).await?;
    let ticket = agencies::ticket(&desk, &added.scope, &added.owner).await?;
    let address = agencies::sign_in_address(&desk, &ticket);
    if json {
        return print_json(
            &json!({"id": added.scope.agency(), "api_key": added.api_key.expose(), "sign_in_url": address}),
        );
    }
    println!("Added {}.", added.scope.agency());
    println!("API key (shown once): {}", added.api_key.expose());
    println!("Sign in once within a day at {address}");
    Ok(())
}
