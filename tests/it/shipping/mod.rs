//! What is promised of shipping.

mod bucket;
mod cloudflare;
mod faults;
mod field;
mod fleet;
mod foresight;
mod health;
mod host;
mod keys;
mod matrix;
mod previews;
mod rules;
mod safety;
mod store;
mod through;
mod told;
mod vercel;
mod way;
mod words;
