//! The commands. Exit code 0: done, 1: failed, 2: used wrongly.

mod agency;
mod audit;
mod backup;
mod crash_points;
mod demo;
mod doctor;
mod explain;
mod jobs;
mod key;
mod move_to_postgres;
mod openapi;
mod owner;
mod platform_page;
mod platforms;
mod serve;
mod sim;
mod trial;

pub use self::platform_page::markdown as platform_page;
pub use self::platforms::markdown as platforms_markdown;
pub use self::sim::start as start_simulators;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Hand over a valet key, not the master key: one secure link, access given through each platform's own
/// API, read back, watched, undone.
#[derive(Parser)]
#[command(name = "valetkey", version, about, max_term_width = 100)]
struct Cli {
    /// What to log, such as `info` or `valetkey=debug`. Logs go to stderr.
    #[arg(long, global = true, env = "VALETKEY_LOG", default_value = "warn", hide_env_values = true)]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Serve(serve::Args),
    Sim(sim::Args),
    Platforms(platforms::Args),
    Explain(explain::Args),
    Doctor(doctor::Args),
    MoveToPostgres(move_to_postgres::Args),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    #[command(hide = true)]
    Openapi(openapi::Args),
    #[command(hide = true)]
    CrashPoints(crash_points::Args),
    /// Work that was set aside after too many failures.
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// The audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// The master key.
    #[command(subcommand)]
    Key(key::Command),
    /// Agencies on this server.
    #[command(subcommand)]
    Agency(agency::Command),
    /// An agency's owner.
    #[command(subcommand)]
    Owner(owner::Command),
}

/// The configuration file that operator commands share.
#[derive(clap::Args)]
struct ConfigFile {
    /// The configuration file.
    #[arg(long, env = "VALETKEY_CONFIG", default_value = "valetkey.toml", value_name = "FILE")]
    config: PathBuf,
}

pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = match EnvFilter::try_new(&cli.log) {
        Ok(filter) => filter,
        Err(e) => return fail(&anyhow::anyhow!("--log {}: {e}", cli.log)),
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return fail(&e.into()),
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::Sim(args) => sim::run(args).await,
            Command::Platforms(args) => platforms::run(&args),
            Command::Explain(args) => explain::run(&args),
            Command::Doctor(args) => doctor::run(args).await,
            Command::MoveToPostgres(args) => move_to_postgres::run(args).await,
            Command::Backup(args) => backup::backup(args).await,
            Command::Restore(args) => backup::restore(args).await,
            Command::Openapi(args) => openapi::run(&args),
            Command::CrashPoints(args) => crash_points::run(&args),
            Command::Jobs(command) => jobs::run(command).await,
            Command::Audit(command) => audit::run(command).await,
            Command::Key(command) => key::run(&command),
            Command::Agency(command) => agency::run(command).await,
            Command::Owner(command) => owner::run(command).await,
        }
    });
    // Nothing that is left behind may keep the process.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => fail(&e),
    }
}

fn fail(e: &anyhow::Error) -> ExitCode {
    eprintln!("valetkey: {e:#}");
    ExitCode::FAILURE
}

/// Prints one JSON value on one line.
fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(value)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_arguments_of_a_command_have_one_name() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
