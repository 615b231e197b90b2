#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

/// A stream that gives a few bytes at a time.
struct Trickle<'b>(&'b [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(self.0.len()).min(buffer.len());
        buffer[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

fn collect(text: &[u8], piece: usize, settings: &Settings) -> Vec<Emit> {
    let input = Input::bytes("a.yaml", text);
    let mut out = Vec::new();
    let mut emit = |emit| {
        out.push(emit);
        ControlFlow::Continue(())
    };
    let _ = read(&input, Ok(Box::new(Trickle(text, piece))), settings, &mut emit);
    out
}

fn texts(text: &str) -> Vec<String> {
    let documents = collect(text.as_bytes(), usize::MAX, &Settings::default());
    documents
        .into_iter()
        .map(|emit| match emit {
            Emit::Document(d) => d.text,
            Emit::Gap(gap) => format!("GAP {}", gap.reason),
            Emit::Skipped(skipped) => format!("SKIPPED {}", skipped.reason),
        })
        .collect()
}

#[test]
fn splits_as_kubectl_does() {
    assert_eq!(texts("a: 1\n---\nb: 2\n"), ["a: 1\n", "b: 2\n"]);
    assert_eq!(texts("# head\n---\na: 1\n--- # note\n---\nb: |\n  x\n---\n  y"), ["a: 1\n", "---\nb: |\n  x\n", "  y"]);
    assert_eq!(texts("a: 1\n --- \nb: 2"), ["a: 1\n --- \nb: 2"]);
    assert_eq!(texts("a: 1\r\n---\r\nb: 2\r\n"), ["a: 1\r\n", "b: 2\r\n"]);
    assert_eq!(texts("a: 1\n--- b: 2\nc: 3\n---\nd: 4\n"), ["a: 1\n", "GAP syntax", "d: 4\n"]);
    assert_eq!(texts("\u{feff}a: 1\n"), ["a: 1\n"]);
    assert_eq!(texts("# only\n---\n"), ["GAP empty"]);
}

#[test]
fn json_values_and_lists() {
    assert_eq!(texts("{\"a\":1}{\"b\":2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
    assert_eq!(texts("{\"a\":1}\n---\nb: 2\n"), ["{\"a\":1}", "---\nb: 2\n"]);
    assert_eq!(texts("[{\"a\":1}, {\"b\":2}]"), ["[{\"a\":1}, {\"b\":2}]"]);
    assert_eq!(texts("{a: b}\n"), ["{a: b}\n"]);
    assert_eq!(texts("{\"a\": yes}\n"), ["{\"a\": yes}\n"]);
    assert_eq!(texts("{{ if .x }}\na: 1\n"), ["{{ if .x }}\na: 1\n"]);
    let list = "{\"items\": [{\"a\": \"]\"},\n {\"b\": 2}], \"kind\": \"PodList\", \"apiVersion\": \"v1\"}";
    let found = collect(list.as_bytes(), 1, &Settings::default());
    let Emit::Document(second) = &found[1] else { panic!("{found:?}") };
    assert_eq!((second.text.as_str(), second.line, second.column, second.index), ("{\"b\": 2}", 2, 1, 0));
    let item = second.item.clone().unwrap();
    assert_eq!(
        (&*item.pointer, item.kind.as_deref(), item.api_version.as_deref()),
        ("/items/1", Some("Pod"), Some("v1"))
    );
    assert_eq!(texts("{\"kind\":\"List\",\"items\":[]}"), ["SKIPPED list without items"]);
}

#[test]
fn lists_over_the_limit_come_item_by_item() {
    let limits = Limits { document_bytes: 40, ..Limits::default() };
    let settings = Settings { limits, ..Settings::default() };
    let items = (0..10).map(|i| format!("{{\"n\": {i}}}")).collect::<Vec<_>>().join(",\n");
    for list in [
        format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"PodList\", \"metadata\": {{\"a\": [1]}}, \"items\": [{items}]}}"
        ),
        format!("{{\"items\": [{items}], \"metadata\": {{}}, \"kind\": \"PodList\", \"apiVersion\": \"v1\"}}"),
    ] {
        let text = format!("{list}\n{{\"last\": 1}}");
        let found = collect(text.as_bytes(), 7, &settings);
        let documents: Vec<_> =
            found.iter().filter_map(|e| if let Emit::Document(d) = e { Some(d) } else { None }).collect();
        assert_eq!(documents.len(), 11, "{found:?}");
        let item = documents[9].item.as_ref().unwrap();
        assert_eq!((&*item.pointer, item.kind.as_deref()), ("/items/9", Some("Pod")));
        assert_eq!((documents[9].text.as_str(), documents[10].text.as_str()), ("{\"n\": 9}", "{\"last\": 1}"));
        assert_eq!(documents[9].line, 10);
    }
    let large = format!("{{\"kind\": \"List\", \"items\": [{{\"a\": \"{}\"}}, {{\"b\": 1}}]}}", "x".repeat(100));
    let found = collect(large.as_bytes(), 7, &settings);
    assert!(
        matches!(&found[0], Emit::Gap(gap) if &*gap.reason == "limit" && gap.detail.contains("/items/0")),
        "{found:?}"
    );
    assert!(matches!(&found[1], Emit::Document(d) if d.text == "{\"b\": 1}"));
    // Without a head: objects are found, the rest is counted; what is no list and no object is no gap.
    let text = format!("[{{\"kind\": \"Pod\", \"apiVersion\": \"v1\"}}, 5, {{\"a\": \"{}\"}}]", "x".repeat(60));
    let settings = Settings { limits: Limits { document_bytes: 70, ..Limits::default() }, ..Settings::default() };
    let found = collect(text.as_bytes(), 7, &settings);
    let [Emit::Document(pod), Emit::Skipped(skipped)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (&*pod.item.as_ref().unwrap().pointer, &*skipped.reason),
        ("/0", "list with 2 items without apiVersion and kind")
    );
    let found = collect(format!("{{\"a\": \"{}\"}}", "x".repeat(100)).as_bytes(), 7, &settings);
    assert!(
        matches!(&found[..], [Emit::Skipped(skipped)] if &*skipped.reason == "no apiVersion and kind"),
        "{found:?}"
    );
    let other = format!("{{\"kind\": \"Pod\", \"a\": \"{}\"}}{{\"b\": 1}}", "x".repeat(100));
    let found = collect(other.as_bytes(), 7, &settings);
    assert!(matches!(&found[0], Emit::Gap(gap) if &*gap.reason == "limit"), "{found:?}");
    assert!(matches!(&found[1], Emit::Document(d) if d.text == "{\"b\": 1}"));
}

#[test]
fn yaml_over_the_limit_is_a_gap_of_its_own() {
    let limits = Limits { document_bytes: 40, ..Limits::default() };
    let settings = Settings { limits, ..Settings::default() };
    let text = format!("a: 1\n---\nb: {}\n---\nc: 3\n", "x\n  ".repeat(100));
    for piece in [1, 3, 64, usize::MAX] {
        let found = collect(text.as_bytes(), piece, &settings);
        let [Emit::Document(a), Emit::Gap(gap), Emit::Document(c)] = &found[..] else { panic!("{found:?}") };
        assert_eq!((a.index, &*gap.reason, gap.line, c.index, c.line), (0, "limit", 3, 2, 105));
        assert_eq!(&text[c.base as usize..], "c: 3\n");
    }
}

#[test]
fn what_is_not_text() {
    for (bytes, word) in [
        (&b"\xFF\xFEa\0"[..], "UTF-16"),
        (b"\xFE\xFF\0a", "UTF-16"),
        (b"a\0:\0", "UTF-16"),
        (b"\x7FELF\x02\x01\x01\0\0", "binary"),
    ] {
        let found = collect(bytes, usize::MAX, &Settings::default());
        let [Emit::Gap(gap)] = &found[..] else { panic!("{found:?}") };
        assert!(&*gap.reason == "encoding" && gap.detail.contains(word), "{gap:?}");
    }
    let found = collect(b"a: 1\n---\nb: \xFF\n---\nc: 3\n", usize::MAX, &Settings::default());
    let [Emit::Document(_), Emit::Gap(gap), Emit::Document(_)] = &found[..] else { panic!("{found:?}") };
    assert!(gap.detail.contains("not valid UTF-8 on line 3"), "{gap:?}");
}

#[test]
fn helm_output_names_its_templates() {
    let text = "---\n# Source: web/templates/a.yaml\na: 1\n---\n# Source: web/templates/b.yaml\nb: 1\n";
    let found = collect(text.as_bytes(), usize::MAX, &Settings::default());
    let [Emit::Document(a), Emit::Document(b)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(a.template.as_deref(), Some("web/templates/a.yaml"));
    assert_eq!(b.template.as_deref(), Some("web/templates/b.yaml"));
}

proptest! {
    #[test]
    fn pieces_do_not_matter(
        parts in proptest::collection::vec(
            prop::sample::select(vec![
                "---\n", "--- # x\n", "---\r\n", "a: 1\n", "- b\n", "\n", "# c\n", "{\"a\": [1, \"\\\"}\"]}", "{\"kind\":\"List\",\"items\":[",
                "{\"b\": {}}", ",", "]}", " ", "é: ü\n", "--", "x", "---x\n", "\u{feff}", "\r",
            ]),
            0..14,
        ),
        piece in 1usize..9,
        limit in prop::sample::select(vec![12usize, 30, 8 << 20]),
    ) {
        let text = parts.concat();
        let settings = Settings { limits: Limits { document_bytes: limit, ..Limits::default() }, ..Settings::default() };
        let whole = collect(text.as_bytes(), usize::MAX, &settings);
        let pieces = collect(text.as_bytes(), piece, &settings);
        prop_assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
        for emit in whole {
            if let Emit::Document(d) = emit {
                // The text is where it says it is.
                prop_assert!(text[d.base as usize..].starts_with(&d.text));
                let before = &text[..d.base as usize];
                prop_assert_eq!(d.line as usize, before.matches('\n').count() + 1);
            }
        }
    }
}
