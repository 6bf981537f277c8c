//! What is promised of shipping.

mod cloudflare;
mod faults;
mod field;
mod fleet;
mod foresight;
mod host;
mod keys;
mod rules;
mod safety;
mod store;
mod through;
mod vercel;
mod way;
mod words;
