//! T13: somebody is taken for somebody else by name.

use std::process::Command;

use serde::Deserialize;
use serde_json::json;
use valetkey::app::agencies::{self, NewAgency};
use valetkey::app::display_name::DisplayName;
use valetkey::defence::weaken;

use crate::app::TestApp;
use crate::client::send_with;
use crate::face::bare::{Bare, PASSWORD};

#[derive(Deserialize)]
struct Corpus {
    taken: Vec<Names>,
    refused: Vec<Names>,
}

#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    why: String,
    #[serde(default)]
    mixed: bool,
    names: Vec<String>,
}

fn corpus() -> Corpus {
    toml::from_str(include_str!("names.toml")).expect("a corpus")
}

/// Why this cannot be an agency's name beside Northwind Growth and Tidewater Media.
async fn refusal(app: &TestApp, name: &str) -> Option<String> {
    let made = DisplayName::of_agency(&app.desk, name).await.expect("readable");
    made.err().map(|unfit| unfit.sentence())
}

#[tokio::test]
async fn each_name_of_the_corpus_is_taken_or_refused_as_it_says() {
    let app = TestApp::start().await;
    let corpus = corpus();
    let mut tried = 0;
    for name in corpus.taken.iter().flat_map(|set| &set.names) {
        assert_eq!(refusal(&app, name).await, None, "{name:?}");
        tried += 1;
    }
    for set in &corpus.refused {
        for name in &set.names {
            let why = refusal(&app, name).await.unwrap_or_else(|| panic!("{name:?} was taken"));
            let fits = why.to_lowercase().contains(&set.why) || (set.mixed && why.contains("alphabet"));
            assert!(fits, "{name:?}: {why}");
            assert!(why.ends_with('.') && !why.starts_with(char::is_lowercase), "a sentence: {why}");
            tried += 1;
        }
    }
    assert!(tried > 120, "{tried}");
}

#[tokio::test]
async fn without_the_defence_every_one_of_them_would_be_taken() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("honest_names");
    let corpus = corpus();
    let names = corpus.refused.iter().filter(|set| set.why != "give a name").flat_map(|set| &set.names);
    for name in names {
        assert_eq!(refusal(&app, name).await, None, "{name:?}: the test would not notice");
    }
}

#[tokio::test]
async fn one_name_is_kept_in_one_form() {
    let parse = |text: &str| DisplayName::parse(text).expect("a name").into_string();
    assert_eq!(parse(" Cafe\u{301}  Nord "), "Café Nord", "NFC, and one space");
    let long = "é".repeat(200);
    assert_eq!(parse(&long), long);
    assert!(DisplayName::parse(&"e\u{301}".repeat(201)).is_err());
}

#[tokio::test]
async fn set_up_refuses_with_a_sentence_at_the_field_and_makes_nothing() {
    let app = Bare::start().await;
    let (browser, code) = (app.browser(), app.code().await);
    let form = app.filled(&browser, &code).await;
    for (field, name, sentence) in [
        ("agency", "Meta Support", "reads like Meta, so people could take you for them"),
        ("agency", "North\u{200b}wind", "U+200B: it cannot be seen"),
        ("owner", "N\u{43e}ra Lund", "in one alphabet"),
        ("owner", "Support", "says nothing about who you are"),
    ] {
        let page = browser.send(&form.clone().set(field, name)).await;
        assert_eq!(page.status, 422, "{field} {name}");
        assert!(page.has(sentence) && page.has(&format!("id=\"{field}-wrong\"")), "{}", page.html);
    }
    assert_eq!(app.agencies().await, 0);
    assert_eq!(browser.send(&form).await.path, "/", "the code was not spent on it");
}

