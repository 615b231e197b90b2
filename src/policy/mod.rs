//! Checks: what they are, what they read, and running them.
//!
//! [`catalog`] knows every check and library; [`normalise`] turns an object into places with a policy input; [`engine`] (the only
//! place that knows the Rego interpreter) evaluates one check at one place; [`evaluator`] does so for all checks that apply and gives verdicts.
//! `metadata`, `lint`, `reads` and `catalog` are also compiled into the build script, which indexes our own checks.

pub mod catalog;
pub mod engine;
pub mod lint;
pub mod metadata;
pub mod reads;
pub mod syntax_tree;
