//! Functions of ours that ask for effective permissions.

use super::native::{Answer, json, text};
use crate::model::permissions::{Permissions, Request};
use regorus::{Engine, Value};
use std::sync::Arc;

type Asked = Option<Arc<dyn Permissions>>;
type Ask = fn(&dyn Permissions, &[Value]) -> Answer;

/// Name and number of arguments of each, as `lint::NATIVE` declares them, and what it asks.
const FUNCTIONS: [(&str, u8, Ask); 10] = [
    ("rbac.bindings", 1, |p, a| Ok(Value::from(p.bindings(&json(a, 0))))),
    ("rbac.can", 6, |p, a| {
        let request = Request {
            verb: text(a, 1),
            group: text(a, 2),
            resource: text(a, 3),
            namespace: text(a, 4),
            name: text(a, 5),
        };
        Ok(Value::Bool(p.can(&json(a, 0), &request)))
    }),
    ("rbac.granted", 3, |p, a| Ok(known(p.granted(text(a, 0), text(a, 1), &json(a, 2))))),
    ("rbac.grants", 2, |p, a| match p.grants(&json(a, 0), text(a, 1)) {
        Some(grants) => Ok(Value::from(grants)),
        None => Err(anyhow::anyhow!("rbac.grants: there is no primitive {:?}", text(a, 1))),
    }),
    ("rbac.holder_has", 4, |p, a| Ok(Value::Bool(p.holder_has(text(a, 0), text(a, 1), text(a, 2), text(a, 3))))),
    ("rbac.primitives", 2, |p, a| Ok(Value::from(p.primitives(&json(a, 0), text(a, 1))))),
    ("rbac.reach", 3, |p, a| Ok(Value::from(p.reach(text(a, 0), text(a, 1), text(a, 2))))),
    ("rbac.rules", 3, |p, a| Ok(known(p.rules(text(a, 0), text(a, 1), text(a, 2))))),
    ("rbac.subjects", 4, |p, a| {
        let request =
            Request { verb: text(a, 0), group: text(a, 1), resource: text(a, 2), namespace: text(a, 3), name: "" };
        Ok(Value::from(p.subjects(&request)))
    }),
    ("rbac.takeover", 2, |p, a| Ok(p.takeover(&json(a, 0), text(a, 1)).map_or(Value::Undefined, Value::from))),
];

fn known(answer: Option<serde_json::Value>) -> Value {
    answer.map_or(Value::Undefined, Value::from)
}

/// Registers them; without permissions each is an error, never an empty answer.
pub fn register(engine: &mut Engine, permissions: &Asked) -> anyhow::Result<()> {
    for (name, arity, ask) in FUNCTIONS {
        let permissions = permissions.clone();
        engine.add_extension(
            name.to_owned(),
            arity,
            Box::new(move |args: Vec<Value>| match &permissions {
                Some(permissions) => ask(&**permissions, &args),
                None => Err(anyhow::anyhow!("{name}: effective permissions are not part of this run")),
            }),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lint::NATIVE;

    #[test]
    fn every_function_is_declared() {
        let declared: Vec<_> = NATIVE.iter().filter(|(name, _)| name.starts_with("rbac.")).copied().collect();
        let here: Vec<_> = FUNCTIONS.iter().map(|(name, arity, _)| (*name, *arity)).collect();
        assert_eq!(declared, here);
    }
}
