//! One request to the API server, done politely and never for ever: a token bucket before it, timeouts around it, a cap on what it may
//! answer, few retries with jitter, `Retry-After` honoured.
//!
//! kube's own retry (16 tries, 260 s) is off; what is tried again, and for how long, is decided here and nowhere else.

use super::error::chain;
use super::json;
use http::{Method, Request};
use http_body_util::BodyExt;
use kube::client::Body;
use std::hash::{BuildHasher, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Bounds of requests.
#[derive(Clone, Debug)]
pub struct Limits {
    /// tries of one request
    pub tries: u32,
    /// time that waiting between tries may take in all
    pub retry_for: Duration,
    /// time for one page, from request to last byte
    pub page_timeout: Duration,
    /// time without a single byte
    pub idle_timeout: Duration,
    /// time for discovery and other small requests
    pub small_timeout: Duration,
    /// bytes of one answer, decompressed
    pub body: u64,
    /// requests per second
    pub qps: f64,
    /// requests that may come at once
    pub burst: f64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            tries: 4,
            retry_for: Duration::from_secs(20),
            page_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(30),
            small_timeout: Duration::from_secs(10),
            body: 256 << 20,
            qps: 50.0,
            burst: 100.0,
        }
    }
}

/// Why a request gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// the server's own refusal
    Status {
        /// HTTP status
        code: u16,
        /// `Forbidden`, `Expired`, ...; empty when the body is not a Status
        reason: String,
        /// the server's words, first line
        message: String,
        /// the token to go on with after 410
        continue_token: String,
        /// `Retry-After`
        after: Option<Duration>,
    },
    /// no answer, or not all of it, in time
    Timeout(Duration),
    /// the run's own deadline
    Deadline,
    /// more bytes than allowed
    TooLarge(u64),
    /// the connection broke
    Transport(String),
    /// something else than what was asked for
    Unexpected(String),
}

impl Failure {
    /// HTTP status, 0 when there is none.
    pub(super) fn code(&self) -> u16 {
        if let Failure::Status { code, .. } = self { *code } else { 0 }
    }

    /// A smaller page may do.
    pub(super) fn wants_smaller(&self) -> bool {
        matches!(self, Failure::Timeout(_) | Failure::TooLarge(_)) || matches!(self.code(), 413 | 504)
    }

    /// Worth another try, and how long the server wants to be left alone.
    fn retry(&self) -> Option<Option<Duration>> {
        match self {
            Failure::Status { code: 429 | 502 | 503 | 504, after, .. } => Some(*after),
            Failure::Status { code: 500, after: Some(after), .. } => Some(Some(*after)),
            // A certificate is not better a second later.
            Failure::Transport(words) if words.contains("certificate") || words.contains("alert") => None,
            Failure::Transport(_) => Some(None),
            _ => None,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::Status { code, message, .. } if message.is_empty() => write!(f, "the server answered {code}"),
            Failure::Status { code, message, .. } => write!(f, "the server answered {code}: {message}"),
            Failure::Timeout(d) => write!(f, "no complete answer within {} s", d.as_secs_f64()),
            Failure::Deadline => f.write_str("the deadline came first"),
            Failure::TooLarge(n) => write!(f, "the answer is larger than {} MiB", n >> 20),
            Failure::Transport(s) => write!(f, "the connection broke: {s}"),
            Failure::Unexpected(s) => f.write_str(s),
        }
    }
}

/// Sends requests.
pub(super) struct Requester {
    client: kube::Client,
    limits: Limits,
    deadline: Instant,
    bucket: Mutex<(f64, Instant)>,
    /// requests sent, retries included
    pub sent: AtomicU64,
    /// bytes received, decompressed
    pub received: AtomicU64,
}

/// JSON, and nothing else.
pub(super) const JSON: &str = "application/json";
/// A change that names only what it changes.
const MERGE: &str = "application/merge-patch+json";

impl Requester {
    pub(super) fn new(client: kube::Client, limits: Limits, deadline: Instant) -> Requester {
        let bucket = Mutex::new((limits.burst, Instant::now()));
        Requester { client, limits, deadline, bucket, sent: AtomicU64::new(0), received: AtomicU64::new(0) }
    }

