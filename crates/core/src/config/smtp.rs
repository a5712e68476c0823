//! `smtp.*`: the operator's mail server.

use std::path::PathBuf;

use lettre::message::Mailbox;
use serde::Deserialize;
use valetkey_sdk::secret::Secret;

use super::{Config, Refusal, refuse};
use crate::mail::{Address, Mailer, Relay, Security};

/// Without it no mail is sent, and everything works by links.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    host: String,
    /// 587 unless said; 465 with `security = "tls"`, 25 with `"none"`.
    port: Option<u16>,
    /// `starttls` unless said, `tls`, or, for a server on this machine, `none`.
    security: Option<String>,
    user: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    /// `Name <address>`, or an address.
    from: String,
}

impl Config {
    /// Who takes mail.
    ///
    /// # Errors
    /// A sentence that names the setting.
    pub fn mailer(&self) -> Result<Mailer, Refusal> {
        let Some(smtp) = &self.smtp else { return Ok(Mailer::nobody()) };
        let host = smtp.host.trim();
        if host.is_empty() || host.contains("://") || host.contains(char::is_whitespace) {
            return refuse("smtp.host is no host: write its name only, such as mail.agency.com");
        }
        if host == "example.com" || host.ends_with(".example.com") {
            return refuse("smtp.host is the sample's: set it to your mail server, or remove [smtp]");
        }
        let security = smtp.security(host)?;
        let port = smtp.port.unwrap_or(match security {
            Security::StartTls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        });
        let relay = Relay {
            host: host.to_owned(),
            port,
            security,
            login: smtp.login()?,
            from: smtp.from()?,
            hello: self.public_url.host_str().unwrap_or("localhost").to_owned(),
        };
        Mailer::server(relay).map_err(|e| Refusal(format!("smtp.host: {host} cannot be used ({e})")))
    }
}

impl Smtp {
    fn security(&self, host: &str) -> Result<Security, Refusal> {
        let local = matches!(host, "localhost" | "127.0.0.1" | "::1");
        match self.security.as_deref() {
            None | Some("starttls") => Ok(Security::StartTls),
            Some("tls") => Ok(Security::Tls),
            Some("none") if local => Ok(Security::Plain),
            Some("none") => refuse(
                "smtp.security is none, which is for a server on this machine: use starttls or tls, since links and \
                 codes are secrets",
            ),
            Some(other) => {
                refuse(format!("smtp.security is {other}: use starttls, tls, or none for this machine"))
            }
        }
    }

    fn login(&self) -> Result<Option<(String, Secret)>, Refusal> {
        let password = match (&self.password, &self.password_file) {
            (Some(_), Some(_)) => return refuse("smtp: give password or password_file, not both"),
            (Some(text), None) => Some(text.clone()),
            (None, Some(file)) => Some(std::fs::read_to_string(file).map_err(|e| {
                let file = file.display();
                Refusal(format!(
                    "smtp.password_file: {file} cannot be read ({e}): name a file that the server may read"
                ))
            })?),
            (None, None) => None,
        };
        match (&self.user, password) {
            (None, None) => Ok(None),
            (Some(user), Some(password)) => {
                let password = password.trim_end_matches(['\r', '\n']);
                if password.is_empty() || password.starts_with("your-") || password == "changeme" {
                    return refuse("smtp.password still holds the sample's value: set your own");
                }
                Ok(Some((user.clone(), Secret::new(password))))
            }
            _ => refuse("smtp: user and password go together: give both, or neither"),
        }
    }

    fn from(&self) -> Result<Mailbox, Refusal> {
        let wrong = || {
            Refusal(format!(
                "smtp.from is {}: write an address of yours, such as Access <access@agency.com>",
                self.from
            ))
        };
        let mailbox: Mailbox = self.from.parse().map_err(|_| wrong())?;
        let plain = mailbox.name.as_deref().is_none_or(|name| !name.contains(char::is_control));
        let address = Address::parse(mailbox.email.as_ref()).filter(|_| plain).ok_or_else(wrong)?;
        let email = lettre::Address::new(address.local(), address.domain()).map_err(|_| wrong())?;
        Ok(Mailbox::new(mailbox.name, email))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer(smtp: &str) -> Result<Mailer, Refusal> {
        let text = format!("public_url = 'https://a.test'\n[smtp]\n{smtp}");
        toml::from_str::<Config>(&text).map_err(|e| Refusal(e.to_string()))?.mailer()
    }

    const GOOD: &str = "host = 'mail.agency.test'\nfrom = 'Access <access@agency.test>'\n";

    /// Without a provider and roots this compiles and no mail leaves: building it must find both.
    #[test]
    fn good_settings_make_a_server_that_encrypts() {
        let table = [
            ("", "mail.agency.test:587"),
            ("security = 'tls'\nuser = 'me'\npassword = 'hush'", "mail.agency.test:465"),
            ("port = 2525", "mail.agency.test:2525"),
        ];
        for (more, expected) in table {
            let mailer = mailer(&format!("{GOOD}{more}")).expect(more);
            assert_eq!(mailer.sender(), Some(("access@agency.test".to_owned(), expected)));
        }
        let none = toml::from_str::<Config>("public_url = 'https://a.test'").expect("read");
        assert!(!none.mailer().expect("nobody").sends());
    }

    #[test]
    fn each_refusal_names_the_setting_and_what_to_do_and_no_password() {
        let with = |more: &str| format!("{GOOD}{more}");
        let table = [
            ("host = 'smtp://a.test'\nfrom = 'a@b.test'".to_owned(), "its name only"),
            ("host = 'mail.example.com'\nfrom = 'a@b.test'".into(), "the sample's"),
            ("host = 'a.test'\nfrom = 'nobody'".into(), "smtp.from is nobody"),
            ("host = 'a.test'\nfrom = \"a@b.test\\r\\nBcc: c@d.test\"".into(), "smtp.from"),
            (with("security = 'none'"), "links and codes are secrets"),
            (with("security = 'ssl'"), "use starttls, tls"),
            (with("user = 'me'"), "go together"),
            (with("password = 'hush'"), "go together"),
            (with("user = 'me'\npassword = 'changeme'"), "the sample's value"),
            (with("user = 'me'\npassword = 'hush'\npassword_file = '/f'"), "not both"),
            (with("user = 'me'\npassword_file = '/nowhere'"), "cannot be read"),
            (with("pass = 'hush'"), "unknown field"),
        ];
        for (text, part) in table {
            let refusal = mailer(&text).err().expect(&text).to_string();
            assert!(refusal.contains(part), "{text}\n→ {refusal}");
            assert!(part == "unknown field" || !refusal.contains("hush"), "{refusal}");
        }
    }
}
