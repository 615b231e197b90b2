//! What the targets that read manifests have in common: what must hold for every text that is read.

use kube_audit::model::tree::{Data, NO_SPAN, Tree};
use kube_audit::source::{self, Document, Emit, Input, Limits, Settings};
use std::ops::ControlFlow;

/// Bounds that short inputs reach.
pub fn tight() -> Limits {
    Limits { document_bytes: 48, depth: 6, nodes: 40, alias_nodes: 20, documents: 4 }
}

/// Every place that a tree names lies inside its text, between two characters.
pub fn check_tree(tree: &Tree, text: &str) {
    let inside = |start: u32, end: u32| {
        assert!(text.get(start as usize..end as usize).is_some(), "{start}..{end} is not a part of {} bytes", text.len());
    };
    for id in 0..tree.len() as u32 {
        let node = tree.node(id);
        assert_ne!(node.start, NO_SPAN, "a parsed node stands nowhere");
        inside(node.start, node.end);
        if let Data::Float(f) = node.data {
            assert!(f.is_finite());
        }
        for item in tree.items(id) {
            assert!(*item < id, "a child comes before its parent");
        }
        for entry in tree.entries(id) {
            assert!(entry.value < id, "a child comes before its parent");
            inside(entry.key_start, entry.key_end);
        }
        let keys = tree.entries(id).windows(2);
        assert!(keys.into_iter().all(|w| tree.text_of(w[0].key) < tree.text_of(w[1].key)), "keys are sorted and unique");
    }
    assert!((tree.root() as usize) < tree.len());
}

/// Reads an input as a run does, and checks what the loader promises.
pub fn load_all(data: &[u8], limits: Limits) {
    let settings = Settings { limits, ..Settings::default() };
    let input = Input::bytes("input", data);
    let mut tree = Tree::default();
    let mut emitted = 0u32;
    let (mut past, mut line) = (0, 1);
    let flow = source::documents(&input, &settings, &mut |emit| {
        emitted += 1;
        if let Emit::Document(document) = emit {
            let base = document.base as usize;
            assert!(base >= past, "documents follow each other");
            line += newlines(&data[past..base]);
            check_document(&document, data, line);
            past = base + document.text.len();
            line += newlines(&data[base..past]);
            let loaded = source::load(&document, &mut tree, &settings);
            let found = loaded.objects.len() + loaded.gaps.len() + loaded.skipped.len();
            assert!(found > 0, "a document gives at least one of objects, gaps and skips");
            if loaded.gaps.is_empty() {
                check_tree(&tree, &document.text);
            }
            for object in &loaded.objects {
                assert!((object.node as usize) < tree.len());
                assert!(!object.id.api_version.is_empty() && !object.id.kind.is_empty());
            }
            for comment in &loaded.comments {
                let text = document.text.get(comment.start as usize..comment.end as usize);
                assert!(text.is_some_and(|t| t.starts_with('#')), "a comment is in its place");
            }
        }
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    assert!(emitted > 0, "an input gives at least one document, gap or skip");
}

fn newlines(data: &[u8]) -> u32 {
    data.iter().filter(|b| **b == b'\n').count() as u32
}

fn check_document(document: &Document, data: &[u8], line: u32) {
    let base = document.base as usize;
    assert!(!document.text.is_empty());
    assert_eq!(data.get(base..base + document.text.len()), Some(document.text.as_bytes()), "the text is the file's");
    assert_eq!(document.line, line, "the line is the file's");
}
