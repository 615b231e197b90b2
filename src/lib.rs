//! `kube_audit`: audits Kubernetes configuration. See `ARCHITECTURE.md` for the picture.
//!
//! ```text
//! source/*  ->  Inventory  ->  policy::Evaluator  ->  Verdict*  ->  assess  ->  Report  ->  report/*
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod assess;
pub mod audit;
pub mod cli;
pub mod config;
pub mod model;
pub mod policy;
pub mod rbac;
pub mod report;
pub mod source;
