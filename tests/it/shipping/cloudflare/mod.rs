//! Sites go to a double of Cloudflare; what came of it stands in the double's books.

mod faults;
mod freight;
mod gradual;
mod hosts;
mod packs;
mod pages;
mod runtime;
mod workers;
