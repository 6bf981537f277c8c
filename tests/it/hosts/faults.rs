//! What goes wrong between a client and a host, drawn by a seed: the same seed hits the same requests, in whatever order they come.

use super::message::Request;
use std::collections::HashMap;
use std::sync::Mutex;

/// What befalls one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// Status 500 in the host's own words; nothing was done.
    Broken,
    /// Status 502 with a page of HTML; nothing was done.
    Gateway,
    /// Status 429; nothing was done.
    Throttled(Wait),
    /// Status 503; nothing was done.
    Unavailable(Wait),
    /// The connection ends before the body was read.
    CutBefore,
    /// The connection ends when the body was read; nothing was done.
    CutAfter,
    /// It was done, and the connection ends without an answer.
    AnswerLost,
    /// It was done, and the connection ends in the middle of the answer.
    AnswerCut,
    /// It was done, and half of the answer comes as if it were all of it.
    AnswerGarbled,
    /// Nothing was done, and no answer ever comes.
    Hang,
    /// It was done, and no answer ever comes.
    HangAfter,
    /// It was done; the answer comes in small pieces.
    Slow,
    /// Status 403 with the plain text of an expired token; nothing was done.
    TokenExpired,
    /// A redirect to another host; nothing was done.
    Elsewhere,
}

/// What an answer says about when to come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// So many seconds.
    Seconds(u64),
    /// A date so many seconds away.
    Date(u64),
    /// Nothing.
    Unsaid,
    /// Something that no one understands.
    Garbage,
}

impl Mishap {
    /// One of every kind that passes by itself within a second or two.
    pub(crate) const PASSING: [Self; 13] = [
        Self::Broken,
        Self::Gateway,
        Self::Throttled(Wait::Seconds(1)),
        Self::Throttled(Wait::Unsaid),
        Self::Throttled(Wait::Garbage),
        Self::Unavailable(Wait::Seconds(1)),
        Self::Unavailable(Wait::Date(2)),
        Self::CutBefore,
        Self::CutAfter,
        Self::AnswerLost,
        Self::AnswerCut,
        Self::AnswerGarbled,
        Self::Slow,
    ];

    /// Whether the host did what was asked although the client may not know.
    pub(crate) fn is_done(self) -> bool {
        matches!(self, Self::AnswerLost | Self::AnswerCut | Self::AnswerGarbled | Self::HangAfter | Self::Slow)
    }
}

/// Draws what befalls the requests of a server.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    share: f64,
    kinds: Vec<Mishap>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How often each method and path was asked for.
    seen: HashMap<String, u64>,
    ordered: Vec<Order>,
    quiet: bool,
    down: bool,
}

/// What shall befall the next requests of a kind.
#[derive(Debug)]
struct Order {
    method: &'static str,
    path: String,
    times: usize,
    mishap: Mishap,
    /// Whether nothing works any more after it.
    is_last: bool,
}

impl Faults {
    /// Nothing goes wrong unless it is ordered.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// This share of all requests (0.1 is every tenth) meets one of these mishaps.
    pub(crate) fn drawn(seed: u64, share: f64, kinds: &[Mishap]) -> Self {
        Self { seed, share, kinds: kinds.to_vec(), ..Self::default() }
    }

    /// The next `times` requests of this method whose path holds these words meet this.
    pub(crate) fn order(&self, method: &'static str, path: &str, times: usize, mishap: Mishap) {
        self.add(Order { method, path: path.to_owned(), times, mishap, is_last: false });
    }

    /// The next request of this method whose path holds these words meets this, and from then on nothing works.
    pub(crate) fn order_last(&self, method: &'static str, path: &str, mishap: Mishap) {
        self.add(Order { method, path: path.to_owned(), times: 1, mishap, is_last: true });
    }

    fn add(&self, order: Order) {
        self.state.lock().unwrap().ordered.push(order);
    }

    /// From now on nothing goes wrong.
    pub(crate) fn calm(&self) {
        let mut state = self.state.lock().unwrap();
        (state.quiet, state.down, state.ordered) = (true, false, Vec::new());
    }

    /// From now on nothing works, or everything does again.
    pub(crate) fn down(&self, down: bool) {
        self.state.lock().unwrap().down = down;
    }

    /// What befalls this request.
    pub(crate) fn befalls(&self, request: &Request) -> Option<Mishap> {
        let mut state = self.state.lock().unwrap();
        let key = format!("{} {}", request.method, request.path);
        let nth = state.seen.entry(key.clone()).or_default();
        *nth += 1;
        let drawn = self.draw(&key, *nth);
        if state.down {
            return Some(Mishap::Unavailable(Wait::Unsaid));
        }
        let fits = |order: &&mut Order| order.method == request.method && request.path.contains(&order.path);
        if let Some(order) = state.ordered.iter_mut().filter(|order| order.times > 0).find(fits) {
            order.times -= 1;
            let (mishap, is_last) = (order.mishap, order.is_last);
            state.down |= is_last;
            return Some(mishap);
        }
        drawn.filter(|_| !state.quiet)
    }

    fn draw(&self, key: &str, nth: u64) -> Option<Mishap> {
        let digest = blake3::hash(format!("{} {key} {nth}", self.seed).as_bytes());
        let number = |at: usize| u32::from_le_bytes(digest.as_bytes()[at..at + 4].try_into().unwrap());
        let hit = f64::from(number(0)) < self.share * f64::from(u32::MAX);
        let kind = self.kinds.get(number(4) as usize % self.kinds.len().max(1));
        kind.filter(|_| hit).copied()
    }
}
