//! What surrounds every page, and times in words.

use jiff::{SignedDuration, Timestamp};
use valetkey_sdk::clock::from_millisecond;

use super::view::{AgencyMark, Frame, GranteeMark, When};
use super::{assets, brand};
use crate::app::accent::Accent;
use crate::app::domain_name;
use crate::desk::Desk;
use crate::store::agencies::Agency;
use crate::store::grantees::Grantee;

pub fn frame(desk: &Desk, title: &str, agency: Option<&Agency>, csrf: String) -> Frame {
    Frame {
        title: title.to_owned(),
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

pub fn grantee_mark(desk: &Desk, g: &Grantee) -> GranteeMark {
    let kind = desk.registry.find(&g.platform).map(|p| p.words.text(&format!("grantee-{}", g.kind)));
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
pub fn when(desk: &Desk, ms: i64) -> When {
    let (at, now) = (from_millisecond(ms), desk.clock.now());
    When { text: text(at, now), exact: at.to_string() }
}

fn text(at: Timestamp, now: Timestamp) -> String {
    let distance = at.duration_since(now);
    let (ahead, size) = (distance.is_positive(), distance.abs());
    let counted = |n: i64, unit: &str| {
        let amount = if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") };
        if ahead { format!("in {amount}") } else { format!("{amount} ago") }
    };
    match size {
        s if s < SignedDuration::from_secs(45) => if ahead { "in a moment" } else { "just now" }.to_owned(),
        s if s < SignedDuration::from_mins(60) => counted((s.as_secs() + 30) / 60, "minute"),
        s if s < SignedDuration::from_hours(24) => counted((s.as_secs() + 1_800) / 3_600, "hour"),
        s if s < SignedDuration::from_hours(24 * 30) => counted((s.as_secs() + 43_200) / 86_400, "day"),
        _ => at.strftime("%-d %B %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_say_them() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        let table =
            [(-10, "just now"), (-90, "2 minutes ago"), (3_600, "in 1 hour"), (14 * 86_400, "in 14 days")];
        for (seconds, words) in table {
            assert_eq!(text(now + SignedDuration::from_secs(seconds), now), words);
        }
        assert_eq!(text(now + SignedDuration::from_hours(24 * 220), now), "30 June 2027");
    }

    #[test]
    fn initials_are_two_letters() {
        assert_eq!(initials("Harbour Bakery Shop"), "HB");
        assert_eq!(initials("éclair"), "É");
    }
}
