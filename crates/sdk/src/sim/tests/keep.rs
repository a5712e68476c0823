//! A hub that is killed and one that goes on from its file.

use std::path::{Path, PathBuf};

use super::*;

/// A folder of the test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("valetkey-keep-{}", &Random::system().token().expose()[..12]);
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).expect("a new folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn listen(file: &Path) -> std::io::Result<Rig> {
    let clock = Clock::mock("2026-11-01T10:00:00Z".parse().expect("a time"));
    let counter: Box<dyn Simulator> = Box::new(Counter(Arc::new(Lagging::new(0))));
    let sims = Sims::new([counter]).keep_in(Some(file.to_owned()));
    let sims = sims.listen(SocketAddr::from(([127, 0, 0, 1], 0)), clock, Random::system()).await?;
    Ok(Rig { sims, http: crate::http::PlatformClient::transport().expect("a client") })
}

#[tokio::test]
async fn the_next_process_goes_on_even_after_an_answer_that_never_left() {
    let folder = Folder::new();
    let file = folder.0.join("simulators.json");
    let first = listen(&file).await.expect("listens");
    first.send("PUT", "/_sim/clock", json!({ "advance_s": 60 })).await;
    first.poke().await.expect("an answer");
    first.fault(json!({ "host": "*", "method": "POST", "kind": "drop_after_effect" })).await;
    assert!(first.poke().await.is_err());
    // The first one is still there, and asked nothing more: what the second knows is from the file.
    let second = listen(&file).await.expect("listens");
    assert_ne!(second.sims.addr, first.sims.addr, "the port is taken");
    assert_eq!(second.count().await, 2);
    for control in ["ledger", "secrets", "world"] {
        let of = async |rig: &Rig| rig.send("GET", &format!("/_sim/{control}"), Value::Null).await;
        assert_eq!(of(&second).await, of(&first).await, "{control}");
    }
    assert_eq!(second.sims.hub.clock.now(), first.sims.hub.clock.now());
    second.poke().await.expect("an answer");
    let (_, ledger) = second.send("GET", "/_sim/ledger?after=2", Value::Null).await;
    assert_eq!(ledger["data"][0]["seq"], 3);
    let addr = second.sims.addr;
    second.sims.stop().await;
    let third = listen(&file).await.expect("listens");
    assert_eq!((third.sims.addr, third.count().await), (addr, json!(3)), "the port is free again");
}

#[tokio::test]
async fn many_at_once_are_all_kept() {
    let folder = Folder::new();
    let file = folder.0.join("simulators.json");
    let first = listen(&file).await.expect("listens");
    futures_util::future::join_all((0..40).map(|_| first.poke())).await;
    assert_eq!(listen(&file).await.expect("listens").count().await, 40);
}

#[tokio::test]
async fn a_world_to_start_from_counts_only_the_first_time() {
    let folder = Folder::new();
    let file = folder.0.join("simulators.json");
    for expected in [7, 8] {
        let counter: Box<dyn Simulator> = Box::new(Counter(Arc::new(Lagging::new(0))));
        let world = World::parse(br#"{ "platforms": { "counter": { "count": 7 } } }"#).expect("a world");
        let sims = Sims::new([counter]).start_from(Some(world)).keep_in(Some(file.clone()));
        let addr = SocketAddr::from(([127, 0, 0, 1], 0));
        let sims = sims.listen(addr, Clock::system(), Random::system()).await.expect("listens");
        let rig = Rig { sims, http: crate::http::PlatformClient::transport().expect("a client") };
        assert_eq!(rig.count().await, expected);
        rig.poke().await.expect("an answer");
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_gone_on_with_is_named_and_left_alone() {
    let folder = Folder::new();
    let (file, key) = (folder.0.join("simulators.json"), folder.0.join("simulators.json.key"));
    drop(listen(&file).await.expect("listens"));
    let (good, good_key) = (std::fs::read(&file).expect("a file"), std::fs::read(&key).expect("a key"));
    let text = String::from_utf8(good.clone()).expect("text");
    let hidden = text.replacen("\"sealed\":\"", "\"sealed\":\"AAAA", 1);
    let foreign = listen(&folder.0.join("other")).await.map(|_| std::fs::read(folder.0.join("other.key")));
    let foreign = foreign.expect("listens").expect("a key");
    for (why, bytes, key_bytes) in [
        ("empty", b"".to_vec(), Some(&good_key)),
        ("no JSON", b"# Notes".to_vec(), Some(&good_key)),
        ("other JSON", b"{}".to_vec(), Some(&good_key)),
        ("half", good[..good.len() / 2].to_vec(), Some(&good_key)),
        ("another format", text.replacen(":1", ":9", 1).into_bytes(), Some(&good_key)),
        ("changed", hidden.into_bytes(), Some(&good_key)),
        ("no key", good.clone(), None),
        ("another key", good.clone(), Some(&foreign)),
        ("a damaged key", good.clone(), Some(&b"x".to_vec())),
    ] {
        std::fs::write(&file, &bytes).expect("written");
        match key_bytes {
            Some(bytes) => std::fs::write(&key, bytes).expect("written"),
            None => std::fs::remove_file(&key).expect("removed"),
        }
        let sentence = listen(&file).await.err().expect(why).to_string();
        assert!(sentence.contains("simulators.json"), "{why}: {sentence}");
        assert_eq!(std::fs::read(&file).expect("a file"), bytes, "{why}");
        assert_eq!(std::fs::read(&key).ok().as_ref(), key_bytes, "{why}");
    }
    std::fs::write(&file, &good).expect("written");
    std::fs::write(&key, &good_key).expect("written");
    assert!(listen(&file).await.is_ok());
    let secret = b"s3cret";
    assert!(!good.windows(secret.len()).any(|part| part == secret), "nothing issued lies there in clear");
}
