//! What the agency's pages know of clients who do it by hand, and of those who ask for help.

use crate::app::{PAGE, TestApp};
use crate::browser::Page;
use crate::client::{HANDLE, add_handle, audits, events, meta, send, x_ads};

/// The part of a page that is about this grant.
fn of<'a>(page: &'a Page, hook: &str) -> &'a str {
    let at = page.html.find(&format!("data-testid=\"{hook}\"")).expect("the hook");
    page.html[at..].split("</tbody>").next().expect("its end")
}

#[tokio::test]
async fn what_was_given_by_hand_is_revoked_by_a_person_who_says_so() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    client.send(&guide.form("guided-done-x-ads").set("which", "bakery")).await;
    let path = format!("/requests/{}", sent.id);
    let member = app.member(&app.agency).await;
    let page = member.get(&path).await;
    assert!(page.has("The client said that the steps at X Ads were done"), "{}", page.html);
    assert!(page.has("The client said that access to bakery was given by hand at X Ads"));
    let row = of(&page, "grant-bakery");
    assert!(row.contains("Cannot be checked") && !row.contains("verify-bakery"), "nothing is read: {row}");
    assert!(!page.has("removed-bakery"), "nothing is to be removed yet");
    let id = app.grant_id("bakery").await;
    let mut early = page.form("sign-out");
    early.action = early.action.join(&format!("/grants/{id}/removed")).expect("an address");
    assert_eq!(member.send(&early).await.status, 400, "access that is held is not said to be gone");

    let review = member.get(&format!("/grants/{id}/revoke")).await;
    assert!(review.has("by hand at X Ads (ads.x.com)") && review.has(HANDLE), "{}", review.html);
    assert_eq!(app.words().await["bakery"], "attested", "looking changes nothing");
    let after = member.press(&review, "revoke-confirm").await;
    assert_eq!((after.path.as_str(), app.words().await["bakery"].as_str()), (path.as_str(), "needs_action"));
    let row = of(&after, "grant-bakery");
    assert!(
        row.contains("To be removed by hand") && row.contains(HANDLE) && row.contains("ads.x.com"),
        "{row}"
    );

    let form = after.form("removed-bakery");
    let other = app.member(&app.other_agency).await;
    let foreign = other.get("/account").await.form("sign-out").fields[0].1.clone();
    assert_eq!(other.send(&form.clone().set("csrf", &foreign)).await.status, 404, "T16");
    assert_eq!(app.words().await["bakery"], "needs_action");
    let done = member.send(&form).await;
    member.send(&form).await;
    assert_eq!(app.words().await["bakery"], "revoked");
    assert!(done.has("Said to be removed") && !done.has("data-testid=\"removed-bakery\""), "{}", done.html);
    assert!(done.has("Kim Park said that the access to bakery was removed by hand at X Ads"));
    assert_eq!((audits(&app, "grant.removal_attested"), events(&app, "grant.revoked")), (1, 1));
    app.check().await;
}

#[tokio::test]
async fn access_that_is_read_is_never_said_to_be_gone() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let member = app.member(&app.agency).await;
    let mut form = member.get("/account").await.form("sign-out");
    let id = app.grant_id(PAGE).await;
    form.action = form.action.join(&format!("/grants/{id}/removed")).expect("an address");
    let page = member.send(&form).await;
    assert!(page.status == 400 && page.has("taken away by us"), "{} {}", page.status, page.html);
    assert_eq!(app.words().await[PAGE], "active");
}

