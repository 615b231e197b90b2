//! A cursor over one document's text: where the scanner stands, in bytes, lines and columns.
//!
//! YAML 1.1 (what Kubernetes reads) knows five line breaks: LF, CR, NEL, LS and PS. The last three are so rare that the
//! text is surveyed for them once; without them no byte above 0x7F needs a second look. Columns count characters, as
//! indentation does.

/// A position: byte offset, line from 0, column in characters from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub pos: u32,
    pub line: u32,
    pub column: u32,
}

/// Line break or blank.
pub(super) const SPACE: u8 = 1;
/// `:`
pub(super) const COLON: u8 = 2;
/// `,` `?` `[` `]` `{` `}`
pub(super) const FLOW: u8 = 4;
/// First byte of what may be one of the rare line breaks.
pub(super) const RARE: u8 = 8;
/// CR and LF.
pub(super) const BREAK: u8 = 16;
/// `'`
pub(super) const SINGLE: u8 = 32;
/// `"` and `\`
pub(super) const DOUBLE: u8 = 64;

/// Classes of bytes, so that runs of ordinary characters are one table look-up each.
pub(super) static CLASS: [u8; 256] = {
    let mut t = [0u8; 256];
    t[b' ' as usize] = SPACE;
    t[b'\t' as usize] = SPACE;
    t[b'\n' as usize] = SPACE | BREAK;
    t[b'\r' as usize] = SPACE | BREAK;
    t[b':' as usize] = COLON;
    let flow = b",?[]{}";
    let mut i = 0;
    while i < flow.len() {
        t[flow[i] as usize] = FLOW;
        i += 1;
    }
    t[0xC2] = RARE;
    t[0xE2] = RARE;
    t[b'\'' as usize] = SINGLE;
    t[b'"' as usize] = DOUBLE;
    t[b'\\' as usize] = DOUBLE;
    t
};

pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub bytes: &'a [u8],
    pub pos: usize,
    pub line: u32,
    line_start: usize,
    /// Continuation bytes between the start of the line and `pos`.
    wide: usize,
    ascii: bool,
    /// kubectl ends the last line with a line break when the text does not: one that is still to come
    final_break: bool,
    /// [`RARE`] when the text has NEL, LS or PS somewhere, else 0.
    pub rare: u8,
}

