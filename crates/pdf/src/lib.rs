//! PDF files of plain text: headings, facts, numbered steps. The text can be selected and read aloud, and the
//! same document makes the same bytes.

mod draw;
mod fonts;
mod layout;

use jiff::Timestamp;

pub use draw::draw;

/// What is written, in order.
pub struct Document {
    pub title: String,
    pub author: String,
    /// A language tag, such as `en`.
    pub language: &'static str,
    pub made: Timestamp,
    /// At the foot of every page, before its number.
    pub footer: String,
    /// Which page of how many, in words.
    pub number: Box<dyn Fn(usize, usize) -> String>,
    pub blocks: Vec<Block>,
}

pub enum Block {
    Title(String),
    Heading(String),
    Subheading(String),
    Paragraph(Text),
    /// Smaller and lighter.
    Small(Text),
    /// A word and what it is.
    Fact(String, Text),
    Steps(Vec<Text>),
    /// Begins something new: a line across.
    Rule,
}

pub type Text = Vec<Span>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    Plain(String),
    Strong(String),
    /// To be copied character by character.
    Code(String),
    Link {
        text: String,
        url: String,
    },
}

/// Plain words.
pub fn plain(text: impl Into<String>) -> Text {
    vec![Span::Plain(text.into())]
}

impl Span {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Strong(text) | Self::Code(text) | Self::Link { text, .. } => text,
        }
    }
}

impl Document {
    /// The first character that our fonts cannot show as it is written, if there is one: then a browser, which
    /// has more of them, prints it better.
    pub fn find_unprintable(&self) -> Option<char> {
        let number = (self.number)(1, 1);
        let whole = [&self.title, &self.footer, &number].into_iter().map(String::as_str);
        let mut texts: Vec<&str> = whole.collect();
        for block in &self.blocks {
            match block {
                Block::Title(text) | Block::Heading(text) | Block::Subheading(text) => texts.push(text),
                Block::Paragraph(text) | Block::Small(text) => texts.extend(text.iter().map(Span::text)),
                Block::Fact(word, text) => {
                    texts.push(word);
                    texts.extend(text.iter().map(Span::text));
                }
                Block::Steps(steps) => texts.extend(steps.iter().flatten().map(Span::text)),
                Block::Rule => {}
            }
        }
        texts.iter().find_map(|text| fonts::find_missing(text))
    }
}
