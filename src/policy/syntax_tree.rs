//! Reading the syntax tree of a module: a thin typed view over the JSON that the parser gives.

use serde_json::Value;
use std::collections::BTreeMap;

/// A module's tree together with its text, from which some names must be cut.
#[derive(Clone, Debug)]
pub struct Module {
    /// `audit.lib.pod`
    pub package: String,
    /// file for messages
    pub file: String,
    /// source text
    pub text: String,
    /// name in this module -> full path (`data.audit.lib.pod`, `input.pod`)
    pub imports: BTreeMap<String, String>,
    /// rules in source order
    pub rules: Vec<Rule>,
}

/// One rule (one head with its bodies).
#[derive(Clone, Debug)]
pub struct Rule {
    /// its name (first part of the head's reference)
    pub name: String,
    /// what it defines
    pub kind: RuleKind,
    /// parameters of a function
    pub args: Vec<Value>,
    /// key of a partial set, or value of a complete rule or function, when the head has one
    pub value: Option<Value>,
    /// further expressions of the head (object keys)
    pub extra: Vec<Value>,
    /// bodies: value given by `else`, statements
    pub bodies: Vec<(Option<Value>, Vec<Value>)>,
    /// line from 1
    pub line: u32,
}

/// What a rule defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// `name contains key`
    Set,
    /// `name := value`
    Complete,
    /// `name(args) := value`
    Function,
    /// `default name := value`
    Default,
}

/// The variant name and content of a tree node such as `{"Var": {...}}`.
pub fn variant(node: &Value) -> (&str, &Value) {
    node.as_object().and_then(|o| o.iter().next()).map_or(("", &Value::Null), |(k, v)| (k.as_str(), v))
}

/// The line of the first span found in a node.
pub fn line(node: &Value) -> u32 {
    fn find(node: &Value) -> Option<u64> {
        match node {
            Value::Object(o) => {
                if let Some(span) = o.get("span") {
                    return span.get("line").and_then(Value::as_u64);
                }
                if o.contains_key("col") {
                    return o.get("line").and_then(Value::as_u64);
                }
                o.values().find_map(find)
            }
            Value::Array(a) => a.iter().find_map(find),
            _ => None,
        }
    }
    find(node).unwrap_or(1) as u32
}

/// `a.b["c"]` as its parts, when every index is a string literal.
pub fn dotted(expr: &Value) -> Option<Vec<String>> {
    match variant(expr) {
        ("Var", v) => Some(vec![v.get("value")?.as_str()?.to_owned()]),
        ("RefDot", r) => {
            let mut parts = dotted(r.get("refr")?)?;
            parts.push(r.get("field")?.get(1)?.as_str()?.to_owned());
            Some(parts)
        }
        ("RefBrack", r) => {
            let mut parts = dotted(r.get("refr")?)?;
            parts.push(string(r.get("index")?)?.to_owned());
            Some(parts)
        }
        _ => None,
    }
}

/// The text of a string literal.
pub fn string(expr: &Value) -> Option<&str> {
    match variant(expr) {
        ("String" | "RawString", s) => s.get("value")?.as_str(),
        _ => None,
    }
}

/// The name of a variable.
pub fn var(expr: &Value) -> Option<&str> {
    match variant(expr) {
        ("Var", v) => v.get("value")?.as_str(),
        _ => None,
    }
}

impl Module {
    /// Reads the parser's JSON.
    pub fn read(file: &str, text: &str, ast: &Value) -> Module {
        let package = ast.pointer("/package/refr").and_then(dotted).unwrap_or_default().join(".");
        let mut module = Module {
            package,
            file: file.to_owned(),
            text: text.to_owned(),
            imports: BTreeMap::new(),
            rules: Vec::new(),
        };
        for import in list(ast.get("imports")) {
            let Some(path) = import.get("refr").and_then(dotted) else { continue };
            let name = match import.get("as") {
                Some(span) if !span.is_null() => module.cut(span).to_owned(),
                _ => path.last().cloned().unwrap_or_default(),
            };
            module.imports.insert(name, path.join("."));
        }
        module.rules = list(ast.get("rules")).filter_map(|r| module.rule(r)).collect();
        module
    }

    /// The source text of a span.
    pub fn cut(&self, span: &Value) -> &str {
        let at = |k: &str| span.get(k).and_then(Value::as_u64).unwrap_or(0) as usize;
        self.text.get(at("start")..at("end")).unwrap_or("")
    }

    fn rule(&self, rule: &Value) -> Option<Rule> {
        let line = line(rule);
        match variant(rule) {
            ("Default", d) => Some(Rule {
                name: dotted(d.get("refr")?)?.first()?.clone(),
                kind: RuleKind::Default,
                args: list(d.get("args")).cloned().collect(),
                value: d.get("value").cloned(),
                extra: Vec::new(),
                bodies: Vec::new(),
                line,
            }),
            ("Spec", s) => {
                let (shape, head) = variant(s.get("head")?);
                let refr = head.get("refr")?;
                let mut extra = Vec::new();
                let name = root_var(refr, &mut extra)?;
                let assigned = head.get("assign").and_then(|a| a.get("value")).cloned();
                let (kind, value) = match shape {
                    "Set" => (RuleKind::Set, head.get("key").filter(|k| !k.is_null()).cloned()),
                    "Func" => (RuleKind::Function, assigned),
                    _ => (RuleKind::Complete, assigned),
                };
                let bodies = list(s.get("bodies"))
                    .map(|b| {
                        let value = b.get("assign").and_then(|a| a.get("value")).cloned();
                        (value, statements(b.get("query")))
                    })
                    .collect();
                Some(Rule { name, kind, args: list(head.get("args")).cloned().collect(), value, extra, bodies, line })
            }
            _ => None,
        }
    }
}

fn root_var(refr: &Value, extra: &mut Vec<Value>) -> Option<String> {
    match variant(refr) {
        ("Var", v) => v.get("value")?.as_str().map(str::to_owned),
        ("RefDot", r) => root_var(r.get("refr")?, extra),
        ("RefBrack", r) => {
            extra.push(r.get("index")?.clone());
            root_var(r.get("refr")?, extra)
        }
        _ => None,
    }
}

/// Items of an optional JSON array.
pub fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// Statements of a query.
pub fn statements(query: Option<&Value>) -> Vec<Value> {
    list(query.and_then(|q| q.get("stmts"))).cloned().collect()
}
