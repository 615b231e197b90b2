//! An author of manifests: what people and tools write, and sometimes worse. The same seed writes the same text.

#![allow(dead_code)]

use serde_json::json;

/// Writes manifests the way people and tools do, and sometimes worse.
pub struct Author {
    state: u64,
    anchors: usize,
}

const KEYS: [&str; 22] = [
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "labels",
    "spec",
    "containers",
    "image",
    "hostPID",
    "env",
    "args",
    "on",
    "y",
    "\"quoted\"",
    "'single'",
    "1",
    "1.5",
    "true",
    "app.kubernetes.io/name",
    "a b",
    "é",
    "-x",
];
/// What Kubernetes refuses.
const BAD: [&str; 8] = ["a: b", "1e400 :", ".inf", "@x", "`x", "%x", "!!int x", "*nobody"];
const BAD_KEYS: [&str; 4] = ["~", "? z", "[a]", "*nobody "];
const SCALARS: [&str; 59] = [
    "yes",
    "no",
    "on",
    "Off",
    "y",
    "n",
    "true",
    "FALSE",
    "null",
    "~",
    "",
    "0644",
    "0o17",
    "0x1F",
    "0b11",
    "1_000",
    "08",
    "1.0",
    "1e3",
    ".5",
    "1.",
    "-0",
    "+12",
    "-0644",
    "22:22",
    "2001-12-14",
    "100m",
    "1Gi",
    "nginx:1.25",
    "a b c",
    "a #b",
    "a# b",
    "http://x:80/y",
    "'it''s'",
    "\"tab\\t\\u00e9\\x41\"",
    "\"a\\\n  b\"",
    "'single\n  folded'",
    "\"double\n\n   folded \"",
    "plain\n   over lines",
    "[a, b]",
    "{a: b, c: [d]}",
    "[a: b, {c: d}]",
    "{a, b: }",
    "[]",
    "{}",
    "!!str 5",
    "!!int '7'",
    "!own x",
    "!!binary aGk=",
    "!!float 3",
    "! 5",
    "<<",
    "=",
    "18446744073709551615",
    "9223372036854775808",
    "123456789012345678901",
    "1e400",
    "é ü",
    "\u{1F600}",
];
const SPICE: [&str; 40] = [
    ":", "#", "-", "?", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`", "\t", " ", "\n",
    "\r", "\r\n", "\u{85}", "\u{a0}", "\u{2028}", "\u{2029}", "é", "\\", "<<: ", "---", "...", "\n---\n", "\n...\n",
    ": ", " #", "- ", "\u{7}", "~",
];

impl Author {
    pub fn new(seed: u64) -> Author {
        let mut author = Author { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, anchors: 0 };
        for _ in 0..4 {
            author.next();
        }
        author
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 11) % n.max(1) as u64) as usize
    }

    fn pick<'p>(&mut self, from: &[&'p str]) -> &'p str {
        from[self.below(from.len())]
    }

    /// One text, perhaps broken.
    pub fn text(&mut self) -> String {
        let mut out = String::new();
        if self.below(12) == 0 {
            return self.json_stream();
        }
        for i in 0..1 + self.below(3) {
            if i > 0 || self.below(3) == 0 {
                let separators = [
                    "---\n",
                    "--- # note\n",
                    "---   \n",
                    "...\n---\n",
                    "---\n# Source: c/templates/x.yaml\n",
                    "--- x\n",
                ];
                let n = if self.below(20) == 0 { 6 } else { 5 };
                out.push_str(separators[self.below(n)]);
            }
            self.anchors = 0;
            self.map(&mut out, 0, 0);
        }
        if self.below(4) == 0 {
            out = out.replace('\n', "\r\n");
        }
        if self.below(5) == 0 {
            out.pop();
        }
        for _ in 0..[0, 0, 1, 1, 2, 4][self.below(6)] {
            self.spoil(&mut out);
        }
        out
    }

    /// One YAML document that nobody broke on purpose.
    pub fn document(&mut self) -> String {
        let mut out = String::new();
        self.map(&mut out, 0, 0);
        out
    }

    fn json_stream(&mut self) -> String {
        let mut out = String::new();
        for _ in 0..1 + self.below(3) {
            let value = json!({"kind": "Pod", "n": [1, 1.5, -0.0, 1e30], "s": "a\"\\/\u{1F600}\n", "o": {"a": null}});
            out.push_str(&if self.below(2) == 0 {
                value.to_string()
            } else {
                serde_json::to_string_pretty(&value).unwrap()
            });
            out.push_str(self.pick(&["\n", "", " ", "\n---\n", "\n\n", " # x\n---\n"]));
        }
        if self.below(2) == 0 {
            self.spoil(&mut out);
        }
        out
    }

    fn comment(&mut self, out: &mut String, indent: usize) {
        if self.below(15) == 0 {
            out.push_str(&" ".repeat(indent));
            out.push_str("# comment: [x\n");
        }
    }

    fn map(&mut self, out: &mut String, indent: usize, depth: usize) {
        for _ in 0..1 + self.below(4) {
            self.comment(out, indent);
            out.push_str(&" ".repeat(indent));
            if self.anchors > 0 && self.below(10) == 0 {
                let anchor = self.below(self.anchors);
                out.push_str(&format!("<<: *a{anchor}\n"));
                continue;
            }
            let key = if self.below(120) == 0 { self.pick(&BAD_KEYS) } else { self.pick(&KEYS) };
            out.push_str(key);
            out.push_str(self.pick(&[":", ":", ":", ":", " :"]));
            self.value(out, indent, depth);
        }
    }

    /// What follows a colon or dash, with the end of the line.
    fn value(&mut self, out: &mut String, indent: usize, depth: usize) {
        let mut anchor = String::new();
        if self.below(12) == 0 {
            anchor = format!(" &a{}", self.anchors);
        }
        if self.anchors > 0 && self.below(14) == 0 {
            let anchor = self.below(self.anchors);
            out.push_str(&format!(" *a{anchor}\n"));
            return;
        }
        let step = [2, 2, 2, 4, 1, 3][self.below(6)];
        match self.below(if depth < 4 { 10 } else { 6 }) {
            6 | 7 => {
                out.push_str(&anchor);
                out.push_str(self.pick(&["\n", "\n", "  \n", " # note\n"]));
                self.map(out, indent + step, depth + 1);
            }
            8 | 9 => {
                out.push_str(&anchor);
                out.push('\n');
                let inner = indent + if self.below(2) == 0 { 0 } else { step };
                for _ in 0..1 + self.below(3) {
                    self.comment(out, inner);
                    out.push_str(&" ".repeat(inner));
                    out.push('-');
                    if self.below(3) == 0 {
                        out.push(' ');
                        let mut item = String::new();
                        self.map(&mut item, inner + 2, depth + 1);
                        out.push_str(item.trim_start_matches(' '));
                    } else {
                        self.value(out, inner, depth + 1);
                    }
                }
            }
            5 => self.block_scalar(out, indent + step, &anchor),
            _ => {
                let scalar = if self.below(100) == 0 { self.pick(&BAD) } else { self.pick(&SCALARS) }
                    .replace('\n', &format!("\n{}", " ".repeat(indent)));
                out.push_str(&anchor);
                out.push_str(self.pick(&[" ", " ", " ", " ", "  ", "\t"]));
                out.push_str(&scalar);
                out.push_str(self.pick(&["\n", "\n", "\n", " # note\n", " \n", "\n\n"]));
            }
        }
        self.anchors += usize::from(!anchor.is_empty());
    }

    fn block_scalar(&mut self, out: &mut String, indent: usize, anchor: &str) {
        out.push_str(anchor);
        out.push(' ');
        out.push_str(self.pick(&["|", ">"]));
        out.push_str(self.pick(&["", "", "-", "+", "2", "-1", "1+"]));
        out.push_str(self.pick(&["", "", " # note"]));
        out.push('\n');
        for _ in 0..self.below(5) {
            let line = self.pick(&[
                "text",
                "  more",
                "",
                "# not a comment",
                "- a: b",
                "é",
                "\ttab",
                " ",
                "key: 'v'",
                "trailing  ",
            ]);
            if !line.is_empty() {
                out.push_str(&" ".repeat(indent));
            }
            out.push_str(line);
            out.push('\n');
        }
    }

    /// Breaks something, or only makes it odd.
    fn spoil(&mut self, out: &mut String) {
        let mut lines: Vec<String> = out.split_inclusive('\n').map(str::to_owned).collect();
        let i = self.below(lines.len());
        match self.below(9) {
            0 if lines[i].starts_with(' ') => drop(lines[i].remove(0)),
            0 | 1 => lines[i].insert(0, ' '),
            2 => {
                let j = self.below(lines.len());
                lines.swap(i, j);
            }
            3 => {
                let line = lines[i].clone();
                lines.insert(i, line);
            }
            4 => drop(lines.remove(i)),
            5 => lines[i] = lines[i].trim_end_matches(['\n', '\r']).to_owned(),
            _ => {
                let text: Vec<char> = out.chars().collect();
                let at = self.below(text.len() + 1);
                let spice = self.pick(&SPICE);
                let gone = usize::from(self.below(2) == 0 && at < text.len());
                *out = text[..at].iter().collect::<String>() + spice + &text[at + gone..].iter().collect::<String>();
                return;
            }
        }
        *out = lines.concat();
        if out.is_empty() {
            out.push('\n');
        }
    }
}
