//! The changes that are tried on a Rego text, one at a time.
//!
//! Literals, comparisons and `not` are found by token. Body expressions and the items of lists and sets are found in the syntax tree, of which
//! only where a node *starts* is used: where some nodes end is wrong there.

use super::tokens::{Kind, Token, closing, tokens};
use crate::policy::syntax_tree::{list, variant};
use serde_json::Value;

/// A changed text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// line of the change, from 1
    pub line: u32,
    /// the change in words
    pub change: String,
    /// the whole text
    pub text: String,
    /// a literal was changed, which may be no more than the text of a message
    pub is_literal: bool,
}

/// Functions that compare the beginning, end or a part of a text: here a shorter literal accepts more.
const PARTIAL: [(&str, bool); 6] = [
    ("startswith", true),
    ("endswith", false),
    ("contains", true),
    ("trim_prefix", true),
    ("trim_suffix", false),
    ("indexof", true),
];

/// Formats that are nothing but a value.
const VERBS: [&str; 3] = ["%v", "%s", "%d"];

/// All mutants of a module. `ast` is its syntax tree.
pub fn mutants(text: &str, ast: &Value) -> Vec<Mutant> {
    let tokens = tokens(text);
    let mut make = Make { text, tokens: &tokens, out: Vec::new() };
    make.tokens();
    if let Some(rules) = ast.get("rules") {
        make.walk(rules);
    }
    let mut out = make.out;
    out.sort_by(|a, b| (a.line, &a.change).cmp(&(b.line, &b.change)));
    out.dedup_by(|a, b| a.text == b.text);
    out
}

struct Make<'t> {
    text: &'t str,
    tokens: &'t [Token],
    out: Vec<Mutant>,
}

