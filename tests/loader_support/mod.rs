//! Reading texts through the whole loader, for tests.

pub mod author;

use kube_audit::model::inventory::{Gap, Skipped};
use kube_audit::model::tree::Tree;
use kube_audit::source::{Document, Emit, Format, Input, LoadedObject, Settings, documents, json, load, yaml};
use serde_json::Value;
use std::ops::ControlFlow;

/// Everything that comes out of one input.
#[derive(Default)]
pub struct Everything {
    pub documents: Vec<Document>,
    pub objects: Vec<(LoadedObject, Value)>,
    pub gaps: Vec<Gap>,
    pub skipped: Vec<Skipped>,
}

#[allow(dead_code)]
pub fn read_input(input: &Input, settings: &Settings) -> Everything {
    let mut all = Everything::default();
    let mut tree = Tree::default();
    let _ = documents(input, settings, &mut |emit| {
        match emit {
            Emit::Document(document) => {
                let loaded = load(&document, &mut tree, settings);
                all.objects.extend(loaded.objects.into_iter().map(|o| {
                    let value = tree.json(o.node);
                    (o, value)
                }));
                all.gaps.extend(loaded.gaps);
                all.skipped.extend(loaded.skipped);
                all.documents.push(document);
            }
            Emit::Gap(gap) => all.gaps.push(gap),
            Emit::Skipped(skipped) => all.skipped.push(skipped),
        }
        ControlFlow::Continue(())
    });
    all
}

#[allow(dead_code)]
pub fn read_bytes(bytes: &[u8]) -> Everything {
    read_input(&Input::bytes("test.yaml", bytes), &Settings::default())
}

/// The value of every document, objects or not; what is refused is an error.
#[allow(dead_code)]
pub fn parse_all(text: &[u8]) -> Vec<Result<Value, String>> {
    read_all(text, false)
}

/// The same without the JSON reader: what the library alone makes of JSON.
#[allow(dead_code)]
pub fn parse_all_as_yaml(text: &[u8]) -> Vec<Result<Value, String>> {
    read_all(text, true)
}

#[allow(dead_code)]
fn read_all(text: &[u8], as_yaml: bool) -> Vec<Result<Value, String>> {
    let settings = Settings::default();
    let mut out = Vec::new();
    let mut tree = Tree::default();
    let _ = documents(&Input::bytes("test.yaml", text), &settings, &mut |emit| {
        match emit {
            Emit::Document(d) => out.push(parse_document(&d, as_yaml, &mut tree, &settings)),
            Emit::Gap(gap) if &*gap.reason == "empty" => {}
            Emit::Gap(gap) => out.push(Err(gap.detail.to_string())),
            Emit::Skipped(_) => {}
        }
        ControlFlow::Continue(())
    });
    out
}

#[allow(dead_code)]
fn parse_document(document: &Document, as_yaml: bool, tree: &mut Tree, settings: &Settings) -> Result<Value, String> {
    tree.clear();
    let mut seen = Vec::new();
    if !as_yaml
        && document.format == Format::Json
        && json::parse(&document.text, tree, &settings.limits, &mut seen).is_ok()
    {
        return Ok(tree.json(tree.root()));
    }
    tree.clear();
    yaml::parse(&document.text, tree, &settings.limits, &mut seen).map_err(|e| e.to_string())?;
    Ok(tree.json(tree.root()))
}
