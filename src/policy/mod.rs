//! Checks: what they are, what they read, and running them.
//!
//! [`catalog`] knows every check and library; [`normalise`] turns an object into places with a policy input; [`engine`] (the only
//! place that knows the Rego interpreter) evaluates one check at one place; [`evaluator`] does so for all checks that apply and gives verdicts.
//! `metadata`, `lint`, `reads` and `catalog` are also compiled into the build script, which indexes our own checks.

pub mod builtin;
pub mod cache;
pub mod catalog;
pub mod deferred;
pub mod directory;
pub mod engine;
pub mod evaluator;
pub mod finding;
mod fix;
pub mod hash;
pub mod heads;
pub mod image;
pub mod inventory;
pub mod kinds;
pub mod later;
pub mod lint;
pub mod machine;
pub mod metadata;
pub mod mutate;
pub mod needs;
pub mod normalise;
pub mod pack;
pub mod plan;
pub mod projection;
pub mod quantity;
pub mod reads;
pub use crate::model::selector;
pub mod syntax_tree;
pub mod testing;
