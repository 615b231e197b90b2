//! `audit cluster --publish`: what a ConfigMap is given of a report.

use super::{Error, Exit, Result};
use crate::model::report::Report;
use crate::report::{self, Format, View};
use crate::source::cluster::Options;
use crate::source::cluster::publish::{Publication, publish as write};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::io::Write;

/// Bytes of a compressed report that still fit: an object holds a mebibyte, and bytes grow by a third in it.
const FITS: usize = 700_000;
/// Key of the summary.
const SUMMARY: &str = "summary.json";
/// Key of the whole report, a JSON report in gzip.
const REPORT: &str = "report.json.gz";

/// A ConfigMap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    namespace: Option<String>,
    name: String,
}

/// Reads `configmap/NAME` and `configmap/NAMESPACE/NAME`.
pub(super) fn destination(text: &str) -> std::result::Result<Destination, String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (namespace, name) = match parts.as_slice() {
        [kind, name] if is_config_map(kind) => (None, *name),
        [kind, namespace, name] if is_config_map(kind) => (Some(*namespace), *name),
        _ => return Err("write configmap/NAME or configmap/NAMESPACE/NAME".to_owned()),
    };
    if name.is_empty() || namespace == Some("") {
        return Err("write configmap/NAME or configmap/NAMESPACE/NAME".to_owned());
    }
    Ok(Destination { namespace: namespace.map(str::to_owned), name: name.to_owned() })
}

fn is_config_map(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "configmap" | "configmaps" | "cm")
}

/// Writes summary and report.
pub(super) fn publish(options: &Options, to: &Destination, report: &Report, exit: Exit) -> Result<()> {
    let mut text = Vec::new();
    report::write(Format::Json, report, &View::default(), &mut text)?;
    let whole: Value = serde_json::from_slice(&text).map_err(|e| Error::new(format!("the report: {e}")))?;
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&text)?;
    let packed = packer.finish()?;
    let fits = packed.len() <= FITS;
    let kept = match fits {
        true => format!("{REPORT} has all of it"),
        false => format!("with {} bytes it is too large for a ConfigMap; see the log of the run", packed.len()),
    };
    let gaps = whole["gaps"].as_array().map_or(0, Vec::len);
    let summary = json!({
        "run": whole["run"], "tool": whole["tool"], "exit": exit.code(), "gaps": gaps, "summary": whole["summary"], "report": kept,
    });
    let publication = Publication {
        namespace: to.namespace.clone(),
        name: to.name.clone(),
        data: vec![(SUMMARY.to_owned(), format!("{summary:#}\n"))],
        binary: vec![(REPORT.to_owned(), fits.then_some(packed))],
    };
    write(options, &publication).map_err(Error::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations() {
        let of = |namespace: Option<&str>| Destination { namespace: namespace.map(str::to_owned), name: "r".into() };
        assert_eq!(destination("configmap/r"), Ok(of(None)));
        assert_eq!(destination("cm/ns/r"), Ok(of(Some("ns"))));
        for wrong in ["r", "secret/r", "configmap/", "configmap//r", "configmap/a/b/c"] {
            assert!(destination(wrong).is_err(), "{wrong}");
        }
    }
}
