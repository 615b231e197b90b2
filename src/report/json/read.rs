//! Reads a stored JSON report back, to show it in another format or to compare it.

use super::convert::{score, unembed};
use super::shape;
use crate::model::object::{ObjectId, Origin};
use crate::model::report::{BenchmarkResult, FORMAT_VERSION, ObjectRow, Report};
use crate::model::tree::Position;
use crate::model::verdict::{Finding, Reason, Verdict};
use std::collections::HashMap;
use std::sync::Arc;

/// Why a stored report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// not JSON, or not of this shape
    #[error("not a JSON report of audit: {0}; write one with `audit scan -o json`")]
    Syntax(#[from] serde_json::Error),
    /// JSON, but not a report
    #[error("not a JSON report of audit: it has no \"version\" and \"results\"; write one with `audit scan -o json`")]
    Foreign,
    /// a version that this program does not know
    #[error(
        "the report has version {0:?} and this audit reads version {FORMAT_VERSION:?}; read it with the audit that wrote it, or run the audit again"
    )]
    Version(String),
    /// a number that leads nowhere
    #[error("the report contradicts itself: {0}; it was changed or cut after it was written, so run the audit again")]
    Inconsistent(String),
}

/// Reads a report that [`super::write`] wrote.
pub fn read(text: &[u8]) -> Result<Report, ReadError> {
    #[derive(serde::Deserialize)]
    struct Head {
        version: Option<serde_json::Value>,
        results: Option<serde::de::IgnoredAny>,
    }
    let head: Head = serde_json::from_slice(text)?;
    let (Some(version), Some(_)) = (head.version, head.results) else { return Err(ReadError::Foreign) };
    if version != FORMAT_VERSION {
        return Err(ReadError::Version(unembed(version)));
    }
    report(serde_json::from_slice(text)?)
}

fn report(doc: shape::Document) -> Result<Report, ReadError> {
    let mut places = Places {
        checks: doc.checks.iter().zip(0..).map(|(c, i)| (c.id.clone(), i)).collect(),
        objects: doc.objects.len(),
        waivers: doc.waivers.used.len(),
        texts: HashMap::new(),
    };
    let objects = doc.objects.into_iter().enumerate().map(|(i, o)| object(i, o)).collect::<Result<_, _>>()?;
    let verdicts = places.verdicts(doc.results)?;
    let mut benchmarks = Vec::with_capacity(doc.benchmarks.len());
    for b in doc.benchmarks {
        benchmarks.push(BenchmarkResult {
            results: places.verdicts(b.results)?,
            id: b.id,
            title: b.title,
            version: b.version,
            controls: b.controls,
            enforceable: b.enforceable,
        });
    }
    Ok(Report {
        run: doc.run,
        checks: doc.checks,
        objects,
        verdicts,
        score: score(doc.summary.points, &doc.summary.by_severity),
        benchmarks,
        coverage: doc.coverage,
        gaps: doc.gaps,
        skipped: doc.skipped,
        waivers: doc.waivers.used,
        unused_waivers: doc.waivers.unused,
        expired_waivers: doc.waivers.expired,
        notes: doc.notes,
        baseline: doc.baseline,
    })
}

fn object(index: usize, o: shape::Object) -> Result<ObjectRow, ReadError> {
    if o.index as usize != index {
        return Err(ReadError::Inconsistent(format!("object {index} calls itself number {}", o.index)));
    }
    let origin = match (o.source.file, o.source.cluster) {
        (Some(path), _) => Origin::File {
            path,
            document: o.source.document.unwrap_or_default(),
            line: o.source.line.unwrap_or_default(),
            template: o.source.template,
        },
        (None, Some(context)) => Origin::Cluster { context },
        (None, None) => Origin::Run,
    };
    Ok(ObjectRow {
        id: ObjectId { api_version: o.api_version, kind: o.kind, namespace: o.namespace, name: o.name },
        origin,
        score: score(o.score.points, &o.score.by_severity),
        synthetic: o.synthetic,
    })
}

/// What results refer to.
struct Places {
    checks: HashMap<Arc<str>, u32>,
    objects: usize,
    waivers: usize,
    /// texts that many findings share, kept once
    texts: HashMap<Arc<str>, Arc<str>>,
}

impl Places {
    fn verdicts(&mut self, results: Vec<shape::Result>) -> Result<Vec<Verdict>, ReadError> {
        results.into_iter().map(|r| self.verdict(r)).collect()
    }

    fn verdict(&mut self, r: shape::Result) -> Result<Verdict, ReadError> {
        let wrong = |what: String| Err(ReadError::Inconsistent(what));
        let Some(&check) = self.checks.get(&r.check) else {
            return wrong(format!("a result names check {:?}, which \"checks\" does not list", r.check));
        };
        if r.object as usize >= self.objects {
            return wrong(format!("a result of {} names object {}, of {} objects", r.check, r.object, self.objects));
        }
        if let Some(w) = r.findings.iter().filter_map(|f| f.waiver).find(|w| *w as usize >= self.waivers) {
            return wrong(format!("a finding of {} names waiver {w}, of {} used waivers", r.check, self.waivers));
        }
        let verdict = Verdict {
            check,
            object: r.object,
            findings: r.findings.into_iter().map(|f| self.finding(f)).collect(),
            errors: r.errors,
            reason: r.reason.map(|w| reason(w, r.detail.unwrap_or_default())),
            evidence: r.evidence.map(|e| unembed(e).into()),
        };
        if verdict.outcome() != r.outcome {
            let (is, says) = (verdict.outcome().word(), r.outcome.word());
            return wrong(format!("a result of {} on object {} says {says}, but is {is}", r.check, r.object));
        }
        Ok(verdict)
    }

    fn finding(&mut self, f: shape::Finding) -> Finding {
        let pointer = self.share(f.pointer);
        Finding {
            stable: f.stable.map_or_else(|| pointer.clone(), |s| self.share(s)),
            pointer,
            place: self.share(f.place),
            message: self.share(f.message),
            value: self.share(f.value),
            severity: f.severity,
            start: Position { line: f.line, column: f.column },
            end: Position { line: f.end_line, column: f.end_column },
            exists: !f.missing,
            sensitive: f.sensitive,
            fix: f.fix.map(|v| unembed(v).into()).unwrap_or_default(),
            related: f.related,
            waiver: f.waiver,
            known: f.known,
        }
    }

    fn share(&mut self, text: Arc<str>) -> Arc<str> {
        self.texts.entry(text.clone()).or_insert(text).clone()
    }
}

fn reason(why: shape::Why, detail: Arc<str>) -> Reason {
    match why {
        shape::Why::Outside => Reason::Outside(detail),
        shape::Why::Denied => Reason::Denied(detail),
        shape::Why::Partial => Reason::Partial(detail),
        shape::Why::Failed => Reason::Failed(detail),
        shape::Why::Deadline => Reason::Deadline(detail),
        shape::Why::Check => Reason::Check(detail),
    }
}
