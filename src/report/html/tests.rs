//! The page stands alone, holds its frame for any input, and runs no script but its own.

use super::{FILTER, FILTER_HASH, write};
use crate::model::report::Report;
use crate::report::sample::{arbitrary, reports::*};
use crate::report::{View, lines_to_show};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn html(report: &Report, view: &View) -> String {
    let mut out = Vec::new();
    write(report, view, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let n = chunk.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let letter = LETTERS[(n >> (18 - 6 * i)) as usize & 63] as char;
            out.push(if i <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

/// Opened and not closed tags, in order; panics when they are crossed.
fn unclosed(page: &str) -> Vec<String> {
    const VOID: [&str; 3] = ["meta", "br", "!DOCTYPE"];
    let (head, body) = page.split_once("</style>").expect("a style");
    let (body, tail) = body.split_once("<script>").expect("a script");
    let tail = tail.split_once("</script>").expect("its end").1;
    let page = format!("{}{body}{tail}", head.split_once("<style>").expect("a style").0);
    let mut open: Vec<String> = Vec::new();
    for tag in page.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap_or_default().to_owned();
        if VOID.contains(&name.as_str()) {
            continue;
        }
        match tag.strip_prefix('/') {
            None => open.push(name),
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "crossed tags"),
        }
    }
    open
}

#[test]
fn stands_alone() {
    for report in
        [bad_pod(), many_files(), cluster(), all_passed(true), only_gaps(), waived(), baseline(), Report::default()]
    {
        let page = html(&report, &with_snippets(terminal(80)));
        assert_eq!(unclosed(&page), Vec::<String>::new());
        for outside in [" src=", "@import", "url(", "<link", "<img"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }
}

#[test]
fn only_our_script_runs() {
    assert_eq!(FILTER_HASH, base64(&Sha256::digest(FILTER)));
    let mut report = bad_pod();
    report.run.target = "<script>alert(1)</script>".into();
    report.verdicts[0].findings[0].message = "\"><img src=x onerror=alert(1)>".into();
    let page = html(&report, &View::default());
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(!page.contains("<img"));
}

#[test]
fn shows_source_and_marks_the_field() {
    let page = html(&bad_pod(), &with_snippets(View::default()));
    assert!(page.contains("<pre><span class=\"n\">14 | </span>        privileged: <mark>true</mark></pre>"), "{page}");
    let mut secret = bad_pod();
    for v in &mut secret.verdicts {
        v.findings.iter_mut().for_each(|f| f.sensitive = true);
    }
    assert!(!html(&secret, &with_snippets(View::default())).contains("<pre>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_report_keeps_its_frame(report in arbitrary::report(), line in "(?s).{0,40}") {
        let mut view = View::default();
        for (path, number) in lines_to_show(&report, &view) {
            view.snippets.insert((path, number), line.clone());
        }
        let page = html(&report, &view);
        prop_assert!(!page.contains(|c: char| c.is_control() && c != '\n'));
        prop_assert_eq!(unclosed(&page), Vec::<String>::new());
        prop_assert_eq!(page.matches("<b>").count(), page.matches("</b>").count() - page.matches("<b class").count());
    }
}
