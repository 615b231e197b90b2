//! Effective permissions: who may do what, and what lets them.
//!
//! [`Index`] is built once from the roles and bindings of a run and answers as the API server's RBAC authorizer does: [`rule`] says what a rule allows,
//! [`subject`] which identities a caller has, [`aggregation`] what aggregated roles hold, [`bootstrap`] what Kubernetes itself creates. [`query`] asks
//! the other way round. [`primitive`] names the permissions that lead to others. `answers` gives all of it to checks.

pub mod aggregation;
mod answers;
pub mod bootstrap;
pub mod index;
pub mod primitive;
pub mod query;
pub mod rule;
pub mod subject;
#[cfg(test)]
mod tests;

pub use answers::build;
pub use index::Index;
pub use subject::Subject;
