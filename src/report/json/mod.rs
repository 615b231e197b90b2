//! The JSON report, version 1: everything a run found out, and all that is needed to compute its numbers again.
//!
//! The shape is [`shape::Document`]; its schema is `docs/schema/report-v1.json`. Top-level lists have one item per line,
//! so that reports can be compared, searched and cut with line tools. Results are written one by one: memory does not
//! grow with the report.

use super::View;
use crate::model::report::{FORMAT_VERSION, Report};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::ser::Formatter;
use std::io::{self, BufWriter, Write};

mod convert;
mod read;
pub mod shape;

pub use read::{ReadError, read};

/// Writes the report as JSON.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut json = serde_json::Serializer::with_formatter(&mut out, Lines::to_depth(2));
    Streamed { report, view }.serialize(&mut json)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The JSON schema of the report.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(shape::Document);
    schema.insert("$id".to_owned(), concat!(env!("CARGO_PKG_REPOSITORY"), "/docs/schema/report-v1.json").into());
    schema.to_value()
}

/// A report that serialises like [`shape::Document`], item by item.
pub(super) struct Streamed<'a> {
    pub report: &'a Report,
    pub view: &'a View,
}

impl Serialize for Streamed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Streamed { report, view } = *self;
        let shown = |v: &&_| convert::is_shown(report, view, v);
        let mut s = serializer.serialize_struct("Document", 15)?;
        s.serialize_field("version", FORMAT_VERSION)?;
        s.serialize_field("tool", &shape::Tool::this())?;
        s.serialize_field("run", &report.run)?;
        s.serialize_field("summary", &convert::summary(report))?;
        s.serialize_field("checks", &report.checks)?;
        s.serialize_field("objects", &Each(|| (0..).zip(&report.objects).map(|(i, o)| convert::object(i, o))))?;
        s.serialize_field(
            "results",
            &Each(|| report.verdicts.iter().filter(shown).map(|v| convert::result(report, v))),
        )?;
        s.serialize_field(
            "benchmarks",
            &Each(|| report.benchmarks.iter().map(|b| convert::benchmark(report, view, b))),
        )?;
        s.serialize_field("coverage", &report.coverage)?;
        s.serialize_field("gaps", &report.gaps)?;
        s.serialize_field("skipped", &report.skipped)?;
        s.serialize_field("waivers", &convert::waivers(report))?;
        s.serialize_field("notes", &report.notes)?;
        s.serialize_field("baseline", &report.baseline)?;
        s.end()
    }
}

/// A list that is made while it is written.
pub(super) struct Each<F>(pub F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Compact JSON that breaks the line for every key and item down to a depth.
pub(super) struct Lines {
    /// depth to which lines are broken
    limit: u32,
    depth: u32,
    /// bit n: the list or object at depth n has an item
    filled: u64,
}

impl Lines {
    /// Breaks lines down to a depth; 2 is the items of top-level lists.
    pub fn to_depth(limit: u32) -> Lines {
        Lines { limit, depth: 0, filled: 0 }
    }

    fn open(&mut self) {
        self.depth += 1;
        self.filled &= !(1 << self.depth.min(63));
    }

    fn item<W: ?Sized + io::Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.filled |= 1 << self.depth.min(63);
        if !first {
            w.write_all(b",")?;
        }
        if self.depth <= self.limit { w.write_all(b"\n") } else { Ok(()) }
    }

    fn close<W: ?Sized + io::Write>(&mut self, w: &mut W, end: &[u8]) -> io::Result<()> {
        let filled = self.filled & (1 << self.depth.min(63)) != 0;
        self.depth -= 1;
        if self.depth < self.limit && filled {
            w.write_all(b"\n")?;
        }
        w.write_all(end)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + io::Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.open();
        w.write_all(b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.close(w, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.item(w, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.open();
        w.write_all(b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, w: &mut W) -> io::Result<()> {
        self.close(w, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.item(w, first)
    }
}

#[cfg(test)]
mod tests;
