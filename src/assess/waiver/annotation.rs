//! Waivers in the annotation `kube-audit/ignore`.
//!
//! ```text
//! value   = entry { (";" | line end) entry }
//! entry   = checks { blanks option } ":" reason { blanks option }
//! checks  = check { "," check }
//! option  = "expires=" YYYY-MM-DD | "container=" pattern { "," pattern } | "owner=" name
//! reason  = text without ";"
//! ```
//!
//! Blanks around commas do not matter; empty entries do not count. Options stand before the colon or at the very end, each once
//! in an entry; one in the middle of the reason is an error, because it would be taken for words. A broken entry covers nothing; the
//! others of the annotation hold.

use super::comment::{ParsedIgnore, split_checks};
use super::{WaiverError, excerpt, one_line, parse_date};
use crate::config::suggestion::closest;

const OPTIONS: [&str; 3] = ["expires", "container", "owner"];

/// Reads a value; for every entry what it says, or the entry's beginning and what is wrong.
pub fn parse_annotation(value: &str) -> Vec<Result<ParsedIgnore, (String, WaiverError)>> {
    let entries = value.split([';', '\n', '\r']).map(str::trim).filter(|e| !e.is_empty());
    let mut parsed: Vec<_> = entries.map(|e| parse_entry(e).map_err(|error| (excerpt(e), error))).collect();
    if parsed.is_empty() {
        parsed.push(Err((excerpt(value), WaiverError::MissingChecks("write CHECK: why this is acceptable"))));
    }
    parsed
}

fn parse_entry(entry: &str) -> Result<ParsedIgnore, WaiverError> {
    let (head, tail) =
        entry.split_once(':').ok_or(WaiverError::MissingReason("write CHECK: why this is acceptable"))?;
    let mut values: [Option<String>; 3] = Default::default();
    let mut reason: Vec<&str> = tail.split_whitespace().collect();
    while let Some((index, value)) = reason.last().and_then(|w| option(w)) {
        set(&mut values, index, value)?;
        reason.pop();
    }
    if let Some(word) = reason.iter().find(|w| option(w).is_some()) {
        return Err(WaiverError::OptionInReason(excerpt(word)));
    }
    let first_option = head.split_whitespace().find(|w| w.contains('='));
    let cut = first_option.map_or(head.len(), |w| w.as_ptr() as usize - head.as_ptr() as usize);
    let (checks, options) = head.split_at(cut);
    for word in options.split_whitespace() {
        match option(word) {
            Some((index, value)) => set(&mut values, index, value)?,
            None => {
                let Some((key, _)) = word.split_once('=') else { return Err(WaiverError::Stray(excerpt(word))) };
                let suggestion = closest(key, OPTIONS).map(str::to_owned);
                let known = "expires, container, owner";
                return Err(WaiverError::UnknownKey { key: excerpt(key), suggestion, known });
            }
        }
    }
    let checks = split_checks(checks, "write CHECK: why this is acceptable")?;
    let reason = one_line(&reason.join(" "));
    if reason.is_empty() {
        return Err(WaiverError::MissingReason("write it after the colon"));
    }
    let [expires, container, owner] = values;
    let containers = match container {
        None => Vec::new(),
        Some(list) => {
            let list: Vec<String> = list.split(',').map(|c| c.trim().to_owned()).collect();
            if list.iter().any(String::is_empty) {
                return Err(WaiverError::Stray("container=".into()));
            }
            list
        }
    };
    let expires = expires.as_deref().map(parse_date).transpose()?;
    Ok(ParsedIgnore { checks, reason, owner: one_line(owner.as_deref().unwrap_or("")), expires, containers })
}

fn option(word: &str) -> Option<(usize, &str)> {
    let (key, value) = word.split_once('=')?;
    OPTIONS.iter().position(|o| *o == key).map(|i| (i, value))
}

fn set(values: &mut [Option<String>; 3], index: usize, value: &str) -> Result<(), WaiverError> {
    match values[index].replace(value.to_owned()) {
        Some(_) => Err(WaiverError::DuplicateKey(OPTIONS[index].to_owned())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;
    use proptest::prelude::*;

    fn good(value: &str) -> Vec<ParsedIgnore> {
        parse_annotation(value).into_iter().map(|e| e.expect(value)).collect()
    }

    fn bad(value: &str) -> String {
        let mut errors: Vec<_> = parse_annotation(value).into_iter().filter_map(Result::err).collect();
        assert_eq!(errors.len(), 1, "{value}");
        errors.remove(0).1.to_string()
    }

    #[test]
    fn reads_entries() {
        let e = good(
            "check-a , check-b: reason text; c expires=2027-01-31 container=app,side-* owner=me: see https://x/y\n*: all\r\n;",
        );
        assert_eq!(e.len(), 3);
        assert_eq!(e[0].checks, ["check-a", "check-b"]);
        assert_eq!(e[0].reason, "reason text");
        assert_eq!((e[0].expires, e[0].containers.len()), (None, 0));
        assert_eq!(e[1].containers, ["app", "side-*"]);
        assert_eq!(e[1].expires, Some(Date::constant(2027, 1, 31)));
        assert_eq!((e[1].owner.as_str(), e[1].reason.as_str()), ("me", "see https://x/y"));
        assert_eq!(e[2].checks, ["*"]);
    }

    #[test]
    fn options_may_end_the_entry() {
        let e = good("a: why not expires=2027-01-31 container=app");
        assert_eq!((e[0].reason.as_str(), e[0].containers[0].as_str()), ("why not", "app"));
        assert!(e[0].expires.is_some());
        assert_eq!(good("a: x=y stays text")[0].reason, "x=y stays text");
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(bad("host-pid"), "has no reason; write CHECK: why this is acceptable");
        assert_eq!(bad("host-pid:"), "has no reason; write it after the colon");
        assert_eq!(bad("host-pid: expires=2027-01-01"), "has no reason; write it after the colon");
        assert_eq!(bad(""), "names no check; write CHECK: why this is acceptable");
        assert_eq!(bad(" ; "), "names no check; write CHECK: why this is acceptable");
        assert_eq!(bad(": because"), "names no check; write CHECK: why this is acceptable");
        assert_eq!(
            bad("a expire=2027-01-01: x"),
            "unknown key `expire`; did you mean `expires`?; known are expires, container, owner"
        );
        assert_eq!(bad("a expires=2027-1-1: x"), "`2027-1-1` is not a date; write YYYY-MM-DD");
        assert_eq!(bad("a expires=2027-01-01: x expires=2027-01-01"), "`expires` is given twice");
        assert_eq!(
            bad("a: until expires=2027-01-01 then gone"),
            "`expires=2027-01-01` stands in the middle of the reason; write it before the colon"
        );
        assert_eq!(bad("a expires=2027-01-01 b: x"), "cannot make sense of `b`; put a value with blanks in quotes");
        assert!(bad("a b: x").starts_with("`a b` is neither"));
        assert_eq!(bad("a container=,: x"), "cannot make sense of `container=`; put a value with blanks in quotes");
        assert_eq!(parse_annotation("a: fine; b").len(), 2);
    }

    proptest! {
        #[test]
        fn never_panics(value in "(?s).{0,200}") {
            for entry in parse_annotation(&value).into_iter().flatten() {
                prop_assert!(!entry.checks.is_empty() && !entry.reason.is_empty());
            }
        }

        #[test]
        fn structured_never_panics(value in r"[a-z*/,]{0,5}( (expires|container|owner|x)=[0-9a-z,-]{0,10}){0,2}:?[a-z =:;]{0,20}") {
            parse_annotation(&value);
        }
    }
}
