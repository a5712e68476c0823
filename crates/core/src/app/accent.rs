//! An agency's colour, and the readable ones made of it: darker on light pages, lighter on dark ones, until text
//! has the contrast of WCAG 2.2 AA.
//!
//! Conversions: OKLab by Björn Ottosson (bottosson.github.io/posts/oklab, 2020), relative luminance and contrast
//! by WCAG 2.2 (w3.org/TR/WCAG22, 2023).

use std::fmt;

/// WCAG 2.2 asks 4.5 of small text; a little more, since colours are rounded to whole bytes.
const CONTRAST: f64 = 4.6;
const STEP: f64 = 0.005;
const WHITE: Rgb = Rgb([255, 255, 255]);

/// As the agency gave it: `rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent(Rgb);

/// Valetkey's own, for an agency that chose none.
impl Default for Accent {
    fn default() -> Self {
        Self(Rgb([0x46, 0x3f, 0xbf]))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb([u8; 3]);

/// Lightness 0 to 1, chroma, hue in radians.
#[derive(Clone, Copy, Debug)]
struct Oklch {
    l: f64,
    c: f64,
    h: f64,
}

/// What the pages of one scheme use.
#[derive(Clone, Copy, Debug)]
pub struct Tones {
    /// Behind the most important button, and the same pressed.
    pub accent: Rgb,
    pub deep: Rgb,
    /// Text on both.
    pub ink: Rgb,
    /// Links and "your turn", also on the tint.
    pub text: Rgb,
    pub tint: Rgb,
}

impl Accent {
    /// Six hexadecimal digits, with or without `#`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('#');
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self(Rgb([byte(0)?, byte(2)?, byte(4)?])))
    }

    pub fn on_light(self) -> Tones {
        let own = self.0.to_oklch();
        let tint = Oklch { l: 0.952, c: own.c.min(0.024), ..own }.to_rgb();
        let start = Oklch { l: own.l.min(0.6), ..own };
        let accent = start.until(-STEP, |c| contrast(c, WHITE) >= CONTRAST);
        let deep = Oklch { l: accent.l - 0.07, ..accent };
        let text = accent.until(-STEP, |c| contrast(c, tint) >= CONTRAST);
        Tones { accent: accent.to_rgb(), deep: deep.to_rgb(), ink: WHITE, text: text.to_rgb(), tint }
    }

    pub fn on_dark(self) -> Tones {
        let own = self.0.to_oklch();
        let soft = Oklch { c: own.c.min(0.13), ..own };
        let ink = Oklch { l: 0.2, c: own.c.min(0.06), ..own }.to_rgb();
        let tint = Oklch { l: 0.3, c: own.c.min(0.065), ..own }.to_rgb();
        let accent = Oklch { l: own.l.max(0.74), ..soft }.until(STEP, |c| contrast(c, ink) >= CONTRAST);
        let deep = Oklch { l: (accent.l + 0.07).min(1.0), ..accent };
        let text = Oklch { l: accent.l.max(0.8), ..soft }.until(STEP, |c| contrast(c, tint) >= CONTRAST);
        Tones { accent: accent.to_rgb(), deep: deep.to_rgb(), ink, text: text.to_rgb(), tint }
    }

    /// The custom properties of tokens.css that an agency's colour replaces.
    pub fn to_css(self) -> String {
        let (light, dark) = (self.on_light(), self.on_dark());
        let line = |name: &str, light: Rgb, dark: Rgb| format!("--{name}: light-dark({light}, {dark}); ");
        [
            "@layer tokens { :root { ",
            &line("accent", light.accent, dark.accent),
            &line("accent-deep", light.deep, dark.deep),
            &line("accent-ink", light.ink, dark.ink),
            &line("turn", light.text, dark.text),
            &line("turn-tint", light.tint, dark.tint),
            "} }\n",
        ]
        .concat()
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Rgb {
    fn linear(self) -> [f64; 3] {
        self.0.map(|byte| {
            let v = f64::from(byte) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn luminance(self) -> f64 {
        let [r, g, b] = self.linear();
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn to_oklch(self) -> Oklch {
        let [r, g, b] = self.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
        let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
        Oklch { l: lightness, c: a.hypot(b), h: b.atan2(a) }
    }
}

impl Oklch {
    /// Lighter or darker, step by step, until its colour is good, or black or white.
    fn until(self, step: f64, good: impl Fn(Rgb) -> bool) -> Self {
        let mut at = self;
        while (0.0..=1.0).contains(&at.l) && !good(at.to_rgb()) {
            at.l += step;
        }
        Self { l: at.l.clamp(0.0, 1.0), ..at }
    }

    /// The nearest that a screen shows: as much chroma as fits.
    fn to_rgb(self) -> Rgb {
        let mut at = self;
        loop {
            let channels = at.linear();
            let fits = channels.iter().all(|v| (-0.0001..=1.0001).contains(v));
            if fits || at.c <= 0.0 {
                return Rgb(channels.map(to_byte));
            }
            at.c = (at.c - 0.002).max(0.0);
        }
    }

    fn linear(self) -> [f64; 3] {
        let (a, b) = (self.c * self.h.cos(), self.c * self.h.sin());
        let l = (self.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let m = (self.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let s = (self.l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
        ]
    }
}

fn to_byte(linear: f64) -> u8 {
    let v = linear.clamp(0.0, 1.0);
    let v = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
    (v * 255.0).round() as u8
}

/// From 1 to 21.
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (a.luminance(), b.luminance());
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_measured_as_wcag_does() {
        let black = Rgb([0, 0, 0]);
        assert!((contrast(black, WHITE) - 21.0).abs() < 0.001);
        let grey = Accent::parse("767676").expect("a colour").0;
        assert!((contrast(grey, WHITE) - 4.54).abs() < 0.01, "{}", contrast(grey, WHITE));
    }

    #[test]
    fn a_colour_comes_back_from_oklch() {
        for rgb in [[0, 0, 0], [255, 255, 255], [255, 0, 0], [47, 111, 237], [1, 254, 3], [250, 240, 2]] {
            assert_eq!(Rgb(rgb).to_oklch().to_rgb(), Rgb(rgb));
        }
    }

    #[test]
    fn every_colour_is_readable_in_both_schemes() {
        let channel = || (0..=255u8).step_by(15);
        for (r, g, b) in
            channel().flat_map(|r| channel().flat_map(move |g| channel().map(move |b| (r, g, b))))
        {
            let accent = Accent(Rgb([r, g, b]));
            for tones in [accent.on_light(), accent.on_dark()] {
                let pairs = [(tones.accent, tones.ink), (tones.deep, tones.ink), (tones.text, tones.tint)];
                assert!(pairs.iter().all(|&(a, b)| contrast(a, b) >= 4.5), "{accent}: {tones:?}");
            }
            assert!(contrast(accent.on_light().text, WHITE) >= 4.5, "{accent} as a link");
        }
    }

    #[test]
    fn a_readable_colour_stays_as_it_is() {
        let accent = Accent::parse("#2F6FED").expect("a colour");
        assert_eq!(accent.to_string(), "#2f6fed");
        let shown = accent.on_light().accent.0;
        assert!(shown.iter().zip([0x2f, 0x6f, 0xed]).all(|(a, b)| a.abs_diff(b) < 12), "{shown:?}");
    }

    #[test]
    fn nothing_else_is_a_colour() {
        let wrong =
            ["", "#", "red", "2f6fe", "2f6fed0", "#2f6fgg", "éé", "}body{", "url(//evil.example)", "２f6fed"];
        for text in wrong {
            assert_eq!(Accent::parse(text), None, "{text}");
        }
    }
}
