//! The whole collection: lanes list kinds on a runtime of their own, the caller's thread folds and emits.

use super::connect::{self, Target};
use super::coverage::gap;
use super::discovery::{Discovery, Freshness, discover};
use super::error::{ConnectError, nearest};
use super::fold::Fold;
use super::list::{Lister, Message};
use super::request::{Failure, Requester};
use super::snapshot::Writer;
use super::spill::Spill;
use super::targets::{How, Wanted, resolve};
use super::{Collected, Item, Options, Progress, Row, Server};
use crate::model::inventory::{Completeness, Gap};
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::Instant;

/// A server that let us in, and what it serves.
pub(super) struct Session {
    pub requester: Arc<Requester>,
    pub server: Server,
    pub discovery: Discovery,
    pub warnings: Vec<String>,
    pub home: String,
}

/// A runtime for one collection.
pub(super) fn runtime() -> Result<Runtime, ConnectError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("cluster")
        .enable_all()
        .build()
        .map_err(|e| ConnectError::Runtime { detail: e.to_string() })
}

/// Connects, says hello, and finds out what is served.
pub(super) async fn open(target: Target, options: &Options) -> Result<Session, ConnectError> {
    let deadline = Instant::now() + options.deadline;
    let client = connect::client(&target, options.exec_timeout).await?;
    let requester = Arc::new(Requester::new(client, options.limits.clone(), deadline));
    let server = connect::hello(&requester, &target, options).await?;
    let discovery = discover(&requester).await.map_err(|failure| match failure {
        Failure::Status { code: 401, .. } => {
            ConnectError::Unauthorized { server: server.url.clone(), context: format!("context {}", server.context) }
        }
        Failure::Transport(words) => ConnectError::transport(&server.url, &words),
        other => ConnectError::Discovery { server: server.url.clone(), detail: other.to_string() },
    })?;
    Ok(Session { requester, server, discovery, warnings: target.warnings, home: target.config.default_namespace })
}

