//! Our own catalogue, as the build script compiled it.

use super::catalog::Catalog;
use std::collections::BTreeMap;

static CATALOG: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalog.bin"));
static CASES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cases.bin"));

/// The built-in catalogue.
pub fn catalog() -> Catalog {
    // The build script wrote the blob with this very type; a test reads it.
    postcard::from_bytes(CATALOG).unwrap_or_default()
}

/// Texts of the case files by check id.
pub fn cases() -> BTreeMap<String, String> {
    postcard::from_bytes(CASES).unwrap_or_default()
}
