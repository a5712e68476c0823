//! The languages that clients are spoken to in. The agency's pages are English.

/// A language that our own words are written in. Adding one: here, and a file `<tag>.ftl` beside each `en.ftl`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// What everything is written in first, and what stands in where another one is missing.
    #[default]
    En,
    De,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The language tag (BCP 47), as `<html lang>` and file names carry it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// What the language calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The direction of its script, as `<html dir>` takes it.
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En | Self::De => "ltr",
        }
    }

    /// Exactly one of our tags.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == tag)
    }

    /// The one that a browser likes best of ours, by its `Accept-Language` (RFC 9110, 12.5.4): regions are not
    /// told apart, and of equals the first one counts.
    pub fn accepted(header: &str) -> Option<Self> {
        let wished = header.split(',').take(MOST_WISHES).filter_map(|wish| {
            let (tag, weight) = wish.split_once(';').unwrap_or((wish, "q=1"));
            let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            Some((Self::parse(&primary)?, weight)).filter(|(_, weight)| *weight > 0.0)
        });
        let best = |a: (Self, f32), b: (Self, f32)| if b.1 > a.1 { b } else { a };
        wished.reduce(best).map(|(lang, _)| lang)
    }
}

/// As many wishes as are looked at.
const MOST_WISHES: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_what_it_likes_best_of_ours() {
        let table = [
            ("de", Some(Lang::De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Lang::De)),
            ("DE-de", Some(Lang::De)),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Some(Lang::En)),
            ("en;q=0.2, de;q=0.7", Some(Lang::De)),
            ("en, de", Some(Lang::En)),
            ("de;q=0", None),
            ("fr", None),
            ("", None),
            ("de;q=many", None),
        ];
        for (header, wanted) in table {
            assert_eq!(Lang::accepted(header), wanted, "{header}");
        }
        let long = format!("{}de", "fr,".repeat(MOST_WISHES));
        assert_eq!(Lang::accepted(&long), None, "a header is read so far and no further");
    }

    #[test]
    fn a_tag_is_taken_only_as_it_is_written_here() {
        assert_eq!(Lang::parse("de"), Some(Lang::De));
        for other in ["DE", "de-DE", "deutsch", ""] {
            assert_eq!(Lang::parse(other), None, "{other}");
        }
    }
}
