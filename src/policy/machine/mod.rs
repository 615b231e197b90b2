//! The machine: runs compiled checks without the interpreter, some fifty times faster.
//!
//! [`code`] is what a module becomes, [`lower`] makes it from the syntax tree, [`run`] executes it on [`value`]s with [`functions`]. What it says
//! must be what the interpreter says: every case of every check runs on both, and so do random objects (`tests/verdict_cache.rs`). A module
//! with something that the machine does not know stays with the interpreter.

pub mod code;
pub mod functions;
pub mod judge;
pub mod library;
pub mod lower;
pub mod print;
pub mod run;
pub mod value;

#[cfg(test)]
mod tests {
    use crate::policy::builtin;

    #[test]
    fn every_check_of_ours_is_compiled() {
        let catalog = builtin::catalog();
        let left: Vec<String> = catalog
            .sources
            .iter()
            .chain(&catalog.libraries)
            .filter(|s| s.machine.is_empty())
            .map(|s| format!("{}: {}", s.file, s.interpreted))
            .collect();
        assert!(left.is_empty(), "{left:#?}");
    }
}
