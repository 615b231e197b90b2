//! Structural check of built-in kinds: fields that no type has, and values of the wrong type.
//!
//! The types are those of the API server of version [`VERSION`]. What the server's strict decoder takes is no finding: null anywhere, whole
//! floats as integers, anything where the API has code of its own. What the server reports (`status`, `managedFields`) is not judged, and neither
//! are custom resources, unknown group versions and encrypted files. Messages never hold values: they can be secrets.

mod older;
mod suggestion;
mod table;

pub use table::VERSION;

use crate::model::object::Diagnostic;
use crate::model::pointer;
use crate::model::tree::{Data, NodeId, Tree};
use table::{Layer, Leaf, Shape, Table, TypeId};

/// Findings of one object are listed up to this number.
const LISTED: usize = 100;

/// Longer names are cut in messages.
const NAME_CHARS: usize = 80;

/// Compares an object with the type of its kind: `unknown-field` and `wrong-type`, pointers relative to the object.
pub fn check(tree: &Tree, node: NodeId, api_version: &str, kind: &str, out: &mut Vec<Diagnostic>) {
    let table = Table::get();
    let found = table.kind(api_version, kind).map(|root| (root, "")).or_else(|| {
        let (successor, lost) = older::successor(api_version, kind)?;
        Some((table.kind(successor, kind)?, lost))
    });
    let Some((root, lost)) = found else { return };
    if tree.get(node, "sops").is_some_and(|n| tree.is_map(n)) {
        // Encrypted by SOPS: every value is a string until it is decrypted.
        return;
    }
    let mut checker = Checker { tree, table, root, lost, out, found: 0 };
    checker.value(node, Shape::object(root), &Place { up: None, step: Step::Root });
}

/// A step from a value to one inside it.
#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Entry(&'a str),
    Item(usize),
}

/// Where a value stands; only written out when there is something to tell.
struct Place<'a> {
    up: Option<&'a Place<'a>>,
    step: Step<'a>,
}

impl<'a> Place<'a> {
    fn step(&'a self, step: Step<'a>) -> Place<'a> {
        Place { up: Some(self), step }
    }

    fn is_spec(&self) -> bool {
        matches!((self.step, self.up), (Step::Field("spec"), Some(Place { up: None, .. })))
    }

    /// From the object to here.
    fn steps(&self) -> Vec<Step<'a>> {
        let mut steps: Vec<Step<'a>> = std::iter::successors(Some(self), |p| p.up).map(|p| p.step).collect();
        steps.pop();
        steps.reverse();
        steps
    }

    fn pointer(&self) -> String {
        let mut out = String::new();
        for step in self.steps() {
            match step {
                Step::Root => {}
                Step::Field(name) | Step::Entry(name) => pointer::push(&mut out, name),
                Step::Item(i) => pointer::push(&mut out, &i.to_string()),
            }
        }
        out
    }

    /// The field, with the entry or item of it: `args[0]`, `labels.version`.
    fn name(&self) -> String {
        let above = || self.up.map_or(String::new(), Place::name);
        match self.step {
            Step::Root => String::new(),
            Step::Field(name) => cut(name).into_owned(),
            Step::Entry(name) => format!("{}.{}", above(), cut(name)),
            Step::Item(i) => format!("{}[{i}]", above()),
        }
    }
}

fn cut(name: &str) -> std::borrow::Cow<'_, str> {
    match name.char_indices().nth(NAME_CHARS) {
        Some((end, _)) => format!("{}...", &name[..end]).into(),
        None => name.into(),
    }
}

struct Checker<'c> {
    tree: &'c Tree,
    table: &'static Table,
    root: TypeId,
    lost: &'static str,
    out: &'c mut Vec<Diagnostic>,
    found: usize,
}

impl<'c> Checker<'c> {
    fn value(&mut self, node: NodeId, shape: Shape, at: &Place<'_>) {
        let (tree, data) = (self.tree, self.tree.data(node));
        match (shape.layer(), data) {
            (_, Data::Null) => {}
            (Layer::List(inside), Data::Seq { .. }) => {
                for (i, &item) in tree.items(node).iter().enumerate() {
                    self.value(item, inside, &at.step(Step::Item(i)));
                }
            }
            (Layer::Map(inside), Data::Map { .. }) => {
                for entry in tree.entries(node) {
                    self.value(entry.value, inside, &at.step(Step::Entry(tree.text_of(entry.key))));
                }
            }
            (Layer::Leaf(Leaf::Object(of)), Data::Map { .. }) => self.object(node, of, at),
            (Layer::Leaf(leaf), data) => self.scalar(leaf, data, at),
            (Layer::List(_), data) => self.wrong_type(at, data, "a list"),
            (Layer::Map(_), data) => self.wrong_type(at, data, "a map"),
        }
    }

