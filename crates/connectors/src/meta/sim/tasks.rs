//! Task names: what may be asked for on each type of asset, and under which names it reads back.
//! Meta docs: SDK contract v26.0 (enums); read-back as observed by implementers, 2026-11.

use std::collections::BTreeSet;

use super::call::Call;
use super::refusal::Refusal;
use super::world::AssetKind;

const AD_ACCOUNT: &[&str] = &["MANAGE", "ADVERTISE", "ANALYZE", "DRAFT", "AA_ANALYZE"];

const PAGE: &[&str] = &[
    "MANAGE",
    "CREATE_CONTENT",
    "MODERATE",
    "MESSAGING",
    "ADVERTISE",
    "ANALYZE",
    "MANAGE_LEADS",
    "VIEW_MONETIZATION_INSIGHTS",
    "MODERATE_COMMUNITY",
    "PAGES_MESSAGING",
    "PAGES_MESSAGING_SUBSCRIPTIONS",
    "READ_PAGE_MAILBOXES",
    "GLOBAL_STRUCTURE_MANAGEMENT",
    "PROFILE_PLUS_FULL_CONTROL",
    "PROFILE_PLUS_MANAGE",
    "PROFILE_PLUS_FACEBOOK_ACCESS",
    "PROFILE_PLUS_CREATE_CONTENT",
    "PROFILE_PLUS_MODERATE",
    "PROFILE_PLUS_MODERATE_DELEGATE_COMMUNITY",
    "PROFILE_PLUS_MESSAGING",
    "PROFILE_PLUS_ADVERTISE",
    "PROFILE_PLUS_ANALYZE",
    "PROFILE_PLUS_REVENUE",
    "PROFILE_PLUS_MANAGE_LEADS",
    "PROFILE_PLUS_GLOBAL_STRUCTURE_MANAGEMENT",
    "PROFILE_PLUS_CREATIVE_MANAGEMENT",
    "PROFILE_PLUS_CREATOR_MANAGEMENT",
];

const DATASET: &[&str] = &["ANALYZE", "UPLOAD", "ADVERTISE", "EDIT"];

const CATALOG: &[&str] = &["MANAGE", "ADVERTISE", "MANAGE_AR", "AA_ANALYZE"];

const INSTAGRAM: &[&str] = &["CONTENT", "MESSAGES", "COMMUNITY_ACTIVITY", "ADVERTISE", "ANALYZE"];

const WHATSAPP: &[&str] = &[
    "DEVELOP",
    "MANAGE",
    "MANAGE_EXTENSIONS",
    "MANAGE_PHONE",
    "MANAGE_PHONE_ASSETS",
    "MANAGE_TEMPLATES",
    "MESSAGING",
    "VIEW_COST",
    "VIEW_PHONE_ASSETS",
    "VIEW_TEMPLATES",
];

/// By hand only; the names are those of Instagram, which Threads follows (inferred).
const THREADS: &[&str] = &["CONTENT", "MESSAGES", "COMMUNITY_ACTIVITY", "ADVERTISE", "ANALYZE"];

/// Full control of an Instagram account: given in Business settings, and shown in reads (observed).
pub const FULL_CONTROL: &str = "FULL_CONTROL";

/// Every name that the contract allows on this type of asset.
pub fn allowed(kind: AssetKind) -> &'static [&'static str] {
    match kind {
        AssetKind::Page => PAGE,
        AssetKind::AdAccount => AD_ACCOUNT,
        AssetKind::Dataset => DATASET,
        AssetKind::Catalog => CATALOG,
        AssetKind::Instagram => INSTAGRAM,
        AssetKind::WhatsApp => WHATSAPP,
        AssetKind::Threads => THREADS,
    }
}

/// What people can give by hand in Business settings: also what no call can.
pub fn exists(kind: AssetKind, task: &str) -> bool {
    let has_full = matches!(kind, AssetKind::Instagram | AssetKind::Threads);
    allowed(kind).contains(&task) || (has_full && task == FULL_CONTROL)
}

/// What tasks read back as: a few bring others along, and Pages show the names of the new Pages
/// experience. Which task brings which is inferred from one observed pair of lists.
pub fn read_back(kind: AssetKind, tasks: &BTreeSet<String>) -> BTreeSet<String> {
    let brings: &[(&str, &str)] = match kind {
        AssetKind::Page => &[("MANAGE", "MANAGE_LEADS"), ("MODERATE", "MESSAGING"), ("ADVERTISE", "ANALYZE")],
        AssetKind::AdAccount => &[("ADVERTISE", "ANALYZE")],
        // Observed on users; that shares widen in the same way is inferred.
        AssetKind::Instagram => &[
            ("FULL_CONTROL", "ADVERTISE"),
            ("ADVERTISE", "ANALYZE"),
            ("ADVERTISE", "CONTENT"),
            ("ADVERTISE", "MESSAGES"),
            ("ADVERTISE", "COMMUNITY_ACTIVITY"),
        ],
        AssetKind::Dataset | AssetKind::Catalog | AssetKind::WhatsApp | AssetKind::Threads => &[],
    };
    let mut wide: BTreeSet<String> = tasks.iter().map(|task| plain(task).to_owned()).collect();
    for (task, brought) in brings {
        if wide.contains(*task) {
            wide.insert((*brought).to_owned());
        }
    }
    match kind {
        AssetKind::Page => wide.into_iter().map(|task| format!("PROFILE_PLUS_{task}")).collect(),
        _ => wide,
    }
}

/// The name without the prefix of the new Pages experience.
pub fn plain(task: &str) -> &str {
    task.strip_prefix("PROFILE_PLUS_").unwrap_or(task)
}

/// The tasks a call asks for. Left out is none; outside the contract's list is 100 (inferred).
pub fn asked(call: &Call, parameter: &str, kind: AssetKind) -> Result<BTreeSet<String>, Refusal> {
    let Some(names) = call.find_list(parameter)? else { return Ok(BTreeSet::new()) };
    let allowed = allowed(kind);
    for (at, name) in names.iter().enumerate() {
        if !allowed.contains(&name.as_str()) {
            let list = allowed.join(", ");
            return Err(Refusal::parameter(format!(
                "Param {parameter}[{at}] must be one of {{{list}}} - got \"{name}\"."
            )));
        }
    }
    Ok(names.into_iter().collect())
}
