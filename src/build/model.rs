//! The part of `model` that the build script needs.
#[path = "../model/benchmark.rs"]
pub mod benchmark;
#[path = "../model/check.rs"]
pub mod check;
