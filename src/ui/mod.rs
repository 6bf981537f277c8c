//! Events and diagnostics become text for a terminal, JSON lines or a log.
