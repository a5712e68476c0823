//! The client's pages.

use valetkey_client_pages::view::{
    Access, AccessCode, Ask, Card, CardStep, Choice, Group, GuideTask, Held, Line, Link, Mend, Pick,
    Progress, Receipt, ReceiptSection, Review, ReviewLine, ScanCode, Scanned, Trouble, Ways,
};
use valetkey_pages::page_words;
use valetkey_pages::steps::{Said, StepPiece, Steps};
use valetkey_pages::view::{Advice, Badge, Frame, Logo, Tone};

use super::{ARABIC, GERMAN, HOSTILE, LANG, active, advice, badge, frame, grantee, person, when};

pub fn ask(asset: &'static str, level: &'static str) -> Ask<'static> {
    Ask {
        asset: asset.into(),
        named: Vec::new(),
        level,
        means: &page_words::of(LANG.get()).means_manage,
        can: "Create and edit ads, and see how they do.".into(),
        cannot: "See your payment details, remove you, or change who has access.",
        native_roles: vec!["ADVERTISE".into(), "ANALYZE".into()],
    }
}

pub fn line(asset: &str, id: &str, badge: Badge, advice: Option<Advice>) -> Line {
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

pub fn card(platform: &str, name: &str, badge: Badge, step: CardStep) -> Card<'static> {
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

pub fn open(platform: &str, name: &str) -> Card<'static> {
    let action = format!("/r/token/{platform}/connect");
    card(platform, name, badge("open", "Your turn", Tone::YourTurn), CardStep::Connect { action })
}

pub fn link(cards: Vec<Card<'static>>) -> Link<'static> {
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

pub fn link_open() -> Link<'static> {
    let tiktok = Card { required: false, ..open("tiktok", "TikTok") };
    Link {
        message: Some(
            "Hi Olivia, this is the access we talked about on Tuesday. It takes two minutes.".into(),
        ),
        ..link(vec![open("meta", "Meta"), tiktok])
    }
}

pub fn link_under_way() -> Link<'static> {
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

pub fn link_done() -> Link<'static> {
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

pub fn link_long() -> Link<'static> {
    let mut long = link(vec![open("meta", GERMAN), open("tiktok", ARABIC)]);
    long.client = GERMAN.into();
    long.asked_by = format!("{ARABIC}, {GERMAN}");
    long.message = Some(HOSTILE.into());
    long
}

pub fn choice(index: usize, name: &str, blocked: Option<Advice>) -> Choice {
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

pub fn pick(groups: Vec<Group>, available: usize) -> Pick {
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

pub fn pick_few() -> Pick {
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

pub fn pick_many() -> Pick {
    let groups = (0..4).map(|part| Group {
        heading: format!("Portfolio {}", part + 1),
        options: (part * 50..part * 50 + 50)
            .map(|n| choice(n, &format!("Shop {n} of the group"), None))
            .collect(),
    });
    Pick { problem: Some("Choose at least one account, or go back.".into()), ..pick(groups.collect(), 200) }
}

pub fn pick_empty() -> Pick {
    Pick { empty: vec![advice("Mia Chen has no business portfolio at Meta.")], ..pick(Vec::new(), 0) }
}

pub fn review() -> Review {
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
        lowers: vec!["ADMIN".into()],
        questions: vec![advice("Is the profile public?")],
        connects: vec![person()],
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
        lowers: Vec::new(),
        questions: Vec::new(),
        connects: Vec::new(),
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

pub fn progress(last: Badge, remedy: Option<Advice>, done: usize, finished: bool) -> Progress {
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

pub fn progress_stuck() -> Progress {
    let stuck = badge("needs_action", "Needs you", Tone::Stop);
    progress(
        stuck,
        Some(advice("Meta did not share Harbour Bakery Ads: your role there is partial.")),
        1,
        true,
    )
}

pub fn receipt() -> Receipt {
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
        mailed: Some(("o…@harbourbakery.example".into(), true)),
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

pub fn trouble() -> Trouble {
    Trouble {
        frame: Frame { agency: None, simulated: false, ..frame("This link has expired") },
        headline: "This link has expired".into(),
        sentence: "Ask the person who sent it for a new one. What you shared before is not affected.".into(),
        button: Some(("Ask for a new link".into(), "/r/token/renew".into())),
        details: "2026-11-22T22:10:00Z 0199f3a1".into(),
    }
}

pub fn scanned(code: Option<ScanCode>, problem: Option<String>) -> Scanned {
    let text = |text: &str| vec![StepPiece::Text(text.into())];
    let steps = Steps {
        title: "Let the agency use your account in ads".into(),
        says: vec![Said {
            id: "code-over".into(),
            messages: vec!["This code has expired".into(), HOSTILE.into()],
            advice: advice("The code is too old."),
        }],
        look_up: Some("/doctor?platform=tiktok&message=".into()),
        intro: vec![text("You need the phone.")],
        steps: vec![text("Scan the code."), text("Allow both.")],
        notes: Vec::new(),
    };
    Scanned {
        frame: frame("Allow it"),
        platform: "tiktok".into(),
        platform_name: "TikTok".into(),
        grantee: grantee(true),
        staff: vec!["Kim Park".into(), ARABIC.into()],
        tasks: vec![GuideTask {
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
        there: "/r/token/tiktok/there".into(),
        sign_in: Some("/r/token/tiktok/connect".into()),
        owner: None,
        action: "/r/token/tiktok/scanned".into(),
        terms: "terms".into(),
        back: "/r/token".into(),
        problem,
    }
}

/// As wide as a logo can be, beside the longest name.
pub fn with_logo() -> Link<'static> {
    let mut page = link_open();
    let agency = page.frame.agency.as_mut().expect("an agency");
    agency.name = GERMAN.into();
    agency.logo = Some(Logo { src: "/logo/a.png".into(), width: 144, height: 48 });
    page
}

fn held(name: &str, id: &str, badge: Badge, revoke: bool) -> Held {
    Held {
        id: format!("grt_{id}"),
        platform_name: "Meta".into(),
        line: line(name, id, badge, None),
        checked: Some(when("2 minutes ago")),
        said: None,
        until: Some(when("30 June 2027")),
        revoke: revoke.then(|| "/a/token/grt_1/revoke".into()),
        sign_in: (!revoke).then(|| "/a/token/grt_1/sign-in".into()),
        steps: None,
    }
}

/// Seen by the link alone, or by who may take away what is there.
pub fn access(revoke: bool) -> Access {
    let gone = badge("revoked", "Revoked", Tone::Neutral);
    Access {
        frame: frame("Who has access"),
        client: GERMAN.into(),
        held: vec![
            held(HOSTILE, "104200000000001", active(), revoke),
            held(ARABIC, "act_920000000000001", active(), revoke),
        ],
        over: vec![held("Harbour Bakery", "104200000000009", gone, false)],
        view_until: when("in 12 days"),
        code: Some("/a/token/code".into()),
        locked: !revoke,
        revoke_all: revoke.then(|| "/a/token/revoke".into()),
        all: if revoke { 2 } else { 0 },
        refused: !revoke,
    }
}

pub fn access_code(sent: bool) -> AccessCode {
    AccessCode {
        frame: frame("Code by mail"),
        to: "o…@harbourbakery.example".into(),
        sent,
        send: "/a/token/code".into(),
        enter: "/a/token/code/enter".into(),
        problem: sent.then(|| HOSTILE.into()),
        mailbox: sent.then(|| "http://127.0.0.1:1/mail".into()),
        back: sent.then(|| "/a/token".into()),
    }
}
