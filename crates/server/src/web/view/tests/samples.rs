//! Sample data: every page in every state worth looking at.

mod access_map;

use std::cell::Cell;

use askama::Template;
use valetkey_sdk::lang::Lang;

use super::super::agency::audit::Chip;
use super::super::agency::compose;
use super::super::agency::entry::{SignIn, Ticket};
use super::super::agency::home::{Happened, Home, Stage};
use super::super::agency::{
    Attention, Event, GrantRow, GranteePlatform, GranteeRow, Grantees, HelpNote, Item, Rail, Request,
    RequestRow, Requests, Revoke, Typing,
};
use super::super::client::{
    Ask, Card, CardStep, Choice, Group, Line, Link, Mend, Pick, Progress, Receipt, ReceiptSection, Review,
    ReviewLine, Ways,
};
use super::super::doctor::{Doctor, Found, Known};
use super::super::{
    Advice, AgencyMark, Badge, Frame, GranteeMark, LanguageChoice, Logo, Tone, When, agency, client,
};
use crate::web::page_words;

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

fn ask(asset: &str, level: &str) -> Ask {
    Ask {
        asset: asset.into(),
        named: Vec::new(),
        level: level.into(),
        means: page_words::of(LANG.get()).means_manage.clone(),
        can: "Create and edit ads, and see how they do.".into(),
        cannot: "See your payment details, remove you, or change who has access.".into(),
        native_roles: vec!["ADVERTISE".into(), "ANALYZE".into()],
    }
}

fn line(asset: &str, id: &str, badge: Badge, advice: Option<Advice>) -> Line {
    Line {
        asset: asset.into(),
        kind: "Ad account".into(),
        external_id: id.into(),
        level: "Manage".into(),
        badge,
        advice,
        adopted: false,
    }
}

fn card(platform: &str, name: &str, badge: Badge, step: CardStep) -> Card {
    Card {
        platform: platform.into(),
        name: name.into(),
        initials: name.chars().take(2).collect(),
        badge,
        asks: vec![ask("Page", "Manage"), ask("Ad account", "Manage")],
        signed_in_as: None,
        lines: Vec::new(),
        ways: matches!(step, CardStep::Connect { .. } | CardStep::Choose { .. } | CardStep::Guide { .. })
            .then(|| Ways {
                skip: "/r/t/i/skip".into(),
                hand_over: Some("/r/t/i/hand-over".into()),
                help: "/r/t/i/help".into(),
            }),
        by_hand: None,
        step,
        required: true,
    }
}

fn open(platform: &str, name: &str) -> Card {
    let action = format!("/r/token/{platform}/connect");
    card(platform, name, badge("open", "Your turn", Tone::YourTurn), CardStep::Connect { action })
}

fn link(cards: Vec<Card>) -> Link {
    Link {
        frame: frame("Request from Northwind Growth"),
        client: "Harbour Bakery".into(),
        asked_by: "Kim Larsen, owner".into(),
        message: None,
        asks: 2,
        access_until: Some(when("30 June 2027")),
        link_until: when("in 12 days"),
        cards,
        notice: None,
        settled: false,
        receipt: None,
        passed_by: None,
        handout: Some("/r/token/guide".into()),
    }
}

fn link_open() -> Link {
    let tiktok = Card { required: false, ..open("tiktok", "TikTok") };
    Link {
        message: Some(
            "Hi Olivia, this is the access we talked about on Tuesday. It takes two minutes.".into(),
        ),
        ..link(vec![open("meta", "Meta"), tiktok])
    }
}

fn link_under_way() -> Link {
    let choose = Card {
        signed_in_as: Some("Olivia Reyes".into()),
        ..card(
            "meta",
            "Meta",
            badge("connected", "Signed in", Tone::YourTurn),
            CardStep::Choose { href: "/r/token/meta/pick".into(), again: "/r/token/meta/connect".into() },
        )
    };
    let watch = Card {
        signed_in_as: Some("Olivia Reyes".into()),
        lines: vec![
            line(
                "Harbour Bakery Ads",
                "7300000000000000001",
                badge("working", "Asking TikTok", Tone::Waiting),
                None,
            ),
            line(ARABIC, "7300000000000000002", badge("queued", "Next", Tone::Waiting), None),
        ],
        ..card(
            "tiktok",
            "TikTok",
            badge("chosen", "Under way", Tone::Waiting),
            CardStep::Watch { href: "/r/token/tiktok".into() },
        )
    };
    let refused = advice("You said no at Meta, so nothing was shared.");
    Link { notice: Some(refused), ..link(vec![choose, watch, open("google", "Google")]) }
}

