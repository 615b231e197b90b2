//! What verdicts mean for a person: how bad they are here ([`setting`]), which findings are accepted ([`waiver`]), how good that is
//! ([`score`]), what a benchmark says to it ([`benchmark`], [`pod_security`]), what is new ([`baseline`]) and how the process ends
//! ([`exit`]). That is also the order in which they are asked.
//!
//! Invariant: nothing here turns a failure into a pass, and nothing that was not assessed counts as one.

pub mod baseline;
pub mod benchmark;
pub mod exit;
pub mod pod_security;
pub mod score;
pub mod setting;
pub mod waiver;

#[cfg(test)]
mod tests;
