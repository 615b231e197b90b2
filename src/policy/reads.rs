//! What a check reads, from its syntax tree.
//!
//! An abstract run over the check and every function it calls: a value is either a set of places of `input` that it may be, or nothing
//! that stems from `input` directly. Comparing a value, printing it or giving it to a built-in function reads all of it; following a field
//! reads only that field; binding it to a name reads nothing but its existence. An index that is computed reads every item, for a projection keeps all
//! keys of such a map or list. What the analysis does not know reads everything, so it can be too wide, never too narrow; that is what makes a verdict
//! evaluated on the projection the verdict of the whole.
//!
//! A projection (`policy::projection`) keeps of a place that is only passed through its existence, its type and, for scalars, its value.

use super::syntax_tree::{Module, Rule, RuleKind, dotted, list, statements, string, var, variant};
use crate::model::check::{Analysis, ReadSet};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Items,
}

/// What a value may be: places of `input`, and (for a collection that was built) what its items may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Abstract {
    paths: BTreeSet<Vec<Step>>,
    items: Option<Box<Abstract>>,
}

impl Abstract {
    fn input() -> Abstract {
        Abstract { paths: BTreeSet::from([Vec::new()]), items: None }
    }

    /// A value that is this answer of the inventory.
    fn of(mut self, root: String) -> Abstract {
        self.paths.insert(vec![Step::Key(root)]);
        self
    }

    fn step(&self, step: &Step) -> Abstract {
        let paths = self.paths.iter().map(|p| p.iter().cloned().chain([step.clone()]).collect()).collect();
        let mut out = Abstract { paths, items: None };
        if *step == Step::Items
            && let Some(items) = &self.items
        {
            out.merge(items);
        }
        out
    }

    fn merge(&mut self, other: &Abstract) -> bool {
        let before = self.paths.len();
        self.paths.extend(other.paths.iter().cloned());
        let mut changed = self.paths.len() != before;
        if let Some(items) = &other.items {
            changed |= self.items.get_or_insert_with(Box::default).merge(items);
        }
        changed
    }
}

/// Begins the pseudo keys under which answers of the inventory are noted while the tree is walked.
const ASK: &str = "\0ask:";

type Names = BTreeMap<String, Abstract>;

/// Modules at hand, by package.
pub struct Program<'m> {
    modules: BTreeMap<&'m str, &'m Module>,
}

/// Deepest chain of function calls that is followed; beyond it everything counts as read.
const MAX_CALLS: usize = 24;

struct Walk<'p, 'm> {
    program: &'p Program<'m>,
    reads: ReadSet,
    tables: BTreeSet<String>,
    libraries: BTreeSet<String>,
    deferred: bool,
    gave_up: Option<String>,
    calls: Vec<String>,
    rules_done: BTreeSet<String>,
}

