//! Runs code.

use super::code::{Branch, Callee, Clause, Compare, Expr, Kind, Operator, Pattern, Rule, Stmt};
use super::functions;
use super::library::{Data, Library, Linked, Target};
use super::value::{Entry, Value};
use crate::policy::engine::bridge::Bridge;
use crate::policy::inventory::Inventory;
use hashbrown::{HashMap, HashTable};
use std::cmp::Ordering;
use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

/// Why a run ended without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// something broke: message with file and line
    Error(String),
    /// it took too long
    Time,
}

/// The answer, or why there is none.
pub type Ran<T> = Result<T, Stop>;

/// What stays when one evaluation ends: belongs to one thread.
#[derive(Default)]
pub struct Keep {
    constants: HashMap<Target, Value<'static>>,
    /// by where the pattern stands in memory; the pattern itself is compared, too
    pub(super) regexes: HashMap<(usize, usize), (String, regex::Regex)>,
    /// objects of the inventory, taken apart
    pub(super) answers: HashMap<u32, Value<'static>>,
    /// lists of objects: kind and namespace
    pub(super) lists: HashMap<String, HashMap<String, Value<'static>>>,
    /// answers of functions that cost much and look at nothing but their plain arguments and other objects
    calls: HashMap<Target, Calls>,
    pub(super) bridge: Bridge,
}

