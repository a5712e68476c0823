//! The guide that can be sent and printed: the agency's ids, the date of the steps, and nothing of the link.

use jiff::SignedDuration;
use serde_json::json;

use super::{HANDLE, add_handle, meta, send, send_with, x_ads};
use crate::app::{NORTHWIND, TestApp};
use crate::browser::{Browser, Page};

/// The file as it comes over the wire.
async fn file(browser: &Browser, path: &str) -> Page {
    let file = browser.get(path).await;
    assert_eq!((file.status, file.headers["content-type"].to_str().ok()), (200, Some("application/pdf")));
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"access-guide.pdf\"");
    assert!(file.html.starts_with("%PDF-"), "no PDF");
    file
}

#[tokio::test]
async fn it_names_the_ids_the_steps_and_their_date_for_every_platform_that_has_steps() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send(&app, vec![meta(), x_ads()]).await;
    let client = app.browser();
    assert!(client.get(&sent.path).await.has("data-testid=\"handout\""));
    let page = client.get(&format!("{}/guide", sent.path)).await;
    assert_eq!(page.status, 200, "{}", page.html);
    for text in [NORTHWIND, HANDLE, "Share the Page with the agency", "Ad manager", "Harbour Bakery"] {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    for id in ["meta", "x-ads"] {
        let facts = app.desk.registry.find(id).expect("known").manifest.guides.last().expect("dated");
        assert!(page.has(&format!("as of {}", facts.from.strftime("%-d %B %Y"))), "{id}");
    }
    file(&client, &format!("{}/guide.pdf", sent.path)).await;
}

/// The agency's file is made without knowing the link, so that files which are the same hold nothing of it.
#[tokio::test]
async fn the_clients_file_is_the_agencys_and_the_same_at_the_same_time() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send(&app, vec![meta(), x_ads()]).await;
    let (client, member) = (app.browser(), app.member(&app.agency).await);
    let page = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has("data-testid=\"handout\""), "{}", page.html);
    let shown = member.get(&format!("/requests/{}/guide", sent.id)).await;
    let token = sent.path.trim_start_matches("/r/");
    assert!(shown.status == 200 && shown.has(NORTHWIND) && !shown.has(token), "{}", shown.html);
    let theirs = file(&client, &format!("{}/guide.pdf", sent.path)).await;
    let ours = file(&member, &format!("/requests/{}/guide.pdf", sent.id)).await;
    assert!(theirs.html == ours.html, "the files differ");
    app.clock.advance(SignedDuration::from_hours(24));
    let later = file(&client, &format!("{}/guide.pdf", sent.path)).await;
    assert!(later.html != ours.html, "the day it was made is in it");
}

/// One of each kind at TikTok: what a call gives, what is done by hand, and what is scanned.
#[tokio::test]
async fn tiktoks_guide_has_the_agencys_id_and_the_date_of_its_steps_in_the_clients_language() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let login = member.press(&member.get("/grantees").await, "grantees-connect-tiktok").await;
    member.press(&member.press(&login, "sim-login-kim").await, "sim-allow").await;
    let asked = ["ad_account", "pixel", "tiktok_account"].map(|of| json!({"type": of, "level": "manage"}));
    let items = json!([{"platform": "tiktok", "assets": asked}]);
    let (sent, _) = send_with(&app, json!({"items": items, "locale": "de"})).await;
    let client = app.browser();
    assert!(client.get(&sent.path).await.has("data-testid=\"handout\""));
    let page = client.get(&format!("{}/guide", sent.path)).await;
    for text in [
        "7109876543210987654",
        "Add a partner",
        "Den Pixel mit der Agentur teilen",
        "Share with partners",
        "nach dem Stand vom",
        "1. März 2026",
    ] {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    let theirs = file(&client, &format!("{}/guide.pdf", sent.path)).await;
    let ours = file(&member, &format!("/requests/{}/guide.pdf", sent.id)).await;
    assert!(theirs.html == ours.html, "one file for both");
}

#[tokio::test]
async fn what_is_done_is_left_out_and_without_steps_there_is_no_guide() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![meta(), x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[1])).await;
    client.send(&guide.form("guided-done-x-ads").set("which", "@HarbourBakery")).await;
    let page = client.get(&format!("{}/guide", sent.path)).await;
    assert!(page.has(NORTHWIND) && !page.has(HANDLE), "{}", page.html);
    let link = client.get(&sent.path).await;
    client.press(&link, "skip-meta").await;
    for path in ["guide", "guide.pdf"] {
        assert_eq!(client.get(&format!("{}/{path}", sent.path)).await.status, 400);
    }
    assert!(!client.get(&sent.path).await.has("data-testid=\"handout\""));
}

#[tokio::test]
async fn a_link_that_is_unknown_cancelled_or_over_answers_as_everywhere() {
    let app = TestApp::start().await;
    let (sent, _) = send(&app, vec![meta()]).await;
    let client = app.browser();
    let unknown = format!("/r/{}", "A".repeat(sent.path.len() - 3));
    for rest in ["", "/guide", "/guide.pdf"] {
        assert_eq!(client.get(&format!("{unknown}{rest}")).await.status, 404, "{rest}");
    }
    let (other, _) = send(&app, vec![meta()]).await;
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", other.id), Some(json!({}))).await;
    app.clock.advance(SignedDuration::from_hours(24 * 400));
    for path in [&other.path, &sent.path] {
        let link = client.get(path).await.status;
        assert!(link >= 400, "{link}");
        for rest in ["guide", "guide.pdf"] {
            assert_eq!(client.get(&format!("{path}/{rest}")).await.status, link, "{rest}");
        }
    }
}

/// Our fonts have no Arabic letters: the page is printed by the browser, which has them.
#[tokio::test]
async fn what_the_file_could_not_show_is_left_to_the_page() {
    let app = TestApp::start().await;
    let body = json!({
        "client": {"name": "مخبز الميناء", "email": "olivia@harbourbakery.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}],
    });
    let (status, sent) = app.api(&app.agency, "POST", "/requests", Some(body)).await;
    assert_eq!(status, 201, "{sent}");
    let path = sent["url"].as_str().expect("text").strip_prefix(&app.base).expect("ours").to_owned();
    let client = app.browser();
    let page = client.get(&format!("{path}/guide")).await;
    assert!(page.has("مخبز الميناء") && !page.has("guide.pdf"), "{}", page.html);
    let instead = client.get(&format!("{path}/guide.pdf")).await;
    assert_eq!((instead.status, instead.path), (200, format!("{path}/guide")));
}
