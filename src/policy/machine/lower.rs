//! From a module's syntax tree to code: names become numbers, references that range over collections become loops, statements are put in an order
//! in which every variable has its value before it is used.
//!
//! What the machine does not know (`with`, destructured objects, ...) is refused with a reason; such a module is left to the interpreter.

use super::code::{Body, Branch, Callee, Clause, Compare, Expr, Function, Kind, Module, Operator, Pattern, Rule, Stmt};
use crate::policy::syntax_tree::{self as syntax, RuleKind, list, statements, string, var, variant};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Why something was not lowered.
enum Fail {
    /// this variable has no value yet
    Unbound(String),
    /// the machine does not know this
    Unknown(String),
}

type Lowered<T> = Result<T, Fail>;

fn unknown<T>(what: impl Into<String>) -> Lowered<T> {
    Err(Fail::Unknown(what.into()))
}

#[derive(Clone, Default)]
struct Scope {
    bound: BTreeMap<String, u16>,
    /// declared with `some`; gets its value from a reference
    free: BTreeSet<String>,
    /// gets its value from a statement of this scope that was not lowered yet
    pending: BTreeSet<String>,
}

enum Name {
    Slot(u16),
    Free,
    Global,
}

struct Lower<'m> {
    module: &'m syntax::Module,
    is_package: &'m dyn Fn(&str) -> bool,
    numbers: BTreeMap<&'m str, u32>,
    externals: Vec<(String, String)>,
    foreign: Vec<String>,
    scopes: Vec<Scope>,
    slots: u16,
}