#[tokio::test]
async fn whoever_asked_for_help_is_seen_until_the_card_is_done() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (first, first_items) = send(&app, vec![x_ads()]).await;
    let (second, second_items) = send(&app, vec![meta()]).await;
    let client = app.browser();
    for (sent, hook, note) in [(&first, "x-ads", "<b>No such menu</b>"), (&second, "meta", "")] {
        app.later(jiff::SignedDuration::from_mins(5)).await;
        let link = client.get(&sent.path).await;
        let asked = client.send(&link.form(&format!("help-{hook}")).set("note", note)).await;
        assert_eq!(asked.status, 200, "{}", asked.html);
    }
    let member = app.member(&app.agency).await;
    let home = member.get("/").await;
    let at = |id: &str, item: &str| home.html.find(&format!("/requests/{id}#{item}")).expect("a link");
    assert!(at(&second.id, &second_items[0]) < at(&first.id, &first_items[0]), "newest first");
    assert!(home.has("The client asked for help with X Ads") && !home.has("No such menu"));
    let page = member.get(&format!("/requests/{}", first.id)).await;
    assert!(page.has(&format!("id=\"{}\"", first_items[0])) && page.has("data-testid=\"help\""));
    assert!(page.has("No such menu") && !page.has("<b>No such menu"), "{}", page.html);
    let foreign = app.member(&app.other_agency).await.get("/").await;
    assert!(!foreign.has("asked for help"), "another agency’s");

    // Seen to, as far as it was read: what came since still waits.
    let link = client.get(&first.path).await;
    app.later(jiff::SignedDuration::from_mins(1)).await;
    client.send(&link.form("help-x-ads").set("note", "Now where?")).await;
    let hook = format!("helped-{}", first_items[0]);
    let after = member.press(&page, &hook).await;
    assert_eq!(after.path, format!("/requests/{}", first.id));
    assert!(after.has("seen to") && after.has("by <bdi>Kim Park</bdi>"), "{}", after.html);
    assert!(member.get("/").await.has("asked for help with X Ads"), "there is a newer note");
    assert_eq!(audits(&app, "item.help_dealt_with"), 1);
    let done = member.press(&after, &hook).await;
    assert!(!done.has(&hook) && done.has("Kim Park saw to the help that was asked for with X Ads"));
    let home = member.get("/").await;
    let listed = home.html.split("<section class=\"block\" aria-labelledby=\"funnel\"").next().expect("it");
    assert!(!listed.contains("asked for help with X Ads"), "{listed}");
    member.press(&page, &hook).await;
    assert_eq!(audits(&app, "item.help_dealt_with"), 2, "pressed again is pressed once");
    let foreign = app.member(&app.other_agency).await;
    let token = foreign.get("/account").await.form("sign-out").fields[0].1.clone();
    assert_eq!(foreign.send(&page.form(&hook).set("csrf", &token)).await.status, 404, "T16");

    let guide = client.get(&format!("{}/{}/guide", first.path, first_items[0])).await;
    client.send(&guide.form("guided-done-x-ads").set("which", "bakery")).await;
    member.press(&member.get(&format!("/requests/{}", second.id)).await, "cancel").await;
    let home = member.get("/").await;
    let listed = home.html.split("<section class=\"block\" aria-labelledby=\"funnel\"").next().expect("it");
    assert!(!listed.contains("asked for help"), "one is done, the other is cancelled: {listed}");
}

#[tokio::test]
async fn the_preview_shows_the_steps_where_the_client_gets_steps() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send(&app, vec![x_ads(), meta()]).await;
    let member = app.member(&app.agency).await;
    let page = member.get(&format!("/requests/{}/preview", sent.id)).await;
    assert!(page.has("data-testid=\"guide-x-ads\"") && !page.has("connect-x-ads"), "{}", page.html);
    assert!(page.has("X Ads lets nobody do this for you") && page.has("data-testid=\"connect-meta\""));
    assert!(!page.has("Meta lets nobody"));
}

#[tokio::test]
async fn the_agencys_own_people_are_chosen_on_the_page() {
    let app = TestApp::start().await;
    let ids = crate::staff::ids(&app, &app.agency).await;
    let ravi = &ids[crate::staff::RAVI];
    let member = app.member(&app.agency).await;
    let page = member.get("/requests/new").await;
    assert!(page.has(&format!("data-testid=\"person-{ravi}\"")), "{}", page.html);
    assert!(!page.has(&format!("<option value=\"{ravi}\"")), "nobody’s client gives it to a person");
    let form = page.form("send").set("name", "Harbour Bakery").set("email", "o@harbourbakery.example");
    let form = form.set("level.meta.page", "manage").set("grantee.meta", &ids[crate::app::NORTHWIND]);
    let sent = member.send(&form.add("person.meta", ravi)).await;
    assert!(sent.path.ends_with("/link"), "{}", sent.html);
    let (_, requests) = app.api(&app.agency, "GET", "/requests", None).await;
    let id = requests["data"][0]["id"].as_str().expect("an id").to_owned();
    let page = member.get(&format!("/requests/{id}")).await;
    assert!(page.has("and then to <bdi>Ravi Nair</bdi>"), "{}", page.html);
    let again = member.get(&format!("/requests/new?again={id}")).await;
    let tag = again.html.split("<input").find(|t| t.contains(&format!("person-{ravi}"))).expect("the box");
    assert!(tag.split('>').next().expect("a tag").contains(" checked"), "{tag}");
    let wrong = member.get("/requests/new").await.form("send").set("name", "A").set("email", "a@b.example");
    let wrong = wrong.set("level.meta.page", "view").add("person.meta", "gte_0");
    let refused = member.send(&wrong).await;
    assert!(refused.status == 422 && refused.has("obody of yours"), "{}", refused.html);
}
