//! The audit page claims only what it computed, and its download can be checked without us.

use valetkey::app::audit::verify_lines;

use crate::app::{PAGE, TestApp};
use crate::threats::rows;

async fn with_history() -> TestApp {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    app
}

#[tokio::test]
async fn a_whole_chain_is_called_whole_and_a_changed_one_is_named() {
    let app = with_history().await;
    let member = app.member(&app.agency).await;
    let page = member.get("/audit").await;
    assert!(page.has("data-testid=\"whole\"") && page.has("Olivia Reyes approved access to"));
    assert!(member.get("/audit?check=all").await.has("were checked just now"));
    let agency = app.agency.scope.agency().as_str();
    let sql = "UPDATE audit SET actor = 'mem_x' WHERE agency_id = ?1 AND seq = 5";
    rows::change(&app, sql, [agency]);
    let page = member.get("/audit").await;
    assert!(page.has("data-testid=\"broken\"") && page.has("record 5 was changed"), "{}", page.html);
    assert!(!page.has("data-testid=\"whole\""));
    assert!(member.get("/audit?check=all").await.has("record 5 was changed"));
}

#[tokio::test]
async fn pages_and_filters_check_what_they_read() {
    let app = with_history().await;
    let member = app.member(&app.agency).await;
    let early = member.get("/audit?to=4").await;
    assert!(early.has("Records 1 to 4 were checked"), "{}", early.html);
    assert!(early.has("The operator set up Northwind Growth") && early.has("Newer"));
    let access = member.get("/audit?show=access").await;
    assert!(access.has("Asked Meta to give access") && !access.has("made an API key"));
    let people = member.get("/audit?show=people").await;
    assert!(people.has("The operator made an API key") && !people.has("Asked Meta to give access"));
}

#[tokio::test]
async fn the_download_is_verified_line_by_line_and_a_change_is_found() {
    let app = with_history().await;
    let member = app.member(&app.agency).await;
    let log = member.get("/audit/download").await;
    let head = verify_lines(&log.html, &[]).expect("a whole chain");
    assert_eq!(usize::try_from(head.seq).expect("a number"), log.html.lines().count());
    let changed = log.html.replacen("agency.added", "agency.stolen", 1);
    assert!(verify_lines(&changed, &[]).is_err());
    let cut: Vec<_> = log.html.lines().skip(1).collect();
    assert!(verify_lines(&cut.join("\n"), &[]).is_err());
    assert!(verify_lines(&log.html.lines().take(3).collect::<Vec<_>>().join("\n"), &[head]).is_err());
    assert!(verify_lines("", &[]).is_err());
}
