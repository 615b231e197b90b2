//! The pipeline on a folder of manifests, stage by stage: `cargo bench --bench pipeline -- DIR [--parse] [--one] [--no-verdict-cache] [--complete]`.
//!
//! `--parse` stops after loading: the floor that everything else is measured against.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
use kube_audit::policy::builtin;

fn scan(args: &[String]) {
    use kube_audit::audit::{self, Job, JobComment, Loaded, Settings};
    use kube_audit::source::{self, Emit};
    use std::ops::ControlFlow;
    let start = std::time::Instant::now();
    let catalog = builtin::catalog();
    let started = start.elapsed();
    let flag = |f: &str| args.iter().any(|a| a == f);
    let paths: Vec<std::path::PathBuf> = args[1..].iter().filter(|a| !a.starts_with("--")).map(Into::into).collect();
    let how = source::Settings::default();
    let mut settings = Settings::default();
    settings.policy.constants.date = "2026-11-20".into();
    settings.policy.constants.tables = catalog.tables.clone().into_iter().collect();
    settings.policy.constants.params = audit::default_params(&catalog).to_string();
    settings.policy.cache = !flag("--no-verdict-cache");
    settings.coverage = kube_audit::model::inventory::Coverage::files(flag("--complete"));
    if flag("--one") {
        settings.threads = 1;
    }
    if flag("--none") {
        settings.selection.only = vec!["x".into()];
    }
    let found = source::discover(&paths, &how);
    let load = |(file, document): (u32, source::Document), tree: &mut kube_audit::model::tree::Tree| {
        let loaded = source::load(&document, tree, &how);
        Job {
            order: (file, document.index, 0),
            objects: loaded
                .objects
                .into_iter()
                .map(|o| Loaded { id: o.id, origin: o.origin, node: o.node, diagnostics: o.diagnostics })
                .collect(),
            gaps: loaded.gaps,
            skipped: loaded.skipped,
            line: document.line,
            column: document.column,
            comments: loaded
                .comments
                .into_iter()
                .map(|c| JobComment { line: c.line, start: c.start, own_line: c.own_line, text: c.text })
                .collect(),
            text: document.text,
        }
    };
    let mut gaps = found.gaps.clone();
    let mut bytes = 0;
    let (mut report, statistics) = audit::run(
        &catalog,
        &settings,
        |send| {
            for (number, input) in found.inputs.iter().enumerate() {
                let _ = source::documents(input, &how, &mut |emit| {
                    match emit {
                        Emit::Document(d) => {
                            bytes += d.text.len();
                            if !send((number as u32, d)) {
                                return ControlFlow::Break(());
                            }
                        }
                        Emit::Gap(g) => gaps.push(g),
                        Emit::Skipped(_) => {}
                    }
                    ControlFlow::Continue(())
                });
            }
        },
        &load,
    );
    report.gaps.extend(gaps);
    let audited = start.elapsed();
    let format = args.iter().find_map(|a| a.strip_prefix("--o=")).unwrap_or("table").parse().unwrap();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let view = kube_audit::report::View { width: Some(100), verbose: u8::from(flag("--v")), ..Default::default() };
    kube_audit::report::write(format, &report, &view, &mut out).unwrap();
    eprintln!(
        "catalogue {started:?}, audited {audited:?}, all {:?}; {} MB, {} objects, {statistics:?}",
        start.elapsed(),
        bytes / 1_000_000,
        report.objects.len()
    );
}

fn main() {
    let args: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    scan(&args);
}
