//! A host that exists only on paper, and a clock that is set by whoever waits for it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap or a panic is a failed test")]

mod quota;
mod repeating;

use super::{Budget, Class, Errand, Line, Outside, Patience};
use crate::provider::{HostFault, HostLimits};
use crate::world::{Answer, Call, Clock, Dice, Keeper, Method, Notebook, Stop, Token, Web, WebFault};
use jiff::Timestamp;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

/// Nobody waits in truth: the time is then what it would be.
struct Hands(Mutex<Timestamp>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn rest(&self, span: Duration) {
        let mut now = self.0.lock().unwrap();
        *now += span;
    }
}

type Script = Box<dyn Fn(usize, &Call) -> Result<Answer, WebFault> + Send + Sync>;

/// Answers the first call, the second call and so on as the script has it, and keeps a book of them.
struct Host {
    script: Script,
    clock: Arc<Hands>,
    calls: Mutex<Vec<(Timestamp, Call)>>,
}

impl Web for Host {
    fn send(&self, call: &Call) -> Result<Answer, WebFault> {
        let mut calls = self.calls.lock().unwrap();
        calls.push((self.clock.now(), call.clone()));
        (self.script)(calls.len(), call)
    }
}

impl Host {
    fn new(script: impl Fn(usize, &Call) -> Result<Answer, WebFault> + Send + Sync + 'static) -> Arc<Self> {
        let clock = Arc::new(Hands(Mutex::new(START)));
        Arc::new(Self { script: Box::new(script), clock, calls: Mutex::default() })
    }

    /// When it was called, in milliseconds since the start.
    fn times(&self) -> Vec<i64> {
        let calls = self.calls.lock().unwrap();
        calls.iter().map(|(at, _)| at.duration_since(START).as_millis() as i64).collect()
    }

    /// What was shown to it.
    fn keys(&self) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let key = |call: &Call| call.headers.iter().find(|(name, _)| name == "authorization").unwrap().1.clone();
        calls.iter().map(|(_, call)| key(call)).collect()
    }

    fn line_at(self: &Arc<Self>, api: &str, keeper: Keeper, limits: &HostLimits) -> Line {
        let (web, clock): (Arc<dyn Web>, Arc<dyn Clock>) = (self.clone(), self.clock.clone());
        let outside = Outside { web, clock, dice: Arc::new(Dice::loaded(7)), stop: Stop::new() };
        let budget = Arc::new(Budget::new(limits, Notebook::in_memory()));
        Line::new(outside, api, Some(Arc::new(Token::kept_by(keeper))), budget)
    }

    fn line(self: &Arc<Self>) -> Line {
        self.line_at("https://api.example/v4/", shell("echo t0ken"), &limits(&[]))
    }

    /// Asks once, and says how.
    fn ask(self: &Arc<Self>, class: Class) -> Result<Answer, HostFault> {
        self.line().ask(&errand(), class)
    }
}

fn shell(script: &str) -> Keeper {
    Keeper::Program(["sh", "-c", script].map(str::to_owned).to_vec())
}

fn errand() -> Errand {
    Errand::new("count the beds", Method::Post, "beds?all=1").json(&["a"])
}

fn limits(requests: &[(u64, u64)]) -> HostLimits {
    let windows: Vec<String> = requests.iter().map(|(most, within)| format!("[{most}, {within}]")).collect();
    let table = format!("since = 2026-01-01\nsource = ''\nrequests = [{}]", windows.join(", "));
    toml::from_str(&table).unwrap()
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Answer { status, headers, body: body.as_bytes().to_vec() }
}

fn fine() -> Answer {
    answer(200, &[], "{}")
}

fn lost() -> WebFault {
    WebFault::Lost("connection reset".into())
}

fn patience() -> Patience {
    Patience::default()
}
