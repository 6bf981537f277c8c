//! What messages say, and to whom they are carried.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{Hook, News, Occasion, Style, during, signature, wording};
use crate::world::{Answer, Call, Clock, Keeper, Reach, Secret, Token, Web, WebFault};
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

struct Hands(Mutex<Timestamp>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn rest(&self, span: Duration) {
        *self.0.lock().unwrap() += span;
    }
}

/// A receiver that does as the script says, and remembers what it got.
struct Receiver {
    script: Box<dyn Fn(usize) -> Result<u16, WebFault> + Send + Sync>,
    calls: Mutex<Vec<Call>>,
}

impl Receiver {
    fn new(script: impl Fn(usize) -> Result<u16, WebFault> + Send + Sync + 'static) -> Self {
        Self { script: Box::new(script), calls: Mutex::default() }
    }
}

impl Web for Receiver {
    fn send(&self, call: &Call) -> Result<Answer, WebFault> {
        let mut calls = self.calls.lock().unwrap();
        calls.push(call.clone());
        (self.script)(calls.len()).map(|status| Answer { status, headers: Vec::new(), body: Vec::new() })
    }
}

fn clock() -> Hands {
    Hands(Mutex::new("2027-01-15T08:00:00Z".parse().unwrap()))
}

fn kept(text: &str) -> Arc<Token> {
    Arc::new(Token::kept_by(Keeper::Program(vec!["echo".into(), text.into()])))
}

fn hook(style: Style, occasions: &[Occasion]) -> Hook {
    Hook {
        name: "team".into(),
        address: kept("https://chat.example/hidden/path"),
        style,
        secret: Some(kept("s3cr3t")),
        occasions: occasions.iter().copied().collect(),
        nearby: false,
    }
}

fn news(occasion: Occasion, sites: usize) -> News {
    News {
        occasion,
        fleet: "demo".into(),
        run: "2027-01-15-4f2a".into(),
        at: "2027-01-15T08:00:00Z".parse().unwrap(),
        headline: "3 of 40 sites <went> back & more".into(),
        facts: vec![("live".into(), "37".into()), ("took".into(), "12 s".into())],
        sites: (0..sites).map(|number| format!("site-{number}")).collect(),
    }
}

