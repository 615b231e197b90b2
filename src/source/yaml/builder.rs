//! The builder: events into a [`Tree`], with Kubernetes' keys, values and merges, and with every limit.

use super::Limits;
use super::anchor::{Anchored, Anchors};
use super::event::{Event, Props};
use super::events::Events;
use super::merge::Merged;
use super::scalar::{self, Scalar};
use super::token::{Fault, Scan};
use crate::model::tree::{Data, Entry, NodeId, Text, Tree};
use std::borrow::Cow;

/// A key that lost to a later one of the same map.
#[derive(Clone, Debug)]
pub(super) struct Duplicate {
    /// pointer of the field
    pub pointer: String,
    /// where the key that lost stands
    pub lost: u32,
    /// where the key that counts stands
    pub won: u32,
}

/// More duplicates than this in one document are counted, not told.
const DUPLICATES: usize = 100;

/// A collection that is being read.
struct Frame {
    map: bool,
    start: u32,
    /// one past the last byte of its last entry
    end: u32,
    /// where its items or entries begin on the builder's stack
    from: usize,
    anchor: Option<usize>,
    weight_before: u64,
    height: usize,
    key: Key,
    /// entries that merges left; most maps have none
    merged: Option<Box<Merged>>,
    /// a key that JSON cannot have
    bad_key: Option<Suspicion>,
}

/// What is wrong, and at which byte. Its line is looked for only when it is told: there may be very many.
type Suspicion = (String, u32);

/// The key whose value comes next.
#[derive(Clone, Copy)]
enum Key {
    None,
    Text { text: Text, start: u32, end: u32 },
    Merge,
}

pub(super) struct Builder<'a, 't> {
    events: Events<'a>,
    pub(super) tree: &'t mut Tree,
    limits: &'t Limits,
    frames: Vec<Frame>,
    items: Vec<NodeId>,
    entries: Vec<Entry>,
    anchors: Anchors<'a>,
    weight: u64,
    aliased: u64,
    /// Nodes that JSON cannot have. They count only where the final value has them: not below a key that loses to a later one.
    suspects: Vec<(NodeId, Suspicion)>,
    pub(super) duplicates: Vec<Duplicate>,
    /// the document was ended by `...`
    pub(super) explicit_end: bool,
}

impl<'a, 't> Builder<'a, 't> {
    pub fn new(events: Events<'a>, tree: &'t mut Tree, limits: &'t Limits) -> Builder<'a, 't> {
        Builder {
            events,
            tree,
            limits,
            frames: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            anchors: Anchors::default(),
            weight: 0,
            aliased: 0,
            suspects: Vec::new(),
            duplicates: Vec::new(),
            explicit_end: false,
        }
    }

    pub fn events(self) -> (Events<'a>, Vec<Duplicate>) {
        (self.events, self.duplicates)
    }

    /// Reads the document.
    pub fn run(&mut self) -> Scan<()> {
        loop {
            match self.events.next()? {
                Event::DocumentStart => {}
                Event::DocumentEnd { explicit } => {
                    self.explicit_end = explicit;
                    return self.check_suspects();
                }
                Event::StreamEnd => {
                    // Nothing but comments and blank lines: null, as Kubernetes reads it.
                    let root = self.tree.push_scalar(Data::Null, 0, 0);
                    self.tree.set_root(root);
                    return Ok(());
                }
                Event::Scalar { text, plain, props, start, end } => self.scalar(text, plain, &props, start, end)?,
                Event::Alias { name, start, end } => self.alias(&name, start, end)?,
                Event::SequenceStart { props, start } => self.open(false, props, start)?,
                Event::MappingStart { props, start } => self.open(true, props, start)?,
                Event::SequenceEnd { end } | Event::MappingEnd { end } => self.close(end)?,
            }
        }
    }

    fn fault(&self, problem: impl Into<Cow<'static, str>>, at: u32) -> Box<Fault> {
        Fault::new(problem, super::mark_at(self.events.scanner.c.text, at))
    }

    fn over(&self, what: &str, limit: u64, setting: &str, at: u32) -> Box<Fault> {
        let mut fault = self.fault(format!("more than {limit} {what} (setting {setting})"), at);
        fault.limit = true;
        fault
    }

