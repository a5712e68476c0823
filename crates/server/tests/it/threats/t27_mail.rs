//! T27: mail header injection, and using us to send spam.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::json;
use valetkey::app::mails::{self, Draft, Kind, MOST_A_DAY};
use valetkey::engine;
use valetkey::ids::ClientId;
use valetkey::mail::Mailer;
use valetkey_sdk::point;

use crate::app::{PAGE, TestApp};
use crate::mail::server::{MailServer, Mood};
use crate::mail::{caught, standing};

/// Everything that could begin a second header, or end the head.
const BREAKS: [&str; 7] = [
    "\r\nBcc: all@victim.test",
    "\nBcc: all@victim.test",
    "\rBcc: all@victim.test",
    "\r\n\r\n<p>spam",
    "\u{2028}Bcc: all@victim.test",
    "\0Bcc: all@victim.test",
    "%0d%0aBcc: all@victim.test",
];

#[tokio::test]
async fn no_field_takes_what_would_break_a_header_and_a_mail_has_exactly_the_expected_ones() {
    let server = MailServer::start(Mood::Takes).await;
    let app = TestApp::start_mailing(server.mailer()).await;
    for text in BREAKS {
        for (name, email) in [
            ("Harbour Bakery".to_owned(), format!("olivia@harbourbakery.example{text}")),
            ("Harbour Bakery".to_owned(), format!("olivia{text}@harbourbakery.example")),
            (format!("Harbour Bakery{text}"), "olivia@harbourbakery.example".to_owned()),
        ] {
            let body = json!({"name": name, "email": email});
            let (status, _) = app.api(&app.agency, "POST", "/clients", Some(body)).await;
            // Percent signs are letters like others in a name.
            let is_plain = text.starts_with('%') && name.contains('%');
            assert_eq!(status, if is_plain { 201 } else { 422 }, "{name:?} {email:?}");
        }
    }
    let body = json!({
        "client": {"name": "Bäckerei am Hafen %0d%0aBcc: x", "email": "info@bäckerei.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
        "message": "Cheap pills\r\nBcc: all@victim.test",
    });
    let sent = app.send_body(body).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let taken = server.taken();
    let [(to, mail)] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!(to, "RCPT TO:<info@xn--bckerei-5wa.example>");
    let (head, body) = mail.split_once("\n\n").expect("a head");
    let lines = head.lines().filter(|l| !l.starts_with([' ', '\t']));
    let names: BTreeSet<_> =
        lines.map(|l| l.split_once(':').expect("a header").0.to_ascii_lowercase()).collect();
    let expected =
        ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
    assert_eq!(names, expected.iter().map(|n| (*n).to_owned()).collect());
    assert!(head.contains("From: Access <access@server.test>"), "{head}");
    assert!(!body.contains("pills") && !mail.contains("Bcc: all"), "{mail}");
}

/// The last of an agency's day is taken on whichever of two nodes; the rest waits for tomorrow.
#[tokio::test]
async fn an_agency_sends_so_many_a_day_over_all_nodes_and_the_rest_goes_out_tomorrow() {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    let client = ClientId::from_text(request["client"]["id"].as_str().expect("an id"));
    let id = valetkey::ids::RequestId::from_text(&sent.id);
    let letter = |once: String| {
        let (client, request) = (&client, Some(&id));
        let give_up_at = i64::MAX;
        Draft { kind: Kind::Request, client, request, once: &once, locale: None, give_up_at }.fresh(&app.desk)
    };
    let more = 6;
    let all = (0..MOST_A_DAY + more).map(|n| mails::post(&app.desk, letter(n.to_string()))).collect();
    app.desk.store.commit(point!("many"), &app.agency.scope, all).await.expect("written");
    let other = app.beside().await;
    let (one, two) = tokio::join!(engine::drain(&app.desk), engine::drain(&other));
    one.and(two).expect("the store answers");
    let count = |state: &str| standing(&app).iter().filter(|(_, s, _)| s == state).count() as i64;
    assert_eq!((count("sent"), count("waiting")), (MOST_A_DAY, more));
    assert_eq!(caught(&app).len() as i64, MOST_A_DAY);
    // The page of the request shows the newest only, and this says it for those that wait, whichever they are.
    let told = "SELECT COUNT(*) FROM mail WHERE state = 'waiting' AND why LIKE '%as much as it may today%'";
    assert_eq!(app.database.look().query_row(told, [], |r| r.get(0)), Ok(more));
    app.later(SignedDuration::from_hours(12)).await;
    assert_eq!(count("sent"), MOST_A_DAY + more);
}
