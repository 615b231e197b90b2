//! The part of `policy` that the build script needs.
#[path = "../policy/catalog.rs"]
pub mod catalog;
#[path = "engine.rs"]
pub mod engine;
#[path = "../policy/heads.rs"]
pub mod heads;
#[path = "../policy/lint.rs"]
pub mod lint;
#[path = "machine.rs"]
pub mod machine;
#[path = "../policy/metadata.rs"]
pub mod metadata;
#[path = "../policy/reads.rs"]
pub mod reads;
#[path = "../policy/syntax_tree.rs"]
pub mod syntax_tree;
