//! Breaks text into lines, and lines into pages. All measures are in points, from the top left.

use super::fonts::{self, Face};
use super::{Block, Span};

/// A4.
pub const PAGE: (f32, f32) = (595.28, 841.89);
pub const MARGIN: f32 = 57.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
const BOTTOM: f32 = PAGE.1 - MARGIN - 12.0;
/// Of facts: where what they say begins.
const FACT: f32 = 118.0;
/// Of steps: where their text begins.
const STEP: f32 = 24.0;

/// What a line is in the structure of the document, for whoever has it read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Heading(u16),
    Paragraph,
    /// The number of a step.
    Label,
    Step,
}

pub struct Line {
    /// Of the page, to the baseline.
    pub y: f32,
    pub kind: Kind,
    /// Lines of one paragraph, heading or step have the same.
    pub block: usize,
    pub pieces: Vec<Piece>,
}

/// Text of one face, from `x` on.
#[derive(Clone, Debug)]
pub struct Piece {
    pub x: f32,
    pub text: String,
    pub face: Face,
    pub size: f32,
    pub soft: bool,
    pub url: Option<String>,
}

#[derive(Default)]
pub struct Page {
    pub lines: Vec<Line>,
    /// Lines across, at these heights.
    pub rules: Vec<f32>,
}

/// How a block looks.
#[derive(Clone, Copy)]
struct Look {
    size: f32,
    height: f32,
    before: f32,
    /// Room that must be left below its first line, so that it does not stand alone.
    keep: f32,
    soft: bool,
}

const BODY: Look = Look { size: 10.5, height: 15.5, before: 7.0, keep: 0.0, soft: false };
const SMALL: Look = Look { size: 9.0, height: 13.0, before: 6.0, keep: 0.0, soft: true };

fn heading(level: u16) -> Look {
    match level {
        1 => Look { size: 20.0, height: 26.0, before: 0.0, keep: 40.0, soft: false },
        2 => Look { size: 14.0, height: 19.0, before: 14.0, keep: 70.0, soft: false },
        _ => Look { size: 11.5, height: 16.0, before: 12.0, keep: 50.0, soft: false },
    }
}

pub fn pages(blocks: &[Block]) -> Vec<Page> {
    let mut flow = Flow { pages: vec![Page::default()], y: MARGIN, block: 0 };
    for block in blocks {
        match block {
            Block::Title(text) => flow.text(&strong(text), heading(1), Kind::Heading(1), 0.0),
            Block::Heading(text) => flow.text(&strong(text), heading(2), Kind::Heading(2), 0.0),
            Block::Subheading(text) => flow.text(&strong(text), heading(3), Kind::Heading(3), 0.0),
            Block::Paragraph(text) => flow.text(text, BODY, Kind::Paragraph, 0.0),
            Block::Small(text) => flow.text(text, SMALL, Kind::Paragraph, 0.0),
            Block::Fact(word, text) => flow.fact(word, text),
            Block::Steps(steps) => flow.steps(steps),
            Block::Rule => flow.rule(),
        }
    }
    flow.pages
}

fn strong(text: &str) -> Vec<Span> {
    vec![Span::Strong(text.to_owned())]
}

struct Flow {
    pages: Vec<Page>,
    y: f32,
    block: usize,
}

impl Flow {
    fn page(&mut self) -> &mut Page {
        self.pages.last_mut().expect("there is always one")
    }

