//! `valetkey key`: the one secret that is not in the database.

use std::path::PathBuf;

use valetkey_sdk::random::Random;

use crate::vault::MasterKey;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Makes a new master key file, readable by you alone. Never overwrites one.
    #[command(after_help = "Example: valetkey key new /etc/valetkey/master.key")]
    New { file: PathBuf },
}

pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::New { file } => {
            MasterKey::generate(&Random::system()).write_new(file)?;
            println!("Wrote a new master key to {}.", file.display());
            println!(
                "Keep a copy away from the database: without it, nothing that is sealed can be read again."
            );
            Ok(())
        }
    }
}
