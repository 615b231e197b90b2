//! A snapshot: JSON lines, plain or compressed by the file's name (`.gz`, `.zst`). The first line is a [`Header`] with everything a report
//! needs beside the objects, coverage above all; every further line is one object, redacted (see `redact`). The header counts the
//! objects, so a file that was cut off is noticed. Invariant: what is read back has the rows, gaps and objects that were written.

use super::error::ConnectError;
use super::redact::redact;
use super::{Collected, Folding, Item, Row, Server, coverage, json};
use crate::model::inventory::{Coverage, Gap};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// `kind` of the first line.
pub const KIND: &str = "ClusterSnapshot";
/// Longest line that is read.
const LINE: u64 = 64 << 20;
/// Bytes that are compressed at a time.
const CHUNK: usize = 1 << 20;

/// The first line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// `audit/v1`
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// `ClusterSnapshot`
    pub kind: String,
    /// who wrote it: name and version
    pub tool: String,
    /// when, RFC 3339
    pub date: String,
    /// lines that follow
    pub items: u64,
    /// where it is from
    pub server: Server,
    /// how completely each kind was read
    pub rows: Vec<Row>,
    /// what could not be read
    pub gaps: Vec<Gap>,
    /// what was folded
    pub folding: Folding,
    /// what a person should know
    pub notes: Vec<String>,
}

impl Header {
    /// What checks ask.
    pub fn coverage(&self) -> Coverage {
        coverage::coverage(&self.rows)
    }

    /// The collection as it was, without the cost of it.
    pub fn collected(self) -> Collected {
        let Header { server, rows, gaps, folding, notes, .. } = self;
        Collected { server, rows, gaps, folding, notes, ..Collected::default() }
    }
}

/// Why a snapshot cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// the file
    #[error("cannot read the snapshot {}: {source}", path.display())]
    Io {
        /// which
        path: PathBuf,
        /// why
        source: io::Error,
    },
    /// not one of ours
    #[error("{} is not a cluster snapshot: {detail}", path.display())]
    Foreign {
        /// which
        path: PathBuf,
        /// what its first line is
        detail: String,
    },
    /// an end too early
    #[error("the snapshot {} is cut off: it has {found} of {expected} objects; write it again", path.display())]
    Truncated {
        /// which
        path: PathBuf,
        /// lines seen
        found: u64,
        /// lines promised
        expected: u64,
    },
    /// a line that is no object
    #[error("line {line} of the snapshot {} is broken: {detail}", path.display())]
    Line {
        /// which
        path: PathBuf,
        /// from 1
        line: u64,
        /// why
        detail: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Plain,
    Gzip,
    Zstd,
}

impl Format {
    fn of(path: &Path) -> Format {
        match path.extension().and_then(|e| e.to_str()) {
            Some("gz") => Format::Gzip,
            Some("zst" | "zstd") => Format::Zstd,
            _ => Format::Plain,
        }
    }

    /// A piece that can stand before and after others of its kind.
    fn pack(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Format::Plain => Ok(bytes.to_vec()),
            Format::Gzip => {
                let mut out = GzEncoder::new(Vec::new(), Compression::default());
                out.write_all(bytes)?;
                out.finish()
            }
            Format::Zstd => Ok(compress_to_vec(bytes, CompressionLevel::Fastest)),
        }
    }
}

/// Writes a snapshot: objects as they come into a nameless file, and at the end the header before them, under the final name.
pub(super) struct Writer {
    path: PathBuf,
    part: PathBuf,
    format: Format,
    body: BufWriter<File>,
    chunk: Vec<u8>,
    items: u64,
}

impl Writer {
    pub(super) fn create(path: &Path) -> Result<Writer, ConnectError> {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let part = path.with_file_name(format!(".{name}.part-{}", std::process::id()));
        let open = || -> io::Result<File> {
            let body = part.with_extension("items");
            let file = private(&body)?;
            std::fs::remove_file(&body)?;
            Ok(file)
        };
        let body = open().map_err(|e| failed(path, &e))?;
        let body = BufWriter::new(body);
        Ok(Writer { path: path.to_owned(), part, format: Format::of(path), body, chunk: Vec::new(), items: 0 })
    }

    pub(super) fn add(&mut self, item: &Item) -> Result<(), ConnectError> {
        self.chunk.extend_from_slice(&redact(&item.bytes));
        self.chunk.push(b'\n');
        self.items += 1;
        if self.chunk.len() >= CHUNK { self.flush().map_err(|e| failed(&self.path, &e)) } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let packed = self.format.pack(&self.chunk)?;
        self.chunk.clear();
        self.body.write_all(&packed)
    }

    pub(super) fn finish(mut self, collected: &Collected, date: &str) -> Result<(), ConnectError> {
        let done = self.close(collected, date);
        if done.is_err() {
            // Half a snapshot under a strange name helps nobody; that it cannot be removed either is not the error to tell.
            let _ = std::fs::remove_file(&self.part);
        }
        done.map_err(|e| failed(&self.path, &e))
    }

