//! What is told to others reaches them, and gets in nobody's way.

use crate::golden;
use crate::hosts::faults::{Faults, Mishap};
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::{Host, Server};
use hectare::model::{Occasion, Style};
use hectare::notify::{Hook, News, during, signature};
use hectare::ui::plain;
use hectare::world::{Keeper, Online, Secret, Stop, Token, WallClock};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Someone who listens, and takes only what is signed.
#[derive(Default)]
struct Receiver(Mutex<Vec<Request>>);

impl Host for Receiver {
    fn answer(&self, request: &Request) -> Reply {
        let header = |name: &str| request.header(name).unwrap_or_default();
        let expected = signature(&Secret::new("s3cr3t").unwrap(), header("x-hectare-timestamp"), &request.body);
        if header("x-hectare-signature") != expected {
            return Reply::text(401, "not signed");
        }
        self.0.lock().unwrap().push(request.clone());
        Reply::empty(204)
    }
}

/// Someone who listens, with a folder for addresses and secrets.
pub(crate) struct Post {
    receiver: Arc<Receiver>,
    pub(crate) server: Server,
    folder: tempfile::TempDir,
}

impl Post {
    pub(crate) fn open() -> Self {
        let receiver = Arc::new(Receiver::default());
        let server = Server::start(Arc::clone(&receiver) as Arc<dyn Host>, Faults::none());
        Self { receiver, server, folder: tempfile::tempdir().unwrap() }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("{}/webhook/t0ken", self.server.url())
    }

    /// The messages that were taken since the last time.
    pub(crate) fn taken(&self) -> Vec<serde_json::Value> {
        std::mem::take(&mut *self.receiver.0.lock().unwrap()).iter().map(Request::json).collect()
    }

    fn kept(&self, name: &str, text: &str) -> Arc<Token> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        Arc::new(Token::kept_by(Keeper::File(path)))
    }

    fn hook(&self, secret: &str, nearby: bool) -> Hook {
        Hook {
            name: "n8n".into(),
            address: self.kept("address", &self.address()),
            style: Style::Json,
            secret: Some(self.kept("secret", secret)),
            occasions: Occasion::ALL.into_iter().collect(),
            nearby,
        }
    }
}

fn news(occasion: Occasion) -> News {
    News {
        occasion,
        fleet: "demo".into(),
        run: "r1".into(),
        at: "2027-01-15T08:00:00Z".parse().unwrap(),
        headline: "1 site is live".into(),
        facts: Vec::new(),
        sites: vec!["garden".into()],
    }
}

/// Tells the hook of a run; what was warned of, and how long that held the work up.
fn told(hook: Hook) -> (Vec<hectare::diag::Diagnostic>, Duration) {
    let (online, clock, start) = (Online::open().unwrap(), WallClock::new(1, Stop::new()), Instant::now());
    let (worked, warnings) = during(&online, &clock, &[hook], |messenger| {
        messenger.tell(news(Occasion::Started));
        messenger.tell(news(Occasion::Finished));
        start.elapsed()
    });
    (warnings, worked)
}

#[test]
fn a_receiver_nearby_is_told_of_everything_in_order_if_that_was_set_up() {
    let post = Post::open();
    assert_eq!(told(post.hook("s3cr3t", true)).0, []);
    let got = post.receiver.0.lock().unwrap();
    let events: Vec<&str> = got.iter().filter_map(|request| request.header("x-hectare-event")).collect();
    assert_eq!(events, ["run.started", "run.finished"]);
    assert_eq!((got[0].path.as_str(), got[0].json()["sites"][0].as_str()), ("/webhook/t0ken", Some("garden")));
}

#[test]
fn when_the_work_is_over_nobody_waits_for_another_try() {
    let post = Post::open();
    post.server.faults().order("POST", "/webhook", 2, Mishap::Broken);
    let (online, clock) = (Online::open().unwrap(), WallClock::new(1, Stop::new()));
    let (over, warnings) = during(&online, &clock, &[post.hook("s3cr3t", true)], |messenger| {
        messenger.tell(news(Occasion::Started));
        while post.server.book().len() < 2 {
            std::thread::sleep(Duration::from_millis(5));
        }
        Instant::now()
    });
    assert!(over.elapsed() < Duration::from_secs(2), "it waited for {:?} of 4 s", over.elapsed());
    assert_eq!((warnings.len(), post.taken().len()), (0, 1), "it was tried once more, at once");
}

#[test]
fn what_cannot_be_delivered_is_told_without_any_secret() {
    let (closed, wrong, down) = (Post::open(), Post::open(), Post::open());
    down.server.faults().order("POST", "/webhook", 9, Mishap::AnswerLost);
    let hooks = [closed.hook("s3cr3t", false), wrong.hook("other", true), down.hook("s3cr3t", true)];
    let mut shown = String::new();
    for hook in hooks {
        let folder = hook.address.keeper().to_string();
        let (warnings, worked) = told(hook);
        assert!(worked < Duration::from_millis(50), "the work was held up for {worked:?}");
        shown += &plain(None, &warnings).replace(&folder, "the file `address`");
    }
    assert!(closed.server.book().is_empty(), "nothing went into the own network");
    assert!(!shown.contains("t0ken") && !shown.contains("s3cr3t"), "{shown}");
    golden::check("notices.txt", &shown);
}
