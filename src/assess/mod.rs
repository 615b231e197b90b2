//! What verdicts mean for a person: which findings are accepted ([`waiver`]), how good that is ([`score`]), what a benchmark
//! says to it ([`benchmark`], [`pod_security`]), what is new ([`baseline`]) and how the process ends ([`exit`]).
//!
//! Invariant: nothing here turns a failure into a pass, and nothing that was not assessed counts as one.

pub mod exit;
pub mod score;
pub mod waiver;

#[cfg(test)]
mod tests;
