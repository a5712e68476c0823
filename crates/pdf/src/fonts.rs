//! The three faces: which glyph stands for a character, and how wide it is.

use std::ops::Range;
use std::sync::LazyLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::UnicodeNormalization as _;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    Plain,
    Strong,
    Code,
}

const FACES: [Face; 3] = [Face::Plain, Face::Strong, Face::Code];

/// What a font without a glyph for a character shows instead, as nothing.
const MISSING: u32 = 0;

struct Loaded {
    read: FontRef<'static>,
    drawn: Font,
    units: f32,
}

static LOADED: LazyLock<[Loaded; 3]> = LazyLock::new(|| FACES.map(load));

fn load(face: Face) -> Loaded {
    let bytes: &'static [u8] = match face {
        Face::Plain => include_bytes!("../fonts/IBMPlexSans-Regular.ttf"),
        Face::Strong => include_bytes!("../fonts/IBMPlexSans-SemiBold.ttf"),
        Face::Code => include_bytes!("../fonts/IBMPlexMono-Regular.ttf"),
    };
    let drawn = Font::new(bytes.into(), 0).expect("a test draws with every face");
    let read = FontRef::new(bytes).expect("a test draws with every face");
    Loaded { read, units: drawn.units_per_em(), drawn }
}

fn loaded(face: Face) -> &'static Loaded {
    &LOADED[face as usize]
}

pub fn font(face: Face) -> Font {
    loaded(face).drawn.clone()
}

/// One glyph for each character, from left to right. Advances are in parts of the size.
pub fn glyphs(face: Face, text: &str) -> Vec<KrillaGlyph> {
    let Loaded { read, units, .. } = loaded(face);
    let (map, widths) = (read.charmap(), read.glyph_metrics(Size::unscaled(), LocationRef::default()));
    let glyph = |(at, c): (usize, char)| {
        let id = map.map(c).unwrap_or_default();
        let advance = widths.advance_width(id).unwrap_or_default() / units;
        let range: Range<usize> = at..at + c.len_utf8();
        KrillaGlyph::new(GlyphId::new(id.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
    };
    text.char_indices().map(glyph).collect()
}

/// In points.
pub fn width(face: Face, text: &str, size: f32) -> f32 {
    glyphs(face, text).iter().map(|g| g.x_advance * size).sum()
}

/// As it is drawn: letters and their accents in one character.
pub fn composed(text: &str) -> String {
    text.nfc().map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
}

/// A character that none of the faces can show, or that would need more than one glyph beside the other.
pub fn find_missing(text: &str) -> Option<char> {
    let lacks = |c: char| {
        FACES.iter().any(|face| loaded(*face).read.charmap().map(c).is_none_or(|id| id.to_u32() == MISSING))
    };
    composed(text).chars().find(|c| runs_from_the_right(*c) || lacks(*c))
}

/// Hebrew, Arabic and their neighbours, and the marks that turn text around.
fn runs_from_the_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
}
