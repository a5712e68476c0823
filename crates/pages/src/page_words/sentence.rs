//! A message with arguments, cut at them once and filled in for each page.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use askama::filters::{Html, HtmlSafe, escape};
use askama::{FastWritable, Values};
use valetkey_sdk::words::Words;

use crate::view::When;

/// Forms of a counted message are kept from nothing up to this.
const KEPT: i64 = 20;
/// As many arguments as a message takes.
const MOST: usize = 4;

/// How an argument stands in a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Set apart, because it may run in the other direction.
    Name,
    /// A name that matters.
    Strong,
    /// To be typed as it is.
    Code,
    /// The day, with the exact time beside it.
    Day,
    /// The same as people say it: "in 12 days".
    Time,
    /// The message chooses its form by it.
    Count,
}

/// What is filled in.
#[derive(Clone, Copy, Debug)]
pub enum Value<'a> {
    Text(&'a str),
    Number(i64),
    When(&'a When),
}

pub struct Sentence {
    words: &'static Words,
    id: &'static str,
    args: &'static [(&'static str, Kind)],
    /// One form, or one for each count.
    forms: Vec<Vec<Piece>>,
}

#[derive(Clone)]
enum Piece {
    Text { plain: String, html: String },
    Arg(usize),
}

/// A sentence with its values: HTML where it is shown, plain text on request.
pub struct Filled<'a> {
    sentence: &'a Sentence,
    values: [Value<'a>; MOST],
}

impl Sentence {
    pub fn read(words: &'static Words, id: &'static str, args: &'static [(&'static str, Kind)]) -> Self {
        let mut made = Self { words, id, args, forms: Vec::new() };
        let counts = if made.is_counted() { 0..=KEPT } else { 0..=0 };
        made.forms = counts.map(|count| made.form(count)).collect();
        made
    }

    fn is_counted(&self) -> bool {
        self.args.iter().any(|(_, kind)| *kind == Kind::Count)
    }

    /// The message, cut where marks in place of its arguments came out. No message has such characters.
    fn form(&self, count: i64) -> Vec<Piece> {
        let marked = |(n, (name, _)): (usize, &(&str, Kind))| ((*name).to_owned(), format!("\u{1}{n}\u{1}"));
        let args: BTreeMap<_, _> =
            self.args.iter().enumerate().filter(|(_, (_, kind))| *kind != Kind::Count).map(marked).collect();
        let text = match self.is_counted() {
            true => self.words.find_counted(self.id, &args, count),
            false => self.words.find(self.id, &args),
        };
        let text = text.unwrap_or_else(|| self.id.to_owned());
        let piece = |(n, part): (usize, &str)| match n % 2 {
            0 => Piece::text(part),
            _ => part.parse().map_or_else(|_| Piece::text(part), Piece::Arg),
        };
        let parts = text.split('\u{1}').enumerate();
        parts.filter(|(_, part)| !part.is_empty()).map(piece).collect()
    }

    pub fn fill<'a>(&'a self, given: &[Value<'a>]) -> Filled<'a> {
        let mut values = [Value::Number(0); MOST];
        values.iter_mut().zip(given).for_each(|(place, value)| *place = *value);
        Filled { sentence: self, values }
    }
}

impl Piece {
    fn text(plain: &str) -> Self {
        let Ok(html) = escape(plain, Html);
        Self::Text { plain: plain.to_owned(), html: html.to_string() }
    }
}

impl Filled<'_> {
    /// Without markup: for titles and files.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for piece in self.form().as_ref() {
            match piece {
                Piece::Text { plain, .. } => out.push_str(plain),
                Piece::Arg(n) => match (self.values[*n], self.sentence.args[*n].1) {
                    (Value::Text(text), _) => out.push_str(text),
                    // Writing to a string does not fail.
                    (Value::Number(number), _) => _ = write!(out, "{number}"),
                    (Value::When(at), Kind::Day) => out.push_str(&at.day),
                    (Value::When(at), _) => out.push_str(&at.text),
                },
            }
        }
        out
    }

    fn show(&self, to: &mut dyn fmt::Write) -> fmt::Result {
        for piece in self.form().as_ref() {
            match piece {
                Piece::Text { html, .. } => to.write_str(html)?,
                Piece::Arg(n) => show(to, self.values[*n], self.sentence.args[*n].1)?,
            }
        }
        Ok(())
    }

    fn form(&self) -> Cow<'_, [Piece]> {
        let counted = self.sentence.args.iter().position(|(_, kind)| *kind == Kind::Count);
        let count = match counted.map(|n| self.values[n]) {
            Some(Value::Number(count)) => count,
            _ => 0,
        };
        let kept = usize::try_from(count).ok().and_then(|n| self.sentence.forms.get(n));
        match kept {
            Some(form) => Cow::Borrowed(form.as_slice()),
            None => Cow::Owned(self.sentence.form(count)),
        }
    }
}

impl fmt::Display for Filled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.show(f)
    }
}

impl FastWritable for Filled<'_> {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        Ok(self.show(to)?)
    }
}

fn show(to: &mut dyn fmt::Write, value: Value<'_>, kind: Kind) -> fmt::Result {
    match value {
        Value::Number(number) => write!(to, "{number}"),
        Value::When(at) => {
            let text = if kind == Kind::Day { &at.day } else { &at.text };
            let (Ok(exact), Ok(text)) = (escape(&at.exact, Html), escape(text, Html));
            write!(to, r#"<time datetime="{exact}" title="{exact}">{text}</time>"#)
        }
        Value::Text(text) => {
            let Ok(text) = escape(text, Html);
            match kind {
                Kind::Name => write!(to, "<bdi>{text}</bdi>"),
                Kind::Strong => write!(to, "<b><bdi>{text}</bdi></b>"),
                Kind::Code => write!(to, "<code>{text}</code>"),
                _ => write!(to, "{text}"),
            }
        }
    }
}

/// It escapes what is filled in.
impl HtmlSafe for Filled<'_> {}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a When> for Value<'a> {
    fn from(at: &'a When) -> Self {
        Self::When(at)
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

// Templates hand over references to whatever they have.

impl<'a> From<&'a i64> for Value<'a> {
    fn from(number: &'a i64) -> Self {
        (*number).into()
    }
}

impl<'a> From<&'a usize> for Value<'a> {
    fn from(number: &'a usize) -> Self {
        (*number).into()
    }
}

impl<'a, T> From<&'a &'a T> for Value<'a>
where
    T: ?Sized,
    &'a T: Into<Value<'a>>,
{
    fn from(value: &'a &'a T) -> Self {
        (*value).into()
    }
}
