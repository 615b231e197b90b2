//! The Rego interpreter: the only place that knows which one.

pub mod syntax;
