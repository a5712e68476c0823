//! The configuration: `valetkey.toml`, overridden by `VALETKEY_…`, overridden by flags.

pub mod smtp;
pub mod sources;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::{Host, Url};
use valetkey_connectors::Registry;
use valetkey_sdk::app::App;
use valetkey_sdk::http::Egress;
use valetkey_sdk::secret::Secret;

use crate::dns::{self, Dns};
use crate::store::Place;

/// The keys of the file; a misspelt one is refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    #[serde(default = "default_database")]
    pub database_url: String,
    pub public_url: Url,
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    pub master_key_file: Option<PathBuf>,
    #[serde(default)]
    pub egress: BTreeMap<String, Url>,
    pub egress_all: Option<Url>,
    #[serde(default)]
    pub allow_egress_override: bool,
    #[serde(default)]
    pub platforms: BTreeMap<String, PlatformKeys>,
    /// Addresses of reverse proxies: what they say in `X-Forwarded-For` is believed, and nobody else.
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
    /// Name servers that are asked whether an agency's domain is its own: addresses, with a port where it is not 53.
    /// Without any, the system's are.
    #[serde(default)]
    pub dns_servers: Vec<String>,
    /// The mail server. Without one no mail is sent.
    pub smtp: Option<smtp::Smtp>,
}

/// The operator's own app at one platform.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformKeys {
    pub client_id: String,
    client_secret: Option<String>,
    client_secret_file: Option<PathBuf>,
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

/// The variables that are settings. Two others are flags of every command.
#[derive(Clone, Debug)]
struct Variables(config::Environment);

const FLAGS: [&str; 2] = ["log", "config"];

impl config::Source for Variables {
    fn clone_into_box(&self) -> Box<dyn config::Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<config::Map<String, config::Value>, config::ConfigError> {
        let mut all = self.0.collect()?;
        all.retain(|key, _| !FLAGS.contains(&key.as_str()));
        Ok(all)
    }
}

fn environment() -> config::Environment {
    config::Environment::with_prefix("VALETKEY").prefix_separator("_").separator("__")
}

fn file_source(file: &Path) -> config::File<config::FileSourceFile, config::FileFormat> {
    config::File::from(file).format(config::FileFormat::Toml).required(false)
}

fn default_database() -> String {
    "sqlite:valetkey.db".into()
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// A setting that cannot be used: which, why, and what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct Refusal(String);

fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(why.into()))
}

impl Config {
    /// Reads the file and the environment.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn read(file: &Path) -> Result<Self, Refusal> {
        Self::from_sources(file, environment())
    }

    fn from_sources(file: &Path, environment: config::Environment) -> Result<Self, Refusal> {
        let read = config::Config::builder()
            .add_source(file_source(file))
            .add_source(Variables(environment))
            .build();
        read.and_then(config::Config::try_deserialize).map_err(|e| {
            let (exists, file, advice) = (file.exists(), file.display(), advice(&e.to_string()));
            if exists {
                Refusal(format!("the configuration ({file}) cannot be used: {e}. What to do: {advice}"))
            } else {
                Refusal(format!("there is no {file} ({e}): write one, or name it with --config"))
            }
        })
    }

    /// Refuses settings that would be weak or would not work, each with a sentence.
    ///
    /// # Errors
    /// The first one.
    pub fn check(&self) -> Result<(), Refusal> {
        self.check_public_url()?;
        if self.master_key_file.is_none() {
            return refuse(
                "master_key_file is not set: make one with `valetkey key new FILE` and name it there",
            );
        }
        if !self.egress().is_real() && !self.allow_egress_override {
            return refuse(
                "egress or egress_all sends calls away from the real platforms: remove it, or set \
                 allow_egress_override = true for a test installation",
            );
        }
        self.database()?;
        self.dns()?;
        self.mailer()?;
        self.check_platforms()
    }

    fn check_platforms(&self) -> Result<(), Refusal> {
        let registry = Registry::new();
        for id in self.platforms.keys() {
            if registry.find(id).is_none() {
                let known: Vec<_> = registry.iter().map(|p| p.manifest.id.as_str()).collect();
                return refuse(format!("platforms.{id} is no platform: use one of {}", known.join(", ")));
            }
            self.app(id)?;
        }
        Ok(())
    }

    /// Whether clients can reach the server there, and safely.
    ///
    /// # Errors
    /// A sentence that says what to do.
    pub fn check_public_url(&self) -> Result<(), Refusal> {
        let url = &self.public_url;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return refuse(format!("public_url is {url}: use https; plain http is for localhost only")),
        }
        if url.host_str().is_some_and(|h| h == "example.com" || h.ends_with(".example.com")) {
            return refuse(
                "public_url is the sample's: set it to the address where your clients reach this server",
            );
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return refuse(format!("public_url is {url}: give scheme, host and port only"));
        }
        Ok(())
    }

    /// Where the database is.
    ///
    /// # Errors
    /// For anything but `sqlite:PATH` and `postgres://…`.
    pub fn database(&self) -> Result<Place, Refusal> {
        match Place::from_address(&self.database_url) {
            Some(place) => Ok(place),
            None => refuse(format!(
                "database_url is {}: use sqlite:PATH, or postgres://USER:PASSWORD@HOST/DATABASE",
                scheme_of(&self.database_url)
            )),
        }
    }

    /// Whom to ask of domains.
    ///
    /// # Errors
    /// When a server is not named by its address.
    pub fn dns(&self) -> Result<Dns, Refusal> {
        if self.dns_servers.is_empty() {
            return Ok(Dns::of_system());
        }
        let server = |text: &String| {
            dns::server(text).ok_or_else(|| {
                Refusal(format!(
                    "dns_servers: {text} is no address: write one such as 192.0.2.53 or [2001:db8::1]:53"
                ))
            })
        };
        Ok(Dns::of_servers(self.dns_servers.iter().map(server).collect::<Result<_, _>>()?))
    }

    pub fn egress(&self) -> Egress {
        Egress { hosts: self.egress.clone(), all: self.egress_all.clone() }
    }

    /// The operator's apps, secrets read from their files.
    ///
    /// # Errors
    /// When a secret is missing, is given twice, or is a sample.
    pub fn apps(&self) -> Result<BTreeMap<String, App>, Refusal> {
        self.platforms.keys().map(|id| Ok((id.clone(), self.app(id)?))).collect()
    }

    /// One platform's app.
    ///
    /// # Errors
    /// When its secret is missing, is given twice, or is a sample.
    pub fn app(&self, id: &str) -> Result<App, Refusal> {
        let keys = &self.platforms[id];
        let place = format!("platforms.{id}");
        let secret = match (&keys.client_secret, &keys.client_secret_file) {
            (Some(text), None) => text.clone(),
            (None, Some(file)) => std::fs::read_to_string(file).map_err(|e| {
                let file = file.display();
                Refusal(format!(
                    "{place}.client_secret_file: {file} cannot be read ({e}): name a file that the server may read"
                ))
            })?,
            (Some(_), Some(_)) => {
                return refuse(format!("{place}: give client_secret or client_secret_file, not both"));
            }
            (None, None) => {
                return refuse(format!("{place}.client_secret is not set: copy it from your app there"));
            }
        };
        let secret = secret.trim();
        let sample = |text: &str| text.is_empty() || text.starts_with("your-") || text == "changeme";
        if sample(secret) || sample(&keys.client_id) {
            return refuse(format!(
                "{place} still holds the sample's values: copy your app's own from the platform"
            ));
        }
        Ok(App {
            client_id: keys.client_id.clone(),
            client_secret: Secret::new(secret),
            extra: keys.extra.clone(),
        })
    }
}

