//! The one binary.

fn main() -> std::process::ExitCode {
    valetkey::cli::run()
}
