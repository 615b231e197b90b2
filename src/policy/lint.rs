//! What the interpreter does not check: unknown functions, recursion, unresolved imports, shadowed names, the shape of `deny`.

use super::metadata::{Problem, suggestion};
use super::syntax_tree::{Module, RuleKind, dotted, line, list, string, var, variant};
use crate::model::check::{Check, Scope};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Functions of ours that are given to Rego, with their number of arguments.
pub const NATIVE: [(&str, u8); 20] = [
    ("inventory.find", 4),
    ("inventory.get", 3),
    ("inventory.list", 2),
    ("inventory.select", 3),
    ("inventory.selecting", 4),
    ("k8s.image", 1),
    ("k8s.path", 1),
    ("k8s.quantity", 1),
    ("k8s.selects", 2),
    ("k8s.version_compare", 2),
    ("rbac.bindings", 1),
    ("rbac.can", 6),
    ("rbac.granted", 3),
    ("rbac.grants", 2),
    ("rbac.holder_has", 4),
    ("rbac.primitives", 2),
    ("rbac.reach", 3),
    ("rbac.rules", 3),
    ("rbac.subjects", 4),
    ("rbac.takeover", 2),
];

/// Built-in functions whose result is not the same every time, or that reach outside.
const FORBIDDEN: [&str; 8] =
    ["time.now_ns", "rand.intn", "uuid.rfc4122", "opa.runtime", "http.send", "net.lookup_ip_addr", "trace", "print"];

const DENY_KEYS: [&str; 7] = ["path", "msg", "at", "severity", "fix", "object", "sensitive"];

/// Names of `input` that every scope has.
const INPUT: [&str; 9] =
    ["kind", "apiVersion", "name", "namespace", "labels", "annotations", "source", "diagnostics", "object"];

/// Lints one module. `modules` holds every module by package, `builtins` the interpreter's functions.
pub fn module(
    m: &Module,
    check: Option<&Check>,
    modules: &BTreeMap<String, Module>,
    builtins: &BTreeSet<String>,
) -> Vec<Problem> {
    let mut lint = Lint { m, check, modules, builtins, problems: Vec::new() };
    lint.imports();
    lint.rules();
    lint.recursion();
    if check.is_some() {
        lint.entry();
    } else {
        lint.library();
    }
    lint.problems.sort();
    lint.problems.dedup();
    lint.problems
}

struct Lint<'a> {
    m: &'a Module,
    check: Option<&'a Check>,
    modules: &'a BTreeMap<String, Module>,
    builtins: &'a BTreeSet<String>,
    problems: Vec<Problem>,
}