fn link_done() -> Link {
    let settled = Card {
        signed_in_as: Some("Olivia Reyes".into()),
        lines: vec![
            line("Harbour Bakery", "104200000000001", active(), None),
            line("Harbour Bakery Ads", "act_920000000000001", active(), None),
        ],
        ..card("meta", "Meta", badge("settled", "Done", Tone::Done), CardStep::Nothing)
    };
    Link { settled: true, receipt: Some("/r/token/receipt".into()), ..link(vec![settled]) }
}

fn link_long() -> Link {
    let mut long = link(vec![open("meta", GERMAN), open("tiktok", ARABIC)]);
    long.client = GERMAN.into();
    long.asked_by = format!("{ARABIC}, {GERMAN}");
    long.message = Some(HOSTILE.into());
    long
}

fn choice(index: usize, name: &str, blocked: Option<Advice>) -> Choice {
    Choice {
        index,
        external_id: format!("act_92000000000{index:04}"),
        name: name.into(),
        initials: name.chars().take(2).collect(),
        kind: "Ad account".into(),
        detail: Some("EUR, active".into()),
        level: "Manage".into(),
        ticked: index < 2,
        held: index == 1,
        blocked,
    }
}

fn pick(groups: Vec<Group>, available: usize) -> Pick {
    Pick {
        frame: frame("Choose accounts at Meta"),
        platform: "meta".into(),
        platform_name: "Meta".into(),
        signed_in_as: "Olivia Reyes".into(),
        signed_in_id: "10229999999999999".into(),
        action: "/r/token/meta/pick".into(),
        not_me: "/r/token/meta/not-me".into(),
        look_again: Some("/r/token/meta/look-again".into()),
        back: "/r/token".into(),
        groups,
        available,
        problem: None,
        empty: Vec::new(),
    }
}

fn pick_few() -> Pick {
    let blocked = advice("Your role in Harbour Events is partial, and only full control can share it.");
    let bakery = vec![
        choice(0, "Harbour Bakery", None),
        choice(2, "Harbour Events", Some(blocked)),
        choice(1, ARABIC, None),
    ];
    let loose = vec![choice(3, GERMAN, None)];
    pick(
        vec![
            Group { heading: "Harbour Bakery Holding".into(), options: bakery },
            Group { heading: "Not in a portfolio".into(), options: loose },
        ],
        3,
    )
}

fn pick_many() -> Pick {
    let groups = (0..4).map(|part| Group {
        heading: format!("Portfolio {}", part + 1),
        options: (part * 50..part * 50 + 50)
            .map(|n| choice(n, &format!("Shop {n} of the group"), None))
            .collect(),
    });
    Pick { problem: Some("Choose at least one account, or go back.".into()), ..pick(groups.collect(), 200) }
}

fn pick_empty() -> Pick {
    Pick { empty: vec![advice("Mia Chen has no business portfolio at Meta.")], ..pick(Vec::new(), 0) }
}

