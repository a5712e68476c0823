//! `valetkey owner`: what the operator does for an owner who cannot sign in.

use anyhow::bail;
use serde_json::json;

use super::{ConfigFile, print_json};
use crate::app::members;
use crate::config::Config;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Ends an owner's password and sessions, and prints a one-time address for a new password. With an SQLite
    /// file the server must be stopped.
    #[command(after_help = "Example: valetkey owner reset --email kim@northwind.test")]
    Reset {
        #[command(flatten)]
        file: ConfigFile,
        /// The owner's e-mail address; needed when there is more than one owner.
        #[arg(long)]
        email: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Reset { file, email, json } = command;
    let config = Config::read(&file.config)?;
    config.check()?;
    let desk = super::serve::desk(&config).await?;
    let mut owners = Vec::new();
    for (scope, agency) in desk.store.list_agencies_as_operator().await? {
        for member in desk.store.list_members(&scope).await?.into_iter().filter(|m| m.role == "owner") {
            owners.push((scope.clone(), agency.name.clone(), member));
        }
    }
    if owners.is_empty() {
        bail!("there is no owner yet: start `valetkey serve`, and it prints a set-up code");
    }
    if let Some(email) = &email {
        owners.retain(|(_, _, m)| m.email.eq_ignore_ascii_case(email.trim()));
    }
    let (scope, agency, member) = match owners.as_slice() {
        [one] => one,
        [] => bail!("no owner has this e-mail address: check it"),
        several => {
            let all: Vec<_> = several.iter().map(|(_, a, m)| format!("{} ({a})", m.email)).collect();
            bail!("there are several owners: name one with --email: {}", all.join(", "))
        }
    };
    let token = members::reset(&desk, scope, member).await?;
    let address = members::reset_address(&desk, &token);
    if json {
        return print_json(&json!({"agency": scope.agency(), "member": member.id, "url": address}));
    }
    println!(
        "{}, owner of {agency}, can no longer sign in with the old password, and is signed out.",
        member.name
    );
    println!("Choose a new password once, within an hour, at {address}");
    Ok(())
}
