//! A platform's words for people: `words.<lang>.ftl`, read with Fluent.

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::remedy::Remedy;

/// The words of one platform in one language.
pub struct Words(FluentBundle<FluentResource>);

/// A remedy in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What happened, to which thing.
    pub happened: String,
    /// What to do now.
    pub act: Option<String>,
    /// Who can help.
    pub who: Option<String>,
    pub link: Option<String>,
}

impl Words {
    /// Reads a words file; the error names the file's first mistake.
    pub fn parse(lang: &str, source: &str) -> Result<Self, String> {
        let id: LanguageIdentifier = lang.parse().map_err(|e| format!("language {lang}: {e}"))?;
        let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| {
            let at = errors.first().map_or(0, |e| e.pos.start).min(source.len());
            let line = source.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            let why = errors.first().map(|e| e.kind.to_string()).unwrap_or_default();
            format!(
                "words.{lang}.ftl, line {line}: {why}. Write `id = words`, and begin a line that goes on with blanks"
            )
        })?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|errors| {
            let twice = errors.first().map(ToString::to_string).unwrap_or_default();
            format!("words.{lang}.ftl: {twice}")
        })?;
        Ok(Self(bundle))
    }

    /// A message, or `None` when the file has none of that name or an argument is missing.
    pub fn find(&self, id: &str, args: &BTreeMap<String, String>) -> Option<String> {
        self.format(id, None, Some(args))
    }

    /// A message without arguments; its id stands in when the file lacks it.
    pub fn text(&self, id: &str) -> String {
        self.format(id, None, None).unwrap_or_else(|| id.to_owned())
    }

    /// A remedy in words, when the file has them.
    pub fn find_advice(&self, remedy: &Remedy) -> Option<Advice> {
        let id = format!("remedy-{}", remedy.id);
        Some(Advice {
            happened: self.format(&id, None, Some(&remedy.args))?,
            act: self.format(&id, Some("do"), Some(&remedy.args)),
            who: self.format(&id, Some("who"), Some(&remedy.args)),
            link: remedy.link.clone(),
        })
    }

    /// Cause and fix under `{prefix}-{id}`, for whoever looks one up: an argument stands there by its name.
    pub fn find_explanation(&self, prefix: &str, id: &str) -> Option<Advice> {
        let message = self.0.get_message(&format!("{prefix}-{id}"))?;
        let text = |pattern| {
            // What is missing is shown as `{$name}`, which is what is wanted here.
            self.0.format_pattern(pattern, None, &mut Vec::new()).into_owned()
        };
        let attribute = |name| message.get_attribute(name).map(|a| text(a.value()));
        Some(Advice {
            happened: text(message.value()?),
            act: attribute("do"),
            who: attribute("who"),
            link: None,
        })
    }

    fn format(
        &self,
        id: &str,
        attribute: Option<&str>,
        args: Option<&BTreeMap<String, String>>,
    ) -> Option<String> {
        let message = self.0.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let args: Option<FluentArgs<'_>> =
            args.map(|args| args.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect());
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, args.as_ref(), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}
