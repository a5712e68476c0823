//! Stands between the product and PostgreSQL, reads the messages of both sides, and cuts where a test says.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A running proxy. Its threads end with the test process.
pub struct Proxy {
    pub port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// How many more messages pass before the connection of the last of them is cut.
    left: Option<u32>,
    /// What the last of them was, once it is cut.
    cut: Option<Cut>,
    /// Messages so far.
    seen: u64,
    /// Connections are refused.
    away: bool,
    /// Bytes of the server that arrive as others, of the same length.
    lie: Option<(Vec<u8>, Vec<u8>)>,
    open: Vec<(TcpStream, UnixStream)>,
}

/// The message after which a connection was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It reached the server, whose answer is lost.
    Asked(String),
    /// The server's answer arrived; nothing after it did.
    Answered(char),
}

impl Proxy {
    /// Listens in front of the server with this socket.
    pub fn before(socket: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let state = Arc::<Mutex<State>>::default();
        let (shared, socket) = (Arc::clone(&state), socket.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A server that is not there is one that refuses.
                let _ = carry(client, &socket, &shared);
            }
        });
        Self { port, state }
    }

    /// The address of a database behind it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://valetkey@127.0.0.1:{}/{database}", self.port)
    }

    /// Cuts after this many messages from now on, counting both sides of all connections.
    pub fn cut_after(&self, messages: u32) {
        let mut state = lock(&self.state);
        (state.left, state.cut) = (Some(messages), None);
    }

    /// Where it was cut; none when fewer messages passed. Cuts nothing from now on.
    pub fn ended(&self) -> Option<Cut> {
        let mut state = lock(&self.state);
        state.left = None;
        state.cut.take()
    }

    /// Messages of both sides and all connections so far.
    pub fn seen(&self) -> u64 {
        lock(&self.state).seen
    }

    /// Takes the server away, with every connection to it, or gives it back.
    pub fn away(&self, away: bool) {
        let mut state = lock(&self.state);
        state.away = away;
        for (client, server) in state.open.drain(..).filter(|_| away) {
            let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
        }
    }

    /// Lets the server say something else.
    pub fn lie(&self, says: &[u8], arrives: &[u8]) {
        assert_eq!(says.len(), arrives.len());
        lock(&self.state).lie = Some((says.to_owned(), arrives.to_owned()));
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn carry(client: TcpStream, socket: &PathBuf, state: &Arc<Mutex<State>>) -> io::Result<()> {
    if lock(state).away {
        return client.shutdown(Shutdown::Both);
    }
    let server = UnixStream::connect(socket)?;
    client.set_nodelay(true)?;
    lock(state).open.push((client.try_clone()?, server.try_clone()?));
    let (shared, from, to) = (Arc::clone(state), client.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || asks(from, to, &shared));
    let shared = Arc::clone(state);
    std::thread::spawn(move || answers(server, client, &shared));
    Ok(())
}

/// From the product to the server. The first message has no letter.
fn asks(mut client: TcpStream, mut server: UnixStream, state: &Mutex<State>) {
    let mut first = true;
    while let Ok((letter, message)) = read(&mut client, !std::mem::take(&mut first)) {
        let cut = last(state, || Cut::Asked(told(letter, &message)));
        let sent = server.write_all(&message);
        if cut {
            let _ = client.shutdown(Shutdown::Both);
            break;
        }
        if sent.is_err() {
            break;
        }
    }
    // The server reads what was sent before it sees the end.
    let _ = server.shutdown(Shutdown::Write);
}

fn answers(mut server: UnixStream, mut client: TcpStream, state: &Mutex<State>) {
    while let Ok((letter, mut message)) = read(&mut server, true) {
        if let Some((says, arrives)) = &lock(state).lie
            && let Some(at) = message.windows(says.len()).position(|part| part == says)
        {
            message[at..at + says.len()].copy_from_slice(arrives);
        }
        let cut = last(state, || Cut::Answered(char::from(letter)));
        if client.write_all(&message).is_err() || cut {
            break;
        }
    }
    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}

/// Counts a message; whether it is the last one of its connection.
fn last(state: &Mutex<State>, cut: impl FnOnce() -> Cut) -> bool {
    let mut state = lock(state);
    state.seen += 1;
    let Some(left) = state.left.as_mut() else { return false };
    *left = left.saturating_sub(1);
    if *left > 0 {
        return false;
    }
    state.left = None;
    state.cut = Some(cut());
    true
}

/// One message: its letter, and all of its bytes.
fn read(from: &mut impl Read, has_letter: bool) -> io::Result<(u8, Vec<u8>)> {
    let head = usize::from(has_letter);
    let mut message = vec![0; head + 4];
    from.read_exact(&mut message)?;
    let length: [u8; 4] = message[head..].try_into().expect("four bytes");
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    message.resize(head + length.max(4), 0);
    from.read_exact(&mut message[head + 4..])?;
    Ok((if has_letter { message[0] } else { b' ' }, message))
}

/// The letter, with the text of a plain query.
fn told(letter: u8, message: &[u8]) -> String {
    let text = if letter == b'Q' { String::from_utf8_lossy(&message[5..]) } else { "".into() };
    format!("{} {}", char::from(letter), text.trim_end_matches('\0')).trim_end().to_owned()
}
