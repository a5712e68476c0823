//! "What will you do for this client?": the form is filled in with the least, and what changes is said.

use crate::app::TestApp;
use crate::browser::{Browser, Form, Page};

/// The new page's form with these tasks ticked at these platforms, on its way to the proposal.
async fn asked(member: &Browser, ticked: &[(&str, &str)]) -> Form {
    let mut form = form(&member.get("/requests/new").await);
    form.fields.extend(ticked.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    form.action = form.action.join("/requests/new/propose").expect("an address");
    form
}

/// The page's form as a browser sends it: of its radio buttons those that are on.
fn form(page: &Page) -> Form {
    let mut form = page.form("send");
    form.fields.retain(|(name, _)| !name.starts_with("level."));
    form.fields.extend(levels(page));
    form
}

/// What the form on the page asks for.
fn levels(page: &Page) -> Vec<(String, String)> {
    let radios = page.html.split("<input type=\"radio\" name=\"").skip(1);
    let on = radios.filter_map(|rest| rest.split_once('>').filter(|(tag, _)| tag.contains(" checked")));
    let read = on.map(|(tag, _)| {
        let mut parts = tag.split('"');
        let name = parts.next().expect("a name").to_owned();
        (name, parts.nth(1).expect("a value").to_owned())
    });
    read.filter(|(_, value)| !value.is_empty()).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(a, b)| (format!("level.{a}"), (*b).to_owned())).collect()
}

#[tokio::test]
async fn the_form_is_filled_in_with_the_least_and_sent_as_it_stands() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = member.send(&asked(&member, &[("doing", "report-ads"), ("where", "meta")]).await).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(levels(&page), pairs(&[("meta.ad_account", "view")]));
    assert!(page.has("Changed in the form; before: not asked"), "{}", page.html);
    assert!(page.has("See campaigns and their results.") && page.has("Nothing is sent yet"));
    let form = form(&page).set("name", "Harbour Bakery").set("email", "olivia@harbourbakery.example");
    let sent = member.send(&form).await;
    assert!(sent.path.ends_with("/link"), "{} {}", sent.status, sent.html);
    let (_, requests) = app.api(&app.agency, "GET", "/requests", None).await;
    let assets = &requests["data"][0]["items"][0]["assets"];
    assert_eq!(assets.as_array().map(Vec::len), Some(1), "{assets}");
    assert_eq!((assets[0]["type"].as_str(), assets[0]["level"].as_str()), (Some("ad_account"), Some("view")));
}

#[tokio::test]
async fn what_changes_in_the_form_is_said_and_other_platforms_stay_as_they_were() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let form = asked(&member, &[("doing", "report-posts"), ("where", "meta")]).await;
    let form =
        form.set("level.meta.page", "full").set("level.meta.ad_account", "manage").set("message", "Hi");
    let page = member.send(&form).await;
    assert_eq!(levels(&page), pairs(&[("meta.page", "view")]));
    assert!(page.has("Changed in the form; before: Full"), "{}", page.html);
    assert!(page.has("Taken out of the form") && page.has("Ad account, manage"), "{}", page.html);
    assert!(page.has(">Hi</textarea>"), "what was typed stays");
}

/// Ads on Instagram without an ad account are of no use: whoever takes it out again is told.
#[tokio::test]
async fn what_is_missing_is_said() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = member.send(&asked(&member, &[("doing", "instagram-ads"), ("where", "meta")]).await).await;
    assert_eq!(levels(&page), pairs(&[("meta.page", "manage"), ("meta.ad_account", "manage")]));
    assert!(page.has("comes with the Page"), "{}", page.html);
    // Sent without a client, so the page comes back.
    let without = form(&page).without("level.meta.ad_account").set("level.meta.page", "full");
    let again = member.send(&without).await;
    assert_eq!(again.status, 422);
    assert!(again.has("Too little: the form asks for none of it"), "{}", again.html);
    assert!(again.has("More than you need: the form asks for Full"), "{}", again.html);
}

#[tokio::test]
async fn nothing_is_filled_in_where_nobody_receives_or_nothing_fits() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let ticked = [("doing", "report-ads"), ("where", "x-ads"), ("where", "github")];
    let page = member.send(&asked(&member, &ticked).await).await;
    assert_eq!(levels(&page), []);
    assert!(page.has("nobody of yours can receive access at X Ads yet"), "{}", page.html);
    assert!(page.has("Nothing that you ticked is done at GitHub"), "{}", page.html);
    // What no level includes is explained, and what was chosen by hand stays.
    let form = asked(&member, &[("doing", "billing"), ("where", "meta")]).await;
    let page = member.send(&form.set("level.meta.page", "view")).await;
    assert!(page.has("needs besides, and cannot be asked for here"), "{}", page.html);
    assert_eq!(levels(&page), pairs(&[("meta.page", "view")]));
    assert!(page.has("Finance rights") && page.has("nothing that you ticked needs it"), "{}", page.html);
}

#[tokio::test]
async fn an_unfinished_answer_gets_a_sentence() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    for (ticked, said) in [
        (&[][..], "Tick what you will do for this client."),
        (&[("doing", "run-ads")][..], "Tick at which platforms you will do it."),
    ] {
        let page = member.send(&asked(&member, ticked).await).await;
        assert!(page.status == 422 && page.has(said), "{} {}", page.status, page.html);
    }
}

/// Every task of every platform has a name, and no two of them read alike.
#[tokio::test]
async fn every_task_is_on_the_page_under_a_name_of_its_own() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = member.get("/requests/new").await;
    for platform in app.desk.registry.iter() {
        for task in &platform.manifest.tasks {
            assert!(page.has(&format!("data-testid=\"task-{}\"", task.id)), "{}", task.id);
            assert!(!page.has(&format!("<span>task-{}", task.id)), "{} has no name", task.id);
        }
    }
}
