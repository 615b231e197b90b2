//! [`Extents`] tell which lines belong to what begins on a line: the reach of a comment.
//!
//! On a line begins every map entry whose key starts there and every list item that starts there. The extent of the line is
//! the longest of them, to the last line that holds one of its values. So a comment behind `hostPID: true` means that
//! field, behind `securityContext:` everything below, behind `- name: app` the whole container, and behind the first field of a map not
//! the whole map.

use crate::model::tree::{Data, Lines, NO_SPAN, Tree};
use std::collections::BTreeMap;

/// First and last line of what begins on each line of a document.
#[derive(Clone, Debug, Default)]
pub struct Extents {
    last: BTreeMap<u32, u32>,
}

impl Extents {
    /// Of a tree and the text it was parsed from, which begins on `first_line` of its file.
    pub fn of(tree: &Tree, text: &str, first_line: u32) -> Extents {
        let lines = Lines::new(text, first_line);
        let mut extents = Extents::default();
        // Children come before their parents, so one pass is enough and aliases cost nothing. 0: nowhere in the text.
        let mut last = vec![0u32; tree.len()];
        for id in 0..tree.len() as u32 {
            last[id as usize] = match tree.data(id) {
                Data::Map { .. } => tree.entries(id).iter().fold(0, |end, entry| {
                    if entry.key_start == NO_SPAN {
                        return end.max(last[entry.value as usize]);
                    }
                    let first = lines.position(entry.key_start).line;
                    end.max(extents.add(first, last[entry.value as usize]))
                }),
                Data::Seq { .. } => tree.items(id).iter().fold(0, |end, &item| match tree.span(item) {
                    Some(span) => end.max(extents.add(lines.position(span.start).line, last[item as usize])),
                    None => end.max(last[item as usize]),
                }),
                _ => tree.span(id).map_or(0, |span| {
                    // The parser may count blanks after a block scalar as part of it.
                    let own = text.get(span.start as usize..span.end as usize).unwrap_or("").trim_end();
                    lines.position(span.start + (own.len() as u32).saturating_sub(1)).line
                }),
            };
        }
        extents
    }

    fn add(&mut self, first: u32, last: u32) -> u32 {
        let end = self.last.entry(first).or_insert(first);
        *end = (*end).max(last);
        first.max(last)
    }

    /// First and last line of what begins on this line; `None` when nothing does.
    pub fn at(&self, line: u32) -> Option<(u32, u32)> {
        self.last.get(&line).map(|last| (line, *last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::{Entry, NodeId};

    /// Finds `what` in the text and adds it as a string.
    fn word(tree: &mut Tree, text: &str, what: &str) -> NodeId {
        let start = text.find(what).expect(what) as u32;
        tree.push_str(what, start, start + what.len() as u32)
    }

    fn map(tree: &mut Tree, text: &str, entries: &[(&str, NodeId)]) -> NodeId {
        let mut list: Vec<Entry> = entries
            .iter()
            .map(|(key, value)| {
                let start = text.find(&format!("{key}:")).expect(key) as u32;
                let end = start + key.len() as u32;
                Entry { key: tree.push_text(key), key_start: start, key_end: end, value: *value }
            })
            .collect();
        let start = list.iter().map(|e| e.key_start).min().unwrap_or(0);
        tree.push_map(&mut list, start, text.len() as u32, |_, _| ())
    }

    #[test]
    fn entries_items_and_first_fields() {
        let text =
            "spec:\n  hostPID: true\n  list:\n  - name: app\n    args: |\n      x\n      y\n\n  - other: z\ntail: w\n";
        let mut tree = Tree::default();
        let host = word(&mut tree, text, "true");
        let name = word(&mut tree, text, "app");
        let at = text.find('|').expect("block") as u32;
        // The parser's span of the block scalar runs into the next line.
        let args = tree.push_str("x\ny\n", at, text.find("- other").expect("next") as u32);
        let first = map(&mut tree, text, &[("name", name), ("args", args)]);
        let z = word(&mut tree, text, "z");
        let second = map(&mut tree, text, &[("other", z)]);
        let list = tree.push_seq(&[first, second], 30, text.len() as u32);
        let spec = map(&mut tree, text, &[("hostPID", host), ("list", list)]);
        let tail = word(&mut tree, text, "w");
        let root = map(&mut tree, text, &[("spec", spec), ("tail", tail)]);
        tree.set_root(root);
        let extents = Extents::of(&tree, text, 11);
        assert_eq!(extents.at(11), Some((11, 19)));
        assert_eq!(extents.at(12), Some((12, 12)), "the first field of a map is not the map");
        assert_eq!(extents.at(13), Some((13, 19)));
        assert_eq!(extents.at(14), Some((14, 17)), "a list item, block scalar included");
        assert_eq!(extents.at(15), Some((15, 17)));
        assert_eq!(extents.at(16), None);
        assert_eq!(extents.at(18), None);
        assert_eq!(extents.at(19), Some((19, 19)));
        assert_eq!(extents.at(20), Some((20, 20)));
    }

    #[test]
    fn a_key_without_a_value_counts_and_an_alias_stays_where_it_is() {
        let text = "shared: x\nouter:\n  again: *a\n  empty:\nnext: y\n";
        let mut tree = Tree::default();
        let shared = word(&mut tree, text, "x");
        let null = tree.push_scalar(Data::Null, NO_SPAN, NO_SPAN);
        let inner = map(&mut tree, text, &[("again", shared), ("empty", null)]);
        let y = word(&mut tree, text, "y");
        let root = map(&mut tree, text, &[("shared", shared), ("outer", inner), ("next", y)]);
        tree.set_root(root);
        let extents = Extents::of(&tree, text, 1);
        let all: Vec<_> = (1..=5).map(|line| extents.at(line)).collect();
        assert_eq!(all, [Some((1, 1)), Some((2, 4)), Some((3, 3)), Some((4, 4)), Some((5, 5))]);
    }
}
