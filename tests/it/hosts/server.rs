//! A small HTTP server inside the test: one thread for each connection, which is kept alive, and a book of all requests.

use super::clock::Clock;
use super::faults::{Faults, Mishap, Wait};
use super::message::{Reply, Request};
use hectare::model::Digest;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

/// What a server is the double of.
pub(crate) trait Host: Send + Sync + 'static {
    /// Does what is asked, and answers.
    fn answer(&self, request: &Request) -> Reply;

    /// How the host words a failure of its own; wrappers never see it.
    fn failure(&self, status: u16) -> Reply {
        Reply::json(status, &serde_json::json!({ "error": { "code": "internal", "message": "something went wrong" } }))
    }

    /// Whether faults may befall the request: pages of visitors are spared, so that a test sees what is live.
    fn is_exposed(&self, _request: &Request) -> bool {
        true
    }

    /// The time at the host.
    fn clock(&self) -> Clock {
        Clock::real()
    }
}

/// A line in the books: what was asked, and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Since the server was started.
    pub(crate) at: Duration,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// The token that came with it.
    pub(crate) bearer: Option<String>,
    /// The number of bytes of the body.
    pub(crate) sent: usize,
    /// By which two equal requests are known.
    pub(crate) body: Digest,
    /// The status, whether or not it reached the client; 0 if there is none.
    pub(crate) status: u16,
    pub(crate) mishap: Option<Mishap>,
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    host: Arc<dyn Host>,
    faults: Faults,
    elsewhere: Mutex<String>,
    began: Instant,
    book: Mutex<Vec<Entry>>,
    /// How long clients waited for answers that never came.
    hangs: Mutex<Vec<Duration>>,
    /// What lies between a request and its answer.
    latency: Mutex<Duration>,
    over: AtomicBool,
}

/// No client waits longer for an answer.
const LONGEST_HANG: Duration = Duration::from_secs(45);

