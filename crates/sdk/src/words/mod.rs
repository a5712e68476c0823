//! Words for people, a platform's or our own: `<name>.<lang>.ftl`, read with Fluent.

pub mod compare;

use std::collections::{BTreeMap, HashMap};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast::Entry;
use unic_langid::LanguageIdentifier;

use crate::remedy::Remedy;

/// One file of words, in one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    /// Messages that take no arguments, in full: most of a page's words are such.
    plain: HashMap<String, String>,
}

/// A remedy in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What happened, to which thing.
    pub happened: String,
    /// What to do now.
    pub act: Option<String>,
    /// Where to click on a phone, and on a computer, where the two differ.
    pub phone: Option<String>,
    pub desktop: Option<String>,
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
        let ids: Vec<String> = resource
            .entries()
            .filter_map(|entry| match entry {
                Entry::Message(message) => Some(message.id.name.to_owned()),
                _ => None,
            })
            .collect();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|errors| {
            let twice = errors.first().map(ToString::to_string).unwrap_or_default();
            format!("words.{lang}.ftl: {twice}")
        })?;
        let mut words = Self { bundle, plain: HashMap::new() };
        let plain = ids.into_iter().filter_map(|id| words.format(&id, None, None).map(|text| (id, text)));
        words.plain = plain.collect();
        Ok(words)
    }

    /// A message, or `None` when the file has none of that name or an argument is missing.
    pub fn find(&self, id: &str, args: &BTreeMap<String, String>) -> Option<String> {
        self.format(id, None, Some(args))
    }

    /// Whether the file has a message of this name.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }

    /// The same with `$count`, by which a message can choose its form.
    pub fn find_counted(&self, id: &str, args: &BTreeMap<String, String>, count: i64) -> Option<String> {
        let mut all: FluentArgs<'_> = args.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        all.set("count", count);
        self.shaped(id, None, Some(&all))
    }

    /// What cannot be shown of this file's text, in sentences: every message and attribute is written out with
    /// its arguments, and for several counts.
    pub fn unshowable(&self, source: &str) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (name, wanted) in compare::messages(source) {
            let (id, attribute) = match name.split_once('.') {
                Some((id, attribute)) => (id, Some(attribute)),
                None => (name.as_str(), None),
            };
            for count in [0, 1, 2, 5, 100] {
                let mut args: FluentArgs<'_> = wanted.iter().map(|arg| (arg.as_str(), "x")).collect();
                if wanted.contains("count") {
                    args.set("count", count);
                }
                let text = self.shaped(id, attribute, Some(&args));
                if text.is_none_or(|text| text.trim().is_empty()) {
                    mistakes.push(format!("{name} cannot be shown"));
                    break;
                }
            }
        }
        mistakes
    }

    /// A message without arguments; its id stands in when the file lacks it.
    pub fn text(&self, id: &str) -> String {
        self.find_text(id).unwrap_or(id).to_owned()
    }

    /// The same, or `None` when the file lacks it.
    pub fn find_text(&self, id: &str) -> Option<&str> {
        self.plain.get(id).map(String::as_str)
    }

    /// A remedy in words, when the file has them: those of the platform's message where it has none of its own.
    pub fn find_advice(&self, remedy: &Remedy) -> Option<Advice> {
        let of = |prefix| self.advice_under(&format!("{prefix}-{}", remedy.id), remedy);
        of("remedy").or_else(|| of("error"))
    }

    fn advice_under(&self, id: &str, remedy: &Remedy) -> Option<Advice> {
        let attribute = |name| self.format(id, Some(name), Some(&remedy.args));
        Some(Advice {
            happened: self.format(id, None, Some(&remedy.args))?,
            act: attribute("do"),
            phone: attribute("phone"),
            desktop: attribute("desktop"),
            who: attribute("who"),
            link: remedy.link.clone(),
        })
    }

    /// Cause and fix under `{prefix}-{id}`, for whoever looks one up: an argument stands there by its name.
    pub fn find_explanation(&self, prefix: &str, id: &str) -> Option<Advice> {
        let message = self.bundle.get_message(&format!("{prefix}-{id}"))?;
        let text = |pattern| {
            // What is missing is shown as `{$name}`, which is what is wanted here.
            self.bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned()
        };
        let attribute = |name| message.get_attribute(name).map(|a| text(a.value()));
        Some(Advice {
            happened: text(message.value()?),
            act: attribute("do"),
            phone: attribute("phone"),
            desktop: attribute("desktop"),
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
        let args: Option<FluentArgs<'_>> =
            args.map(|args| args.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect());
        self.shaped(id, attribute, args.as_ref())
    }

    fn shaped(&self, id: &str, attribute: Option<&str>, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }
}
