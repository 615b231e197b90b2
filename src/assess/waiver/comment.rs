//! A waiver in a YAML comment.
//!
//! ```text
//! comment = "kube-audit:" pair { blanks pair }
//! pair    = key "=" value
//! key     = "ignore" | "reason" | "expires" | "owner"
//! value   = characters without blanks, or "..." (with \" and \\), or '...'
//! ```
//!
//! `ignore` is a list of checks separated by commas; it and a `reason` must be there, each key once. A comment that looks as if
//! it were meant to be one (`# kube-audit ignore=...`, `# kubeaudit: ignore=...`) is an error and not prose.

use super::names::is_word;
use super::{WaiverError, excerpt, one_line, parse_date};
use crate::config::suggestion::closest;
use jiff::civil::Date;

const NAME: &str = "kube-audit";
const KEYS: [&str; 4] = ["ignore", "reason", "expires", "owner"];
const HOW: &str = "write reason=\"why this is acceptable\"";

/// What a waiver of ours says, in a comment or an annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedIgnore {
    /// words for checks; at least one
    pub checks: Vec<String>,
    /// why; not empty
    pub reason: String,
    /// who answers for it; may be empty
    pub owner: String,
    /// the last day on which it holds
    pub expires: Option<Date>,
    /// containers that it is narrowed to (annotations only); empty is all
    pub containers: Vec<String>,
}

/// Reads a comment, with or without its `#`. `None`: it is not for us.
pub fn parse_comment(text: &str) -> Option<Result<ParsedIgnore, WaiverError>> {
    let text = text.trim_start().trim_start_matches('#').trim();
    if let Some(rest) = strip_name(text) {
        let rest = rest.trim_start();
        return match rest.strip_prefix(':') {
            Some(pairs) => Some(parse_pairs(pairs)),
            None => is_ignore(rest).then_some(Err(WaiverError::NotADirective)),
        };
    }
    is_meant(text).then_some(Err(WaiverError::NotADirective))
}

fn strip_name(text: &str) -> Option<&str> {
    let head = text.get(..NAME.len())?;
    head.eq_ignore_ascii_case(NAME).then(|| &text[NAME.len()..])
}

/// Whether text begins with `ignore=`, blanks aside.
fn is_ignore(text: &str) -> bool {
    text.trim_start().strip_prefix("ignore").is_some_and(|t| t.trim_start().starts_with('='))
}

/// Whether a comment that does not begin with our name holds a waiver all the same.
fn is_meant(text: &str) -> bool {
    text.match_indices(':').take(16).any(|(at, _)| {
        let word = text[..at].trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or("");
        is_ignore(&text[at + 1..]) && (word.eq_ignore_ascii_case("audit") || closest(word, [NAME]).is_some())
    })
}

fn parse_pairs(text: &str) -> Result<ParsedIgnore, WaiverError> {
    let mut values: [Option<String>; 4] = Default::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let key = &rest[..end];
        if !rest[end..].starts_with('=') || key.is_empty() {
            return Err(WaiverError::Stray(excerpt(if key.is_empty() { rest } else { key })));
        }
        let Some(index) = KEYS.iter().position(|k| *k == key) else {
            let suggestion = closest(key, KEYS).map(str::to_owned);
            return Err(WaiverError::UnknownKey {
                key: excerpt(key),
                suggestion,
                known: "ignore, reason, expires, owner",
            });
        };
        let (value, after) = parse_value(&rest[end + 1..])?;
        if values[index].replace(value).is_some() {
            return Err(WaiverError::DuplicateKey(key.to_owned()));
        }
        rest = after;
    }
    let [checks, reason, expires, owner] = values;
    let checks = split_checks(checks.as_deref().unwrap_or(""), "write ignore=CHECK")?;
    let reason = one_line(reason.as_deref().unwrap_or(""));
    if reason.is_empty() {
        return Err(WaiverError::MissingReason(HOW));
    }
    let expires = expires.as_deref().map(parse_date).transpose()?;
    let owner = one_line(owner.as_deref().unwrap_or(""));
    Ok(ParsedIgnore { checks, reason, owner, expires, containers: Vec::new() })
}

/// A value and what follows it, without the blanks between.
fn parse_value(text: &str) -> Result<(String, &str), WaiverError> {
    let quote = match text.chars().next() {
        Some(q @ ('"' | '\'')) => q,
        _ => {
            let end = text.find(char::is_whitespace).unwrap_or(text.len());
            return Ok((text[..end].to_owned(), text[end..].trim_start()));
        }
    };
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            let after = &text[at + 1..];
            if !after.is_empty() && !after.starts_with(char::is_whitespace) {
                return Err(WaiverError::Stray(excerpt(after)));
            }
            return Ok((value, after.trim_start()));
        }
        match c {
            '\\' if quote == '"' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => return Err(WaiverError::OpenQuote),
            },
            c => value.push(c),
        }
    }
    Err(WaiverError::OpenQuote)
}

