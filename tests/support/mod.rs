//! Real parts for tests: an API server, and a proxy that breaks it.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stderr)]

pub mod auditor;
pub mod collector;
pub mod custom;
pub mod http;
pub mod proxy;
pub mod server;
