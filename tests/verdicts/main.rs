//! Verdicts on a real cluster: the same as from files, and exactly those that a change of an object changes.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

#[path = "../support/mod.rs"]
mod support;

mod mutations;
mod parity;
mod reading;
mod samples;
