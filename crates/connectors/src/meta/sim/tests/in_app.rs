//! Shared Access inside the Instagram app.

use jiff::SignedDuration;
use serde_json::json;

use super::*;

const INSTAGRAM: &str = "672839102938471";
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Rig {
    /// What the app says; nothing when it is done.
    async fn in_app(&self, person: &str, deed: &str, who: &str, allowed: &[&str]) -> String {
        let more = json!({ "asset": INSTAGRAM, "principal": who, "role": allowed });
        let reply = self.act(person, deed, more).await;
        reply.body["error"].as_str().unwrap_or_default().to_owned()
    }

    async fn invite(&self, who: &str) -> String {
        self.in_app("olivia", "invite_in_app", who, &["content", "messages"]).await
    }

    async fn accept(&self, who: &str) -> String {
        self.in_app(who, "accept_in_app", who, &[]).await
    }
}

/// Public guides to Shared Access, 2026-11.
#[tokio::test]
async fn ig_1_the_login_is_never_shared() {
    let rig = rig().await;
    for wrong in ["login", "settings", "password"] {
        let said = rig.in_app("olivia", "invite_in_app", "kim", &[wrong]).await;
        assert!(said.contains("does not offer"), "{said}");
    }
    assert_eq!(rig.invite("kim").await, "");
    assert_eq!(rig.accept("kim").await, "");
    let lines = ["invite", "accept"].map(|word| format!("{word} {INSTAGRAM} kim content+messages"));
    assert_eq!(rig.ledger().await, lines);
}

#[tokio::test]
async fn ig_2_where_it_is_not_offered_the_app_says_so_and_nothing_else_changes() {
    let rig = rig().await;
    rig.edit_world(|meta| {
        meta["assets"][INSTAGRAM].as_object_mut().expect("an asset").remove("shared_access");
    })
    .await;
    assert_eq!(rig.invite("kim").await, "Shared Access isn\u{2019}t available for this account");
    let olivia = rig.sign_in("olivia").await;
    let by_portfolio = rig.share(&olivia, INSTAGRAM, NORTHWIND, "[\"CONTENT\"]").await;
    assert_eq!(by_portfolio.code(), (0, 0), "the portfolio is another way");
}

#[tokio::test]
async fn ig_3_a_personal_account_may_have_it() {
    let rig = rig().await;
    rig.edit_world(|meta| {
        let account = meta["assets"][INSTAGRAM].as_object_mut().expect("an asset");
        account.insert("personal".into(), json!(true));
        account.remove("portfolio");
    })
    .await;
    assert_eq!(rig.invite("kim").await, "");
}

#[tokio::test]
async fn ig_5_the_fourth_person_is_refused_and_the_tenth_with_meta_verified() {
    for (verified, room) in [(false, 3), (true, 9)] {
        let rig = rig().await;
        rig.edit_world(|meta| {
            meta["assets"][INSTAGRAM]["shared_access"] = json!({ "verified": verified });
        })
        .await;
        let people = ["noah", "mia", "liam", "ada", "zoe", "kim", "ravi", "elena", "sam"];
        for who in people.iter().take(room) {
            assert_eq!(rig.invite(who).await, "", "{who}");
        }
        if let Some(next) = people.get(room) {
            let full = "You\u{2019}ve reached the limit of people you can invite";
            assert_eq!(rig.invite(next).await, full, "number {}", room + 1);
        }
        assert_eq!(rig.in_app("olivia", "change_in_app", "noah", &[]).await, "", "one goes");
        assert_eq!(rig.invite(people.get(room).unwrap_or(&"noah")).await, "", "and one fits");
    }
}

#[tokio::test]
async fn ig_6_an_invitation_lapses_after_seven_days() {
    for (wait, said) in [
        (DAY * 7 - SignedDuration::from_mins(15), ""),
        (DAY * 7, "This invitation has expired"),
        (DAY * 9, "This invitation has expired"),
    ] {
        let rig = rig().await;
        assert_eq!(rig.invite("kim").await, "");
        rig.clock.advance(wait);
        assert_eq!(rig.accept("kim").await, said, "{wait:?}");
        if !said.is_empty() {
            assert_eq!(rig.invite("kim").await, "", "sent again");
            assert_eq!(rig.accept("kim").await, "");
        }
    }
}

#[tokio::test]
async fn ig_8_the_owner_changes_and_ends_it_at_any_time() {
    let rig = rig().await;
    rig.invite("kim").await;
    rig.accept("kim").await;
    assert_eq!(rig.in_app("olivia", "change_in_app", "kim", &["ads"]).await, "");
    assert_eq!(rig.in_app("olivia", "change_in_app", "kim", &[]).await, "");
    rig.invite("ravi").await;
    assert_eq!(rig.in_app("olivia", "change_in_app", "ravi", &[]).await, "", "before they came, too");
    let words: Vec<_> =
        rig.ledger().await.iter().map(|l| l.split(' ').next().unwrap_or("").to_owned()).collect();
    assert_eq!(words, ["invite", "accept", "change", "remove", "invite", "withdraw"]);
}
