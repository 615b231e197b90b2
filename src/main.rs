//! The `audit` binary.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]
use kube_audit::policy::{builtin, catalog, testing};
use std::collections::BTreeMap;

fn collect(dir: &std::path::Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if entry.path().is_dir() {
            collect(&entry.path(), &below, files);
        } else if name.ends_with(".rego") || name.ends_with(".yaml") {
            files.push((below, std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let dir = &args[3];
    let filter = args.get(4).cloned().unwrap_or_default();
    let mut files = Vec::new();
    collect(std::path::Path::new(dir), "", &mut files);
    files.sort();
    let base = builtin::catalog();
    let mut all = catalog::Catalog::default();
    all.libraries = base.libraries.clone();
    all.tables = base.tables.clone();
    let own = match catalog::compile(&files, Some(&all)) {
        Ok(c) => c,
        Err(problems) => {
            for p in problems {
                println!("{p}");
            }
            std::process::exit(1);
        }
    };
    let ids: Vec<String> = own.checks.iter().map(|c| c.id.clone()).filter(|i| i.contains(&filter)).collect();
    if args[2] == "lint" {
        for c in own.checks.iter().filter(|c| !c.analysis.uncacheable.is_empty()) {
            println!("note: {} is not cached: {}", c.id, c.analysis.uncacheable);
        }
        println!("{} checks, no problems", ids.len());
        return;
    }
    let mut cases = BTreeMap::new();
    for (f, t) in &files {
        if let Some(id) = f.strip_suffix(".yaml").filter(|f| f.starts_with("checks/")) {
            cases.insert(id.rsplit('/').next().unwrap().to_owned(), (f.clone(), t.clone()));
        }
    }
    all.extend(own);
    std::panic::set_hook(Box::new(|_| {}));
    let tested = testing::test(&all, &ids, &cases, &|_| Vec::new(), 2);
    for f in &tested.failures {
        println!("{} [{}]: {}", f.check, f.case, f.message);
    }
    println!("{} checks, {} cases, {} failures", tested.checks, tested.cases, tested.failures.len());
    if !tested.failures.is_empty() {
        std::process::exit(1);
    }
}
