//! T40, T41: a server that nobody set up belongs to whoever saw its code, and to nobody else.

use jiff::SignedDuration;

use super::bare::{Bare, PASSWORD};
use crate::checker::holds;

#[tokio::test]
async fn every_agency_page_leads_to_set_up_and_the_code_makes_the_owner() {
    let app = Bare::start().await;
    let code = app.code().await;
    for path in ["/", "/requests", "/clients", "/grantees", "/audit", "/team", "/sign-in", "/account"] {
        let page = app.browser().get(path).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/set-up"), "{path}");
    }
    let browser = app.browser();
    let home = browser.send(&app.filled(&browser, &code).await).await;
    assert_eq!((home.status, home.path.as_str()), (200, "/"));
    assert!(home.has("Northwind Growth") && home.has("Kim Park"));
    let (scope, agency) = app.desk.store.list_agencies_as_operator().await.expect("agencies").remove(0);
    assert_eq!(agency.domain, None, "a domain that nobody verified is shown to no client");
    let claimed = app.desk.store.find_claimed_domain(&scope).await.expect("readable");
    assert_eq!(claimed.as_deref(), Some("northwind.test"));
    let members = app.desk.store.list_members(&scope).await.expect("members");
    assert_eq!((members[0].email.as_str(), members[0].role.as_str()), ("kim@northwind.test", "owner"));
    assert_eq!(app.browser().get("/set-up").await.path, "/sign-in", "that was that");
    assert_eq!(app.sign_in(&app.browser(), "kim@northwind.test", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn the_code_is_kept_as_a_keyed_hash_only_and_typed_as_people_type() {
    let app = Bare::start().await;
    let code = app.code().await;
    assert_eq!((code.len(), code.split('-').count()), (24, 5));
    let plain = code.replace('-', "");
    for entry in std::fs::read_dir(&app.folder).expect("the folder") {
        let bytes = std::fs::read(entry.expect("a file").path()).expect("readable");
        for needle in [code.as_bytes(), plain.as_bytes()] {
            assert!(!holds(&bytes, needle), "the code is on the disk");
        }
    }
    let browser = app.browser();
    let typed = plain.to_lowercase();
    let home = browser.send(&app.filled(&browser, &format!(" {typed} ")).await).await;
    assert_eq!(home.path, "/");
}

#[tokio::test]
async fn a_wrong_code_makes_nothing_and_five_tries_are_all() {
    let app = Bare::start().await;
    let code = app.code().await;
    let browser = app.browser();
    for n in 1..=5 {
        let page = browser.send(&app.filled(&browser, "2222-2222-2222-2222-2222").await).await;
        assert_eq!(page.status, 422, "try {n}");
        assert!(page.has("This is not the code"));
        assert!(page.has("value=\"Northwind Growth\""), "what was typed stays");
        assert!(!page.has(PASSWORD), "but never the password");
    }
    let late = browser.send(&app.filled(&browser, &code).await).await;
    assert_eq!(late.status, 429, "the right code comes too late");
    assert!(late.has("Wait 15 minutes"), "{}", late.html);
    assert_eq!(app.agencies().await, 0);
    app.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(browser.send(&app.filled(&browser, &code).await).await.status, 200);
    assert_eq!(app.agencies().await, 1);
}

#[tokio::test]
async fn tries_in_parallel_are_never_more_than_five() {
    let app = Bare::start().await;
    let code = app.code().await;
    let browser = app.browser();
    let form = app.filled(&browser, "2222-2222-2222-2222-2222").await;
    let all = (0..40).map(|_| {
        let (browser, form) = (browser.clone(), form.clone());
        tokio::spawn(async move { browser.send(&form).await.status })
    });
    let mut answers = Vec::new();
    for one in all.collect::<Vec<_>>() {
        answers.push(one.await.expect("an answer"));
    }
    let count = |status: u16| answers.iter().filter(|s| **s == status).count();
    assert_eq!((count(422), count(429)), (5, 35));
    assert_eq!(browser.send(&form.set("code", &code)).await.status, 429);
}

#[tokio::test]
async fn a_hundred_at_once_with_the_right_code_make_one_owner() {
    let app = Bare::start().await;
    let code = app.code().await;
    let mut forms = Vec::new();
    for n in 0..100 {
        let browser = app.browser();
        let form = app.filled(&browser, &code).await.set("email", &format!("kim{n}@northwind.test"));
        forms.push((browser, form));
    }
    let all: Vec<_> = forms
        .into_iter()
        .map(|(browser, form)| tokio::spawn(async move { browser.send(&form).await.path }))
        .collect();
    let mut owners = 0;
    for one in all {
        owners += i32::from(one.await.expect("an answer") == "/");
    }
    assert_eq!(owners, 1);
    assert_eq!(app.agencies().await, 1);
    let (scope, _) = app.desk.store.list_agencies_as_operator().await.expect("agencies").remove(0);
    assert_eq!(app.desk.store.list_members(&scope).await.expect("members").len(), 1);
}

#[tokio::test]
async fn a_new_start_makes_a_new_code_and_none_once_there_is_an_owner() {
    let app = Bare::start().await;
    let (old, new) = (app.code().await, app.code().await);
    assert_ne!(old, new);
    let browser = app.browser();
    assert_eq!(browser.send(&app.filled(&browser, &old).await).await.status, 422);
    assert_eq!(browser.send(&app.filled(&browser, &new).await).await.path, "/");
    let none = valetkey::app::set_up::new_code(&app.desk).await.expect("the store answers");
    assert!(none.is_none(), "an owner is there");
}

#[tokio::test]
async fn every_field_says_what_is_wrong_with_it_and_costs_no_try() {
    let app = Bare::start().await;
    let code = app.code().await;
    let browser = app.browser();
    let table = [
        ("code", "", "Type the set-up code"),
        ("agency", " ", "Give a name"),
        ("domain", "https://northwind.test/x", "without https://"),
        ("owner", "", "Give a name"),
        ("email", "kim", "Give an e-mail address"),
        ("password", "short", "at least 12 characters"),
        ("password", "Northwind Growth 1", "not your e-mail address"),
        ("password", "kim@northwind.test", "not your e-mail address"),
        ("password", "passwordpassword", "first passwords that anybody tries"),
    ];
    for (field, value, part) in table {
        let page = browser.send(&app.filled(&browser, &code).await.set(field, value)).await;
        assert_eq!(page.status, 422, "{field} {value:?}");
        assert!(page.has(part) && page.has(&format!("id=\"{field}-wrong\"")), "{field}: {}", page.html);
    }
    assert_eq!(app.agencies().await, 0);
    let home = browser.send(&app.filled(&browser, &code).await).await;
    assert_eq!(home.path, "/", "none of them was a try");
}

#[tokio::test]
async fn a_form_from_elsewhere_sets_nothing_up() {
    let app = Bare::start().await;
    let code = app.code().await;
    let browser = app.browser();
    let form = app.filled(&browser, &code).await;
    let other = app.browser();
    assert_eq!(other.send(&form).await.status, 409, "another browser's form token");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    assert_eq!(browser.raw("POST", "/set-up", &headers, "csrf=x").await.status, 403);
    assert_eq!(app.agencies().await, 0);
}
