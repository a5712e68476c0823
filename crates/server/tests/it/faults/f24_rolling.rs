//! F24: servers stop and start one after the other under load, and a start is killed while it makes the tables.

use std::cell::{Cell, RefCell};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use valetkey::server::Server;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};
use crate::cli::{Folder, run};
use crate::database::server::{proxy::Proxy, server};

/// A server of its own on the app's database: where it listens.
async fn start(app: &TestApp) -> (Server, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://127.0.0.1:{}", listener.local_addr().expect("bound").port());
    (Server::start(app.node().await, listener).await.expect("started"), base)
}

/// Adds one client after the other, each time at the next server in the list; who got no answer sends it once more
/// to another one, with the same key.
async fn load(app: &TestApp, servers: &RefCell<Vec<String>>, over: &Cell<bool>, answers: &Cell<u32>) {
    #[expect(clippy::disallowed_methods, reason = "it visits the server under test, on this machine only")]
    let http = reqwest::Client::new();
    while !over.get() {
        let number = answers.get() + 1;
        let body = json!({"name": format!("Client {number}"), "email": format!("c{number}@client.example")});
        let mut answered = None;
        for attempt in 0..2 {
            let base = {
                let servers = servers.borrow();
                servers[(number as usize + attempt) % servers.len()].clone()
            };
            let call = http
                .post(format!("{base}/api/v1/clients"))
                .bearer_auth(app.agency.api_key.expose())
                .header("idempotency-key", format!("key-{number}"));
            match call.json(&body).send().await {
                Ok(answer) => {
                    answered = Some(answer.status().as_u16());
                    break;
                }
                Err(e) => assert!(e.is_connect() || e.is_request(), "{e:?}"),
            }
        }
        assert_eq!(answered, Some(201), "call {number} failed at two servers");
        answers.set(number);
    }
}

#[tokio::test]
async fn f24_servers_that_are_replaced_one_by_one_fail_no_call_and_lose_no_job() {
    let app = TestApp::start_on_postgres().await;
    let (first, one) = start(&app).await;
    let (second, two) = start(&app).await;
    let servers = RefCell::new(vec![one, two]);
    let kept = RefCell::new(Vec::new());
    let (over, answers) = (Cell::new(false), Cell::new(0));
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[ACCOUNT]).await.form("approve");
    let story = async {
        assert_eq!(olivia.send(&approve).await.status, 200);
        for old in [first, second] {
            let (new, base) = start(&app).await;
            // As a load balancer: first the new one, then no more to the old one, which may still be asked.
            servers.borrow_mut().push(base);
            old.stop().await;
            servers.borrow_mut().remove(0);
            kept.borrow_mut().push(new);
            // Each of those that are left has answered.
            let before = answers.get();
            while answers.get() < before + 2 {
                tokio::task::yield_now().await;
            }
        }
        app.after(&format!("grant {ACCOUNT} {NORTHWIND}")).await;
        over.set(true);
    };
    tokio::join!(load(&app, &servers, &over, &answers), story);
    while app.words().await[ACCOUNT] != "active" {
        tokio::task::yield_now().await;
    }
    for server in kept.into_inner() {
        server.stop().await;
    }
    let (_, clients) = app.api(&app.agency, "GET", "/clients?limit=200", None).await;
    let calls = answers.get();
    if calls < 190 {
        // The request's own client is one of them.
        assert_eq!(clients["data"].as_array().map(Vec::len), Some(calls as usize + 1));
    }
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    let parked = app.desk.store.list_jobs_as_operator(true).await.expect("jobs");
    assert!(parked.is_empty(), "{parked:?}");
    app.check().await;
}

/// A start that is killed after so many messages leaves whole steps behind, and the next one takes the rest.
#[test]
fn f24_a_start_that_is_killed_while_it_makes_the_tables_is_finished_by_the_next() {
    let folder = Folder::new("killed-start");
    let config = folder.config("");
    let add = [
        "agency",
        "add",
        "--config",
        &config,
        "--name",
        "Third",
        "--owner",
        "Ada",
        "--email",
        "ada@third.test",
    ];
    let mut killed = 0;
    for messages in (8..).step_by(37) {
        let database = server().database(None);
        let proxy = Proxy::before(&server().socket().expect("a server of our own"));
        let through = [("VALETKEY_DATABASE_URL", proxy.url(database.name()))];
        let mut child = Command::new(env!("CARGO_BIN_EXE_valetkey"))
            .args(add)
            .env_clear()
            .envs(through)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let ended = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break Some(status);
            }
            if proxy.seen() >= messages {
                child.kill().and_then(|()| child.wait()).expect("killed");
                break None;
            }
            std::thread::yield_now();
        };
        let direct: [(&str, &str); 1] = [("VALETKEY_DATABASE_URL", &database.url)];
        let doctor = run(&["doctor", "--config", &config], &direct);
        assert_eq!(doctor.code, 0, "after {messages}: {}{}", doctor.out, doctor.err);
        if let Some(status) = ended {
            assert!(status.success());
            break;
        }
        killed += 1;
        let again = run(&add, &direct);
        // The very last messages come after the commit.
        let done = again.code == 0 || again.err.contains("is here already");
        assert!(done, "after {messages}: {}{}", again.out, again.err);
        assert_eq!(database.sql("SELECT count(*) FROM agency").expect("a count"), "1");
        let doctor = run(&["doctor", "--json", "--config", &config], &direct);
        let all: Value = serde_json::from_str(&doctor.out).expect("JSON");
        assert_eq!(all["ok"], true, "{all}");
    }
    assert!(killed > 3, "{killed}");
}
