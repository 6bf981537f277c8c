//! What follows the headers of answers, as they go onto the wire.

use super::{Events, Payload, Writing};
use hyper::body::{Bytes, Frame, SizeHint};
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Pieces that wait for a slow reader; a disk is faster than any network.
const MOST_WAITING: usize = 4;

/// The size of a piece.
const PIECE: usize = 64 << 10;

pub(super) enum Body {
    Whole(Bytes),
    Pieces { coming: Receiver<io::Result<Bytes>>, left: u64 },
    Events(Events),
}

impl Body {
    /// Begins to send; must be called where the answers are sent.
    pub(super) fn of(payload: Payload, is_wanted: bool) -> Self {
        match payload {
            Payload::Shared(bytes) => Self::Whole(Bytes::from_owner(bytes)),
            Payload::Made(bytes) => Self::Whole(Bytes::from(bytes)),
            Payload::Events(events) => Self::Events(events),
            Payload::Pieces { len, write } => {
                let (sender, coming) = channel(MOST_WAITING);
                if is_wanted {
                    tokio::task::spawn_blocking(move || send(write, sender));
                }
                Self::Pieces { coming, left: len }
            }
        }
    }
}

fn send(write: Writing, sender: Sender<io::Result<Bytes>>) {
    let mut pieces = Pieces { sender, piece: Vec::new() };
    if let Err(error) = write(&mut pieces).and_then(|()| pieces.flush()) {
        // Breaks the connection, so that half a file is not taken for a whole one.
        let _ = pieces.sender.blocking_send(Err(error));
    }
}

struct Pieces {
    sender: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = std::mem::take(&mut self.piece);
        if piece.is_empty() {
            Ok(())
        } else {
            self.sender.blocking_send(Ok(piece.into())).map_err(|_| io::ErrorKind::BrokenPipe.into())
        }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Self::Events(events) => events.poll(context).map(|event| event.map(|bytes| Ok(Frame::data(bytes)))),
            Self::Pieces { coming, left } => coming.poll_recv(context).map(|piece| {
                piece.map(|piece| {
                    piece.map(|bytes| {
                        *left = left.saturating_sub(bytes.len() as u64);
                        Frame::data(bytes)
                    })
                })
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Pieces { left, .. } => *left == 0,
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Pieces { left, .. } => SizeHint::with_exact(*left),
            Self::Events(_) => SizeHint::default(),
        }
    }
}