impl Make<'_> {
    fn cut(&self, token: &Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn edit(&mut self, from: usize, to: usize, new: &str, is_literal: bool) {
        let (Some(before), Some(old), Some(after)) =
            (self.text.get(..from), self.text.get(from..to), self.text.get(to..))
        else {
            return;
        };
        let line = before.matches('\n').count() as u32 + 1;
        // Lines keep their numbers.
        let lines = "\n".repeat(old.matches('\n').count().saturating_sub(new.matches('\n').count()));
        let one_line = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        let change = match (one_line(old), one_line(new)) {
            (old, new) if new.is_empty() => format!("`{old}` left out"),
            (old, new) => format!("`{old}` became `{new}`"),
        };
        self.out.push(Mutant { line, change, text: format!("{before}{new}{lines}{after}"), is_literal });
    }

    fn tokens(&mut self) {
        let mut rules_begin = false;
        for (i, token) in self.tokens.iter().enumerate() {
            let word = self.cut(token).to_owned();
            let starts_line = i == 0 || self.tokens[i - 1].kind == Kind::Line;
            if starts_line && token.kind == Kind::Word {
                rules_begin = !["package", "import"].contains(&word.as_str());
            }
            if !rules_begin {
                continue;
            }
            let new: Vec<String> = match (token.kind, word.as_str()) {
                (Kind::Comparison, op) => flipped(op).iter().map(|s| (*s).to_owned()).collect(),
                // -1 for "all" and "none": any number below 0 is the same.
                (Kind::Number, "1") if i > 0 && self.cut(&self.tokens[i - 1]) == "-" => vec!["0".to_owned()],
                (Kind::Number, n) => numbers(n),
                (Kind::Word, "true") => vec!["false".to_owned()],
                (Kind::Word, "false") => vec!["true".to_owned()],
                (Kind::Word, "not") => vec![String::new()],
                (Kind::Text, t) => self.texts(i, t),
                _ => Vec::new(),
            };
            let is_literal = matches!(token.kind, Kind::Number | Kind::Text);
            let (start, end) = (token.start, token.end);
            new.iter().for_each(|n| self.edit(start, end, n, is_literal));
        }
    }

    /// A text that is another one, and where parts of texts are compared one that accepts more.
    fn texts(&self, at: usize, text: &str) -> Vec<String> {
        let (quote, inner) = (&text[..1], text.get(1..text.len() - 1).unwrap_or_default());
        // `sprintf("%v", [x])` makes a text of a value and says nothing itself.
        if VERBS.contains(&inner) {
            return Vec::new();
        }
        // In the middle, where a case that states a part of a message sees it; no verb and no escape is torn apart.
        let middle = inner.chars().count() / 2;
        let fits = |(cut, _): &(usize, char)| !inner[..*cut].ends_with(['%', '\\']);
        let cut = if inner.contains('\\') { None } else { inner.char_indices().skip(middle).find(fits) };
        let (head, tail) = inner.split_at(cut.map_or(inner.len(), |(cut, _)| cut));
        let mut out = vec![format!("{quote}{head}x{tail}{quote}")];
        // The name before the bracket that this literal stands in.
        let mut depth = 0;
        let before = self.tokens[..at].iter().rposition(|t| match t.kind {
            Kind::Close => {
                depth += 1;
                false
            }
            Kind::Open if depth > 0 => {
                depth -= 1;
                false
            }
            kind => kind == Kind::Open,
        });
        let function = before.and_then(|b| b.checked_sub(1)).map_or("", |b| self.cut(&self.tokens[b]));
        if let Some((_, from_end)) = PARTIAL.iter().find(|(f, _)| *f == function)
            && inner.chars().count() > 1
            && !inner.contains('\\')
        {
            let mut chars = inner.chars();
            let _ = if *from_end { chars.next_back() } else { chars.next() };
            out.push(format!("{quote}{}{quote}", chars.as_str()));
        }
        out
    }

    fn walk(&mut self, node: &Value) {
        match node {
            Value::Array(items) => items.iter().for_each(|n| self.walk(n)),
            Value::Object(object) => {
                if let Some(statements) = object.get("stmts").and_then(Value::as_array) {
                    self.statements(statements);
                }
                if let ("Array" | "Set", content) = variant(node) {
                    self.items(content);
                }
                object.values().for_each(|n| self.walk(n));
            }
            _ => {}
        }
    }

    fn token_at(&self, start: usize) -> Option<usize> {
        self.tokens.binary_search_by_key(&start, |t| t.start).ok()
    }

    /// Each expression of a body, taken as true.
    fn statements(&mut self, statements: &[Value]) {
        let found = statements.iter().filter_map(|s| Some((s, self.token_at(start(s)?)?)));
        let (nodes, starts): (Vec<&Value>, Vec<usize>) = found.unzip();
        for (i, &first) in starts.iter().enumerate() {
            // `some i` only declares a name.
            if matches!(nodes[i].get("literal").map(variant), Some(("SomeVars", _))) {
                continue;
            }
            let last = self.last_token(first, starts.get(i + 1).copied());
            let (from, to) = (self.tokens[first].start, self.tokens[last].end);
            if self.text.get(from..to) != Some("true") {
                self.edit(from, to, "true", false);
            }
        }
    }

    /// The last token of the expression that starts with token `first`; `next` is where the next one starts.
    fn last_token(&self, first: usize, next: Option<usize>) -> usize {
        let mut depth = 0usize;
        let mut last = first;
        for (i, token) in self.tokens.iter().enumerate().skip(first) {
            if next.is_some_and(|n| i >= n) {
                break;
            }
            match (token.kind, self.cut(token)) {
                (Kind::Open, _) => depth += 1,
                (Kind::Close, _) if depth == 0 => break,
                (Kind::Close, _) => depth -= 1,
                (Kind::Line, _) if depth == 0 && next.is_none() && i > first => break,
                (Kind::Line, _) | (Kind::Other, ";") if depth == 0 => continue,
                (Kind::Word, "else") if depth == 0 => break,
                _ => {}
            }
            last = i;
        }
        last
    }

    /// A list or set without one of its items.
    fn items(&mut self, content: &Value) {
        let Some(open) = start(content).and_then(|s| self.token_at(s)).filter(|&i| self.tokens[i].kind == Kind::Open)
        else {
            return;
        };
        let Some(close) = closing(self.tokens, open) else { return };
        let number = list(content.get("items")).count();
        let mut parts = Vec::new();
        let (mut depth, mut from) = (0usize, open + 1);
        for i in open + 1..=close {
            match (self.tokens[i].kind, self.cut(&self.tokens[i])) {
                (Kind::Other, ",") if depth == 0 => {
                    parts.push((from, i));
                    from = i + 1;
                }
                (Kind::Close, _) if depth == 0 => parts.push((from, i)),
                (Kind::Open, _) => depth += 1,
                (Kind::Close, _) => depth -= 1,
                _ => {}
            }
        }
        parts.retain(|(a, b)| self.tokens[*a..*b].iter().any(|t| t.kind != Kind::Line));
        // A set without items would be an object.
        if parts.len() != number || number < 2 {
            return;
        }
        for (a, b) in parts {
            let comma = self.cut(&self.tokens[b]) == ",";
            let (from, to) = match comma {
                true => (self.tokens[a].start, self.tokens[b].end),
                // The last one goes with the comma before it.
                false => (self.tokens[a - 1].start, self.tokens[b].start),
            };
            self.edit(from, to, "", false);
        }
    }
}