#[test]
fn a_signature_is_what_every_receiver_computes() {
    let secret = Secret::new("s3cr3t").unwrap();
    let expected = "v1=7d13152177cb34e9be8a2155ecc409f068860dcd7a1967a438b38cf5b8923084";
    assert_eq!(signature(&secret, "1800000000", br#"{"a":1}"#), expected);
    assert_ne!(signature(&secret, "1800000001", br#"{"a":1}"#), expected);
}

#[test]
fn plain_json_holds_everything() {
    let body = wording::body(&news(Occasion::RolledBack, 2), Style::Json);
    let expected = serde_json::json!({
        "version": 1,
        "event": "run.rolled-back",
        "fleet": "demo",
        "run": "2027-01-15-4f2a",
        "at": "2027-01-15T08:00:00Z",
        "headline": "3 of 40 sites <went> back & more",
        "facts": { "live": "37", "took": "12 s" },
        "sites": ["site-0", "site-1"],
    });
    assert_eq!(body, expected);
}

#[test]
fn slack_reads_signs_as_signs_and_not_as_marks() {
    let body = wording::body(&news(Occasion::Failed, 25), Style::Slack);
    assert_eq!(body["text"], "demo: 3 of 40 sites &lt;went&gt; back &amp; more");
    assert_eq!(body["blocks"][0]["text"]["text"], "✖ *demo*: 3 of 40 sites &lt;went&gt; back &amp; more");
    assert_eq!(body["blocks"][1]["fields"][0]["text"], "*live*\n37");
    let sites = body["blocks"][2]["elements"][0]["text"].as_str().unwrap();
    assert!(sites.starts_with("site-0, site-1, ") && sites.ends_with("site-19 and 5 more"), "{sites}");
}

#[test]
fn discord_calls_nobody_by_name() {
    let body = wording::body(&news(Occasion::ApprovalNeeded, 0), Style::Discord);
    assert_eq!(body["embeds"][0]["title"], "✋ demo");
    assert_eq!(body["embeds"][0]["description"], "3 of 40 sites <went> back & more");
    assert_eq!(body["embeds"][0]["fields"][1]["value"], "12 s");
    assert_eq!(body["allowed_mentions"], serde_json::json!({ "parse": [] }));
}

#[test]
fn who_asked_for_it_is_told_and_nobody_else() {
    let (receiver, clock) = (Receiver::new(|_| Ok(204)), clock());
    let hooks = [hook(Style::Json, &[Occasion::Failed]), hook(Style::Slack, &Occasion::ALL)];
    let (result, warnings) = during(&receiver, &clock, &hooks, |messenger| {
        messenger.tell(news(Occasion::Started, 0));
        messenger.tell(news(Occasion::Failed, 0));
        7
    });
    assert_eq!((result, warnings), (7, vec![]));
    let calls = receiver.calls.lock().unwrap();
    assert_eq!(calls.len(), 3);
    let header = |name: &str| calls[1].headers.iter().find(|(known, _)| known == name).unwrap().1.clone();
    assert_eq!(header("x-hectare-event"), "run.failed");
    let secret = Secret::new("s3cr3t").unwrap();
    assert_eq!(header("x-hectare-signature"), signature(&secret, &header("x-hectare-timestamp"), &calls[1].body));
    assert!(calls.iter().all(|call| call.reach == Reach::Public && call.url == "https://chat.example/hidden/path"));
}

#[test]
fn a_receiver_that_is_down_costs_a_warning_and_no_more() {
    let (receiver, clock) = (Receiver::new(|_| Err(WebFault::Lost("connection reset".into()))), clock());
    let hooks = [hook(Style::Json, &Occasion::ALL)];
    let ((), warnings) = during(&receiver, &clock, &hooks, |messenger| messenger.tell(news(Occasion::Failed, 0)));
    assert_eq!(warnings.len(), 1);
    let said = &warnings[0].message;
    assert_eq!(said, "`team` did not get a message about the run: the answer was lost: connection reset");
    assert!(!format!("{warnings:?}").contains("hidden"), "the address is not shown");
}

#[test]
fn a_receiver_that_comes_back_is_told_after_all() {
    let (receiver, clock) = (Receiver::new(|count| Ok(if count < 3 { 503 } else { 200 })), clock());
    let hooks = [hook(Style::Json, &Occasion::ALL)];
    let ((), warnings) = during(&receiver, &clock, &hooks, |messenger| {
        messenger.tell(news(Occasion::Started, 0));
        // The work goes on until it was tried three times.
        while receiver.calls.lock().unwrap().len() < 3 {
            std::thread::yield_now();
        }
    });
    assert_eq!(warnings, []);
    assert!(clock.now() > clock_start(), "it waited between the tries");
}

fn clock_start() -> Timestamp {
    clock().now()
}

#[test]
fn a_refusal_is_not_argued_with() {
    let (receiver, clock) = (Receiver::new(|_| Ok(404)), clock());
    let hooks = [hook(Style::Json, &Occasion::ALL)];
    let ((), warnings) = during(&receiver, &clock, &hooks, |messenger| messenger.tell(news(Occasion::Started, 0)));
    assert_eq!((receiver.calls.lock().unwrap().len(), warnings.len()), (1, 1));
    assert!(warnings[0].message.ends_with("about the run: it answers 404"), "{}", warnings[0].message);
}

#[test]
fn when_the_work_is_over_a_silent_receiver_is_not_waited_for_twice() {
    let clock = Arc::new(clock());
    let passing = clock.clone();
    let receiver = Receiver::new(move |_| {
        passing.rest(Duration::from_secs(10));
        Err(WebFault::Lost("nothing came for 10 s".into()))
    });
    let hooks = [hook(Style::Json, &Occasion::ALL)];
    let before = clock.now();
    let ((), warnings) = during(&receiver, clock.as_ref(), &hooks, |messenger| {
        (0..50).for_each(|_| messenger.tell(news(Occasion::Started, 0)));
    });
    let took = clock.now().duration_since(before).as_secs();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].message.starts_with("`team` did not get 50 messages"), "{}", warnings[0].message);
    assert!(took <= 70, "{took} s");
}

#[test]
fn the_end_of_a_run_waits_for_a_quarter_of_a_minute_at_most() {
    let clock = Arc::new(clock());
    let [has_begun, is_over] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
    let (passing, begins, ends) = (clock.clone(), has_begun.clone(), is_over.clone());
    let receiver = Receiver::new(move |count| {
        // The work ends while the first call is on its way.
        begins.store(true, Ordering::Relaxed);
        while !ends.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        std::thread::sleep(Duration::from_millis(300));
        passing.rest(Duration::from_secs(if count == 1 { 10 } else { 5 }));
        Err(WebFault::Lost("nothing came".into()))
    });
    let hooks = [hook(Style::Json, &Occasion::ALL), hook(Style::Slack, &Occasion::ALL)];
    let ((), warnings) = during(&receiver, clock.as_ref(), &hooks, |messenger| {
        messenger.tell(news(Occasion::Finished, 0));
        while !has_begun.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let calls = receiver.calls.lock().unwrap();
    let given: Vec<u64> = calls.iter().map(|call| call.within.as_secs()).collect();
    assert_eq!((given, warnings.len()), (vec![10, 5], 1));
    assert_eq!(clock.now().duration_since(clock_start()).as_secs(), 15);
}
