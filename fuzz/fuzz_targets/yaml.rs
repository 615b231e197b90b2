//! YAML manifests, parsed alone and read as a run reads them.
#![no_main]

mod common;

use kube_audit::model::tree::Tree;
use kube_audit::source::{Limits, yaml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let mut tree = Tree::default();
        let mut diagnostics = Vec::new();
        match yaml::parse(text, &mut tree, &Limits::default(), &mut diagnostics) {
            Ok(()) => common::check_tree(&tree, text),
            Err(error) => {
                assert!(error.offset <= text.len() && error.line > 0 && error.column > 0);
            }
        }
        for comment in yaml::comments(text, 1, 256) {
            assert!(text[comment.start as usize..comment.end as usize].starts_with('#'));
        }
    }
    common::load_all(data, Limits::default());
    common::load_all(data, common::tight());
});