fn start(node: &Value) -> Option<usize> {
    node.get("span")?.get("start")?.as_u64().map(|n| n as usize)
}

/// The operator at its boundary, and the opposite.
fn flipped(op: &str) -> &'static [&'static str] {
    match op {
        "==" => &["!="],
        "!=" => &["=="],
        "<" => &["<=", ">="],
        "<=" => &["<", ">"],
        ">" => &[">=", "<="],
        ">=" => &[">", "<"],
        _ => &[],
    }
}

fn numbers(n: &str) -> Vec<String> {
    match n.parse::<i64>() {
        Ok(n) => vec![(n + 1).to_string(), (n - 1).to_string()],
        Err(_) => n.parse::<f64>().map(|n| vec![(n * 2.0 + 1.0).to_string()]).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::engine::syntax;

    fn changes(text: &str) -> Vec<String> {
        let ast = syntax::parse("t.rego", text).expect("a module");
        mutants(text, &ast).into_iter().map(|m| format!("{}: {}", m.line, m.change)).collect()
    }

    #[test]
    fn every_kind_of_change_once() {
        let text = "package p\n\nimport data.audit.lib.pod\n\nbad := {\"a\", \"b\"}\n\nf(x) if {\n\tnot x < 3 # \"no\"\n\tstartswith(x, \"abc\"); x != [1, {\"k\": 2}]\n}\n\ng if f(1)\n";
        let all = changes(text);
        for wanted in [
            "5: `\"a\"` became `\"xa\"`",
            "5: `\"a\",` left out",
            "5: `, \"b\"` left out",
            "8: `not` left out",
            "8: `<` became `<=`",
            "8: `<` became `>=`",
            "8: `3` became `4`",
            "8: `not x < 3` became `true`",
            "9: `\"abc\"` became `\"ab\"`",
            "9: `startswith(x, \"abc\")` became `true`",
            "9: `x != [1, {\"k\": 2}]` became `true`",
            "9: `!=` became `==`",
            "9: `, {\"k\": 2}` left out",
            "12: `f(1)` became `true`",
        ] {
            assert!(all.iter().any(|c| c == wanted), "{wanted} is missing in {all:#?}");
        }
        assert!(!all.iter().any(|c| c.contains("nxo")), "comments stay");
    }

    #[test]
    fn lines_stay() {
        let text = "package p\n\ng if {\n\tx := [\n\t\t1,\n\t\t2,\n\t]\n\tcount(x) == 2\n}\n";
        let ast = syntax::parse("t.rego", text).expect("a module");
        for mutant in mutants(text, &ast) {
            assert_eq!(mutant.text.lines().count(), text.lines().count(), "{}", mutant.change);
        }
    }
}
