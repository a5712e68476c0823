//! Our own words; each platform's are beside its manifest.

use std::sync::LazyLock;

use valetkey_sdk::words::Words;

pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| Words::parse("en", include_str!("../locales/en.ftl")).expect("a test reads it"));
