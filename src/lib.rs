//! hectare turns one repository into a whole field of static sites.

pub mod diag;
pub mod event;
pub mod model;
pub mod world;

pub mod content;
pub mod manifest;
pub mod theme;

pub mod asset;
pub mod feed;
pub mod markdown;
pub mod render;

pub mod bundle;
pub mod sink;

pub mod cli;
pub mod ui;
