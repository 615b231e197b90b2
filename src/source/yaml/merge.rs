//! Merge keys (`<<`): the entries of other maps, put into this one at the place where the `<<` stands.
//!
//! NOTE: go-yaml v2 goes through a map from top to bottom and lets whatever comes later win, merges included: a key above
//! the `<<` loses to the merged one. YAML's own proposal says otherwise, but Kubernetes runs on go-yaml.

use crate::model::tree::{Data, Entry, NodeId, Tree};
use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Merged {
    /// key to place in `list`
    index: HashMap<String, usize>,
    /// entries, and whether they came by a merge
    list: Vec<(Entry, bool)>,
    lost: Vec<(Entry, usize)>,
}

impl Merged {
    fn put(&mut self, tree: &Tree, entry: Entry, by_merge: bool) {
        let key = tree.text_of(entry.key);
        if let Some(&i) = self.index.get(key) {
            let (old, old_merged) = self.list[i];
            if !old_merged && !by_merge {
                self.lost.push((old, i));
            }
            self.list[i] = (entry, by_merge);
        } else {
            self.index.insert(key.to_owned(), self.list.len());
            self.list.push((entry, by_merge));
        }
    }

    /// Entries of the map itself, in their order.
    pub fn own(&mut self, tree: &Tree, entries: &[Entry]) {
        for entry in entries {
            self.put(tree, *entry, false);
        }
    }

    /// Entries of a merged map, or of a list of maps of which the first has precedence. `false`: it is something else.
    pub fn take(&mut self, tree: &Tree, node: NodeId) -> bool {
        match tree.data(node) {
            Data::Map { .. } => {
                for entry in tree.entries(node) {
                    self.put(tree, *entry, true);
                }
                true
            }
            Data::Seq { .. } => {
                let maps = tree.items(node).iter().rev();
                maps.clone().all(|n| tree.is_map(*n)) && maps.into_iter().all(|n| self.take(tree, *n))
            }
            _ => false,
        }
    }

    /// Keys that lost to a later one of the map itself, each with the one that counts.
    pub fn duplicates(&self) -> Vec<(Entry, Entry)> {
        self.lost.iter().map(|&(lost, i)| (lost, self.list[i].0)).collect()
    }

    pub fn entries(self) -> Vec<Entry> {
        self.list.into_iter().map(|(entry, _)| entry).collect()
    }
}
