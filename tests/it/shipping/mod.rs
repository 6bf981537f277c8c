//! What is promised of shipping.

mod faults;
mod keys;
mod vercel;
