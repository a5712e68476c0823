//! Our own words; each platform's are beside its manifest.

use std::sync::LazyLock;

use valetkey_sdk::lang::Lang;
use valetkey_sdk::words::Words;

/// In English.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| read(Lang::En));
static GERMAN: LazyLock<Words> = LazyLock::new(|| read(Lang::De));

/// The same in this language.
pub fn words_in(lang: Lang) -> &'static Words {
    match lang {
        Lang::En => &WORDS,
        Lang::De => &GERMAN,
    }
}

fn read(lang: Lang) -> Words {
    Words::parse(lang.as_str(), source(lang)).expect("a test reads it")
}

fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::En => include_str!("../locales/en.ftl"),
        Lang::De => include_str!("../locales/de.ftl"),
    }
}

#[cfg(test)]
mod tests {
    use valetkey_sdk::words::compare::differences;

    use super::*;

    #[test]
    fn every_language_says_the_same_and_every_message_can_be_shown() {
        for lang in Lang::ALL {
            let differences = differences(source(Lang::En), source(lang));
            assert_eq!(differences, Vec::<String>::new(), "{}", lang.as_str());
            let unshowable = words_in(lang).unshowable(source(lang));
            assert_eq!(unshowable, Vec::<String>::new(), "{}", lang.as_str());
        }
    }
}
