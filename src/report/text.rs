//! Text for people: neutral, measured in columns, broken at blanks; and how objects, places and reasons are said.

use crate::model::object::{ObjectId, Origin};
use crate::model::report::{ObjectRow, WaiverInfo};
use crate::model::verdict::{Finding, Reason};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_width::UnicodeWidthChar;

/// Text in which nothing moves the cursor, changes colour or direction, or breaks the line: such characters are written
/// as escapes (`\n`, `\u{1b}`).
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_active(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out.into()
}

/// Control characters, line and paragraph separators, direction marks and invisible tags.
fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Columns that neutral text takes on a terminal.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Breaks neutral text at blanks so that no line takes more than `columns`; a word is never cut, so a longer one has a
/// line of its own. The first line may have less room than the others.
pub fn wrap(text: &str, first: usize, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let (mut used, mut room) = (0, first);
    for word in text.split(' ') {
        let w = width(word);
        let full = used > 0 && used + 1 + w > room;
        if full || used == 0 && w > room && room < columns {
            lines.push(std::mem::take(&mut line));
            (used, room) = (0, columns);
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += w;
    }
    lines.push(line);
    lines
}

/// The longest beginning of neutral text that fits, with `...` where something is missing.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return text.into();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 3 > columns {
            break;
        }
        out.push(c);
    }
    out.push_str("...");
    out.into()
}

/// `Deployment web/frontend`.
pub fn object(id: &ObjectId) -> String {
    let mut out = clean(&id.kind).into_owned();
    if !id.namespace.is_empty() || !id.name.is_empty() {
        out.push(' ');
        out.push_str(&full_name(id));
    }
    out
}

/// `web/frontend`; `frontend` without a namespace.
pub fn full_name(id: &ObjectId) -> String {
    match (&*id.namespace, &*id.name) {
        ("", name) => clean(name).into_owned(),
        (namespace, "") => format!("{}/(no name)", clean(namespace)),
        (namespace, name) => format!("{}/{}", clean(namespace), clean(name)),
    }
}

/// `pod.yaml`, `standard input`; empty when there is no file.
pub fn file(origin: &Origin) -> Cow<'_, str> {
    match origin.file() {
        "-" => "(stdin)".into(),
        path => clean(path),
    }
}

/// `pod.yaml:14:19`, as editors read it; the object's line when the finding has none.
pub fn position(row: &ObjectRow, finding: &Finding) -> Option<String> {
    let Origin::File { line, .. } = &row.origin else { return None };
    let mut out = file(&row.origin).into_owned();
    if finding.start.line > 0 {
        let _ = write!(out, ":{}:{}", finding.start.line, finding.start.column.max(1));
    } else if *line > 0 {
        let _ = write!(out, ":{line}:1");
    }
    Some(out)
}

/// A path, or another text, as a URI reference.
pub fn uri(path: &str) -> Cow<'_, str> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/+@,=()!$&'*".contains(&b);
    if path.bytes().all(plain) {
        return path.into();
    }
    let mut uri = String::with_capacity(path.len() + 8);
    for b in path.bytes() {
        match b {
            b'\\' => uri.push('/'),
            b if plain(b) => uri.push(char::from(b)),
            b => {
                let _ = write!(uri, "%{b:02X}");
            }
        }
    }
    uri.into()
}

/// Why something is not assessed, in words.
pub fn reason(reason: &Reason) -> String {
    let what = clean(reason.detail());
    match reason {
        Reason::Outside(_) => format!("needs {what}, which was not part of this run"),
        Reason::Denied(_) => format!("reading {what} was denied"),
        Reason::Partial(_) => format!("{what} was read only in part"),
        Reason::Failed(_) => format!("reading {what} failed"),
        Reason::Deadline(_) => format!("{what} was not read before the deadline"),
        Reason::Check(_) => what.into_owned(),
    }
}

/// Why something is waived, by whom and until when.
pub fn waiver(waiver: &WaiverInfo) -> String {
    let mut out = clean(&waiver.reason).into_owned();
    let owner = clean(&waiver.owner);
    let until = if waiver.expires.is_empty() { String::new() } else { format!("until {}", clean(&waiver.expires)) };
    match (owner.is_empty(), until.is_empty()) {
        (true, true) => {}
        (false, false) => out.push_str(&format!(" ({owner}, {until})")),
        _ => out.push_str(&format!(" ({owner}{until})")),
    }
    out
}

/// `1 object`, `2,014 objects`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// `12,345`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn neutralises_terminal_escapes() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}\n\u{202e}b\u{9b}"), "a\\u{1b}[31mred\\u{7}\\n\\u{202e}b\\u{9b}");
        assert_eq!(clean("Grüße 日本"), "Grüße 日本");
    }

    #[test]
    fn wraps_at_blanks_and_never_cuts_a_word() {
        assert_eq!(wrap("aa bb cc", 5, 5), ["aa bb", "cc"]);
        assert_eq!(wrap("aaaaaaaaaa b", 5, 5), ["aaaaaaaaaa", "b"]);
        assert_eq!(wrap("aaaaaa b", 3, 8), ["", "aaaaaa b"]);
        assert_eq!(wrap("日本 日本", 5, 5), ["日本", "日本"]);
        assert_eq!(cut("abcdefgh", 6), "abc...");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(number(12), "12");
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing(text in "[a-z日 ]{0,60}", first in 1usize..20, more in 0usize..20) {
            let lines = wrap(&text, first, first + more);
            for (i, line) in lines.iter().enumerate() {
                let room = if i == 0 { first } else { first + more };
                prop_assert!(width(line) <= room || !line.trim().contains(' ') );
            }
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