    /// Begins another page unless so much fits on this one.
    fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > MARGIN {
            self.pages.push(Page::default());
            self.y = MARGIN;
        }
    }

    fn text(&mut self, text: &[Span], look: Look, kind: Kind, indent: f32) {
        self.block += 1;
        let lines = broken(text, look, WIDTH - indent);
        self.space(look.before);
        for (n, mut pieces) in lines.into_iter().enumerate() {
            self.room(look.height + if n == 0 { look.keep } else { 0.0 });
            pieces.iter_mut().for_each(|p| p.x += MARGIN + indent);
            let (y, block) = (self.y + look.size, self.block);
            self.page().lines.push(Line { y, kind, block, pieces });
            self.y += look.height;
        }
    }

    /// Nothing is left free at the top of a page.
    fn space(&mut self, height: f32) {
        if self.y > MARGIN {
            self.y += height;
        }
    }

    fn fact(&mut self, word: &str, text: &[Span]) {
        self.space(4.0);
        self.room(BODY.height);
        let (page, top) = (self.pages.len(), self.y);
        let label = Piece {
            x: MARGIN,
            text: fonts::composed(&format!("{word}: ")),
            face: Face::Plain,
            size: BODY.size,
            soft: true,
            url: None,
        };
        self.text(text, Look { before: 0.0, ..BODY }, Kind::Paragraph, FACT);
        let block = self.block;
        let first = self.pages[page - 1].lines.iter_mut().find(|l| l.block == block);
        if let Some(line) = first.filter(|l| l.y > top) {
            line.pieces.insert(0, label);
        }
    }

    fn steps(&mut self, steps: &[Vec<Span>]) {
        for (n, step) in steps.iter().enumerate() {
            self.space(BODY.before);
            self.room(BODY.height * 2.0);
            self.block += 1;
            let number = Piece {
                x: MARGIN,
                text: format!("{}. ", n + 1),
                face: Face::Strong,
                size: BODY.size,
                soft: false,
                url: None,
            };
            let (y, block) = (self.y + BODY.size, self.block);
            self.page().lines.push(Line { y, kind: Kind::Label, block, pieces: vec![number] });
            self.text(step, Look { before: 0.0, ..BODY }, Kind::Step, STEP);
        }
    }

    fn rule(&mut self) {
        self.space(16.0);
        self.room(90.0);
        if self.y > MARGIN {
            let y = self.y;
            self.page().rules.push(y);
            self.y += 2.0;
        }
    }
}

/// Words in lines no wider than `width`; what is wider by itself is cut.
fn broken(text: &[Span], look: Look, width: f32) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut x = 0.0;
    // A word may consist of several spans, as `{id}.` does: it is not torn apart.
    for word in words(text) {
        let wide = |part: &(Span, String)| fonts::width(face(&part.0), &part.1, look.size);
        let seen: f32 = word.iter().map(|p| fonts::width(face(&p.0), p.1.trim_end(), look.size)).sum();
        if x > 0.0 && x + seen > width {
            lines.push(Vec::new());
            x = 0.0;
        }
        for part in &word {
            if x + wide(part) <= width || part.1.trim_end().chars().count() < 2 {
                put(&mut lines, &mut x, part, look);
                continue;
            }
            for c in part.1.chars() {
                let one = (part.0.clone(), c.to_string());
                if x > 0.0 && c != ' ' && x + wide(&one) > width {
                    lines.push(Vec::new());
                    x = 0.0;
                }
                put(&mut lines, &mut x, &one, look);
            }
        }
    }
    lines
}

fn put(lines: &mut [Vec<Piece>], x: &mut f32, (span, text): &(Span, String), look: Look) {
    let line = lines.last_mut().expect("there is always one");
    let (face, url) = (face(span), url(span));
    match line.last_mut() {
        Some(last) if last.face == face && last.url == url => last.text.push_str(text),
        _ => {
            let (size, soft) = (look.size, look.soft);
            line.push(Piece { x: *x, text: text.clone(), face, size, soft, url });
        }
    }
    *x += fonts::width(face, text, look.size);
}

/// Each word with the spaces after it, as its parts in their spans.
fn words(text: &[Span]) -> Vec<Vec<(Span, String)>> {
    let mut words: Vec<Vec<(Span, String)>> = vec![Vec::new()];
    for span in text {
        for part in fonts::composed(span.text()).split_inclusive(' ') {
            words.last_mut().expect("there is always one").push((span.clone(), part.to_owned()));
            if part.ends_with(' ') {
                words.push(Vec::new());
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn face(span: &Span) -> Face {
    match span {
        Span::Plain(_) | Span::Link { .. } => Face::Plain,
        Span::Strong(_) => Face::Strong,
        Span::Code(_) => Face::Code,
    }
}

fn url(span: &Span) -> Option<String> {
    match span {
        Span::Link { url, .. } => Some(url.clone()),
        _ => None,
    }
}
