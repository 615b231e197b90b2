//! Settings (being written).
pub mod document;
pub mod matcher;
pub mod suggestion;