impl Server {
    /// Listens on a free port of this machine.
    pub(crate) fn start(host: Arc<dyn Host>, faults: Faults) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            host,
            faults,
            elsewhere: Mutex::new("http://elsewhere.invalid".into()),
            began: Instant::now(),
            book: Mutex::default(),
            hangs: Mutex::default(),
            latency: Mutex::default(),
            over: AtomicBool::new(false),
        });
        let of_listener = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if of_listener.over.load(Ordering::Relaxed) {
                    break;
                }
                let shared = Arc::clone(&of_listener);
                // A client may go away at any time; what it asked for stands in the books.
                thread::spawn(move || shared.converse(&stream).unwrap_or_default());
            }
        });
        Self { shared, address }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What goes wrong here.
    pub(crate) fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// All requests so far, in the order in which they were answered.
    pub(crate) fn book(&self) -> Vec<Entry> {
        self.shared.book().clone()
    }

    /// How many requests that are.
    pub(crate) fn asked(&self) -> usize {
        self.shared.book().len()
    }

    /// How long clients waited for each answer that never came.
    pub(crate) fn hangs(&self) -> Vec<Duration> {
        self.shared.hangs.lock().unwrap().clone()
    }

    /// Closes the books and begins new ones.
    pub(crate) fn new_book(&self) -> Vec<Entry> {
        std::mem::take(&mut *self.shared.book())
    }

    /// Where redirects to another host lead.
    pub(crate) fn set_elsewhere(&self, url: &str) {
        url.clone_into(&mut self.shared.elsewhere.lock().unwrap());
    }

    /// From now on each answer takes at least so long.
    pub(crate) fn set_latency(&self, latency: Duration) {
        *self.shared.latency.lock().unwrap() = latency;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // The listener looks up only when someone calls.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.book.lock().unwrap()
    }

    fn converse(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        while let Some(mut request) = Request::head(&mut reader)? {
            if self.over.load(Ordering::Relaxed) {
                break;
            }
            let mishap = self.host.is_exposed(&request).then(|| self.faults.befalls(&request)).flatten();
            if mishap == Some(Mishap::CutBefore) {
                self.enter(&request, 0, mishap);
                return stream.shutdown(Shutdown::Both);
            }
            if request.header("expect").is_some() {
                (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            }
            request.read_body(&mut reader)?;
            // The lock is let go of first: others are answered meanwhile.
            let latency = *self.latency.lock().unwrap();
            thread::sleep(latency);
            self.respond(&request, mishap, stream)?;
            if request.header("connection").is_some_and(|wish| wish.eq_ignore_ascii_case("close")) {
                break;
            }
        }
        Ok(())
    }

    fn respond(&self, request: &Request, mishap: Option<Mishap>, stream: &TcpStream) -> io::Result<()> {
        let reply = match mishap {
            None => Some(self.host.answer(request)),
            Some(mishap) if mishap.is_done() => Some(self.host.answer(request)),
            Some(mishap) => self.refusal(request, mishap),
        };
        self.enter(request, reply.as_ref().map_or(0, |reply| reply.status), mishap);
        let mut wire = stream;
        match (mishap, reply) {
            (Some(Mishap::Hang | Mishap::HangAfter), _) => {
                let began = Instant::now();
                wait_for_end(stream)?;
                self.hangs.lock().unwrap().push(began.elapsed());
                stream.shutdown(Shutdown::Both)
            }
            (Some(Mishap::AnswerLost), _) | (_, None) => stream.shutdown(Shutdown::Both),
            (Some(Mishap::AnswerCut), Some(reply)) => {
                reply.write_head(&mut wire)?;
                wire.write_all(&reply.body[..reply.body.len() / 2])?;
                stream.shutdown(Shutdown::Both)
            }
            (Some(Mishap::AnswerGarbled), Some(reply)) => {
                let half = reply.body[..reply.body.len() / 2].to_vec();
                deliver(&Reply { body: half, ..reply }, request, wire)
            }
            (Some(Mishap::Slow), Some(reply)) => drip(&reply, wire),
            (_, Some(reply)) => deliver(&reply, request, wire),
        }
    }

    /// The answer when nothing was done; `None` if there is none.
    fn refusal(&self, request: &Request, mishap: Mishap) -> Option<Reply> {
        let wait = |reply: Reply, wait: Wait| match wait {
            Wait::Seconds(seconds) => reply.with("retry-after", seconds.to_string()),
            Wait::Date(seconds) => {
                let now = self.host.clock().now();
                let moment = now + jiff::SignedDuration::from_secs(seconds.cast_signed());
                reply.with("date", Clock::http_date(now)).with("retry-after", Clock::http_date(moment))
            }
            Wait::Unsaid => reply,
            Wait::Garbage => reply.with("retry-after", "soon, -1"),
        };
        Some(match mishap {
            Mishap::Broken => self.host.failure(500),
            Mishap::Gateway => Reply::html(502, "<!doctype html><title>502</title><h1>Bad gateway</h1>"),
            Mishap::Throttled(until) => wait(self.host.failure(429), until),
            Mishap::Unavailable(until) => wait(Reply::html(503, "<h1>Service unavailable</h1>"), until),
            Mishap::TokenExpired => Reply::text(403, "Expired JWT"),
            Mishap::Elsewhere => {
                Reply::empty(307).with("location", format!("{}{}", self.elsewhere.lock().unwrap(), request.path))
            }
            _ => return None,
        })
    }

    fn enter(&self, request: &Request, status: u16, mishap: Option<Mishap>) {
        let entry = Entry {
            at: self.began.elapsed(),
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            bearer: request.bearer().map(str::to_owned),
            sent: request.body.len(),
            body: Digest::of(&request.body),
            status,
            mishap,
        };
        self.book().push(entry);
    }
}

fn deliver(reply: &Reply, request: &Request, mut wire: impl Write) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(reply.body.len() + 512);
    reply.write_head(&mut bytes)?;
    if request.method != "HEAD" && reply.status != 204 && reply.status != 304 {
        bytes.extend(&reply.body);
    }
    wire.write_all(&bytes)
}

/// Half a second for the whole answer.
fn drip(reply: &Reply, mut wire: impl Write) -> io::Result<()> {
    reply.write_head(&mut wire)?;
    for piece in reply.body.chunks(reply.body.len().div_ceil(10).max(1)) {
        thread::sleep(Duration::from_millis(50));
        wire.write_all(piece)?;
    }
    Ok(())
}

/// Says nothing until the client gives up.
fn wait_for_end(stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(LONGEST_HANG))?;
    let patience = stream.peek(&mut [0]);
    stream.set_read_timeout(None)?;
    patience.map(drop).or(Ok(()))
}
