//! The tools under the doubles do what they say: each mishap, drawn or ordered, is what a client meets and what the books tell.

use super::clock::Clock;
use super::faults::{Faults, Mishap, Wait};
use super::message::{Reply, Request};
use super::server::{Host, Server};
use serde_json::json;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Counts what it was asked to do, and tells what it was asked.
#[derive(Default)]
struct Counter {
    done: AtomicUsize,
}

impl Host for Counter {
    fn answer(&self, request: &Request) -> Reply {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let (body, host) = (String::from_utf8_lossy(&request.body), request.host());
        let page = request.parameter("page");
        Reply::json(200, &json!({ "done": done, "body": body, "host": host, "page": page, "at": request.segments() }))
    }

    fn is_exposed(&self, request: &Request) -> bool {
        request.path != "/page"
    }

    fn clock(&self) -> Clock {
        Clock::fast(60).off_by(600)
    }
}

/// A double, and a connection to it.
struct Call {
    host: Arc<Counter>,
    server: Server,
    wire: TcpStream,
}

impl Call {
    fn to(faults: Faults) -> Self {
        let host = Arc::new(Counter::default());
        let server = Server::start(Arc::clone(&host) as Arc<dyn Host>, faults);
        let wire = connect(&server);
        Self { host, server, wire }
    }

    /// Sends a request on the connection; what comes back until it is whole, the connection ends, or half a second passes in silence.
    fn ask(&mut self, method: &str, target: &str, body: &str) -> String {
        let length = body.len();
        let request =
            format!("{method} {target} HTTP/1.1\r\nhost: a.example:80\r\ncontent-length: {length}\r\n\r\n{body}");
        self.wire.write_all(request.as_bytes()).unwrap();
        read(&mut self.wire).unwrap_or_else(|fault| format!("none: {}", fault.kind()))
    }

    fn done(&self) -> usize {
        self.host.done.load(Ordering::Relaxed)
    }
}

fn connect(server: &Server) -> TcpStream {
    let wire = TcpStream::connect(server.address()).unwrap();
    wire.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    wire
}

fn read(wire: &mut TcpStream) -> io::Result<String> {
    let (mut text, mut piece) = (String::new(), [0; 4096]);
    loop {
        let got = wire.read(&mut piece)?;
        text += &String::from_utf8_lossy(&piece[..got]);
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            length.is_none_or(|length| length.parse::<usize>().unwrap() <= body.len())
        });
        if whole || got == 0 {
            return Ok(text);
        }
    }
}

