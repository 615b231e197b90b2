//! Everything that is to be told of one check, gathered once for the terminal, for programs and for the pages.

use super::subject::Subject;
use crate::model::check::{Check, Confidence, ContainerType, ReadSet, Scope, Severity};
use crate::policy::testing::{self, Case, Loaded};
use serde::Serialize;
use serde_json::Value;

/// What there is to tell.
#[derive(Serialize)]
pub(super) struct Explanation<'s> {
    pub id: &'s str,
    pub group: &'s str,
    pub file: String,
    pub title: &'s str,
    pub description: &'s str,
    pub remediation: &'s str,
    pub severity: Severity,
    pub confidence: Confidence,
    pub scope: Scope,
    /// what it looks at, in words
    pub looks_at: String,
    /// what Kubernetes does without the field; empty when it makes no difference
    pub unset: &'s str,
    pub points: i32,
    pub enabled: bool,
    /// the group whose semantics it follows runs only for its benchmark
    pub foreign: bool,
    /// versions for which it makes sense, in words; empty for all
    pub versions: String,
    /// what must be known completely before it can judge, in words
    pub needs: Vec<String>,
    pub params: Vec<Setting<'s>>,
    pub bad: Option<Example>,
    pub good: Option<Example>,
    pub controls: Vec<Control<'s>>,
    /// `tool: id`
    pub aliases: Vec<String>,
    /// former ids
    pub formerly: Vec<&'s str>,
    pub references: &'s [String],
    /// fields that it reads
    pub reads: Vec<String>,
    /// kinds that it asks the inventory for
    pub asks: Vec<&'s str>,
    /// why verdicts are not shared among equal objects; empty when they are
    pub uncacheable: &'s str,
}

#[derive(Serialize)]
pub(super) struct Setting<'s> {
    pub name: &'s str,
    pub r#type: &'s str,
    pub default: Value,
    pub description: &'s str,
}

/// A case as a manifest.
#[derive(Serialize)]
pub(super) struct Example {
    /// what it shows
    pub name: String,
    /// its objects
    pub yaml: String,
    /// what is found in it: pointer, message
    pub findings: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Control<'s> {
    pub benchmark: &'s str,
    pub title: &'s str,
    pub control: &'s str,
    pub about: &'s str,
}

impl<'s> Explanation<'s> {
    /// Gathers it.
    pub fn of(subject: &'s Subject, check: &'s Check) -> Explanation<'s> {
        let catalog = &subject.catalog;
        let cases =
            subject.cases.get(&check.id).and_then(|(path, text)| testing::read(path, text).ok()).unwrap_or_default();
        let (bad, good) = examples(&cases);
        let example = |case: &Case| Example::of(subject, check, case);
        let mut controls = Vec::new();
        for b in &catalog.benchmarks {
            let of_control = |c: &'s crate::model::benchmark::Control| Control {
                benchmark: &b.id,
                title: &b.title,
                control: &c.id,
                about: &c.title,
            };
            controls.extend(b.controls.iter().filter(|c| c.checks.contains(&check.id)).map(of_control));
            controls.extend(b.rules.iter().filter(|r| r.check == check.id).map(|r| Control {
                benchmark: &b.id,
                title: &b.title,
                control: &r.id,
                about: &r.reason,
            }));
        }
        let mut aliases = Vec::new();
        for (tool, ids) in &catalog.aliases {
            let theirs = ids.iter().filter(|(_, ours)| ours.contains(&check.id));
            aliases.extend(theirs.map(|(id, _)| format!("{tool}: {id}")));
        }
        let mut reads = Vec::new();
        flatten(&check.analysis.reads, "input", &mut reads);
        Explanation {
            id: &check.id,
            group: &check.group,
            file: subject.shown(&check.file),
            title: &check.title,
            description: &check.description,
            remediation: &check.remediation,
            severity: check.severity,
            confidence: check.confidence,
            scope: check.scope,
            looks_at: looks_at(check),
            unset: &check.unset,
            points: check.points,
            enabled: check.enabled,
            foreign: check.is_foreign(),
            versions: versions(check),
            needs: needs(check),
            params: check
                .params
                .iter()
                .map(|(name, p)| Setting {
                    name,
                    r#type: &p.r#type,
                    default: serde_json::from_str(&p.default).unwrap_or_default(),
                    description: &p.description,
                })
                .collect(),
            bad: bad.map(example),
            good: good.map(example),
            controls,
            aliases,
            formerly: catalog.merged.iter().filter(|(_, to)| **to == check.id).map(|(from, _)| from.as_str()).collect(),
            references: &check.references,
            reads,
            asks: check.analysis.asks.keys().map(String::as_str).collect(),
            uncacheable: &check.analysis.uncacheable,
        }
    }
}