impl<'m> Program<'m> {
    /// A program of these modules.
    pub fn new(modules: impl IntoIterator<Item = &'m Module>) -> Program<'m> {
        Program { modules: modules.into_iter().map(|m| (m.package.as_str(), m)).collect() }
    }

    /// Analyses the check whose package is `package`.
    pub fn analyse(&self, package: &str) -> Analysis {
        let mut walk = Walk {
            program: self,
            reads: ReadSet::default(),
            tables: BTreeSet::new(),
            libraries: BTreeSet::new(),
            deferred: false,
            gave_up: None,
            calls: Vec::new(),
            rules_done: BTreeSet::new(),
        };
        let mut analysis = Analysis::default();
        if let Some(module) = self.modules.get(package) {
            for rule in &module.rules {
                match rule.name.as_str() {
                    "applies" => analysis.has_applies = true,
                    "not_assessed" => analysis.has_not_assessed = true,
                    "evidence" => analysis.has_evidence = true,
                    _ => {}
                }
                if matches!(rule.name.as_str(), "deny" | "applies" | "not_assessed" | "evidence") {
                    walk.rule(module, rule, None);
                }
            }
            walk.imports(module);
        }
        if let Some(why) = walk.gave_up {
            walk.reads = ReadSet::everything();
            analysis.uncacheable = why;
        } else if walk.reads.whole {
            analysis.uncacheable = "it reads all of `input`".to_owned();
        } else if walk.reads.keys.get("object").is_some_and(|o| o.whole) {
            analysis.uncacheable = "it reads all of `input.object`".to_owned();
        }
        let (asks, reads): (BTreeMap<_, _>, _) = walk.reads.keys.into_iter().partition(|(k, _)| k.starts_with(ASK));
        analysis.asks = asks.into_iter().map(|(k, v)| (k[ASK.len()..].to_owned(), v)).collect();
        analysis.reads = ReadSet { keys: reads, ..walk.reads };
        if analysis.deferred && analysis.reads.whole {
            analysis.asks.insert("*".to_owned(), ReadSet::everything());
        }
        analysis.tables = walk.tables.into_iter().collect();
        analysis.libraries = walk.libraries.into_iter().collect();
        analysis.deferred = walk.deferred;
        analysis
    }
}

impl Walk<'_, '_> {
    fn imports(&mut self, module: &Module) {
        for path in module.imports.values() {
            if let Some(package) = path.strip_prefix("data.").filter(|p| p.starts_with("audit.lib."))
                && self.libraries.insert(package.to_owned())
                && let Some(library) = self.program.modules.get(package)
            {
                self.imports(library);
            }
        }
    }

    fn give_up(&mut self, why: impl Into<String>) {
        self.gave_up.get_or_insert_with(|| why.into());
    }

    fn touch(&mut self, value: &Abstract) {
        for path in &value.paths {
            insert(&mut self.reads, path, false);
        }
    }

    fn consume(&mut self, value: &Abstract) {
        for path in &value.paths {
            insert(&mut self.reads, path, true);
        }
        if let Some(items) = &value.items {
            self.consume(items);
        }
    }

    fn consume_expr(&mut self, module: &Module, names: &mut Names, expr: &Value) {
        let value = self.expr(module, names, expr);
        self.consume(&value);
    }

    /// Runs a rule; `args` bind the parameters of a function. Gives what its value may be.
    fn rule(&mut self, module: &Module, rule: &Rule, args: Option<&[Abstract]>) -> Abstract {
        let mut names = Names::new();
        for (i, param) in rule.args.iter().enumerate() {
            let arg = args.and_then(|a| a.get(i)).cloned().unwrap_or_default();
            self.bind(module, &mut names, param, &arg);
        }
        let mut result = Abstract::default();
        let one = (None, Vec::new());
        let bodies: Vec<&(Option<Value>, Vec<Value>)> =
            if rule.bodies.is_empty() { vec![&one] } else { rule.bodies.iter().collect() };
        for (value, stmts) in bodies {
            self.query(module, &mut names, stmts);
            for head in value.iter().chain(if value.is_none() { rule.value.as_ref() } else { None }) {
                let value = self.expr(module, &mut names, head);
                if rule.kind == RuleKind::Function {
                    result.merge(&value);
                } else {
                    self.consume(&value);
                }
            }
        }
        for extra in &rule.extra {
            self.consume_expr(module, &mut names, extra);
        }
        self.touch(&result);
        result
    }

    /// Statements may be reordered by the interpreter, so names are bound until nothing changes.
    fn query(&mut self, module: &Module, names: &mut Names, stmts: &[Value]) {
        for round in 0.. {
            let before = names.clone();
            for stmt in stmts {
                self.statement(module, names, stmt);
            }
            if *names == before {
                break;
            }
            if round > 8 {
                self.give_up("its variables depend on each other in a way that is not followed");
                break;
            }
        }
    }

