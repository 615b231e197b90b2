//! Functions of ours that Rego can call.

use super::value;
use crate::policy::inventory::{Inventory, Item};
use crate::policy::{image, metadata, quantity, selector};
use regorus::{Engine, Value};
use std::sync::Arc;

pub(super) type Answer = anyhow::Result<Value>;

pub(super) fn text(args: &[Value], i: usize) -> &str {
    args.get(i).and_then(|a| a.as_string().ok()).map_or("", |s| s.as_ref())
}

pub(super) fn json(args: &[Value], i: usize) -> serde_json::Value {
    args.get(i).and_then(|a| serde_json::to_value(a).ok()).unwrap_or(serde_json::Value::Null)
}

fn pure(name: &str, arity: u8, f: fn(Vec<Value>) -> Answer, engine: &mut Engine) -> anyhow::Result<()> {
    engine.add_extension(name.to_owned(), arity, Box::new(f))
}

/// Registers the functions that need nothing but their arguments.
pub fn register(engine: &mut Engine) -> anyhow::Result<()> {
    pure(
        "k8s.quantity",
        1,
        |a| {
            Ok(match &a[0] {
                Value::Number(_) => a[0].clone(),
                Value::String(s) => quantity::quantity(s).map_or(Value::Undefined, number),
                _ => Value::Undefined,
            })
        },
        engine,
    )?;
    pure(
        "k8s.path",
        1,
        |a| {
            Ok(match a[0].as_string() {
                Ok(s) => Value::from(quantity::clean_path(s)),
                Err(_) => Value::Undefined,
            })
        },
        engine,
    )?;
    pure(
        "k8s.image",
        1,
        |a| {
            let reference = text(&a, 0);
            Ok(image::parse(reference).map_or(Value::Undefined, |p| {
                let parts = [
                    ("ref", Some(reference)),
                    ("registry", Some(p.registry)),
                    ("repository", Some(p.repository.as_ref())),
                    ("tag", p.tag),
                    ("digest", p.digest),
                ];
                value::map(parts.into_iter().filter_map(|(k, v)| Some((k.to_owned(), Value::from(v?)))))
            }))
        },
        engine,
    )?;
    pure("k8s.selects", 2, |a| Ok(Value::Bool(selector::selects(&json(&a, 0), &json(&a, 1)))), engine)?;
    pure(
        "k8s.version_compare",
        2,
        |a| {
            Ok(match (metadata::version(text(&a, 0)), metadata::version(text(&a, 1))) {
                (Some(x), Some(y)) => Value::from(x.cmp(&y) as i64),
                _ => Value::Undefined,
            })
        },
        engine,
    )
}

/// Whole numbers as integers, so that messages do not show a fraction.
fn number(n: f64) -> Value {
    if n.fract() == 0.0 && n.abs() < 9.0e15 { Value::from(n as i64) } else { Value::from(n) }
}

fn body(item: &Item) -> Value {
    Value::from(item.body.value().json())
}

/// Registers the functions that ask the inventory of a run.
pub fn register_inventory(engine: &mut Engine, inventory: &Arc<Inventory>) -> anyhow::Result<()> {
    let inv = inventory.clone();
    engine.add_extension(
        "inventory.get".to_owned(),
        3,
        Box::new(move |a: Vec<Value>| -> Answer {
            Ok(inv.get(text(&a, 0), text(&a, 1), text(&a, 2)).map_or(Value::Undefined, body))
        }),
    )?;
    let inv = inventory.clone();
    engine.add_extension(
        "inventory.list".to_owned(),
        2,
        Box::new(move |a: Vec<Value>| -> Answer {
            Ok(Value::from(inv.list(text(&a, 0), text(&a, 1)).map(body).collect::<Vec<_>>()))
        }),
    )?;
    let inv = inventory.clone();
    engine.add_extension(
        "inventory.selecting".to_owned(),
        4,
        Box::new(move |a: Vec<Value>| -> Answer {
            let found = inv.selecting(text(&a, 0), text(&a, 1), text(&a, 2), &json(&a, 3));
            Ok(Value::from(found.into_iter().map(body).collect::<Vec<_>>()))
        }),
    )?;
    let inv = inventory.clone();
    engine.add_extension(
        "inventory.find".to_owned(),
        4,
        Box::new(move |a: Vec<Value>| -> Answer {
            let found = inv.with_text(text(&a, 0), text(&a, 1), text(&a, 2), text(&a, 3));
            Ok(Value::from(found.into_iter().map(body).collect::<Vec<_>>()))
        }),
    )?;
    let inv = inventory.clone();
    engine.add_extension(
        "inventory.select".to_owned(),
        3,
        Box::new(move |a: Vec<Value>| -> Answer {
            Ok(Value::from(
                inv.select(text(&a, 0), text(&a, 1), &json(&a, 2)).into_iter().map(body).collect::<Vec<_>>(),
            ))
        }),
    )
}
