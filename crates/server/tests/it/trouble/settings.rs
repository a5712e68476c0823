//! `valetkey serve` with settings that cannot work: each is refused with a sentence that names the setting
//! and says what to do, before anything listens.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A folder of its own, with a good key.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("serve-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        let place = Self(path);
        assert!(place.run(&["key", "new", "master.key"]).status.success());
        place
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_valetkey"));
        command.args(arguments).current_dir(&self.0).env_clear().output().expect("it runs")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("written");
    }

    /// What `serve` says about these settings. It must fail before it says that it serves.
    fn refusal(&self, settings: &str) -> String {
        self.write("valetkey.toml", settings);
        let mut command = Command::new(env!("CARGO_BIN_EXE_valetkey"));
        command.arg("serve").current_dir(&self.0).env_clear();
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let mut line = String::new();
        let stdout = server.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("text");
        if !line.is_empty() {
            server.kill().expect("stopped");
        }
        let ended = server.wait_with_output().expect("it ends");
        if line.is_empty() {
            assert_eq!(ended.status.code(), Some(1), "{settings}");
        }
        line + &String::from_utf8(ended.stderr).expect("text")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const GOOD: &str =
    "public_url = 'http://localhost:1'\nlisten = '127.0.0.1:0'\nmaster_key_file = 'master.key'\n";

/// Settings, the setting that the sentence names, and what to do.
fn table() -> Vec<(String, &'static str, &'static str)> {
    let url = |url: &str| GOOD.replace("http://localhost:1", url);
    let with = |lines: &str| format!("{GOOD}{lines}");
    let key = |file: &str| GOOD.replace("master.key", file);
    let meta = |lines: &str| with(&format!("[platforms.meta]\n{lines}"));
    vec![
        (String::new(), "public_url", "set it to the address"),
        (url("access.agency.test"), "public_url", "set it to the address"),
        (url("http://access.agency.test"), "public_url", "use https"),
        (url("ftp://access.agency.test"), "public_url", "use https"),
        (url("https://valetkey.example.com"), "public_url", "set it to the address"),
        (url("https://access.agency.test/x"), "public_url", "give scheme, host and port only"),
        (url("https://access.agency.test/?a=b"), "public_url", "give scheme, host and port only"),
        (GOOD.replace("127.0.0.1:0", "8080"), "listen", "such as 127.0.0.1:8080"),
        (GOOD.replace("127.0.0.1:0", "192.0.2.1:1"), "192.0.2.1:1", "choose an address of this machine"),
        (GOOD.replace("master_key_file = 'master.key'", ""), "master_key_file", "valetkey key new"),
        (key("nowhere.key"), "nowhere.key", "valetkey key new"),
        (key("empty.key"), "empty.key", "valetkey key new"),
        (key("."), "master key", "name a file"),
        (with("database_url = 'mysql://u:secret@h/d'"), "database_url", "use sqlite:PATH"),
        (with("database_url = 'sqlite:'"), "database_url", "use sqlite:PATH"),
        (with("database_url = 'sqlite:no/such/folder/v.db'"), "no/such/folder", "make the folder"),
        (with("database_url = 'sqlite:text.db'"), "text.db", "another file"),
        (with("egress_all = 'http://127.0.0.1:1'"), "egress_all", "allow_egress_override"),
        (with("egress = { 'graph.facebook.com' = 'http://127.0.0.1:1' }"), "egress", "remove it"),
        (with("[platforms.metta]\nclient_id = '1'\nclient_secret = 's'"), "platforms.metta", "use one of"),
        (meta("client_id = '1'"), "platforms.meta.client_secret", "copy it from your app"),
        (
            meta("client_id = '1'\nclient_secret = 'a'\nclient_secret_file = 'b'"),
            "platforms.meta",
            "not both",
        ),
        (meta("client_id = '1'\nclient_secret = 'your-app-secret'"), "platforms.meta", "copy your app's own"),
        (meta("client_id = '1'\nclient_secret = 'changeme'"), "platforms.meta", "copy your app's own"),
        (meta("client_id = 'your-app-id'\nclient_secret = 's'"), "platforms.meta", "copy your app's own"),
        (meta("client_id = ''\nclient_secret = 's'"), "platforms.meta", "copy your app's own"),
        (meta("client_id = '1'\nclient_secret_file = 'empty.key'"), "platforms.meta", "copy your app's own"),
        (meta("client_id = '1'\nclient_secret_file = 'nowhere'"), "client_secret_file", "name a file"),
        (meta("client_secret = 's'"), "client_id", "set what is missing"),
        (with("dns_servers = ['dns.example']"), "dns_servers", "write one such as 192.0.2.53"),
        (with("publik_url = 'x'"), "publik_url", "expected one of"),
        (with("public_url = "), "valetkey.toml", "cannot be used"),
    ]
}

#[test]
fn every_wrong_setting_is_refused_with_its_name_and_what_to_do() {
    let place = Place::new("wrong");
    place.write("empty.key", "");
    place.write("text.db", &"no database ".repeat(100));
    let mut unclear = Vec::new();
    for (settings, name, advice) in table() {
        let said = place.refusal(&settings);
        assert!(!said.contains("u:secret@") && !said.contains("panicked"), "{said}");
        let last = said.lines().find(|line| line.starts_with("valetkey: ")).unwrap_or_default();
        if !(last.contains(name) && said.contains(advice)) {
            unclear.push(format!("{settings}\n→ {said} (wanted {name:?} and {advice:?})"));
        }
    }
    assert!(unclear.is_empty(), "{}", unclear.join("\n\n"));
}

#[test]
fn no_file_and_another_databases_key_are_said() {
    let place = Place::new("other");
    let ended = place.run(&["serve"]);
    let said = String::from_utf8(ended.stderr).expect("text");
    assert_eq!(ended.status.code(), Some(1));
    assert!(said.contains("valetkey.toml") && said.contains("--config"), "{said}");

    place.write("valetkey.toml", GOOD);
    let added =
        place.run(&["agency", "add", "--name", "Northwind", "--owner", "Kim", "--email", "kim@agency.test"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    assert!(place.run(&["key", "new", "other.key"]).status.success());
    let said = place.refusal(&GOOD.replace("master.key", "other.key"));
    assert!(said.contains("master_key_file") && said.contains("use the right key file"), "{said}");
}

/// Every sentence of the configuration is tried above: a new one without a line there is noticed.
#[test]
fn the_table_knows_every_refusal_of_the_configuration() {
    let source = include_str!("../../../../core/src/config.rs");
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let refusals = code.matches("refuse(").count() + code.matches("Refusal(format!").count();
    assert_eq!(refusals, 14, "a refusal was added or taken away: bring the table in line");
}
