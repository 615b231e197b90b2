//! Built-in functions of the machine: what they do, and what they refuse, is what the interpreter does with strict errors.

use super::code::Function;
use super::print;
use super::run::Machine;
use super::value::Value;
use crate::model::permissions::{Permissions, Request};
use crate::policy::inventory::{Inventory, Item};
use crate::policy::{image, metadata, quantity, selector};
use std::sync::Arc;

type Answer<'t> = Result<Value<'t>, String>;

/// Most answers of the inventory that a thread keeps taken apart.
const ANSWERS: usize = 20_000;
/// Most namespaces of a kind whose lists a thread keeps.
const LISTS: usize = 1_000;
/// Most regular expressions that a thread keeps.
const REGEXES: usize = 2_000;

fn text<'a>(function: Function, value: &'a Value<'_>) -> Result<&'a str, String> {
    value.as_str().ok_or_else(|| format!("`{}` expects a string, not {}", function.name(), shown(value)))
}

fn shown(value: &Value<'_>) -> String {
    let text = value.json().to_string();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

fn list<'a, 't>(function: Function, value: &'a Value<'t>) -> Result<&'a Value<'t>, String> {
    if value.is_list() {
        Ok(value)
    } else {
        Err(format!("`{}` expects an array, not {}", function.name(), shown(value)))
    }
}

fn object<'a, 't>(function: Function, value: &'a Value<'t>) -> Result<&'a Value<'t>, String> {
    if value.is_object() {
        Ok(value)
    } else {
        Err(format!("`{}` expects an object, not {}", function.name(), shown(value)))
    }
}

fn several<'a, 't>(function: Function, value: &'a Value<'t>) -> Result<&'a Value<'t>, String> {
    if value.is_list() || value.is_set() {
        return Ok(value);
    }
    Err(format!("`{}` expects an array or a set, not {}", function.name(), shown(value)))
}

fn number(function: Function, value: &Value<'_>) -> Result<f64, String> {
    match value {
        Value::Int(i) => Ok(*i as f64),
        Value::UInt(u) => Ok(*u as f64),
        Value::Float(f) => Ok(*f),
        _ => Err(format!("`{}` expects a number, not {}", function.name(), shown(value))),
    }
}

/// Whole numbers as integers, so that messages do not show a fraction.
fn whole(n: f64) -> Value<'static> {
    if n.fract() == 0.0 && n.abs() < 9.0e15 { Value::Int(n as i64) } else { Value::Float(n) }
}

/// A part of a string: borrowed when the whole is.
fn part<'t>(of: &Value<'t>, found: &str) -> Value<'t> {
    if let Value::Str(s) = of {
        let at = (found.as_ptr() as usize).wrapping_sub(s.as_ptr() as usize);
        if let Some(same) = s.get(at..at.saturating_add(found.len())) {
            return Value::Str(same);
        }
    }
    Value::text(found)
}

