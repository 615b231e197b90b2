//! From flags, environment and `audit.yaml` to what the pipeline runs on.

use super::Error;
use super::options::Options;
use crate::assess::baseline::Baseline;
use crate::assess::exit::Rules;
use crate::assess::setting::CheckSettings;
use crate::assess::waiver::file::{self as waiver_file, WaiverFile};
use crate::audit::{Settings, WaiverInput};
use crate::config::{self, Config, Known, RawConfig};
use crate::model::inventory::Coverage;
use crate::model::report::Run;
use crate::policy::builtin;
use crate::policy::catalog::{self, Catalog};
use crate::policy::directory::Directory;
use crate::policy::engine::worker::Constants;
use crate::policy::evaluator::Settings as PolicySettings;
use crate::policy::needs;
use crate::policy::plan::{Plan, Selection};
use crate::report::{Format, kubesec};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

/// Everything a run needs but its input.
pub(super) struct Setup {
    pub config: Config,
    pub catalog: Catalog,
    pub settings: Settings,
    pub format: Format,
}

impl Setup {
    /// Reads and judges all settings; fails with everything that is wrong with them.
    pub fn new(options: &Options, complete: Option<bool>, source: &str, target: String) -> Result<Setup, Error> {
        let config = config::resolve(file(options)?, options.flag_values(complete)).map_err(Error::new)?;
        let catalog = with_policies(&config)?;
        verify(&config, &catalog)?;
        let format = match &config.output.format {
            Some(word) => word.value.parse().map_err(Error::new)?,
            None => Format::Table,
        };
        let today =
            options.selecting.at.unwrap_or_else(|| jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
        let mut settings = Settings {
            selection: selection(&config, &catalog, format),
            policy: policy(&config, &catalog, options, today),
            coverage: Coverage::files(config.complete),
            threads: config.threads,
            benchmarks: config.benchmark.iter().map(|b| b.value.clone()).collect(),
            include_passed: options.showing.include_passed,
            waivers: WaiverInput { today: Some(today), no_inline: config.no_inline_waivers, files: waivers(&config)? },
            checks: CheckSettings::new(&config.checks),
            baseline: options.accepting.baseline.as_deref().map(baseline).transpose()?,
            run: run(&config, source, target, today),
            ..Settings::default()
        };
        if format == Format::Kubesec && !settings.benchmarks.iter().any(|b| b == kubesec::BENCHMARK) {
            settings.benchmarks.push(kubesec::BENCHMARK.to_owned());
        }
        Ok(Setup { config, catalog, settings, format })
    }

    /// Kinds that the chosen checks look at, ask for or need completely, as patterns.
    pub fn kinds(&self) -> Vec<String> {
        let plan = Plan::new(&self.catalog, &self.settings.selection, &Coverage::files(true));
        needs::kinds(plan.checks.iter().map(|p| &self.catalog.checks[p.catalog])).into_iter().collect()
    }

    /// What decides about the exit code.
    pub fn rules(&self) -> Rules {
        Rules { fail_on: self.config.fail_on, allow_incomplete: self.config.allow_incomplete }
    }
}

fn file(options: &Options) -> Result<Option<RawConfig>, Error> {
    if options.running.no_config {
        return Ok(None);
    }
    if let Some(path) = &options.running.config {
        return Ok(Some(config::read(path)));
    }
    let here = std::env::current_dir().map_err(|e| Error::reading(Path::new("."), &e))?;
    let found = config::find(&here);
    // Shown, and relative paths in it taken, from where we are.
    Ok(found.map(|path| config::read(path.strip_prefix(&here).unwrap_or(&path))))
}

fn with_policies(config: &Config) -> Result<Catalog, Error> {
    let mut catalog = builtin::catalog();
    for dir in &config.policy {
        let directory = Directory::read(dir).map_err(|e| match e.source.kind() {
            std::io::ErrorKind::NotADirectory => Error::new(format!(
                "--policy {}: is a file; name the directory of checks that it belongs to",
                dir.display()
            )),
            _ => Error::reading(&e.path, &e.source),
        })?;
        if !directory.files.iter().any(|(file, _)| file.ends_with(".rego")) {
            return Err(Error::new(format!("--policy {}: has no .rego file", dir.display())));
        }
        let own = catalog::compile(&directory.files, Some(&catalog)).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(|p| directory.shown_problem(p).to_string()).collect();
            Error::new(format!("--policy {}: the checks do not load:\n{}", dir.display(), lines.join("\n")))
        })?;
        catalog.extend(own);
    }
    Ok(catalog)
}

fn verify(config: &Config, catalog: &Catalog) -> Result<(), Error> {
    let known = Known {
        checks: catalog.checks.iter().collect(),
        benchmarks: catalog.benchmarks.iter().map(|b| b.id.as_str()).collect(),
        formats: Format::ALL.iter().map(|f| f.name()).collect(),
        is_alias: &|word| !catalog.resolve(word).is_empty(),
    };
    config.verify(&known).map_err(Error::new)
}

