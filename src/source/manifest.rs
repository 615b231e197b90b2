//! Objects of a document: what Kubernetes would be asked to apply.
//!
//! Invariant: a document gives at least one of objects, gaps and skips; lists, nested ones as well, are taken apart, and what is no
//! object is named for what it is.

use super::classify::{self, Place};
use super::discover::gap;
use super::split::{Document, Format, document_name, item_hints, template_gap};
use super::yaml::{self, Comment};
use super::{ParseError, Settings, json, schema};
use crate::model::inventory::{Gap, Skipped};
use crate::model::object::{Diagnostic, ObjectId, Origin};
use crate::model::tree::{Data, Lines, NodeId, Tree};
use memchr::memmem;
use std::sync::Arc;

/// An object of a document; its body is a node of the tree that was filled.
#[derive(Clone, Debug)]
pub struct LoadedObject {
    /// who it is
    pub id: ObjectId,
    /// where it is from
    pub origin: Origin,
    /// its node
    pub node: NodeId,
    /// what was seen in it; pointers are relative to it
    pub diagnostics: Vec<Diagnostic>,
}

/// What a document gives.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// in the order of the document
    pub objects: Vec<LoadedObject>,
    /// what could not be read. Gaps with reason `template` are equal for all documents of a file: tell them once
    pub gaps: Vec<Gap>,
    /// what is no object
    pub skipped: Vec<Skipped>,
    /// comments, when the document mentions `kube-audit`
    pub comments: Vec<Comment>,
}

/// What a comment must mention for comments to be kept.
const MENTION: &[u8] = b"kube-audit";

/// Reads a document into `tree`, which is emptied first.
pub fn load(document: &Document, tree: &mut Tree, settings: &Settings) -> Loaded {
    let mut loaded = Loaded::default();
    let mut diagnostics = Vec::new();
    if let Err(error) = parse(document, tree, settings, &mut diagnostics) {
        loaded.gaps.push(parse_gap(document, error));
        return loaded;
    }
    let mut reader =
        Reader { document, tree, schema: settings.schema, diagnostics, lines: (0, document.line), index: None, loaded };
    let hints = match &document.item {
        Some(item) => (item.kind.clone(), item.api_version.clone()),
        None => (None, None),
    };
    let root = reader.tree.root();
    // Items of an array without a head need not be objects.
    let in_list = document.item.as_ref().is_some_and(|item| item.pointer.starts_with("/items"));
    reader.visit(root, "", &hints, in_list);
    let mut loaded = reader.loaded;
    if memmem::find(document.text.as_bytes(), MENTION).is_some() {
        loaded.comments = yaml::comments(&document.text, document.line, settings.limits.depth);
    }
    loaded
}

