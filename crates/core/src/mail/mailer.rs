//! Who takes a mail: the operator's server, a demo's memory, or nobody.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Severity;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use valetkey_sdk::point::Moment;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::send;

use super::Address;

/// One exchange with the server may take so long, and all of it together: less than a job's lease.
const PATIENCE: Duration = Duration::from_secs(20);
const LIMIT: Duration = Duration::from_secs(80);
/// Answers of a server that are about us and not about the mail: what they refuse may pass once settings do.
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];
/// As much of a server's answer as is kept.
const MOST_WHY: usize = 200;

/// Sends. Cheap to clone.
#[derive(Clone)]
pub struct Mailer(Arc<Way>);

enum Way {
    Nobody,
    Server { transport: Box<AsyncSmtpTransport<Tokio1Executor>>, from: Mailbox, told: String },
    Memory { caught: Mutex<Vec<Caught>>, shown_at: OnceLock<String> },
}

/// The operator's mail server.
pub struct Relay {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<(String, Secret)>,
    /// What stands in `From`.
    pub from: Mailbox,
    /// The name that we say is ours.
    pub hello: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the first byte.
    Tls,
    /// Encrypted before anything is said; a server that offers it not is not used.
    StartTls,
    /// For a server on this machine.
    Plain,
}

/// One mail as it goes out.
#[derive(Clone)]
pub struct Message {
    /// The same with each try: who receives it twice can tell (RFC 5322, 3.6.4).
    pub id: String,
    pub to: Address,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Epoch milliseconds.
    pub at: i64,
}

/// What a demo shows instead of sending.
#[derive(Clone)]
pub struct Caught {
    pub message: Message,
    /// Addresses that stand in the text, in their order.
    pub links: Vec<String>,
}

/// Why it was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server is away, busy, or knows us not: later it may take it.
    Later(String),
    /// It will never take this mail to this address.
    Refused(String),
}

impl Mailer {
    /// Nothing is sent.
    pub fn nobody() -> Self {
        Self(Arc::new(Way::Nobody))
    }

    /// Keeps what would be sent.
    pub fn memory() -> Self {
        Self(Arc::new(Way::Memory { caught: Mutex::default(), shown_at: OnceLock::new() }))
    }

    /// # Errors
    /// When encryption cannot be set up for this host.
    pub fn server(relay: Relay) -> Result<Self, String> {
        let tls = || TlsParameters::new(relay.host.clone()).map_err(|e| e.to_string());
        let tls = match relay.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::StartTls => Tls::Required(tls()?),
            Security::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(relay.host.as_str())
            .port(relay.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(relay.hello));
        if let Some((user, password)) = relay.login {
            builder = builder.credentials(Credentials::new(user, password.expose().to_owned()));
        }
        let told = format!("{}:{}", relay.host, relay.port);
        Ok(Self(Arc::new(Way::Server { transport: Box::new(builder.build()), from: relay.from, told })))
    }

    /// Whether mail goes anywhere.
    pub fn sends(&self) -> bool {
        !matches!(*self.0, Way::Nobody)
    }

    /// From whom it is sent, and through which server.
    pub fn sender(&self) -> Option<(String, &str)> {
        match &*self.0 {
            Way::Server { from, told, .. } => Some((from.email.to_string(), told)),
            _ => None,
        }
    }

    /// What was caught so far, oldest first.
    pub fn caught(&self) -> Vec<Caught> {
        match &*self.0 {
            Way::Memory { caught, .. } => caught.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            _ => Vec::new(),
        }
    }

    /// Says where a demo shows what it caught.
    pub fn show_at(&self, url: String) {
        if let Way::Memory { shown_at, .. } = &*self.0 {
            // Said once.
            let _ = shown_at.set(url);
        }
    }

    pub fn shown_at(&self) -> Option<&str> {
        match &*self.0 {
            Way::Memory { shown_at, .. } => shown_at.get().map(String::as_str),
            _ => None,
        }
    }

    /// Connects and says hello, and sends nothing.
    ///
    /// # Errors
    /// Why the server does not answer or does not let us in.
    pub async fn greet(&self) -> Result<(), String> {
        let Way::Server { transport, .. } = &*self.0 else { return Ok(()) };
        match tokio::time::timeout(PATIENCE, transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("it did not answer as a mail server does".into()),
            Ok(Err(e)) => Err(told(&e)),
            Err(_) => Err("it did not answer in time".into()),
        }
    }

    /// Hands the mail over. A yes that is lost on its way looks like no answer: the mail may come twice, each time
    /// with the same `Message-ID`.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn send(&self, message: Message) -> Result<(), Failure> {
        let point = send!("hand over");
        let done = match &*self.0 {
            Way::Nobody => return Err(Failure::Later("no mail server is set".into())),
            Way::Memory { caught, .. } => {
                let (from, links) = (Mailbox::new(None, nowhere()), links(&message.text));
                message.mime(from).map_err(Failure::Refused)?;
                point.pass(Moment::Before);
                caught.lock().unwrap_or_else(PoisonError::into_inner).push(Caught { message, links });
                Ok(())
            }
            Way::Server { transport, from, .. } => {
                let mime = message.mime(from.clone()).map_err(Failure::Refused)?;
                point.pass(Moment::Before);
                match tokio::time::timeout(LIMIT, transport.send(mime)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(e)) => Err(failure(&e)),
                    Err(_) => Err(Failure::Later("it did not answer in time".into())),
                }
            }
        };
        point.pass(Moment::After);
        done
    }
}

impl Message {
    /// With exactly these headers: Date, Message-ID, From, To, Subject, Auto-Submitted, and those of the two parts.
    fn mime(&self, from: Mailbox) -> Result<lettre::Message, String> {
        let to = lettre::Address::new(self.to.local(), self.to.domain()).map_err(|e| e.to_string())?;
        let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(self.at).unwrap_or(0));
        // RFC 3834: nobody's absence note has to answer.
        let automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let body = MultiPart::alternative_plain_html::<String, String>(self.text.clone(), self.html.clone());
        lettre::Message::builder()
            .date(at)
            .message_id(Some(self.id.clone()))
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(self.subject.clone())
            .raw_header(automatic)
            .multipart(body)
            .map_err(|e| e.to_string())
    }
}

/// A demo sends from nobody: `demo@valetkey.invalid` (RFC 2606).
fn nowhere() -> lettre::Address {
    lettre::Address::new("demo", "valetkey.invalid").expect("it is an address")
}

fn links(text: &str) -> Vec<String> {
    text.split_whitespace().filter(|word| word.contains("://")).map(str::to_owned).collect()
}

fn failure(e: &lettre::transport::smtp::Error) -> Failure {
    let about_us = e.status().is_some_and(|code| ABOUT_US.contains(&u16::from(code)));
    let refused = e.status().is_some_and(|c| c.severity == Severity::PermanentNegativeCompletion);
    if refused && !about_us { Failure::Refused(told(e)) } else { Failure::Later(told(e)) }
}

/// The server's words on one line, without addresses that it may repeat of the mail: a link is a secret.
fn told(e: &lettre::transport::smtp::Error) -> String {
    let all = e.to_string();
    let words = all.split_whitespace().map(|w| if w.contains("://") { "…" } else { w });
    let line: String = words.collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).collect();
    line.chars().take(MOST_WHY).collect()
}
