//! States as they change: only to the browser that signed in, only while they change.

#![allow(clippy::disallowed_methods, reason = "it visits the server under test, on this machine only")]

use serde_json::Value;

use super::{meta, send};
use crate::app::{PAGE, Sent, TestApp};
use crate::threats::steps::Steps;

/// Opens the stream in this browser.
async fn open(app: &TestApp, sent: &Sent, cookie: Option<&str>) -> reqwest::Response {
    open_at(&app.base, sent, cookie).await
}

async fn open_at(base: &str, sent: &Sent, cookie: Option<&str>) -> reqwest::Response {
    let url = format!("{base}{}/{}/events", sent.path, sent.item);
    let mut call = reqwest::Client::new().get(url);
    if let Some(cookie) = cookie {
        call = call.header("cookie", format!("valetkey_browser={cookie}"));
    }
    call.send().await.expect("an answer")
}

/// Reads until one more whole event is there: its name and data. None when the stream is over.
async fn next(stream: &mut reqwest::Response, rest: &mut String) -> Option<(String, Value)> {
    loop {
        if let Some((event, after)) = rest.split_once("\n\n") {
            let field =
                |name: &str| event.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().to_owned();
            let found = (field("event: "), serde_json::from_str(&field("data: ")).expect("JSON"));
            *rest = after.to_owned();
            return Some(found);
        }
        let chunk = stream.chunk().await.expect("readable")?;
        rest.push_str(std::str::from_utf8(&chunk).expect("text"));
    }
}

async fn approved(app: &TestApp) -> (Sent, Steps, String) {
    let (sent, _) = send(app, vec![meta()]).await;
    let olivia = Steps::new(app);
    let pick = olivia.to_pick(&sent, "olivia").await;
    let review = olivia.to_review(&pick, &[PAGE]).await;
    olivia.post(&review.form("approve")).await;
    let cookie = olivia.cookie("valetkey_browser").expect("a cookie");
    (sent, olivia, cookie)
}

#[tokio::test]
async fn every_change_is_told_and_then_the_stream_ends() {
    let app = TestApp::start().await;
    let (sent, _, cookie) = approved(&app).await;
    let mut stream = open(&app, &sent, Some(&cookie)).await;
    let kind = stream.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(kind.starts_with("text/event-stream"), "{kind}");
    let mut rest = String::new();
    let (event, first) = next(&mut stream, &mut rest).await.expect("an event");
    assert_eq!((event.as_str(), &first["data"][0]["state"]), ("states", &Value::from("queued")));
    assert_eq!(first["data"][0]["id"], PAGE);
    app.drain().await;
    let mut last = (event, first);
    while let Some(more) = next(&mut stream, &mut rest).await {
        assert_ne!(more.1, last.1, "only changes are told");
        last = more;
    }
    assert_eq!((last.0.as_str(), &last.1["data"][0]["state"]), ("done", &Value::from("active")));
    app.check().await;
}

#[tokio::test]
async fn another_browser_hears_nothing() {
    let app = TestApp::start().await;
    let (sent, _, _) = approved(&app).await;
    assert_eq!(open(&app, &sent, None).await.status(), 403);
    assert_eq!(open(&app, &sent, Some(&"A".repeat(43))).await.status(), 403);
    app.drain().await;
    app.check().await;
}

#[tokio::test]
async fn a_link_has_few_streams_and_gives_their_places_back() {
    let app = TestApp::start().await;
    let (sent, _, cookie) = approved(&app).await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        let mut stream = open(&app, &sent, Some(&cookie)).await;
        next(&mut stream, &mut String::new()).await.expect("an event");
        streams.push(stream);
    }
    assert_eq!(open(&app, &sent, Some(&cookie)).await.status(), 400, "one too many");
    app.drain().await;
    for stream in &mut streams {
        let mut rest = String::new();
        while next(stream, &mut rest).await.is_some() {}
    }
    assert_eq!(open(&app, &sent, Some(&cookie)).await.status(), 200);
    app.check().await;
}

/// T18: a right that ended ends on a stream that is already open.
#[tokio::test]
async fn an_open_stream_ends_when_its_link_is_cancelled() {
    let app = TestApp::start().await;
    let (sent, _, cookie) = approved(&app).await;
    let mut stream = open(&app, &sent, Some(&cookie)).await;
    let mut rest = String::new();
    next(&mut stream, &mut rest).await.expect("an event");
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", sent.id), None).await;
    app.drain().await;
    assert!(next(&mut stream, &mut rest).await.is_none(), "{rest}");
    app.check().await;
}

#[tokio::test]
async fn open_streams_end_when_the_server_stops() {
    let app = TestApp::start().await;
    let (sent, _, cookie) = approved(&app).await;
    let mut stream = open(&app, &sent, Some(&cookie)).await;
    let mut rest = String::new();
    next(&mut stream, &mut rest).await.expect("an event");
    app.desk.streams.close();
    assert!(next(&mut stream, &mut rest).await.is_none());
    assert_eq!(open(&app, &sent, Some(&cookie)).await.status(), 400);
    app.drain().await;
    app.check().await;
}

/// The page is open at one node, and another one does the work.
#[tokio::test]
async fn another_nodes_work_reaches_an_open_page() {
    let app = TestApp::start_on_postgres().await;
    let (sent, _, cookie) = approved(&app).await;
    let desk = app.node().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
    let router = valetkey::server::with_addresses(valetkey::server::router(&desk));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut stream = open_at(&base, &sent, Some(&cookie)).await;
    let mut rest = String::new();
    let (event, first) = next(&mut stream, &mut rest).await.expect("an event");
    assert_eq!((event.as_str(), &first["data"][0]["state"]), ("states", &Value::from("queued")));
    app.drain().await;
    let done = std::time::Instant::now();
    let mut last = (event, first);
    while let Some(more) = next(&mut stream, &mut rest).await {
        last = more;
    }
    assert_eq!((last.0.as_str(), &last.1["data"][0]["state"]), ("done", &Value::from("active")));
    assert!(done.elapsed().as_secs() < 6, "it is told within five seconds: {:?}", done.elapsed());
    app.check().await;
}