/// A step of a reference.
enum Step<'v> {
    Field(&'v str),
    Index(&'v Value),
}

/// Lowers a module.
///
/// # Errors
/// What the machine does not know, with the line.
pub fn module(module: &syntax::Module, is_package: &dyn Fn(&str) -> bool) -> Result<Module, String> {
    let names: BTreeSet<&str> = module.rules.iter().map(|r| r.name.as_str()).collect();
    let numbers: BTreeMap<&str, u32> = names.iter().zip(0..).map(|(n, i)| (*n, i)).collect();
    let mut lower =
        Lower { module, is_package, numbers, externals: Vec::new(), foreign: Vec::new(), scopes: Vec::new(), slots: 0 };
    let mut rules = Vec::new();
    for name in names {
        let definitions: Vec<&syntax::Rule> = module.rules.iter().filter(|r| r.name == name).collect();
        rules.push(lower.rule(name, &definitions)?);
    }
    let mut code = Module { file: module.file.clone(), rules, externals: lower.externals, foreign: lower.foreign };
    mark_constants(&mut code);
    Ok(code)
}

impl<'m> Lower<'m> {
    fn rule(&mut self, name: &str, definitions: &[&syntax::Rule]) -> Result<Rule, String> {
        let mut rule =
            Rule { name: name.to_owned(), kind: Kind::Complete, clauses: Vec::new(), default: None, constant: false };
        let mut kinds = BTreeSet::new();
        for definition in definitions {
            let at = |fail: Fail| match fail {
                Fail::Unbound(v) => format!("line {}: variable {v} never gets a value", definition.line),
                Fail::Unknown(what) => format!("line {}: {what}", definition.line),
            };
            if definition.kind == RuleKind::Default {
                if !definition.args.is_empty() {
                    return Err(at(Fail::Unknown("default of a function".into())));
                }
                let value = definition.value.as_ref().map(|v| self.alone(v)).transpose().map_err(at)?;
                rule.default = value;
                continue;
            }
            rule.kind = match (definition.kind, definition.extra.len()) {
                (RuleKind::Set, 0) => Kind::Set,
                (RuleKind::Function, 0) => Kind::Function,
                (RuleKind::Complete, 0) => Kind::Complete,
                (RuleKind::Complete, 1) => Kind::Object,
                _ => return Err(at(Fail::Unknown("a head with several keys".into()))),
            };
            kinds.insert(rule.kind as u8);
            rule.clauses.push(self.clause(definition, rule.kind).map_err(at)?);
        }
        if kinds.len() > 1 {
            return Err(format!("rule {name} is defined in different ways"));
        }
        Ok(rule)
    }

    /// An expression outside every body.
    fn alone(&mut self, expr: &Value) -> Lowered<Expr> {
        self.slots = 0;
        self.scopes = vec![Scope::default()];
        let mut out = Vec::new();
        let value = self.expr(expr, &mut out)?;
        if out.is_empty() && self.slots == 0 { Ok(value) } else { unknown("a computed default") }
    }

    fn clause(&mut self, rule: &syntax::Rule, kind: Kind) -> Lowered<Clause> {
        self.slots = 0;
        self.scopes = vec![Scope::default()];
        let params = rule.args.iter().map(|a| self.parameter(a)).collect::<Lowered<_>>()?;
        let mut key = None;
        let mut bodies = Vec::new();
        let none = (None, Vec::new());
        let given: Vec<&(Option<Value>, Vec<Value>)> =
            if rule.bodies.is_empty() { vec![&none] } else { rule.bodies.iter().collect() };
        if given.len() > 1 && matches!(kind, Kind::Set | Kind::Object) {
            return unknown("several bodies of one head");
        }
        for (i, (own, stmts)) in given.into_iter().enumerate() {
            let value = own.as_ref().or(if i == 0 { rule.value.as_ref() } else { None });
            let (stmts, (value, of)) = self.query(stmts, &mut |lower, out| {
                let of = match (kind, rule.extra.first()) {
                    (Kind::Object, Some(k)) => Some(lower.expr(k, out)?),
                    _ => None,
                };
                Ok((value.map_or(Ok(Expr::Bool(true)), |v| lower.expr(v, out))?, of))
            })?;
            key = of;
            bodies.push(Body { stmts, value });
        }
        Ok(Clause { slots: self.slots, params, key, bodies, line: rule.line })
    }

    fn slot(&mut self) -> Lowered<u16> {
        let slot = self.slots;
        self.slots = slot.checked_add(1).ok_or_else(|| Fail::Unknown("too many variables".into()))?;
        Ok(slot)
    }

    fn declare(&mut self, name: &str) -> Lowered<u16> {
        let slot = self.slot()?;
        if let Some(scope) = self.scopes.last_mut() {
            scope.pending.remove(name);
            scope.free.remove(name);
            scope.bound.insert(name.to_owned(), slot);
        }
        Ok(slot)
    }

    fn name(&self, name: &str) -> Lowered<Name> {
        for scope in self.scopes.iter().rev() {
            if let Some(slot) = scope.bound.get(name) {
                return Ok(Name::Slot(*slot));
            }
            if scope.free.contains(name) {
                return Ok(Name::Free);
            }
            if scope.pending.contains(name) {
                return Err(Fail::Unbound(name.to_owned()));
            }
        }
        Ok(Name::Global)
    }

    fn is_global(&self, name: &str) -> bool {
        name == "input" || name == "data" || self.numbers.contains_key(name) || self.module.imports.contains_key(name)
    }

    fn parameter(&mut self, pattern: &Value) -> Lowered<Pattern> {
        match variant(pattern) {
            ("Var", _) => match var(pattern) {
                Some("_") => Ok(Pattern::Any),
                Some(name) if matches!(self.name(name)?, Name::Slot(_)) => unknown("a parameter that stands twice"),
                Some(name) => Ok(Pattern::Bind(self.declare(name)?)),
                None => unknown("a parameter"),
            },
            ("Array", a) => {
                let items = list(a.get("items")).map(|i| self.parameter(i)).collect::<Lowered<_>>()?;
                Ok(Pattern::List(items))
            }
            ("String" | "RawString" | "Number" | "Bool" | "Null", _) => {
                Ok(Pattern::Is(self.expr(pattern, &mut Vec::new())?))
            }
            (other, _) => unknown(format!("{other} as a parameter")),
        }
    }

    /// The left side of `:=` or `some ... in`: every variable is new.
    fn pattern(&mut self, pattern: &Value, out: &mut Vec<Stmt>) -> Lowered<Pattern> {
        match variant(pattern) {
            ("Var", _) => match var(pattern) {
                Some("_") => Ok(Pattern::Any),
                Some(name) => Ok(Pattern::Bind(self.declare(name)?)),
                None => unknown("a pattern"),
            },
            ("Array", a) => {
                let items: Vec<&Value> = list(a.get("items")).collect();
                Ok(Pattern::List(items.into_iter().map(|i| self.pattern(i, out)).collect::<Lowered<_>>()?))
            }
            ("Object" | "Set", _) => unknown("a destructured object"),
            _ => Ok(Pattern::Is(self.expr(pattern, out)?)),
        }
    }

    /// Statements in an order in which each finds its variables, then `tail`.
    fn query<T>(
        &mut self,
        stmts: &[Value],
        tail: &mut dyn FnMut(&mut Self, &mut Vec<Stmt>) -> Lowered<T>,
    ) -> Lowered<(Vec<Stmt>, T)> {
        let mut pending = BTreeSet::new();
        for stmt in stmts {
            if stmt.get("with_mods").and_then(Value::as_array).is_some_and(|m| !m.is_empty()) {
                return unknown("`with`");
            }
            declared(stmt, &mut pending);
        }
        self.scopes.push(Scope { pending, ..Scope::default() });
        let depth = self.scopes.len();
        let mut waiting: Vec<&Value> = stmts.iter().collect();
        let mut out = Vec::new();
        while !waiting.is_empty() {
            let mut missing = String::new();
            let mut done = None;
            for (i, stmt) in waiting.iter().enumerate() {
                let (kept, slots, scope) = (out.len(), self.slots, self.scopes[depth - 1].clone());
                match self.statement(stmt, &mut out) {
                    Ok(()) => {
                        done = Some(i);
                        break;
                    }
                    Err(Fail::Unbound(name)) => {
                        out.truncate(kept);
                        self.slots = slots;
                        self.scopes.truncate(depth);
                        self.scopes[depth - 1] = scope;
                        if missing.is_empty() {
                            missing = name;
                        }
                    }
                    Err(fail) => return Err(fail),
                }
            }
            match done {
                Some(i) => drop(waiting.remove(i)),
                None => return Err(Fail::Unbound(missing)),
            }
        }
        let value = tail(self, &mut out)?;
        self.scopes.truncate(depth - 1);
        Ok((out, value))
    }

    fn statement(&mut self, stmt: &Value, out: &mut Vec<Stmt>) -> Lowered<()> {
        let literal = stmt.get("literal").unwrap_or(stmt);
        match variant(literal) {
            ("Expr", e) => {
                let expr = e.get("expr").unwrap_or(&Value::Null);
                if let ("AssignExpr", assign) = variant(expr) {
                    return self.assign(assign, out);
                }
                let test = self.expr(expr, out)?;
                out.push(Stmt::Test(test));
            }
            ("NotExpr", n) => {
                let expr = n.get("expr").unwrap_or(&Value::Null);
                self.scopes.push(Scope::default());
                let mut inner = Vec::new();
                let test = self.expr(expr, &mut inner)?;
                self.scopes.pop();
                inner.push(Stmt::Test(test));
                out.push(Stmt::Not(inner));
            }
            ("SomeVars", s) => {
                let names: Vec<String> = list(s.get("vars")).map(|v| self.module.cut(v).to_owned()).collect();
                if let Some(scope) = self.scopes.last_mut() {
                    for name in names {
                        scope.pending.remove(&name);
                        scope.free.insert(name);
                    }
                }
            }
            ("SomeIn", s) => {
                let of = self.expr(s.get("collection").unwrap_or(&Value::Null), out)?;
                let key = match s.get("key").filter(|k| !k.is_null()) {
                    Some(k) => Some(self.pattern(k, out)?),
                    None => None,
                };
                let item = self.pattern(s.get("value").unwrap_or(&Value::Null), out)?;
                let key = key.filter(|k| *k != Pattern::Any);
                out.push(Stmt::Each { of, key, item, line: syntax::line(literal) });
            }
            ("Every", e) => {
                let of = self.expr(e.get("domain").unwrap_or(&Value::Null), out)?;
                self.scopes.push(Scope::default());
                let cut = |k: &str| e.get(k).filter(|s| !s.is_null()).map(|s| self.module.cut(s).to_owned());
                let (key, item) = (cut("key"), cut("value"));
                let key = key.filter(|k| k != "_").map(|k| self.declare(&k)).transpose()?;
                let item = self.declare(&item.unwrap_or_default())?;
                let body = statements(e.get("query"));
                let (stmts, ()) = self.query(&body, &mut |_, _| Ok(()))?;
                self.scopes.pop();
                out.push(Stmt::Every { of, key, item, stmts, line: syntax::line(literal) });
            }
            (other, _) => return unknown(other),
        }
        Ok(())
    }

    fn assign(&mut self, assign: &Value, out: &mut Vec<Stmt>) -> Lowered<()> {
        let side = |k: &str| assign.get(k).unwrap_or(&Value::Null);
        let (left, right) = (side("lhs"), side("rhs"));
        if assign.get("op").and_then(Value::as_str) == Some("ColEq") {
            let value = self.expr(right, out)?;
            let pattern = self.pattern(left, out)?;
            out.push(Stmt::Let(pattern, value));
            return Ok(());
        }
        let unbound = |lower: &Self, side: &Value| {
            var(side)
                .filter(|n| !lower.is_global(n) && lower.scopes.iter().all(|s| !s.bound.contains_key(*n)))
                .map(str::to_owned)
        };
        match (unbound(self, left), unbound(self, right)) {
            (Some(_), Some(b)) => Err(Fail::Unbound(b)),
            (Some(name), None) => {
                let value = self.expr(right, out)?;
                let slot = self.declare(&name)?;
                out.push(Stmt::Let(Pattern::Bind(slot), value));
                Ok(())
            }
            (None, Some(name)) => {
                let value = self.expr(left, out)?;
                let slot = self.declare(&name)?;
                out.push(Stmt::Let(Pattern::Bind(slot), value));
                Ok(())
            }
            (None, None) => {
                let both = [left, right].iter().any(|s| matches!(variant(s).0, "Array" | "Object"));
                if both {
                    return unknown("unification of collections");
                }
                let sides = (self.expr(left, out)?, self.expr(right, out)?);
                out.push(Stmt::Test(Expr::Compare(Compare::Eq, Box::new(sides))));
                Ok(())
            }
        }
    }

    fn exprs(&mut self, items: Option<&Value>, out: &mut Vec<Stmt>) -> Lowered<Vec<Expr>> {
        list(items).map(|i| self.expr(i, out)).collect()
    }

    fn expr(&mut self, expr: &Value, out: &mut Vec<Stmt>) -> Lowered<Expr> {
        let (shape, e) = variant(expr);
        let side = |k: &str| e.get(k).unwrap_or(&Value::Null);
        Ok(match shape {
            "Null" => Expr::Null,
            "Bool" => Expr::Bool(e.get("value").and_then(Value::as_bool).unwrap_or(false)),
            "Number" => match e.get("value") {
                Some(n) if n.as_i64().is_some() => Expr::Int(n.as_i64().unwrap_or(0)),
                Some(n) if n.as_f64().is_some() && n.as_u64().is_none() => Expr::Float(n.as_f64().unwrap_or(0.0)),
                _ => return unknown("a number of more than 63 bits"),
            },
            "String" | "RawString" => Expr::Text(string(expr).unwrap_or("").to_owned()),
            "Var" | "RefDot" | "RefBrack" => return self.reference(expr, out),
            "Call" => return self.call(e, syntax::line(expr), out),
            "Array" => Expr::Array(self.exprs(e.get("items"), out)?),
            "Set" => Expr::Set(self.exprs(e.get("items"), out)?),
            "Object" => {
                let mut fields = Vec::new();
                for field in list(e.get("fields")) {
                    let part = |i: usize| field.get(i).unwrap_or(&Value::Null);
                    fields.push((self.expr(part(1), out)?, self.expr(part(2), out)?));
                }
                Expr::Object(fields)
            }
            "ArrayCompr" | "SetCompr" => {
                let stmts = statements(e.get("query"));
                let term = side("term");
                let (stmts, value) = self.query(&stmts, &mut |lower, out| lower.expr(term, out))?;
                match shape {
                    "ArrayCompr" => Expr::ArrayOf(stmts, Box::new(value)),
                    _ => Expr::SetOf(stmts, Box::new(value)),
                }
            }
            "ObjectCompr" => {
                let stmts = statements(e.get("query"));
                let (key, value) = (side("key"), side("value"));
                let both = |lower: &mut Self, out: &mut Vec<Stmt>| Ok((lower.expr(key, out)?, lower.expr(value, out)?));
                let (stmts, pair) = self.query(&stmts, &mut { both })?;
                Expr::ObjectOf(stmts, Box::new(pair))
            }
            "BoolExpr" => {
                let op = match e.get("op").and_then(Value::as_str) {
                    Some("Eq") => Compare::Eq,
                    Some("Ne") => Compare::Ne,
                    Some("Lt") => Compare::Lt,
                    Some("Le") => Compare::Le,
                    Some("Gt") => Compare::Gt,
                    Some("Ge") => Compare::Ge,
                    _ => return unknown("a comparison"),
                };
                Expr::Compare(op, Box::new((self.expr(side("lhs"), out)?, self.expr(side("rhs"), out)?)))
            }
            "ArithExpr" | "BinExpr" => {
                let op = match e.get("op").and_then(Value::as_str) {
                    Some("Add") => Operator::Add,
                    Some("Sub") => Operator::Sub,
                    Some("Mul") => Operator::Mul,
                    Some("Div") => Operator::Div,
                    Some("Mod") => Operator::Mod,
                    Some("Union") => Operator::Union,
                    Some("Intersection") => Operator::Intersection,
                    _ => return unknown("an operator"),
                };
                let sides = (self.expr(side("lhs"), out)?, self.expr(side("rhs"), out)?);
                Expr::Compute(op, Box::new(sides), syntax::line(expr))
            }
            "UnaryExpr" => match self.expr(side("expr"), out)? {
                Expr::Int(i) => Expr::Int(i.wrapping_neg()),
                Expr::Float(f) => Expr::Float(-f),
                other => Expr::Compute(Operator::Sub, Box::new((Expr::Int(0), other)), syntax::line(expr)),
            },
            "Membership" => {
                let key = match e.get("key").filter(|k| !k.is_null()) {
                    Some(k) => Some(Box::new(self.expr(k, out)?)),
                    None => None,
                };
                Expr::In(key, Box::new((self.expr(side("value"), out)?, self.expr(side("collection"), out)?)))
            }
            other => return unknown(other),
        })
    }

    fn call(&mut self, call: &Value, line: u32, out: &mut Vec<Stmt>) -> Lowered<Expr> {
        let Some(path) = call.get("fcn").and_then(syntax::dotted) else { return unknown("a computed function") };
        let args = self.exprs(call.get("params"), out)?;
        let name = path.join(".");
        if let [only] = path.as_slice()
            && let Some(&number) = self.numbers.get(only.as_str())
        {
            let arity = self.module.rules.iter().find(|r| r.name == *only).map_or(0, |r| r.args.len());
            if arity != args.len() {
                return unknown(format!("{only} with {} arguments", args.len()));
            }
            return Ok(Expr::Call(Callee::Rule(number), args, line));
        }
        if let Some(target) = self.module.imports.get(&path[0]) {
            let full = format!("{target}.{}", path[1..].join("."));
            let found = full.strip_prefix("data.").and_then(|f| f.rsplit_once('.'));
            return match found {
                Some((package, rule)) if (self.is_package)(package) => {
                    Ok(Expr::Call(Callee::External(self.external(package, rule)), args, line))
                }
                _ => unknown(format!("function {name}")),
            };
        }
        if let Some((function, arity)) = Function::named(&name) {
            if arity != args.len() {
                return unknown(format!("{name} with {} arguments", args.len()));
            }
            return Ok(Expr::Call(Callee::Own(function), args, line));
        }
        if matches!(name.as_str(), "walk" | "print" | "trace") || name.starts_with("data.") {
            return unknown(format!("function {name}"));
        }
        let number = self.foreign.iter().position(|f| *f == name).unwrap_or_else(|| {
            self.foreign.push(name);
            self.foreign.len() - 1
        });
        Ok(Expr::Call(Callee::Foreign(number as u32), args, line))
    }

    fn external(&mut self, package: &str, rule: &str) -> u32 {
        let wanted = (package.to_owned(), rule.to_owned());
        let found = self.externals.iter().position(|e| *e == wanted);
        found.unwrap_or_else(|| {
            self.externals.push(wanted);
            self.externals.len() - 1
        }) as u32
    }

    fn reference(&mut self, expr: &Value, out: &mut Vec<Stmt>) -> Lowered<Expr> {
        let mut steps = Vec::new();
        let root = unfold(expr, &mut steps)?;
        let Some(name) = var(root) else {
            let mut at = self.expr(root, out)?;
            for step in steps {
                at = self.step(at, step, out)?;
            }
            return Ok(at);
        };
        let mut steps = steps.into_iter();
        let mut at = match self.name(name)? {
            Name::Slot(slot) => Expr::Local(slot),
            Name::Free => return Err(Fail::Unbound(name.to_owned())),
            Name::Global if name == "input" => Expr::Input,
            Name::Global => {
                if let Some(&number) = self.numbers.get(name) {
                    Expr::Rule(number)
                } else if name == "data" || self.module.imports.contains_key(name) {
                    self.global(name, &mut steps)?
                } else {
                    return Err(Fail::Unbound(name.to_owned()));
                }
            }
        };
        for step in steps {
            at = self.step(at, step, out)?;
        }
        Ok(at)
    }

    /// What stands under `data`, or under an imported name.
    fn global<'v>(&mut self, name: &str, steps: &mut dyn Iterator<Item = Step<'v>>) -> Lowered<Expr> {
        let mut path: Vec<String> = match self.module.imports.get(name) {
            Some(target) => target.split('.').map(str::to_owned).collect(),
            None => vec![name.to_owned()],
        };
        if path[0] == "input" {
            let fields = path.drain(1..);
            return Ok(fields.fold(Expr::Input, |at, field| Expr::Field(Box::new(at), field)));
        }
        loop {
            let below: Vec<&str> = path[1..].iter().map(String::as_str).collect();
            match below.as_slice() {
                ["params"] => return Ok(Expr::Data(Branch::Params)),
                ["kubernetes"] => return Ok(Expr::Data(Branch::Kubernetes)),
                ["run"] => return Ok(Expr::Data(Branch::Run)),
                ["tables", table] => return Ok(Expr::Data(Branch::Table((*table).to_owned()))),
                [package @ .., rule] if !package.is_empty() && (self.is_package)(&package.join(".")) => {
                    let package = package.join(".");
                    if package == self.module.package {
                        return match self.numbers.get(rule) {
                            Some(&number) => Ok(Expr::Rule(number)),
                            None => unknown(format!("data.{package}.{rule}")),
                        };
                    }
                    let rule = (*rule).to_owned();
                    return Ok(Expr::External(self.external(&package, &rule)));
                }
                _ => {}
            }
            match steps.next() {
                Some(Step::Field(field)) => path.push(field.to_owned()),
                _ => return unknown(path.join(".")),
            }
        }
    }

    fn step(&mut self, at: Expr, step: Step<'_>, out: &mut Vec<Stmt>) -> Lowered<Expr> {
        let index = match step {
            Step::Field(name) => return Ok(Expr::Field(Box::new(at), name.to_owned())),
            Step::Index(index) => index,
        };
        if let Some(name) = var(index) {
            let bound = name != "_"
                && match self.name(name)? {
                    Name::Slot(_) => true,
                    Name::Free => false,
                    Name::Global => self.is_global(name),
                };
            if !bound {
                let key = match name {
                    "_" => None,
                    _ => Some(Pattern::Bind(self.bind_free(name)?)),
                };
                let item = self.slot()?;
                out.push(Stmt::Each { of: at, key, item: Pattern::Bind(item), line: 0 });
                return Ok(Expr::Local(item));
            }
        }
        let index = self.expr(index, out)?;
        Ok(Expr::Index(Box::new(at), Box::new(index)))
    }

    /// A variable that a reference gives its value, in the scope that declares it.
    fn bind_free(&mut self, name: &str) -> Lowered<u16> {
        let slot = self.slot()?;
        let owner = self.scopes.iter().rposition(|s| s.free.contains(name)).unwrap_or(self.scopes.len() - 1);
        let scope = &mut self.scopes[owner];
        scope.free.remove(name);
        scope.bound.insert(name.to_owned(), slot);
        Ok(slot)
    }
}

