//! What the network promises, against sockets that misbehave.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{Answer, Call, Method, Online, Reach, Web, WebFault};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Long enough for a busy machine, short enough to wait for.
const SOON: Duration = Duration::from_millis(400);

/// A port of this machine where every connection is handed to `serve`; what that returns is told.
fn peer<T: Send + 'static>(serve: impl Fn(TcpStream) -> T + Send + 'static) -> (String, Receiver<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/path?query", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let _ = tell.send(serve(stream.unwrap()));
        }
    });
    (address, told)
}

/// Reads the head of a request.
fn head(stream: &mut TcpStream) -> String {
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        text.push(byte[0]);
    }
    String::from_utf8(text).unwrap().to_lowercase()
}

/// Reads a request's head, then answers with `words`.
fn answering(words: &'static str) -> (String, Receiver<String>) {
    peer(move |mut stream| {
        let head = head(&mut stream);
        stream.write_all(words.as_bytes()).unwrap();
        head
    })
}

fn send(call: &Call) -> Result<Answer, WebFault> {
    Online::open().unwrap().send(call)
}

fn get(url: &str) -> Call {
    Call::new(Method::Get, url, SOON)
}

#[test]
fn a_call_and_its_answer_travel_whole() {
    let (url, heads) = answering("HTTP/1.1 418 No\r\nX-A: 1\r\nx-a: 2\r\ncontent-length: 5\r\n\r\nshort");
    let answer = send(&get(&url).with("Host", "garden.example").with("authorization", "Bearer t")).unwrap();
    assert_eq!((answer.status, answer.body.as_slice(), answer.header("x-a")), (418, b"short".as_slice(), Some("1")));
    let head = heads.recv().unwrap();
    assert!(head.starts_with("get /path?query http/1.1\r\n"), "{head}");
    for line in ["host: garden.example\r\n", "authorization: bearer t\r\n", "user-agent: hectare/"] {
        assert_eq!(head.matches(line).count(), 1, "{line} in {head}");
    }
    assert_eq!(head.matches("host:").count(), 1, "{head}");
    assert!(!head.contains("content-length") && !head.contains("accept-encoding"), "{head}");
}

#[test]
fn a_body_travels_with_its_length_also_if_it_is_empty() {
    for (body, line) in [("", "content-length: 0\r\n"), ("some", "content-length: 4\r\n")] {
        let (url, heads) = answering("HTTP/1.1 204 Done\r\n\r\n");
        let call = Call { method: Method::Post, ..get(&url) }.body(body);
        assert!(send(&call).unwrap().is_success());
        let head = heads.recv().unwrap();
        assert!(head.contains(line) && !head.contains("chunked"), "{head}");
    }
}

#[test]
fn a_redirect_is_an_answer_and_nobody_is_asked_again() {
    let (elsewhere, heads) = answering("HTTP/1.1 200 Fine\r\ncontent-length: 0\r\n\r\n");
    let (url, _) = peer(move |mut stream| {
        head(&mut stream);
        write!(stream, "HTTP/1.1 307 There\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n").unwrap();
    });
    assert_eq!(send(&get(&url).with("authorization", "Bearer t")).unwrap().status, 307);
    assert!(heads.recv_timeout(Duration::from_millis(100)).is_err());
}

#[test]
fn a_machine_that_does_not_listen_received_nothing() {
    let url = format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    assert_eq!(send(&get(&url)), Err(WebFault::Unreachable("connection refused".into())));
    for never in ["http://", "no address", "http://127.0.0.1:1/ \n"] {
        assert!(matches!(send(&get(never)), Err(WebFault::Unreachable(_))), "{never}");
    }
    let split = get(&url).with("x", "a\r\nb: c");
    assert_eq!(send(&split), Err(WebFault::Unreachable("failed to parse header value".into())));
}

#[test]
fn an_answer_that_does_not_come_whole_is_lost() {
    let whole = "HTTP/1.1 200 Fine\r\ncontent-length: 9\r\n\r\nnot nine";
    for words in ["", "HTTP/1.1 200 Fi", whole, "no HTTP\r\n\r\n"] {
        let (url, _) = answering(words);
        let fault = send(&get(&url)).unwrap_err();
        assert!(matches!(fault, WebFault::Lost(_)), "{words:?}: {fault:?}");
    }
}

