//! Puts laid-out pages into a file, with their structure for whoever has it read aloud.

use anyhow::{Context as _, anyhow};
use jiff::tz::TimeZone;
use krilla::SerializeSettings;
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, Tag, TagGroup, TagTree,
};

use super::Document;
use super::fonts::{self, Face};
use super::layout::{self, Kind, MARGIN, PAGE, Piece};

const INK: (u8, u8, u8) = (28, 34, 48);
const SOFT: (u8, u8, u8) = (85, 92, 107);
const LINK: (u8, u8, u8) = (70, 63, 191);
const FOOTER: f32 = 8.5;

/// The file.
pub fn draw(document: &Document) -> anyhow::Result<Vec<u8>> {
    let settings = SerializeSettings { enable_tagging: true, ..SerializeSettings::default() };
    let mut file = krilla::Document::new_with(settings);
    file.set_metadata(metadata(document));
    let pages = layout::pages(&document.blocks);
    let mut marks = Vec::new();
    for (n, page) in pages.iter().enumerate() {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).context("a page has a size")?;
        let mut sheet = file.start_page_with(size);
        let mut links = Vec::new();
        let mut surface = sheet.surface();
        page.rules.iter().for_each(|y| rule(&mut surface, *y));
        for line in &page.lines {
            for piece in &line.pieces {
                let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                write(&mut surface, piece, line.y);
                surface.end_tagged();
                if let Some(url) = &piece.url {
                    links.push((marks.len(), area(piece, line.y)?, url.clone(), piece.text.clone()));
                }
                marks.push(Mark { block: line.block, kind: line.kind, id, link: None });
            }
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
        write(
            &mut surface,
            &foot(&format!("{} · {}", document.footer, (document.number)(n + 1, pages.len()))),
            PAGE.1 - MARGIN + 14.0,
        );
        surface.end_tagged();
        surface.finish();
        for (mark, area, url, text) in links {
            let target = Target::Action(Action::Link(LinkAction::new(url)));
            let link = Annotation::new_link(LinkAnnotation::new(area, target), Some(text));
            marks[mark].link = Some(sheet.add_tagged_annotation(link));
        }
        sheet.finish();
    }
    file.set_tag_tree(tree(&marks, document.language)?);
    file.finish().map_err(|e| anyhow!("the PDF could not be written: {e:?}"))
}

fn metadata(document: &Document) -> Metadata {
    let at = document.made.to_zoned(TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).unwrap_or_default();
    let made = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(document.title.clone())
        .authors(vec![document.author.clone()])
        .language(document.language.to_owned())
        .creator("Valetkey".to_owned())
        .creation_date(made)
}

fn fill((red, green, blue): (u8, u8, u8)) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

fn write(surface: &mut Surface<'_>, piece: &Piece, y: f32) {
    let colour = match piece {
        Piece { url: Some(_), .. } => LINK,
        Piece { soft: true, .. } => SOFT,
        _ => INK,
    };
    surface.set_stroke(None);
    surface.set_fill(Some(fill(colour)));
    let glyphs = fonts::glyphs(piece.face, &piece.text);
    let start = Point::from_xy(piece.x, y);
    surface.draw_glyphs(start, &glyphs, fonts::font(piece.face), &piece.text, piece.size, false);
}

fn rule(surface: &mut Surface<'_>, y: f32) {
    let mut line = PathBuilder::new();
    line.move_to(MARGIN, y);
    line.line_to(PAGE.0 - MARGIN, y);
    let Some(line) = line.finish() else { return };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)));
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke {
        paint: rgb::Color::new(217, 220, 227).into(),
        width: 0.8,
        opacity: NormalizedF32::ONE,
        ..Stroke::default()
    }));
    surface.draw_path(&line);
    surface.end_tagged();
}

fn foot(words: &str) -> Piece {
    let text = fonts::composed(words);
    Piece { x: MARGIN, text, face: Face::Plain, size: FOOTER, soft: true, url: None }
}

/// Where a click on a piece counts.
fn area(piece: &Piece, y: f32) -> anyhow::Result<Rect> {
    let wide = fonts::width(piece.face, piece.text.trim_end(), piece.size);
    let (top, bottom) = (y - piece.size, y + piece.size * 0.3);
    Rect::from_ltrb(piece.x, top, piece.x + wide, bottom).context("a link has a place")
}

/// What was drawn in one piece, and what it belongs to.
struct Mark {
    block: usize,
    kind: Kind,
    id: Identifier,
    link: Option<Identifier>,
}

