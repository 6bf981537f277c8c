//! Sites go to a double of Cloudflare; what came of it stands in the double's books. What all hosts promise is in `shipping::promises`.

mod gradual;
mod hosts;
mod packs;
mod pages;
mod runtime;
mod way;
mod workers;