/// Takes a reference apart: its root, and the steps from there.
fn unfold<'v>(expr: &'v Value, steps: &mut Vec<Step<'v>>) -> Lowered<&'v Value> {
    match variant(expr) {
        ("RefDot", r) => {
            let root = unfold(r.get("refr").unwrap_or(&Value::Null), steps)?;
            match r.get("field").and_then(|f| f.get(1)).and_then(Value::as_str) {
                Some(name) => steps.push(Step::Field(name)),
                None => return unknown("a field"),
            }
            Ok(root)
        }
        ("RefBrack", r) => {
            let root = unfold(r.get("refr").unwrap_or(&Value::Null), steps)?;
            let index = r.get("index").unwrap_or(&Value::Null);
            steps.push(string(index).map_or(Step::Index(index), Step::Field));
            Ok(root)
        }
        _ => Ok(expr),
    }
}

/// Variables that a statement declares.
fn declared(stmt: &Value, names: &mut BTreeSet<String>) {
    fn vars(pattern: &Value, names: &mut BTreeSet<String>) {
        match variant(pattern) {
            ("Var", _) => names.extend(var(pattern).filter(|n| *n != "_").map(str::to_owned)),
            ("Array", a) => list(a.get("items")).for_each(|i| vars(i, names)),
            _ => {}
        }
    }
    match variant(stmt.get("literal").unwrap_or(stmt)) {
        ("Expr", e) => {
            if let ("AssignExpr", a) = variant(e.get("expr").unwrap_or(&Value::Null))
                && a.get("op").and_then(Value::as_str) == Some("ColEq")
            {
                a.get("lhs").into_iter().for_each(|l| vars(l, names));
            }
        }
        ("SomeIn", s) => ["key", "value"].iter().filter_map(|k| s.get(*k)).for_each(|p| vars(p, names)),
        _ => {}
    }
}