fn tree(marks: &[Mark], language: &str) -> anyhow::Result<TagTree> {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    let blocks: Vec<_> = marks.chunk_by(|a, b| (a.block, a.kind) == (b.block, b.kind)).collect();
    let mut rest = blocks.as_slice();
    while let [first, after @ ..] = rest {
        match first[0].kind {
            Kind::Heading(level) => {
                let level = level.try_into().context("headings count from one")?;
                tree.push(TagGroup::with_children(Tag::Hn(level, None), nodes(first)));
                rest = after;
            }
            Kind::Paragraph => {
                tree.push(TagGroup::with_children(Tag::P, nodes(first)));
                rest = after;
            }
            Kind::Label | Kind::Step => {
                let steps = rest.iter().take_while(|b| matches!(b[0].kind, Kind::Label | Kind::Step)).count();
                let (list, others) = rest.split_at(steps);
                tree.push(TagGroup::with_children(Tag::L(ListNumbering::Decimal), items(list)));
                rest = others;
            }
        }
    }
    Ok(tree)
}

/// Each number with its step.
fn items(blocks: &[&[Mark]]) -> Vec<Node> {
    let mut items: Vec<TagGroup> = Vec::new();
    for block in blocks {
        match block[0].kind {
            Kind::Label => {
                let label = TagGroup::with_children(Tag::Lbl, nodes(block));
                items.push(TagGroup::with_children(Tag::LI, vec![label.into()]));
            }
            _ => {
                let body = TagGroup::with_children(Tag::LBody, nodes(block));
                match items.last_mut() {
                    Some(item) => item.push(body),
                    None => items.push(TagGroup::with_children(Tag::LI, vec![body.into()])),
                }
            }
        }
    }
    items.into_iter().map(Node::from).collect()
}

fn nodes(marks: &[Mark]) -> Vec<Node> {
    let node = |mark: &Mark| match mark.link {
        Some(link) => TagGroup::with_children(Tag::Link, vec![mark.id.into(), link.into()]).into(),
        None => mark.id.into(),
    };
    marks.iter().map(node).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Block, Span, plain};
    use super::*;

    fn sample(steps: usize) -> Document {
        let step = |n: usize| {
            vec![
                Span::Plain(format!("Open step {n} at ")),
                Span::Link { text: "the list".into(), url: "https://ads.example.com/people".into() },
                Span::Plain(" and paste ".into()),
                Span::Code("109876543210987".into()),
                Span::Plain(".".into()),
            ]
        };
        Document {
            title: "Bäckerei Žižka".into(),
            author: "Northwind".into(),
            number: Box::new(|page, pages| format!("Page {page} of {pages}")),
            language: "en",
            made: "2026-11-23T09:00:00Z".parse().expect("a time"),
            footer: "Made today".into(),
            blocks: vec![
                Block::Title("Bäckerei Žižka".into()),
                Block::Fact("Who".into(), vec![Span::Strong("Northwind".into())]),
                Block::Rule,
                Block::Heading("Somewhere".into()),
                Block::Subheading("Do it".into()),
                Block::Paragraph(plain("x".repeat(400))),
                Block::Steps((1..=steps).map(step).collect()),
                Block::Small(plain("As of today.")),
            ],
        }
    }

    #[test]
    fn the_same_document_makes_the_same_bytes() {
        let one = draw(&sample(3)).expect("drawn");
        assert!(one.starts_with(b"%PDF-"));
        assert_eq!(one, draw(&sample(3)).expect("drawn again"));
        assert!(one.len() < 60_000, "{} bytes: only the glyphs that are used", one.len());
    }

    #[test]
    fn long_documents_go_on_over_pages_and_nothing_leaves_the_paper() {
        let pages = layout::pages(&sample(90).blocks);
        assert!(pages.len() > 2, "{}", pages.len());
        for line in pages.iter().flat_map(|p| &p.lines) {
            assert!(line.y > MARGIN && line.y < PAGE.1 - MARGIN, "{}", line.y);
            for p in &line.pieces {
                let end = p.x + fonts::width(p.face, p.text.trim_end(), p.size);
                assert!(p.x >= MARGIN && end <= PAGE.0 - MARGIN + 0.5, "{}: {end}", p.text);
            }
        }
    }

    #[test]
    fn what_our_fonts_cannot_show_is_known_beforehand() {
        assert_eq!(sample(1).find_unprintable(), None);
        for (name, missing) in [("مخبز", 'م'), ("面包店", '面'), ("Bakery 🥐", '🥐')] {
            let document = Document { footer: name.into(), ..sample(1) };
            assert_eq!(document.find_unprintable(), Some(missing));
        }
    }
}
