//! A body on its way out, and how long ago anything of it was taken.

use super::Call;
use crate::model::unpoisoned;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// The bytes that are handed over at once: few enough that slow lines take one every second.
const PIECE: usize = 64 << 10;

/// How far a call has got.
#[derive(Debug, Clone)]
pub(super) struct Progress(Arc<Mutex<Instant>>);

/// A body that tells when pieces of it are taken.
pub(super) struct Outgoing {
    left: Bytes,
    progress: Progress,
}

impl Progress {
    pub(super) fn start() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn step(&self) {
        *unpoisoned(self.0.lock()) = Instant::now();
    }

    fn last(&self) -> Instant {
        *unpoisoned(self.0.lock())
    }

    /// Ends when nothing has happened for `within`, or when sending `len` bytes takes longer than any line deserves.
    pub(super) async fn stalled(&self, within: Duration, len: usize) {
        let latest = Instant::now() + within + Call::longest(len);
        loop {
            let until = latest.min(self.last() + within);
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until.into()).await;
        }
    }
}

impl Outgoing {
    pub(super) fn new(bytes: Bytes, progress: Progress) -> Self {
        Self { left: bytes, progress }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.step();
        let len = self.left.len().min(PIECE);
        let piece = self.left.split_to(len);
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
