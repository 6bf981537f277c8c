//! What is promised of shipping.

mod faults;
mod fleet;
mod keys;
mod way;
