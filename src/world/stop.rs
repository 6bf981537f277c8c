//! Stopping cleanly when a person presses Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wish to stop that work looks at between two sites.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A wish nobody has yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes Ctrl-C and a polite kill as the wish; a second one ends the process at once.
    pub fn on_signal(&self) {
        let wish = self.clone();
        let handler = move || {
            if wish.requested() {
                std::process::exit(130);
            }
            wish.request();
        };
        // A process has one handler; a second run in the same process keeps the first run's.
        let _ = ctrlc::set_handler(handler);
    }

    /// Wishes to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone wishes to stop.
    pub fn requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
