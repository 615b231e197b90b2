//! The `audit` binary.
fn main() {}
