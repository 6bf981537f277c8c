//! A running preview of a small repository.

use crate::farm::Farm;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// How long anything may take on a machine that does much else.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The program at work; it ends with the test.
pub(crate) struct Preview {
    pub(crate) port: u16,
    process: Child,
    lines: Receiver<String>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Preview {
    /// Starts the program on any free port and waits until it serves.
    pub(crate) fn start(farm: &Farm, flags: &str) -> Self {
        Self::begin(farm.command(&format!("serve --port 0 {flags}")))
    }

    /// Starts this command, which serves on any free port.
    pub(crate) fn begin(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let (said, wrong) = (process.stdout.take().unwrap(), process.stderr.take().unwrap());
        for stream in [Box::new(said) as Box<dyn Read + Send>, Box::new(wrong)] {
            let sender = sender.clone();
            std::thread::spawn(move || {
                BufReader::new(stream).lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
            });
        }
        let mut preview = Self { port: 0, process, lines };
        let line = preview.line(|line| line.contains("http://localhost:"));
        let port = line.split("http://localhost:").nth(1).unwrap().split('/').next().unwrap();
        preview.port = port.parse().unwrap();
        preview
    }

    /// Waits for a line that the program says.
    pub(crate) fn line(&self, wanted: impl Fn(&str) -> bool) -> String {
        let until = Instant::now() + PATIENCE;
        let mut heard = Vec::new();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("the program only said {heard:#?}"));
            if wanted(&line) {
                return line;
            }
            heard.push(line);
        }
    }

    /// Everything that the program said and nobody waited for.
    pub(crate) fn said(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// The name of a site, with the port.
    pub(crate) fn host(&self, site: &str) -> String {
        format!("{site}.localhost:{}", self.port)
    }

    /// Asks as a browser does.
    pub(crate) fn get(&self, site: &str, path: &str) -> Reply {
        self.fetch(&self.host(site), path).0
    }

    /// The list of the fleet.
    pub(crate) fn list(&self) -> Reply {
        self.fetch(&format!("localhost:{}", self.port), "/").0
    }

    /// Asks under a name, and hands out the body as it came.
    pub(crate) fn fetch(&self, host: &str, path: &str) -> (Reply, Vec<u8>) {
        self.answer(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).unwrap()
    }

    /// Sends bytes as they are; none if the connection was closed without an answer.
    pub(crate) fn ask(&self, bytes: &str) -> Option<Reply> {
        Some(self.answer(bytes)?.0)
    }

    /// The same, with the body as it came.
    fn answer(&self, bytes: &str) -> Option<(Reply, Vec<u8>)> {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|end| end == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let bytes = answer.split_off(end + 4);
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Some((Reply { status, head: head.to_ascii_lowercase(), body }, bytes))
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Begins to listen to the events of a page; what comes is told line by line.
    pub(crate) fn events(&self, site: &str, query: &str) -> Receiver<String> {
        let mut stream = self.connect();
        let host = self.host(site);
        write!(stream, "GET /_hectare/events?{query} HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
        let (sender, lines) = channel();
        let mut read = BufReader::new(stream).lines().map_while(Result::ok);
        assert!(read.next().unwrap().contains("200"), "the stream begins");
        read.by_ref().find(String::is_empty).unwrap();
        std::thread::spawn(move || read.filter(|line| line.contains(": ")).try_for_each(|line| sender.send(line)));
        lines
    }

    /// Asks until a page says what it should.
    pub(crate) fn until(&self, site: &str, path: &str, wanted: impl Fn(&Reply) -> bool) -> Reply {
        let until = Instant::now() + PATIENCE;
        loop {
            let reply = self.get(site, path);
            if wanted(&reply) {
                return reply;
            }
            assert!(Instant::now() < until, "{path} still says {reply:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the program as Ctrl-C does, and tells how it ended.
    pub(crate) fn end(mut self) -> Option<i32> {
        let process = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
        self.process.wait().unwrap().code()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