fn review() -> Review {
    let first = ReviewLine {
        asset: "Harbour Bakery".into(),
        kind: "Page".into(),
        external_id: "104200000000001".into(),
        container: Some("Harbour Bakery Holding".into()),
        level: "Manage".into(),
        can: "Create posts and ads, answer messages, and see results.".into(),
        cannot: "Remove you, change the Page's settings, or see your payment details.".into(),
        native_roles: vec!["CREATE_CONTENT".into(), "MODERATE".into(), "ADVERTISE".into(), "ANALYZE".into()],
        adds: vec!["The Instagram account that is tied to this Page".into()],
        costs: vec!["One more seat, if the organization pays by the seat.".into()],
        held: false,
        questions: vec![advice("Is the profile public?")],
    };
    let second = ReviewLine {
        asset: ARABIC.into(),
        kind: "Ad account".into(),
        external_id: "act_920000000000001".into(),
        container: None,
        level: "View".into(),
        can: "See campaigns and results.".into(),
        cannot: "Create or change anything.".into(),
        native_roles: vec!["ANALYZE".into()],
        adds: Vec::new(),
        costs: Vec::new(),
        held: true,
        questions: Vec::new(),
    };
    Review {
        frame: frame("Review"),
        platform: "meta".into(),
        platform_name: "Meta".into(),
        signed_in_as: "Olivia Reyes".into(),
        grantee: grantee(true),
        staff: vec![person()],
        lines: vec![first, second],
        access_until: Some(when("30 June 2027")),
        action: "/r/token/meta/approve".into(),
        terms: "digest".into(),
        back: "/r/token/meta/pick".into(),
        problem: None,
    }
}

fn progress(last: Badge, remedy: Option<Advice>, done: usize, finished: bool) -> Progress {
    Progress {
        frame: frame("Setting up access at Meta"),
        platform_name: "Meta".into(),
        lines: vec![
            line("Harbour Bakery", "104200000000001", active(), None),
            line("Harbour Bakery Ads", "act_920000000000001", last, remedy),
        ],
        done,
        finished,
        waits: None,
        mend: (finished && done < 2)
            .then(|| Mend { retry: "/r/t/i/retry".into(), sign_in: "/r/t/i/connect".into() }),
        by_hand: Vec::new(),
        said: None,
        events: "/r/t/i/events".into(),
        back: "/r/token".into(),
    }
}

fn progress_stuck() -> Progress {
    let stuck = badge("needs_action", "Needs you", Tone::Stop);
    progress(
        stuck,
        Some(advice("Meta did not share Harbour Bakery Ads: your role there is partial.")),
        1,
        true,
    )
}

fn receipt() -> Receipt {
    let section = |name: &str, proven| ReceiptSection {
        platform_name: name.into(),
        grantee: grantee(proven),
        lines: vec![
            line("Harbour Bakery", "104200000000001", active(), None),
            line(GERMAN, "act_920000000000001", active(), None),
        ],
        undo: format!("Open this link again, or remove Northwind Growth in the settings of {name}."),
    };
    Receipt {
        frame: frame("Receipt"),
        client: "Harbour Bakery".into(),
        sections: vec![section("Meta", true), section("TikTok", false)],
        access_until: Some(when("30 June 2027")),
        completed: when("3 minutes ago"),
        file: "/r/token/receipt/file".into(),
        access: "/r/token/access".into(),
        back: "/r/token".into(),
    }
}

fn trouble() -> client::Trouble {
    client::Trouble {
        frame: Frame { agency: None, simulated: false, ..frame("This link has expired") },
        headline: "This link has expired".into(),
        sentence: "Ask the person who sent it for a new one. What you shared before is not affected.".into(),
        button: Some(("Ask for a new link".into(), "/r/token/renew".into())),
        details: "2026-11-22T22:10:00Z 0199f3a1".into(),
    }
}

fn rail(section: &'static str) -> Rail {
    Rail { member: "Kim Larsen".into(), role: "owner".into(), section, works: true, governs: true }
}

fn sign_in(action: Option<&str>) -> SignIn {
    SignIn {
        frame: frame("Sign in"),
        ticket: action.map(|a| Ticket { action: a.into(), member: Some("Kim Larsen".into()) }),
        notice: action.is_none().then(|| "This one-time address was used already.".into()),
        problem: None,
        email: HOSTILE.into(),
        next: "/requests".into(),
    }
}

fn request_rows(count: usize) -> Vec<RequestRow> {
    let states = [
        badge("in_progress", "In progress", Tone::Waiting),
        badge("complete", "Complete", Tone::Done),
        badge("opened", "Opened", Tone::Neutral),
        badge("partially_complete", "Needs you", Tone::YourTurn),
        badge("expired", "Expired", Tone::Stop),
    ];
    let names = ["Harbour Bakery", GERMAN, ARABIC, "Pine & Co", HOSTILE];
    let row = |n: usize| RequestRow {
        href: format!("/requests/req_{n}"),
        client: names[n % names.len()].into(),
        platforms: vec!["Meta".into(), "TikTok".into()],
        badge: states[n % states.len()].clone(),
        created: when("3 hours ago"),
        progress: "1 of 2 active".into(),
    };
    (0..count).map(row).collect()
}

