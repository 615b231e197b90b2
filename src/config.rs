//! Settings of a run: what a person wrote in `audit.yaml`, in the environment and behind the command, made into one [`Config`].
//!
//! [`find`](find()) looks for the file, [`parse`] reads it into a [`RawConfig`] (what was written, with lines), and [`resolve()`] lays
//! flags over it and gives the [`Config`], or every mistake at once. What only the catalogue knows (ids of checks, their severity and
//! parameters) is judged by [`Config::verify`] once the catalogue is there, because the file says which policies belong to it.
//!
//! Precedence: flag, then environment, then file, then default. A list given by a flag takes the place of the file's list.
//! Relative paths in the file are relative to the file.
//!
//! This module knows nothing but the model, and everything that reads files of ours stands on it: [`document`] and [`reader`] are how
//! they are read, [`matcher`] how they name objects.

pub mod document;
mod find;
pub mod matcher;
mod raw;
pub mod reader;
mod resolve;
pub mod suggestion;
mod verify;

pub use document::Mistake;
pub use find::{FILE_NAME, find};
pub use raw::{RawCheck, RawConfig, RawLimits, RawOutput, parse, read, schema};
pub use resolve::{CheckSetting, Config, FlagValues, Limits, Output, resolve};
pub use verify::Known;

/// Everything that is wrong with the settings, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<Mistake>);

#[cfg(test)]
mod tests;
