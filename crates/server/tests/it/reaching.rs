//! Reaching PostgreSQL: encryption, passwords, versions. What is wrong is said, and never the password.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cli::{Folder, Ran, run};
use crate::database::server::{cluster::Cluster, proxy::Proxy, server};

/// What `doctor` says of this database; certificates of `trusted` are believed beside the machine's own.
fn doctor(folder: &Folder, url: &str, trusted: Option<&Path>) -> Ran {
    let config = folder.config("");
    let certificates = trusted.map(|path| ("SSL_CERT_FILE", path.to_str().expect("text")));
    let variables: Vec<_> = certificates.into_iter().chain([("VALETKEY_DATABASE_URL", url)]).collect();
    run(&["doctor", "--config", &config], &variables)
}

fn openssl(folder: &Path, arguments: &str) {
    let done = Command::new("openssl").current_dir(folder).args(arguments.split(' ')).output();
    let done = done.expect("openssl runs");
    assert!(done.status.success(), "{arguments}: {}", String::from_utf8_lossy(&done.stderr));
}

/// An authority of this name, and a certificate that it gave to 127.0.0.1; the authority's own certificate.
fn authority(folder: &Path, name: &str) -> PathBuf {
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(folder, &format!("{new} -subj /CN={name} -keyout {name}.key -out {name}.crt"));
    openssl(
        folder,
        &format!(
            "{new} -subj /CN=db -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
             -CA {name}.crt -CAkey {name}.key -keyout {name}-db.key -out {name}-db.crt"
        ),
    );
    folder.join(format!("{name}.crt"))
}

/// A server that talks in cipher only, and asks for a password.
fn guarded(folder: &Path) -> Cluster {
    let cluster = Cluster::start("").expect("a server");
    let data = cluster.data();
    for (from, to) in [("own-db.key", "server.key"), ("own-db.crt", "server.crt")] {
        let text = std::fs::read(folder.join(from)).expect("made");
        cluster.write(&data.join(to), &text).expect("written");
    }
    for text in [
        "ALTER ROLE valetkey PASSWORD 'marker-hush'",
        "CREATE DATABASE access OWNER valetkey TEMPLATE template0",
    ] {
        cluster.sql("postgres", text).expect("made");
    }
    cluster.sql("postgres", "ALTER SYSTEM SET ssl = on").expect("set");
    let rules = b"local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    cluster.write(&data.join("pg_hba.conf"), rules).expect("written");
    cluster.kill().and_then(|()| cluster.run("")).expect("started again");
    cluster
}

#[test]
fn a_connection_is_encrypted_with_a_certificate_that_the_machine_trusts_or_refused() {
    let folder = Folder::new("tls");
    let place = PathBuf::from(folder.file(""));
    let (own, other) = (authority(&place, "own"), authority(&place, "other"));
    let cluster = guarded(&place);
    let url = |password: &str, more: &str| {
        format!("postgres://valetkey{password}@127.0.0.1:{}/access{more}", cluster.port)
    };
    let advice = "encrypted with a certificate that this machine trusts";
    for (url, trusted, good, words) in [
        (url(":marker-hush", "?sslmode=require"), Some(&own), true, "database"),
        (url(":marker-hush", "?sslmode=require"), Some(&other), false, advice),
        (url(":marker-hush", "?sslmode=require"), None, false, advice),
        (
            url(":marker-wrong", "?sslmode=require"),
            Some(&own),
            false,
            "check user and password of the address",
        ),
        (url("", "?sslmode=require"), Some(&own), false, "the server asks for a password"),
        // Loopback is not encrypted unless asked for, and this server wants it.
        (url(":marker-hush", ""), Some(&own), false, "pg_hba.conf"),
        (url(":marker-hush", "?sslmode=disable"), Some(&own), false, "pg_hba.conf"),
        (url(":marker-hush", "?sslmode=verify-full"), Some(&own), false, "cannot be read"),
    ] {
        let ran = doctor(&folder, &url, trusted.map(PathBuf::as_path));
        let said = format!("{}{}", ran.out, ran.err);
        assert!(said.contains(words), "{url}: {said}");
        assert_eq!(
            said.contains("no connection")
                || said.contains("refused the connection")
                || said.contains("cannot be read"),
            !good,
            "{url}: {said}"
        );
        assert!(!said.contains("marker-"), "{said}");
    }
    // Another name than that of the certificate is not believed either.
    let by_name =
        format!("postgres://valetkey:marker-hush@localhost:{}/access?sslmode=require", cluster.port);
    let ran = doctor(&folder, &by_name, Some(&own));
    assert!(format!("{}{}", ran.out, ran.err).contains(advice), "{}{}", ran.out, ran.err);
}

#[test]
fn a_server_that_is_too_old_is_refused_with_the_version_that_is_needed() {
    let folder = Folder::new("old");
    let database = server().database(None);
    let proxy = Proxy::before(&server().socket().expect("a server of our own"));
    let number: i64 = database.sql("SHOW server_version_num").expect("a number").parse().expect("a number");
    proxy.lie(&number.to_be_bytes(), &140_012_i64.to_be_bytes());
    let ran = doctor(&folder, &proxy.url(database.name()), None);
    assert_eq!(ran.code, 1);
    let said = format!("{}{}", ran.out, ran.err);
    assert!(said.contains("version 15 or newer is needed"), "{said}");
}