fn requests(count: usize) -> Requests {
    let chip = |label: &str, on| Chip { label: label.into(), href: "/requests".into(), on };
    Requests {
        frame: frame("Requests"),
        rail: rail("requests"),
        chips: vec![chip("All", true), chip("Under way", false), chip("Complete", false)],
        show: String::new(),
        query: HOSTILE.into(),
        total: count,
        found: count,
        rows: request_rows(count),
    }
}

fn home(count: usize) -> Home {
    let waits = |client: &str, what: &str, action: &str| Attention {
        client: client.into(),
        client_href: "/clients/cli_1".into(),
        what: what.into(),
        badge: badge("drifted", "Removed at the platform", Tone::Stop),
        since: when("2 days ago"),
        href: "/requests/req_1".into(),
        action: action.into(),
    };
    let waiting = vec![
        waits("Harbour Bakery", "Harbour Bakery Ads at Meta", "Ask again"),
        waits(GERMAN, HOSTILE, "See what to do"),
    ];
    let stages = ["Sent, not opened", "Opened", "In progress", "Complete"];
    Home {
        frame: frame("Home"),
        rail: rail("home"),
        attention: if count == 0 { Vec::new() } else { waiting },
        funnel: stages.map(|label| Stage { label, count, href: "/requests" }).into(),
        rows: request_rows(count),
        recent: vec![Happened {
            at: when("2 hours ago"),
            sentence: format!("{HOSTILE} signed in at Meta"),
            client: Some((ARABIC.into(), "/requests/req_1".into())),
        }],
        lacks_grantee: count == 0,
    }
}

fn request() -> Request {
    let grant = |asset: &str, id: &str, badge: Badge, advice| GrantRow {
        id: format!("grt_{id}"),
        person: None,
        asset: asset.into(),
        kind: "Ad account".into(),
        external_id: id.into(),
        level: "Manage".into(),
        native_roles: vec!["ADVERTISE".into(), "ANALYZE".into()],
        badge,
        verified: Some(when("2 minutes ago")),
        verified_by: Some("both sides".into()),
        advice,
        retry: Some(format!("/grants/{id}/retry")),
        verify: Some(format!("/grants/{id}/verify")),
        said: None,
        adopted: false,
        said_by: None,
        removal: None,
        revoke: Some(format!("/grants/{id}/revoke")),
    };
    let drifted = badge("drifted", "Drifted", Tone::Stop);
    let gone = advice("Meta no longer lists this share. Somebody removed it there.");
    let meta = Item {
        id: "itm_1".into(),
        platform_name: "Meta".into(),
        badge: badge("settled", "Done", Tone::Done),
        grantee: Some(grantee(true)),
        asks: vec!["Page, manage".into(), "Ad account, manage".into()],
        signed_in_as: Some("Olivia Reyes".into()),
        staff: vec!["Ravi Nair".into()],
        help: vec![
            HelpNote { note: Some(HOSTILE.into()), at: when("1 hour ago"), dealt_with: None },
            HelpNote {
                note: None,
                at: when("2 hours ago"),
                dealt_with: Some((when("1 hour ago"), HOSTILE.into())),
            },
        ],
        asking: Some("/requests/req_1/itm_1/asked".into()),
        help_done: Some(("/requests/req_1/itm_1/helped".into(), 1)),
        grants: vec![
            grant("Harbour Bakery", "104200000000001", active(), None),
            GrantRow {
                person: Some(person()),
                ..grant(
                    "Harbour Bakery",
                    "104200000000001",
                    badge("queued", "After the share", Tone::Waiting),
                    None,
                )
            },
            grant(ARABIC, "act_920000000000001", drifted, Some(gone)),
        ],
    };
    let tiktok = Item {
        id: "itm_2".into(),
        platform_name: "TikTok".into(),
        badge: badge("open", "Waiting for the client", Tone::Waiting),
        grantee: None,
        asks: vec!["Advertiser account, manage".into()],
        signed_in_as: None,
        staff: Vec::new(),
        help: vec![HelpNote { note: None, at: when("1 hour ago"), dealt_with: None }],
        asking: None,
        help_done: None,
        grants: Vec::new(),
    };
    let event = |text: &str, at: &str| Event { at: when(at), sentence: text.into() };
    Request {
        frame: frame("Harbour Bakery"),
        rail: rail("requests"),
        client: "Harbour Bakery".into(),
        client_href: "/clients/cli_1".into(),
        badge: badge("in_progress", "In progress", Tone::Waiting),
        url: Some("http://localhost:8080/r/9m2Yx0t4b7pQvK1dEw8aLs".into()),
        link: Some("/requests/req_1/link".into()),
        preview: "/requests/req_1/preview".into(),
        handout: Some("/requests/req_1/guide".into()),
        again: Some("/requests/new?again=req_1".into()),
        extend: Some("/requests/req_1/extend".into()),
        message: Some(HOSTILE.into()),
        link_until: when("in 12 days"),
        access_until: Some(when("30 June 2027")),
        items: vec![meta, tiktok],
        timeline: vec![
            event("Kim Larsen sent the request.", "3 hours ago"),
            event("Olivia Reyes signed in at Meta.", "2 hours ago"),
            event("Meta confirmed access to Harbour Bakery.", "2 hours ago"),
        ],
        notice: Some("Checked again: both sides agree.".into()),
        cancel: Some("/requests/req_1/cancel".into()),
    }
}

