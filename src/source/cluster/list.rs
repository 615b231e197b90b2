//! One kind, listed to its end: pages of adaptive size, one restart when the snapshot expires, and namespace by namespace when the whole
//! cluster is refused. It is never called complete unless the server's last page said so.

use super::json;
use super::page::{self, Cut, Page, Stamp};
use super::request::{Failure, JSON, Requester, encode};
use super::targets::{How, Wanted};
use super::{Options, Row};
use crate::model::inventory::Completeness;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::sync::mpsc::Sender;
use tokio::time::Instant;

/// What lanes tell the collector.
pub(super) enum Message {
    /// a kind is begun
    Started(usize),
    /// a page came
    Page(usize, Vec<Cut>, Option<u64>),
    /// a kind is done
    Done(usize, Box<Row>),
}

/// Smallest page that is tried.
const SMALLEST: u32 = 25;
/// Kinds whose objects are large: definitions with schemas, files in a map.
const LARGE: [&str; 2] = ["CustomResourceDefinition", "ConfigMap"];
/// Time that pages which had to be asked for again may cost in one kind.
const TROUBLE: Duration = Duration::from_secs(150);
/// Namespaces that may refuse before the rest is not asked any more.
const REFUSALS: usize = 20;
/// Secrets as a table: names and types.
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";
/// Namespaces, when only their names are needed.
const NAMES: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// What all lists of a run share.
pub(super) struct Lister {
    pub requester: Arc<Requester>,
    pub options: Options,
    /// namespace of the context
    pub home: String,
    /// names of all namespaces, asked for once and only when needed
    pub namespaces: OnceCell<Result<Vec<String>, Failure>>,
}

/// Progress of one kind over all its scopes.
struct State {
    seen: HashSet<page::Uid>,
    limit: u32,
    items: u64,
    pages: u32,
    mixed: bool,
    restarted: bool,
    resource_version: String,
    trouble: Duration,
    /// the receiver is gone
    stopped: bool,
}

/// A kind as it is asked for.
struct Asked<'a> {
    number: usize,
    wanted: &'a Wanted,
    base: String,
    plural: &'a str,
    api_version: String,
    secrets: bool,
}

impl Lister {
    /// Lists a kind; the row says how that went.
    pub(super) async fn list(&self, number: usize, wanted: &Wanted, send: &Sender<Message>) -> Row {
        let start = Instant::now();
        let mut row = Row::new(wanted);
        let How::List { version, plural, namespaced } = &wanted.how else { return row };
        let api_version = if wanted.group.is_empty() { version.clone() } else { format!("{}/{version}", wanted.group) };
        let root = if wanted.group.is_empty() { "/api" } else { "/apis" };
        let asked = Asked {
            number,
            wanted,
            base: format!("{root}/{api_version}"),
            plural,
            api_version,
            secrets: wanted.group.is_empty() && wanted.kind == "Secret",
        };
        let large = LARGE.contains(&wanted.kind.as_str());
        let mut state = State {
            seen: HashSet::new(),
            limit: if large { self.options.page_size.min(100) } else { self.options.page_size }.max(1),
            items: 0,
            pages: 0,
            mixed: false,
            restarted: false,
            resource_version: String::new(),
            trouble: Duration::ZERO,
            stopped: false,
        };
        row.version.clone_from(version);
        row.plural.clone_from(plural);
        let chosen = !self.options.namespaces.is_empty();
        if chosen && *namespaced {
            row.chosen = true;
            self.by_namespace(&asked, &self.options.namespaces, &mut state, send, &mut row).await;
            if row.status == Completeness::Complete {
                row.status = Completeness::Partial;
                row.reason = format!("only {} was asked for", plural_of(&self.options.namespaces));
            } else {
                row.chosen = false;
            }
        } else if chosen && wanted.group.is_empty() && wanted.kind == "Namespace" {
            row.chosen = true;
            self.named(&asked, &mut state, send, &mut row).await;
        } else {
            match self.scope(&asked, None, &mut state, send).await {
                Ok(()) => {}
                Err(failure) if failure.code() == 403 && *namespaced => {
                    self.after_refusal(&asked, &failure, &mut state, send, &mut row).await;
                }
                Err(failure) => fail(&mut row, &failure, state.items),
            }
        }
        if state.mixed && row.status == Completeness::Complete {
            row.status = Completeness::Mixed;
            row.reason = "the server forgot the moment of the first page: pages are of different moments".to_owned();
        }
        row.items = state.items;
        row.pages = state.pages;
        row.resource_version = state.resource_version;
        row.millis = start.elapsed().as_millis() as u64;
        row
    }