/// Words for checks, separated by commas; each must be one that could name a check.
pub(super) fn split_checks(list: &str, how: &'static str) -> Result<Vec<String>, WaiverError> {
    if list.trim().is_empty() {
        return Err(WaiverError::MissingChecks(how));
    }
    list.split(',')
        .map(|word| match word.trim() {
            word if is_word(word) => Ok(word.to_owned()),
            word => Err(WaiverError::BadPattern(excerpt(word))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn good(text: &str) -> ParsedIgnore {
        parse_comment(text).expect("ours").expect("valid")
    }

    fn bad(text: &str) -> String {
        parse_comment(text).unwrap_or_else(|| panic!("{text} is not seen")).expect_err(text).to_string()
    }

    #[test]
    fn reads_all_keys() {
        let p = good(
            r##"# kube-audit: ignore=privileged-container,workload/* reason="needs \"the\" device" expires=2027-01-31 owner='a b'"##,
        );
        assert_eq!(p.checks, ["privileged-container", "workload/*"]);
        assert_eq!(p.reason, r#"needs "the" device"#);
        assert_eq!(p.owner, "a b");
        assert_eq!(p.expires, Some(Date::constant(2027, 1, 31)));
        assert_eq!(good("kube-audit:ignore=* reason=x").checks, ["*"]);
        assert_eq!(good("## Kube-Audit : reason=x ignore=a,\"b\"".replace(",\"b\"", "").as_str()).checks, ["a"]);
        assert_eq!(good("kube-audit: ignore='a, b' reason=\"a\u{1b}[31m  b\"").reason, "a [31m b");
    }

    #[test]
    fn prose_is_not_ours() {
        for text in [
            "",
            "#",
            "kube-audit",
            "kube-audit is a tool",
            "kube-audit ignores this",
            "see https://x/kube-audit/docs",
            "ignore=a reason=b",
            "kube-audit/ignore is an annotation",
            "note: ignore=foo",
            "kube",
            "äkube-audit: x",
        ] {
            assert_eq!(parse_comment(text), None, "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(bad("kube-audit: ignore=a"), "has no reason; write reason=\"why this is acceptable\"");
        assert_eq!(bad("kube-audit: ignore=a reason=\" \""), "has no reason; write reason=\"why this is acceptable\"");
        assert_eq!(bad("kube-audit: reason=x"), "names no check; write ignore=CHECK");
        assert_eq!(bad("kube-audit:"), "names no check; write ignore=CHECK");
        assert_eq!(
            bad("kube-audit: ignor=a reason=x"),
            "unknown key `ignor`; did you mean `ignore`?; known are ignore, reason, expires, owner"
        );
        assert_eq!(
            bad("kube-audit: ignore=a reason=x expires=2027-02-30"),
            "`2027-02-30` is not a date; write YYYY-MM-DD"
        );
        assert_eq!(
            bad("kube-audit: ignore=a reason=x expires=31.01.2027"),
            "`31.01.2027` is not a date; write YYYY-MM-DD"
        );
        assert_eq!(bad("kube-audit: ignore=a reason=x reason=y"), "`reason` is given twice");
        assert_eq!(
            bad("kube-audit: ignore=a reason=needs it"),
            "cannot make sense of `it`; put a value with blanks in quotes"
        );
        assert_eq!(
            bad("kube-audit: ignore=a, b reason=x"),
            "cannot make sense of `b`; put a value with blanks in quotes"
        );
        assert_eq!(bad("kube-audit: ignore=a reason=\"x"), "a quote is not closed");
        assert_eq!(
            bad("kube-audit: ignore=a reason=\"x\"y"),
            "cannot make sense of `y`; put a value with blanks in quotes"
        );
        assert!(bad("kube-audit: ignore=a,,b reason=x").starts_with("`` is neither"));
        assert!(bad("kube-audit: ignore=pri* reason=x").starts_with("`pri*` is neither"));
        for almost in [
            "kube-audit ignore=a reason=x",
            "kubeaudit: ignore=a reason=x",
            "audit: ignore = a",
            "kube_audit: ignore=a",
            "needed. kube-audit: ignore=a reason=x",
        ] {
            assert!(bad(almost).starts_with("a waiver must begin its comment"), "{almost}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,200}") {
            let _ = parse_comment(&text);
            let _ = parse_comment(&format!("kube-audit:{text}"));
            let _ = parse_comment(&format!("kube-audit: ignore=a reason={text}"));
        }

        /// Whatever is accepted names a check and has a reason without control characters.
        #[test]
        fn accepted_means_complete(text in r#"(ignore|reason|expires|owner|x)=("[^"]*"|[^ ]*)( (ignore|reason|expires)=("[^"]*"|[a-z0-9-]*)){0,3}"#) {
            if let Some(Ok(p)) = parse_comment(&format!("kube-audit: {text}")) {
                prop_assert!(!p.checks.is_empty() && p.checks.iter().all(|c| is_word(c)));
                prop_assert!(!p.reason.trim().is_empty() && !p.reason.chars().any(char::is_control));
            }
        }

        #[test]
        fn round_trip(reason in "[^\\p{C}\\s](.{0,40}[^\\p{C}\\s])?", checks in prop::collection::vec("[a-z][a-z0-9-]{0,12}", 1..4)) {
            let quoted = reason.replace('\\', "\\\\").replace('"', "\\\"");
            let p = good(&format!("# kube-audit: reason=\"{quoted}\" ignore={}", checks.join(",")));
            prop_assert_eq!(p.checks, checks);
            prop_assert_eq!(p.reason, one_line(&reason));
        }
    }
}
