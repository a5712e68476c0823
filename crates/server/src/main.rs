//! The one binary.

/// A page makes and drops some hundred small texts; this allocator takes a tenth less of its processor time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    valetkey::cli::run()
}
