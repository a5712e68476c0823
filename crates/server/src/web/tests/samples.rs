//! Sample data: every page in every state worth looking at.

mod access_map;
mod agency;
mod client;

use std::cell::Cell;

use askama::Template;
use valetkey_client_pages::view::doctor::{Doctor, Found, Known};
use valetkey_pages::page_words;
use valetkey_pages::view::{Advice, AgencyMark, Badge, Frame, GranteeMark, LanguageChoice, Tone, When};
use valetkey_sdk::lang::Lang;

thread_local! {
    static LANG: Cell<Lang> = const { Cell::new(Lang::En) };
}

const GERMAN: &str = "Donaudampfschifffahrtsgesellschaftskapitänskajütenreinigungsverwaltung am Hauptbahnhof";
const ARABIC: &str = "مخبز الميناء القديم للحلويات الشرقية والمعجنات الطازجة";
const HOSTILE: &str = "<script>alert('x')</script> & \"friends\"";

/// In the language that the pages are drawn in now.
fn frame(title: &str) -> Frame {
    let words = page_words::of(LANG.get());
    Frame {
        words,
        languages: Some(LanguageChoice { back: "/r/token".into(), csrf: "form-token".into() }),
        title: title.into(),
        css: "app.css",
        agency_css: "app.css",
        js: "app.js",
        brand: None,
        simulated: true,
        agency: Some(AgencyMark {
            name: "Northwind Growth".into(),
            initials: "NG".into(),
            logo: None,
            domain: Some("northwind.example".into()),
            of_demo: false,
        }),
        csrf: "form-token".into(),
        host: "localhost:8080".into(),
        preview: false,
    }
}

pub fn when(text: &str) -> When {
    let day = page_words::of(LANG.get()).day(jiff::civil::date(2027, 6, 30));
    When { text: text.into(), day, exact: "2027-06-30T12:00:00Z".into() }
}

fn badge(word: &str, label: &str, tone: Tone) -> Badge {
    Badge { word: word.into(), label: label.into(), tone }
}

fn active() -> Badge {
    badge("active", "Active", Tone::Done)
}

fn advice(happened: &str) -> Advice {
    Advice {
        happened: happened.into(),
        act: Some("Ask somebody with full control of the portfolio to open this card.".into()),
        who: Some("Olivia Reyes has full control.".into()),
        phone: Some("Business Suite: Menu, Settings, People.".into()),
        desktop: Some("business.facebook.com/settings, People.".into()),
        link: Some("https://business.facebook.com/settings".into()),
        more: Some("/doctor?platform=meta&message=forbidden".into()),
    }
}

fn grantee(proven: bool) -> GranteeMark {
    GranteeMark {
        label: "Northwind Growth".into(),
        kind: "Business portfolio".into(),
        external_id: "155500000000001".into(),
        proven,
    }
}

fn person() -> GranteeMark {
    GranteeMark {
        label: HOSTILE.into(),
        kind: "Person".into(),
        external_id: "122103359102288".into(),
        proven: true,
    }
}

fn explained() -> Doctor {
    Doctor {
        frame: frame("What a message means"),
        platforms: vec![Known { id: "meta".into(), name: "Meta".into(), chosen: true }],
        message: HOSTILE.into(),
        most: 4_000,
        found: vec![Found {
            platform: Some("Meta".into()),
            id: "threads-private".into(),
            cause: "The Threads profile is private.".into(),
            fix: Some("Make it public.".into()),
            phone: Some("Threads: your profile, Menu, Privacy.".into()),
            desktop: Some("threads.com: More, Settings, Privacy.".into()),
            by: vec!["whoever signed in from the link".into()],
            who: None,
            source: Some("https://www.facebook.com/business/help/1888797071720635".into()),
            read: Some("22 November 2026".into()),
        }],
        unknown: true,
    }
}

/// The same with our words in another language. What the samples themselves say stays as it is.
pub fn pages_in(lang: Lang) -> Vec<(&'static str, String)> {
    LANG.set(lang);
    let pages = pages();
    LANG.set(Lang::En);
    pages
}

/// Every page in every state worth looking at, by name.
pub fn pages() -> Vec<(&'static str, String)> {
    fn draw(name: &'static str, page: &impl Template) -> (&'static str, String) {
        (name, page.render().expect("sample data renders"))
    }
    let verifying = badge("verifying", "Meta says yes, checking", Tone::Waiting);
    vec![
        draw("doctor", &explained()),
        draw("client-link-open", &client::link_open()),
        draw("client-link-logo", &client::with_logo()),
        draw("client-link-under-way", &client::link_under_way()),
        draw("client-link-done", &client::link_done()),
        draw("client-link-long", &client::link_long()),
        draw("client-pick-few", &client::pick_few()),
        draw("client-pick-many", &client::pick_many()),
        draw("client-pick-empty", &client::pick_empty()),
        draw("client-review", &client::review()),
        draw(
            "client-review-stale",
            &valetkey_client_pages::view::Review {
                problem: Some(advice("The grantee changed since you looked.")),
                ..client::review()
            },
        ),
        draw("client-scan", &client::scanned(None, Some(HOSTILE.into()))),
        draw(
            "client-scan-code",
            &client::scanned(
                Some(valetkey_client_pages::view::ScanCode {
                    picture: "data:image/svg+xml;base64,PHN2Zy8+".into(),
                    address: "https://www.tiktok.com/scan?code=1".into(),
                }),
                None,
            ),
        ),
        draw("client-progress", &client::progress(verifying, None, 1, false)),
        draw("client-progress-done", &client::progress(active(), None, 2, true)),
        draw("client-progress-stuck", &client::progress_stuck()),
        draw("client-receipt", &client::receipt()),
        draw("client-access", &client::access(true)),
        draw("client-access-locked", &client::access(false)),
        draw("client-access-code", &client::access_code(false)),
        draw("client-access-code-wrong", &client::access_code(true)),
        draw("client-trouble", &client::trouble()),
        draw("agency-sign-in", &agency::sign_in(Some("/sign-in/ticket"))),
        draw("agency-sign-in-used", &agency::sign_in(None)),
        draw("agency-home", &agency::home(6)),
        draw("agency-home-empty", &agency::home(0)),
        draw("agency-requests", &agency::requests(12)),
        draw("agency-requests-empty", &agency::requests(0)),
        draw("agency-request", &agency::request()),
        draw("agency-revoke", &agency::revoke(None)),
        draw(
            "agency-revoke-refused",
            &agency::revoke(Some(advice("Olivia Reyes's sign-in at Meta has ended."))),
        ),
        draw("agency-access", &access_map::full()),
        draw("agency-access-unread", &access_map::unread(false)),
        draw("agency-access-unreadable", &access_map::unread(true)),
        draw("agency-grantees", &agency::grantees()),
        draw("agency-trouble", &agency::trouble()),
    ]
}