impl<'a> Cursor<'a> {
    /// A cursor at the start; the error is the offset of a character that YAML forbids.
    pub fn new(text: &'a str) -> Result<Cursor<'a>, usize> {
        let bytes = text.as_bytes();
        let ascii = text.is_ascii();
        if let Some(at) = ascii_control(bytes) {
            return Err(at);
        }
        let rare = if ascii { false } else { survey(bytes)? };
        Ok(Cursor {
            text,
            bytes,
            pos: 0,
            line: 0,
            line_start: 0,
            wide: 0,
            ascii,
            final_break: !matches!(bytes.last(), None | Some(b'\n' | b'\r')),
            rare: if rare { RARE } else { 0 },
        })
    }

    /// The byte `n` places ahead; 0 past the end (the text itself has no NUL).
    #[inline]
    pub fn at(&self, n: usize) -> u8 {
        self.bytes.get(self.pos + n).copied().unwrap_or(0)
    }

    #[inline]
    pub fn column(&self) -> u32 {
        (self.pos - self.line_start - self.wide) as u32
    }

    /// Offset of the first byte of the line.
    pub fn line_start(&self) -> usize {
        self.line_start
    }

    #[inline]
    pub fn mark(&self) -> Mark {
        Mark { pos: self.pos as u32, line: self.line, column: self.column() }
    }

    #[inline]
    pub fn is_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// Length of the line break at byte `i`; 0 when there is none. CR LF counts as its CR.
    #[inline]
    pub fn break_at(&self, i: usize) -> usize {
        match self.bytes.get(i) {
            Some(b'\n' | b'\r') => 1,
            Some(&b) if self.rare != 0 && CLASS[b as usize] & RARE != 0 => rare_break(&self.bytes[i..]),
            _ => 0,
        }
    }

    #[inline]
    pub fn is_break(&self) -> bool {
        self.break_at(self.pos) != 0
    }

    #[inline]
    pub fn is_blank(&self) -> bool {
        matches!(self.at(0), b' ' | b'\t')
    }

    /// Blank, line break or end, at byte `i`.
    #[inline]
    pub fn is_blankz_at(&self, i: usize) -> bool {
        match self.bytes.get(i) {
            None | Some(b' ' | b'\t') => true,
            Some(_) => self.break_at(i) != 0,
        }
    }

    #[inline]
    pub fn is_blankz(&self) -> bool {
        self.is_blankz_at(self.pos)
    }

    /// Moves to byte `to` of the same line.
    #[inline]
    pub fn advance_to(&mut self, to: usize) {
        if !self.ascii {
            self.wide += self.bytes[self.pos..to].iter().filter(|b| **b & 0xC0 == 0x80).count();
        }
        self.pos = to;
    }

    /// Moves over `n` ASCII bytes.
    #[inline]
    pub fn skip(&mut self, n: usize) {
        self.pos += n;
    }

    /// Moves over the line break at the cursor, when there is one (at the end of the text: the one that kubectl adds), and tells what it leaves in a scalar.
    #[inline]
    pub fn skip_line(&mut self) -> Option<char> {
        let len = self.break_at(self.pos);
        let left = match (len, self.at(0), self.at(1)) {
            (0, ..) if self.is_end() && self.final_break => {
                self.final_break = false;
                '\n'
            }
            (0, ..) => return None,
            (1, b'\r', b'\n') => {
                self.pos += 1;
                '\n'
            }
            // kubectl's reader has turned CR LF into LF before YAML sees this as one CR LF.
            (1, b'\r', b'\r') if self.at(2) == b'\n' => {
                self.pos += 2;
                '\n'
            }
            (3, ..) => {
                if self.at(2) == 0xA8 {
                    '\u{2028}'
                } else {
                    '\u{2029}'
                }
            }
            _ => '\n',
        };
        self.pos += len;
        self.line += 1;
        self.line_start = self.pos;
        self.wide = 0;
        Some(left)
    }

    /// First byte from `i` on whose class has one of `mask`, or the end. Classes of bytes that only may be a rare line
    /// break count only when they are one.
    #[inline]
    pub fn run(&self, mut i: usize, mask: u8) -> usize {
        let mask = mask | self.rare;
        while let Some(&b) = self.bytes.get(i) {
            let class = CLASS[b as usize] & mask;
            if class != 0 && (class != RARE || rare_break(&self.bytes[i..]) != 0) {
                break;
            }
            i += 1;
        }
        i
    }

    /// The end of the line on which byte `i` stands.
    pub fn line_end(&self, i: usize) -> usize {
        if self.rare == 0 {
            memchr::memchr2(b'\n', b'\r', &self.bytes[i..]).map_or(self.bytes.len(), |n| i + n)
        } else {
            self.run(i, BREAK)
        }
    }

    /// `---` or `...` at the start of a line, followed by a blank, a line break or the end.
    #[inline]
    pub fn is_document_indicator(&self) -> bool {
        self.pos == self.line_start
            && (self.bytes[self.pos..].starts_with(b"---") || self.bytes[self.pos..].starts_with(b"..."))
            && self.is_blankz_at(self.pos + 3)
    }

    /// Moves to the end of the text, as if its last line ended with a line break.
    pub fn finish_line(&mut self) {
        if self.column() != 0 {
            self.line += 1;
            self.line_start = self.pos;
            self.wide = 0;
        }
    }
}

fn rare_break(b: &[u8]) -> usize {
    match b {
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

/// Offset of the first ASCII control character other than tab, LF and CR.
fn ascii_control(bytes: &[u8]) -> Option<usize> {
    let bad = |b: u8| (b < 0x20 && b != b'\t' && b != b'\n' && b != b'\r') || b == 0x7F;
    // Blocks without early exit are compared many bytes at a time.
    for (n, block) in bytes.chunks(4096).enumerate() {
        if block.iter().fold(false, |found, &b| found | bad(b)) {
            return block.iter().position(|&b| bad(b)).map(|i| n * 4096 + i);
        }
    }
    None
}

/// Whether there are rare line breaks; the error is the offset of a control character above 0x7F.
fn survey(bytes: &[u8]) -> Result<bool, usize> {
    let mut rare = false;
    for i in memchr::memchr3_iter(0xC2, 0xE2, 0xEF, bytes) {
        match &bytes[i..] {
            [0xC2, 0x85, ..] | [0xE2, 0x80, 0xA8 | 0xA9, ..] => rare = true,
            [0xC2, 0x80..=0x9F, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] => return Err(i),
            _ => {}
        }
    }
    Ok(rare)
}
