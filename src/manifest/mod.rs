//! `sites.toml` and the tables it names become a fleet.
