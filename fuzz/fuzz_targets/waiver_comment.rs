//! Waivers in comments and annotations.
#![no_main]

use kube_audit::assess::waiver::{ParsedIgnore, annotation, parse_comment};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for form in [text.to_owned(), format!("# kube-audit:{text}"), format!("kube-audit: ignore=a reason={text}")] {
        match parse_comment(&form) {
            Some(Ok(waiver)) => complete(&waiver),
            Some(Err(error)) => told(&error.to_string()),
            None => {}
        }
    }
    let entries = annotation::parse_annotation(text);
    assert!(!entries.is_empty());
    for entry in entries {
        match entry {
            Ok(waiver) => complete(&waiver),
            Err((_, error)) => told(&error.to_string()),
        }
    }
});

/// What is accepted names a check and says why, in one line.
fn complete(waiver: &ParsedIgnore) {
    assert!(!waiver.checks.is_empty() && waiver.checks.iter().all(|c| !c.is_empty() && !c.contains(char::is_whitespace)));
    assert!(!waiver.reason.trim().is_empty());
    for text in [&waiver.reason, &waiver.owner] {
        assert!(!text.contains(char::is_control));
    }
}

/// What is wrong is told in one line of bounded length.
fn told(message: &str) {
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
    assert!(message.chars().count() < 400, "{message:?}");
}
