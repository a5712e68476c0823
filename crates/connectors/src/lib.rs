//! The platforms. Adding one touches its folder and one line here: `pub mod <platform>;`, or `guided!` for one of
//! words and steps only.

pub mod lint;

/// A platform of words and steps only: its folder holds no Rust. After its name come the languages that it is
/// translated into: `guided!("x-ads", De "de");` for `words.de.ftl` and `guide.de.md`.
macro_rules! guided {
    ($folder:literal $(, $lang:ident $tag:literal)*) => {
        inventory::submit!(crate::Known(|| {
            crate::platform(
                include_str!(concat!($folder, "/manifest.toml")),
                include_str!(concat!($folder, "/words.en.ftl")),
                None,
                None,
            )
            .with_guide(include_str!(concat!($folder, "/guide.en.md")))
            $(.translated(
                valetkey_sdk::lang::Lang::$lang,
                include_str!(concat!($folder, "/words.", $tag, ".ftl")),
                Some(include_str!(concat!($folder, "/guide.", $tag, ".md"))),
            ))*
        }));
    };
}

pub mod github;
pub mod linkedin;
pub mod meta;
pub mod tiktok;

guided!("klaviyo", De "de");
guided!("x-ads", De "de");

use std::sync::Arc;

use valetkey_sdk::connector::Connector;
use valetkey_sdk::guide::{self, Guide};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::{self, Manifest};
use valetkey_sdk::sim::Simulator;
use valetkey_sdk::words::Words;

/// One platform: its facts and words, and what Rust it needed. A guided platform needs none.
pub struct Platform {
    pub manifest: Manifest,
    /// In English.
    pub words: Words,
    /// What a person does by hand, where nothing can be done for them, in English.
    pub guide: Option<Guide>,
    /// Both in the languages that its folder is translated into.
    pub translations: Vec<Translation>,
    pub connector: Option<Arc<dyn Connector>>,
    pub simulator: Option<fn() -> Box<dyn Simulator>>,
}

/// A platform's words and steps in one more language.
pub struct Translation {
    pub lang: Lang,
    pub words: Words,
    pub guide: Option<Guide>,
}

/// Every platform this binary knows.
pub struct Registry(Vec<Platform>);

impl Registry {
    /// Reads all manifests and words. They are compiled in, so a mistake is found by the tests.
    pub fn new() -> Self {
        Self(all())
    }

    /// These platforms and no others: for a simulation, which brings its own.
    pub fn of(platforms: Vec<Platform>) -> Self {
        Self(platforms)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Platform> {
        self.0.iter()
    }

    pub fn find(&self, id: &str) -> Option<&Platform> {
        self.0.iter().find(|p| p.manifest.id == id)
    }

    /// The platform that owns a sign-in: callbacks name only the sign-in.
    pub fn find_sign_in(&self, id: &str) -> Option<&Platform> {
        self.0.iter().find(|p| p.manifest.sign_ins.iter().any(|s| s.id == id))
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes one platform. Its folder submits it: `inventory::submit!(crate::Known(platform));`.
struct Known(fn() -> Platform);

inventory::collect!(Known);

/// In the order of lists: by the manifests' `order`, and then by name.
fn all() -> Vec<Platform> {
    let mut all: Vec<_> = inventory::iter::<Known>.into_iter().map(|known| known.0()).collect();
    all.sort_by(|a, b| (a.manifest.order, &a.manifest.name).cmp(&(b.manifest.order, &b.manifest.name)));
    all
}

impl Platform {
    /// Its words in this language: the English ones, all of them, where its folder has no others.
    pub fn words_in(&self, lang: Lang) -> &Words {
        self.translation(lang).map_or(&self.words, |t| &t.words)
    }

    /// The same of its steps.
    pub fn guide_in(&self, lang: Lang) -> Option<&Guide> {
        self.translation(lang).and_then(|t| t.guide.as_ref()).or(self.guide.as_ref())
    }

    fn translation(&self, lang: Lang) -> Option<&Translation> {
        self.translations.iter().find(|t| t.lang == lang)
    }

    /// With its folder's `words.<tag>.ftl`, and `guide.<tag>.md` where it has steps.
    #[must_use]
    fn translated(mut self, lang: Lang, words: &str, guide: Option<&str>) -> Self {
        let words = Words::parse(lang.as_str(), words).expect("a test reads every words file");
        let guide = guide.map(|text| guide::parse(&self.manifest, text).expect("a test reads every guide"));
        self.translations.push(Translation { lang, words, guide });
        self
    }

    /// With the messages of its folder's `errors.toml`.
    #[must_use]
    fn with_errors(mut self, text: &str) -> Self {
        manifest::add_errors(&mut self.manifest, text).expect("a test reads every file of messages");
        self
    }

    /// With the steps of its folder's `guide.en.md`.
    #[must_use]
    fn with_guide(mut self, text: &str) -> Self {
        self.guide = Some(guide::parse(&self.manifest, text).expect("a test reads every guide"));
        self
    }
}

/// A platform from the files in its folder.
fn platform(
    manifest: &str,
    words_en: &str,
    connector: Option<Arc<dyn Connector>>,
    simulator: Option<fn() -> Box<dyn Simulator>>,
) -> Platform {
    let manifest = manifest::parse(manifest).expect("a test reads every manifest");
    let words = Words::parse("en", words_en).expect("a test reads every words file");
    Platform { manifest, words, guide: None, translations: Vec::new(), connector, simulator }
}
