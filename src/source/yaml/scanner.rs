//! The scanner: a document's text into tokens, exactly as Kubernetes' YAML library does it.
//!
//! It follows the scanner of libyaml (MIT licence, Kirill Simonov and contributors) as go-yaml v2 has it, rule by rule,
//! because every deviation is a place where a manifest means one thing to Kubernetes and another to its auditor. What
//! differs is how: it works on one borrowed text, so most scalars are slices of it.
//!
//! NOTE: a *simple key* is a key without `?`. Whether a scalar or collection is one shows only at the `:` after it, so
//! the place where a KEY token would have to go is remembered, one per flow level.

use super::cursor::{Cursor, Mark};
use super::token::{Fault, Kind, Scan, Token};
use std::collections::VecDeque;

/// As in libyaml: a simple key is on one line and at most this long.
const SIMPLE_KEY_LENGTH: u32 = 1024;

/// A comment: its bytes (`#` included, line break excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CommentSpan {
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct SimpleKey {
    possible: bool,
    required: bool,
    /// the token it would become is still held back for it
    waits: bool,
    token: usize,
    mark: Mark,
}

pub(super) struct Scanner<'a> {
    pub c: Cursor<'a>,
    pub(super) flow_level: usize,
    pub(super) indent: i32,
    indents: Vec<i32>,
    pub(super) simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
    tokens: VecDeque<Token<'a>>,
    parsed: usize,
    available: bool,
    max_depth: usize,
    pub(super) comments: Option<Vec<CommentSpan>>,
}

impl<'a> Scanner<'a> {
    pub fn new(cursor: Cursor<'a>, max_depth: usize) -> Scanner<'a> {
        Scanner {
            c: cursor,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            tokens: VecDeque::new(),
            parsed: 0,
            available: false,
            max_depth,
            comments: None,
        }
    }

    /// The next token, left where it is.
    #[inline]
    pub fn peek(&mut self) -> Scan<&Token<'a>> {
        if !self.available {
            self.fetch_more()?;
        }
        match self.tokens.front() {
            Some(token) => Ok(token),
            None => Err(Fault::new("the document ended too early", self.c.mark())),
        }
    }

