//! Panics never reach the user as such: one plain sentence, and an exit code that says the result cannot be relied on.

use crate::policy::engine::worker;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

static HAPPENED: AtomicBool = AtomicBool::new(false);

/// Replaces the standard hook. Threads that run the interpreter and catch what it does stay silent.
pub(super) fn hook() {
    std::panic::set_hook(Box::new(|info| {
        if worker::is_evaluating() {
            return;
        }
        HAPPENED.store(true, Ordering::Relaxed);
        let at = info.location().map_or_else(String::new, |l| format!(" in {}:{}", l.file(), l.line()));
        let _ = writeln!(
            std::io::stderr().lock(),
            "audit: internal error{at}; the result is incomplete. Please report this line together with the input at {}/issues",
            env!("CARGO_PKG_REPOSITORY")
        );
    }));
}

/// Whether one was reported.
pub(super) fn happened() -> bool {
    HAPPENED.load(Ordering::Relaxed)
}