#[test]
fn a_connection_is_kept_and_every_request_is_in_the_books() {
    let mut call = Call::to(Faults::none());
    let first = call.ask("POST", "/a/b?page=2", "hello");
    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    let expected = r#"{"done":1,"body":"hello","host":"a.example","page":"2","at":["a","b"]}"#;
    assert!(first.ends_with(expected), "{first}");
    let chunked = "PUT /c HTTP/1.1\r\nauthorization: Bearer t\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n";
    call.wire.write_all(chunked.as_bytes()).unwrap();
    assert!(read(&mut call.wire).unwrap().contains(r#""body":"hello""#));
    let book = call.server.new_book();
    let lines: Vec<_> = book.iter().map(|entry| (entry.method.as_str(), entry.path.as_str(), entry.sent)).collect();
    assert_eq!(lines, [("POST", "/a/b", 5), ("PUT", "/c", 5)]);
    assert_eq!((book[0].query.as_str(), book[1].bearer.as_deref()), ("page=2", Some("t")));
    assert!(call.server.book().is_empty());
}

#[test]
fn what_is_lost_was_done_and_what_is_refused_was_not() {
    let told = |mishap: Mishap, answer: &str| {
        let mut call = Call::to(Faults::none());
        call.server.set_elsewhere("http://other.example");
        call.server.faults().order("POST", "/x", 1, mishap);
        let said = call.ask("POST", "/x", "body");
        assert!(said.contains(answer), "{mishap:?}: {said}");
        assert_eq!(call.done(), usize::from(mishap.is_done()), "{mishap:?}");
        let book = call.server.book();
        assert_eq!(book.len(), 1);
        assert_eq!(book[0].mishap, Some(mishap));
        // The next one is served on a new connection, whatever happened to this one.
        call.wire = connect(&call.server);
        let next = call.ask("POST", "/x", "body");
        assert!(next.starts_with("HTTP/1.1 200"), "after {mishap:?}: {next}");
    };
    told(Mishap::Broken, "HTTP/1.1 500");
    told(Mishap::Gateway, "<h1>Bad gateway");
    told(Mishap::Throttled(Wait::Seconds(7)), "retry-after: 7\r\n");
    told(Mishap::Throttled(Wait::Garbage), "retry-after: soon");
    told(Mishap::Unavailable(Wait::Date(5)), " GMT\r\n");
    told(Mishap::Unavailable(Wait::Unsaid), "HTTP/1.1 503");
    told(Mishap::CutBefore, "");
    told(Mishap::CutAfter, "");
    told(Mishap::AnswerLost, "");
    told(Mishap::AnswerCut, "HTTP/1.1 200");
    told(Mishap::AnswerGarbled, r#"{"done":1"#);
    told(Mishap::Hang, "none: ");
    told(Mishap::HangAfter, "none: ");
    told(Mishap::TokenExpired, "Expired JWT");
    told(Mishap::Elsewhere, "location: http://other.example/x");
}

#[test]
fn the_same_seed_hits_the_same_requests() {
    let hits = |seed: u64| {
        let faults = Faults::drawn(seed, 0.2, &Mishap::PASSING);
        let request = |n: usize| Request {
            method: "GET".into(),
            path: format!("/{}", n % 50),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        (0..2000).map(|n| faults.befalls(&request(n))).collect::<Vec<_>>()
    };
    let (one, other) = (hits(1), hits(2));
    assert_eq!(one, hits(1));
    assert_ne!(one, other);
    let share = one.iter().flatten().count();
    assert!((340..460).contains(&share), "{share} of 2000");
    let missing = Mishap::PASSING.into_iter().find(|mishap| !one.contains(&Some(*mishap)));
    assert_eq!(missing, None);
}

#[test]
fn pages_are_spared_and_an_outage_ends() {
    let mut call = Call::to(Faults::drawn(1, 1.0, &[Mishap::Broken]));
    call.server.set_latency(Duration::from_millis(20));
    assert!(call.ask("GET", "/page", "").starts_with("HTTP/1.1 200"));
    assert!(call.ask("GET", "/call", "").starts_with("HTTP/1.1 500"));
    call.server.faults().calm();
    assert!(call.ask("GET", "/call", "").starts_with("HTTP/1.1 200"));
    call.server.faults().down(true);
    assert!(call.ask("GET", "/call", "").starts_with("HTTP/1.1 503"));
    call.server.faults().down(false);
    assert!(call.ask("GET", "/call", "").starts_with("HTTP/1.1 200"));
    assert!(call.server.book()[0].at >= Duration::from_millis(20));
    assert_eq!(call.server.book().iter().map(|entry| entry.status).collect::<Vec<_>>(), [200, 500, 200, 503, 200]);
    assert!(call.server.url().ends_with(&call.server.address().port().to_string()));
}

#[test]
fn a_fast_clock_passes_an_hour_in_a_moment() {
    let clock = Clock::fast(3600);
    let before = clock.now();
    std::thread::sleep(clock.really(Duration::from_secs(360)));
    assert!(clock.now().duration_since(before).as_secs() >= 360);
    assert_eq!(Clock::http_date("2026-11-26T22:56:41Z".parse().unwrap()), "Thu, 26 Nov 2026 22:56:41 GMT");
}