    fn expects_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { map: true, key: Key::None, .. }))
    }

    fn count(&mut self, at: u32) -> Scan<()> {
        self.weight += 1;
        if self.tree.len() as u64 > u64::from(self.limits.nodes) {
            return Err(self.over("nodes in one document", u64::from(self.limits.nodes), "limits.nodes", at));
        }
        Ok(())
    }

    fn scalar(&mut self, text: Cow<'a, str>, plain: bool, props: &Props<'a>, start: u32, end: u32) -> Scan<()> {
        self.count(start)?;
        let anchor = self.anchors.begin(props.anchor.as_ref());
        let is_key = self.expects_key();
        if is_key && plain_merge(&text, plain, props) {
            if let Some(frame) = self.frames.last_mut() {
                frame.key = Key::Merge;
            }
            return Ok(());
        }
        let scalar = scalar::resolve(text, plain, props.tag.as_deref()).map_err(|p| self.fault(p, start))?;
        if is_key && anchor.is_none() {
            let text = match scalar {
                Scalar::Text(text) => self.tree.push_text(&text),
                Scalar::Other(data) => self.key_text(data, start)?,
            };
            self.set_key(text, start, end);
            return Ok(());
        }
        let node = match scalar {
            Scalar::Text(text) => self.tree.push_str(&text, start, end),
            // NOTE: an anchored key keeps its own kind of number only until somebody uses the alias.
            Scalar::Other(data) => match scalar::value(data) {
                Ok(data) => self.tree.push_scalar(data, start, end),
                Err(problem) => {
                    let node = self.tree.push_scalar(Data::Null, start, end);
                    self.suspects.push((node, (problem, start)));
                    node
                }
            },
        };
        self.anchors.finish(anchor, Anchored { node: Some(node), weight: 1, height: 0, map: false });
        self.add(node, start, end, 0)
    }

    fn alias(&mut self, name: &str, start: u32, end: u32) -> Scan<()> {
        let Some(target) = self.anchors.get(name) else {
            return Err(self.fault(format!("unknown anchor '{name}' referenced"), start));
        };
        let Some(node) = target.node else {
            return Err(self.fault(format!("anchor '{name}' value contains itself"), start));
        };
        self.weight += target.weight;
        self.aliased += target.weight;
        let limit = u64::from(self.limits.alias_nodes);
        if self.aliased > limit {
            return Err(self.over(
                "nodes behind aliases (a billion-laughs document?)",
                limit,
                "limits.alias_nodes",
                start,
            ));
        }
        if self.frames.len() + target.height > self.limits.depth() {
            return Err(self.too_deep(start));
        }
        if matches!(self.frames.last(), Some(Frame { key: Key::Merge, .. })) && !target.map {
            return Err(self.fault(WANT_MAP, start));
        }
        self.add(node, start, end, target.height)
    }

    fn open(&mut self, map: bool, props: Props<'a>, start: u32) -> Scan<()> {
        self.count(start)?;
        if self.frames.len() >= self.limits.depth() {
            return Err(self.too_deep(start));
        }
        if self.expects_key() {
            return Err(self.fault("invalid map key: a list or a map cannot be a key", start));
        }
        let anchor = self.anchors.begin(props.anchor.as_ref());
        self.frames.push(Frame {
            map,
            start,
            end: start,
            from: if map { self.entries.len() } else { self.items.len() },
            anchor,
            weight_before: self.weight - 1,
            height: 0,
            key: Key::None,
            merged: None,
            bad_key: None,
        });
        Ok(())
    }

    fn close(&mut self, end: u32) -> Scan<()> {
        let Some(mut frame) = self.frames.pop() else { return Ok(()) };
        let end = frame.end.max(end);
        let node = if !frame.map {
            let node = self.tree.push_seq(&self.items[frame.from..], frame.start, end);
            self.items.truncate(frame.from);
            node
        } else if let Some(merged) = frame.merged.take() {
            self.close_merged(&frame, *merged, end)
        } else {
            self.close_map(&frame, end)
        };
        if let Some(suspicion) = frame.bad_key.take() {
            self.suspects.push((node, suspicion));
        }
        let height = frame.height + 1;
        let weight = self.weight - frame.weight_before;
        self.anchors.finish(frame.anchor, Anchored { node: Some(node), weight, height, map: frame.map });
        self.add(node, frame.start, end, height)
    }

    fn close_map(&mut self, frame: &Frame, end: u32) -> NodeId {
        let entries = &mut self.entries[frame.from..];
        let mut lost: Vec<Entry> = Vec::new();
        let node = self.tree.push_map(entries, frame.start, end, |_, entry| lost.push(*entry));
        self.entries.truncate(frame.from);
        for entry in lost {
            let won = self.tree.entry(node, self.tree.text_of(entry.key)).map_or(0, |e| e.key_start);
            self.duplicate(entry.key, entry.key_start, won);
        }
        node
    }

    fn close_merged(&mut self, frame: &Frame, mut merged: Merged, end: u32) -> NodeId {
        merged.own(self.tree, &self.entries[frame.from..]);
        self.entries.truncate(frame.from);
        for (lost, won) in merged.duplicates() {
            self.duplicate(lost.key, lost.key_start, won.key_start);
        }
        self.tree.push_map(&mut merged.entries(), frame.start, end, |_, _| {})
    }

    fn duplicate(&mut self, key: Text, lost: u32, won: u32) {
        if self.duplicates.len() < DUPLICATES {
            let pointer = self.pointer(key);
            self.duplicates.push(Duplicate { pointer, lost, won });
        }
    }

    /// Pointer of a key of the collection that was just closed.
    fn pointer(&self, key: Text) -> String {
        let mut pointer = String::new();
        for (i, frame) in self.frames.iter().enumerate() {
            match frame.key {
                Key::Text { text, .. } => crate::model::pointer::push(&mut pointer, self.tree.text_of(text)),
                Key::Merge => crate::model::pointer::push(&mut pointer, "<<"),
                Key::None => {
                    let next = self.frames[i + 1..].iter().find(|f| !f.map).map_or(self.items.len(), |f| f.from);
                    crate::model::pointer::push(&mut pointer, &(next - frame.from).to_string());
                }
            }
        }
        crate::model::pointer::push(&mut pointer, self.tree.text_of(key));
        pointer
    }

    /// Gives a finished node to the collection it belongs to.
    fn add(&mut self, node: NodeId, start: u32, end: u32, height: usize) -> Scan<()> {
        let Some(frame) = self.frames.last_mut() else {
            self.tree.set_root(node);
            return Ok(());
        };
        frame.end = frame.end.max(end);
        frame.height = frame.height.max(height);
        if !frame.map {
            self.items.push(node);
            return Ok(());
        }
        match frame.key {
            Key::Text { text, start, end } => {
                self.entries.push(Entry { key: text, key_start: start, key_end: end, value: node });
                frame.key = Key::None;
                Ok(())
            }
            Key::Merge => {
                frame.key = Key::None;
                self.merge(node, start)
            }
            Key::None => {
                let text = match self.tree.data(node) {
                    Data::Str(text) => text,
                    data => self.key_text(data, start)?,
                };
                self.set_key(text, start, end);
                Ok(())
            }
        }
    }

    /// Puts the entries of a `<<` value into the map that is being read.
    fn merge(&mut self, node: NodeId, at: u32) -> Scan<()> {
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        let merged = frame.merged.get_or_insert_default();
        merged.own(self.tree, &self.entries[frame.from..]);
        self.entries.truncate(frame.from);
        if merged.take(self.tree, node) { Ok(()) } else { Err(self.fault(WANT_MAP, at)) }
    }

    fn set_key(&mut self, text: Text, start: u32, end: u32) {
        if let Some(frame) = self.frames.last_mut() {
            frame.key = Key::Text { text, start, end };
            frame.end = frame.end.max(end);
        }
    }

    fn key_text(&mut self, data: Data, at: u32) -> Scan<Text> {
        match scalar::key_text(data) {
            Ok(text) => Ok(self.tree.push_text(&text)),
            Err(problem) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.bad_key.get_or_insert_with(|| (format!("unsupported map key: {problem}"), at));
                }
                Ok(self.tree.push_text(""))
            }
        }
    }

    /// Refuses the document when something that JSON cannot have is part of its value.
    fn check_suspects(&mut self) -> Scan<()> {
        if self.suspects.is_empty() {
            return Ok(());
        }
        let (mut seen, mut todo) = (vec![false; self.tree.len()], vec![self.tree.root()]);
        while let Some(node) = todo.pop() {
            if !std::mem::replace(&mut seen[node as usize], true) {
                todo.extend(self.tree.items(node));
                todo.extend(self.tree.entries(node).iter().map(|e| e.value));
            }
        }
        match self.suspects.iter().find(|(node, _)| seen[*node as usize]) {
            Some((_, (problem, at))) => Err(self.fault(problem.clone(), *at)),
            None => Ok(()),
        }
    }

    fn too_deep(&self, at: u32) -> Box<Fault> {
        let mut fault = self.fault(super::too_deep(self.limits.depth()), at);
        fault.limit = true;
        fault
    }
}

const WANT_MAP: &str = "map merge requires map or sequence of maps as the value";

fn plain_merge(text: &str, plain: bool, props: &Props<'_>) -> bool {
    text == "<<" && (plain || props.tag.as_deref() == Some("tag:yaml.org,2002:merge"))
}
