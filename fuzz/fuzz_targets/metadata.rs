//! The `# METADATA` block of a check: a file with one, and a text that is made one.
#![no_main]

use kube_audit::policy::metadata;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    check(text);
    let mut block = "# METADATA\n".to_owned();
    for line in text.lines() {
        block.push_str("# ");
        block.push_str(line);
        block.push('\n');
    }
    check(&block);
});

fn check(text: &str) {
    let lines = text.split(['\n', '\r']).count() as u32;
    match metadata::parse("checks/workload/example.rego", text) {
        Ok(check) => {
            assert_eq!((check.id.as_str(), check.group.as_str()), ("example", "workload"));
            assert!(!check.title.is_empty() && !check.description.is_empty() && !check.remediation.is_empty());
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(problem.line > 0 && problem.line <= lines + 2, "{problem} of {lines} lines");
            }
        }
    }
}