    /// The whole cluster is refused; namespaces may not be.
    async fn after_refusal(
        &self,
        asked: &Asked<'_>,
        refusal: &Failure,
        state: &mut State,
        send: &Sender<Message>,
        row: &mut Row,
    ) {
        let names = self.namespaces.get_or_init(|| self.all_namespaces()).await;
        let (names, all) = match names {
            Ok(names) => (names.clone(), true),
            Err(_) => (vec![self.home.clone()], false),
        };
        self.by_namespace(asked, &names, state, send, row).await;
        if row.status == Completeness::Denied {
            row.reason = refusal.to_string();
            if all && !names.is_empty() {
                row.reason.push_str(", and in single namespaces as well");
            }
            row.namespaces.clear();
            return;
        }
        if row.status == Completeness::Complete {
            row.status = Completeness::Partial;
            row.reason = if all {
                format!("not allowed for the whole cluster; read in {} one by one", plural_of(&row.namespaces))
            } else {
                format!(
                    "not allowed for the whole cluster, and namespaces may not be listed; read in {} only",
                    plural_of(&row.namespaces)
                )
            };
        }
    }

    /// Lists several namespaces; complete means complete in all of them.
    async fn by_namespace(
        &self,
        asked: &Asked<'_>,
        names: &[String],
        state: &mut State,
        send: &Sender<Message>,
        row: &mut Row,
    ) {
        let mut refused = 0;
        let mut last: Option<Failure> = None;
        for name in names {
            match self.scope(asked, Some(name), state, send).await {
                Ok(()) => row.namespaces.push(name.clone()),
                Err(failure @ Failure::Deadline) => return fail(row, &failure, state.items),
                Err(failure) => {
                    refused += 1;
                    let hopeless = row.namespaces.is_empty() && refused >= REFUSALS;
                    // A server that breaks down is not asked a thousand times.
                    let broken = failure.code() != 403 && refused >= 3;
                    last = Some(failure);
                    if hopeless || broken || state.stopped {
                        break;
                    }
                }
            }
        }
        match last {
            None => {}
            Some(failure) if row.namespaces.is_empty() => fail(row, &failure, state.items),
            Some(failure) => {
                row.status = Completeness::Partial;
                row.reason =
                    format!("read in {} of {} namespaces; elsewhere {failure}", row.namespaces.len(), names.len());
                row.http = failure.code();
            }
        }
    }

    /// The namespaces that were chosen, one by one: their names are known, so listing need not be allowed.
    async fn named(&self, asked: &Asked<'_>, state: &mut State, send: &Sender<Message>, row: &mut Row) {
        for name in &self.options.namespaces {
            let path = format!("{}/namespaces/{}", asked.base, encode(name));
            let stamp = Stamp { api_version: &asked.api_version, kind: &asked.wanted.kind };
            let got = self.requester.get(&path, JSON).await.and_then(|body| {
                if json::path(&body, &["kind"]).and_then(json::string).as_deref() != Some("Namespace") {
                    return Err(Failure::Unexpected(
                        "the server answered with something else than a Namespace".to_owned(),
                    ));
                }
                let mut list = b"{\"kind\":\"NamespaceList\",\"items\":[".to_vec();
                list.extend_from_slice(&body);
                list.extend_from_slice(b"]}");
                page::cut(&list, &stamp)
            });
            match got {
                Ok(page) => {
                    row.namespaces.push(name.clone());
                    self.hand_over(asked, page, state, send).await;
                }
                Err(failure) => fail(row, &failure, state.items),
            }
        }
        if row.status == Completeness::Complete {
            row.status = Completeness::Partial;
            row.reason = format!("only {} was asked for", plural_of(&self.options.namespaces));
        }
    }

