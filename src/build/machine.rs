//! The part of `policy::machine` that the build script needs.
#[path = "../policy/machine/code.rs"]
pub mod code;
#[path = "../policy/machine/lower.rs"]
pub mod lower;
