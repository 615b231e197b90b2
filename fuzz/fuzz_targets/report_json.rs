//! A stored JSON report, read back; what is accepted can be written in every format and read again.
#![no_main]

use kube_audit::report::{Format, View, json, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(report) = json::read(data) else { return };
    let view = View { include_passed: true, verbose: 1, ..View::default() };
    for format in Format::ALL {
        let _ = write(format, &report, &view, &mut std::io::sink());
    }
    let mut first = Vec::new();
    json::write(&report, &view, &mut first).expect("memory takes everything");
    let again = json::read(&first).expect("what was written can be read");
    let mut second = Vec::new();
    json::write(&again, &view, &mut second).expect("memory takes everything");
    assert_eq!(first, second, "reading and writing changes nothing");
});