    fn object(&mut self, node: NodeId, of: TypeId, at: &Place<'_>) {
        let tree = self.tree;
        for entry in tree.entries(node) {
            let name = tree.text_of(entry.key);
            let place = at.step(Step::Field(name));
            match self.table.field(of, name) {
                Some(shape) => self.value(entry.value, shape, &place),
                None if !self.lost.is_empty() && name == self.lost && at.is_spec() => {}
                None => self.unknown_field(name, of, at, &place),
            }
        }
    }

    fn scalar(&mut self, leaf: Leaf, data: Data, at: &Place<'_>) {
        let must = match (leaf, data) {
            (Leaf::Any, _)
            | (Leaf::Text | Leaf::IntOrText | Leaf::Quantity, Data::Str(_))
            | (Leaf::Bool, Data::Bool(_))
            // The decoder reads a list of small numbers as bytes, too.
            | (Leaf::Base64, Data::Seq { .. })
            | (Leaf::Number | Leaf::Quantity, Data::Int(_) | Data::UInt(_) | Data::Float(_)) => return,
            (Leaf::Int32 | Leaf::IntOrText, Data::Int(i)) if i32::try_from(i).is_ok() => return,
            (Leaf::Int64, Data::Int(_)) => return,
            (Leaf::Int32 | Leaf::Int64 | Leaf::IntOrText, data) if is_whole(data) => {
                let bits = if leaf == Leaf::Int64 { 64 } else { 32 };
                return self.out_of_range(at, data, bits);
            }
            (Leaf::Base64, Data::Str(text)) => {
                if !is_base64(self.tree.text_of(text)) {
                    self.report("wrong-type", at, || format!("{} is not base64, as it must be", at.name()));
                }
                return;
            }
            (Leaf::Text, _) => "a string",
            (Leaf::Base64, _) => "a string in base64",
            (Leaf::Bool, _) => "a boolean",
            (Leaf::Int32 | Leaf::Int64, _) => "an integer",
            (Leaf::Number, _) => "a number",
            (Leaf::Quantity, _) => "a string or a number",
            (Leaf::IntOrText, _) => "an integer or a string",
            (Leaf::Object(_), _) => "a map",
        };
        self.wrong_type(at, data, must);
    }

    /// A whole number that is no small [`Data::Int`]: a float like `3.0`, which becomes `3` on its way to the server, or one that is too large.
    fn out_of_range(&mut self, at: &Place<'_>, data: Data, bits: u32) {
        let number = match data {
            Data::Int(i) => i128::from(i),
            Data::UInt(u) => i128::from(u),
            Data::Float(f) => f as i128,
            _ => return,
        };
        let limit = 1_i128 << (bits - 1);
        if !(-limit..limit).contains(&number) {
            let side = if number < 0 { "below" } else { "above" };
            self.report("wrong-type", at, || format!("{} is {side} the range of a {bits}-bit integer", at.name()));
        }
    }

    fn wrong_type(&mut self, at: &Place<'_>, data: Data, must: &str) {
        let is = match data {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::UInt(_) => "an integer",
            Data::Float(_) => "a number",
            Data::Str(_) => "a string",
            Data::Seq { .. } => "a list",
            Data::Map { .. } => "a map",
        };
        self.report("wrong-type", at, || match at.step {
            Step::Item(_) | Step::Entry(_) | Step::Field(_) => format!("{} is {is}, must be {must}", at.name()),
            Step::Root => format!("the object is {is}, must be {must}"),
        });
    }

    fn unknown_field(&mut self, name: &str, of: TypeId, object: &Place<'_>, at: &Place<'_>) {
        let (table, root) = (self.table, self.root);
        self.report("unknown-field", at, || {
            let hint = suggestion::hint(table, root, &object.steps(), name);
            format!("field {:?} is unknown in {}{hint}", cut(name), table.name(of))
        });
    }

    fn report(&mut self, code: &str, at: &Place<'_>, message: impl FnOnce() -> String) {
        self.found += 1;
        if self.found <= LISTED {
            self.out.push(Diagnostic { code: code.to_owned(), pointer: at.pointer(), message: message() });
        } else if self.found == LISTED + 1 {
            let message = format!("only the first {LISTED} unknown or mistyped fields of this object are listed");
            self.out.push(Diagnostic { code: code.to_owned(), pointer: at.pointer(), message });
        }
    }
}

fn is_whole(data: Data) -> bool {
    match data {
        Data::Int(_) | Data::UInt(_) => true,
        // From here on Go writes an exponent, which no integer has.
        Data::Float(f) => f.fract() == 0.0 && f.abs() < 1e21,
        _ => false,
    }
}

/// Whether Go's decoder takes a text: standard alphabet, padded, line breaks anywhere.
fn is_base64(text: &str) -> bool {
    let (mut symbols, mut padding) = (0_usize, 0_usize);
    for byte in text.bytes() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => symbols += 1,
            _ => return false,
        }
    }
    padding <= 2 && (symbols + padding).is_multiple_of(4)
}

#[cfg(test)]
mod tests;
