//! The compiled modules of a catalogue, decoded when they are first needed.

use super::code::{Module, Rule};
use super::value::Value;
use crate::policy::catalog::Catalog;
use hashbrown::HashMap;
use std::sync::OnceLock;

/// A module with what it refers to.
pub struct Linked {
    /// its number in the library
    pub number: u32,
    /// its code
    pub code: Module,
    externals: Vec<OnceLock<Option<Target>>>,
}

/// A rule: number of its module, number in the module.
pub type Target = (u32, u32);

/// Constants of a run, taken apart when they are first needed.
#[derive(Default)]
pub struct Data {
    tables: HashMap<String, (String, OnceLock<Value<'static>>)>,
    params: (String, OnceLock<Value<'static>>),
    version: String,
    date: String,
}

impl Data {
    /// Takes tables and settings as JSON text.
    pub fn new(tables: &[(String, String)], params: &str, version: &str, date: &str) -> Data {
        Data {
            tables: tables.iter().map(|(n, t)| (n.clone(), (t.clone(), OnceLock::new()))).collect(),
            params: (params.to_owned(), OnceLock::new()),
            version: version.to_owned(),
            date: date.to_owned(),
        }
    }

    /// A table.
    pub fn table(&self, name: &str) -> Value<'_> {
        self.tables.get(name).map_or(Value::Undefined, |(text, value)| value.get_or_init(|| parsed(text)).borrowed())
    }

    /// Settings: check id -> name -> value.
    pub fn params(&self) -> Value<'_> {
        self.params.1.get_or_init(|| parsed(&self.params.0)).borrowed()
    }

    /// `{version}`; undefined without one.
    pub fn kubernetes(&self) -> Value<'_> {
        if self.version.is_empty() {
            return Value::Undefined;
        }
        Value::map(vec![(Value::Str("version"), Value::Str(&self.version))]).unwrap_or_default()
    }

    /// `{date}`.
    pub fn run(&self) -> Value<'_> {
        Value::map(vec![(Value::Str("date"), Value::Str(&self.date))]).unwrap_or_default()
    }
}

fn parsed(text: &str) -> Value<'static> {
    match serde_json::from_str(text) {
        Ok(json) => Value::from_json(&json),
        Err(_) => Value::Map(std::sync::Arc::default()),
    }
}

/// The compiled modules.
pub struct Library<'c> {
    blobs: Vec<&'c [u8]>,
    modules: Vec<OnceLock<Option<Linked>>>,
    numbers: HashMap<&'c str, u32>,
}

impl<'c> Library<'c> {
    /// Checks first, in the catalogue's order, then libraries.
    pub fn new(catalog: &'c Catalog) -> Library<'c> {
        let sources = || catalog.sources.iter().chain(&catalog.libraries);
        Library {
            blobs: sources().map(|s| s.machine.as_slice()).collect(),
            modules: sources().map(|_| OnceLock::new()).collect(),
            numbers: sources().zip(0..).map(|(s, i)| (s.package.as_str(), i)).collect(),
        }
    }

    /// Whether a package has code.
    pub fn has(&self, package: &str) -> bool {
        self.numbers.get(package).is_some_and(|&n| !self.blobs[n as usize].is_empty())
    }

    /// A module.
    pub fn module(&self, number: u32) -> Option<&Linked> {
        let decode = || {
            let blob = *self.blobs.get(number as usize)?;
            let code: Module = postcard::from_bytes(blob).ok()?;
            let externals = code.externals.iter().map(|_| OnceLock::new()).collect();
            Some(Linked { number, code, externals })
        };
        self.modules.get(number as usize)?.get_or_init(decode).as_ref()
    }

    /// A rule of a package.
    pub fn find(&self, package: &str, rule: &str) -> Option<Target> {
        let number = *self.numbers.get(package)?;
        let rules = &self.module(number)?.code.rules;
        let at = rules.binary_search_by(|r| r.name.as_str().cmp(rule)).ok()?;
        Some((number, at as u32))
    }

    /// What a module refers to.
    pub fn external(&self, module: &Linked, number: u32) -> Option<Target> {
        let (package, rule) = module.code.externals.get(number as usize)?;
        *module.externals.get(number as usize)?.get_or_init(|| self.find(package, rule))
    }

    /// A rule.
    pub fn rule(&self, target: Target) -> Option<(&Linked, &Rule)> {
        let module = self.module(target.0)?;
        Some((module, module.code.rules.get(target.1 as usize)?))
    }
}
