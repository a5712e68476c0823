//! A mail server that a test gives a mood. It shares nothing with the product: it reads lines, as a stranger would.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use valetkey::config::Config;
use valetkey::mail::Mailer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// "Come again": as servers do with whom they do not know.
    Greylists,
    /// No such mailbox, with words that repeat a link.
    Refuses,
    /// Does not like who we are.
    Mistrusts,
    /// Takes the mail, and is gone before it says so.
    DiesAfterwards,
}

#[derive(Clone)]
pub struct MailServer {
    pub address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    /// Each mail as it came, with who it was for.
    taken: Arc<Mutex<Vec<(String, String)>>>,
}

impl MailServer {
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = Self { address, mood: Arc::new(Mutex::new(mood)), taken: Arc::default() };
        let own = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(own.clone(), stream));
            }
        });
        server
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().expect("not poisoned") = mood;
    }

    pub fn taken(&self) -> Vec<(String, String)> {
        self.taken.lock().expect("not poisoned").clone()
    }

    /// What the product makes of settings that name this server.
    pub fn mailer(&self) -> Mailer {
        mailer(self.address.port())
    }
}

/// The same for any port of this machine.
pub fn mailer(port: u16) -> Mailer {
    let text = format!(
        "public_url = 'http://localhost:1'\n[smtp]\nhost = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nfrom = 'Access \
         <access@server.test>'\n"
    );
    toml::from_str::<Config>(&text).expect("settings").mailer().expect("a mailer")
}

async fn talk(server: MailServer, stream: TcpStream) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 sink.test ready\r\n").await.ok()?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let mood = *server.mood.lock().expect("not poisoned");
        let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match (command.as_str(), mood) {
            ("EHLO", _) => "250-sink.test\r\n250 8BITMIME".to_owned(),
            ("MAIL", Mood::Mistrusts) => "530 5.7.0 authentication required".into(),
            ("RCPT", Mood::Greylists) => "451 4.7.1 greylisted, come again".into(),
            ("RCPT", Mood::Refuses) => "550 5.1.1 no such mailbox http://localhost/r/secret".into(),
            ("RCPT", _) => {
                to = line;
                "250 ok".into()
            }
            ("DATA", _) => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await.ok()? {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push('\n');
                }
                server.taken.lock().expect("not poisoned").push((to.clone(), mail));
                if mood == Mood::DiesAfterwards {
                    return None;
                }
                "250 taken".into()
            }
            ("QUIT", _) => "221 bye".into(),
            _ => "250 ok".into(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
    }
    Some(())
}
