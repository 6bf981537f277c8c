//! A preview is closed: nobody but the person in front of it reads what is not public yet.

use super::preview::Preview;
use crate::farm::Farm;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

/// How a probe is built.
enum Probe {
    /// A request for the home page under this `Host`.
    Host(&'static str),
    /// A request for this path with these further headers.
    Headers(&'static str, &'static str),
    /// A request line; the right `Host` follows.
    Line(&'static str),
    /// A request line, and headers with a body.
    Body(&'static str, &'static str),
    /// Bytes as they are.
    Raw(&'static str),
}

use Probe::{Body, Headers, Host, Line, Raw};

/// `PORT` stands for the port. Statuses that may answer; a connection closed without a word always may.
const PROBES: [(Probe, &[u16]); 59] = [
    (Host("evil.example"), &[403]),
    (Host("evil.example:PORT"), &[403]),
    (Host("one.localhost"), &[403]),
    (Host("one.localhost:1"), &[403]),
    (Host("one.localhost:PORT.evil.example"), &[403]),
    (Host("one.localhost.evil.example:PORT"), &[403]),
    (Host("evil.example#.localhost:PORT"), &[403]),
    (Host("evillocalhost:PORT"), &[403]),
    (Host("127.0.0.1.evil.example:PORT"), &[403]),
    (Host("169.254.169.254:PORT"), &[403]),
    (Host("0.0.0.0:PORT"), &[403]),
    (Host("192.168.0.1:PORT"), &[403]),
    (Host("2130706433:PORT"), &[403]),
    (Host(""), &[403]),
    (Host("user@localhost:PORT"), &[403]),
    (Host("one.localhost:PORT/evil"), &[403]),
    (Host("one.localhost:PORT\r\nHost: evil.example"), &[403]),
    (Raw("GET / HTTP/1.1\r\n\r\n"), &[400, 403]),
    (Raw("GET / HTTP/1.0\r\n\r\n"), &[400, 403]),
    (Headers("/_hectare/events?path=/", "Origin: http://evil.example"), &[403]),
    (Headers("/_hectare/events?path=/", "Origin: null"), &[403]),
    (Headers("/_hectare/events?path=/", "Origin: https://one.localhost:PORT"), &[403]),
    (Headers("/_hectare/events?path=/", "Origin: http://two.localhost:PORT"), &[403]),
    (Headers("/_hectare/events?path=/", "Sec-Fetch-Site: same-site"), &[403]),
    (Headers("/", "Origin: http://evil.example"), &[403]),
    (Headers("/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script"), &[403]),
    (Headers("/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe"), &[403]),
    (Headers("/", "Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket"), &[403]),
    (Line("GET /../../../etc/passwd HTTP/1.1"), &[400]),
    (Line("GET /%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1"), &[400]),
    (Line("GET /..%2f..%2f..%2fetc/passwd HTTP/1.1"), &[400]),
    (Line("GET /%252e%252e%252fsites.toml HTTP/1.1"), &[400, 404]),
    (Line("GET /..%5c..%5cetc%5cpasswd HTTP/1.1"), &[400]),
    (Line("GET /\\..\\..\\etc\\passwd HTTP/1.1"), &[400]),
    (Line("GET /index.html%00.txt HTTP/1.1"), &[400]),
    (Line("GET /.%2e/sites.toml HTTP/1.1"), &[400]),
    (Line("GET /%c0%ae%c0%ae/sites.toml HTTP/1.1"), &[400]),
    (Line("GET /%zz HTTP/1.1"), &[400]),
    (Line("GET /@fs/etc/passwd?raw?? HTTP/1.1"), &[404]),
    (Line("GET /sites.toml?import&raw?? HTTP/1.1"), &[404]),
    (Line("GET /sites.toml?.svg?.wasm?init HTTP/1.1"), &[404]),
    (Line("GET /content/one/_index.md HTTP/1.1"), &[404]),
    (Line("GET /.hectare/cache/index HTTP/1.1"), &[404]),
    (Line("GET /_headers HTTP/1.1"), &[404]),
    (Line("GET /file:///etc/passwd HTTP/1.1"), &[400, 404]),
    (Line("GET http://evil.example/ HTTP/1.1"), &[400]),
    (Line("GET //evil.example/%2e%2e HTTP/1.1"), &[400]),
    (Line("GET sites.toml HTTP/1.1"), &[400]),
    (Line("GET * HTTP/1.1"), &[400]),
    (Line("POST / HTTP/1.1"), &[405]),
    (Line("PUT /index.html HTTP/1.1"), &[405]),
    (Line("DELETE / HTTP/1.1"), &[405]),
    (Line("OPTIONS * HTTP/1.1"), &[405]),
    (Line("TRACE / HTTP/1.1"), &[405]),
    (Line("CONNECT evil.example:443 HTTP/1.1"), &[405]),
    (Body("GET / HTTP/1.1", "Content-Length: 2\r\n\r\nhi"), &[400]),
    (Body("GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), &[400]),
    (Raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), &[400, 505]),
    (Raw("\u{16}\u{3}\u{1}\u{2}\r\n\r\n"), &[400]),
];

#[test]
fn every_hostile_probe_is_refused() {
    let farm = Farm::new().site("one").site("two");
    let preview = Preview::start(&farm, "");
    let port = preview.port.to_string();
    let mut wrong = Vec::new();
    for (probe, allowed) in PROBES {
        let own = "Host: one.localhost:PORT\r\nConnection: close";
        let request = match probe {
            Host(host) => format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            Headers(path, headers) => format!("GET {path} HTTP/1.1\r\n{own}\r\n{headers}\r\n\r\n"),
            Line(line) => format!("{line}\r\n{own}\r\n\r\n"),
            Body(line, rest) => format!("{line}\r\n{own}\r\n{rest}"),
            Raw(bytes) => bytes.to_owned(),
        };
        let request = request.replace("PORT", &port);
        let Some(reply) = preview.ask(&request) else { continue };
        let leaks = ["Hello", "root:", "[[site]]", "one.example"].iter().any(|text| reply.body.contains(text));
        let leaks = leaks && reply.status != 404 || reply.head.contains("access-control-allow-origin");
        if !allowed.contains(&reply.status) || leaks {
            wrong.push(format!("{request:?} was answered {}", reply.head.lines().next().unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{} of {} were let in:\n{}", wrong.len(), PROBES.len(), wrong.join("\n"));
    assert_eq!(preview.get("one", "/").status, 200, "those that may are still let in");
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    let host = preview.host("one");
    for request in [
        format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "a".repeat(100_000)),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\nA: {}\r\n\r\n", "a".repeat(100_000)),
        format!("GET / HTTP/1.1\r\nHost: {host}\r\n{}\r\n", "A: b\r\n".repeat(500)),
    ] {
        let status = preview.ask(&request).map_or(431, |reply| reply.status);
        assert!(matches!(status, 400 | 414 | 431), "{status}");
    }
}

#[test]
fn a_fragment_in_a_request_is_nothing_that_files_are_found_by() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    let request =
        format!("GET /no#/../../sites.toml HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", preview.host("one"));
    assert!(preview.ask(&request).is_none_or(|reply| matches!(reply.status, 400 | 404)));
}

#[test]
fn connections_that_say_nothing_are_closed_within_ten_seconds() {
    let farm = Farm::new().site("one");
    let preview = Preview::start(&farm, "");
    let watch = Instant::now();
    let mut silent = preview.connect();
    let mut half = preview.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost: one.local").unwrap();
    let mut slow = preview.connect();
    let crowd: Vec<_> = (0..500).map(|_| preview.connect()).collect();
    assert_eq!(preview.get("one", "/").status, 200, "others are answered meanwhile");
    let is_open = |stream: &mut std::net::TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut rest = [0; 512];
        loop {
            match stream.read(&mut rest) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return matches!(error.kind(), std::io::ErrorKind::WouldBlock),
            }
        }
    };
    let mut open = [true; 3];
    while open != [false; 3] && watch.elapsed() < Duration::from_secs(12) {
        let _ = slow.write_all(b"G");
        std::thread::sleep(Duration::from_millis(200));
        open = [is_open(&mut silent), is_open(&mut half), is_open(&mut slow)];
    }
    assert!(watch.elapsed() < Duration::from_secs(10), "{open:?} after {:?}", watch.elapsed());
    drop(crowd);
}