fn revoke(problem: Option<Advice>) -> Revoke {
    Revoke {
        frame: frame("Revoke access to Harbour Bakery"),
        rail: rail("requests"),
        client: "Harbour Bakery".into(),
        asset: "Harbour Bakery".into(),
        platform_name: "Meta".into(),
        grantee: grantee(true),
        acts: vec!["Remove Northwind Growth (155500000000001) from the Page Harbour Bakery, with Olivia Reyes's sign-in".into()],
        also: vec!["3 people of Northwind Growth lose the tasks they hold through this share".into()],
        stays: vec!["Insights, through the Facebook Page “Harbour Bakery”: revoke that as well to end it.".into()],
        problem,
        action: "/grants/grt_1/revoke".into(),
        back: "/requests/req_1".into(),
    }
}

fn grantees() -> Grantees {
    let platform = |name: &str, grantees: Vec<GranteeMark>| GranteePlatform {
        platform: name.to_lowercase(),
        name: name.into(),
        grantees: grantees
            .into_iter()
            .map(|mark| GranteeRow {
                at: mark.proven.then(|| when("2 days ago")),
                by: Some(HOSTILE.into()),
                unusual: !mark.proven,
                people: if mark.proven { vec![person()] } else { vec![] },
                mark,
            })
            .collect(),
        connect: Some(format!("/grantees/{name}/connect")),
        typing: Some(Typing {
            action: format!("/grantees/{name}/type"),
            kinds: vec![compose::Choice {
                value: "portfolio".into(),
                label: "Business portfolio".into(),
                chosen: false,
            }],
            external_id: "12".into(),
            label: HOSTILE.into(),
            problem: Some("This cannot be an id there.".into()),
            needs_proof: true,
        }),
    };
    Grantees {
        frame: frame("Grantees"),
        rail: rail("grantees"),
        platforms: vec![
            platform("Meta", vec![grantee(true), grantee(false)]),
            platform("TikTok", Vec::new()),
        ],
        notice: Some(Advice {
            happened: "Meta listed 2 portfolios of Kim Larsen.".into(),
            ..Advice::default()
        }),
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

fn agency_trouble() -> agency::Trouble {
    agency::Trouble {
        frame: frame("Not found"),
        headline: "There is no such request".into(),
        sentence: "It may belong to another agency, or its address was cut short.".into(),
        button: Some(("See all requests".into(), "/requests".into())),
        details: "2026-11-22T22:10:00Z 0199f3a1".into(),
    }
}

/// The same with our words in another language. What the samples themselves say stays as it is.
pub fn pages_in(lang: Lang) -> Vec<(&'static str, String)> {
    LANG.set(lang);
    let pages = pages();
    LANG.set(Lang::En);
    pages
}

fn scanned(code: Option<client::ScanCode>, problem: Option<String>) -> client::Scanned {
    let text = |text: &str| vec![client::StepPiece::Text(text.into())];
    let steps = client::Steps {
        title: "Let the agency use your account in ads".into(),
        says: vec![client::Said {
            id: "code-over".into(),
            messages: vec!["This code has expired".into(), HOSTILE.into()],
            advice: advice("The code is too old."),
        }],
        look_up: Some("/doctor?platform=tiktok&message=".into()),
        intro: vec![text("You need the phone.")],
        steps: vec![text("Scan the code."), text("Allow both.")],
        notes: Vec::new(),
    };
    client::Scanned {
        frame: frame("Allow it"),
        platform: "tiktok".into(),
        platform_name: "TikTok".into(),
        grantee: grantee(true),
        staff: vec!["Kim Park".into(), ARABIC.into()],
        tasks: vec![client::GuideTask {
            asset: "TikTok account".into(),
            level: "Manage".into(),
            can: "Use your posts in ads.".into(),
            cannot: "Read your messages.".into(),
            steps,
            question: "The name after the @".into(),
            named: None,
            typed: HOSTILE.into(),
        }],
        since: Some("22 November 2026".into()),
        access_until: None,
        code,
        renew: "/r/token/tiktok/scan".into(),
        action: "/r/token/tiktok/scanned".into(),
        terms: "terms".into(),
        back: "/r/token".into(),
        problem,
    }
}

/// As wide as a logo can be, beside the longest name.
fn with_logo() -> Link {
    let mut page = link_open();
    let agency = page.frame.agency.as_mut().expect("an agency");
    agency.name = GERMAN.into();
    agency.logo = Some(Logo { src: "/logo/a.png".into(), width: 144, height: 48 });
    page
}

/// Every page in every state worth looking at, by name.
pub fn pages() -> Vec<(&'static str, String)> {
    fn draw(name: &'static str, page: &impl Template) -> (&'static str, String) {
        (name, page.render().expect("sample data renders"))
    }
    let verifying = badge("verifying", "Meta says yes, checking", Tone::Waiting);
    vec![
        draw("doctor", &explained()),
        draw("client-link-open", &link_open()),
        draw("client-link-logo", &with_logo()),
        draw("client-link-under-way", &link_under_way()),
        draw("client-link-done", &link_done()),
        draw("client-link-long", &link_long()),
        draw("client-pick-few", &pick_few()),
        draw("client-pick-many", &pick_many()),
        draw("client-pick-empty", &pick_empty()),
        draw("client-review", &review()),
        draw(
            "client-review-stale",
            &Review { problem: Some(advice("The grantee changed since you looked.")), ..review() },
        ),
        draw("client-scan", &scanned(None, Some(HOSTILE.into()))),
        draw(
            "client-scan-code",
            &scanned(
                Some(client::ScanCode {
                    picture: "data:image/svg+xml;base64,PHN2Zy8+".into(),
                    address: "https://www.tiktok.com/scan?code=1".into(),
                }),
                None,
            ),
        ),
        draw("client-progress", &progress(verifying, None, 1, false)),
        draw("client-progress-done", &progress(active(), None, 2, true)),
        draw("client-progress-stuck", &progress_stuck()),
        draw("client-receipt", &receipt()),
        draw("client-trouble", &trouble()),
        draw("agency-sign-in", &sign_in(Some("/sign-in/ticket"))),
        draw("agency-sign-in-used", &sign_in(None)),
        draw("agency-home", &home(6)),
        draw("agency-home-empty", &home(0)),
        draw("agency-requests", &requests(12)),
        draw("agency-requests-empty", &requests(0)),
        draw("agency-request", &request()),
        draw("agency-revoke", &revoke(None)),
        draw("agency-revoke-refused", &revoke(Some(advice("Olivia Reyes's sign-in at Meta has ended.")))),
        draw("agency-access", &access_map::full()),
        draw("agency-access-unread", &access_map::unread(false)),
        draw("agency-access-unreadable", &access_map::unread(true)),
        draw("agency-grantees", &grantees()),
        draw("agency-trouble", &agency_trouble()),
    ]
}