    /// One list, cluster-wide or of a namespace, page by page.
    async fn scope(
        &self,
        asked: &Asked<'_>,
        namespace: Option<&str>,
        state: &mut State,
        send: &Sender<Message>,
    ) -> Result<(), Failure> {
        let path = match namespace {
            None => format!("{}/{}", asked.base, asked.plural),
            Some(n) => format!("{}/namespaces/{}/{}", asked.base, encode(n), asked.plural),
        };
        let mut token = String::new();
        let mut inconsistent = 0;
        loop {
            let mut url = format!("{path}?limit={}", state.limit);
            if !token.is_empty() {
                url.push_str("&continue=");
                url.push_str(&encode(&token));
            }
            let start = Instant::now();
            match self.one_page(asked, &url).await {
                Ok(page) => {
                    state.pages += 1;
                    if state.resource_version.is_empty() {
                        state.resource_version.clone_from(&page.resource_version);
                    }
                    let next = page.next.clone();
                    if next == token && !next.is_empty() {
                        return Err(Failure::Unexpected("the server gives the same page again and again".to_owned()));
                    }
                    token = next;
                    if !self.hand_over(asked, page, state, send).await {
                        return Err(Failure::Unexpected("the run was stopped".to_owned()));
                    }
                    if token.is_empty() {
                        return Ok(());
                    }
                }
                // The snapshot of the first page is gone. Once more from the start; then on with what there is.
                Err(Failure::Status { code: 410, continue_token, .. }) if !token.is_empty() => {
                    if !state.restarted {
                        state.restarted = true;
                        token.clear();
                    } else if !continue_token.is_empty() && inconsistent < 8 {
                        inconsistent += 1;
                        state.mixed = true;
                        token = continue_token;
                    } else {
                        return Err(Failure::Unexpected(
                            "the list expires faster than it can be read (410)".to_owned(),
                        ));
                    }
                }
                Err(failure) if failure.wants_smaller() => {
                    state.trouble += start.elapsed();
                    if state.limit <= SMALLEST || state.trouble > TROUBLE {
                        return Err(failure);
                    }
                    // Waiting is dear, so a page that took too long shrinks faster.
                    let less = if matches!(failure, Failure::Timeout(_)) { 4 } else { 2 };
                    state.limit = (state.limit / less).max(SMALLEST);
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    async fn one_page(&self, asked: &Asked<'_>, url: &str) -> Result<Page, Failure> {
        let body = self.requester.page(url, if asked.secrets { TABLE } else { JSON }).await?;
        let stamp = Stamp { api_version: &asked.api_version, kind: &asked.wanted.kind };
        if asked.secrets { page::cut_secrets(&body, &stamp) } else { page::cut(&body, &stamp) }
    }

    /// Passes on what is new of a page; false when nobody listens any more.
    async fn hand_over(&self, asked: &Asked<'_>, page: Page, state: &mut State, send: &Sender<Message>) -> bool {
        let fresh: Vec<Cut> = page.items.into_iter().filter(|c| state.seen.insert(c.uid)).collect();
        state.items += fresh.len() as u64;
        state.stopped = send.send(Message::Page(asked.number, fresh, page.remaining)).await.is_err();
        !state.stopped
    }

    /// Names of all namespaces.
    pub(super) async fn all_namespaces(&self) -> Result<Vec<String>, Failure> {
        let mut names = Vec::new();
        let mut token = String::new();
        loop {
            let body = self
                .requester
                .page(&format!("/api/v1/namespaces?limit=500&continue={}", encode(&token)), NAMES)
                .await?;
            let text = String::from_utf8_lossy(&body).replacen("PartialObjectMetadataList", "NamespaceList", 1);
            let page = page::cut(text.as_bytes(), &Stamp { api_version: "v1", kind: "Namespace" })?;
            names.extend(page.items.into_iter().map(|c| c.name));
            if page.next.is_empty() || page.next == token {
                return Ok(names);
            }
            token = page.next;
        }
    }
}

fn fail(row: &mut Row, failure: &Failure, items: u64) {
    row.http = failure.code();
    row.status = match failure {
        Failure::Deadline => Completeness::Deadline,
        Failure::Status { code: 403, .. } if items == 0 => Completeness::Denied,
        _ => Completeness::Failed,
    };
    row.reason = failure.to_string();
    if items > 0 {
        row.reason.push_str(&format!(", after {items} objects"));
    }
}

fn plural_of(names: &[String]) -> String {
    match names {
        [one] => format!("namespace {one}"),
        many if many.len() <= 3 => format!("namespaces {}", many.join(", ")),
        many => format!("{} namespaces", many.len()),
    }
}