    fn close(&mut self, collected: &Collected, date: &str) -> io::Result<()> {
        if !self.chunk.is_empty() {
            self.flush()?;
        }
        let header = Header {
            api_version: "audit/v1".to_owned(),
            kind: KIND.to_owned(),
            tool: format!("{} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
            date: date.to_owned(),
            items: self.items,
            server: collected.server.clone(),
            rows: collected.rows.clone(),
            gaps: collected.gaps.clone(),
            folding: collected.folding.clone(),
            notes: collected.notes.clone(),
        };
        let mut line = serde_json::to_vec(&header)?;
        line.push(b'\n');
        self.body.flush()?;
        let body = self.body.get_mut();
        body.seek(SeekFrom::Start(0))?;
        let mut out = private(&self.part)?;
        out.write_all(&self.format.pack(&line)?)?;
        io::copy(body, &mut out)?;
        out.sync_all()?;
        std::fs::rename(&self.part, &self.path)
    }
}

/// A new file only we can read: names of objects and images are nobody else's business.
fn private(path: &Path) -> io::Result<File> {
    let mut options = std::fs::OpenOptions::new();
    // Never through a link that somebody else has put there.
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            std::fs::remove_file(path)?;
            options.open(path)
        }
        done => done,
    }
}

fn failed(path: &Path, e: &io::Error) -> ConnectError {
    ConnectError::Save { path: path.to_owned(), detail: e.to_string() }
}

/// A snapshot being read: the header at once, objects one by one.
pub struct Snapshot {
    /// the first line
    pub header: Header,
    path: PathBuf,
    lines: Box<dyn BufRead + Send>,
    read: u64,
    ended: bool,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("path", &self.path).field("read", &self.read).finish_non_exhaustive()
    }
}

/// Whether bytes at the start of a file, decompressed, are a snapshot's.
pub fn is_snapshot(start: &[u8]) -> bool {
    let head = &start[..start.len().min(200)];
    let text = String::from_utf8_lossy(head);
    text.starts_with('{') && text.contains(&format!("\"kind\":\"{KIND}\""))
}

/// Opens a snapshot, compressed or not, whatever its name.
pub fn read_snapshot(path: &Path) -> Result<Snapshot, SnapshotError> {
    let io = |source| SnapshotError::Io { path: path.to_owned(), source };
    let mut source = BufReader::with_capacity(256 << 10, File::open(path).map_err(io)?);
    let magic = source.fill_buf().map_err(io)?;
    let mut lines: Box<dyn BufRead + Send> = match magic {
        [0x1f, 0x8b, ..] => Box::new(BufReader::with_capacity(256 << 10, MultiGzDecoder::new(source))),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            Box::new(BufReader::with_capacity(256 << 10, Frames { source: Some(source), frame: None }))
        }
        _ => Box::new(source),
    };
    let foreign = |detail: String| SnapshotError::Foreign { path: path.to_owned(), detail };
    let first = line(&mut lines).map_err(io)?.ok_or_else(|| foreign("it is empty".to_owned()))?;
    if !is_snapshot(&first) {
        return Err(foreign("its first line is not a snapshot's header".to_owned()));
    }
    let header: Header =
        serde_json::from_slice(&first).map_err(|e| foreign(format!("its header cannot be understood: {e}")))?;
    Ok(Snapshot { header, path: path.to_owned(), lines, read: 0, ended: false })
}

fn line(lines: &mut Box<dyn BufRead + Send>) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let n = lines.take(LINE).read_until(b'\n', &mut bytes)?;
    if n as u64 == LINE && bytes.last() != Some(&b'\n') {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a line is longer than 64 MiB"));
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    }
    Ok((n > 0).then_some(bytes))
}

impl Iterator for Snapshot {
    type Item = Result<Item, SnapshotError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let path = || self.path.clone();
        match line(&mut self.lines) {
            Err(source) => {
                self.ended = true;
                // A compressed file that was cut off does not end, it breaks.
                Some(Err(match source.kind() {
                    io::ErrorKind::UnexpectedEof => {
                        SnapshotError::Truncated { path: path(), found: self.read, expected: self.header.items }
                    }
                    _ => SnapshotError::Io { path: path(), source },
                }))
            }
            Ok(None) => {
                self.ended = true;
                (self.read < self.header.items).then(|| {
                    Err(SnapshotError::Truncated { path: path(), found: self.read, expected: self.header.items })
                })
            }
            Ok(Some(bytes)) => {
                self.read += 1;
                let at = self.read + 1;
                Some(item(bytes).map_err(|detail| SnapshotError::Line { path: path(), line: at, detail }))
            }
        }
    }
}

fn item(bytes: Vec<u8>) -> Result<Item, String> {
    let members = json::members(&bytes).map_err(|e| e.to_string())?;
    let metadata = json::get(&members, "metadata").and_then(|m| json::members(m).ok()).unwrap_or_default();
    let (api_version, kind) = (json::text(&members, "apiVersion"), json::text(&members, "kind"));
    if api_version.is_empty() || kind.is_empty() {
        return Err("it has no apiVersion and kind".to_owned());
    }
    let (namespace, name) = (json::text(&metadata, "namespace"), json::text(&metadata, "name"));
    Ok(Item { api_version: api_version.into(), kind: kind.into(), namespace, name, bytes })
}

/// Zstandard frames one after another; the decoder stops at the end of each.
struct Frames {
    source: Option<BufReader<File>>,
    frame: Option<StreamingDecoder<BufReader<File>, ruzstd::decoding::FrameDecoder>>,
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let n = frame.read(buffer)?;
                if n > 0 || buffer.is_empty() {
                    return Ok(n);
                }
                self.source = self.frame.take().map(StreamingDecoder::into_inner);
            }
            let Some(mut source) = self.source.take() else { return Ok(0) };
            if source.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame =
                StreamingDecoder::new(source).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e.to_string()))?;
            self.frame = Some(frame);
        }
    }
}
