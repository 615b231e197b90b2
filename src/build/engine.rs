//! The part of `policy::engine` that the build script needs.
#[path = "../policy/engine/syntax.rs"]
pub mod syntax;
