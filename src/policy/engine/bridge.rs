//! Functions of the interpreter, for the machine: those that are rare or large (`time.*`, `net.*`, `yaml.unmarshal`, ...).

use super::{syntax, value};
use crate::policy::machine::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Interpreters with one function each, made when they are first needed.
#[derive(Default)]
pub struct Bridge {
    engines: HashMap<(String, usize), regorus::Engine>,
}

const RULE: &str = "data.bridge.answer";

impl Bridge {
    /// Calls a function.
    ///
    /// # Errors
    /// What the interpreter says about the arguments.
    pub fn call(&mut self, name: &str, args: &[Value<'_>]) -> Result<Value<'static>, String> {
        let key = (name.to_owned(), args.len());
        let engine = match self.engines.entry(key) {
            std::collections::hash_map::Entry::Occupied(e) => e.into_mut(),
            std::collections::hash_map::Entry::Vacant(e) => e.insert(prepare(name, args.len())?),
        };
        engine.set_input(regorus::Value::from(args.iter().map(to_interpreter).collect::<Vec<_>>()));
        let answer = engine.eval_rule(RULE.to_owned());
        answer.map(|v| from_interpreter(&v)).map_err(|e| syntax::problem("", &e.to_string()).message)
    }
}

fn prepare(name: &str, count: usize) -> Result<regorus::Engine, String> {
    let args: Vec<String> = (0..count).map(|i| format!("input[{i}]")).collect();
    let text = format!("package bridge\n\nanswer := {name}({})\n", args.join(", "));
    let mut engine = syntax::interpreter();
    engine.add_policy("bridge.rego".to_owned(), text).map_err(|e| e.to_string())?;
    engine.set_strict_builtin_errors(true);
    Ok(engine)
}

fn to_interpreter(from: &Value<'_>) -> regorus::Value {
    match from {
        Value::Undefined => regorus::Value::Undefined,
        Value::Null => regorus::Value::Null,
        Value::Bool(b) => regorus::Value::Bool(*b),
        Value::Int(i) => regorus::Value::from(*i),
        Value::UInt(u) => regorus::Value::from(*u),
        Value::Float(f) => regorus::Value::from(*f),
        Value::Str(s) => regorus::Value::from(*s),
        Value::Text(s) => regorus::Value::from(&**s),
        v if v.is_set() => regorus::Value::from(v.entries().map(|(_, v)| to_interpreter(&v)).collect::<BTreeSet<_>>()),
        v if v.is_object() => {
            let entries = v.entries().map(|(k, v)| (to_interpreter(&k), to_interpreter(&v)));
            regorus::Value::from(entries.collect::<BTreeMap<_, _>>())
        }
        v => regorus::Value::from(v.entries().map(|(_, v)| to_interpreter(&v)).collect::<Vec<_>>()),
    }
}

fn from_interpreter(from: &regorus::Value) -> Value<'static> {
    use std::sync::Arc;
    match from {
        regorus::Value::Undefined => Value::Undefined,
        regorus::Value::Null => Value::Null,
        regorus::Value::Bool(b) => Value::Bool(*b),
        regorus::Value::Number(_) => value::json(from).map_or(Value::Undefined, |n| Value::from_json(&n)),
        regorus::Value::String(s) => Value::text(s),
        regorus::Value::Array(items) => Value::List(Arc::new(items.iter().map(from_interpreter).collect())),
        regorus::Value::Set(items) => Value::set(items.iter().map(from_interpreter).collect()),
        regorus::Value::Object(entries) => {
            let entries = entries.iter().map(|(k, v)| (from_interpreter(k), from_interpreter(v)));
            Value::map(entries.collect()).unwrap_or_default()
        }
    }
}
