//! The operator's commands, run as programs: what they print, and how they end.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out))
    }
}

pub fn run(args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_valetkey"));
    command.args(args).env_clear().envs(variables.iter().copied());
    let done = command.output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Ran { code: done.status.code().expect("it ends"), out: text(done.stdout), err: text(done.stderr) }
}

/// A folder of this test's own, removed at its end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("text").to_owned()
    }

    /// A configuration that works, and what is added to it.
    pub fn config(&self, more: &str) -> String {
        let (config, key) = (self.file("valetkey.toml"), self.file("master.key"));
        if !Path::new(&key).exists() {
            assert_eq!(run(&["key", "new", &key], &[]).code, 0);
        }
        let text = format!(
            "public_url = 'https://access.agency.test'\nmaster_key_file = '{key}'\n\
             database_url = 'sqlite:{}'\n{more}",
            self.file("valetkey.db")
        );
        std::fs::write(&config, text).expect("written");
        config
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn doctor_finds_nothing_wrong_with_good_settings() {
    let folder = Folder::new("good");
    let config = folder.config("[platforms.meta]\nclient_id = '42'\nclient_secret = 'hush-hush'\n");
    let variables = [("VALETKEY_LISTEN", "127.0.0.1:9"), ("VALETKEY_LOG", "warn")];
    let ran = run(&["doctor", "--json", "--config", &config], &variables);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let all = ran.json();
    assert_eq!(all["ok"], true);
    let setting = |key: &str| {
        let found = all["settings"].as_array().expect("a list").iter().find(|s| s["key"] == key);
        found.unwrap_or_else(|| panic!("no {key}: {all}")).clone()
    };
    assert_eq!(setting("public_url")["from"], "file");
    assert_eq!(setting("listen"), json!({"key": "listen", "value": "127.0.0.1:9", "from": "environment"}));
    assert_eq!(setting("allow_egress_override")["from"], "default");
    assert_eq!(
        (&all["platforms"][0]["id"], &all["platforms"][0]["state"]),
        (&json!("meta"), &json!("own_app"))
    );
    let people = run(&["doctor", "--config", &config], &variables);
    assert_eq!(people.code, 0);
    for text in [ran.out, people.out] {
        assert!(!text.contains("hush-hush"), "a secret is shown: {text}");
    }
}

/// Where a platform has steps for people, it works without an app, and where it has nothing else none is asked for.
#[test]
fn doctor_asks_for_an_app_only_where_one_is_of_use() {
    let folder = Folder::new("guided");
    let ran = run(&["doctor", "--json", "--config", &folder.config("")], &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let platforms = ran.json()["platforms"].as_array().expect("a list").clone();
    let of = |id: &str| {
        let found = platforms.iter().find(|p| p["id"] == id).expect("a platform");
        let text = |key: &str| found[key].as_str().expect("text").to_owned();
        (text("state"), text("says"))
    };
    let (state, says) = of("meta");
    assert_eq!(state, "guided_only", "its steps work without an app");
    assert!(says.contains("set platforms.meta.client_id"), "{says}");
    let (state, says) = of("x-ads");
    assert_eq!(state, "guided_only");
    assert!(!says.contains("client_id"), "there is nothing to set: {says}");
    assert_eq!(of("github").0, "not_set_up", "it has no steps");
}

#[test]
fn doctor_says_what_is_wrong_and_what_to_do_and_fails() {
    let folder = Folder::new("wrong");
    let db = folder.file("valetkey.db");
    for (more, what, part) in [
        ("[platforms.meta]\nclient_id = '1'\n", "platforms.meta", "client_secret is not set"),
        (
            "[platforms.myspace]\nclient_id = '1'\nclient_secret = 's'\n",
            "platforms.myspace",
            "not a platform",
        ),
        ("egress_all = 'http://127.0.0.1:1'\n", "settings", "allow_egress_override"),
        ("publik_url = 'x'\n", "configuration", "publik_url"),
    ] {
        let ran = run(&["doctor", "--json", "--config", &folder.config(more)], &[]);
        assert_eq!(ran.code, 1, "{more}: {}", ran.out);
        assert!(ran.err.contains("wrong"), "{}", ran.err);
        let checks = ran.json()["checks"].as_array().expect("a list").clone();
        let bad: Vec<_> = checks.iter().filter(|c| c["ok"] == false).collect();
        assert_eq!((bad.len(), &bad[0]["what"]), (1, &json!(what)), "{more}: {checks:?}");
        assert!(bad[0]["says"].as_str().expect("text").contains(part), "{more}: {}", bad[0]);
    }
    let config = folder.config("");
    for (variable, value, what) in [
        ("VALETKEY_PUBLIC_URL", "http://access.agency.test", "public_url"),
        ("VALETKEY_MASTER_KEY_FILE", "/nowhere/master.key", "master_key_file"),
        ("VALETKEY_DATABASE_URL", "mysql://u:hush@h/d", "database_url"),
    ] {
        let ran = run(&["doctor", "--json", "--config", &config], &[(variable, value)]);
        let checks = ran.json()["checks"].as_array().expect("a list").clone();
        let bad: Vec<_> = checks.iter().filter(|c| c["ok"] == false).map(|c| c["what"].clone()).collect();
        assert_eq!((ran.code, bad), (1, vec![json!(what)]), "{checks:?}");
        assert!(!ran.out.contains("hush"), "{}", ran.out);
    }
    std::fs::write(&db, "this is no database").expect("written");
    let ran = run(&["doctor", "--config", &config], &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("WRONG") && ran.out.contains(&db), "{}", ran.out);
}

/// A variable of the shell's own that happens to begin with our prefix stops the server, so it is named.
#[test]
fn doctor_says_where_an_unknown_setting_can_come_from() {
    let folder = Folder::new("unknown");
    let ran = run(&["doctor", "--config", &folder.config("")], &[("VALETKEY_REPO", "/x")]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("unknown field `repo`"), "{}", ran.out);
    assert!(ran.out.contains("a variable that begins with VALETKEY_"), "{}", ran.out);
}

#[test]
fn doctor_says_what_works_without_an_app() {
    let folder = Folder::new("standing");
    let all = run(&["doctor", "--json", "--config", &folder.config("")], &[]).json();
    let standing = |id: &str| {
        let found = all["platforms"].as_array().expect("a list").iter().find(|p| p["id"] == id);
        let found = found.unwrap_or_else(|| panic!("no {id}: {all}"));
        (found["state"].as_str().expect("text").to_owned(), found["says"].as_str().expect("text").to_owned())
    };
    // Meta has steps by hand for where no app is set up, and does more with one.
    let (state, says) = standing("meta");
    assert!(state == "guided_only" && says.contains("set platforms.meta.client_id"), "{state}: {says}");
    // X Ads knows nothing else: there is no app to set.
    let (state, says) = standing("x-ads");
    assert!(state == "guided_only" && says.contains("nothing has to be set"), "{state}: {says}");
    let (state, says) = standing("github");
    assert!(state == "not_set_up" && says.contains("set platforms.github.client_id"), "{state}: {says}");
}

#[test]
fn doctor_notices_a_key_that_does_not_fit_the_database() {
    let folder = Folder::new("key");
    let config = folder.config("");
    let add = ["agency", "add", "--name", "N", "--owner", "K", "--email", "k@n.test", "--config", &config];
    assert_eq!(run(&add, &[]).code, 0);
    assert_eq!(run(&["doctor", "--config", &config], &[]).code, 0);
    let other = folder.file("other.key");
    assert_eq!(run(&["key", "new", &other], &[]).code, 0);
    let ran = run(&["doctor", "--config", &config], &[("VALETKEY_MASTER_KEY_FILE", &other)]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("is not the key that this database was made with"), "{}", ran.out);
}

#[test]
fn explain_says_cause_and_fix_or_that_it_does_not_know() {
    let ran = run(&["explain", "(#3989) already shared", "--json"], &[]);
    assert_eq!((ran.code, &ran.json()["data"][0]["id"]), (0, &json!("shared-already")));
    assert!(ran.json()["data"][0]["fix"].is_string());
    let people = run(&["explain", "code 190", "--platform", "meta"], &[]);
    assert_eq!(people.code, 0);
    assert!(people.out.contains("What to do:"), "{}", people.out);
    for args in [&["explain", "the moon is full"][..], &["explain", "190", "--platform", "myspace"]] {
        let ran = run(args, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{args:?}");
        assert_eq!(ran.err.lines().count(), 1, "one sentence: {}", ran.err);
    }
}

#[test]
fn every_command_shows_an_example_and_wrong_use_ends_with_2() {
    for command in [
        &["demo"][..],
        &["serve"],
        &["sim"],
        &["platforms"],
        &["explain"],
        &["doctor"],
        &["openapi"],
        &["audit", "verify"],
        &["audit", "head"],
        &["key", "new"],
        &["agency", "add"],
    ] {
        let help = run(&[command, &["--help"]].concat(), &[]);
        assert_eq!(help.code, 0, "{command:?}");
        assert!(
            help.out.contains(&format!("Example: valetkey {}", command.join(" "))),
            "{command:?}: {}",
            help.out
        );
        assert_eq!(run(&[command, &["--no-such-flag"]].concat(), &[]).code, 2, "{command:?}");
    }
    assert_eq!(run(&["explain"], &[]).code, 2, "a message is needed");
}

#[test]
fn platforms_and_the_description_are_printed_as_json() {
    let ran = run(&["platforms", "--json"], &[]);
    assert_eq!((ran.code, &ran.json()["data"][0]["id"]), (0, &json!("meta")));
    assert_eq!(run(&["openapi"], &[]).json()["openapi"], "3.1.0");
}

#[test]
fn the_log_of_a_new_agency_is_verified_against_its_head() {
    let folder = Folder::new("audit");
    let config = folder.config("");
    let in_it = |args: &[&str]| run(&[args, &["--config", &config]].concat(), &[]);
    let added =
        in_it(&["agency", "add", "--name", "Northwind", "--owner", "Kim", "--email", "kim@northwind.test"]);
    assert_eq!(added.code, 0, "{}", added.err);
    let head = in_it(&["audit", "head"]);
    assert_eq!(head.code, 0, "{}", head.err);
    let kept = folder.file("head.json");
    std::fs::write(&kept, &head.out).expect("written");
    let verified = in_it(&["audit", "verify", "--head", &kept, "--json"]);
    assert_eq!((verified.code, &verified.json()["valid"]), (0, &json!(true)), "{}", verified.err);
    let download = folder.file("log.jsonl");
    std::fs::write(&download, "{}\n").expect("written");
    let refused = in_it(&["audit", "verify", "--download", &download]);
    assert!(refused.code == 1 && refused.err.contains("log.jsonl"), "{}", refused.err);
}