    pub(super) fn past_deadline(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// A small document: discovery, version, one object.
    pub(super) async fn get(&self, path: &str, accept: &str) -> Result<Vec<u8>, Failure> {
        self.retrying(Method::GET, path, accept, &[], self.limits.small_timeout, false).await
    }

    /// A page of a list. What a smaller page may cure is not tried again here.
    pub(super) async fn page(&self, path: &str, accept: &str) -> Result<Vec<u8>, Failure> {
        self.retrying(Method::GET, path, accept, &[], self.limits.page_timeout, true).await
    }

    /// A question that is posted (reviews); it changes nothing.
    pub(super) async fn ask(&self, path: &str, body: &[u8]) -> Result<Vec<u8>, Failure> {
        self.retrying(Method::POST, path, JSON, body, self.limits.small_timeout, false).await
    }

    /// A merge patch. Sent twice it does what it does once.
    pub(super) async fn change(&self, path: &str, body: &[u8]) -> Result<Vec<u8>, Failure> {
        self.retrying(Method::PATCH, path, JSON, body, self.limits.page_timeout, false).await
    }

    async fn retrying(
        &self,
        method: Method,
        path: &str,
        accept: &str,
        body: &[u8],
        timeout: Duration,
        page: bool,
    ) -> Result<Vec<u8>, Failure> {
        let start = Instant::now();
        let mut tries = 1;
        loop {
            let failure = match self.once(method.clone(), path, accept, body, timeout).await {
                Ok(bytes) => return Ok(bytes),
                Err(failure) => failure,
            };
            let Some(after) = failure.retry().filter(|_| !(page && failure.wants_smaller())) else {
                return Err(failure);
            };
            let backoff = Duration::from_millis(200 << tries).mul_f64(jitter());
            let wait = after.map_or(backoff, |a| a + backoff / 4);
            if tries >= self.limits.tries || start.elapsed() + wait > self.limits.retry_for {
                return Err(failure);
            }
            if Instant::now() + wait >= self.deadline {
                return Err(Failure::Deadline);
            }
            tracing::debug!(path, tries, %failure, "trying again");
            tokio::time::sleep(wait).await;
            tries += 1;
        }
    }

    async fn once(
        &self,
        method: Method,
        path: &str,
        accept: &str,
        body: &[u8],
        timeout: Duration,
    ) -> Result<Vec<u8>, Failure> {
        self.take_token().await;
        let now = Instant::now();
        if now >= self.deadline {
            return Err(Failure::Deadline);
        }
        let until = (now + timeout).min(self.deadline);
        self.sent.fetch_add(1, Ordering::Relaxed);
        match tokio::time::timeout_at(until, self.exchange(method, path, accept, body)).await {
            Ok(done) => done,
            Err(_) if until == self.deadline => Err(Failure::Deadline),
            Err(_) => Err(Failure::Timeout(timeout)),
        }
    }

    async fn exchange(&self, method: Method, path: &str, accept: &str, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let content = if method == Method::PATCH { MERGE } else { JSON };
        let mut request = Request::builder().method(method).uri(path).header(http::header::ACCEPT, accept);
        if !body.is_empty() {
            request = request.header(http::header::CONTENT_TYPE, content);
        }
        let request = request.body(Body::from(body.to_vec())).map_err(|e| Failure::Unexpected(e.to_string()))?;
        let response = self.client.send(request).await.map_err(|e| Failure::Transport(chain(&e)))?;
        let (parts, mut body) = response.into_parts();
        let ok = parts.status.is_success();
        // An error's text is for people; a megabyte of it is enough.
        let cap = if ok { self.limits.body } else { 1 << 20 };
        let length = parts
            .headers
            .get(http::header::CONTENT_LENGTH)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.parse::<u64>().ok());
        let mut bytes = Vec::with_capacity(length.unwrap_or(64 << 10).min(4 << 20) as usize);
        loop {
            let frame = match tokio::time::timeout(self.limits.idle_timeout, body.frame()).await {
                Err(_) => return Err(Failure::Timeout(self.limits.idle_timeout)),
                Ok(None) => break,
                Ok(Some(frame)) => frame.map_err(|e| Failure::Transport(chain(&e)))?,
            };
            if let Some(data) = frame.data_ref() {
                self.received.fetch_add(data.len() as u64, Ordering::Relaxed);
                if (bytes.len() + data.len()) as u64 > cap {
                    if ok {
                        return Err(Failure::TooLarge(cap));
                    }
                    break;
                }
                bytes.extend_from_slice(data);
            }
        }
        if ok {
            return Ok(bytes);
        }
        let after = parts
            .headers
            .get(http::header::RETRY_AFTER)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.trim().parse().ok());
        Err(status(parts.status.as_u16(), &bytes, after.map(Duration::from_secs)))
    }

    async fn take_token(&self) {
        let wait = {
            let Ok(mut bucket) = self.bucket.lock() else { return };
            let now = Instant::now();
            let filled = bucket.0 + now.duration_since(bucket.1).as_secs_f64() * self.limits.qps;
            *bucket = (filled.min(self.limits.burst) - 1.0, now);
            // A negative level is a queue: each newcomer waits for its own token.
            (bucket.0 < 0.0 && self.limits.qps > 0.0).then(|| Duration::from_secs_f64(-bucket.0 / self.limits.qps))
        };
        if let Some(wait) = wait {
            tokio::time::sleep_until((Instant::now() + wait).min(self.deadline)).await;
        }
    }
}

/// A refusal, with the server's words when it is a `Status`.
fn status(code: u16, body: &[u8], after: Option<Duration>) -> Failure {
    let members = json::members(body).unwrap_or_default();
    let metadata = json::get(&members, "metadata").and_then(|m| json::members(m).ok()).unwrap_or_default();
    let (reason, mut message) = (json::text(&members, "reason"), json::text(&members, "message"));
    if members.is_empty() {
        // A load balancer's or proxy's page: its words are rarely of use, and may be long.
        let text = String::from_utf8_lossy(&body[..body.len().min(200)]);
        let line = text.trim().lines().next().unwrap_or_default().trim();
        message = if line.starts_with('<') { "(a page that is not Kubernetes')".to_owned() } else { line.to_owned() };
    }
    message.truncate(message.char_indices().nth(300).map_or(message.len(), |(i, _)| i));
    Failure::Status { code, reason, message, continue_token: json::text(&metadata, "continue"), after }
}

/// 0.5 to 1.5. Std's hasher keys are random, which is all that is needed.
fn jitter() -> f64 {
    let n = std::hash::RandomState::new().build_hasher().finish();
    0.5 + (n % 1024) as f64 / 1024.0
}

/// A value as it may stand in a query.
pub(super) fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for b in value.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
            out.push(b as char);
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}
