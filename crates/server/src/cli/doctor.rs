//! `valetkey doctor`: what is set, where it comes from, and what works.

use anyhow::bail;
use serde_json::json;
use valetkey_connectors::{Platform, Registry};

use super::{ConfigFile, print_json};
use crate::config::Config;
use crate::config::sources::{self, Setting};
use crate::dns::Dns;
use crate::store::sql::migrate::MigrateError;
use crate::store::{Place, Store, StoreError};
use crate::vault::{DataKey, MasterKey};

/// Says where each setting comes from, what works on each platform, and what is wrong.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey doctor --config /etc/valetkey/valetkey.toml")]
pub struct Args {
    #[command(flatten)]
    file: ConfigFile,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    pub what: String,
    pub ok: bool,
    /// How it is, or what to do.
    pub says: String,
}

/// What can be done on one platform today.
#[derive(Debug, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    pub id: String,
    pub name: String,
    /// `own_app`, `guided_only` or `not_set_up`.
    pub state: &'static str,
    pub says: String,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let registry = Registry::new();
    let mut settings = sources::settings(&args.file.config)?;
    let (checks, standings) = match Config::read(&args.file.config) {
        Ok(config) => {
            settings.extend(defaults(&config, &settings));
            settings.sort_by(|a, b| a.key.cmp(&b.key));
            (checks(&config, &registry).await, standings(Some(&config), &registry))
        }
        Err(e) => (vec![wrong("configuration", e.to_string())], standings(None, &registry)),
    };
    let failed = checks.iter().filter(|c| !c.ok).count();
    if args.json {
        let settings: Vec<_> =
            settings.iter().map(|s| json!({"key": s.key, "value": s.value, "from": s.from})).collect();
        let all = json!({"ok": failed == 0, "settings": settings, "checks": checks, "platforms": standings});
        print_json(&all)?;
    } else {
        print(&settings, &checks, &standings);
    }
    match failed {
        0 => Ok(()),
        1 => bail!("one thing is wrong: do what its line says, then run this again"),
        n => bail!("{n} things are wrong: do what their lines say, then run this again"),
    }
}

fn print(settings: &[Setting], checks: &[Check], standings: &[Standing]) {
    println!("Settings");
    for s in settings {
        println!("  {:<34} {:<12} {}", s.key, s.from, s.value);
    }
    println!("\nPlatforms");
    for s in standings {
        println!("  {:<34} {:<12} {}", s.name, s.state, s.says);
    }
    println!("\nChecks");
    for c in checks {
        println!("  {:<34} {:<12} {}", c.what, if c.ok { "good" } else { "WRONG" }, c.says);
    }
}

fn defaults(config: &Config, set: &[Setting]) -> Vec<Setting> {
    let all = [
        ("database_url", config.database_url.clone()),
        ("listen", config.listen.to_string()),
        ("allow_egress_override", config.allow_egress_override.to_string()),
    ];
    let unset = all.into_iter().filter(|(key, _)| set.iter().all(|s| s.key != *key));
    unset
        .map(|(key, value)| Setting {
            value: sources::masked(key, &value),
            key: key.to_owned(),
            from: "default",
        })
        .collect()
}

/// Everything that a server needs before it starts.
pub async fn checks(config: &Config, registry: &Registry) -> Vec<Check> {
    let mut out = Vec::new();
    out.push(match config.check_public_url() {
        Ok(()) => good("public_url", config.public_url.to_string()),
        Err(e) => wrong("public_url", e.to_string()),
    });
    let master = match config.master_key_file.as_deref().map(|file| (file, MasterKey::load(file))) {
        None => {
            let says = "not set: make one with `valetkey key new FILE` and name it here";
            out.push(wrong("master_key_file", says));
            None
        }
        Some((file, Ok(key))) => {
            out.push(good("master_key_file", format!("{} can be read", file.display())));
            Some(key)
        }
        Some((_, Err(e))) => {
            out.push(wrong("master_key_file", e.to_string()));
            None
        }
    };
    out.push(match config.dns() {
        Ok(dns) => good("dns_servers", asked(config, &dns)),
        Err(e) => wrong("dns_servers", e.to_string()),
    });
    out.push(mail(config).await);
    out.push(database(config, master.as_ref()).await);
    for id in config.platforms.keys() {
        let place = format!("platforms.{id}");
        out.push(match (registry.find(id), config.app(id)) {
            (None, _) => wrong(&place, "not a platform here: `valetkey platforms` lists them"),
            (Some(_), Err(e)) => wrong(&place, e.to_string()),
            (Some(p), Ok(_)) => good(&place, format!("{}'s app is set", p.manifest.name)),
        });
    }
    // What a start would refuse and no line above said.
    if let Err(e) = config.check()
        && out.iter().all(|c| c.ok)
    {
        out.push(wrong("settings", e.to_string()));
    }
    out
}