/// Reads a document's value into `tree`, whatever it is; `tree` is emptied first.
///
/// # Errors
/// What is wrong with the document, or which limit it is over.
pub fn parse(
    document: &Document,
    tree: &mut Tree,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(), ParseError> {
    read(document, tree, settings, diagnostics).map_err(|mut error| {
        if error.line == document.line {
            error.column += document.column;
        }
        error
    })
}

fn read(
    document: &Document,
    tree: &mut Tree,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(), ParseError> {
    let limits = &settings.limits;
    start(document, tree, diagnostics);
    if document.format == Format::Yaml {
        return yaml::parse(&document.text, tree, limits, diagnostics);
    }
    let error = match json::parse(&document.text, tree, limits, diagnostics) {
        Ok(()) => return Ok(()),
        Err(error) => error,
    };
    // YAML in braces, perhaps. When it is neither, kubectl tells what the JSON reader said.
    start(document, tree, diagnostics);
    yaml::parse(&document.text, tree, limits, diagnostics).map_err(|yaml_error| {
        let inside = document.text.trim_start().trim_start_matches(['{', '[']).trim_start();
        if inside.starts_with(['"', '}']) { error } else { yaml_error }
    })
}

fn start(document: &Document, tree: &mut Tree, diagnostics: &mut Vec<Diagnostic>) {
    tree.clear();
    tree.base = document.base;
    tree.line = document.line;
    diagnostics.clear();
}

/// The document as it is shown in gaps and skips.
fn name(document: &Document, pointer: &str) -> String {
    let mut name = document_name(&document.file, document.index);
    let item = document.item.as_ref().map_or("", |item| &item.pointer);
    if !item.is_empty() || !pointer.is_empty() {
        name.push_str(" item ");
        name.push_str(item);
        name.push_str(pointer);
    }
    name
}

fn parse_gap(document: &Document, error: ParseError) -> Gap {
    if !error.limit && document.text.contains("{{") {
        return template_gap(&document.file, document.chart.as_deref());
    }
    let reason = if error.limit { "limit" } else { "syntax" };
    let mut gap = gap(&name(document, ""), reason, error.message);
    gap.line = error.line;
    gap.column = error.column;
    gap.excerpt = Arc::from(error.excerpt);
    gap
}

type Hints = (Option<Arc<str>>, Option<Arc<str>>);

struct Reader<'d, 't> {
    document: &'d Document,
    tree: &'t Tree,
    schema: bool,
    diagnostics: Vec<Diagnostic>,
    /// how far lines were counted: offset, line
    lines: (usize, u32),
    /// all lines, once an alias led back to one that was counted before
    index: Option<Lines<'d>>,
    loaded: Loaded,
}

/// What stands under `kind` or `apiVersion`.
enum Word {
    Absent,
    Text(Arc<str>),
    Wrong,
}

impl Reader<'_, '_> {
    fn visit(&mut self, node: NodeId, pointer: &str, hints: &Hints, in_list: bool) {
        match self.tree.data(node) {
            Data::Map { .. } => self.map(node, pointer, hints, in_list),
            Data::Seq { .. } if !in_list => self.sequence(node),
            Data::Null if !in_list => self.skip(pointer, "empty document"),
            _ if in_list => self.incomplete(node, pointer, "an item of a list is not an object"),
            _ => self.skip(pointer, "not an object"),
        }
    }

    fn map(&mut self, node: NodeId, pointer: &str, hints: &Hints, in_list: bool) {
        let kind = or_hint(self.word(node, "kind"), &hints.0);
        let api_version = or_hint(self.word(node, "apiVersion"), &hints.1);
        let whole = in_list || matches!((&api_version, &kind), (Word::Text(_), Word::Text(_)));
        if let Some(reason) = classify::by_name(&self.place()).filter(|_| !whole) {
            return self.skip(pointer, reason);
        }
        match (api_version, kind) {
            (Word::Text(api_version), Word::Text(kind)) => {
                let items = self.tree.get(node, "items").filter(|_| kind.ends_with("List"));
                match items.map(|items| (items, self.tree.data(items))) {
                    Some((items, Data::Seq { .. })) => {
                        self.list(items, pointer, &item_hints(Some(&kind), Some(&api_version)))
                    }
                    Some((_, Data::Null)) => self.skip(pointer, "list without items"),
                    _ => match classify::by_kind(&api_version, &kind) {
                        Some(reason) => self.skip(pointer, reason),
                        None => self.object(node, pointer, api_version, kind),
                    },
                }
            }
            (Word::Absent, Word::Absent) if !in_list => {
                let reason = classify::by_shape(&self.place(), self.tree, node);
                self.skip(pointer, reason);
            }
            (Word::Absent, Word::Absent) => self.incomplete(node, pointer, "apiVersion and kind are missing"),
            (Word::Absent, _) => self.incomplete(node, pointer, "kind is set but apiVersion is missing"),
            (_, Word::Absent) => self.incomplete(node, pointer, "apiVersion is set but kind is missing"),
            (Word::Wrong, _) => self.incomplete(node, pointer, "apiVersion is not a text"),
            (_, Word::Wrong) => self.incomplete(node, pointer, "kind is not a text"),
        }
    }

    fn list(&mut self, items: NodeId, pointer: &str, hints: &Hints) {
        let tree = self.tree;
        if tree.items(items).is_empty() {
            self.skip(pointer, "list without items");
        }
        for (i, &item) in tree.items(items).iter().enumerate() {
            self.visit(item, &format!("{pointer}/items/{i}"), hints, true);
        }
    }

    /// A list without a head: objects, when one of its items is one.
    fn sequence(&mut self, node: NodeId) {
        let tree = self.tree;
        let is_object = |n: &NodeId| tree.str_at(*n, "kind").is_some() && tree.str_at(*n, "apiVersion").is_some();
        if !tree.items(node).iter().any(is_object) {
            let reason = classify::by_shape(&self.place(), tree, node);
            return self.skip("", reason);
        }
        for (i, &item) in tree.items(node).iter().enumerate() {
            self.visit(item, &format!("/{i}"), &(None, None), true);
        }
    }

    fn place(&self) -> Place<'_> {
        Place { file: &self.document.file, chart: self.document.chart.as_deref() }
    }

    fn word(&self, node: NodeId, key: &str) -> Word {
        match self.tree.get(node, key) {
            None => Word::Absent,
            Some(value) => match self.tree.as_str(value) {
                Some("") => Word::Absent,
                Some(text) => Word::Text(Arc::from(text)),
                None if self.tree.is_null(value) => Word::Absent,
                None => Word::Wrong,
            },
        }
    }

    fn skip(&mut self, pointer: &str, reason: &str) {
        let what = Arc::from(name(self.document, pointer));
        self.loaded.skipped.push(Skipped { what, reason: Arc::from(reason) });
    }

    fn incomplete(&mut self, node: NodeId, pointer: &str, problem: &str) {
        let detail = format!("{problem}: Kubernetes cannot tell what this is, so it was not audited");
        let mut gap = gap(&name(self.document, pointer), "incomplete-object", detail);
        gap.line = self.line_of(node);
        self.loaded.gaps.push(gap);
    }

    fn object(&mut self, node: NodeId, pointer: &str, api_version: Arc<str>, kind: Arc<str>) {
        let metadata = self.tree.get(node, "metadata");
        let field = |key: &str| metadata.and_then(|m| self.tree.get(m, key)).map_or(String::new(), |n| self.text(n));
        let name = match field("name") {
            name if name.is_empty() => Some(field("generateName")).filter(|p| !p.is_empty()).map(|p| p + "*"),
            name => Some(name),
        };
        let id = ObjectId {
            api_version,
            kind,
            namespace: Arc::from(field("namespace")),
            name: Arc::from(name.unwrap_or_default()),
        };
        let origin = Origin::File {
            path: Arc::clone(&self.document.file),
            document: self.document.index,
            line: self.line_of(node),
            template: self.document.template.clone(),
        };
        let mut diagnostics = self.diagnostics_of(pointer);
        if self.schema {
            schema::check(self.tree, node, &id.api_version, &id.kind, &mut diagnostics);
        }
        self.loaded.objects.push(LoadedObject { id, origin, node, diagnostics });
    }

    /// A scalar as text: Kubernetes refuses numbers as names, but a reader must still find the object.
    fn text(&self, node: NodeId) -> String {
        match self.tree.data(node) {
            Data::Str(text) => self.tree.text_of(text).to_owned(),
            Data::Null | Data::Seq { .. } | Data::Map { .. } => String::new(),
            _ => self.tree.json(node).to_string(),
        }
    }

    /// What was seen below `prefix`, with pointers relative to it.
    fn diagnostics_of(&self, prefix: &str) -> Vec<Diagnostic> {
        let below = |d: &Diagnostic| {
            let rest = d.pointer.strip_prefix(prefix)?;
            let own = rest.is_empty() || rest.starts_with('/');
            own.then(|| Diagnostic { pointer: rest.to_owned(), ..d.clone() })
        };
        self.diagnostics.iter().filter_map(below).collect()
    }

    /// The line on which a node starts; mostly asked in the order of the text.
    fn line_of(&mut self, node: NodeId) -> u32 {
        let Some(span) = self.tree.span(node) else { return self.document.line };
        let document = self.document;
        let (from, line) = self.lines;
        let to = span.start as usize;
        if to < from {
            return self.index.get_or_insert_with(|| document.lines()).line(span.start);
        }
        let line = line + memchr::memchr_iter(b'\n', &document.text.as_bytes()[from..to]).count() as u32;
        self.lines = (to, line);
        line
    }
}

fn or_hint(word: Word, hint: &Option<Arc<str>>) -> Word {
    match (word, hint) {
        (Word::Absent, Some(hint)) => Word::Text(Arc::clone(hint)),
        (word, _) => word,
    }
}
