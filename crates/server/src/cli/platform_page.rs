//! One platform's page of the documentation, made from its folder: `valetkey platforms --markdown ID`.

use std::fmt::Write as _;

use valetkey_connectors::Platform;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::{ErrorFacts, Method};

use super::platforms::{Row, rows};
use crate::app::explain::doer;

/// The page; a test keeps the committed one current.
pub fn markdown(p: &Platform) -> String {
    let (id, name) = (&p.manifest.id, &p.manifest.name);
    let parts = [given(p), app(p), by_hand(p), messages(p), sources(p)];
    let head = format!(
        "# {name}\n\nMade from the facts in `crates/connectors/src/{id}` by `valetkey platforms --markdown {id}`: change \
         the facts, not this page.\n"
    );
    parts.into_iter().filter(|part| !part.is_empty()).fold(head, |page, part| page + "\n" + &part)
}

/// A table with these columns; nothing when it has no rows.
fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rows: String = rows
        .into_iter()
        .map(|cells| line(&cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>()))
        .collect();
    if rows.is_empty() {
        return rows;
    }
    let head: Vec<_> = columns.iter().map(|column| (*column).to_owned()).collect();
    let rule = vec!["---".to_owned(); columns.len()];
    line(&head) + &line(&rule) + &rows
}

fn given(p: &Platform) -> String {
    let cells =
        |r: Row| vec![r.asset, r.level.to_owned(), code(&r.roles), r.method.to_owned(), r.verify, r.revoke];
    let columns = ["asset", "level", "native roles", "how", "verified from", "revoked from"];
    format!("## What can be given\n\n{}", table(&columns, rows(p).map(cells)))
}

fn code(words: &str) -> String {
    words.split(' ').map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
}

/// What the operator registers and asks for at the platform.
fn app(p: &Platform) -> String {
    let m = &p.manifest;
    if m.sign_ins.is_empty() {
        return String::new();
    }
    let mut out = String::from("## The operator’s app\n\nAddresses to enter at the platform:\n\n");
    for s in &m.sign_ins {
        let _ = writeln!(out, "- `PUBLIC_URL/callback/{}` (where sign-ins come back)", s.id);
        if s.notices.is_some() {
            let _ = writeln!(out, "- `PUBLIC_URL/platform/{}/deauthorize` (somebody removed the app)", m.id);
            let _ =
                writeln!(out, "- `PUBLIC_URL/platform/{}/data-deletion` (and wants their data erased)", m.id);
        }
    }
    for (n, fact) in m.go_live.iter().enumerate() {
        let lead = if n == 0 { "\nBefore clients can sign in:\n\n" } else { "" };
        let from = fact.source.as_ref().and_then(|id| m.find_source(id));
        let from = from.map_or(String::new(), |s| format!(" ([source]({}), read {})", s.url, s.read));
        let _ = writeln!(out, "{lead}{}. [ ] {}{from}", n + 1, fact.step);
    }
    let reviews =
        m.reviews.iter().map(|r| vec![format!("`{}`", r.permission), r.access.clone(), r.used_for.clone()]);
    let reviews = table(&["permission", "needs", "used for"], reviews);
    if !reviews.is_empty() {
        let _ = write!(out, "\nPermissions that are reviewed:\n\n{reviews}");
    }
    let scopes = m.sign_ins.iter().flat_map(|s| {
        let when = match &s.tells {
            Some(of) => format!("which {} is theirs", p.words.text(&format!("asset-{of}"))),
            None => "always".to_owned(),
        };
        let always = (!s.scopes.is_empty()).then_some((when, &s.scopes));
        let more = s.asset_scopes.iter().map(|(of, scopes)| (p.words.text(&format!("asset-{of}")), scopes));
        always
            .into_iter()
            .chain(more)
            .map(|(when, scopes)| vec![when, code(&scopes.iter().cloned().collect::<Vec<_>>().join(" "))])
    });
    let scopes = table(&["asked for", "scopes"], scopes);
    if !scopes.is_empty() {
        let _ = write!(out, "\nScopes that a client is asked for:\n\n{scopes}");
    }
    out
}

fn by_hand(p: &Platform) -> String {
    let Some(guide) = p.manifest.guides.last() else { return String::new() };
    let assets = p.manifest.assets.iter();
    let guided = assets.filter(|a| a.levels.values().any(|l| l.method == Method::Guided));
    let guided: Vec<_> = guided.map(|a| p.words.text(&format!("asset-{}", a.of))).collect();
    let which = if guided.is_empty() {
        "Where no app is set up, clients follow our steps.".to_owned()
    } else {
        format!(
            "Always with our steps, at some level: {}. Where no app is set up, everything.",
            guided.join(", ")
        )
    };
    format!("## By hand\n\n{which} Steps as of {} ([source]({})).\n", guide.from, guide.source)
}

fn messages(p: &Platform) -> String {
    let words =
        |id: &str| p.words.find_explanation("error", id).or_else(|| p.words.find_explanation("remedy", id));
    let cells = |e: &ErrorFacts| {
        let advice = words(&e.id)?;
        let codes = e.codes.iter().map(|c| format!("`{c}`"));
        let says = e.shows.iter().chain(&e.says).map(|s| format!("“{s}”"));
        let act = [
            advice.act,
            advice.phone.map(|t| format!("Phone: {t}")),
            advice.desktop.map(|t| format!("Computer: {t}")),
        ];
        let by = e.by.iter().map(|who| doer(*who, Lang::En)).collect::<Vec<_>>().join("; ");
        let by = if e.rules.is_empty() { by } else { format!("{by} ({})", e.rules.join(", ")) };
        Some(vec![
            codes.chain(says).collect::<Vec<_>>().join(", "),
            advice.happened,
            act.into_iter().flatten().collect::<Vec<_>>().join(" "),
            by,
        ])
    };
    let rows = table(
        &["code or words", "cause", "what to do", "who can"],
        p.manifest.errors.iter().filter_map(cells),
    );
    if rows.is_empty() { rows } else { format!("## Messages\n\n{rows}") }
}

fn sources(p: &Platform) -> String {
    let cells = p.manifest.sources.iter().map(|s| vec![s.what.clone(), s.url.clone(), s.read.to_string()]);
    format!("## Sources\n\n{}", table(&["what", "where", "read"], cells))
}
