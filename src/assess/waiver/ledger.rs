//! [`Waivers`] hold every waiver of one run and remember which of them covered something.
//!
//! Several threads collect ([`Waivers::inline_of`]) and apply ([`Waivers::apply`]) at the same time; findings then hold a number
//! that depends on who came first. [`Waivers::finish`] sorts by place and gives the numbers of the report. Everything
//! a report shows is the same for every order.

use super::comment::{ParsedIgnore, parse_comment};
use super::file::WaiverFile;
use super::foreign::{self, ForeignIgnore};
use super::names::{Names, Pattern};
use super::{ANNOTATION, Location, Reach, Waiver, WaiverError, WaiverOrigin, annotation};
use crate::config::matcher::{Glob, Matcher, Subject};
use crate::config::suggestion::closest;
use crate::model::object::{ObjectId, Origin};
use crate::model::report::WaiverInfo;
use crate::model::verdict::{Finding, Verdict};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How waivers are judged in one run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// the date of the run
    pub today: Date,
    /// refuse waivers inside the audited input
    pub no_inline: bool,
}

/// Labels and annotations of an object or of its pod template.
#[derive(Clone, Copy, Debug)]
pub struct Carrier<'a> {
    /// pointer of the template that carries them; `""` for the object itself
    pub template: &'a str,
    /// labels
    pub labels: &'a [(String, String)],
    /// annotations
    pub annotations: &'a [(String, String)],
}

/// A comment of a document.
#[derive(Clone, Copy, Debug)]
pub struct Comment<'a> {
    /// its line in the file, from 1
    pub line: u32,
    /// nothing but blanks stands before it
    pub own_line: bool,
    /// it is on its own line and before the first key of the document
    pub head: bool,
    /// its text, with or without `#`
    pub text: &'a str,
}

/// The waivers that one object carries.
#[derive(Clone, Debug, Default)]
pub struct Inline {
    waivers: Vec<Arc<Entry>>,
}

impl Inline {
    /// Whether the object carries none that holds.
    pub fn is_empty(&self) -> bool {
        self.waivers.is_empty()
    }
}

/// What tells waivers apart, in the order of the report. The number tells apart what stands at one place.
type Key = (WaiverOrigin, Location, u32, WaiverInfo);

#[derive(Debug)]
struct Entry {
    key: Key,
    id: u32,
    waiver: Waiver,
    used: Arc<AtomicBool>,
}

#[derive(Debug, Default)]
struct Registry {
    /// number, whether it covered something, whether it could have
    known: BTreeMap<Key, (u32, Arc<AtomicBool>, bool)>,
    expired: BTreeSet<Key>,
    refused: BTreeSet<(Location, String)>,
    broken: BTreeSet<(Location, String)>,
    unmapped: BTreeMap<(&'static str, String), u64>,
}

/// Every waiver of one run.
#[derive(Debug)]
pub struct Waivers {
    settings: Settings,
    names: Arc<Names>,
    file: Vec<Arc<Entry>>,
    registry: Mutex<Registry>,
}

/// What the report says of waivers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// those that cover a finding; findings point here once they are renumbered
    pub waivers: Vec<WaiverInfo>,
    /// those that cover nothing although a check they name ran
    pub unused: Vec<WaiverInfo>,
    /// those whose day has passed
    pub expired: Vec<WaiverInfo>,
    /// malformed, refused and foreign ones without a counterpart, in words; sorted
    pub notes: Vec<Arc<str>>,
    numbers: Vec<Option<u32>>,
}

impl Settlement {
    /// Gives findings the numbers of [`Settlement::waivers`].
    pub fn renumber(&self, verdicts: &mut [Verdict]) {
        for finding in verdicts.iter_mut().flat_map(|v| &mut v.findings) {
            finding.waiver = finding.waiver.and_then(|id| self.numbers.get(id as usize).copied().flatten());
        }
    }
}

impl Waivers {
    /// The waivers of a run, so far those of the files.
    pub fn new(settings: Settings, names: Arc<Names>, files: &[WaiverFile]) -> Waivers {
        let mut waivers = Waivers { settings, names, file: Vec::new(), registry: Mutex::default() };
        for (nth, waiver) in (0..).zip(files.iter().flat_map(|f| &f.waivers)) {
            let mut waiver = waiver.clone();
            waiver.checks = waivers.resolve(&waiver.written, &waiver.location);
            let entry = waivers.register(waiver, nth);
            waivers.file.extend(entry);
        }
        waivers
    }