    /// Takes the next token.
    #[inline]
    pub fn take(&mut self) -> Scan<Token<'a>> {
        self.peek()?;
        self.available = false;
        self.parsed += 1;
        self.tokens.pop_front().ok_or_else(|| Fault::new("the document ended too early", self.c.mark()))
    }

    fn fetch_more(&mut self) -> Scan<()> {
        // The first token can be handed out unless it may still turn out to be a simple key.
        while self.tokens.is_empty() || self.head_may_be_key()? {
            self.fetch_next()?;
        }
        self.available = true;
        Ok(())
    }

    fn head_may_be_key(&mut self) -> Scan<bool> {
        // Token numbers grow with the flow level.
        let i = self.simple_keys.partition_point(|k| k.token < self.parsed);
        match self.simple_keys.get(i) {
            Some(k) if k.waits && k.token == self.parsed => self.key_is_valid(i),
            _ => Ok(false),
        }
    }

    fn fetch_next(&mut self) -> Scan<()> {
        self.skip_to_token();
        self.unroll_indent(self.c.column() as i32);
        if self.c.is_end() {
            return self.fetch_stream_end();
        }
        let b = self.c.at(0);
        if self.c.column() == 0 && b == b'%' {
            // Kubernetes cuts a stream at every `---`, so the `---` that a directive needs is never in its document.
            let problem = if self.c.bytes[self.c.pos..].starts_with(b"%YAML") {
                "found incompatible YAML document (Kubernetes takes no %YAML directive)"
            } else {
                "found a YAML directive, which Kubernetes does not take"
            };
            return Err(Fault::new(problem, self.c.mark()));
        }
        if (b == b'-' || b == b'.') && self.c.is_document_indicator() {
            let kind = if b == b'-' { Kind::DocumentStart } else { Kind::DocumentEnd };
            return self.fetch_document_indicator(kind);
        }
        let next_blank = |s: &Scanner<'_>| s.c.is_blankz_at(s.c.pos + 1);
        match b {
            b'[' => self.fetch_flow_start(Kind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(Kind::FlowMappingStart),
            b']' => self.fetch_flow_end(Kind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(Kind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if next_blank(self) => self.fetch_block_entry(),
            b'?' if self.flow_level > 0 || next_blank(self) => self.fetch_key(),
            b':' if self.flow_level > 0 || next_blank(self) => self.fetch_value(),
            b'*' => self.fetch_name(Kind::Alias),
            b'&' => self.fetch_name(Kind::Anchor),
            b'!' => self.fetch_tag(),
            b'|' if self.flow_level == 0 => self.fetch_block_scalar(true),
            b'>' if self.flow_level == 0 => self.fetch_block_scalar(false),
            b'\'' => self.fetch_quoted(true),
            b'"' => self.fetch_quoted(false),
            b'\t' | b'|' | b'>' | b'#' | b'%' | b'@' | b'`' => self.no_token(),
            _ => self.fetch_plain(),
        }
    }

    fn no_token(&mut self) -> Scan<()> {
        let problem = match self.c.at(0) {
            b'\t' => {
                "found a tab where only spaces may indent (found character that cannot start any token)".to_owned()
            }
            b => format!("found character {:?} that cannot start any token", b as char),
        };
        Err(Fault::new(problem, self.c.mark()))
    }

    // Simple keys

    fn key_is_valid(&mut self, i: usize) -> Scan<bool> {
        let here = self.c.mark();
        let key = &mut self.simple_keys[i];
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line < here.line || key.mark.column + SIMPLE_KEY_LENGTH < here.column {
            if key.required {
                return Err(expected_colon(key.mark, here));
            }
            key.possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    pub(super) fn save_simple_key(&mut self) -> Scan<()> {
        if self.simple_key_allowed {
            let mark = self.c.mark();
            let required = self.flow_level == 0 && self.indent == mark.column as i32;
            let token = self.parsed + self.tokens.len();
            self.remove_simple_key()?;
            let last = self.simple_keys.len() - 1;
            self.simple_keys[last] = SimpleKey { possible: true, required, waits: true, token, mark };
        }
        Ok(())
    }

    pub(super) fn remove_simple_key(&mut self) -> Scan<()> {
        let here = self.c.mark();
        let last = self.simple_keys.len() - 1;
        let key = &mut self.simple_keys[last];
        if key.possible {
            if key.required {
                return Err(expected_colon(key.mark, here));
            }
            key.possible = false;
            key.waits = false;
        }
        Ok(())
    }

    // Indentation

    fn roll_indent(&mut self, mark: Mark, before: Option<usize>, kind: Kind) -> Scan<()> {
        let column = mark.column as i32;
        if self.flow_level == 0 && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            if self.indents.len() > self.max_depth {
                return Err(self.too_deep());
            }
            self.insert(before, Token::new(kind, mark, mark.pos));
        }
        Ok(())
    }

    fn unroll_indent(&mut self, column: i32) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            let mark = self.c.mark();
            self.push(Token::new(Kind::BlockEnd, mark, mark.pos));
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn too_deep(&self) -> Box<Fault> {
        let mut fault = Fault::new(super::too_deep(self.max_depth), self.c.mark());
        fault.limit = true;
        fault
    }

    // Tokens

    pub(super) fn push(&mut self, token: Token<'a>) {
        self.tokens.push_back(token);
    }

    /// Puts a token before the one with number `before`; at the end when that one was handed out already.
    fn insert(&mut self, before: Option<usize>, token: Token<'a>) {
        match before.and_then(|n| n.checked_sub(self.parsed)) {
            Some(i) if i < self.tokens.len() => self.tokens.insert(i, token),
            _ => self.tokens.push_back(token),
        }
    }

    /// Takes `n` bytes as a token of their own.
    fn push_indicator(&mut self, kind: Kind, n: usize) {
        let start = self.c.mark();
        self.c.skip(n);
        self.push(Token::new(kind, start, self.c.pos as u32));
    }

    fn fetch_stream_end(&mut self) -> Scan<()> {
        self.c.finish_line();
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_indicator(Kind::StreamEnd, 0);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: Kind) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: Kind) -> Scan<()> {
        self.save_simple_key()?;
        let (token, mark) = (self.parsed + self.tokens.len(), self.c.mark());
        self.simple_keys.push(SimpleKey { token, mark, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > self.max_depth {
            return Err(self.too_deep());
        }
        self.simple_key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: Kind) -> Scan<()> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(closed) = self.simple_keys.pop() {
                // NOTE: as in go-yaml: a collection without entries stops waiting for its colon here.
                if let Some(outer) = self.simple_keys.last_mut().filter(|k| k.token == closed.token) {
                    outer.waits = false;
                }
            }
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Scan<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(Kind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                let problem = "block sequence entries are not allowed in this context";
                return Err(Fault::new(problem, self.c.mark()));
            }
            self.roll_indent(self.c.mark(), None, Kind::BlockSequenceStart)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(Fault::new("mapping keys are not allowed in this context", self.c.mark()));
            }
            self.roll_indent(self.c.mark(), None, Kind::BlockMappingStart)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(Kind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Scan<()> {
        let last = self.simple_keys.len() - 1;
        if self.key_is_valid(last)? {
            let SimpleKey { mark, token, .. } = self.simple_keys[last];
            self.insert(Some(token), Token::new(Kind::Key, mark, mark.pos));
            self.roll_indent(mark, Some(token), Kind::BlockMappingStart)?;
            self.simple_keys[last].possible = false;
            self.simple_keys[last].waits = false;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(Fault::new("mapping values are not allowed in this context", self.c.mark()));
                }
                self.roll_indent(self.c.mark(), None, Kind::BlockMappingStart)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(Kind::Value, 1);
        Ok(())
    }

    /// Moves over blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        loop {
            while self.c.at(0) == b' ' || (self.c.at(0) == b'\t' && (self.flow_level > 0 || !self.simple_key_allowed)) {
                self.c.skip(1);
            }
            self.skip_comment();
            if self.c.skip_line().is_none() {
                return;
            }
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// Moves over the comment at the cursor, when there is one.
    pub(super) fn skip_comment(&mut self) {
        if self.c.at(0) == b'#' {
            let (start, end) = (self.c.pos, self.c.line_end(self.c.pos));
            if let Some(comments) = &mut self.comments {
                comments.push(CommentSpan { start, end });
            }
            self.c.advance_to(end);
        }
    }
}

fn expected_colon(key: Mark, here: Mark) -> Box<Fault> {
    // The key is what the reader has to look at; `here` is only where it became clear.
    let far = if here.line > key.line {
        "could not find expected ':'"
    } else {
        "could not find expected ':' within 1024 characters"
    };
    Fault::within("while scanning a simple key", key, far, key)
}
