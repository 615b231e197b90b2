//! The nouns of an audit. This module depends on nothing else of ours.
//!
//! An [`object::Object`] is anything that can be audited; an [`inventory::Coverage`] is how completely one run knows each kind;
//! a [`check::Check`] says what is wrong with objects of some kinds; a [`verdict::Verdict`] is what one check says of
//! one object; a [`report::Report`] is everything a run found out, sorted, so that equal input gives equal bytes.

pub mod benchmark;
pub mod check;
pub mod fingerprint;
pub mod inventory;
pub mod object;
pub mod permissions;
pub mod pointer;
pub mod report;
pub mod selector;
pub mod tree;
pub mod verdict;
