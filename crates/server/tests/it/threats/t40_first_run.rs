//! T40: a server starts with defaults that everybody knows. What the set-up code opens is in `face::first_run`;
//! locked dependencies and their licences are checked by `script/checks`.

use crate::cli::{Folder, run};

/// Each of these has to end the start with a sentence, before anything is listened on or written.
#[test]
fn serve_refuses_samples_and_missing_keys_and_says_which() {
    let folder = Folder::new("defaults");
    let sample = |id: &str, secret: &str| {
        format!("[platforms.meta]\nclient_id = '{id}'\nclient_secret = '{secret}'\n")
    };
    for (more, part) in [
        (sample("your-app-id", "s3"), "platforms.meta still holds the sample's values"),
        (sample("42", "your-app-secret"), "platforms.meta still holds the sample's values"),
        (sample("42", "changeme"), "platforms.meta still holds the sample's values"),
        (sample("42", ""), "platforms.meta still holds the sample's values"),
        ("egress_all = 'http://127.0.0.1:1'\n".into(), "allow_egress_override"),
    ] {
        let ran = run(&["serve", "--config", &folder.config(&more)], &[]);
        assert_eq!(ran.code, 1, "{more}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(part) && ran.err.trim().lines().count() == 1, "{more}: {}", ran.err);
    }
    assert!(!std::path::Path::new(&folder.file("valetkey.db")).exists(), "nothing was written");
}

#[test]
fn serve_makes_no_key_of_its_own_and_takes_none_that_others_can_read_into_place() {
    let folder = Folder::new("keyless");
    let config = folder.config("");
    std::fs::remove_file(folder.file("master.key")).expect("it was there");
    let ran = run(&["serve", "--config", &config], &[]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("master.key"), "{}", ran.err);
    assert!(!std::path::Path::new(&folder.file("master.key")).exists(), "no key appears by itself");
    let text = std::fs::read_to_string(&config).expect("readable");
    let without: String =
        text.lines().filter(|l| !l.starts_with("master_key_file")).map(|l| format!("{l}\n")).collect();
    std::fs::write(&config, without).expect("written");
    let ran = run(&["serve", "--config", &config], &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("valetkey key new"), "it says how to make one: {}", ran.err);
}
