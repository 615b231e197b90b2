//! The Rego interpreter: the only place that knows which one.

pub mod bridge;
pub mod native;
pub mod native_rbac;
pub mod syntax;
pub mod value;
pub mod worker;