impl Lint<'_> {
    fn say(&mut self, line: u32, message: impl Into<String>) {
        self.problems.push(Problem::new(&self.m.file, line, message));
    }

    fn imports(&mut self) {
        for (name, path) in &self.m.imports {
            let Some(package) = path.strip_prefix("data.") else { continue };
            if path.starts_with("data.audit.checks.") {
                self.problems.push(Problem::new(
                    &self.m.file,
                    1,
                    format!("imports {path}: checks never import checks; move the shared part to rego/lib"),
                ));
            } else if package.starts_with("audit.lib") && !self.modules.contains_key(package) {
                let known = self.modules.keys().map(String::as_str).filter(|k| k.starts_with("audit.lib."));
                let hint = suggestion(package, known);
                self.problems.push(Problem::new(
                    &self.m.file,
                    1,
                    format!("import {name}: there is no package {package}{hint}"),
                ));
            }
        }
    }

    fn rules(&mut self) {
        let names: BTreeSet<&str> = self.m.rules.iter().map(|r| r.name.as_str()).collect();
        for rule in &self.m.rules {
            let mut locals = Vec::new();
            let parts = rule.args.iter().chain(&rule.value).chain(&rule.extra);
            let bodies = rule.bodies.iter().flat_map(|(v, s)| v.iter().chain(s));
            let nodes: Vec<&Value> = parts.chain(bodies).collect();
            for arg in &rule.args {
                if let Some(name) = var(arg) {
                    locals.push((name.to_owned(), line(arg)));
                }
            }
            for node in &nodes {
                self.walk(node, &mut locals);
            }
            for (name, at) in locals {
                if names.contains(name.as_str()) {
                    self.say(at, format!("variable {name:?} has the name of a rule of this package; rename it"));
                } else if self.m.imports.contains_key(&name) {
                    self.say(at, format!("variable {name:?} has the name of an import; rename it"));
                } else if self.builtins.contains(&name) {
                    self.say(at, format!("variable {name:?} has the name of a built-in function; rename it"));
                }
            }
        }
    }

    fn walk(&mut self, node: &Value, locals: &mut Vec<(String, u32)>) {
        match node {
            Value::Array(items) => items.iter().for_each(|n| self.walk(n, locals)),
            Value::Object(object) => {
                if list(object.get("with_mods")).next().is_some() {
                    self.say(line(node), "`with` is not allowed in a check: a verdict must rest on its input alone");
                }
                if object.len() == 1 {
                    let (shape, e) = variant(node);
                    match shape {
                        "Call" => self.call(node, e),
                        "AssignExpr" if e.get("op").and_then(Value::as_str) == Some("ColEq") => {
                            if let Some(name) = e.get("lhs").and_then(var) {
                                locals.push((name.to_owned(), line(node)));
                            }
                        }
                        "SomeIn" => {
                            for part in ["key", "value"] {
                                if let Some(name) = e.get(part).and_then(var) {
                                    locals.push((name.to_owned(), line(node)));
                                }
                            }
                        }
                        "SomeVars" => {
                            for span in list(e.get("vars")) {
                                locals.push((self.m.cut(span).to_owned(), line(node)));
                            }
                        }
                        "RefDot" => self.input_field(node),
                        _ => {}
                    }
                }
                object.values().for_each(|n| self.walk(n, locals));
            }
            _ => {}
        }
    }

    fn input_field(&mut self, node: &Value) {
        let (Some(check), Some(parts)) = (self.check, dotted(node)) else { return };
        if parts.len() < 2 || parts[0] != "input" {
            return;
        }
        let extra: &[&str] = match check.scope {
            Scope::Container => &["container", "pod"],
            Scope::Pod => &["pod", "containers"],
            Scope::Object | Scope::Cluster => &[],
        };
        let field = parts[1].as_str();
        let fits = extra.contains(&field)
            || (INPUT.contains(&field) && (field != "object" || matches!(check.scope, Scope::Object)));
        if !fits {
            let hint = suggestion(field, INPUT.iter().chain(extra).copied());
            self.say(line(node), format!("input.{field} does not exist in this scope{hint}"));
        }
        if parts.len() > 2 && field == "container" {
            const CONTAINER: [&str; 5] = ["name", "type", "spec", "security", "image"];
            if !CONTAINER.contains(&parts[2].as_str()) {
                let hint = if parts[2] == "securityContext" {
                    "; use input.container.security".into()
                } else {
                    suggestion(&parts[2], CONTAINER)
                };
                self.say(
                    line(node),
                    format!("input.container.{} does not exist (name, type, spec, security, image){hint}", parts[2]),
                );
            }
        }
        if parts.len() > 2 && field == "pod" && !["spec", "metadata"].contains(&parts[2].as_str()) {
            self.say(line(node), format!("input.pod.{} does not exist (spec, metadata)", parts[2]));
        }
    }

    fn call(&mut self, node: &Value, e: &Value) {
        let Some(parts) = e.get("fcn").and_then(dotted) else { return };
        let name = parts.join(".");
        let at = line(node);
        let count = list(e.get("params")).count();
        if FORBIDDEN.contains(&name.as_str()) {
            return self.say(at, format!("{name} is forbidden: a verdict must rest on its input alone"));
        }
        if name == "sprintf" {
            self.sprintf(at, e);
        }
        if name == "object.subset"
            && let Some(a) = e.pointer("/params/1")
            && matches!(variant(a), ("Array", x) if list(x.get("items")).next().is_none())
        {
            self.say(at, "object.subset with an empty array breaks the interpreter");
        }
        if let Some((_, arity)) = NATIVE.iter().find(|(n, _)| *n == name) {
            if count != usize::from(*arity) {
                self.say(at, format!("{name} takes {arity} arguments, not {count}"));
            }
            return;
        }
        if self.builtins.contains(&name) {
            return;
        }
        let local = |m: &Module, f: &str| m.rules.iter().any(|r| r.name == f && r.kind == RuleKind::Function);
        if parts.len() == 1 {
            if !local(self.m, &name) {
                let known = self.m.rules.iter().filter(|r| r.kind == RuleKind::Function).map(|r| r.name.as_str());
                let hint = suggestion(&name, known.chain(self.builtins.iter().map(String::as_str)));
                self.say(at, format!("function {name} does not exist{hint}"));
            }
            return;
        }
        let full = match self.m.imports.get(&parts[0]) {
            Some(path) => format!("{path}.{}", parts[1..].join(".")),
            None => name.clone(),
        };
        let found = full
            .strip_prefix("data.")
            .and_then(|f| f.rsplit_once('.'))
            .map(|(package, f)| self.modules.get(package).map(|m| (local(m, f), m, f)));
        match found {
            Some(Some((true, _, _))) => {}
            Some(Some((false, m, f))) => {
                let hint = suggestion(f, m.rules.iter().map(|r| r.name.as_str()));
                self.say(at, format!("package {} has no function {f}{hint}", m.package));
            }
            Some(None) => self.say(at, format!("function {name}: its package is not among rego/lib")),
            None => {
                let known = self.builtins.iter().map(String::as_str).chain(NATIVE.iter().map(|(n, _)| *n));
                let hint = suggestion(&name, known);
                self.say(at, format!("function {name} does not exist{hint}"));
            }
        }
    }

    fn sprintf(&mut self, at: u32, e: &Value) {
        let Some(format) = e.pointer("/params/0").and_then(string) else { return };
        let mut verbs = 0;
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c == '%' {
                match chars.next() {
                    Some('%') => {}
                    Some('s' | 'd' | 'v' | 'q' | 'x' | 't') => verbs += 1,
                    other => {
                        let verb = other.map_or(String::new(), String::from);
                        self.say(at, format!("sprintf verb %{verb} is not supported; use %s %d %v %q %x %t"));
                    }
                }
            }
        }
        if let Some(("Array", a)) = e.pointer("/params/1").map(variant) {
            let args = list(a.get("items")).count();
            if args != verbs {
                self.say(at, format!("sprintf has {verbs} verbs but {args} arguments"));
            }
        }
    }

    /// No rule or function may reach itself: the interpreter would overflow its stack.
    fn recursion(&mut self) {
        let mut edges: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for rule in &self.m.rules {
            let into = edges.entry(rule.name.as_str()).or_default();
            let parts = rule.args.iter().chain(&rule.value).chain(&rule.extra);
            for node in parts.chain(rule.bodies.iter().flat_map(|(v, s)| v.iter().chain(s))) {
                mentions(node, into);
            }
        }
        for rule in &self.m.rules {
            let mut seen = BTreeSet::new();
            let mut todo: Vec<&str> = vec![rule.name.as_str()];
            while let Some(name) = todo.pop() {
                for next in edges.get(name).into_iter().flatten().filter(|n| edges.contains_key(n.as_str())) {
                    if *next == rule.name {
                        self.say(rule.line, format!("{} calls itself; recursion is not allowed", rule.name));
                        todo.clear();
                        break;
                    }
                    if seen.insert(next.as_str()) {
                        todo.push(next);
                    }
                }
            }
        }
    }

    fn library(&mut self) {
        for rule in &self.m.rules {
            if rule.kind != RuleKind::Function && rule.bodies.iter().any(|(_, s)| s.iter().any(reads_input)) {
                self.say(rule.line, format!("rule {} of a library reads input; make it a function", rule.name));
            }
        }
    }

    fn entry(&mut self) {
        let deny: Vec<_> = self.m.rules.iter().filter(|r| r.name == "deny").collect();
        if deny.is_empty() {
            let hint = suggestion("deny", self.m.rules.iter().map(|r| r.name.as_str()));
            return self.say(1, format!("there is no rule `deny contains {{...}} if ...`{hint}"));
        }
        let mut found = Vec::new();
        for rule in deny {
            if rule.kind != RuleKind::Set {
                found.push((
                    rule.line,
                    "`deny` must be a set: `deny contains {\"path\": ..., \"msg\": ...} if ...`".to_owned(),
                ));
                continue;
            }
            let Some(("Object", object)) = rule.value.as_ref().map(variant) else { continue };
            let keys: Vec<&str> = list(object.get("fields")).filter_map(|f| f.get(1).and_then(string)).collect();
            for key in keys.iter().filter(|k| !DENY_KEYS.contains(k)) {
                found.push((rule.line, format!("`deny` has an unknown key {key:?}{}", suggestion(key, DENY_KEYS))));
            }
            for key in ["path", "msg"].iter().filter(|k| !keys.contains(k)) {
                found.push((rule.line, format!("`deny` needs the key {key:?}")));
            }
        }
        for rule in &self.m.rules {
            let ok = match rule.name.as_str() {
                "applies" => matches!(rule.kind, RuleKind::Complete | RuleKind::Default),
                "not_assessed" => rule.kind == RuleKind::Set,
                _ => true,
            };
            if !ok {
                let form = if rule.name == "applies" {
                    "a boolean (`applies if ...`)"
                } else {
                    "a set (`not_assessed contains ...`)"
                };
                found.push((rule.line, format!("`{}` must be {form}", rule.name)));
            }
        }
        for (at, message) in found {
            self.say(at, message);
        }
    }
}

fn mentions(node: &Value, into: &mut BTreeSet<String>) {
    if let Some(name) = var(node) {
        into.insert(name.to_owned());
    }
    match node {
        Value::Array(a) => a.iter().for_each(|n| mentions(n, into)),
        Value::Object(o) => o.values().for_each(|n| mentions(n, into)),
        _ => {}
    }
}

fn reads_input(node: &Value) -> bool {
    var(node) == Some("input")
        || match node {
            Value::Array(a) => a.iter().any(reads_input),
            Value::Object(o) => o.values().any(reads_input),
            _ => false,
        }
}
