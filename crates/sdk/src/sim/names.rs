//! A name server for names that exist nowhere, with the answers and the faults of real ones. It speaks what
//! RFC 1035 and RFC 2308 describe, over UDP on this machine only, and shares nothing with whoever asks it.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

const HEADER: usize = 12;
/// Types and the one class of RFC 1035, 3.2.
const NS: u16 = 2;
const SOA: u16 = 6;
const TXT: u16 = 16;
const IN: u16 = 1;
/// Codes of RFC 1035, 4.1.1.
const NO_ERROR: u8 = 0;
const SERVER_FAILURE: u8 = 2;
const NAME_ERROR: u8 = 3;
const REFUSED: u8 = 5;
const TTL: u32 = 60;

/// What is answered about the texts of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    Texts(Vec<String>),
    /// There is no such name, says the zone's start of authority. So it is of every name that nobody set.
    NoName,
    /// The name is there and holds no text.
    NoText,
    /// An empty answer that only names other servers, as a server does that does not know the zone.
    Referral,
    Failure,
    Refused,
    /// Nothing at all.
    Silence,
}

#[derive(Default)]
struct Zone {
    replies: BTreeMap<String, Reply>,
    asked: Vec<String>,
}

/// A running one. It ends when it is dropped.
pub struct NameServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    task: JoinHandle<()>,
}

impl NameServer {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If there is none.
    pub async fn start() -> io::Result<Self> {
        let socket = UdpSocket::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let (address, zone) = (socket.local_addr()?, Arc::<Mutex<Zone>>::default());
        let task = tokio::spawn(serve(socket, Arc::clone(&zone)));
        Ok(Self { address, zone, task })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers so from now on.
    pub fn set(&self, name: &str, reply: Reply) {
        lock(&self.zone).replies.insert(name.to_ascii_lowercase(), reply);
    }

    /// The names that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        lock(&self.zone).asked.clone()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(zone: &Mutex<Zone>) -> MutexGuard<'_, Zone> {
    zone.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(socket: UdpSocket, zone: Arc<Mutex<Zone>>) {
    let mut buffer = [0; 1_500];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let Some(question) = Question::read(&buffer[..length]) else { continue };
        let reply = {
            let mut zone = lock(&zone);
            zone.asked.push(question.name.clone());
            zone.replies.get(&question.name).cloned().unwrap_or(Reply::NoName)
        };
        if let Some(answer) = question.answer(&reply) {
            // Whoever asked may be gone.
            let _ = socket.send_to(&answer, from).await;
        }
    }
}

/// The one question of a message.
struct Question<'a> {
    message: &'a [u8],
    /// In small letters, without the last dot.
    name: String,
    of: u16,
    /// Where it ends in the message, and where its name's second label begins.
    end: usize,
    parent: usize,
}

impl<'a> Question<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let number = |at: usize| Some(u16::from_be_bytes(message.get(at..at + 2)?.try_into().ok()?));
        let is_query = message.get(2)? & 0xF8 == 0;
        if !is_query || number(4)? != 1 {
            return None;
        }
        let (mut at, mut labels, mut parent) = (HEADER, Vec::new(), HEADER);
        loop {
            let length = usize::from(*message.get(at)?);
            at += 1;
            if length == 0 {
                break;
            }
            let label = message.get(at..at + length).filter(|_| length < 64)?;
            labels.push(String::from_utf8_lossy(label).to_ascii_lowercase());
            at += length;
            if labels.len() == 1 {
                parent = at;
            }
        }
        let (of, class) = (number(at)?, number(at + 2)?);
        (class == IN).then(|| Self { message, name: labels.join("."), of, end: at + 4, parent })
    }

    fn answer(&self, reply: &Reply) -> Option<Vec<u8>> {
        let code = match reply {
            Reply::Silence => return None,
            Reply::Failure => SERVER_FAILURE,
            Reply::Refused => REFUSED,
            Reply::NoName => NAME_ERROR,
            Reply::Texts(_) | Reply::NoText | Reply::Referral => NO_ERROR,
        };
        let texts = match reply {
            Reply::Texts(texts) if self.of == TXT => texts.as_slice(),
            _ => &[],
        };
        let authority: Option<(u16, Vec<u8>)> = match reply {
            Reply::Referral => Some((NS, self.under_zone("elsewhere"))),
            Reply::NoName | Reply::NoText => Some((SOA, self.start_of_authority())),
            Reply::Texts(_) if texts.is_empty() => Some((SOA, self.start_of_authority())),
            _ => None,
        };
        let mut out = self.message[..2].to_vec();
        // A response with authority, but where it only refers; recursion as it was wanted, and to be had.
        let is_own = u8::from(*reply != Reply::Referral) << 2;
        out.extend([0x80 | is_own | (self.message[2] & 1), 0x80 | code]);
        for count in [1, texts.len(), usize::from(authority.is_some()), 0] {
            out.extend(u16::try_from(count).ok()?.to_be_bytes());
        }
        out.extend(&self.message[HEADER..self.end]);
        for text in texts {
            let pieces = text.as_bytes().chunks(255);
            let data: Vec<u8> =
                pieces.flat_map(|p| [&[u8::try_from(p.len()).unwrap_or(255)], p].concat()).collect();
            record(&mut out, HEADER, TXT, &data)?;
        }
        if let Some((of, data)) = authority {
            record(&mut out, self.parent, of, &data)?;
        }
        Some(out)
    }

    /// A name below the zone, which is the question's without its first label.
    fn under_zone(&self, label: &str) -> Vec<u8> {
        let mut name = vec![u8::try_from(label.len()).unwrap_or(0)];
        name.extend(label.as_bytes());
        name.extend(pointer(self.parent));
        name
    }

    fn start_of_authority(&self) -> Vec<u8> {
        let mut data = self.under_zone("ns");
        data.extend(self.under_zone("hostmaster"));
        // Serial, refresh, retry, expire, and how long a negative answer holds.
        for number in [1, 3_600, 600, 86_400, TTL] {
            data.extend(number.to_be_bytes());
        }
        data
    }
}

/// RFC 1035, 4.1.4: a name that stands earlier in the message.
fn pointer(at: usize) -> [u8; 2] {
    (0xC000 | u16::try_from(at).unwrap_or(0)).to_be_bytes()
}

fn record(out: &mut Vec<u8>, name: usize, of: u16, data: &[u8]) -> Option<()> {
    out.extend(pointer(name));
    out.extend(of.to_be_bytes());
    out.extend(IN.to_be_bytes());
    out.extend(TTL.to_be_bytes());
    out.extend(u16::try_from(data.len()).ok()?.to_be_bytes());
    out.extend(data);
    Some(())
}