    fn statement(&mut self, module: &Module, names: &mut Names, stmt: &Value) {
        if list(stmt.get("with_mods")).next().is_some() {
            self.give_up("it uses `with`");
        }
        let Some(literal) = stmt.get("literal") else { return };
        match variant(literal) {
            ("SomeVars", _) => {}
            ("SomeIn", s) => {
                let collection = s.get("collection").map(|c| self.expr(module, names, c)).unwrap_or_default();
                let items = collection.step(&Step::Items);
                self.touch(&items);
                if let Some(value) = s.get("value") {
                    self.bind(module, names, value, &items);
                }
                if let Some(key) = s.get("key").filter(|k| !k.is_null()) {
                    self.bind(module, names, key, &Abstract::default());
                }
            }
            ("Every", e) => {
                let domain = e.get("domain").map(|c| self.expr(module, names, c)).unwrap_or_default();
                let items = domain.step(&Step::Items);
                self.touch(&items);
                let name = e.get("value").map(|s| module.cut(s).to_owned()).unwrap_or_default();
                names.entry(name).or_default().merge(&items);
                self.query(module, names, &statements(e.get("query")));
            }
            ("Expr" | "NotExpr", e) => {
                if let Some(expr) = e.get("expr") {
                    let value = self.expr(module, names, expr);
                    self.touch(&value);
                }
            }
            (other, _) => self.give_up(format!("it has a statement of kind {other:?}")),
        }
    }

    /// Binds the names of a pattern; what a pattern takes apart is read whole.
    fn bind(&mut self, module: &Module, names: &mut Names, pattern: &Value, value: &Abstract) {
        match var(pattern) {
            Some("_") => {}
            Some(name) if name != "input" && name != "data" => {
                names.entry(name.to_owned()).or_default().merge(value);
                self.touch(value);
            }
            _ => {
                self.consume(value);
                let other = self.expr(module, names, pattern);
                self.consume(&other);
            }
        }
    }

    fn expr(&mut self, module: &Module, names: &mut Names, expr: &Value) -> Abstract {
        let (shape, e) = variant(expr);
        match shape {
            "String" | "RawString" | "Number" | "Bool" | "Null" => Abstract::default(),
            "Var" => self.name(module, names, var(expr).unwrap_or("")),
            "RefDot" | "RefBrack" => self.reference(module, names, expr),
            "Call" => self.call(module, names, e),
            "Array" | "Set" => {
                let mut items = Abstract::default();
                for item in list(e.get("items")) {
                    let value = self.expr(module, names, item);
                    self.touch(&value);
                    items.merge(&value);
                }
                Abstract { paths: BTreeSet::new(), items: Some(Box::new(items)) }
            }
            "ArrayCompr" | "SetCompr" => {
                self.query(module, names, &statements(e.get("query")));
                let items = e.get("term").map(|t| self.expr(module, names, t)).unwrap_or_default();
                self.touch(&items);
                // A set merges equal items: whether two items are equal depends on all of them.
                if shape == "SetCompr" {
                    self.consume(&items);
                }
                Abstract { paths: BTreeSet::new(), items: Some(Box::new(items)) }
            }
            "ObjectCompr" => {
                self.query(module, names, &statements(e.get("query")));
                for part in ["key", "value"] {
                    if let Some(x) = e.get(part) {
                        self.consume_expr(module, names, x);
                    }
                }
                Abstract::default()
            }
            "Object" => {
                for field in list(e.get("fields")) {
                    for part in field.as_array().into_iter().flatten().skip(1) {
                        self.consume_expr(module, names, part);
                    }
                }
                Abstract::default()
            }
            "AssignExpr" => {
                let (Some(lhs), Some(rhs)) = (e.get("lhs"), e.get("rhs")) else { return Abstract::default() };
                let right = self.expr(module, names, rhs);
                self.bind(module, names, lhs, &right);
                // `=` unifies both ways.
                if e.get("op").and_then(Value::as_str) != Some("ColEq") {
                    let left = self.expr(module, names, lhs);
                    self.bind(module, names, rhs, &left);
                }
                Abstract::default()
            }
            "BinExpr" | "BoolExpr" | "ArithExpr" | "Membership" | "UnaryExpr" => {
                for part in ["lhs", "rhs", "key", "value", "collection", "expr"] {
                    if let Some(x) = e.get(part).filter(|x| !x.is_null()) {
                        self.consume_expr(module, names, x);
                    }
                }
                Abstract::default()
            }
            other => {
                self.give_up(format!("it has an expression of kind {other:?}"));
                Abstract::default()
            }
        }
    }

