//! The JSON report as YAML, field by field; strings that some YAML version reads as something else (`yes`, `0644`,
//! `1_000`) are quoted.

use super::View;
use super::json::Streamed;
use crate::model::report::Report;
use serde_saphyr::SerializerOptions;
use std::io::{self, BufWriter, Write};

/// Writes the report as YAML.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut options = SerializerOptions::default();
    options.prefer_block_scalars = false;
    options.compact_list_indent = true;
    let mut out = BufWriter::with_capacity(1 << 16, out);
    serde_saphyr::to_io_writer_with_options(&mut out, &Streamed { report, view }, options).map_err(|e| match e {
        serde_saphyr::ser::Error::IO { error } => error,
        other => io::Error::other(other),
    })?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json;
    use crate::report::sample::{arbitrary, reports};
    use proptest::prelude::*;
    use serde_json::Value;

    fn both(report: &Report) -> (String, Value) {
        let view = View { include_passed: true, ..View::default() };
        let (mut yaml, mut text) = (Vec::new(), Vec::new());
        write(report, &view, &mut yaml).expect("writing to memory");
        json::write(report, &view, &mut text).expect("writing to memory");
        (String::from_utf8(yaml).expect("UTF-8"), serde_json::from_slice(&text).expect("JSON"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn says_what_the_json_says(report in arbitrary::report()) {
            let (yaml, json) = both(&report);
            let read: Value = serde_yaml::from_str(&yaml).map_err(|e| TestCaseError::fail(format!("{e}\n{yaml}")))?;
            prop_assert_eq!(read, json);
        }
    }

    #[test]
    fn quotes_what_yaml_1_1_would_change() {
        let mut report = reports::bad_pod();
        let tricky = [
            "yes",
            "on",
            "n",
            "0644",
            "1_000",
            "0x1F",
            "12:30:45",
            "1e3",
            "null",
            "~",
            "- a",
            "a: b",
            "2026-01-02",
            "=",
            "<<",
        ];
        report.notes = tricky.map(Into::into).into();
        let (yaml, _) = both(&report);
        for text in tricky {
            let quoted = yaml.contains(&format!("- \"{text}\"\n")) || yaml.contains(&format!("- '{text}'\n"));
            assert!(quoted, "{text} is not quoted:\n{yaml}");
        }
    }
}
