//! T39: a secret appears in a log line, whatever goes wrong.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde_json::{Value, json};
use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use valetkey::app::agencies;
use valetkey::mail::Mailer;

use crate::app::{PAGE, TestApp};
use crate::mail;
use crate::threats::steps::{Steps, parameter, with_parameter};

/// With a single subscriber in the process, `tracing` asks the thread that meets a line first whether anybody
/// wants it, once for all threads. A second one that nobody writes to makes it ask everybody.
static SECOND: LazyLock<Dispatch> =
    LazyLock::new(|| Dispatch::new(tracing_subscriber::fmt().with_max_level(LevelFilter::OFF).finish()));

/// Everything that was written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Captures this thread's lines, down to the finest, of every crate of ours.
    fn start(&self) -> tracing::subscriber::DefaultGuard {
        LazyLock::force(&SECOND);
        let log = self.clone();
        let lines = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("valetkey=trace,valetkey_sdk=trace,valetkey_connectors=trace"))
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || log.clone())
            .finish();
        tracing::subscriber::set_default(lines)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

/// What this test itself holds of ours.
#[derive(Default)]
struct Ours(Vec<(&'static str, String)>);

impl Ours {
    fn add(&mut self, kind: &'static str, value: impl Into<String>) {
        self.0.push((kind, value.into()));
    }

    fn of_browser(&mut self, browser: &Steps) {
        for name in ["valetkey_browser", "valetkey_session"] {
            self.0.extend(browser.cookie(name).map(|value| (name, value)));
        }
    }
}

async fn is_clean(app: &TestApp, log: &Log, ours: &Ours) {
    let text = log.text();
    let issued = app.sim("GET", "/_sim/secrets", Value::Null).await;
    let issued = issued["data"].as_array().expect("a list").iter();
    let issued =
        issued.map(|s| (s["kind"].as_str().expect("text"), s["value"].as_str().expect("text").to_owned()));
    let all: Vec<_> = issued.chain(ours.0.iter().cloned()).collect();
    assert!(all.len() > ours.0.len());
    for (kind, value) in all {
        let line = text.lines().find(|line| line.contains(&value));
        assert_eq!(line, None, "a {kind} is in the log");
    }
}

/// A sign-in with this fault at the platform; what the browser got, and the callback it brought.
async fn sign_in_with(app: &TestApp, ours: &mut Ours, faults: Value) {
    let sent = app.send_request().await;
    let browser = Steps::new(app);
    let callback = browser.to_callback(&sent, "olivia").await;
    app.faults(faults).await;
    browser.get(callback.as_str()).await;
    browser.get(&sent.path).await;
    browser.get(with_parameter(&callback, "state", "x").as_str()).await;
    app.faults(json!([])).await;
    ours.add("link token", sent.path.trim_start_matches("/r/"));
    ours.add("state", parameter(&callback, "state"));
    ours.add("code", parameter(&callback, "code"));
    ours.of_browser(&browser);
}

#[tokio::test]
#[should_panic(expected = "a API key is in the log")]
async fn a_secret_in_the_finest_line_would_be_noticed() {
    let (log, mut ours) = (Log::default(), Ours::default());
    let _capture = log.start();
    let app = TestApp::start().await;
    ours.add("API key", app.agency.api_key.expose());
    tracing::trace!(target: "valetkey::api", key = app.agency.api_key.expose(), "a leak");
    is_clean(&app, &log, &ours).await;
}

#[tokio::test]
async fn the_whole_flow_logs_no_secret() {
    let (log, mut ours) = (Log::default(), Ours::default());
    let _capture = log.start();
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (browser, member) = (Steps::new(&app), Steps::new(&app));
    let pick = browser.to_pick(&sent, "olivia").await;
    let review = browser.to_review(&pick, &[PAGE]).await;
    browser.post(&review.form("approve")).await;
    app.drain().await;
    let ticket = agencies::ticket(&app.desk, &app.agency.scope, &app.agency.owner).await.expect("a ticket");
    member.sign_in(&agencies::sign_in_address(&app.desk, &ticket)).await;
    member.get(&format!("/requests/{}", sent.id)).await;
    app.api(&app.agency, "POST", &format!("/grants/{}/revoke", app.grant_id(PAGE).await), None).await;
    app.drain().await;
    ours.of_browser(&browser);
    ours.of_browser(&member);
    ours.add("ticket", ticket.expose());
    ours.add("link token", sent.path.trim_start_matches("/r/"));
    ours.add("API key", app.agency.api_key.expose());
    ours.add("other API key", app.other_agency.api_key.expose());
    for form in [pick.form("review"), review.form("approve")] {
        ours.0.extend(
            form.fields.into_iter().filter(|(n, _)| n == "csrf").map(|(_, value)| ("form token", value)),
        );
    }
    assert!(log.text().contains("platform call"), "the capture works");
    is_clean(&app, &log, &ours).await;
    app.check().await;
}

#[tokio::test]
async fn a_sign_in_that_fails_in_any_way_logs_no_secret() {
    let (log, mut ours) = (Log::default(), Ours::default());
    let _capture = log.start();
    let app = TestApp::start().await;
    let faults = [
        json!({"kind": "drop_before"}),
        json!({"kind": "drop_after_effect"}),
        json!({"kind": "truncate"}),
        json!({"kind": "html"}),
        json!({"kind": "wrong_type"}),
        json!({"kind": "rate_limit", "retry_after_s": 60}),
        json!({"kind": "status", "code": 500}),
        json!({"kind": "status", "code": 400, "body": {"error": {"message": "no", "code": 100}}}),
    ];
    for fault in faults {
        for path in ["/v26.0/oauth/access_token", "/v26.0/me", "/v26.0/me/permissions"] {
            let mut fault = fault.clone();
            fault["host"] = json!("graph.facebook.com");
            fault["path"] = json!(path);
            sign_in_with(&app, &mut ours, json!([fault])).await;
        }
    }
    assert!(log.text().contains("did not come through"), "the errors were logged");
    is_clean(&app, &log, &ours).await;
    app.check().await;
}

#[tokio::test]
async fn work_that_fails_in_any_way_logs_no_secret() {
    let (log, mut ours) = (Log::default(), Ours::default());
    let _capture = log.start();
    let app = TestApp::start().await;
    for kind in ["drop_before", "drop_after_effect", "truncate", "html", "wrong_type"] {
        let sent = app.send_request().await;
        app.browser().give(&sent, "olivia", &[PAGE]).await;
        app.faults(json!([{"host": "graph.facebook.com", "kind": kind, "times": 40}])).await;
        app.drain().await;
        app.nights(1).await;
        app.faults(json!([])).await;
        app.nights(1).await;
        ours.add("link token", sent.path.trim_start_matches("/r/"));
    }
    // A row that cannot be opened, and answers that name what was asked for.
    crate::threats::rows::change(&app, "UPDATE connection SET credential = x'01'", []);
    crate::threats::rows::change(&app, "UPDATE link SET sealed = x'0100000001'", []);
    app.api(&app.agency, "GET", "/requests", None).await;
    app.api(&app.agency, "POST", &format!("/grants/{}/verify", app.grant_id(PAGE).await), None).await;
    app.drain().await;
    let key = format!("{}x", app.agency.api_key.expose());
    app.browser().api("GET", "/grants", &key, None).await;
    ours.add("API key", app.agency.api_key.expose());
    assert!(log.text().contains("a call failed"), "the errors were logged");
    is_clean(&app, &log, &ours).await;
    app.check().await;
}

#[tokio::test]
async fn mail_logs_no_link_and_no_code() {
    let (log, mut ours) = (Log::default(), Ours::default());
    let _capture = log.start();
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let page = mail::access_page(&app, &sent).await;
    let browser = app.browser();
    browser.press(&browser.get(&format!("{page}/code")).await, "send-code").await;
    app.drain().await;
    ours.add("link token", page.trim_start_matches("/a/"));
    for one in mail::caught(&app) {
        let words = one.message.text.split_whitespace();
        let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        words.filter(is_code).for_each(|code| ours.add("code", code));
    }
    assert_eq!((ours.0.len(), mail::caught(&app).len()), (2, 2));
    is_clean(&app, &log, &ours).await;
}
