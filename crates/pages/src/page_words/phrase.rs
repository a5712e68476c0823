//! A message without arguments.

use std::fmt;
use std::ops::Deref;

use askama::filters::{Html, HtmlSafe, escape};
use askama::{FastWritable, Values};

use super::Value;

/// Plain text wherever it is used; in a page its HTML, which is the same text escaped once for all pages.
#[derive(Clone, Debug)]
pub struct Phrase {
    plain: String,
    html: String,
}

impl Phrase {
    pub fn new(plain: String) -> Self {
        let Ok(html) = escape(plain.as_str(), Html);
        Self { html: html.to_string(), plain }
    }
}

impl Deref for Phrase {
    type Target = str;

    fn deref(&self) -> &str {
        &self.plain
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain)
    }
}

/// A page takes it by [`FastWritable`], which writes it escaped; a filter would escape it a second time.
impl HtmlSafe for Phrase {}

impl FastWritable for Phrase {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        Ok(to.write_str(&self.html)?)
    }
}

impl<'a> From<&'a Phrase> for Value<'a> {
    fn from(phrase: &'a Phrase) -> Self {
        Self::Text(phrase)
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::Phrase;

    #[derive(Template)]
    #[template(source = "<p title=\"{{ said }}\">{{ said }}</p>", ext = "html")]
    struct Page<'a> {
        said: &'a Phrase,
    }

    #[test]
    fn a_phrase_is_escaped_in_a_page_and_plain_elsewhere() {
        let said = Phrase::new("a < \"b\" & c".into());
        let page = Page { said: &said }.render().expect("drawn");
        let escaped = "a &#60; &#34;b&#34; &#38; c";
        assert_eq!(page, format!("<p title=\"{escaped}\">{escaped}</p>"));
        assert_eq!((said.to_string().as_str(), &*said), ("a < \"b\" & c", "a < \"b\" & c"));
    }
}
