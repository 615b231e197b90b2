//! Anchors: nodes that aliases can name.

use crate::model::tree::NodeId;
use std::borrow::Cow;
use std::collections::HashMap;

/// A node with a name.
#[derive(Clone, Copy, Default)]
pub(super) struct Anchored {
    /// `None` while it is being read
    pub node: Option<NodeId>,
    /// nodes below it and itself, those behind aliases counted each time
    pub weight: u64,
    /// levels of collections in it
    pub height: usize,
    pub map: bool,
}

/// All of a document, and which of them a name stands for at the moment: the last one that began.
#[derive(Default)]
pub(super) struct Anchors<'a> {
    names: HashMap<Cow<'a, str>, usize>,
    list: Vec<Anchored>,
}

impl<'a> Anchors<'a> {
    /// A node with an anchor begins; gives its number.
    pub fn begin(&mut self, name: Option<&Cow<'a, str>>) -> Option<usize> {
        let name = name?;
        self.list.push(Anchored::default());
        self.names.insert(name.clone(), self.list.len() - 1);
        Some(self.list.len() - 1)
    }

    /// The node was read.
    pub fn finish(&mut self, number: Option<usize>, anchored: Anchored) {
        if let Some(number) = number {
            self.list[number] = anchored;
        }
    }

    /// What an alias of this name stands for.
    pub fn get(&self, name: &str) -> Option<Anchored> {
        self.names.get(name).map(|number| self.list[*number])
    }
}
