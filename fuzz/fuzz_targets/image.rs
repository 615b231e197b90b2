//! Image references, quantities, paths and versions.
#![no_main]

use kube_audit::policy::{image, metadata, quantity};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(reference) = image::parse(text) {
        assert!(!reference.registry.is_empty() && !reference.repository.is_empty());
        assert!(!reference.repository.contains(char::is_whitespace));
        let mut whole = format!("{}/{}", reference.registry, reference.repository);
        for (sign, part) in [(':', reference.tag), ('@', reference.digest)] {
            if let Some(part) = part {
                assert!(!part.is_empty());
                whole.push(sign);
                whole.push_str(part);
            }
        }
        assert_eq!(image::parse(&whole), Some(reference), "{whole} means the same");
    }
    if let Some(number) = quantity::quantity(text) {
        assert!(number.is_finite(), "{text:?} is {number}");
    }
    let clean = quantity::clean_path(text);
    assert!(clean.starts_with('/'));
    assert_eq!(quantity::clean_path(&clean), clean);
    let _ = metadata::version(text);
});