    fn name(&mut self, module: &Module, names: &Names, name: &str) -> Abstract {
        if name == "input" {
            return Abstract::input();
        }
        if let Some(value) = names.get(name) {
            return value.clone();
        }
        if let Some(path) = module.imports.get(name) {
            let mut parts = path.split('.');
            if parts.next() == Some("input") {
                return parts.fold(Abstract::input(), |v, p| v.step(&Step::Key(p.to_owned())));
            }
            return Abstract::default();
        }
        self.local_rules(module, name);
        Abstract::default()
    }

    /// A rule of the same module that is not a function: everything its value may be counts as read.
    fn local_rules(&mut self, module: &Module, name: &str) {
        if !self.rules_done.insert(format!("{}.{name}", module.package)) {
            return;
        }
        for rule in module.rules.iter().filter(|r| r.name == name && r.kind != RuleKind::Function) {
            self.rule(module, rule, None);
        }
    }

    fn reference(&mut self, module: &Module, names: &mut Names, expr: &Value) -> Abstract {
        if let Some(parts) = dotted(expr) {
            let full = full_path(module, names, &parts);
            if let Some(rest) = full.strip_prefix("data.tables.") {
                self.tables.insert(rest.split('.').next().unwrap_or("").to_owned());
                return Abstract::default();
            }
        }
        let (shape, e) = variant(expr);
        let Some(refr) = e.get("refr") else { return Abstract::default() };
        let base = self.expr(module, names, refr);
        if shape == "RefDot" {
            let key = e.get("field").and_then(|f| f.get(1)).and_then(Value::as_str).unwrap_or("");
            return self.field(base, Step::Key(key.to_owned()));
        }
        let Some(index) = e.get("index") else { return Abstract::default() };
        match string(index) {
            Some(key) => self.field(base, Step::Key(key.to_owned())),
            None => {
                let key = self.expr(module, names, index);
                self.consume(&key);
                self.field(base, Step::Items)
            }
        }
    }

    fn field(&mut self, base: Abstract, step: Step) -> Abstract {
        let value = base.step(&step);
        // The value is where the path ends; touching it also keeps what lies on the way.
        self.touch(&value);
        value
    }

