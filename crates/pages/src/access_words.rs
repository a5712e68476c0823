//! What is asked for and given, in words: platform, kind of asset, level, what a level allows.

use std::borrow::Cow;

use valetkey_core::desk::Desk;
use valetkey_sdk::access::{AssetType, Level, Roles};
use valetkey_sdk::lang::Lang;

use crate::page_words::PageWords;

/// The platform's word for an asset type.
pub fn asset_word(desk: &Desk, lang: Lang, platform: &str, of: &str) -> String {
    let found = desk.registry.find(platform);
    found.map_or_else(|| of.to_owned(), |p| p.words_in(lang).text(&format!("asset-{of}")))
}

pub fn level_word(say: &PageWords, level: Level) -> &str {
    match level {
        Level::View => &say.level_view,
        Level::Manage => &say.level_manage,
        Level::Full => &say.level_full,
    }
}

/// What a level allows on an asset type, and what it does not.
pub fn can_and_cannot<'a>(
    desk: &'a Desk,
    lang: Lang,
    platform: &str,
    of: &AssetType,
    level: Level,
) -> (&'a str, &'a str) {
    let words = desk.registry.find(platform).map(|p| p.words_in(lang));
    let find = |what: &str| {
        let id = [of.as_str(), "-", level.as_str(), "-", what].concat();
        words.and_then(|words| words.find_text(&id)).unwrap_or_default()
    };
    (find("can"), find("cannot"))
}

/// The same for these roles, where some of them come on top of the level, and with the answer that is wished for
/// where the platform asks something along the way.
pub fn can_and_cannot_with<'a>(
    desk: &'a Desk,
    lang: Lang,
    platform: &str,
    of: &AssetType,
    level: Level,
    (roles, wants_yes): (Option<&Roles>, bool),
) -> (Cow<'a, str>, &'a str) {
    let (can, cannot) = can_and_cannot(desk, lang, platform, of, level);
    let mut can = Cow::Borrowed(can);
    if let Some(platform) = desk.registry.find(platform).filter(|_| wants_yes)
        && let Some(question) = platform.manifest.find_asset(of).and_then(|facts| facts.question.as_ref())
    {
        let wished = platform.words_in(lang).text(&format!("question-{}-wished", question.id));
        can = format!("{can} {wished}").into();
    }
    let found = desk.registry.find(platform).zip(roles);
    let facts = found.and_then(|(p, roles)| Some((p, p.manifest.find_asset(of)?, roles)));
    if let Some((platform, facts, roles)) = facts {
        for role in facts.apart(roles).1 {
            can = format!("{can} {}", platform.words_in(lang).text(&format!("on-top-{role}"))).into();
        }
    }
    (can, cannot)
}

/// What a level lets somebody do, in a few words.
pub fn level_means(say: &PageWords, level: Level) -> &str {
    match level {
        Level::View => &say.means_view,
        Level::Manage => &say.means_manage,
        Level::Full => &say.means_full,
    }
}

/// Its id where it is not known.
pub fn platform_name(desk: &Desk, id: &str) -> String {
    desk.registry.find(id).map_or_else(|| id.to_owned(), |p| p.manifest.name.clone())
}