/// Calls a function; no argument is undefined.
///
/// # Errors
/// What is wrong with an argument.
pub fn call<'t>(machine: &mut Machine<'t, '_>, function: Function, args: &[Value<'t>]) -> Answer<'t> {
    use Function as F;
    let string = |i: usize| text(function, &args[i]);
    Ok(match function {
        F::ArrayConcat => {
            let both = list(function, &args[0])?.entries().chain(list(function, &args[1])?.entries());
            Value::List(Arc::new(both.map(|(_, v)| v).collect()))
        }
        F::ArraySlice => {
            let (from, to) = (number(function, &args[1])?, number(function, &args[2])?);
            let all = list(function, &args[0])?;
            if from.fract() != 0.0 || to.fract() != 0.0 {
                return Ok(Value::Undefined);
            }
            let (from, to) = (from.max(0.0) as usize, (to.max(0.0) as usize).min(all.len()));
            Value::List(Arc::new(all.entries().map(|(_, v)| v).take(to).skip(from).collect()))
        }
        F::Concat => {
            let separator = string(0)?;
            let mut out = String::new();
            for (i, (_, item)) in several(function, &args[1])?.entries().enumerate() {
                if i > 0 {
                    out.push_str(separator);
                }
                out.push_str(text(function, &item)?);
            }
            Value::text(&out)
        }
        F::Contains => Value::Bool(string(0)?.contains(string(1)?)),
        F::Count => match &args[0] {
            v if v.is_collection() => Value::Int(v.len() as i64),
            v => Value::Int(text(function, v)?.encode_utf16().count() as i64),
        },
        F::EndsWith => Value::Bool(string(0)?.ends_with(string(1)?)),
        F::StartsWith => Value::Bool(string(0)?.starts_with(string(1)?)),
        F::IndexOf => {
            let (s, wanted) = (string(0)?, string(1)?);
            s.find(wanted).map_or(Value::Int(-1), |at| Value::Int(s[..at].chars().count() as i64))
        }
        F::InventoryGet => {
            let inventory = inventory(machine)?;
            let (kind, namespace, name) = (plain(&args[0]), plain(&args[1]), plain(&args[2]));
            inventory.get(kind, namespace, name).map_or(Value::Undefined, |item| body(machine, inventory, item))
        }
        F::InventoryList => {
            let inventory = inventory(machine)?;
            let (kind, namespace) = (plain(&args[0]), plain(&args[1]));
            if let Some(known) = machine.keep.lists.get(kind).and_then(|l| l.get(namespace)) {
                return Ok(known.clone());
            }
            let items: Vec<&Item> = inventory.list(kind, namespace).collect();
            let list = bodies(machine, inventory, items);
            let lists = machine.keep.lists.entry(kind.to_owned()).or_default();
            if lists.len() >= LISTS {
                lists.clear();
            }
            lists.insert(namespace.to_owned(), list.clone());
            list
        }
        F::InventorySelect => {
            let inventory = inventory(machine)?;
            let items = inventory.select(plain(&args[0]), plain(&args[1]), &args[2].json());
            bodies(machine, inventory, items)
        }
        F::InventorySelecting => {
            let inventory = inventory(machine)?;
            let labels = args[3].json();
            let items = inventory.selecting(plain(&args[0]), plain(&args[1]), plain(&args[2]), &labels);
            bodies(machine, inventory, items)
        }
        F::InventoryFind => {
            let inventory = inventory(machine)?;
            let items = inventory.with_text(plain(&args[0]), plain(&args[1]), plain(&args[2]), plain(&args[3]));
            bodies(machine, inventory, items)
        }
        F::IsArray => Value::Bool(args[0].is_list()),
        F::IsBoolean => Value::Bool(matches!(args[0], Value::Bool(_))),
        F::IsNull => Value::Bool(matches!(args[0], Value::Null)),
        F::IsNumber => Value::Bool(matches!(args[0], Value::Int(_) | Value::UInt(_) | Value::Float(_))),
        F::IsObject => Value::Bool(args[0].is_object()),
        F::IsSet => Value::Bool(args[0].is_set()),
        F::IsString => Value::Bool(args[0].as_str().is_some()),
        F::Image => {
            let reference = plain(&args[0]);
            let Some(parsed) = image::parse(reference) else { return Ok(Value::Undefined) };
            let parts = [
                ("digest", parsed.digest),
                ("ref", Some(reference)),
                ("registry", Some(parsed.registry)),
                ("repository", Some(parsed.repository.as_ref())),
                ("tag", parsed.tag),
            ];
            let given = parts.into_iter().filter_map(|(k, v)| Some((Value::Str(k), part(&args[0], v?))));
            Value::Map(Arc::new(given.collect()))
        }
        F::Path => args[0].as_str().map_or(Value::Undefined, |s| Value::text(&quantity::clean_path(s))),
        F::Quantity => match &args[0] {
            v @ (Value::Int(_) | Value::UInt(_) | Value::Float(_)) => v.clone(),
            v => v.as_str().and_then(quantity::quantity).map_or(Value::Undefined, whole),
        },
        F::Selects => Value::Bool(selects(&args[0], &args[1])),
        F::VersionCompare => match (metadata::version(plain(&args[0])), metadata::version(plain(&args[1]))) {
            (Some(a), Some(b)) => Value::Int(a.cmp(&b) as i64),
            _ => Value::Undefined,
        },
        F::Lower => Value::text(&string(0)?.to_lowercase()),
        F::Upper => Value::text(&string(0)?.to_uppercase()),
        F::Max | F::Min => {
            let items = several(function, &args[0])?.entries().map(|(_, v)| v);
            let best =
                if function == F::Max { items.max_by(|a, b| a.order(b)) } else { items.min_by(|a, b| a.order(b)) };
            best.unwrap_or_default()
        }
        F::ObjectGet => {
            let from = object(function, &args[0])?;
            let found = if args[1].is_list() {
                args[1].entries().fold(from.clone(), |at, (_, key)| at.index(&key))
            } else {
                from.index(&args[1])
            };
            if found.is_undefined() { args[2].clone() } else { found }
        }
        F::ObjectKeys => Value::set(object(function, &args[0])?.entries().map(|(k, _)| k).collect()),
        F::ObjectUnion => merged(object(function, &args[0])?, object(function, &args[1])?),
        F::Bindings
        | F::Can
        | F::Granted
        | F::Grants
        | F::HolderHas
        | F::Primitives
        | F::Reach
        | F::Rules
        | F::Subjects
        | F::Takeover => {
            let Some(permissions) = machine.shared.permissions else {
                return Err(format!("{}: effective permissions are not part of this run", function.name()));
            };
            return ask(permissions, function, args);
        }
        F::RegexMatch => {
            let value = string(1)?;
            Value::Bool(regex(machine, string(0)?)?.is_match(value))
        }
        F::RegexSplit => {
            let value = string(1)?;
            let parts = regex(machine, string(0)?)?.split(value);
            Value::List(Arc::new(parts.map(|s| part(&args[1], s)).collect()))
        }
        F::Replace => {
            let (s, old, new) = (string(0)?, string(1)?, string(2)?);
            if s.contains(old) { Value::text(&s.replace(old, new)) } else { args[0].clone() }
        }
        F::Set => Value::set(Vec::new()),
        F::Sort => {
            let mut items: Vec<Value<'t>> = several(function, &args[0])?.entries().map(|(_, v)| v).collect();
            items.sort_by(|a, b| a.order(b));
            Value::List(Arc::new(items))
        }
        F::Split => {
            let (s, separator) = (string(0)?, string(1)?);
            let parts: Vec<Value<'t>> = if separator.is_empty() {
                s.char_indices().map(|(at, c)| part(&args[0], &s[at..at + c.len_utf8()])).collect()
            } else {
                s.split(separator).map(|p| part(&args[0], p)).collect()
            };
            Value::List(Arc::new(parts))
        }
        F::Sprintf => match print::sprintf(string(0)?, list(function, &args[1])?)? {
            Some(text) => Value::text(&text),
            None => return machine.keep.bridge.call("sprintf", args),
        },
        F::Substring => {
            let s = string(0)?;
            let (offset, length) = (number(function, &args[1])?, number(function, &args[2])?);
            if offset < 0.0 {
                return Err("negative offset".to_owned());
            }
            let start = s.char_indices().nth(offset as usize).map_or(s.len(), |(at, _)| at);
            let rest = &s[start..];
            let end = if length < 0.0 {
                rest.len()
            } else {
                rest.char_indices().nth(length as usize).map_or(rest.len(), |(at, _)| at)
            };
            part(&args[0], &rest[..end])
        }
        F::Sum => {
            let items = several(function, &args[0])?.entries();
            whole(items.map(|(_, v)| number(function, &v)).sum::<Result<f64, String>>()?)
        }
        F::ToNumber => match &args[0] {
            Value::Null | Value::Bool(false) => Value::Int(0),
            Value::Bool(true) => Value::Int(1),
            v @ (Value::Int(_) | Value::UInt(_) | Value::Float(_)) => v.clone(),
            v => match serde_json::from_str::<serde_json::Value>(text(function, v)?) {
                Ok(n @ serde_json::Value::Number(_)) => Value::from_json(&n),
                _ => return Err("could not parse string as number".to_owned()),
            },
        },
        F::Trim => {
            let cut = string(1)?;
            part(&args[0], string(0)?.trim_matches(|c| cut.contains(c)))
        }
        F::TrimLeft => {
            let cut = string(1)?;
            part(&args[0], string(0)?.trim_start_matches(|c| cut.contains(c)))
        }
        F::TrimRight => {
            let cut = string(1)?;
            part(&args[0], string(0)?.trim_end_matches(|c| cut.contains(c)))
        }
        F::TrimSpace => part(&args[0], string(0)?.trim()),
        F::TrimPrefix => {
            let s = string(0)?;
            part(&args[0], s.strip_prefix(string(1)?).unwrap_or(s))
        }
        F::TrimSuffix => {
            let s = string(0)?;
            part(&args[0], s.strip_suffix(string(1)?).unwrap_or(s))
        }
        F::TypeName => Value::Str(args[0].type_name()),
        F::Union => {
            let mut all = Vec::new();
            for (_, set) in several(function, &args[0])?.entries() {
                if !set.is_set() {
                    return Err(format!("`union` expects sets, not {}", shown(&set)));
                }
                all.extend(set.entries().map(|(_, v)| v));
            }
            Value::set(all)
        }
    })
}

