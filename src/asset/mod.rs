//! Styles, scripts, pictures and other files become publishable.
//!
//! Purpose: in go the files that a site publishes and three functions that reach them; out come assets by key, minified where that
//! is safe, named after their content, with the dimensions of pictures. A file that many sites share is prepared once in a run.
//! It opens no file by itself, holds no large one, never changes the bytes of a picture, and never decodes more of one than its header.

mod fragment;
mod integrity;
mod json;
mod markup;
mod memo;
mod name;
mod nesting;
mod order;
mod passage;
mod picture;
mod prepare;
mod reference;
mod script;
mod sheets;
mod store;
mod style;
mod vector;

#[cfg(test)]
mod tests;

pub use store::{Length, Pass, Read, Store};