/// Lists a cluster. `kinds` are patterns (`Kind`, `group/Kind`, `*/Kind`, `Workload`); `emit` is given each object to audit, on this thread,
/// and ends the collection by answering false.
///
/// An error means that nothing was read. What could be read only in part is no error: it is in [`Collected::rows`] and [`Collected::gaps`].
pub fn collect(
    options: &Options,
    kinds: &[String],
    emit: &mut dyn FnMut(Item) -> bool,
    progress: &dyn Progress,
) -> Result<Collected, ConnectError> {
    let target = connect::target(options)?;
    let mut writer = options.save.as_deref().map(Writer::create).transpose()?;
    let runtime = runtime()?;
    let opened = runtime.block_on(async {
        let session = open(target, options).await?;
        check_namespaces(&session, options).await?;
        Ok::<_, ConnectError>(session)
    });
    let session = match opened {
        Ok(session) => session,
        Err(e) => {
            // A credential plugin that hangs must not keep us.
            runtime.shutdown_background();
            return Err(e);
        }
    };
    progress.connected(&session.server);
    let wanted = resolve(&session.discovery, kinds, options.secrets);
    let to_list =
        wanted.iter().filter(|w| matches!(w.how, How::List { .. })).map(|w| (w.group.clone(), w.kind.clone()));
    let mut fold = Fold::new(to_list, Spill::new(options.temporary.clone(), options.max_memory));
    let api_versions: Vec<Arc<str>> = wanted.iter().map(|w| api_version(w).into()).collect();
    let names: Vec<Arc<str>> = wanted.iter().map(|w| w.kind.as_str().into()).collect();
    let lister = Arc::new(Lister {
        requester: session.requester.clone(),
        options: options.clone(),
        home: session.home.clone(),
        namespaces: OnceCell::new(),
    });
    let mut receive = start_lanes(&runtime, &lister, &wanted);
    let mut rows: Vec<Row> = wanted.iter().filter(|w| matches!(w.how, How::Not(..))).map(Row::new).collect();
    rows.iter().for_each(|r| progress.done(r));
    let mut finished = vec![false; wanted.len()];
    let mut counted = vec![0u64; wanted.len()];
    let going = Cell::new(true);
    let mut unsaved: Option<ConnectError> = None;
    {
        let mut out = |item: Item| {
            if let Some(w) = &mut writer
                && unsaved.is_none()
                && let Err(e) = w.add(&item)
            {
                unsaved = Some(e);
            }
            if going.get() {
                going.set(emit(item));
            }
        };
        while let Some(message) = receive.blocking_recv().filter(|_| going.get()) {
            match message {
                Message::Started(n) => progress.started(&wanted[n].kind),
                Message::Page(n, cuts, remaining) => {
                    counted[n] += cuts.len() as u64;
                    progress.page(&wanted[n].kind, counted[n], remaining);
                    cuts.into_iter().for_each(|cut| fold.add(&api_versions[n], &names[n], cut, &mut out));
                }
                Message::Done(n, row) => {
                    finished[n] = true;
                    fold.finish(&wanted[n].group, &wanted[n].kind, &mut out);
                    progress.done(&row);
                    rows.push(*row);
                }
            }
        }
        drop(receive);
        // A lane that died (it should not) leaves its kind without an account.
        for (n, w) in wanted.iter().enumerate().filter(|(n, w)| !finished[*n] && matches!(w.how, How::List { .. })) {
            let mut row = Row::new(w);
            row.status = Completeness::Failed;
            row.reason =
                if going.get() { "listing it came to an unexpected end" } else { "the run was stopped" }.to_owned();
            row.items = counted[n];
            rows.push(row);
        }
        let folded = fold.close(&mut out);
        let mut collected =
            Collected { server: session.server.clone(), folding: folded.folding, ..Collected::default() };
        for (kind, why) in &folded.lost {
            for row in rows.iter_mut().filter(|r| r.kind == *kind) {
                row.status = Completeness::Failed;
                row.reason.clone_from(why);
            }
        }
        rows.sort_by(|a, b| (&a.group, &a.kind).cmp(&(&b.group, &b.kind)));
        collected.gaps = rows.iter().filter_map(gap).chain(discovery_gaps(&session.discovery, &rows)).collect();
        collected.gaps.sort();
        collected.rows = rows;
        collected.notes = notes(&session, &collected, folded.notes);
        collected.requests = session.requester.sent.load(std::sync::atomic::Ordering::Relaxed);
        collected.bytes = session.requester.received.load(std::sync::atomic::Ordering::Relaxed);
        runtime.shutdown_background();
        if let Some(writer) = writer {
            let saved = match unsaved {
                Some(e) => Err(e),
                None => writer.finish(&collected, &options.date),
            };
            // What was collected is worth more than the file: a gap, not an error.
            if let Err(e) = saved {
                collected.gaps.push(Gap {
                    what: "snapshot".into(),
                    reason: "failed".into(),
                    detail: e.to_string().into(),
                    line: 0,
                    column: 0,
                    excerpt: "".into(),
                });
            }
        }
        Ok(collected)
    }
}

fn api_version(wanted: &Wanted) -> String {
    match &wanted.how {
        How::List { version, .. } if wanted.group.is_empty() => version.clone(),
        How::List { version, .. } => format!("{}/{version}", wanted.group),
        How::Not(..) => String::new(),
    }
}

/// Starts the lanes. They take kinds from one queue, in order, and end when it is empty or nobody listens any more.
fn start_lanes(runtime: &Runtime, lister: &Arc<Lister>, wanted: &[Wanted]) -> Receiver<Message> {
    let (send, receive) = channel::<Message>(4);
    let queue: VecDeque<(usize, Wanted)> =
        wanted.iter().cloned().enumerate().filter(|(_, w)| matches!(w.how, How::List { .. })).collect();
    let queue = Arc::new(Mutex::new(queue));
    for _ in 0..lister.options.concurrency.clamp(1, 16) {
        let (lister, send, queue) = (lister.clone(), send.clone(), queue.clone());
        runtime.spawn(async move { lane(&lister, &send, &queue).await });
    }
    receive
}

