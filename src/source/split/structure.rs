//! The structure of JSON: where values begin and end, found without parsing them.

use std::ops::Range;

// Classes of bytes outside of strings; those below `STRUCTURE` neither open nor close anything.
const BLANK: u8 = 1;
const COMMA: u8 = 2;
/// `:` and what numbers and literals are made of
const WORD: u8 = 4;
/// what JSON does not have
const ODD: u8 = 8;
const STRUCTURE: u8 = 16;
const QUOTE: u8 = 16;
const OPEN: u8 = 17;
const CLOSE: u8 = 18;

static CLASS: [u8; 256] = {
    let mut t = [ODD; 256];
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

/// Something on the upper levels of a value, with its offset from the start of it. Level 1 is what the value itself holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Point {
    /// a collection begins on the level
    Open(u8, usize),
    /// it ended before this byte
    Close(u8, usize),
    /// a string on level 1, quotes included
    Text(usize, usize),
}

/// Finds the end of one value in a stream that comes in pieces, and what stands on its two upper levels.
#[derive(Clone, Debug, Default)]
pub(super) struct Skipper {
    depth: u64,
    string: bool,
    escape: bool,
    begun: bool,
    /// bytes of earlier pieces
    before: usize,
    string_start: usize,
    /// something that JSON does not have stood outside of strings
    pub odd: bool,
    /// kept only when asked for
    pub points: Option<Vec<Point>>,
}

impl Skipper {
    /// One that keeps [`Point`]s.
    pub fn keeping() -> Skipper {
        Skipper { points: Some(Vec::new()), ..Skipper::default() }
    }

    /// Takes the next piece. The length of what belongs to the value when it ends here; `None` when it goes on.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let end = self.scan(bytes);
        self.before += bytes.len();
        end
    }

    fn scan(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut i = 0;
        loop {
            if self.string {
                i = self.string_end(bytes, i)?;
                self.string = false;
                if self.depth == 1 {
                    self.note(Point::Text(self.string_start, self.before + i));
                }
                if self.depth == 0 {
                    return Some(i);
                }
            }
            let mut seen = 0;
            let mut class = 0;
            if self.depth == 0 {
                // A value of its own: a blank or a comma ends a number or literal.
                while let Some(&b) = bytes.get(i) {
                    class = CLASS[b as usize];
                    if class >= STRUCTURE || (class & (BLANK | COMMA) != 0 && self.begun) {
                        break;
                    }
                    self.begun |= class & BLANK == 0;
                    seen |= class;
                    i += 1;
                }
            } else {
                while let Some(&b) = bytes.get(i) {
                    class = CLASS[b as usize];
                    if class >= STRUCTURE {
                        break;
                    }
                    seen |= class;
                    i += 1;
                }
            }
            self.odd |= seen & ODD != 0;
            if i == bytes.len() {
                return None;
            }
            match class {
                QUOTE => {
                    self.string = true;
                    self.begun = true;
                    self.string_start = self.before + i;
                }
                OPEN => {
                    if self.depth == 1 || self.depth == 2 {
                        self.note(Point::Open(self.depth as u8, self.before + i));
                    }
                    self.depth += 1;
                    self.begun = true;
                }
                CLOSE if self.depth > 0 => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(i + 1);
                    }
                    if self.depth <= 2 {
                        self.note(Point::Close(self.depth as u8, self.before + i + 1));
                    }
                }
                _ => return Some(i),
            }
            i += 1;
        }
    }

    fn note(&mut self, point: Point) {
        if let Some(points) = &mut self.points {
            points.push(point);
        }
    }

    /// One past the closing quote; `None` when it is not in this piece.
    fn string_end(&mut self, bytes: &[u8], mut i: usize) -> Option<usize> {
        loop {
            if self.escape && i < bytes.len() {
                self.escape = false;
                i += 1;
            }
            // Most strings are short.
            let near = bytes.len().min(i + 32);
            while i < near && bytes[i] != b'"' && bytes[i] != b'\\' {
                i += 1;
            }
            if i == near {
                i += memchr::memchr2(b'"', b'\\', &bytes[i..])?;
            }
            if bytes[i] == b'"' {
                return Some(i + 1);
            }
            self.escape = true;
            i += 1;
        }
    }
}