/// What to do about a file that could not be taken apart, by the setting that its error names.
fn advice(error: &str) -> &'static str {
    if error.contains("unknown field") {
        "correct its spelling or remove it; where no file has it, it is a variable that begins with VALETKEY_"
    } else if error.contains("public_url") {
        "set it to the address where your clients reach this server"
    } else if error.contains("smtp") || error.contains("`host`") || error.contains("`from`") {
        "[smtp] needs host and from; remove it where no mail is to be sent"
    } else if error.contains("listen") {
        "give an address and a port, such as 127.0.0.1:8080"
    } else {
        "correct that line, or set what is missing"
    }
}

/// A database address can carry a password: only its scheme is shown.
fn scheme_of(url: &str) -> &str {
    url.split(':').next().unwrap_or("empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "public_url = 'https://access.agency.test'\nmaster_key_file = '/k'\n";

    fn check(text: &str) -> Result<(), Refusal> {
        toml::from_str::<Config>(text).map_err(|e| Refusal(e.to_string()))?.check()
    }

    #[test]
    fn good_settings_are_taken() {
        assert_eq!(check(GOOD), Ok(()));
        assert_eq!(check(&format!("{GOOD}dns_servers = ['192.0.2.53', '[::1]:5353']")), Ok(()));
        assert_eq!(check("public_url = 'http://localhost:1'\nmaster_key_file = '/k'"), Ok(()));
    }

    #[test]
    fn each_refusal_names_the_setting_and_what_to_do() {
        let with = |line: &str| format!("{GOOD}{line}");
        let table = [
            ("public_url = 'https://access.agency.test'".to_owned(), "valetkey key new"),
            ("public_url = 'http://access.agency.test'\nmaster_key_file = '/k'".into(), "use https"),
            ("public_url = 'https://valetkey.example.com'\nmaster_key_file = '/k'".into(), "sample"),
            ("public_url = 'https://a.test/x'\nmaster_key_file = '/k'".into(), "scheme, host and port"),
            (with("egress_all = 'http://127.0.0.1:1'"), "allow_egress_override"),
            (with("egress = { 'graph.facebook.com' = 'http://127.0.0.1:1' }"), "allow_egress_override"),
            (with("database_url = 'mysql://u:secret@h/d'"), "use sqlite:PATH"),
            (with("[platforms.meta]\nclient_id = '1'"), "client_secret is not set"),
            (with("[platforms.meta]\nclient_id = '1'\nclient_secret = 'your-app-secret'"), "sample"),
            (with("[platforms.meta]\nclient_id = '1'\nclient_secret_file = '/nowhere'"), "cannot be read"),
            (with("dns_servers = ['dns.example']"), "write one such as 192.0.2.53"),
            (with("publik_url = 'x'"), "publik_url"),
        ];
        for (text, part) in table {
            let refusal = check(&text).expect_err(&text).to_string();
            assert!(refusal.contains(part), "{text}\n→ {refusal}");
            assert!(!refusal.contains("u:secret@"), "{refusal}");
        }
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let variables = [
            ("VALETKEY_PUBLIC_URL", "https://b.test"),
            ("VALETKEY_PLATFORMS__META__CLIENT_ID", "42"),
            ("VALETKEY_PLATFORMS__META__CLIENT_SECRET", "s"),
        ];
        let given = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let environment = config::Environment::with_prefix("VALETKEY")
            .prefix_separator("_")
            .separator("__")
            .source(Some(given));
        let config = Config::from_sources(Path::new("/nowhere.toml"), environment).expect("read");
        assert_eq!(config.public_url.as_str(), "https://b.test/");
        assert_eq!(config.platforms["meta"].client_id, "42");
    }
}