    fn call(&mut self, module: &Module, names: &mut Names, e: &Value) -> Abstract {
        let parts = e.get("fcn").and_then(dotted).unwrap_or_default();
        let params: Vec<&Value> = list(e.get("params")).collect();
        let args: Vec<Abstract> = params.iter().map(|p| self.expr(module, names, p)).collect();
        let full = full_path(module, names, &parts);
        if let Some((package, function)) = full.strip_prefix("data.").and_then(|f| f.rsplit_once('.')) {
            return self.function(package, function, &args);
        }
        let called = parts.join(".");
        if parts.len() == 1 && module.rules.iter().any(|r| r.name == called && r.kind == RuleKind::Function) {
            let package = module.package.clone();
            return self.function(&package, &called, &args);
        }
        match called.as_str() {
            "object.get" => {
                if let (Some(object), Some(keys)) = (args.first(), params.get(1).and_then(|k| literal_keys(k))) {
                    let mut value = keys.iter().fold(object.clone(), |v, k| v.step(&Step::Key(k.clone())));
                    self.touch(&value);
                    if let Some(default) = args.get(2) {
                        self.touch(default);
                        value.merge(default);
                    }
                    return value;
                }
            }
            "count" | "object.keys" if args.len() == 1 => {
                self.touch(&args[0].step(&Step::Items));
                if called == "count" || args[0].items.is_some() {
                    return Abstract::default();
                }
                return Abstract::default();
            }
            "is_object" | "is_array" | "is_string" | "is_number" | "is_boolean" | "is_null" if args.len() == 1 => {
                self.touch(&args[0]);
                return Abstract::default();
            }
            "array.concat" => {
                let mut items = Abstract::default();
                for arg in &args {
                    let step = arg.step(&Step::Items);
                    self.touch(&step);
                    items.merge(&step);
                }
                return Abstract { paths: BTreeSet::new(), items: Some(Box::new(items)) };
            }
            _ => {}
        }
        for arg in &args {
            self.consume(arg);
        }
        if called.starts_with("rbac.") {
            self.deferred = true;
            self.touch(&Abstract::default().of(format!("{ASK}rbac")));
        }
        if called.starts_with("inventory.") {
            self.deferred = true;
            let kind = params.first().and_then(|p| string(p)).unwrap_or("*");
            let answer = Abstract::default().of(format!("{ASK}{kind}"));
            self.touch(&answer);
            // The place that the index is made of is read of every object of the kind.
            let place = match called.as_str() {
                "inventory.selecting" => params.get(2).map(|p| string(p).map(|field| format!("spec.{field}"))),
                "inventory.find" => params.get(2).map(|p| string(p).map(str::to_owned)),
                _ => None,
            };
            match place {
                Some(Some(place)) => {
                    let mut at = answer.clone();
                    for step in place.split('.') {
                        at = at.step(&Step::Key(step.trim_end_matches("[]").to_owned()));
                        if step.ends_with("[]") {
                            at = at.step(&Step::Items);
                        }
                    }
                    self.consume(&at);
                }
                Some(None) => self.consume(&answer),
                None => {}
            }
            return match called.as_str() {
                "inventory.get" => answer,
                _ => Abstract { paths: BTreeSet::new(), items: Some(Box::new(answer)) },
            };
        }
        Abstract::default()
    }

    fn function(&mut self, package: &str, function: &str, args: &[Abstract]) -> Abstract {
        let id = format!("{package}.{function}");
        if self.calls.len() >= MAX_CALLS || self.calls.contains(&id) {
            self.give_up(format!("it calls {id} too deeply"));
            return Abstract::default();
        }
        let Some(module) = self.program.modules.get(package).copied() else {
            self.give_up(format!("package {package} is unknown"));
            return Abstract::default();
        };
        self.calls.push(id);
        let mut result = Abstract::default();
        for rule in module.rules.iter().filter(|r| r.name == function) {
            result.merge(&self.rule(module, rule, Some(args)));
        }
        self.calls.pop();
        result
    }
}

/// A dotted name with its import resolved: `pod.ok` is `data.audit.lib.pod.ok`.
fn full_path(module: &Module, names: &Names, parts: &[String]) -> String {
    match parts.split_first() {
        Some((first, rest)) if !names.contains_key(first) => match module.imports.get(first) {
            Some(path) => [std::slice::from_ref(path), rest].concat().join("."),
            None => parts.join("."),
        },
        _ => parts.join("."),
    }
}

fn literal_keys(expr: &Value) -> Option<Vec<String>> {
    match variant(expr) {
        ("String" | "RawString", _) => Some(vec![string(expr)?.to_owned()]),
        ("Array", a) => list(a.get("items")).map(|i| string(i).map(str::to_owned)).collect(),
        _ => None,
    }
}

fn insert(set: &mut ReadSet, path: &[Step], whole: bool) {
    if set.whole {
        return;
    }
    match path.split_first() {
        None if whole => *set = ReadSet::everything(),
        None => {}
        Some((Step::Key(k), rest)) => insert(set.keys.entry(k.clone()).or_default(), rest, whole),
        Some((Step::Items, rest)) => insert(set.items.get_or_insert_with(Box::default), rest, whole),
    }
}
