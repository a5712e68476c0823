//! Where each setting comes from, for whoever wonders.

use std::path::Path;

use config::{Source as _, Value, ValueKind};

use super::{Refusal, Variables, environment, file_source};

/// One key as it is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// With dots: `platforms.meta.client_id`.
    pub key: String,
    /// As text, secrets masked.
    pub value: String,
    /// `default`, `file` or `environment`.
    pub from: &'static str,
}

const MASKED: &str = "(set, not shown)";
/// Parts of the names of keys whose values are secrets. A file's name is not one.
const SECRET: [&str; 4] = ["secret", "password", "token", "api_key"];

/// Every setting of the file and the environment, in the order of their keys.
///
/// # Errors
/// When the file cannot be read as TOML.
pub fn settings(file: &Path) -> Result<Vec<Setting>, Refusal> {
    from_sources(file, environment())
}

pub(super) fn from_sources(file: &Path, environment: config::Environment) -> Result<Vec<Setting>, Refusal> {
    let refused = |e: config::ConfigError| {
        Refusal(format!("the configuration ({}) cannot be used: {e}", file.display()))
    };
    let mut found = Vec::new();
    for (from, read) in
        [("file", file_source(file).collect()), ("environment", Variables(environment).collect())]
    {
        for (key, value) in read.map_err(refused)? {
            flatten(key, value, from, &mut found);
        }
    }
    // The environment comes after the file, and wins.
    let mut settings: Vec<Setting> = Vec::new();
    for setting in found {
        settings.retain(|s| s.key != setting.key);
        settings.push(setting);
    }
    settings.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(settings)
}

fn flatten(key: String, value: Value, from: &'static str, out: &mut Vec<Setting>) {
    match value.kind {
        ValueKind::Table(table) => {
            for (name, inner) in table {
                flatten(format!("{key}.{name}"), inner, from, out);
            }
        }
        kind => {
            let value = masked(&key, &kind.to_string());
            out.push(Setting { key, value, from });
        }
    }
}

/// The value, unless it is a secret; an address without the name and password in it.
pub fn masked(key: &str, value: &str) -> String {
    let name = key.rsplit('.').next().unwrap_or(key);
    if SECRET.iter().any(|part| name.contains(part)) && !name.ends_with("_file") {
        return MASKED.to_owned();
    }
    // A password can also be one of the options behind the question mark.
    let value = if name == "database_url" { value.split('?').next().unwrap_or(value) } else { value };
    match (value.split_once("://"), value.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_says_where_it_comes_from_and_no_secret_is_shown() {
        let folder = std::env::temp_dir().join(format!("valetkey-sources-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("valetkey.toml");
        let text = "public_url = 'https://a.test'\nlisten = '127.0.0.1:1'\n[platforms.meta]\nclient_id = '1'\n\
                    client_secret = 'hush'\n";
        std::fs::write(&file, text).expect("written");
        let given = [
            ("VALETKEY_LISTEN", "127.0.0.1:2"),
            ("VALETKEY_DATABASE_URL", "postgres://me:hush@host/db"),
            ("VALETKEY_PLATFORMS__META__EXTRA__TOKEN", "hush"),
        ];
        let given = given.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let found = from_sources(&file, environment().source(Some(given))).expect("read");
        std::fs::remove_dir_all(&folder).expect("removed");
        let lines: Vec<_> = found.iter().map(|s| format!("{} {} {}", s.key, s.value, s.from)).collect();
        assert_eq!(
            lines,
            [
                "database_url postgres://…@host/db environment",
                "listen 127.0.0.1:2 environment",
                "platforms.meta.client_id 1 file",
                "platforms.meta.client_secret (set, not shown) file",
                "platforms.meta.extra.token (set, not shown) environment",
                "public_url https://a.test file",
            ]
        );
    }
}