impl Example {
    fn of(subject: &Subject, check: &Check, case: &Case) -> Example {
        let yaml = match &case.yaml {
            Some(text) => text.clone(),
            None => {
                let objects = case.loaded(&|_: &str| -> Vec<Loaded> { Vec::new() });
                objects.iter().map(|o| yaml(&o.value)).collect::<Vec<_>>().join("---\n")
            }
        };
        let got = testing::run(&subject.catalog, check, case, super::test::surroundings()).unwrap_or_default();
        let found = got.found.iter().map(|(at, message)| {
            let at = if at.is_empty() { "the object" } else { at };
            format!("{at}: {message}")
        });
        Example { name: case.name.clone(), yaml, findings: found.collect() }
    }
}

/// An object as people write it.
fn yaml(value: &Value) -> String {
    let mut options = serde_saphyr::SerializerOptions::default();
    options.compact_list_indent = true;
    let mut text = String::new();
    match serde_saphyr::to_fmt_writer_with_options(&mut text, value, options) {
        Ok(()) if text.ends_with('\n') => text,
        Ok(()) => text + "\n",
        // JSON is YAML, too.
        Err(_) => format!("{value:#}\n"),
    }
}

/// The first bad case, and the good one that is most like it: same form, and the field is there.
fn examples(cases: &[Case]) -> (Option<&Case>, Option<&Case>) {
    let plain = |c: &&Case| c.params.is_empty() && c.kubernetes.is_none();
    let of = |outcome: &'static str| cases.iter().filter(move |c| c.expected() == outcome);
    let bad = of("fail").find(plain).or_else(|| of("fail").next());
    let field = bad.and_then(|b| b.at.first()).and_then(|at| at.rsplit('/').next()).unwrap_or_default().to_owned();
    let form = |c: &Case| {
        (c.container.is_some(), c.pod.is_some(), c.object.is_some(), !c.objects.is_empty(), c.yaml.is_some())
    };
    let likeness = |c: &&Case| {
        let text = case_text(c);
        let names_field = !field.is_empty() && text.contains(&format!("\"{field}\""));
        (plain(c), bad.is_some_and(|b| form(b) == form(c)), names_field)
    };
    let best = of("pass").map(|c| likeness(&c)).max();
    let good = of("pass").find(|c| Some(likeness(c)) == best);
    (bad, good)
}

fn case_text(case: &Case) -> String {
    let values = [&case.object, &case.pod, &case.container];
    let mut text: String = values.iter().filter_map(|v| v.as_ref()).map(Value::to_string).collect();
    text.extend(case.objects.iter().map(Value::to_string));
    text + case.yaml.as_deref().unwrap_or_default()
}

fn looks_at(check: &Check) -> String {
    let kinds = || check.kinds.join(", ");
    match check.scope {
        Scope::Container => {
            let narrowed = check.containers.len() < ContainerType::ALL.len();
            let types: Vec<&str> = check.containers.iter().map(|t| t.word()).collect();
            let what = if narrowed {
                format!("every container of type {}", types.join(", "))
            } else {
                "every container".to_owned()
            };
            let of = if check.kinds.is_empty() { "everything that has a pod template".to_owned() } else { kinds() };
            format!("{what} of {of}")
        }
        Scope::Pod if check.kinds.is_empty() => "every pod and pod template".to_owned(),
        Scope::Pod => format!("the pod template of every {}", kinds()),
        Scope::Object => format!("every {}", kinds()),
        Scope::Cluster => "the cluster as a whole".to_owned(),
    }
}

fn versions(check: &Check) -> String {
    match (&check.since, &check.until) {
        (None, None) => String::new(),
        (Some(since), None) => format!("from Kubernetes {since} on"),
        (None, Some(until)) => format!("up to Kubernetes {until}"),
        (Some(since), Some(until)) => format!("Kubernetes {since} to {until}"),
    }
}

fn needs(check: &Check) -> Vec<String> {
    let one = |kinds: &[String], what: &str| {
        (!kinds.is_empty())
            .then(|| format!("{what} only when every {} is known (--complete, or a live cluster)", kinds.join(", ")))
    };
    [one(&check.requires.pass, "passes"), one(&check.requires.fail, "fails")].into_iter().flatten().collect()
}

fn flatten(reads: &ReadSet, prefix: &str, out: &mut Vec<String>) {
    if reads.whole && prefix != "input" {
        out.push(prefix.to_owned());
    } else if reads.is_leaf() && prefix != "input" {
        out.push(format!("{prefix} (whether it is set)"));
    }
    for (key, below) in &reads.keys {
        let key_is_plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let path = if key_is_plain { format!("{prefix}.{key}") } else { format!("{prefix}[{key:?}]") };
        flatten(below, &path, out);
    }
    if let Some(items) = &reads.items {
        flatten(items, &format!("{prefix}[_]"), out);
    }
}