/// The same as `selector::selects`, without leaving the machine for the usual case: a map of labels.
fn selects(selector: &Value<'_>, labels: &Value<'_>) -> bool {
    let plain = selector.is_object() && selector.entries().all(|(_, v)| v.as_str().is_some());
    if !plain || selector.is_empty() {
        return selector::selects(&selector.json(), &labels.json());
    }
    selector.entries().all(|(key, wanted)| match (key.as_str(), labels.is_object()) {
        (Some(key), true) => labels.field(key).equals(&wanted),
        _ => false,
    })
}

/// A text argument; anything else is the empty text.
fn plain<'a>(value: &'a Value<'_>) -> &'a str {
    value.as_str().unwrap_or("")
}

fn merged<'t>(a: &Value<'t>, b: &Value<'t>) -> Value<'t> {
    if !(a.is_object() && b.is_object()) {
        return b.clone();
    }
    let mut entries: Vec<_> = a.entries().filter(|(k, _)| b.index(k).is_undefined()).collect();
    for (key, value) in b.entries() {
        let old = a.index(&key);
        let value = if old.is_undefined() { value } else { merged(&old, &value) };
        entries.push((key, value));
    }
    Value::map(entries).unwrap_or_default()
}

fn regex<'m>(machine: &'m mut Machine<'_, '_>, pattern: &str) -> Result<&'m regex::Regex, String> {
    const BYTES: usize = 10 << 20;
    let known = &mut machine.keep.regexes;
    let key = (pattern.as_ptr() as usize, pattern.len());
    if known.get(&key).is_none_or(|(text, _)| text != pattern) {
        if known.len() >= REGEXES {
            known.clear();
        }
        let made = regex::RegexBuilder::new(pattern).size_limit(BYTES).build();
        known.insert(key, (pattern.to_owned(), made.map_err(|_| "invalid regex".to_owned())?));
    }
    known.get(&key).map(|(_, regex)| regex).ok_or_else(|| "invalid regex".to_owned())
}