/// Finds the rules whose value is the same for every input.
fn mark_constants(module: &mut Module) {
    loop {
        let constant: Vec<bool> = module.rules.iter().map(|r| r.constant).collect();
        let mut changed = false;
        for rule in module.rules.iter_mut().filter(|r| !r.constant && r.kind != Kind::Function) {
            let pure = |e: &Expr| is_pure(e, &constant);
            let whole = rule.clauses.iter().all(|c| {
                c.key.as_ref().is_none_or(pure)
                    && c.bodies.iter().all(|b| pure(&b.value) && b.stmts.iter().all(|s| is_pure_stmt(s, &constant)))
            });
            if whole && rule.default.as_ref().is_none_or(pure) {
                rule.constant = true;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

fn is_pure_stmt(stmt: &Stmt, constant: &[bool]) -> bool {
    let pattern = |p: &Pattern| is_pure_pattern(p, constant);
    match stmt {
        Stmt::Test(e) => is_pure(e, constant),
        Stmt::Let(p, e) => pattern(p) && is_pure(e, constant),
        Stmt::Each { of, key, item, .. } => is_pure(of, constant) && key.as_ref().is_none_or(pattern) && pattern(item),
        Stmt::Not(stmts) => stmts.iter().all(|s| is_pure_stmt(s, constant)),
        Stmt::Every { of, stmts, .. } => is_pure(of, constant) && stmts.iter().all(|s| is_pure_stmt(s, constant)),
    }
}

fn is_pure_pattern(pattern: &Pattern, constant: &[bool]) -> bool {
    match pattern {
        Pattern::Any | Pattern::Bind(_) => true,
        Pattern::Is(e) => is_pure(e, constant),
        Pattern::List(items) => items.iter().all(|p| is_pure_pattern(p, constant)),
    }
}

fn is_pure(expr: &Expr, constant: &[bool]) -> bool {
    let pure = |e: &Expr| is_pure(e, constant);
    let all = |stmts: &[Stmt]| stmts.iter().all(|s| is_pure_stmt(s, constant));
    match expr {
        Expr::Input | Expr::External(_) => false,
        Expr::Rule(number) => constant[*number as usize],
        Expr::Call(Callee::Own(function), args, _) => !function.asks() && args.iter().all(pure),
        Expr::Call(Callee::Foreign(_), args, _) => args.iter().all(pure),
        Expr::Call(..) => false,
        Expr::Null | Expr::Bool(_) | Expr::Int(_) | Expr::Float(_) | Expr::Text(_) | Expr::Local(_) | Expr::Data(_) => {
            true
        }
        Expr::Field(e, _) => pure(e),
        Expr::Index(a, b) => pure(a) && pure(b),
        Expr::Array(items) | Expr::Set(items) => items.iter().all(pure),
        Expr::Object(fields) => fields.iter().all(|(k, v)| pure(k) && pure(v)),
        Expr::ArrayOf(stmts, e) | Expr::SetOf(stmts, e) => all(stmts) && pure(e),
        Expr::ObjectOf(stmts, pair) => all(stmts) && pure(&pair.0) && pure(&pair.1),
        Expr::Compare(_, pair) | Expr::Compute(_, pair, _) => pure(&pair.0) && pure(&pair.1),
        Expr::In(key, pair) => key.as_ref().is_none_or(|k| pure(k)) && pure(&pair.0) && pure(&pair.1),
    }
}
