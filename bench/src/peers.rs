//! Programs of others that do the same: small scripts of ours around their packages, under `bench/peers`.

use std::path::{Path, PathBuf};

use anyhow::ensure;

/// The folder of a peer, with its packages installed as its lock file has them.
///
/// # Errors
/// If npm cannot.
pub async fn install(name: &str) -> anyhow::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name);
    if folder.join("node_modules").exists() {
        return Ok(folder);
    }
    let status = tokio::process::Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder)
        .status();
    ensure!(status.await?.success(), "npm could not install the peer: check the network");
    Ok(folder)
}
