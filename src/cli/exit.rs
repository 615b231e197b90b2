//! How the process ends.

/// Code of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// nothing at or above `--fail-on`
    Clean = 0,
    /// something at or above `--fail-on`
    Failed = 1,
    /// wrong usage, or nothing failed but something could not be read or a check broke
    Incomplete = 2,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}
