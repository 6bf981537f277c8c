//! What is promised of shipping.

mod bucket;
mod cloudflare;
mod costs;
mod faults;
mod field;
mod fleet;
mod foresight;
mod goods;
mod health;
mod host;
mod keys;
mod late;
mod matrix;
mod previews;
mod rules;
mod safety;
mod side_by_side;
mod store;
mod through;
mod told;
mod vercel;
mod way;
mod words;
