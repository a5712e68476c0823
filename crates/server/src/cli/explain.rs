//! `valetkey explain`: what a platform's message means, and what to do about it.

use anyhow::bail;
use serde_json::{Value, json};
use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::words::{Advice, Words};

use super::print_json;

/// Says the cause and fix of a platform's message or code, or of a reason that a grant shows.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey explain '(#3989) the business already has access' --platform meta")]
pub struct Args {
    /// The message as it came, a code, or the id of a remedy.
    message: String,
    /// Look at this platform only.
    #[arg(long, value_name = "ID")]
    platform: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// One explanation.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// None where it can come from any platform.
    pub platform: Option<String>,
    pub id: String,
    pub cause: String,
    pub fix: Option<String>,
    pub who: Option<String>,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let registry = Registry::new();
    let found = explain(&registry, &args.message, args.platform.as_deref())?;
    if args.json {
        return print_json(&json!({"data": found.iter().map(view).collect::<Vec<_>>()}));
    }
    for (i, e) in found.iter().enumerate() {
        if i > 0 {
            println!();
        }
        println!("{}{}", e.platform.as_ref().map_or(String::new(), |p| format!("{p}: ")), e.cause);
        if let Some(fix) = &e.fix {
            println!("  What to do: {fix}");
        }
        if let Some(who) = &e.who {
            println!("  Who can:    {who}");
        }
    }
    Ok(())
}

/// Everything that is known about a message.
///
/// # Errors
/// A sentence, when nothing is known or there is no such platform.
pub fn explain(
    registry: &Registry,
    message: &str,
    platform: Option<&str>,
) -> anyhow::Result<Vec<Explanation>> {
    let platforms: Vec<&Platform> = match platform {
        Some(id) => match registry.find(id) {
            Some(platform) => vec![platform],
            None => bail!("{id} is not a platform here: `valetkey platforms` lists them"),
        },
        None => registry.iter().collect(),
    };
    let mut found: Vec<_> = platforms.iter().flat_map(|p| of_platform(p, message)).collect();
    if found.is_empty()
        && let Some(advice) = own_words().find_explanation("remedy", message.trim())
    {
        found.push(explanation(None, message.trim(), advice));
    }
    if found.is_empty() {
        bail!(
            "nothing is known about this message: give the code that came with it, check --platform, or open \
             an issue with the whole message (without names and ids)"
        );
    }
    Ok(found)
}

fn of_platform(p: &Platform, message: &str) -> Vec<Explanation> {
    let words =
        |id: &str| p.words.find_explanation("error", id).or_else(|| p.words.find_explanation("remedy", id));
    let name = || Some(p.manifest.name.clone());
    let listed = p.manifest.find_errors(message);
    let mut found: Vec<_> =
        listed.iter().filter_map(|e| Some(explanation(name(), &e.id, words(&e.id)?))).collect();
    // A grant shows a remedy's id as its reason.
    if found.is_empty() {
        found.extend(words(message.trim()).map(|advice| explanation(name(), message.trim(), advice)));
    }
    found
}

fn explanation(platform: Option<String>, id: &str, advice: Advice) -> Explanation {
    let Advice { happened, act, who, .. } = advice;
    let here = |text: String| text.replace("{$platform}", "the platform");
    Explanation { platform, id: id.to_owned(), cause: here(happened), fix: act.map(here), who: who.map(here) }
}

fn own_words() -> Words {
    Words::parse("en", include_str!("../../locales/en.ftl")).expect("a test reads it")
}

fn view(e: &Explanation) -> Value {
    json!({"platform": e.platform, "id": e.id, "cause": e.cause, "fix": e.fix, "who": e.who})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(message: &str, platform: Option<&str>) -> Vec<String> {
        let found = explain(&Registry::new(), message, platform).unwrap_or_default();
        found.into_iter().map(|e| e.id).collect()
    }

    #[test]
    fn a_message_a_code_and_a_reason_are_explained() {
        for message in ["(#3989) The business already has access", "code 3944", "3989"] {
            assert_eq!(ids(message, None), ["shared-already"], "{message}");
        }
        assert_eq!(ids("Error validating access token: Session has expired", Some("meta")), ["sign-in-over"]);
        assert_eq!(ids("needs-full-control", None), ["needs-full-control"], "a reason with a name in it");
        assert_eq!(ids("sign-in-again", None), ["sign-in-again"], "the product's own");
        let own = explain(&Registry::new(), "sign-in-again", None).expect("known");
        assert!(own[0].cause.contains("the platform") && own[0].fix.is_some(), "{own:?}");
    }

    #[test]
    fn what_is_not_known_is_said() {
        for (message, platform) in [("the moon is full", None), ("", None), ("3989", Some("myspace"))] {
            let refusal = explain(&Registry::new(), message, platform).expect_err(message).to_string();
            assert!(refusal.contains("valetkey platforms") || refusal.contains("--platform"), "{refusal}");
        }
    }
}
