//! What is promised of shipping.

mod beside;
mod bucket;
mod cloudflare;
mod faults;
mod field;
mod fleet;
mod foresight;
mod freight;
mod health;
mod host;
mod keys;
mod kills;
mod matrix;
mod port;
mod promises;
mod rules;
mod safety;
mod seeded;
mod store;
mod swift;
mod through;
mod told;
mod vercel;
mod watched;
mod way;
mod words;