/// Who is asked whether an agency's domain is its own. Without anybody, everything else works.
fn asked(config: &Config, dns: &Dns) -> String {
    let all = dns.servers().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match (config.dns_servers.is_empty(), all.is_empty()) {
        (true, true) => {
            "/etc/resolv.conf names nobody, so no domain can be verified: set dns_servers".to_owned()
        }
        (true, false) => format!("not set, so the system’s are asked: {all}"),
        (false, _) => format!("{all} are asked"),
    }
}

/// Whether mail leaves. Without a server nothing is wrong: everything works by links.
async fn mail(config: &Config) -> Check {
    let mailer = match config.mailer() {
        Ok(mailer) => mailer,
        Err(e) => return wrong("smtp", e.to_string()),
    };
    let Some((from, server)) = mailer.sender() else {
        return good(
            "smtp",
            "not set: no mail is sent, and everything works by links. To mail receipts, codes and links, set smtp.host \
             and smtp.from",
        );
    };
    match mailer.greet().await {
        Ok(()) => good("smtp", format!("{server} lets us in; mail comes from {from}")),
        Err(e) => wrong(
            "smtp",
            format!(
                "{server}: {e}. Correct smtp.host, port, security, user or password; mail waits until then"
            ),
        ),
    }
}

async fn database(config: &Config, master: Option<&MasterKey>) -> Check {
    let what = "database_url";
    let place = match config.database() {
        Ok(place) => place,
        Err(e) => return wrong(what, e.to_string()),
    };
    let name = match &place {
        Place::File(path) if !path.exists() => {
            return good(what, format!("{} is not there yet: the first start makes it", path.display()));
        }
        Place::File(path) => path.display().to_string(),
        Place::Server(_) => "the PostgreSQL database".to_owned(),
    };
    let store = match Store::open_read_only(place) {
        Ok(store) => store,
        Err(e) => return wrong(what, format!("{name}: {e}")),
    };
    match store.damage().await {
        Ok(None) => {}
        Ok(Some(found)) => {
            let says = "stop the server and put back the last good copy";
            return wrong(what, format!("{name} is damaged ({found}): {says}"));
        }
        Err(e) => return wrong(what, format!("{name}: {e}")),
    }
    if store.is_shared() {
        match (store.require_schema().await, store.passes_walls().await) {
            (Err(StoreError::Migrate(MigrateError::Behind { .. })), _) => {
                return good(
                    what,
                    format!("{name} can be used: the first start makes its tables, or adds what is new"),
                );
            }
            (Err(e), _) | (_, Err(e)) => return wrong(what, format!("{name}: {e}")),
            (Ok(()), Ok(true)) => {
                let says = "its user is a superuser or has BYPASSRLS, which no wall between agencies holds: use a user \
                            of its own, who owns the database";
                return wrong(what, format!("{name}: {says}"));
            }
            (Ok(()), Ok(false)) => {}
        }
    }
    let agencies = match store.list_agencies_as_operator().await {
        Ok(agencies) => agencies,
        Err(e) => return wrong(what, format!("{name}: {e}")),
    };
    let fits = |master: &MasterKey| {
        let opens = |id: &str, key: &[u8]| DataKey::from_wrapped(master, id, key).is_ok();
        agencies.iter().all(|(_, a)| opens(a.id.as_str(), &a.data_key))
    };
    if master.is_some_and(|m| !fits(m)) {
        let says = "master_key_file is not the key that this database was made with: name the right one";
        return wrong(what, says);
    }
    good(what, format!("{name} holds {} agencies", agencies.len()))
}

/// What works where.
pub fn standings(config: Option<&Config>, registry: &Registry) -> Vec<Standing> {
    let of = |p: &Platform| {
        let id = &p.manifest.id;
        let app = config.is_some_and(|c| c.platforms.contains_key(id) && c.app(id).is_ok());
        let keys = format!("set platforms.{id}.client_id and client_secret");
        let (state, says) = match (p.connector.is_some(), app, p.guide.is_some()) {
            (true, true, _) => ("own_app", "access is given, read back and taken away".to_owned()),
            (true, false, true) => ("guided_only", format!("clients follow our steps; for more, {keys}")),
            (true, false, false) => ("not_set_up", keys),
            // There is nothing that an app could do more.
            (false, ..) => ("guided_only", "clients follow our steps; nothing has to be set".to_owned()),
        };
        Standing { id: id.clone(), name: p.manifest.name.clone(), state, says }
    };
    registry.iter().map(of).collect()
}

fn good(what: &str, says: impl Into<String>) -> Check {
    Check { what: what.to_owned(), ok: true, says: says.into() }
}

fn wrong(what: &str, says: impl Into<String>) -> Check {
    Check { what: what.to_owned(), ok: false, says: says.into() }
}
