//! What a person sees.

use crate::model::check::Severity;
use crate::model::report::Report;
use crate::report::sample::{Sample, arbitrary, at, reports::*, snapshots};
use crate::report::{Hints, View, lines_to_show, text};
use proptest::prelude::*;

fn show(report: &Report, view: &View) -> String {
    let mut out = Vec::new();
    super::write(report, view, &mut out).expect("writing to memory");
    let out = String::from_utf8(out).expect("UTF-8");
    if let Some(width) = view.width {
        for line in out.lines() {
            let fits = text::width(line) <= usize::from(width);
            let one_word = line.trim_start().split(' ').count() == 1;
            assert!(fits || one_word || view.color, "too wide for {width}: {line}");
        }
    }
    assert!(!out.contains('\t') && out.lines().all(|l| l == l.trim_end()), "blanks at the end of a line:\n{out}");
    out
}

macro_rules! snapshot {
    ($name:literal, $report:expr, $view:expr) => {
        snapshots().bind(|| insta::assert_snapshot!($name, show(&$report, &$view)));
    };
}

#[test]
fn one_bad_pod() {
    snapshot!("bad_pod_wide", bad_pod(), with_snippets(terminal(120)));
    snapshot!("bad_pod_80", bad_pod(), with_snippets(terminal(80)));
    snapshot!("bad_pod_pipe", bad_pod(), View::default());
    snapshot!("bad_pod_wide_verbose", bad_pod(), View { verbose: 1, ..with_snippets(terminal(110)) });
    snapshot!("bad_pod_quiet", bad_pod(), View { quiet: true, ..terminal(120) });
    let only = View { severities: Some(vec![Severity::Critical, Severity::Low]), ..terminal(80) };
    snapshot!("bad_pod_severities", bad_pod(), only);
}

#[test]
fn many() {
    snapshot!("many_files_wide", many_files(), terminal(120));
    snapshot!("many_files_80", many_files(), terminal(80));
    snapshot!("many_files_pipe", many_files(), View::default());
    snapshot!("many_files_verbose", many_files(), View { verbose: 1, ..terminal(80) });
}

#[test]
fn a_cluster() {
    snapshot!("cluster_wide", cluster(), terminal(120));
    snapshot!("cluster_80", cluster(), terminal(80));
    snapshot!("cluster_verbose", cluster(), View { verbose: 1, ..terminal(80) });
}

#[test]
fn the_corners() {
    snapshot!("all_passed", all_passed(false), terminal(80));
    snapshot!("nothing_assessed", nothing_assessed(), terminal(80));
    snapshot!("only_gaps", only_gaps(), terminal(80));
    snapshot!("waived", waived(), terminal(80));
    snapshot!("waived_verbose", waived(), View { verbose: 1, ..terminal(80) });
    snapshot!("baseline", baseline(), terminal(80));
    snapshot!("empty", Report::default(), terminal(80));
}

/// A report without what colours it.
fn without_colour(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("\u{1b}[") {
        out.push_str(&rest[..start]);
        let end = rest[start..].find('m').expect("the end of an escape");
        rest = &rest[start + end + 1..];
    }
    out + rest
}

#[test]
fn colour_only_underlines() {
    for report in [bad_pod(), many_files(), cluster(), waived(), baseline(), only_gaps(), nothing_assessed()] {
        for width in [None, Some(80), Some(120)] {
            for verbose in [0, 1] {
                let view = View { width, verbose, ..with_snippets(terminal(120)) };
                let colour = show(&report, &View { color: true, ..view.clone() });
                assert_eq!(without_colour(&colour), show(&report, &view));
            }
        }
    }
    assert!(show(&bad_pod(), &View { color: true, ..terminal(80) }).contains("\u{1b}["));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_report_reaches_for_the_terminal(
        report in arbitrary::report(),
        width in proptest::option::of(10u16..150),
        verbose in 0u8..2,
        line in "(?s).{0,60}",
    ) {
        let mut view = View { width, verbose, hints: Hints { commands: true, fix: true }, ..View::default() };
        for (path, number) in lines_to_show(&report, &view) {
            view.snippets.insert((path, number), line.clone());
        }
        let mut out = Vec::new();
        super::write(&report, &view, &mut out).expect("writing to memory");
        let out = String::from_utf8(out).expect("UTF-8");
        prop_assert!(!out.contains(|c: char| c.is_control() && c != '\n'));
    }
}

#[test]
fn long_source_lines_are_cut_around_the_field() {
    let mut s = Sample::new("scan", "pod.json");
    let check = s.check("privileged-container", Severity::Critical, "t", "r");
    let pod = s.object("pod.json", 1, "Pod", "web", "frontend");
    let finding = at("/spec/containers/0/securityContext/privileged", "privileged is true").line(1, 5014, 4);
    s.verdict(check, pod, vec![finding]);
    let mut view = terminal(100);
    let line = format!("{}\"privileged\":true,{}", "\t{\u{1b}日".repeat(1250), "x".repeat(9000));
    view.snippets.insert(("pod.json".into(), 1), line);
    snapshot!("long_source_line", s.finish(false), view);
}