/// Ids that words of `--check` and `--skip` stand for.
fn ids<'c>(catalog: &'c Catalog, words: impl Iterator<Item = &'c str>) -> Vec<String> {
    let mut out = Vec::new();
    for word in words {
        let of_group = |group: &str| {
            catalog.checks.iter().filter(move |c| c.group == group).map(|c| c.id.clone()).collect::<Vec<_>>()
        };
        match word.split_once('/') {
            _ if word == "*" => out.extend(catalog.checks.iter().filter(|c| !c.is_foreign()).map(|c| c.id.clone())),
            Some((group, "*")) => out.extend(of_group(group)),
            Some((_, id)) if catalog.check(id).is_some() => out.push(id.to_owned()),
            _ => out.extend(catalog.resolve(word).into_iter().map(str::to_owned)),
        }
    }
    out.sort();
    out.dedup();
    out
}

fn selection(config: &Config, catalog: &Catalog, format: Format) -> Selection {
    let mut selection = Selection {
        only: ids(catalog, config.check.iter().map(|w| w.value.as_str())),
        skip: ids(catalog, config.skip.iter().map(|w| w.value.as_str())),
        groups: config.group.iter().map(|g| g.value.clone()).collect(),
        kubernetes_version: config.kubernetes_version.clone().unwrap_or_default(),
        ..Selection::default()
    };
    let settings = CheckSettings::new(&config.checks);
    selection.skip.extend(settings.disabled_everywhere().map(str::to_owned));
    if selection.only.is_empty() {
        let in_group = |id: &&str| {
            selection.groups.is_empty() || catalog.check(id).is_some_and(|c| selection.groups.contains(&c.group))
        };
        selection.also = settings.enabled_somewhere().filter(in_group).map(str::to_owned).collect();
    }
    let is_kubesec = format == Format::Kubesec;
    let wanted = |id: &str| config.benchmark.iter().any(|b| b.value == id) || is_kubesec && id == kubesec::BENCHMARK;
    for benchmark in catalog.benchmarks.iter().filter(|b| wanted(&b.id)) {
        selection.foreign.extend(benchmark.select.group.clone());
        let named = benchmark.controls.iter().flat_map(|c| &c.checks).chain(benchmark.rules.iter().map(|r| &r.check));
        selection.also.extend(named.cloned());
        // That format shows nothing else.
        if is_kubesec && benchmark.id == kubesec::BENCHMARK && config.benchmark.is_empty() {
            selection.only = benchmark.rules.iter().map(|r| r.check.clone()).collect();
        }
    }
    selection
}

fn policy(config: &Config, catalog: &Catalog, options: &Options, today: jiff::civil::Date) -> PolicySettings {
    let mut params: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for check in &catalog.checks {
        for (name, param) in &check.params {
            let set = config.params.get(&check.id).and_then(|p| p.get(name)).map(|v| v.value.clone());
            let value = set.unwrap_or_else(|| serde_json::from_str(&param.default).unwrap_or_default());
            params.entry(&check.id).or_default().insert(name.clone(), value);
        }
    }
    PolicySettings {
        constants: Constants {
            kubernetes_version: config.kubernetes_version.clone().unwrap_or_default(),
            date: today.to_string(),
            params: serde_json::to_string(&params).unwrap_or_default(),
            tables: catalog.tables.iter().map(|(n, t)| (n.clone(), t.clone())).collect(),
        },
        cache: !options.running.no_verdict_cache,
        interpreter: options.running.interpreter,
        evidence: options.showing.include_passed,
        ..PolicySettings::default()
    }
}

fn waivers(config: &Config) -> Result<Vec<WaiverFile>, Error> {
    let one = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).map_err(|e| Error::reading(path, &e))?;
        waiver_file::parse(&text, &path.display().to_string())
            .map_err(|mistakes| Error::new(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
    };
    config.waivers.iter().map(one).collect()
}

fn baseline(path: &Path) -> Result<Baseline, Error> {
    let report = super::report::read(path)?;
    let prints: Vec<String> =
        report.verdicts.iter().flat_map(|v| v.findings.iter().map(|f| report.fingerprint(v, f).to_string())).collect();
    Ok(Baseline::new(&path.display().to_string(), prints))
}

fn run(config: &Config, source: &str, target: String, today: jiff::civil::Date) -> Run {
    let now = jiff::Timestamp::now();
    let seconds = jiff::Timestamp::from_second(now.as_second()).unwrap_or(now);
    Run {
        started: seconds.to_string(),
        duration_ms: 0,
        date: today.to_string(),
        source: source.to_owned(),
        target,
        kubernetes_version: config.kubernetes_version.clone().unwrap_or_default(),
    }
}

/// Whether progress may be shown: somebody watches, and asked for no silence.
pub(super) fn shows_progress(options: &Options) -> bool {
    !options.showing.quiet && std::io::stderr().is_terminal()
}
