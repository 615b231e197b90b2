//! Where `audit.yaml` is: in the working directory or in one above it, but not above the repository.

use std::path::{Path, PathBuf};

/// Name of the file.
pub const FILE_NAME: &str = "audit.yaml";

/// The nearest file at or above `start`, up to the root of the Git repository, or of the file system when there is none.
pub fn find(start: &Path) -> Option<PathBuf> {
    for directory in start.ancestors() {
        let file = directory.join(FILE_NAME);
        if file.is_file() {
            return Some(file);
        }
        if directory.join(".git").exists() {
            return None;
        }
    }
    None
}
