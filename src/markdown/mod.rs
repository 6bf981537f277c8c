//! Markdown becomes HTML.
