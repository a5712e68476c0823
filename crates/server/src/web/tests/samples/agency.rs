//! The agency's pages.

use valetkey_agency_pages::view::audit::Chip;
use valetkey_agency_pages::view::compose;
use valetkey_agency_pages::view::entry::{SignIn, Ticket};
use valetkey_agency_pages::view::home::{Happened, Home, Stage};
use valetkey_agency_pages::view::{
    Attention, Event, GrantRow, GranteePlatform, GranteeRow, Grantees, HelpNote, Item, MailRow, Rail,
    Request, RequestRow, Requests, Revoke, Trouble, Typing,
};
use valetkey_pages::view::{Advice, Badge, GranteeMark, Tone};

use super::{ARABIC, GERMAN, HOSTILE, active, advice, badge, frame, grantee, person, when};

pub fn rail(section: &'static str) -> Rail {
    Rail { member: "Kim Larsen".into(), role: "owner".into(), section, works: true, governs: true }
}

pub fn sign_in(action: Option<&str>) -> SignIn {
    SignIn {
        frame: frame("Sign in"),
        ticket: action.map(|a| Ticket { action: a.into(), member: Some("Kim Larsen".into()) }),
        notice: action.is_none().then(|| "This one-time address was used already.".into()),
        problem: None,
        email: HOSTILE.into(),
        next: "/requests".into(),
    }
}

pub fn request_rows(count: usize) -> Vec<RequestRow> {
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

pub fn requests(count: usize) -> Requests {
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

pub fn home(count: usize) -> Home {
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

pub fn request() -> Request {
    let grant = |asset: &str, id: &str, badge: Badge, advice| GrantRow {
        id: format!("grt_{id}"),
        person: None,
        is_connected: false,
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
        connects: vec![HOSTILE.into()],
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
                is_connected: true,
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
        connects: Vec::new(),
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
        mails: vec![mail("refused", Tone::Stop, Some(HOSTILE)), mail("sent", Tone::Done, None)],
        mail_link: Some(("/requests/req_1/mail".into(), "olivia@harbourbakery.example".into())),
        notice: Some("Checked again: both sides agree.".into()),
        cancel: Some("/requests/req_1/cancel".into()),
    }
}

pub fn revoke(problem: Option<Advice>) -> Revoke {
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

pub fn grantees() -> Grantees {
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

pub fn trouble() -> Trouble {
    Trouble {
        frame: frame("Not found"),
        headline: "There is no such request".into(),
        sentence: "It may belong to another agency, or its address was cut short.".into(),
        button: Some(("See all requests".into(), "/requests".into())),
        details: "2026-11-22T22:10:00Z 0199f3a1".into(),
    }
}

fn mail(word: &str, tone: Tone, why: Option<&str>) -> MailRow {
    MailRow {
        kind: "receipt",
        what: "Receipt",
        to: Some("olivia@harbourbakery.example".into()),
        badge: badge(word, word, tone),
        at: when("2 hours ago"),
        why: why.map(str::to_owned),
        next: None,
        again: why.map(|_| "/requests/req_1/mail/mai_1/again".into()),
    }
}
