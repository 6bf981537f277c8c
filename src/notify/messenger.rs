//! Carries messages beside the work.

use super::{Hook, News, signature::signature, wording};
use crate::diag::{Code, Diagnostic};
use crate::model::{Digest, unpoisoned};
use crate::world::{Call, Clock, Method, Reach, Secret, Web, WebFault};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// How long a receiver may take.
const WITHIN: Duration = Duration::from_secs(10);

/// A message is tried so often, after waits that grow.
const TRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// When the work is done, messages that are still to be carried are tried once more, for so long altogether, with the call that was on
/// its way.
const AFTERWARDS: Duration = Duration::from_secs(15);

/// Whoever waits before another try looks up this often whether the work is done.
const NAP: Duration = Duration::from_millis(100);

/// More news at once are a flood that nobody reads.
const WAITING: usize = 200;

/// Takes news at any time, from any thread.
pub struct Messenger<'a> {
    hooks: &'a [Hook],
    desk: Mutex<Desk>,
    news: Condvar,
}

#[derive(Default)]
struct Desk {
    waiting: VecDeque<News>,
    /// When the work was done.
    over: Option<Timestamp>,
}

/// Does `work` with someone at hand who carries news. What could not be delivered is told at the end, as warnings.
pub fn during<T>(
    web: &dyn Web,
    clock: &dyn Clock,
    hooks: &[Hook],
    work: impl FnOnce(&Messenger<'_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let messenger = Messenger { hooks, ..Messenger::to_nobody() };
    std::thread::scope(|scope| {
        let carrying = scope.spawn(|| messenger.carry(web, clock));
        let over = Over(&messenger, clock);
        let result = work(&messenger);
        drop(over);
        (result, carrying.join().unwrap_or_default())
    })
}

/// Ends the carrying, also when the work panics.
struct Over<'a, 'b>(&'a Messenger<'b>, &'a dyn Clock);

impl Drop for Over<'_, '_> {
    fn drop(&mut self) {
        self.0.desk().over = Some(self.1.now());
        self.0.news.notify_all();
    }
}

impl Messenger<'_> {
    /// One who has nobody to tell.
    pub fn to_nobody() -> Self {
        Self { hooks: &[], desk: Mutex::default(), news: Condvar::new() }
    }

    /// Has news delivered to all who want to hear of them. Returns at once.
    pub fn tell(&self, news: News) {
        let mut desk = self.desk();
        if desk.waiting.len() < WAITING && !self.hooks.is_empty() {
            desk.waiting.push_back(news);
            self.news.notify_all();
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        unpoisoned(self.desk.lock())
    }

    fn carry(&self, web: &dyn Web, clock: &dyn Clock) -> Vec<Diagnostic> {
        let mut missed = BTreeMap::new();
        while let Some(news) = self.next() {
            for hook in self.hooks.iter().filter(|hook| hook.occasions.contains(&news.occasion)) {
                if let Err(why) = self.deliver(web, clock, hook, &news) {
                    missed.entry(&*hook.name).or_insert((hook, why, 0)).2 += 1;
                }
            }
        }
        missed.into_values().map(|(hook, why, many)| warning(hook, &why, many)).collect()
    }

    /// The next news; none when the work is done and all are told.
    fn next(&self) -> Option<News> {
        let mut desk = self.desk();
        loop {
            if let Some(news) = desk.waiting.pop_front() {
                return Some(news);
            }
            if desk.over.is_some() {
                return None;
            }
            desk = unpoisoned(self.news.wait(desk));
        }
    }

    /// How much time there is when the work is done; none while it is not.
    fn left(&self, clock: &dyn Clock) -> Option<Duration> {
        let over = self.desk().over?;
        let since = Duration::try_from(clock.now().duration_since(over)).unwrap_or_default();
        Some(AFTERWARDS.saturating_sub(since))
    }

    /// Lets time pass before another try, but not when the work is done.
    fn pause(&self, clock: &dyn Clock, mut wait: Duration) {
        while !wait.is_zero() && self.desk().over.is_none() {
            let nap = wait.min(NAP);
            clock.rest(nap);
            wait -= nap;
        }
    }

    /// Tries as often as there is time; when the work is over, once.
    fn deliver(&self, web: &dyn Web, clock: &dyn Clock, hook: &Hook, news: &News) -> Result<(), String> {
        let address = hook.address.secret().map_err(|fault| fault.to_string())?;
        let secret =
            hook.secret.as_ref().map(|secret| secret.secret()).transpose().map_err(|fault| fault.to_string())?;
        let body = wording::body(news, hook.style).to_string();
        let mut wait = FIRST_WAIT;
        for attempt in 1.. {
            let left = self.left(clock);
            let within = left.map_or(WITHIN, |left| left.min(WITHIN));
            if within.is_zero() {
                return Err("there was no time left".to_owned());
            }
            let call = call(hook, news, &address, secret.as_ref(), &body, clock, within);
            let fault = match web.send(&call) {
                Ok(answer) if answer.is_success() => return Ok(()),
                Ok(answer) if matches!(answer.status, 408 | 429 | 500..) => format!("it answers {}", answer.status),
                Ok(answer) => return Err(format!("it answers {}", answer.status)),
                Err(WebFault::Unreachable(why)) if why == Reach::REFUSED => return Err(why),
                Err(fault) => fault.to_string(),
            };
            if attempt >= TRIES || left.is_some() {
                return Err(fault);
            }
            self.pause(clock, wait);
            wait *= 4;
        }
        Ok(())
    }
}

fn call(
    hook: &Hook,
    news: &News,
    address: &Secret,
    secret: Option<&Secret>,
    body: &str,
    clock: &dyn Clock,
    within: Duration,
) -> Call {
    let reach = if hook.nearby { Reach::Anywhere } else { Reach::Public };
    let call = Call { reach, ..Call::new(Method::Post, address.reveal(), clock.outside(within)) };
    let call = call
        .with("content-type", "application/json")
        .with("x-hectare-event", format!("run.{}", news.occasion.name()))
        // A message whose answer was lost is sent again; by this its receiver knows it.
        .with("x-hectare-delivery", Digest::of(body.as_bytes()).short())
        .body(body.to_owned());
    match secret {
        Some(secret) => {
            let timestamp = clock.now().as_second().to_string();
            let signed = signature(secret, &timestamp, body.as_bytes());
            call.with("x-hectare-timestamp", timestamp).with("x-hectare-signature", signed)
        }
        None => call,
    }
}

/// One message for all that one receiver missed.
fn warning(hook: &Hook, why: &str, many: usize) -> Diagnostic {
    let messages = if many == 1 { "a message".to_owned() } else { format!("{many} messages") };
    let message = format!("`{}` did not get {messages} about the run: {why}", hook.name);
    let hint = match why {
        Reach::REFUSED => format!("if that is meant, say `nearby = true` in `[notify.{}]`", hook.name),
        _ => format!("look at the address of `[notify.{}]`, which {} keeps", hook.name, hook.address.keeper()),
    };
    Diagnostic::warning(Code::HookFailed, message).hint(hint)
}
