//! Who has access to what of a client's Business Center, without naming anybody.

use super::*;

const TIDEWATER: &str = "7109900000000000044";

#[tokio::test]
async fn partners_members_and_invitations_are_listed_with_their_roles() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    assert_eq!(desk.all("ad_account", SECOND).await, [format!("business_center {TIDEWATER} ANALYST")]);
    assert_eq!(desk.all("catalog", CATALOG).await, Vec::<String>::new());
    desk.act("olivia", "share", json!({"asset": ACCOUNT, "principal": TIDEWATER, "role": ["ADMIN"]}));
    let noah = "member noah@harbourbakery.example OPERATOR".to_owned();
    let tidewater = format!("business_center {TIDEWATER} ADMIN");
    assert_eq!(desk.all("ad_account", ACCOUNT).await, [tidewater, noah.clone()]);
    desk.act("olivia", "remove", json!({"asset": ACCOUNT, "principal": TIDEWATER}));
    assert_eq!(desk.all("ad_account", ACCOUNT).await, [noah]);
    desk.grant(&to_kim("business_center", BAKERY, Level::Manage, "STANDARD"), None).await.expect("invited");
    assert_eq!(
        desk.all("business_center", BAKERY).await,
        [
            format!("business_center {TIDEWATER} PARTNER"),
            "member noah@harbourbakery.example STANDARD".to_owned(),
            "member olivia@harbourbakery.example ADMIN+FINANCE_MANAGER".to_owned(),
            format!("member {EMAIL} STANDARD pending"),
        ]
    );
}

/// Only an Admin is told; and what a partner may do with a pixel is told to nobody.
#[tokio::test]
async fn who_is_no_admin_is_refused_and_what_has_no_roles_is_not_listed() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let read = async |of: &str, id: &str| {
        let on = to_agency(of, id, Level::View, "ANALYST").on;
        let read = desk.0.connector().entitlements(&desk.0.cx(), Side::Client, &on, None, Cursor(None)).await;
        read.map(|page| page.items.len()).map_err(|e| e.kind)
    };
    assert_eq!(read("pixel", PIXEL).await, Err(ErrorKind::Unsupported));
    change_world(&sims, |world| world["centers"][BAKERY]["members"]["olivia"]["role"] = json!("STANDARD"));
    for (of, id) in [("ad_account", ACCOUNT), ("business_center", BAKERY)] {
        assert!(matches!(read(of, id).await, Err(ErrorKind::Rejected(_))), "{of}");
    }
}
