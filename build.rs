//! Compiles our own checks into one blob and refuses to build with a broken one.
//!
//! The modules that read, lint and analyse checks are shared with the library by path, so a check is judged by the very code that judges a user's
//! check at load. A workspace member would do as well, at the price of a second crate that only the build needs.
#![allow(dead_code, missing_docs)]

use std::path::Path;

#[path = "src/build/model.rs"]
mod model;
#[path = "src/build/policy.rs"]
mod policy;

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let out = std::env::var("OUT_DIR").unwrap_or_default();
    for dir in ["rego", "benchmarks"] {
        println!("cargo:rerun-if-changed={dir}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    let root = Path::new(&root);
    let mut files = Vec::new();
    let mut cases = std::collections::BTreeMap::new();
    collect(&root.join("rego"), "", &mut files);
    collect(&root.join("benchmarks"), "benchmarks", &mut files);
    files.sort();
    for (file, text) in &files {
        if let Some(id) = file.strip_prefix("checks/").and_then(|f| f.strip_suffix(".yaml")) {
            cases.insert(id.rsplit('/').next().unwrap_or(id).to_owned(), text.clone());
        }
    }
    let catalog = match policy::catalog::compile(&files, None) {
        Ok(catalog) => catalog,
        Err(problems) => {
            for p in &problems {
                println!("cargo:error=rego/{p}");
            }
            std::process::exit(1);
        }
    };
    let write = |name: &str, bytes: Vec<u8>| {
        if let Err(e) = std::fs::write(Path::new(&out).join(name), bytes) {
            println!("cargo:error=cannot write {name}: {e}");
            std::process::exit(1);
        }
    };
    write("catalog.bin", postcard::to_stdvec(&catalog).unwrap_or_default());
    write("cases.bin", postcard::to_stdvec(&cases).unwrap_or_default());
}

fn collect(dir: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let below = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if entry.path().is_dir() {
            collect(&entry.path(), &below, files);
        } else if name.ends_with(".rego") || name.ends_with(".yaml") {
            match std::fs::read_to_string(entry.path()) {
                Ok(text) => files.push((below, text)),
                Err(e) => println!("cargo:error={below}: {e}"),
            }
        }
    }
}
