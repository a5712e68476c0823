//! REBUILD: how long whoever works on Valetkey waits for `cargo build` after one changed word.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::programs::complete;
use crate::table::{Table, figure, median};

/// This repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const ROUNDS: usize = 5;
/// What the work on a page may cost, in seconds.
const BOUND: f64 = 7.0;
/// What is changed, and the words in it that get a number.
const EDITS: [(&str, &str, &str, bool); 4] = [
    ("handler of a page", "crates/client-pages/src/review.rs", "/progress", true),
    ("template", "crates/client-pages/templates/client/review.html", "class=\"lead", true),
    ("handler of the API", "crates/api/src/grantees.rs", "One page, oldest first", false),
    ("use case", "crates/core/src/app/approve.rs", "item.chosen", false),
];

/// A file of ours that is as it was when this is dropped.
struct Edited {
    path: PathBuf,
    text: String,
}

impl Drop for Edited {
    fn drop(&mut self) {
        if let Err(e) = std::fs::write(&self.path, &self.text) {
            eprintln!("{} is not as it was: {e}", self.path.display());
        }
    }
}

pub fn run() -> anyhow::Result<Table> {
    let mut table = Table::new("REBUILD", &["seconds", "bound", "of the bound"]);
    build()?;
    for (what, file, words, is_bound) in EDITS {
        let seconds = edit(&Path::new(ROOT).join(file), words)?;
        table.good &= !is_bound || seconds <= BOUND;
        let bound =
            if is_bound { vec![figure(BOUND, 1), figure(seconds / BOUND, 3)] } else { vec![json!(""); 2] };
        table.rows.push([vec![json!(what), figure(seconds, 2)], bound].concat());
    }
    build()?;
    Ok(table)
}

fn edit(path: &Path, words: &str) -> anyhow::Result<f64> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let edited = Edited { path: path.to_owned(), text };
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let changed = edited.text.replacen(words, &format!("{words}{round}"), 1);
        ensure!(changed != edited.text, "{} does not say {words:?} any more", path.display());
        std::fs::write(path, changed)?;
        rounds.push(build()?);
    }
    Ok(median(rounds))
}

fn build() -> anyhow::Result<f64> {
    let start = Instant::now();
    complete(Command::new("cargo").args(["build", "--quiet"]).current_dir(ROOT))?;
    Ok(start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_edited_is_still_there() {
        for (what, file, words, _) in EDITS {
            let text = std::fs::read_to_string(Path::new(ROOT).join(file)).expect(file);
            assert!(text.contains(words), "{what}: {file} does not say {words:?} any more");
        }
    }
}