/// Remembered calls of one function: its arguments and its value.
#[derive(Default)]
struct Calls {
    table: HashTable<(Box<[Value<'static>]>, Value<'static>)>,
    hasher: foldhash::fast::RandomState,
}

impl Calls {
    fn hash(&self, args: &[Value<'_>]) -> u64 {
        fn feed(h: &mut impl Hasher, value: &Value<'_>) {
            match value {
                Value::Str(_) | Value::Text(_) => {
                    h.write(value.as_str().unwrap_or("").as_bytes());
                    h.write_u8(0xff);
                }
                Value::Int(i) => h.write_u64(*i as u64),
                Value::Bool(b) => h.write_u8(u8::from(*b)),
                Value::Set(items) => items.iter().for_each(|i| feed(h, i)),
                _ => h.write_u8(2),
            }
        }
        let mut h = self.hasher.build_hasher();
        args.iter().for_each(|a| feed(&mut h, a));
        h.finish()
    }

    fn get(&self, args: &[Value<'_>]) -> Option<&Value<'static>> {
        let same = |known: &[Value<'_>]| known.iter().zip(args).all(|(a, b)| a.equals(b));
        self.table.find(self.hash(args), |(known, _)| same(known)).map(|(_, value)| value)
    }

    fn put(&mut self, args: &[Value<'_>], value: Value<'static>) {
        const CALLS: usize = 10_000;
        if self.table.len() >= CALLS {
            self.table.clear();
        }
        let hash = self.hash(args);
        let entry = (args.iter().map(Value::own).collect(), value);
        // Growing asks for the hashes again.
        let hasher = &self.hasher;
        let again = |(args, _): &(Box<[Value<'static>]>, Value<'static>)| {
            Calls { table: HashTable::new(), hasher: hasher.clone() }.hash(args)
        };
        self.table.insert_unique(hash, entry, again);
    }
}

/// Whether a value can be part of a key: a short scalar, or a set of them.
fn is_plain(value: &Value<'_>) -> bool {
    const BYTES: usize = 300;
    match value {
        Value::Str(_) | Value::Text(_) => value.as_str().is_some_and(|s| s.len() <= BYTES),
        Value::Int(_) | Value::Bool(_) | Value::Null => true,
        Value::Set(items) => items.len() <= 8 && items.iter().all(is_plain),
        _ => false,
    }
}

/// Expressions that an evaluation of a function must take to be worth remembering.
const WORTH: u32 = 30;

/// What all threads share.
#[derive(Clone, Copy)]
pub struct Shared<'t> {
    /// modules
    pub library: &'t Library<'t>,
    /// constants
    pub data: &'t Data,
    /// what can be asked for
    pub inventory: Option<&'t Inventory>,
    /// effective permissions
    pub permissions: Option<&'t dyn crate::model::permissions::Permissions>,
    /// longest evaluation
    pub limit: Duration,
}

/// One evaluation.
pub struct Machine<'t, 'k> {
    pub(super) shared: Shared<'t>,
    pub(super) keep: &'k mut Keep,
    input: Value<'t>,
    stack: Vec<Value<'t>>,
    base: usize,
    pub(super) module: Option<&'t Linked>,
    memo: Vec<(Target, Value<'t>)>,
    /// how often the input was looked at
    looked: u32,
    /// expressions evaluated
    work: u32,
    depth: u32,
    steps: u32,
    started: Instant,
}

/// Deepest nesting of calls. Recursion is refused by lint.
const MAX_DEPTH: u32 = 200;
/// Steps between two looks at the clock.
const STEPS: u32 = 4096;

/// Called for every solution; says whether more are wanted.
type Next<'f, 't, 'k> = &'f mut dyn FnMut(&mut Machine<'t, 'k>) -> Ran<bool>;

impl<'t, 'k> Machine<'t, 'k> {
    /// Prepares an evaluation on an input.
    pub fn new(shared: Shared<'t>, keep: &'k mut Keep, input: Value<'t>) -> Machine<'t, 'k> {
        Machine {
            shared,
            keep,
            input,
            stack: Vec::with_capacity(16),
            base: 0,
            module: None,
            memo: Vec::new(),
            looked: 0,
            work: 0,
            depth: 0,
            steps: 0,
            started: Instant::now(),
        }
    }

    /// The value of a rule.
    ///
    /// # Errors
    /// What broke, or that it took too long.
    pub fn rule(&mut self, target: Target) -> Ran<Value<'t>> {
        if let Some((_, value)) = self.memo.iter().find(|(t, _)| *t == target) {
            self.looked += 1;
            return Ok(value.clone());
        }
        if let Some(value) = self.keep.constants.get(&target) {
            return Ok(value.clone());
        }
        let Some((module, rule)) = self.shared.library.rule(target) else {
            return Err(self.broken(0, "a rule is missing"));
        };
        let value = self.enter(module, |machine| machine.value_of(rule, 0))?;
        if rule.constant {
            self.keep.constants.insert(target, value.own());
        } else {
            self.looked += 1;
            self.memo.push((target, value.clone()));
        }
        Ok(value)
    }

    /// Runs in another module.
    fn enter<T>(&mut self, module: &'t Linked, run: impl FnOnce(&mut Self) -> Ran<T>) -> Ran<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.broken(0, "calls nest too deeply"));
        }
        let kept = self.module.replace(module);
        self.depth += 1;
        let out = run(self);
        self.depth -= 1;
        self.module = kept;
        out
    }

    /// An error of the current module.
    pub(super) fn broken(&self, line: u32, what: &str) -> Stop {
        let file = self.module.map_or("(machine)", |m| m.code.file.as_str());
        Stop::Error(format!("{file}:{line}: {what}"))
    }

    /// Asking for other objects is work that is worth remembering.
    pub(super) fn count_asking(&mut self) {
        self.work = self.work.wrapping_add(WORTH);
    }

    fn tick(&mut self) -> Ran<()> {
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS) && self.started.elapsed() > self.shared.limit {
            return Err(Stop::Time);
        }
        Ok(())
    }

    /// The value of a rule whose `args` arguments are on top of the stack.
    fn value_of(&mut self, rule: &'t Rule, args: usize) -> Ran<Value<'t>> {
        let mut items = Vec::new();
        let mut entries = Vec::new();
        let mut value = Value::Undefined;
        for clause in &rule.clauses {
            self.clause(rule, clause, args, &mut |machine, body_value| {
                match rule.kind {
                    Kind::Set => items.push(body_value),
                    Kind::Object => {
                        let key = clause.key.as_ref().map_or(Ok(Value::Undefined), |k| machine.eval(k))?;
                        if !key.is_undefined() {
                            entries.push((key, body_value));
                        }
                    }
                    Kind::Complete | Kind::Function => {
                        if value.is_undefined() {
                            value = body_value;
                        } else if !value.equals(&body_value) {
                            let what =
                                format!("{} has several values: {}, {}", rule.name, value.json(), body_value.json());
                            return Err(machine.broken(clause.line, &what));
                        }
                    }
                }
                Ok(())
            })?;
        }
        Ok(match rule.kind {
            Kind::Set => Value::set(items),
            Kind::Object => match Value::map(entries) {
                Some(map) => map,
                None => {
                    let line = rule.clauses.first().map_or(0, |c| c.line);
                    return Err(self.broken(line, &format!("{} has several values for a key", rule.name)));
                }
            },
            _ if value.is_undefined() => match &rule.default {
                Some(default) => self.eval(default)?,
                None => Value::Undefined,
            },
            _ => value,
        })
    }

    fn clause(
        &mut self,
        rule: &'t Rule,
        clause: &'t Clause,
        args: usize,
        found: &mut dyn FnMut(&mut Self, Value<'t>) -> Ran<()>,
    ) -> Ran<()> {
        self.tick()?;
        let (top, base) = (self.stack.len(), self.base);
        self.base = top;
        self.stack.resize(top + usize::from(clause.slots), Value::Undefined);
        let out = self.bodies(rule, clause, top - args, args, found);
        self.stack.truncate(top);
        self.base = base;
        out
    }

    fn bodies(
        &mut self,
        rule: &'t Rule,
        clause: &'t Clause,
        first: usize,
        args: usize,
        found: &mut dyn FnMut(&mut Self, Value<'t>) -> Ran<()>,
    ) -> Ran<()> {
        if clause.params.len() != args {
            return Err(self.broken(clause.line, &format!("{} takes {} arguments", rule.name, clause.params.len())));
        }
        for (i, param) in clause.params.iter().enumerate() {
            let arg = self.stack[first + i].clone();
            if !self.bind(param, arg)? {
                return Ok(());
            }
        }
        for body in &clause.bodies {
            // Every solution is looked at, also where all say the same: what breaks is told, as the interpreter tells it. A body that holds without
            // a value leaves nothing to `else`.
            let mut held = false;
            self.solve(&body.stmts, &mut |machine| {
                held = true;
                let value = machine.eval(&body.value)?;
                if !value.is_undefined() {
                    found(machine, value)?;
                }
                Ok(true)
            })?;
            if held {
                break;
            }
        }
        Ok(())
    }

    fn set(&mut self, slot: u16, value: Value<'t>) {
        let at = self.base + usize::from(slot);
        if let Some(place) = self.stack.get_mut(at) {
            *place = value;
        }
    }

    fn bind(&mut self, pattern: &'t Pattern, value: Value<'t>) -> Ran<bool> {
        match pattern {
            Pattern::Any => Ok(true),
            Pattern::Bind(slot) => {
                self.set(*slot, value);
                Ok(true)
            }
            Pattern::Is(expr) => {
                let wanted = self.eval(expr)?;
                Ok(!wanted.is_undefined() && wanted.equals(&value))
            }
            Pattern::List(patterns) => {
                if !value.is_list() || value.len() != patterns.len() {
                    return Ok(false);
                }
                for (pattern, (_, item)) in patterns.iter().zip(value.entries()) {
                    if !self.bind(pattern, item)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Calls `next` for every way in which the statements hold, until it has enough. `false`: it has.
    fn solve(&mut self, stmts: &'t [Stmt], next: Next<'_, 't, 'k>) -> Ran<bool> {
        let Some((stmt, rest)) = stmts.split_first() else { return next(self) };
        match stmt {
            Stmt::Test(expr) => {
                if self.eval(expr)?.holds() {
                    return self.solve(rest, next);
                }
            }
            Stmt::Let(pattern, expr) => {
                let value = self.eval(expr)?;
                if !value.is_undefined() && self.bind(pattern, value)? {
                    return self.solve(rest, next);
                }
            }
            Stmt::Each { of, key, item, line } => {
                let collection = self.eval(of)?;
                if *line > 0 && !collection.is_collection() {
                    if collection.is_undefined() {
                        return Ok(true);
                    }
                    let what = format!("`some .. in` expects an array, a set or an object, not {}", collection.json());
                    return Err(self.broken(*line, &what));
                }
                for (at, value) in collection.entries() {
                    self.tick()?;
                    if let Some(key) = key
                        && !self.bind(key, at)?
                    {
                        continue;
                    }
                    if self.bind(item, value)? && !self.solve(rest, next)? {
                        return Ok(false);
                    }
                }
            }
            Stmt::Not(inner) => {
                if !self.holds(inner)? {
                    return self.solve(rest, next);
                }
            }
            Stmt::Every { of, key, item, stmts, .. } => {
                let collection = self.eval(of)?;
                if !collection.is_collection() {
                    return Ok(true);
                }
                for (at, value) in collection.entries() {
                    self.tick()?;
                    if let Some(key) = key {
                        self.set(*key, at);
                    }
                    self.set(*item, value);
                    if !self.holds(stmts)? {
                        return Ok(true);
                    }
                }
                return self.solve(rest, next);
            }
        }
        Ok(true)
    }

    fn holds(&mut self, stmts: &'t [Stmt]) -> Ran<bool> {
        let mut found = false;
        self.solve(stmts, &mut |_| {
            found = true;
            Ok(false)
        })?;
        Ok(found)
    }

    fn all(&mut self, exprs: &'t [Expr]) -> Ran<Option<Vec<Value<'t>>>> {
        let mut out = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let value = self.eval(expr)?;
            if value.is_undefined() {
                return Ok(None);
            }
            out.push(value);
        }
        Ok(Some(out))
    }

    fn eval(&mut self, expr: &'t Expr) -> Ran<Value<'t>> {
        self.work = self.work.wrapping_add(1);
        Ok(match expr {
            Expr::Null => Value::Null,
            Expr::Bool(b) => Value::Bool(*b),
            Expr::Int(i) => Value::Int(*i),
            Expr::Float(f) => Value::Float(*f),
            Expr::Text(t) => Value::Str(t),
            Expr::Local(slot) => self.stack.get(self.base + usize::from(*slot)).cloned().unwrap_or_default(),
            Expr::Input => {
                self.looked += 1;
                self.input.clone()
            }
            Expr::Data(branch) => match branch {
                Branch::Table(name) => self.shared.data.table(name),
                Branch::Params => self.shared.data.params(),
                Branch::Kubernetes => self.shared.data.kubernetes(),
                Branch::Run => self.shared.data.run(),
            },
            Expr::Field(of, name) => match &**of {
                Expr::Local(slot) => {
                    let at = self.base + usize::from(*slot);
                    self.stack.get(at).map_or(Value::Undefined, |v| v.field(name))
                }
                Expr::Input => {
                    self.looked += 1;
                    self.input.field(name)
                }
                of => self.eval(of)?.field(name),
            },
            Expr::Index(of, index) => {
                let of = self.eval(of)?;
                let index = self.eval(index)?;
                of.index(&index)
            }
            Expr::Rule(number) => {
                let target = self.own(*number)?;
                self.rule(target)?
            }
            Expr::External(number) => {
                let target = self.outer(*number, 0)?;
                self.rule(target)?
            }
            Expr::Call(callee, args, line) => self.call(*callee, args, *line)?,
            Expr::Array(items) => match self.all(items)? {
                Some(items) => Value::List(items.into()),
                None => Value::Undefined,
            },
            Expr::Set(items) => self.all(items)?.map_or(Value::Undefined, Value::set),
            Expr::Object(fields) => {
                let mut entries: Vec<Entry<'t>> = Vec::with_capacity(fields.len());
                for (key, value) in fields {
                    let entry = (self.eval(key)?, self.eval(value)?);
                    if entry.0.is_undefined() || entry.1.is_undefined() {
                        return Ok(Value::Undefined);
                    }
                    entries.push(entry);
                }
                Value::map(entries).unwrap_or_default()
            }
            Expr::ArrayOf(stmts, item) => Value::List(self.gather(stmts, item)?.into()),
            Expr::SetOf(stmts, item) => Value::set(self.gather(stmts, item)?),
            Expr::ObjectOf(stmts, pair) => {
                let mut entries: Vec<Entry<'t>> = Vec::new();
                self.solve(stmts, &mut |machine| {
                    let entry = (machine.eval(&pair.0)?, machine.eval(&pair.1)?);
                    if !entry.0.is_undefined() && !entry.1.is_undefined() {
                        entries.push(entry);
                    }
                    Ok(true)
                })?;
                match Value::map(entries) {
                    Some(map) => map,
                    None => return Err(self.broken(0, "an object comprehension has several values for a key")),
                }
            }
            Expr::Compare(op, pair) => {
                let (a, b) = (self.eval(&pair.0)?, self.eval(&pair.1)?);
                if a.is_undefined() || b.is_undefined() {
                    return Ok(Value::Undefined);
                }
                Value::Bool(match op {
                    Compare::Eq => a.equals(&b),
                    Compare::Ne => !a.equals(&b),
                    Compare::Lt => a.order(&b) == Ordering::Less,
                    Compare::Le => a.order(&b) != Ordering::Greater,
                    Compare::Gt => a.order(&b) == Ordering::Greater,
                    Compare::Ge => a.order(&b) != Ordering::Less,
                })
            }
            Expr::Compute(op, pair, line) => {
                let (a, b) = (self.eval(&pair.0)?, self.eval(&pair.1)?);
                if a.is_undefined() || b.is_undefined() {
                    return Ok(Value::Undefined);
                }
                match compute(*op, &a, &b) {
                    Ok(value) => value,
                    Err(what) => return Err(self.broken(*line, &what)),
                }
            }
            Expr::In(key, pair) => {
                let (item, of) = (self.eval(&pair.0)?, self.eval(&pair.1)?);
                if item.is_undefined() || of.is_undefined() {
                    return Ok(Value::Undefined);
                }
                match key {
                    None => Value::Bool(of.has(&item)),
                    Some(key) => {
                        let key = self.eval(key)?;
                        let found = of.index(&key);
                        Value::Bool(!found.is_undefined() && found.equals(&item))
                    }
                }
            }
        })
    }

    fn gather(&mut self, stmts: &'t [Stmt], item: &'t Expr) -> Ran<Vec<Value<'t>>> {
        let mut items = Vec::new();
        self.solve(stmts, &mut |machine| {
            let value = machine.eval(item)?;
            if !value.is_undefined() {
                items.push(value);
            }
            Ok(true)
        })?;
        Ok(items)
    }

    fn own(&self, number: u32) -> Ran<Target> {
        // Rules of the module that runs: its number is found by its place in the library.
        match self.module {
            Some(module) => Ok((module.number, number)),
            None => Err(self.broken(0, "no module")),
        }
    }

    fn outer(&self, number: u32, line: u32) -> Ran<Target> {
        let target = self.module.and_then(|m| self.shared.library.external(m, number));
        target.ok_or_else(|| self.broken(line, "a rule of another module is missing"))
    }

    fn call(&mut self, callee: Callee, args: &'t [Expr], line: u32) -> Ran<Value<'t>> {
        let target = match callee {
            Callee::Rule(number) => self.own(number)?,
            Callee::External(number) => self.outer(number, line)?,
            Callee::Own(function) => {
                let mut values: [Value<'t>; 6] = Default::default();
                for (value, arg) in values.iter_mut().zip(args) {
                    *value = self.eval(arg)?;
                    if value.is_undefined() {
                        return Ok(Value::Undefined);
                    }
                }
                let answer = functions::call(self, function, &values[..args.len().min(6)]);
                return answer.map_err(|what| self.broken(line, &what));
            }
            Callee::Foreign(number) => {
                let Some(values) = self.all(args)? else { return Ok(Value::Undefined) };
                let name = self.module.and_then(|m| m.code.foreign.get(number as usize)).map_or("", String::as_str);
                let answer = self.keep.bridge.call(name, &values);
                return answer.map_err(|what| self.broken(line, &what));
            }
        };
        let Some((module, rule)) = self.shared.library.rule(target) else {
            return Err(self.broken(line, "a function is missing"));
        };
        let top = self.stack.len();
        for arg in args {
            let value = self.eval(arg)?;
            if value.is_undefined() {
                self.stack.truncate(top);
                return Ok(Value::Undefined);
            }
            self.stack.push(value);
        }
        if let Some(calls) = self.keep.calls.get(&target)
            && self.stack[top..].iter().all(is_plain)
            && let Some(value) = calls.get(&self.stack[top..])
        {
            let value = value.clone();
            self.stack.truncate(top);
            return Ok(value);
        }
        let (looked, work) = (self.looked, self.work);
        let value = self.enter(module, |machine| machine.value_of(rule, args.len()));
        // What looks at its arguments and at other objects alone stays the same for the run.
        if let Ok(value) = &value
            && self.looked == looked
            && self.work.wrapping_sub(work) >= WORTH
            && self.stack[top..].iter().all(is_plain)
        {
            self.keep.calls.entry(target).or_default().put(&self.stack[top..], value.own());
        }
        self.stack.truncate(top);
        value
    }
}

fn compute<'t>(op: Operator, a: &Value<'t>, b: &Value<'t>) -> Result<Value<'t>, String> {
    if let (Value::Set(x), Value::Set(y)) = (a, b) {
        let merged = match op {
            Operator::Union => x.iter().chain(y.iter()).cloned().collect(),
            Operator::Intersection => x.iter().filter(|v| b.has(v)).cloned().collect(),
            Operator::Sub => x.iter().filter(|v| !b.has(v)).cloned().collect(),
            _ => return Err("sets have only `|`, `&` and `-`".to_owned()),
        };
        return Ok(Value::set(merged));
    }
    let number = |v: &Value<'_>| match v {
        Value::Int(i) => Some(*i as f64),
        Value::UInt(u) => Some(*u as f64),
        Value::Float(f) => Some(*f),
        _ => None,
    };
    let (Some(x), Some(y)) = (number(a), number(b)) else {
        return Err(format!("an operator has {} and {}", a.type_name(), b.type_name()));
    };
    if matches!(op, Operator::Div | Operator::Mod) && y == 0.0 {
        return Err("division by zero".to_owned());
    }
    if let (Value::Int(i), Value::Int(j)) = (a, b) {
        let exact = match op {
            Operator::Add => i.checked_add(*j),
            Operator::Sub => i.checked_sub(*j),
            Operator::Mul => i.checked_mul(*j),
            Operator::Div if i % j == 0 => i.checked_div(*j),
            Operator::Mod => i.checked_rem(*j),
            _ => None,
        };
        if let Some(exact) = exact {
            return Ok(Value::Int(exact));
        }
    }
    let out = match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mul => x * y,
        Operator::Div => x / y,
        Operator::Mod => return Err("`%` needs whole numbers".to_owned()),
        Operator::Union | Operator::Intersection => return Err("`|` and `&` need sets".to_owned()),
    };
    Ok(if out.fract() == 0.0 && out.abs() < 9.0e15 { Value::Int(out as i64) } else { Value::Float(out) })
}
