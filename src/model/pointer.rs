//! JSON pointers (RFC 6901): how a finding names a field.

use super::tree::{ByteSpan, Data, NodeId, Tree};
use std::borrow::Cow;

/// Appends one reference token to a pointer, escaping `~` and `/`.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        for c in token.chars() {
            match c {
                '~' => pointer.push_str("~0"),
                '/' => pointer.push_str("~1"),
                c => pointer.push(c),
            }
        }
    } else {
        pointer.push_str(token);
    }
}

/// The reference tokens of a pointer, unescaped. `""` has none.
pub fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer
        .strip_prefix('/')
        .into_iter()
        .flat_map(|p| p.split('/'))
        .map(|t| if t.contains('~') { Cow::Owned(t.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(t) })
}

/// Whether the text is a pointer: empty, or beginning with `/`, with `~` only as `~0` and `~1`.
pub fn is_valid(pointer: &str) -> bool {
    (pointer.is_empty() || pointer.starts_with('/'))
        && pointer
            .bytes()
            .enumerate()
            .all(|(i, b)| b != b'~' || matches!(pointer.as_bytes().get(i + 1), Some(b'0' | b'1')))
}

/// What a pointer leads to in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// the node, or its nearest ancestor that exists
    pub node: NodeId,
    /// whether the pointer led all the way
    pub exact: bool,
    /// the span to show: of the node, or of the key that holds the nearest ancestor when the field does not exist
    pub span: Option<ByteSpan>,
}

/// Follows a pointer from `from`; where a field does not exist, stops at the nearest ancestor that does.
pub fn resolve(tree: &Tree, from: NodeId, pointer: &str) -> Resolved {
    let mut node = from;
    let mut key_span: Option<ByteSpan> = None;
    for token in tokens(pointer) {
        let next = match tree.data(node) {
            Data::Map { .. } => tree.entry(node, &token).map(|e| {
                let span =
                    (e.key_start != super::tree::NO_SPAN).then_some(ByteSpan { start: e.key_start, end: e.key_end });
                (e.value, span)
            }),
            Data::Seq { .. } => token.parse::<usize>().ok().and_then(|i| tree.items(node).get(i)).map(|&n| (n, None)),
            _ => None,
        };
        match next {
            Some((n, span)) => {
                node = n;
                key_span = span;
            }
            None => return Resolved { node, exact: false, span: key_span.or_else(|| first_key(tree, node)) },
        }
    }
    let span = match tree.data(node) {
        // A whole map or list is shown by its key: the reader wants to see which, not all of it.
        Data::Map { .. } | Data::Seq { .. } => key_span.or_else(|| first_key(tree, node)),
        Data::Null => tree.span(node).filter(|s| s.end > s.start).or(key_span),
        _ => tree.span(node),
    };
    Resolved { node, exact: true, span }
}

/// The first key (in the source) of a map, or the node's own start.
fn first_key(tree: &Tree, node: NodeId) -> Option<ByteSpan> {
    tree.entries(node)
        .iter()
        .filter(|e| e.key_start != super::tree::NO_SPAN)
        .map(|e| ByteSpan { start: e.key_start, end: e.key_end })
        .min_by_key(|s| s.start)
        .or_else(|| tree.span(node))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_round_trip() {
        let mut p = String::new();
        push(&mut p, "a/b");
        push(&mut p, "c~d");
        assert_eq!(p, "/a~1b/c~0d");
        assert_eq!(tokens(&p).collect::<Vec<_>>(), ["a/b", "c~d"]);
        assert_eq!(tokens("").count(), 0);
        assert_eq!(tokens("/").collect::<Vec<_>>(), [""]);
        assert!(is_valid("") && is_valid("/a~1b") && !is_valid("a") && !is_valid("/a~2"));
    }
}
