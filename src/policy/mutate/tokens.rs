//! The tokens of a Rego text: enough to find literals, operators and matching brackets, with comments left out.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `"..."` or `` `...` ``, quotes included
    Text,
    /// a number
    Number,
    /// a name or keyword
    Word,
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`
    Comparison,
    /// an opening bracket
    Open,
    /// a closing bracket
    Close,
    /// the end of a line
    Line,
    /// anything else, one character, or `:=`
    Other,
}

/// A token: what it is and the bytes it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// All tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&b) = bytes.get(at) {
        let run = |from: usize, is: fn(u8) -> bool| {
            from + bytes.get(from..).unwrap_or_default().iter().take_while(|b| is(**b)).count()
        };
        let next = bytes.get(at + 1).copied();
        let (kind, end) = match b {
            b' ' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = run(at, |b| b != b'\n');
                continue;
            }
            b'\n' => (Kind::Line, at + 1),
            b'"' | b'`' => (Kind::Text, text_end(bytes, at)),
            b'0'..=b'9' => (Kind::Number, run(at, |b| b.is_ascii_alphanumeric() || b == b'.')),
            b if b.is_ascii_alphabetic() || b == b'_' => {
                (Kind::Word, run(at, |b| b.is_ascii_alphanumeric() || b == b'_'))
            }
            b'=' | b'!' if next == Some(b'=') => (Kind::Comparison, at + 2),
            b'<' | b'>' => (Kind::Comparison, at + 1 + usize::from(next == Some(b'='))),
            b':' if next == Some(b'=') => (Kind::Other, at + 2),
            b'(' | b'[' | b'{' => (Kind::Open, at + 1),
            b')' | b']' | b'}' => (Kind::Close, at + 1),
            _ => (Kind::Other, at + text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)),
        };
        out.push(Token { kind, start: at, end });
        at = end;
    }
    out
}

fn text_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let mut at = start + 1;
    while let Some(&b) = bytes.get(at) {
        match b {
            b'\\' if quote == b'"' => at += 1,
            b if b == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Number of the bracket that closes the one with number `open`.
pub(super) fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            Kind::Open => depth += 1,
            Kind::Close => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_tokens_and_brackets() {
        let text = "f(x) := \"a\\\"#\" if { x <= 1.5 # no \"text\"\n\tnot `r#` in [1] }";
        let all = tokens(text);
        let cut: Vec<&str> = all.iter().map(|t| &text[t.start..t.end]).collect();
        assert_eq!(
            cut,
            [
                "f",
                "(",
                "x",
                ")",
                ":=",
                "\"a\\\"#\"",
                "if",
                "{",
                "x",
                "<=",
                "1.5",
                "\n",
                "not",
                "`r#`",
                "in",
                "[",
                "1",
                "]",
                "}"
            ]
        );
        assert_eq!(closing(&all, 7), Some(18));
        assert_eq!(closing(&all, 1), Some(3));
    }
}
