//! A proxy that breaks a real server: plain HTTP in front, TLS behind, one request per connection, and a fault for requests that match.

use super::http;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What to do with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// let it pass
    None,
    /// answer this instead: status, further header lines, body
    Answer(u16, String, String),
    /// begin the real answer and go silent after half of it
    Stall,
    /// send half of the real answer and hang up
    Half,
    /// accept and never answer
    Silence,
    /// hang up at once
    Reset,
}

impl Fault {
    /// A `Status` as the server would write it.
    pub fn status(code: u16, reason: &str, message: &str) -> Fault {
        let body = serde_json::json!({"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": code, "reason": reason, "message": message});
        Fault::Answer(code, "Content-Type: application/json\r\n".to_owned(), body.to_string())
    }
}

/// Decides on a request, by its target and the number of requests that came before.
pub type Rule = Box<dyn Fn(&str, u32) -> Fault + Send + Sync>;

/// The proxy; it ends when dropped.
pub struct Proxy {
    pub port: u16,
    pub seen: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Proxy {
    /// Starts one before the server's port.
    pub fn start(upstream: u16, rule: Rule) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (rule, number) = (Arc::new(rule), Arc::new(AtomicU32::new(0)));
        let (stopped, noted) = (stop.clone(), seen.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let (rule, number, stopped, noted) = (rule.clone(), number.clone(), stopped.clone(), noted.clone());
                std::thread::spawn(move || {
                    let _ = serve(client, upstream, &rule, &number, &stopped, &noted);
                });
            }
        });
        Proxy { port, seen, stop }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Targets of requests so far that contain a text.
    pub fn count(&self, part: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|t| t.contains(part)).count()
    }
}

fn serve(
    mut client: TcpStream,
    upstream: u16,
    rule: &Rule,
    number: &AtomicU32,
    stop: &AtomicBool,
    seen: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 << 10];
    let end = loop {
        let n = client.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        bytes.extend_from_slice(&buffer[..n]);
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let length =
        head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length:").map(|v| v.trim().to_owned()));
    let length: usize = length.and_then(|v| v.parse().ok()).unwrap_or(0);
    while bytes.len() < end + 4 + length {
        let n = client.read(&mut buffer)?;
        if n == 0 {
            return Ok(());
        }
        bytes.extend_from_slice(&buffer[..n]);
    }
    let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().unwrap().push(target.clone());
    let fault = rule(&target, number.fetch_add(1, Ordering::Relaxed));
    match fault {
        Fault::Reset => return Ok(()),
        Fault::Silence => return wait(stop),
        Fault::Answer(status, more, body) => {
            let text = format!(
                "HTTP/1.1 {status} Fault\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            return client.write_all(text.as_bytes());
        }
        _ => {}
    }
    let mut lines: Vec<&str> = head.lines().collect();
    lines.retain(|l| !l.to_lowercase().starts_with("connection:") && !l.to_lowercase().starts_with("accept-encoding:"));
    let mut request = (lines.join("\r\n") + "\r\nConnection: close\r\n\r\n").into_bytes();
    request.extend_from_slice(&bytes[end + 4..]);
    let answer = http::parse(&http::tls(upstream, &request)?)?;
    let kept = answer.head.lines().skip(1).filter(|l| {
        let l = l.to_lowercase();
        !l.starts_with("connection:") && !l.starts_with("content-length:") && !l.starts_with("transfer-encoding:")
    });
    let kept: String = kept.map(|l| format!("{l}\r\n")).collect();
    let text = format!(
        "HTTP/1.1 {} X\r\n{kept}Content-Length: {}\r\nConnection: close\r\n\r\n",
        answer.status,
        answer.body.len()
    );
    client.write_all(text.as_bytes())?;
    match fault {
        Fault::Stall => {
            client.write_all(&answer.body[..answer.body.len() / 2])?;
            client.flush()?;
            wait(stop)
        }
        Fault::Half => client.write_all(&answer.body[..answer.body.len() / 2]),
        _ => client.write_all(&answer.body),
    }
}

fn wait(stop: &AtomicBool) -> std::io::Result<()> {
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
