//! Why a subcommand could not do what it was asked to do.

use std::fmt;
use std::io;
use std::path::Path;

/// One sentence for a person: what happened, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// the sentence; further lines are shown below it, indented
    #[error("{0}")]
    Message(String),
    /// the result could not be written
    #[error("cannot write the result: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// An error of one sentence.
    pub fn new(sentence: impl fmt::Display) -> Error {
        Error::Message(sentence.to_string())
    }

    /// A file that cannot be read.
    pub fn reading(path: &Path, error: &io::Error) -> Error {
        Error::Message(format!("cannot read {}: {}", path.display(), reason(error)))
    }

    /// A file that cannot be written.
    pub fn writing(path: &Path, error: &io::Error) -> Error {
        let why = match error.kind() {
            io::ErrorKind::NotFound => "its folder does not exist".to_owned(),
            _ => reason(error),
        };
        Error::Message(format!("cannot write {}: {why}", path.display()))
    }

    /// Whether the reader of our output went away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Output(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Why something with a file failed, with the remedy where there is one.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not; change its permissions or run as its owner".to_owned(),
        io::ErrorKind::IsADirectory => "it is a directory; name a file in it".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}