    /// Collects what an object carries. `extent` gives first and last line of what begins on a line
    /// ([`Extents::at`](super::Extents::at)); it is asked only when there is a comment of ours.
    pub fn inline_of(
        &self,
        object: &ObjectId,
        origin: &Origin,
        carriers: &[Carrier<'_>],
        comments: &[Comment<'_>],
        extent: &dyn Fn(u32) -> Option<(u32, u32)>,
    ) -> Inline {
        let mut inline = Inline::default();
        for comment in comments {
            let Some(parsed) = parse_comment(comment.text) else { continue };
            let location = Location { file: origin.file().into(), line: comment.line, object: "".into() };
            match parsed {
                Ok(parsed) => {
                    let reach = if comment.head {
                        Reach::Object
                    } else {
                        Reach::of_comment(comment.line, comment.own_line, extent)
                    };
                    inline.waivers.extend(self.ours(WaiverOrigin::Comment, location, parsed, reach, 0));
                }
                Err(error) => self.broken(location, format!("waiver in a comment covers nothing: {error}")),
            }
        }
        let mut nth = 0;
        for carrier in carriers {
            if carrier.labels.is_empty() && carrier.annotations.is_empty() {
                continue;
            }
            let reach = match carrier.template {
                "" => Reach::Object,
                template => Reach::Below(template.into()),
            };
            for (key, value) in carrier.annotations {
                if key == ANNOTATION {
                    for parsed in annotation::parse_annotation(value) {
                        let location = location_of(object, origin);
                        nth += 1;
                        match parsed {
                            Ok(parsed) => {
                                let origin = WaiverOrigin::Annotation;
                                inline.waivers.extend(self.ours(origin, location, parsed, reach.clone(), nth));
                            }
                            Err((entry, error)) => {
                                let text = format!("annotation {ANNOTATION}: `{entry}` covers nothing: {error}");
                                self.broken(location, text);
                            }
                        }
                    }
                } else if key.contains("audit")
                    && (key.starts_with("kube-audit/") || closest(key, [ANNOTATION]).is_some())
                {
                    let text =
                        format!("annotation {} covers nothing; did you mean `{ANNOTATION}`?", super::excerpt(key));
                    self.broken(location_of(object, origin), text);
                }
            }
            if carrier.labels.iter().any(|(k, _)| k == ANNOTATION) {
                let text = format!("{ANNOTATION} is a label and covers nothing; make it an annotation");
                self.broken(location_of(object, origin), text);
            }
            for parsed in foreign::read(carrier.labels, carrier.annotations) {
                nth += 1;
                let location = location_of(object, origin);
                match parsed {
                    Ok(ignore) => inline.waivers.extend(self.foreign(location, ignore, reach.clone(), nth)),
                    Err((key, error)) => self.broken(location, format!("{key} covers nothing: {error}")),
                }
            }
        }
        inline
    }

    /// Marks the findings of one object that a waiver covers. `check_ids` gives the id of a verdict's check.
    pub fn apply<'c>(
        &self,
        subject: &Subject<'_>,
        check_ids: &dyn Fn(u32) -> &'c str,
        inline: &Inline,
        verdicts: &mut [Verdict],
    ) {
        if self.file.is_empty() && inline.is_empty() || verdicts.iter().all(|v| v.findings.is_empty()) {
            return;
        }
        let candidates: Vec<&Arc<Entry>> =
            self.file.iter().chain(&inline.waivers).filter(|e| e.waiver.matcher.object(subject)).collect();
        for verdict in verdicts.iter_mut().filter(|v| !v.findings.is_empty() && !candidates.is_empty()) {
            let check = check_ids(verdict.check);
            let names = |e: &&&Arc<Entry>| e.waiver.checks.iter().any(|p| self.names.matches(p, check));
            let candidates: Vec<&Arc<Entry>> = candidates.iter().filter(names).copied().collect();
            for finding in &mut verdict.findings {
                let covering = candidates.iter().filter(|e| covers(&e.waiver, subject, finding));
                // All that cover are used, the first in the order of the report is shown.
                let first =
                    covering.inspect(|e| e.used.store(true, Ordering::Relaxed)).min_by(|a, b| a.key.cmp(&b.key));
                finding.waiver = finding.waiver.or(first.map(|e| e.id));
            }
        }
    }

    /// What the report says, once everything was applied.
    pub fn finish(&self) -> Settlement {
        let registry = self.registry();
        let mut settlement = Settlement { numbers: vec![None; registry.known.len()], ..Settlement::default() };
        for (key, (id, used, could)) in &registry.known {
            if used.load(Ordering::Relaxed) {
                settlement.numbers[*id as usize] = Some(settlement.waivers.len() as u32);
                settlement.waivers.push(key.3.clone());
            } else if *could {
                settlement.unused.push(key.3.clone());
            }
        }
        settlement.expired = registry.expired.iter().map(|key| key.3.clone()).collect();
        let mut notes: BTreeSet<String> = registry.broken.iter().map(|(l, text)| format!("{l}: {text}")).collect();
        for ((tool, id), count) in &registry.unmapped {
            notes.insert(match id.as_str() {
                "*" => format!("{tool}: exceptions for all its checks ({count} seen) cover nothing here"),
                id => format!("{tool}: exceptions for {id} ({count} seen) cover nothing here; no check corresponds"),
            });
        }
        if !registry.refused.is_empty() {
            let shown: Vec<String> =
                registry.refused.iter().take(10).map(|(l, what)| format!("{l} ({what})")).collect();
            let more = registry.refused.len() - shown.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let (count, shown) = (registry.refused.len(), shown.join(", "));
            notes.insert(format!("waivers inside the input refused (--no-inline-waivers): {count}: {shown}{more}"));
        }
        settlement.notes = notes.into_iter().map(Arc::from).collect();
        settlement
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        // A panic elsewhere leaves the registry whole: every change is one insertion.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn broken(&self, location: Location, text: String) {
        self.registry().broken.insert((location, text));
    }

    /// The checks that the words mean; a word that means nothing is told about.
    fn resolve(&self, words: &[Arc<str>], location: &Location) -> Vec<Pattern> {
        let mut patterns = Vec::new();
        for word in words {
            match self.names.resolve(word) {
                Ok(found) => patterns.extend(found),
                Err(error @ WaiverError::UnknownCheck { .. }) => {
                    self.broken(location.clone(), format!("waiver for an {error}"));
                }
                Err(error) => self.broken(location.clone(), format!("waiver covers nothing: {error}")),
            }
        }
        patterns
    }

    fn ours(
        &self,
        origin: WaiverOrigin,
        location: Location,
        parsed: ParsedIgnore,
        reach: Reach,
        nth: u32,
    ) -> Option<Arc<Entry>> {
        if self.settings.no_inline {
            self.registry().refused.insert((location, parsed.checks.join(",")));
            return None;
        }
        let containers: Result<Vec<Glob>, _> = parsed.containers.iter().map(|c| Glob::new(c)).collect();
        let containers = match containers {
            Ok(containers) => containers,
            Err(error) => {
                self.broken(location, format!("{origin}: covers nothing: {error}"));
                return None;
            }
        };
        let written: Vec<Arc<str>> = parsed.checks.iter().map(|c| Arc::from(c.as_str())).collect();
        let waiver = Waiver {
            checks: self.resolve(&written, &location),
            origin,
            location,
            written,
            matcher: Matcher { containers, ..Matcher::default() },
            reach: vec![reach],
            reason: parsed.reason.into(),
            owner: parsed.owner.into(),
            expires: parsed.expires,
        };
        self.register(waiver, nth)
    }

    fn foreign(&self, location: Location, ignore: ForeignIgnore, reach: Reach, nth: u32) -> Option<Arc<Entry>> {
        if self.settings.no_inline {
            self.registry().refused.insert((location, ignore.key));
            return None;
        }
        let mut checks = Vec::new();
        for id in &ignore.ids {
            let found = self.names.of_tool(ignore.tool, id);
            if found.is_empty() {
                *self.registry().unmapped.entry((ignore.tool, super::excerpt(id))).or_default() += 1;
            }
            checks.extend(found);
        }
        let containers = ignore.containers.iter().map(|c| Glob::exact(c)).collect();
        let written = ignore.ids.iter().map(|id| Arc::from(format!("{}/{id}", ignore.tool))).collect();
        let waiver = Waiver {
            checks,
            origin: WaiverOrigin::Foreign(ignore.tool, ignore.key.into()),
            location,
            written,
            matcher: Matcher { containers, ..Matcher::default() },
            reach: std::iter::once(reach).chain(ignore.reach).collect(),
            reason: ignore.reason.into(),
            owner: "".into(),
            expires: ignore.expires,
        };
        self.register(waiver, nth)
    }

    /// Takes a waiver into the books. One that names no known check was told about already; one that has expired covers nothing.
    fn register(&self, waiver: Waiver, nth: u32) -> Option<Arc<Entry>> {
        if waiver.checks.is_empty() {
            return None;
        }
        let key: Key = (waiver.origin.clone(), waiver.location.clone(), nth, waiver.info());
        let mut registry = self.registry();
        if waiver.is_expired(self.settings.today) {
            registry.expired.insert(key);
            return None;
        }
        let next = registry.known.len() as u32;
        let could = waiver.checks.iter().any(|p| self.names.runs(p));
        let (id, used, _) = registry.known.entry(key.clone()).or_insert_with(|| (next, Arc::default(), could));
        Some(Arc::new(Entry { key, id: *id, used: used.clone(), waiver }))
    }
}

fn covers(waiver: &Waiver, subject: &Subject<'_>, finding: &Finding) -> bool {
    waiver.reach.iter().all(|r| r.reaches(finding)) && waiver.matcher.finding(subject, finding)
}

fn location_of(object: &ObjectId, origin: &Origin) -> Location {
    let line = if let Origin::File { line, .. } = origin { *line } else { 0 };
    let parts = [&object.kind, &object.namespace, &object.name];
    let object = parts.into_iter().filter(|p| !p.is_empty()).map(|p| &**p).collect::<Vec<_>>().join("/");
    Location { file: origin.file().into(), line, object: object.into() }
}
