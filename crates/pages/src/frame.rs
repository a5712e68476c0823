//! What surrounds every page, and times in words.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use valetkey_core::app::accent::Accent;
use valetkey_core::app::domain_name;
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Agency;
use valetkey_core::store::grantees::Grantee;
use valetkey_sdk::clock::from_millisecond;
use valetkey_sdk::lang::Lang;

use crate::language::Speech;
use crate::page_words::PageWords;
use crate::view::{AgencyMark, Frame, GranteeMark, LanguageChoice, When};
use crate::{assets, brand};

pub fn frame(
    desk: &Desk,
    speech: &Speech,
    title: impl Into<String>,
    agency: Option<&Agency>,
    csrf: String,
) -> Frame {
    let choice = |back: &String| LanguageChoice { csrf: desk.form_token(back), back: back.clone() };
    Frame {
        words: speech.words,
        languages: speech.here.as_ref().map(choice),
        title: title.into(),
        css: assets::style(),
        agency_css: assets::agency_style(),
        js: assets::script(),
        brand: agency.and_then(|a| Accent::parse(a.accent.as_deref()?)).map(brand::path),
        simulated: !desk.egress.is_real(),
        agency: agency.map(|agency| mark(desk, agency)),
        csrf,
        host: host(&desk.public_url),
        preview: false,
    }
}

fn host(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn mark(desk: &Desk, agency: &Agency) -> AgencyMark {
    AgencyMark {
        name: agency.name.clone(),
        initials: initials(&agency.name),
        logo: agency.logo.as_deref().and_then(brand::logo),
        domain: agency.domain.as_deref().map(domain_name::shown),
        of_demo: desk.dns.is_invented(),
    }
}

pub fn grantee_mark(desk: &Desk, lang: Lang, g: &Grantee) -> GranteeMark {
    let kind = desk.registry.find(&g.platform).map(|p| p.words_in(lang).text(&format!("grantee-{}", g.kind)));
    GranteeMark {
        label: g.label.clone(),
        kind: kind.unwrap_or_else(|| g.kind.clone()),
        external_id: g.external_id.clone(),
        proven: g.proven_at.is_some(),
    }
}

/// Up to two letters for the place of a picture.
pub fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|w| w.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .collect::<String>()
        .to_uppercase()
}

/// Near times in words, far ones as a date.
pub fn when(desk: &Desk, say: &PageWords, ms: i64) -> When {
    let (at, now) = (from_millisecond(ms), desk.clock.now());
    When { text: text(say, at, now), day: day(say, at), exact: at.to_string() }
}

/// The day of a time (UTC).
pub fn day(say: &PageWords, at: Timestamp) -> String {
    say.day(at.to_zoned(TimeZone::UTC).date())
}

fn text(say: &PageWords, at: Timestamp, now: Timestamp) -> String {
    let distance = at.duration_since(now);
    let (ahead, size) = (distance.is_positive(), distance.abs());
    let said = match (size, ahead) {
        (s, true) if s < SignedDuration::from_secs(45) => return say.in_a_moment.to_string(),
        (s, false) if s < SignedDuration::from_secs(45) => return say.just_now.to_string(),
        (s, true) if s < SignedDuration::from_mins(60) => say.in_minutes((s.as_secs() + 30) / 60),
        (s, false) if s < SignedDuration::from_mins(60) => say.minutes_ago((s.as_secs() + 30) / 60),
        (s, true) if s < SignedDuration::from_hours(24) => say.in_hours((s.as_secs() + 1_800) / 3_600),
        (s, false) if s < SignedDuration::from_hours(24) => say.hours_ago((s.as_secs() + 1_800) / 3_600),
        (s, true) if s < SignedDuration::from_hours(24 * 30) => say.in_days((s.as_secs() + 43_200) / 86_400),
        (s, false) if s < SignedDuration::from_hours(24 * 30) => {
            say.days_ago((s.as_secs() + 43_200) / 86_400)
        }
        _ => return day(say, at),
    };
    said.plain()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page_words;

    #[test]
    fn times_read_as_people_say_them() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let (english, german) = (page_words::of(Lang::En), page_words::of(Lang::De));
        let table = [
            (-10, "just now", "gerade eben"),
            (10, "in a moment", "gleich"),
            (-90, "2 minutes ago", "vor 2 Minuten"),
            (-60, "1 minute ago", "vor 1 Minute"),
            (3_600, "in 1 hour", "in 1 Stunde"),
            (-7_200, "2 hours ago", "vor 2 Stunden"),
            (14 * 86_400, "in 14 days", "in 14 Tagen"),
            (-86_400, "1 day ago", "vor 1 Tag"),
            (220 * 86_400, "30 June 2027", "30. Juni 2027"),
        ];
        for (seconds, words, worte) in table {
            let at = now + SignedDuration::from_secs(seconds);
            assert_eq!((text(english, at, now).as_str(), text(german, at, now).as_str()), (words, worte));
        }
    }

    #[test]
    fn initials_are_two_letters() {
        assert_eq!(initials("Harbour Bakery Shop"), "HB");
        assert_eq!(initials("éclair"), "É");
    }
}
