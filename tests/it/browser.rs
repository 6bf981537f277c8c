//! The demonstration fleet in a real Chromium: no error, no overflow, nothing asked of any other machine.

use crate::demo;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

#[test]
fn pages_look_right_on_phone_and_desktop_and_ask_nobody_else() {
    let dist = demo::built();
    let mut chromium = Chromium::start();
    let mut faults = Vec::new();
    for site in demo::SAMPLE {
        let folder = dist.join(site);
        let address = serve(folder.clone());
        for page in pages(&folder) {
            for (width, dark) in [(360, false), (360, true), (1280, false), (1280, true)] {
                let found = chromium.visit(&format!("{address}{page}"), width, dark);
                faults.extend(found.into_iter().map(|fault| format!("{site}{page} at {width} px: {fault}")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// One page of each kind is enough: home, a section, two articles, a term, the 404 page.
fn pages(folder: &Path) -> Vec<String> {
    let found = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let indexes = found.filter(|entry| entry.file_name() == "index.html").filter(|entry| {
        let text = std::fs::read_to_string(entry.path()).unwrap();
        !text.contains("http-equiv=\"refresh\"") && !text.contains("http-equiv=refresh")
    });
    let mut pages: Vec<String> = indexes
        .map(|entry| {
            let below = entry.path().parent().unwrap().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            if below.is_empty() { "/".to_owned() } else { format!("/{below}/") }
        })
        .collect();
    pages.sort_by_key(|page| (page.matches('/').count(), page.clone()));
    let step = (pages.len() / 8).max(1);
    let mut chosen: Vec<String> = pages.into_iter().step_by(step).collect();
    chosen.push("/no-such-page/".to_owned());
    chosen
}

/// A Chromium without a window, spoken to through its debugging protocol.
pub(crate) struct Chromium {
    process: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    calls: u64,
    events: Vec<Value>,
    _profile: TempDir,
}

impl Chromium {
    pub(crate) fn start() -> Self {
        let profile = TempDir::new().unwrap();
        let mut process = Command::new("chromium")
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--disable-default-apps", "--remote-debugging-port=0", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chromium is installed; tests/run does that");
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("DevTools listening on ").map(str::to_owned))
            .expect("chromium says where it listens");
        thread::spawn(move || lines.for_each(drop));
        let host = address.strip_prefix("ws://").and_then(|rest| rest.split('/').next()).unwrap().to_owned();
        let (socket, _) = tungstenite::client(address.as_str(), TcpStream::connect(host).unwrap()).unwrap();
        let mut chromium =
            Self { process, socket, session: String::new(), calls: 0, events: Vec::new(), _profile: profile };
        let target = chromium.call("Target.createTarget", &json!({ "url": "about:blank" }));
        let attached =
            chromium.call("Target.attachToTarget", &json!({ "targetId": target["targetId"], "flatten": true }));
        chromium.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            chromium.call(&format!("{domain}.enable"), &json!({}));
        }
        chromium
    }

    /// Opens a page and tells what is wrong with it.
    pub(crate) fn visit(&mut self, address: &str, width: u32, dark: bool) -> Vec<String> {
        let phone = width < 600;
        let screen = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": phone });
        self.call("Emulation.setDeviceMetricsOverride", &screen);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.call("Emulation.setEmulatedMedia", &media);
        self.loads(|chromium| drop(chromium.call("Page.navigate", &json!({ "url": address }))));
        let overflow = self.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        let mut faults = self.faults(address);
        if overflow.as_i64() != Some(0) {
            faults.push(format!("the page is {overflow} px wider than the screen"));
        }
        if self.evaluate("document.querySelectorAll('h1').length").as_i64() != Some(1) {
            faults.push("there is not exactly one h1".to_owned());
        }
        if self.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length").as_i64() != Some(0) {
            faults.push("a picture is broken".to_owned());
        }
        faults
    }

    /// Does something that makes the browser load a page, and waits until it has.
    pub(crate) fn loads(&mut self, cause: impl FnOnce(&mut Self)) {
        self.events.clear();
        cause(self);
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            self.listen();
        }
    }

    fn faults(&self, address: &str) -> Vec<String> {
        let origin = address.split('/').take(3).collect::<Vec<_>>().join("/");
        let missing_is_meant = address.ends_with("/no-such-page/");
        let fault = |event: &Value| {
            let params = &event["params"];
            match event["method"].as_str()? {
                "Runtime.exceptionThrown" => Some(format!("exception {}", params["exceptionDetails"]["text"])),
                "Runtime.consoleAPICalled" if params["type"] == "error" => Some(format!("console {}", params["args"])),
                "Log.entryAdded" if params["entry"]["level"] == "error" => {
                    let entry = &params["entry"];
                    (!missing_is_meant || entry["url"] != address)
                        .then(|| format!("{} {}", entry["text"], entry["url"]))
                }
                "Network.requestWillBeSent" => {
                    let url = params["request"]["url"].as_str()?;
                    let own = url.starts_with(&origin) || url.starts_with("data:");
                    (!own).then(|| format!("asks {url}"))
                }
                _ => None,
            }
        };
        let faults: BTreeSet<String> = self.events.iter().filter_map(fault).collect();
        faults.into_iter().collect()
    }

    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let answer = self.call("Runtime.evaluate", &json!({ "expression": expression, "returnByValue": true }));
        answer["result"]["value"].clone()
    }

    /// The same of a page that may be loaded at this very moment; null if it was.
    pub(crate) fn glimpse(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true });
        self.answer("Runtime.evaluate", &params)["result"]["result"]["value"].clone()
    }

    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn answer(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let id = self.calls;
        let mut call = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() {
            call["sessionId"] = Value::from(self.session.clone());
        }
        self.socket.send(Message::text(call.to_string())).unwrap();
        loop {
            if let Some(answer) = self.listen().filter(|answer| answer["id"] == id) {
                return answer;
            }
        }
    }

    /// Takes one message: an answer is returned, an event kept.
    fn listen(&mut self) -> Option<Value> {
        let message = self.socket.read().unwrap();
        let value: Value = serde_json::from_str(message.to_text().ok()?).ok()?;
        if value.get("id").is_some() {
            return Some(value);
        }
        self.events.push(value);
        None
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves a finished site as hosts do: clean URLs, its own headers, the 404 page.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let folder = folder.clone();
            thread::spawn(move || answer(&stream.unwrap(), &folder));
        }
    });
    address
}

fn answer(mut stream: &TcpStream, folder: &Path) -> Option<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    reader.by_ref().take(16_384).read_line(&mut head).ok()?;
    let path = head.split_whitespace().nth(1)?.split('?').next()?.to_owned();
    let file = if path.ends_with('/') { folder.join(&path[1..]).join("index.html") } else { folder.join(&path[1..]) };
    let (status, file) = if file.is_file() { ("200 OK", file) } else { ("404 Not Found", folder.join("404.html")) };
    let body = std::fs::read(&file).ok()?;
    let extension = file.extension()?.to_str()?.to_owned();
    let mime = hectare::model::Media::of_extension(&extension).mime();
    let policy = std::fs::read_to_string(folder.join("_headers")).ok()?;
    let policy = policy.lines().find(|line| line.trim_start().starts_with("Content-Security-Policy:")).unwrap_or("");
    let policy = if policy.is_empty() { String::new() } else { format!("{}\r\n", policy.trim()) };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{policy}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()
}
