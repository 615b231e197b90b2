//! The verdict cache: verdicts by what was read, bounded, shared by all threads.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Keys are hashes already.
#[derive(Default)]
struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 ^= u64::from_ne_bytes(word);
        }
    }
    fn write_u128(&mut self, n: u128) {
        self.0 = n as u64;
    }
}

const SHARDS: usize = 64;

/// A bounded map from projection keys to shared values.
pub struct Cache<V> {
    shards: Vec<Mutex<HashMap<u128, V, BuildHasherDefault<Identity>>>>,
    per_shard: usize,
    enabled: bool,
    hits: AtomicU64,
    misses: AtomicU64,
    dropped: AtomicU64,
}

/// How well a cache worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStatistics {
    /// lookups that found something
    pub hits: u64,
    /// lookups that did not
    pub misses: u64,
    /// entries dropped because the cache was full
    pub dropped: u64,
}

impl<V: Clone> Cache<V> {
    /// A cache of at most `capacity` entries; a disabled one never finds anything.
    pub fn new(capacity: usize, enabled: bool) -> Cache<V> {
        Cache {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            per_shard: (capacity / SHARDS).max(1),
            enabled,
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
        }
    }

    fn shard(&self, key: u128) -> &Mutex<HashMap<u128, V, BuildHasherDefault<Identity>>> {
        &self.shards[(key >> 122) as usize % SHARDS]
    }

    /// The value under a key.
    pub fn get(&self, key: u128) -> Option<V> {
        if !self.enabled {
            return None;
        }
        let found = self.shard(key).lock().ok().and_then(|m| m.get(&key).cloned());
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// Keeps a value. A full shard is emptied first: what is still in use comes back at the price of one evaluation.
    pub fn put(&self, key: u128, value: V) {
        if !self.enabled {
            return;
        }
        if let Ok(mut map) = self.shard(key).lock() {
            if map.len() >= self.per_shard {
                self.dropped.fetch_add(map.len() as u64, Ordering::Relaxed);
                map.clear();
            }
            map.insert(key, value);
        }
    }

    /// Figures so far.
    pub fn statistics(&self) -> CacheStatistics {
        let get = |c: &AtomicU64| c.load(Ordering::Relaxed);
        CacheStatistics { hits: get(&self.hits), misses: get(&self.misses), dropped: get(&self.dropped) }
    }

    /// Whether lookups can find anything.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }
}
