//! The structure of JSON: where values begin and end, found without parsing them.

use std::ops::Range;

/// Byte classes outside of strings.
const BLANK: u8 = 1;
const OPEN: u8 = 2;
const CLOSE: u8 = 3;
const QUOTE: u8 = 4;
const COMMA: u8 = 5;
/// `:` and what numbers and literals are made of
const WORD: u8 = 6;

static CLASS: [u8; 256] = {
    let mut t = [0u8; 256];
    let mut i = 0;
    let words = b":0123456789+-.eEtrufalsn";
    while i < words.len() {
        t[words[i] as usize] = WORD;
        i += 1;
    }
    t[b' ' as usize] = BLANK;
    t[b'\t' as usize] = BLANK;
    t[b'\n' as usize] = BLANK;
    t[b'\r' as usize] = BLANK;
    t[b'{' as usize] = OPEN;
    t[b'[' as usize] = OPEN;
    t[b'}' as usize] = CLOSE;
    t[b']' as usize] = CLOSE;
    t[b'"' as usize] = QUOTE;
    t[b',' as usize] = COMMA;
    t
};

/// Finds the end of one value in a stream that comes in pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Skipper {
    depth: u64,
    string: bool,
    escape: bool,
    begun: bool,
    /// something that JSON does not have stood outside of strings
    pub odd: bool,
}

impl Skipper {
    /// Takes the next piece. The length of what belongs to the value when it ends here; `None` when it goes on.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut i = 0;
        while i < bytes.len() {
            if self.string {
                if self.escape {
                    self.escape = false;
                    i += 1;
                    continue;
                }
                i += memchr::memchr2(b'"', b'\\', &bytes[i..])?;
                if bytes[i] == b'"' {
                    self.string = false;
                    i += 1;
                    if self.depth == 0 {
                        return Some(i);
                    }
                } else {
                    self.escape = true;
                    i += 1;
                }
                continue;
            }
            match CLASS[bytes[i] as usize] {
                BLANK | COMMA if self.depth == 0 && self.begun => return Some(i),
                BLANK => {}
                QUOTE => {
                    self.string = true;
                    self.begun = true;
                }
                OPEN => {
                    self.depth += 1;
                    self.begun = true;
                }
                CLOSE if self.depth == 0 => return Some(i),
                CLOSE => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(i + 1);
                    }
                }
                class => {
                    self.odd |= class == 0;
                    self.begun = true;
                }
            }
            i += 1;
        }
        None
    }
}

/// Bytes from `i` on that are blank, or one of `also`.
pub(super) fn blanks(data: &[u8], i: usize, also: &[u8]) -> usize {
    data[i..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r') || also.contains(b)).count()
}

/// The entries of an object at the start of `data`: each key (quotes left out) with the range of its value. Ends early where the
/// object is broken.
pub(super) fn entries(data: &[u8]) -> Vec<(&[u8], Range<usize>)> {
    let mut out = Vec::new();
    let mut i = 1;
    loop {
        i += blanks(data, i, b",");
        if data.get(i) != Some(&b'"') {
            return out;
        }
        let Some(key_len) = Skipper::default().feed(&data[i..]) else { return out };
        let key = &data[i + 1..i + key_len - 1];
        i += key_len;
        i += blanks(data, i, b":");
        let Some(len) = data.get(i..).and_then(|rest| Skipper::default().feed(rest)) else { return out };
        out.push((key, i..i + len));
        i += len;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_values() {
        for (text, value) in [
            (r#"{"a": "}\"]", "b": [1, {}]} {"#, r#"{"a": "}\"]", "b": [1, {}]}"#),
            (r#""a\\" x"#, r#""a\\""#),
            ("12, 3", "12"),
            ("true]", "true"),
        ] {
            assert_eq!(Skipper::default().feed(text.as_bytes()), Some(value.len()), "{text}");
            // The same in pieces of one byte.
            let mut skipper = Skipper::default();
            let end = (0..text.len()).find_map(|i| skipper.feed(&text.as_bytes()[i..=i]).map(|n| i + n));
            assert_eq!(end, Some(value.len()), "{text}");
        }
    }

    #[test]
    fn entries_of_objects() {
        let text = br#"{"kind": "List", "items" : [1, 2], "x": {"y": "}"} }"#;
        let found: Vec<_> = entries(text).into_iter().map(|(k, r)| (k, &text[r])).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(found[1], (&b"items"[..], &b"[1, 2]"[..]));
    }
}