#[test]
fn a_call_that_is_never_answered_is_given_up_in_time() {
    let (url, _) = peer(|mut stream| {
        head(&mut stream);
        std::thread::sleep(SOON * 10);
    });
    let start = Instant::now();
    assert_eq!(send(&get(&url)), Err(WebFault::Lost("nothing came for 0.4 s".into())));
    assert!(start.elapsed() < SOON * 4);
}

#[test]
fn an_answer_that_drips_is_given_up_in_time() {
    let (url, _) = peer(|mut stream| {
        head(&mut stream);
        stream.write_all(b"HTTP/1.1 200 Fine\r\ncontent-length: 999\r\n\r\n").unwrap();
        while stream.write_all(b".").is_ok() {
            std::thread::sleep(SOON / 20);
        }
    });
    let start = Instant::now();
    assert!(matches!(send(&get(&url)), Err(WebFault::Lost(_))));
    assert!(start.elapsed() < SOON * 4);
}

#[test]
fn a_large_body_may_take_longer_as_long_as_it_moves() {
    let body = vec![7; 24 << 20];
    let (url, times) = peer(|mut stream| {
        head(&mut stream);
        let (start, mut piece, mut left) = (Instant::now(), vec![0; 1 << 20], 24 << 20);
        while left > 0 {
            left -= stream.read(&mut piece).unwrap();
            std::thread::sleep(SOON / 16);
        }
        stream.write_all(b"HTTP/1.1 201 Kept\r\ncontent-length: 0\r\n\r\n").unwrap();
        start.elapsed()
    });
    let call = Call { method: Method::Put, ..get(&url) }.body(body.clone());
    assert_eq!(send(&call).unwrap().status, 201);
    assert!(times.recv().unwrap() > SOON);

    let (url, _) = peer(|mut stream| {
        head(&mut stream);
        std::thread::sleep(SOON * 10);
    });
    let start = Instant::now();
    assert!(matches!(send(&Call { method: Method::Put, ..get(&url) }.body(body)), Err(WebFault::Lost(_))));
    assert!(start.elapsed() < SOON * 4);
}

#[test]
fn an_answer_that_is_too_long_is_not_held() {
    let (url, _) = answering("HTTP/1.1 200 Fine\r\ncontent-length: 9\r\n\r\nnine long");
    let call = Call { most: 8, ..get(&url) };
    assert_eq!(send(&call), Err(WebFault::TooLarge { status: 200, most: 8 }));
}

#[test]
fn connections_are_kept_and_shared() {
    let (url, _connections) = peer(|mut stream| {
        while !head(&mut stream).is_empty() {
            stream.write_all(b"HTTP/1.1 200 Fine\r\ncontent-length: 1\r\n\r\n.").unwrap();
        }
    });
    let online = Online::open().unwrap();
    // The peer serves one connection at a time: a second one would wait for ever.
    for _ in 0..3 {
        assert_eq!(online.send(&get(&url)).unwrap().status, 200);
    }
}

#[test]
fn nothing_of_a_header_is_shown() {
    let call = get("https://host.example/").with("authorization", "Bearer s3cr3t").body("s3cr3t");
    assert_eq!(format!("{call:?}"), r#"GET https://host.example/ ["authorization"] and 6 bytes"#);
}

#[test]
fn a_call_to_the_outside_is_not_led_into_the_own_network() {
    let (url, heads) = answering("HTTP/1.1 200 Fine\r\ncontent-length: 0\r\n\r\n");
    let port = url.rsplit(':').next().unwrap();
    for name in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"] {
        let call = Call { reach: Reach::Public, ..get(&format!("http://{name}:{port}")) };
        assert_eq!(send(&call), Err(WebFault::Unreachable(Reach::REFUSED.into())), "{name}");
    }
    assert!(heads.try_recv().is_err());
}