#[tokio::test]
async fn whoever_joins_whoever_receives_and_whoever_is_asked_is_named_the_same_way() {
    let app = TestApp::start().await;
    let new = |name: &str, owner: &str| NewAgency {
        name: name.into(),
        owner: owner.into(),
        email: "owner@agency.example".into(),
    };
    for (name, owner) in [("Nortʜwind Growth", "Kim"), ("Northw1nd Growth", "Kim"), ("Alder", "Meta Team")] {
        assert!(agencies::add(&app.desk, new(name, owner)).await.is_err(), "{name}, {owner}");
    }
    let post = async |path: &str, body| app.api(&app.agency, "POST", path, Some(body)).await;
    let grantee =
        |label: &str| json!({"platform": "x-ads", "kind": "handle", "external_id": "@nwads", "label": label});
    for label in ["Meta Business Support", "X Ads", "Nоrthwind", "North\u{202e}wind", "Official Ads"] {
        let (status, problem) = post("/grantees", grantee(label)).await;
        assert_eq!((status, &problem["field"]), (422, &json!("label")), "{label}: {problem}");
    }
    let (status, made) = post("/grantees", grantee(" Northwind  Cafe\u{301} ")).await;
    assert_eq!((status, &made["label"]), (201, &json!("Northwind Café")));
    let path = format!("/grantees/{}", made["id"].as_str().expect("an id"));
    let (status, _) = app.api(&app.agency, "PATCH", &path, Some(json!({"label": "Valetkey"}))).await;
    assert_eq!(status, 422);
    // A client may be called what it is called; what cannot be seen is in nobody's name.
    let client = |name: &str| json!({"name": name, "email": "a@b.example"});
    assert_eq!(post("/clients", client("GitHub Fans Club")).await.0, 201);
    assert_eq!(post("/clients", client("Harbour\u{200b} Bakery")).await.0, 422);
    let request = json!({"client": client("H\u{430}rbour"), "items": [crate::client::meta()]});
    assert_eq!(post("/requests", request).await.0, 422);
    app.check().await;
}

#[tokio::test]
async fn an_invitation_is_taken_up_with_a_name_of_ones_own() {
    let app = Bare::start().await;
    let owner = app.set_up().await;
    let form =
        owner.get("/team").await.form("invite").set("email", "lee@northwind.test").set("role", "viewer");
    let made = owner.send(&form).await;
    let at = made.html.find("/invitations/").expect("an address");
    let path = made.html[at..].split('"').next().expect("it ends").to_owned();
    let browser = app.browser();
    let form = browser.get(&path).await.form("join").set("password", PASSWORD);
    let page = browser.send(&form.clone().set("name", "Instagram Help")).await;
    assert!(page.status == 422 && page.has("reads like Instagram"), "{}", page.html);
    assert_eq!(browser.send(&form.set("name", "Lee Ito")).await.path, "/");
}

#[test]
fn the_command_refuses_with_the_same_sentence() {
    let folder = crate::cli::Folder::new("names");
    let config = folder.config("");
    let done = Command::new(env!("CARGO_BIN_EXE_valetkey"))
        .args(["agency", "add", "--config", &config, "--name", "Meta Support", "--owner", "Kim Park"])
        .args(["--email", "kim@northwind.test"])
        .env_clear()
        .output()
        .expect("it runs");
    let said = String::from_utf8(done.stderr).expect("text");
    assert_eq!(done.status.code(), Some(1), "{said}");
    assert!(said.contains("reads like Meta, so people could take you for them"), "{said}");
}

/// What is ours around what they wrote: where the page lives, and the sentence that holds the name.
#[tokio::test]
async fn the_clients_page_says_where_it_lives_and_sets_names_apart() {
    let app = TestApp::start().await;
    let (sent, _) = send_with(&app, json!({"items": [crate::client::meta()]})).await;
    let page = app.browser().get(&sent.path).await;
    let host = app.base.trim_start_matches("http://");
    assert!(page.has(&format!("data-testid=\"host\">asks on {host}</p>")), "{}", page.html);
    assert!(!page.has("verified"), "no domain was verified, so none is said to be");
    let sentence =
        "<h1><bdi>Northwind Growth</bdi> asks <bdi>Harbour Bakery</bdi> for access to 1 account.</h1>";
    assert!(page.has(sentence), "{}", page.html);
}
