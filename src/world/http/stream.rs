//! Events that a page listens to, as browsers know them: `text/event-stream`.

use hyper::body::Bytes;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, Interval, interval_at};

/// A listener that is this far behind has gone; it asks anew when it comes back.
const MOST_WAITING: usize = 64;

/// Silence of this length is broken, so that a connection that died is noticed.
const PULSE: Duration = Duration::from_secs(15);

/// The end of a stream that is spoken into.
#[derive(Debug, Clone)]
pub struct Teller(Sender<Bytes>);

/// The end of a stream that is sent.
#[derive(Debug)]
pub struct Events {
    waiting: Receiver<Bytes>,
    pulse: Option<Interval>,
}

/// A new stream.
pub fn event_stream() -> (Teller, Events) {
    let (sender, waiting) = channel(MOST_WAITING);
    (Teller(sender), Events { waiting, pulse: None })
}

impl Teller {
    /// Sends an event; `data` is one line. False if nobody listens any more.
    pub fn tell(&self, event: &str, data: &str) -> bool {
        self.0.try_send(Bytes::from(format!("event: {event}\ndata: {data}\n\n"))).is_ok()
    }

    /// Whether someone still listens.
    pub fn is_heard(&self) -> bool {
        !self.0.is_closed()
    }
}

impl Events {
    /// The next piece; a pulse if there was none for a while.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Poll::Ready(event) = self.waiting.poll_recv(context) {
            return Poll::Ready(event);
        }
        let pulse = self.pulse.get_or_insert_with(|| interval_at(Instant::now() + PULSE, PULSE));
        pulse.poll_tick(context).map(|_| Some(Bytes::from_static(b":\n\n")))
    }
}