async fn lane(lister: &Lister, send: &Sender<Message>, queue: &Mutex<VecDeque<(usize, Wanted)>>) {
    loop {
        let next = queue.lock().ok().and_then(|mut q| q.pop_front());
        let Some((number, wanted)) = next else { return };
        let row = if lister.requester.past_deadline() {
            let mut row = Row::new(&wanted);
            row.status = Completeness::Deadline;
            row.reason = Failure::Deadline.to_string();
            row
        } else {
            if send.send(Message::Started(number)).await.is_err() {
                return;
            }
            lister.list(number, &wanted, send).await
        };
        if send.send(Message::Done(number, Box::new(row))).await.is_err() {
            return;
        }
    }
}

/// A namespace that does not exist would be an empty, spotless cluster.
async fn check_namespaces(session: &Session, options: &Options) -> Result<(), ConnectError> {
    for name in &options.namespaces {
        let path = format!("/api/v1/namespaces/{}", super::request::encode(name));
        let Err(failure) = session.requester.get(&path, super::request::JSON).await else { continue };
        if failure.code() != 404 {
            // Not allowed to look, or trouble: the lists will tell.
            continue;
        }
        let lister = Lister {
            requester: session.requester.clone(),
            options: options.clone(),
            home: String::new(),
            namespaces: OnceCell::new(),
        };
        let names = lister.all_namespaces().await.unwrap_or_default();
        let suggestion = nearest(name, names.iter().map(String::as_str));
        return Err(ConnectError::UnknownNamespace {
            server: session.server.url.clone(),
            namespace: name.clone(),
            suggestion,
        });
    }
    Ok(())
}

/// Groups that could not be looked into, and that no row speaks of.
fn discovery_gaps<'d>(discovery: &'d Discovery, rows: &'d [Row]) -> impl Iterator<Item = Gap> + 'd {
    let asked = |group: &str| rows.iter().any(|r| r.group == group && r.status != Completeness::Absent);
    let incomplete = discovery.incomplete.iter().map(|why| ("API groups".to_owned(), why.clone()));
    let groups = discovery.versions.iter().filter(move |v| asked(&v.group)).filter_map(|v| match &v.freshness {
        Freshness::Current => None,
        // Kinds of it have rows, and those that failed have gaps already.
        Freshness::Stale if rows.iter().any(|r| r.group == v.group && r.status == Completeness::Failed) => None,
        Freshness::Stale => {
            Some((format!("{}/{}", v.group, v.version), "its account of what it serves is out of date".to_owned()))
        }
        Freshness::Failed(_) if rows.iter().any(|r| r.group == v.group && r.status == Completeness::Failed) => None,
        Freshness::Failed(why) => Some((format!("{}/{}", v.group, v.version), why.clone())),
    });
    incomplete.chain(groups).map(|(what, why)| Gap {
        what: what.into(),
        reason: "failed".into(),
        detail: format!("what the server serves is not completely known: {why}").into(),
        line: 0,
        column: 0,
        excerpt: "".into(),
    })
}

/// Drifts that are told one by one.
const DRIFTS: usize = 5;

fn notes(session: &Session, collected: &Collected, more: Vec<String>) -> Vec<String> {
    let mut notes = session.warnings.clone();
    if let Some(why) = &session.discovery.legacy {
        notes.push(format!(
            "kinds were found out group by group, because aggregated discovery gave nothing usable: {why}"
        ));
    }
    for drift in collected.folding.drift.iter().take(DRIFTS) {
        notes.push(format!(
            "{} {} of {} {} not what its template says ({}); {} was audited",
            drift.count,
            if drift.count == 1 { drift.kind.clone() } else { format!("{}s", drift.kind) },
            drift.owner,
            if drift.count == 1 { "is" } else { "are" },
            drift.differences.join(", "),
            drift.example,
        ));
    }
    if let Some(rest) = collected.folding.drift.len().checked_sub(DRIFTS).filter(|n| *n > 0) {
        notes.push(format!("{rest} more groups of objects are not what the template of their owner says"));
    }
    notes.extend(more);
    notes
}
