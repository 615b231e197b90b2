//! Content hashes of nodes: what makes two subtrees "the same" to the verdict cache.
//!
//! SipHash-1-3 with 128 bits of output under a key drawn at random for each run: equal content gives equal hashes, and nobody who writes manifests can
//! prepare two that collide without knowing the key. With 10^9 different subtrees the chance of any collision is below 10^-20.

use crate::model::tree::{Data, NodeId, Tree};
use siphasher::sip128::{Hasher128, SipHasher13};
use std::hash::Hasher;

/// The run's secret key.
#[derive(Clone, Copy)]
pub struct HashKey(u64, u64);

impl Default for HashKey {
    fn default() -> Self {
        HashKey::random()
    }
}

impl HashKey {
    /// A fresh key.
    pub fn random() -> HashKey {
        use std::hash::BuildHasher;
        let draw = || std::collections::hash_map::RandomState::new().hash_one(0u8);
        HashKey(draw(), draw())
    }

    /// A hasher under this key.
    pub fn hasher(&self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.0, self.1)
    }
}

/// Hashes of the nodes of one tree, computed as far as the tree has grown.
#[derive(Default)]
pub struct Hashes {
    key: HashKey,
    of: Vec<u128>,
}

impl Hashes {
    /// No hashes yet.
    pub fn new(key: HashKey) -> Hashes {
        Hashes { key, of: Vec::new() }
    }

    /// The key.
    pub fn key(&self) -> &HashKey {
        &self.key
    }

    /// Forgets everything; for the next document.
    pub fn clear(&mut self) {
        self.of.clear();
    }

    /// Hashes the nodes that were added since the last call. Children come before parents, so one pass does.
    pub fn catch_up(&mut self, tree: &Tree) {
        for id in self.of.len() as u32..tree.len() as u32 {
            let hash = self.node(tree, id);
            self.of.push(hash);
        }
    }

    /// The hash of a node.
    pub fn get(&self, id: NodeId) -> u128 {
        self.of[id as usize]
    }

    fn node(&self, tree: &Tree, id: NodeId) -> u128 {
        let mut h = self.key.hasher();
        match tree.data(id) {
            Data::Null => h.write_u8(0),
            Data::Bool(b) => h.write_u8(1 + u8::from(b)),
            Data::Int(i) => {
                h.write_u8(3);
                h.write_u64(i as u64);
            }
            Data::UInt(u) => {
                h.write_u8(4);
                h.write_u64(u);
            }
            Data::Float(f) => {
                h.write_u8(5);
                h.write_u64(f.to_bits());
            }
            Data::Str(t) => {
                h.write_u8(6);
                h.write(tree.text_of(t).as_bytes());
            }
            Data::Seq { .. } => {
                h.write_u8(7);
                for &item in tree.items(id) {
                    h.write_u128(self.of[item as usize]);
                }
            }
            Data::Map { .. } => {
                h.write_u8(8);
                for entry in tree.entries(id) {
                    let key = tree.text_of(entry.key);
                    h.write_u32(key.len() as u32);
                    h.write(key.as_bytes());
                    h.write_u128(self.of[entry.value as usize]);
                }
            }
        }
        h.finish128().into()
    }
}
