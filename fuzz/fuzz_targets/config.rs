//! `audit.yaml`, read and resolved.
#![no_main]

use kube_audit::config::{FlagValues, parse, resolve};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let raw = parse(text, "audit.yaml");
    let lines = text.split(['\n', '\r']).count() as u64;
    for mistake in &raw.mistakes {
        assert!(mistake.line <= lines + 1, "{mistake} of {lines} lines");
        assert!(!mistake.message.is_empty());
    }
    let wrong = !raw.mistakes.is_empty();
    let resolved = resolve(Some(raw), FlagValues::default());
    assert!(!(wrong && resolved.is_ok()), "a mistake is not passed over");
});
