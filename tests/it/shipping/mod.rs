//! What is promised of shipping.

mod cloudflare;
mod faults;
mod keys;
mod vercel;