fn inventory<'t>(machine: &mut Machine<'t, '_>) -> Result<&'t Inventory, String> {
    machine.count_asking();
    machine.shared.inventory.ok_or_else(|| "other objects are not part of this run".to_owned())
}

fn body(machine: &mut Machine<'_, '_>, inventory: &Inventory, item: &Item) -> Value<'static> {
    let answers = &mut machine.keep.answers;
    if answers.len() >= ANSWERS {
        answers.clear();
    }
    let made = || item.body.value();
    answers.entry(inventory.number(item)).or_insert_with(made).clone()
}

fn bodies(machine: &mut Machine<'_, '_>, inventory: &Inventory, items: Vec<&Item>) -> Value<'static> {
    Value::List(Arc::new(items.into_iter().map(|item| body(machine, inventory, item)).collect()))
}

fn ask<'t>(permissions: &dyn Permissions, function: Function, args: &[Value<'t>]) -> Answer<'t> {
    use Function as F;
    let (p, word) = (permissions, |i: usize| plain(&args[i]));
    let json = |i: usize| args[i].json();
    let known = |answer: Option<serde_json::Value>| answer.map_or(Value::Undefined, |a| Value::from_json(&a));
    Ok(match function {
        F::Bindings => Value::from_json(&p.bindings(&json(0))),
        F::Can => {
            let request =
                Request { verb: word(1), group: word(2), resource: word(3), namespace: word(4), name: word(5) };
            Value::Bool(p.can(&json(0), &request))
        }
        F::Granted => known(p.granted(word(0), word(1), &json(2))),
        F::Grants => match p.grants(&json(0), word(1)) {
            Some(grants) => Value::from_json(&grants),
            None => return Err(format!("rbac.grants: there is no primitive {:?}", word(1))),
        },
        F::HolderHas => Value::Bool(p.holder_has(word(0), word(1), word(2), word(3))),
        F::Primitives => Value::from_json(&p.primitives(&json(0), word(1))),
        F::Reach => Value::from_json(&p.reach(word(0), word(1), word(2))),
        F::Rules => known(p.rules(word(0), word(1), word(2))),
        F::Subjects => {
            let request = Request { verb: word(0), group: word(1), resource: word(2), namespace: word(3), name: "" };
            Value::from_json(&p.subjects(&request))
        }
        F::Takeover => p.takeover(&json(0), word(1)).map_or(Value::Undefined, Value::Str),
        _ => Value::Undefined,
    })
}
