//! Reports as a caller of the library sees them: formats by name, a stored report shown again, the shipped schema.

use kube_audit::report::{Format, View, json, lines_to_show, write};

fn render(format: Format, text: &[u8]) -> std::io::Result<String> {
    let report = json::read(text).expect("a stored report");
    let view = View { include_passed: true, ..View::default() };
    let mut out = Vec::new();
    write(format, &report, &view, &mut out)?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

const STORED: &str = include_str!("schemas/report-v1.example.json");

#[test]
fn formats_have_names() {
    for format in Format::ALL {
        assert_eq!(format.name().parse(), Ok(format));
        assert!(!format.about().is_empty());
    }
    let error = "jsom".parse::<Format>().expect_err("no format");
    let names = "table, json, yaml, sarif, junit, markdown, html, kubesec";
    assert_eq!(error, format!("\"jsom\" is not an output format; did you mean json? the formats are {names}"));
    assert!(!"xyz".parse::<Format>().expect_err("no format").contains("did you mean"));
}

#[test]
fn a_stored_report_is_shown_in_every_format() {
    for format in Format::ALL {
        match render(format, STORED.as_bytes()) {
            Ok(text) if format == Format::Json => assert_eq!(text.replace(env!("CARGO_PKG_VERSION"), "0.0.0"), STORED),
            Ok(text) => assert!(text.contains("privileged-container"), "{format}"),
            Err(e) => assert!(format == Format::Kubesec && e.to_string().contains("-o kubesec"), "{format}: {e}"),
        }
    }
}

#[test]
fn same_report_same_bytes() {
    for format in Format::ALL.into_iter().filter(|f| *f != Format::Kubesec) {
        let [a, b] = [(); 2].map(|()| render(format, STORED.as_bytes()).expect("a report"));
        assert_eq!(a, b);
    }
}

#[test]
fn the_shipped_schema_takes_the_shipped_example() {
    let schema = include_str!("../docs/schema/report-v1.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("JSON");
    let example: serde_json::Value = serde_json::from_str(STORED).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &example));
    let mut broken = example;
    broken["results"][0]["outcome"] = "maybe".into();
    assert!(!jsonschema::is_valid(&schema, &broken));
}

#[test]
fn lines_to_show_are_those_of_findings() {
    let report = json::read(STORED.as_bytes()).expect("a stored report");
    let lines = lines_to_show(&report, &View::default());
    assert_eq!(lines, [("pod.yaml".into(), 14)]);
}
