//! T38, T41, T21: guessing at passwords, changing them, ending sessions.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use valetkey::app::members;

use super::bare::{Bare, PASSWORD};
use crate::browser::Browser;
use crate::checker::holds;

const EMAIL: &str = "kim@northwind.test";
const NEW: &str = "seven herons on a cold chimney";

async fn is_in(browser: &Browser) -> bool {
    browser.get("/requests").await.status == 200
}

#[tokio::test]
async fn right_signs_in_and_wrong_says_the_same_for_everybody() {
    let app = Bare::start().await;
    app.set_up().await;
    let browser = app.browser();
    let wrong = app.sign_in(&browser, EMAIL, "not the password").await;
    let nobody = app.sign_in(&browser, "nobody@northwind.test", "not the password").await;
    assert_eq!((wrong.status, nobody.status), (401, 401));
    let masked = |p: &crate::browser::Page| p.html.replace("nobody@", "kim@");
    assert_eq!(masked(&wrong), masked(&nobody));
    assert!(!is_in(&browser).await);
    let home = app.sign_in(&browser, " KIM@Northwind.test ", PASSWORD).await;
    assert_eq!((home.status, home.path.as_str()), (200, "/"));
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn five_wrong_passwords_and_the_account_waits_wherever_they_come_from() {
    let app = Bare::start().await;
    app.set_up().await;
    for n in 1..=5 {
        let page = app.sign_in(&app.browser(), EMAIL, "not the password").await;
        assert_eq!(page.status, 401);
        assert_eq!(page.has("wait 15 minutes"), n == 5, "the fifth one says what comes");
    }
    app.clock.advance(SignedDuration::from_mins(4));
    let late = app.sign_in(&app.browser(), EMAIL, PASSWORD).await;
    assert_eq!(late.status, 429);
    assert!(late.has("Wait 11 minutes, then try again"), "{}", late.html);
    app.clock.advance(SignedDuration::from_mins(11));
    let browser = app.browser();
    assert_eq!(app.sign_in(&browser, EMAIL, PASSWORD).await.status, 200);
    let log = browser.get("/audit").await;
    assert!(log.has("Somebody used up the tries at signing in as Kim Park"), "the agency is told");
}

#[tokio::test]
async fn five_wrong_ones_from_one_address_and_it_waits_whoever_they_were_for() {
    let app = Bare::start().await;
    app.set_up().await;
    for n in 0..5 {
        app.sign_in(&app.browser(), &format!("person{n}@northwind.test"), "not the password").await;
    }
    assert_eq!(app.sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 429);
}

#[tokio::test]
async fn right_ones_never_count() {
    let app = Bare::start().await;
    app.set_up().await;
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(app.sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 200);
        }
        app.sign_in(&app.browser(), EMAIL, "not the password").await;
    }
    assert_eq!(app.sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn guesses_in_parallel_are_never_more_than_five() {
    let app = Bare::start().await;
    app.set_up().await;
    let browser = app.browser();
    let form =
        browser.get("/sign-in").await.form("sign-in-password").set("email", EMAIL).set("password", "x");
    let all: Vec<_> = (0..30)
        .map(|_| {
            let (browser, form) = (browser.clone(), form.clone());
            tokio::spawn(async move { browser.send(&form).await.status })
        })
        .collect();
    let mut compared = 0;
    for one in all {
        compared += i32::from(one.await.expect("an answer") == 401);
    }
    assert_eq!(compared, 5);
}

/// The least of several: what the machine does besides only adds.
async fn least(app: &Bare, email: &str) -> Duration {
    let mut least = Duration::MAX;
    for _ in 0..4 {
        let browser = app.browser();
        let form = browser.get("/sign-in").await.form("sign-in-password");
        let form = form.set("email", email).set("password", "not the password");
        let start = Instant::now();
        assert_eq!(browser.send(&form).await.status, 401);
        least = least.min(start.elapsed());
    }
    app.clock.advance(SignedDuration::from_mins(15));
    least
}

/// A hash cannot take less than this; an answer without one does. How alike the two are is for the benchmarks.
#[tokio::test]
async fn an_unknown_address_costs_a_hash_as_well() {
    let app = Bare::start().await;
    app.set_up().await;
    for email in [EMAIL, "nobody@northwind.test"] {
        let took = least(&app, email).await;
        assert!(took > Duration::from_millis(8), "{email} {took:?}");
    }
}

#[tokio::test]
async fn changing_it_asks_the_present_one_and_ends_every_other_session() {
    let app = Bare::start().await;
    let (here, there) = (app.set_up().await, app.browser());
    app.sign_in(&there, EMAIL, PASSWORD).await;
    assert!(is_in(&there).await);
    let form = here.get("/account").await.form("change-password");
    let refused = here.send(&form.clone().set("present", "not the password").set("new", NEW)).await;
    assert!(refused.status == 422 && refused.has("This is not your present password"));
    let weak = here.send(&form.clone().set("present", PASSWORD).set("new", "northwindgrowth")).await;
    assert!(weak.status == 422 && weak.has("id=\"new-wrong\""));
    assert!(is_in(&there).await, "nothing happened so far");
    let done = here.send(&form.set("present", PASSWORD).set("new", NEW)).await;
    assert!(done.has("Your password was changed") && done.path == "/account");
    assert!(is_in(&here).await && !is_in(&there).await);
    assert_eq!(app.sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 401);
    assert_eq!(app.sign_in(&app.browser(), EMAIL, NEW).await.status, 200);
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_of_them() {
    let app = Bare::start().await;
    let (here, there) = (app.set_up().await, app.browser());
    app.sign_in(&there, EMAIL, PASSWORD).await;
    let form = here.get("/account").await.form("sign-out-everywhere");
    assert_eq!(here.send(&form).await.path, "/sign-in");
    assert!(!is_in(&here).await && !is_in(&there).await);
}

#[tokio::test]
async fn the_operator_resets_an_owner_once_and_the_old_way_in_is_dead() {
    let app = Bare::start().await;
    let session = app.set_up().await;
    let (scope, _) = app.desk.store.list_agencies_as_operator().await.expect("agencies").remove(0);
    let owner = app.desk.store.list_members(&scope).await.expect("members").remove(0);
    let token = members::reset(&app.desk, &scope, &owner).await.expect("reset");
    let address = members::reset_address(&app.desk, &token);
    assert!(!is_in(&session).await, "old sessions end");
    assert_eq!(app.sign_in(&app.browser(), EMAIL, PASSWORD).await.status, 401, "so does the old password");
    let (browser, thief) = (app.browser(), app.browser());
    let (page, copy) = (browser.get(&address).await, thief.get(&address).await);
    let weak = browser.send(&page.form("set-password").set("new", "short")).await;
    assert!(weak.status == 422 && weak.has("at least 12"), "{}", weak.html);
    assert_eq!(browser.send(&page.form("set-password").set("new", NEW)).await.path, "/");
    assert!(is_in(&browser).await);
    let late = thief.send(&copy.form("set-password").set("new", "another one for the thief")).await;
    assert_ne!(late.path, "/", "it works once");
    assert_eq!(app.sign_in(&app.browser(), EMAIL, NEW).await.status, 200);
    let again = members::reset(&app.desk, &scope, &owner).await.expect("reset");
    app.clock.advance(SignedDuration::from_hours(1));
    let old = app.browser().get(&members::reset_address(&app.desk, &again)).await;
    assert!(old.has("This address no longer works"));
}

#[tokio::test]
async fn the_way_back_after_signing_in_is_kept_and_stays_here() {
    let app = Bare::start().await;
    app.set_up().await;
    let browser = app.browser();
    let asked = browser.get("/grantees").await;
    assert_eq!(asked.status, 401);
    let form = asked.form("sign-in-password").set("email", EMAIL).set("password", PASSWORD);
    assert_eq!(browser.send(&form).await.path, "/grantees");
    let evil = browser.get("/sign-in?next=//evil.example/x").await.form("sign-in-password");
    let form = evil.set("email", EMAIL).set("password", PASSWORD).set("next", "//evil.example/x");
    let there = browser.send(&form).await;
    assert_eq!((there.path.as_str(), there.url.host_str()), ("/", Some("localhost")));
}

#[tokio::test]
async fn no_password_is_in_the_database_in_clear() {
    let app = Bare::start().await;
    app.set_up().await;
    for entry in std::fs::read_dir(&app.folder).expect("the folder") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("readable");
        assert!(!holds(&bytes, PASSWORD.as_bytes()));
    }
}
