//! Who has access to what: read, not read yet, and not readable.

use valetkey_agency_pages::view::access_map::{AccessMap, AccessRow, FindingRow, Linked, Trouble};
use valetkey_pages::view::Tone;

use super::agency::rail;
use super::{ARABIC, Badge, GERMAN, HOSTILE, active, badge, frame, when};

fn linked(name: &str, kind: &str, id: &str) -> Linked {
    Linked { name: name.into(), kind: kind.into(), id: id.into(), href: "/clients/c/access?who=1".into() }
}

fn access_row(who: Linked, roles: &[&str], badge: Badge, from: Option<(&str, &str)>) -> AccessRow {
    AccessRow {
        who,
        account: linked("Harbour Bakery EUR", "Ad account", "act_920000000000001"),
        platform: "Meta".into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        badge,
        from: from.map(|(kind, name)| (kind.to_owned(), name.to_owned())),
        read: when("2 minutes ago"),
        read_by: "client",
        two_factor: Some("Second factor on"),
        until: None,
    }
}

pub fn full() -> AccessMap {
    let rows = vec![
        access_row(
            linked("Northwind Growth", "Business portfolio", "155500000000001"),
            &["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MESSAGING", "MODERATE"],
            active(),
            None,
        ),
        access_row(
            linked(GERMAN, "Business portfolio", "248190375526410"),
            &["ANALYZE"],
            badge("pending", "Second admin’s turn", Tone::Waiting),
            Some(("Facebook Page", ARABIC)),
        ),
        AccessRow {
            until: Some(when("30 June 2027")),
            ..access_row(linked(HOSTILE, "Person", "122103359102288"), &["ANALYZE"], active(), None)
        },
        access_row(linked("kim@northwind.example", "Member", "kim@northwind.example"), &[], active(), None),
    ];
    let finding = |rule: &'static str, label: &str, tone, what: &str| FindingRow {
        rule,
        badge: badge(rule, label, tone),
        what: what.into(),
        act: "Ask the client who this is. If nobody needs it any more, the client can remove it at Meta."
            .into(),
        seen: when("2 minutes ago"),
        asset_href: "/clients/c/access?asset=1".into(),
        who_href: "/clients/c/access?who=1".into(),
    };
    AccessMap {
        frame: frame("Who has access"),
        rail: rail("clients"),
        client: "Harbour Bakery".into(),
        client_href: "/clients/c".into(),
        href: "/clients/c/access".into(),
        works: true,
        bare: false,
        read: Some(when("2 minutes ago")),
        notice: Some("3 accounts read just now. One more could not be read; below is why.".into()),
        findings: vec![
            finding(
                "unknown_partner",
                "Unknown partner",
                Tone::Stop,
                "Tidewater Media (business portfolio 248190375526410) has access to Ad account “Harbour Bakery EUR”: \
                 ANALYZE. It is not one of your grantees, and none of this client’s accounts here lie in it.",
            ),
            finding(
                "over_privileged",
                "More than asked for",
                Tone::YourTurn,
                "Northwind Growth holds MANAGE on Ad account “Harbour Bakery EUR”; asked for was ADVERTISE, ANALYZE.",
            ),
        ],
        findings_elsewhere: 1,
        troubles: vec![
            Trouble {
                state: "unreadable",
                account: "Facebook Page “Harbour Bakery” at Meta".into(),
                says: vec![
                    "Could not be read: Meta did not answer; read again in a few minutes. Tried just now."
                        .into(),
                    "Shown is what was read 3 days ago.".into(),
                ],
            },
            Trouble {
                state: "unread",
                account: "Ad account “@harbourbakery” at X Ads".into(),
                says: vec!["Not read yet.".into()],
            },
        ],
        query: String::new(),
        kept: vec![("asset", "meta:ad_account:act_920000000000001".into())],
        only: Some("Who can do what on Ad account “Harbour Bakery EUR” at Meta".into()),
        found: rows.len(),
        total: 9,
        rows,
        csv: "/clients/c/access.csv".into(),
        json: "/clients/c/access.json".into(),
        happened: Vec::new(),
    }
}

/// Nothing was read: never, or because nothing could be.
pub fn unread(tried: bool) -> AccessMap {
    AccessMap {
        read: None,
        notice: None,
        findings: Vec::new(),
        findings_elsewhere: 0,
        troubles: if tried { full().troubles } else { Vec::new() },
        kept: Vec::new(),
        only: None,
        rows: Vec::new(),
        found: 0,
        total: 0,
        ..full()
    }
}