/// Bytes from `i` on that are blank, or one of `also`.
pub(super) fn blanks(data: &[u8], i: usize, also: &[u8]) -> usize {
    data[i..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r') || also.contains(b)).count()
}

/// The items of an array on level 1, when all of them are collections and nothing is wrong with what stands between them.
pub(super) fn items(data: &[u8], points: &[Point], array: &Range<usize>) -> Option<Vec<Range<usize>>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut end = array.start + 1;
    for point in points {
        match *point {
            Point::Open(2, at) if array.contains(&at) => {
                let between = data[end..at].trim_ascii();
                let expected: &[u8] = if out.is_empty() { b"" } else { b"," };
                if between != expected {
                    return None;
                }
                start = at;
            }
            Point::Close(2, at) if at > start && at < array.end && start >= array.start && start != 0 => {
                out.push(start..at);
                end = at;
            }
            _ => {}
        }
    }
    (data[end..array.end - 1].trim_ascii().is_empty()).then_some(out)
}

/// The entries of an object whose values are strings or collections: each key (quotes left out) with the range of its value.
pub(super) fn entries<'d>(data: &'d [u8], points: &[Point]) -> Vec<(&'d [u8], Range<usize>)> {
    let mut out: Vec<(&[u8], Range<usize>)> = Vec::new();
    let mut key: Option<&[u8]> = None;
    for point in points {
        match *point {
            Point::Text(from, to) => {
                // A string is a key when a colon follows.
                if data.get(to + blanks(data, to, b"")) == Some(&b':') {
                    key = Some(&data[from + 1..to - 1]);
                } else if let Some(key) = key.take() {
                    out.push((key, from..to));
                }
            }
            Point::Open(1, from) => {
                if let Some(key) = key.take() {
                    out.push((key, from..from));
                }
            }
            Point::Close(1, to) => {
                if let Some(last) = out.last_mut() {
                    last.1.end = to;
                }
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_values() {
        for (text, value) in [
            (r#"{"a": "}\"]", "b": [1, {}]} {"#, r#"{"a": "}\"]", "b": [1, {}]}"#),
            (r#""a\\" x"#, r#""a\\""#),
            ("12, 3", "12"),
            ("true]", "true"),
            ("]", ""),
        ] {
            assert_eq!(Skipper::default().feed(text.as_bytes()), Some(value.len()), "{text}");
            // The same in pieces of one byte.
            let mut skipper = Skipper::default();
            let end = (0..text.len()).find_map(|i| skipper.feed(&text.as_bytes()[i..=i]).map(|n| i + n));
            assert_eq!(end, Some(value.len()), "{text}");
        }
        let mut skipper = Skipper::default();
        assert_eq!(skipper.feed(b"{\"a\": yes}"), Some(10));
        assert!(skipper.odd);
    }

    #[test]
    fn entries_and_items() {
        let text = br#"{"kind": "List", "n": 5, "items" : [{"a": [1]}, {"b": {}} ], "x": {"y": "}"}, "z": "items"}"#;
        let mut skipper = Skipper::keeping();
        assert_eq!(skipper.feed(text), Some(text.len()));
        let points = skipper.points.unwrap();
        let found: Vec<_> = entries(text, &points).into_iter().map(|(k, r)| (k, &text[r])).collect();
        assert_eq!(found[0], (&b"kind"[..], &b"\"List\""[..]));
        assert_eq!(found[1].0, b"items");
        assert_eq!(found[2], (&b"x"[..], &b"{\"y\": \"}\"}"[..]));
        let array = entries(text, &points)[1].1.clone();
        let items = items(text, &points, &array).unwrap();
        let items: Vec<_> = items.into_iter().map(|r| &text[r]).collect();
        assert_eq!(items, [&b"{\"a\": [1]}"[..], b"{\"b\": {}}"]);
    }
}
