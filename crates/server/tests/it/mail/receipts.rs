//! A receipt goes to the client when a request is complete, and a link when the agency asks for it.

use jiff::SignedDuration;
use serde_json::json;
use valetkey::app::restore;
use valetkey::mail::Mailer;

use super::{caught, one, server, standing};
use crate::app::{PAGE, TestApp};
use crate::client::{audits, meta, send_with};

#[tokio::test]
async fn a_complete_request_mails_one_receipt_whose_link_leads_to_who_has_access() {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let receipt = one(&app);
    assert_eq!(receipt.message.to.to_string(), "olivia@harbourbakery.example");
    assert_eq!(receipt.message.subject, "What Northwind Growth can reach at Harbour Bakery");
    let text = &receipt.message.text;
    for part in ["Harbour Bakery (Facebook Page): manage, checked at Meta", "Meta, to Northwind Growth"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(
        text.contains("You receive this because") && text.contains("To receive none, ask Northwind Growth"),
        "{text}"
    );
    // Both parts say the same.
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = plain(&receipt.message.html.replace("&#38;", "&"));
    for line in text.lines().map(|l| plain(l.trim_start_matches("- ").trim_end_matches(':'))) {
        assert!(line.len() < 4 || words.contains(&line), "only the text says {line:?}");
    }
    assert_eq!(receipt.links.len(), 1, "one thing to do: {:?}", receipt.links);
    let page = app.browser().get(&receipt.links[0]).await;
    assert!(page.has(&format!("held-{PAGE}")), "{}", page.html);
    let shown = olivia.get(&format!("{}/receipt", sent.path)).await;
    assert!(shown.has("Sent to <bdi>o…@harbourbakery.example</bdi>."), "{}", shown.html);
    let page = app.member(&app.agency).await.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has("data-testid=\"mail-receipt\" data-state=\"sent\""), "{}", page.html);

    // Night after night no second one is written.
    app.nights(2).await;
    assert_eq!(standing(&app), [("receipt".to_owned(), "sent".to_owned(), 1)]);
    assert_eq!((caught(&app).len(), audits(&app, "mail.sent")), (1, 1));
    app.check().await;
}

#[tokio::test]
async fn a_receipt_is_in_the_language_in_which_the_client_approved() {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let (sent, _) = send_with(&app, json!({"items": [meta()], "locale": "de"})).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let message = one(&app).message;
    assert_eq!(message.subject, "Worauf Northwind Growth bei Harbour Bakery zugreifen kann");
    assert!(message.text.contains("Sie erhalten diese Mail, weil"), "{}", message.text);
    assert!(message.html.contains("<html lang=\"de\""), "{}", message.html);
}

#[tokio::test]
async fn where_nothing_was_shared_no_receipt_is_written() {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    let olivia = app.browser();
    olivia.press(&olivia.get(&sent.path).await, "skip-meta").await;
    app.drain().await;
    assert_eq!(standing(&app), [("receipt".to_owned(), "dropped".to_owned(), 0)]);
    assert!(caught(&app).is_empty());
}

#[tokio::test]
async fn the_link_is_mailed_when_the_agency_ticks_it_and_again_when_it_asks() {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let member = app.member(&app.agency).await;
    let form = member.get("/requests/new").await.form("send");
    let form = form.set("name", "Harbour Bakery").set("email", "olivia@harbourbakery.example");
    let form = form.set("level.meta.page", "manage").set("message", "Buy at https://spam.test");
    let sent = member.send(&form.set("by_mail", "yes")).await;
    assert!(sent.has("data-testid=\"mailed\""), "{}", sent.html);
    app.drain().await;
    let mail = one(&app);
    assert_eq!(mail.message.subject, "Northwind Growth asks for access to your accounts");
    assert_eq!(app.browser().get(&mail.links[0]).await.status, 200);
    assert!(!mail.message.text.contains("spam.test"), "what an agency writes is on the page only (T27)");
    let request = member.get(&sent.path.replace("/link", "")).await;
    assert!(request.has("data-testid=\"mail-request\" data-state=\"sent\""), "{}", request.html);
    app.clock.advance(SignedDuration::from_secs(1));
    member.press(&request, "mail-link").await;
    app.clock.advance(SignedDuration::from_secs(1));
    let id = sent.path.split('/').nth(2).expect("an id").to_owned();
    let (status, _) = app.api(&app.agency, "POST", &format!("/requests/{id}/resend"), Some(json!({}))).await;
    assert_eq!(status, 200);
    app.drain().await;
    let all = caught(&app);
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|c| c.links == mail.links), "the link stays the same");
    app.check().await;
}

/// F26: since the backup it may have been sent.
#[tokio::test]
async fn what_waited_in_a_backup_is_not_sent_after_a_restore() {
    let app = TestApp::start_mailing(server::mailer(1)).await;
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(standing(&app), [("receipt".to_owned(), "waiting".to_owned(), 1)]);
    restore::suspend(&app.desk).await.expect("suspended");
    app.nights(1).await;
    assert_eq!(standing(&app), [("receipt".to_owned(), "given_up".to_owned(), 1)]);
    let page = app.member(&app.agency).await.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has("restored from a backup") && page.has("mail-again-receipt"), "{}", page.html);
}

#[tokio::test]
async fn without_a_mail_server_pages_say_so_and_offer_no_mail() {
    let app = TestApp::start().await;
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    let member = app.member(&app.agency).await;
    assert!(member.get("/settings").await.has("No mail is sent from this server"));
    assert!(!member.get("/requests/new").await.has("by-mail"));
    assert!(!member.get(&format!("/requests/{}", sent.id)).await.has("mail-link"));
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(standing(&app), []);
    let page = super::access_page(&app, &sent).await;
    assert!(!app.browser().get(&page).await.has("code-to-revoke"));
    assert_eq!(app.browser().get(&format!("{page}/code")).await.status, 410);
}
