//! A bucket that is not of this house: moto, which many others try their programs with. `tests/run` installs it.

use super::bucket::BUCKET;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The running service, with one empty bucket.
pub(crate) struct Moto {
    child: Child,
    port: u16,
}

impl Moto {
    pub(crate) fn start() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("target/tools/moto/bin/python");
        assert!(python.exists(), "moto is not installed; `tests/run` does that");
        let mut command = Command::new(python);
        command.arg(here.join("tests/tools/moto/serve.py")).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let moto = Self { child, port: line.trim().parse().unwrap() };
        let made = moto.ask(&format!("PUT /{BUCKET}"));
        assert!(made.starts_with("HTTP/1.1 200"), "{made}");
        moto
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the service answers to a request without a body.
    fn ask(&self, what: &str) -> String {
        let mut wire = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(wire, "{what} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        wire.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
