//! Slices of JSON: members of an object and elements of a list as they stand in the text, found without building a tree.
//!
//! A page of 500 pods is 2 MB as text and 24 MB as a tree; a collector that only cuts pages into objects needs no tree. Structure is
//! checked (quotes, brackets, commas, depth); scalars are not: whoever reads the object parses it properly.

/// Levels of nesting that are followed.
const DEPTH: usize = 192;

/// Where the text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at byte {0}")]
pub(super) struct Broken(pub usize);

/// A member: key without quotes, as written; value.
pub(super) type Member<'a> = (&'a [u8], &'a [u8]);

struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn space(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.space();
        self.text.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(Broken(self.at))
    }

    /// The string's inside, escapes as written.
    fn string(&mut self) -> Result<&'a [u8], Broken> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let Some(found) = self.text.get(self.at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) else {
                return Err(Broken(self.text.len()));
            };
            self.at += found;
            if self.text[self.at] == b'"' {
                self.at += 1;
                return Ok(&self.text[start..self.at - 1]);
            }
            self.at += 2;
        }
    }

    fn value(&mut self) -> Result<&'a [u8], Broken> {
        let first = self.peek().ok_or(Broken(self.at))?;
        let start = self.at;
        match first {
            b'"' => drop(self.string()?),
            b'{' | b'[' => self.nested()?,
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                while matches!(self.text.get(self.at), Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E')) {
                    self.at += 1;
                }
            }
            _ => return Err(Broken(self.at)),
        }
        Ok(&self.text[start..self.at])
    }

    /// Skips an object or a list: brackets must match.
    fn nested(&mut self) -> Result<(), Broken> {
        let mut open = [0u8; DEPTH];
        let mut depth = 0;
        loop {
            let Some(&byte) = self.text.get(self.at) else { return Err(Broken(self.at)) };
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => {
                    *open.get_mut(depth).ok_or(Broken(self.at))? = byte + 2;
                    depth += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    if open[depth] != byte {
                        return Err(Broken(self.at));
                    }
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn end(&mut self) -> Result<(), Broken> {
        if self.peek().is_some() { Err(Broken(self.at)) } else { Ok(()) }
    }
}

/// Members of an object, in order.
pub(super) fn members(text: &[u8]) -> Result<Vec<Member<'_>>, Broken> {
    let mut c = Cursor { text, at: 0 };
    let mut out = Vec::new();
    c.expect(b'{')?;
    if c.peek() == Some(b'}') {
        c.at += 1;
    } else {
        loop {
            c.space();
            let key = c.string()?;
            c.expect(b':')?;
            out.push((key, c.value()?));
            if c.peek() == Some(b',') {
                c.at += 1;
                continue;
            }
            c.expect(b'}')?;
            break;
        }
    }
    c.end()?;
    Ok(out)
}

/// Elements of a list, in order; none for `null`.
pub(super) fn elements(text: &[u8]) -> Result<Vec<&[u8]>, Broken> {
    if text == b"null" {
        return Ok(Vec::new());
    }
    let mut c = Cursor { text, at: 0 };
    let mut out = Vec::new();
    c.expect(b'[')?;
    if c.peek() == Some(b']') {
        c.at += 1;
    } else {
        loop {
            out.push(c.value()?);
            if c.peek() == Some(b',') {
                c.at += 1;
                continue;
            }
            c.expect(b']')?;
            break;
        }
    }
    c.end()?;
    Ok(out)
}

/// The value of a key.
pub(super) fn get<'a>(members: &[Member<'a>], key: &str) -> Option<&'a [u8]> {
    members.iter().find(|(k, _)| *k == key.as_bytes()).map(|(_, v)| *v)
}

/// The value at the end of a path of keys; `None` when there is none or something on the way is not an object.
pub(super) fn path<'a>(text: &'a [u8], keys: &[&str]) -> Option<&'a [u8]> {
    keys.iter().try_fold(text, |at, key| get(&members(at).ok()?, key))
}

/// A string value, unescaped; `None` for anything else.
pub(super) fn string(value: &[u8]) -> Option<String> {
    match value {
        [b'"', inside @ .., b'"'] if !inside.contains(&b'\\') => std::str::from_utf8(inside).ok().map(str::to_owned),
        [b'"', ..] => serde_json::from_slice(value).ok(),
        _ => None,
    }
}

/// A string member; empty when there is none.
pub(super) fn text(members: &[Member<'_>], key: &str) -> String {
    get(members, key).and_then(string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_where_serde_would() {
        let text = br#" { "a" : [1, {"x":"]}\"\\"}, null , -1.5e+3], "b":{}, "c" :"\"" , "d":true } "#;
        let found = members(text).unwrap();
        let whole: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(text).unwrap();
        assert_eq!(found.len(), whole.len());
        for (k, v) in &found {
            let v: serde_json::Value = serde_json::from_slice(v).unwrap();
            assert_eq!(whole[std::str::from_utf8(k).unwrap()], v);
        }
        let list = elements(get(&found, "a").unwrap()).unwrap();
        assert_eq!(list.len(), 4);
        assert_eq!(list[1], br#"{"x":"]}\"\\"}"#);
        assert_eq!(text_of(br#"{"k":"a\u0041"}"#), "aA");
    }

    fn text_of(t: &[u8]) -> String {
        text(&members(t).unwrap(), "k")
    }

    #[test]
    fn broken_text_is_refused() {
        for t in [
            &b"{"[..],
            b"",
            b"{\"a\"",
            b"{\"a\":",
            b"{\"a\":1",
            b"{\"a\":1,}",
            b"{\"a\":[}",
            b"{\"a\":[}]}",
            b"{\"a\":1} x",
            b"<html>",
            b"{\"a\":\"\\",
            b"{\"a\" 1}",
            b"[1]",
            b"{\"a\":,}",
            b"{\"a\":\"}",
        ] {
            assert!(members(t).is_err(), "{}", String::from_utf8_lossy(t));
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(300), "]".repeat(300));
        assert!(members(deep.as_bytes()).is_err());
        assert!(elements(b"[1,]").is_err());
        assert!(elements(b"{}").is_err());
        assert_eq!(elements(b"null").unwrap().len(), 0);
    }

    proptest::proptest! {
        #[test]
        fn every_value_is_cut_as_it_stands(value in json_value(), pretty: bool) {
            let text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
            if let serde_json::Value::Object(map) = &value {
                let found = members(&text).unwrap();
                proptest::prop_assert_eq!(found.len(), map.len());
                for ((k, v), (key, value)) in found.iter().zip(map) {
                    let quoted = [b"\"", *k, b"\""].concat();
                    proptest::prop_assert_eq!(&string(&quoted).unwrap(), key);
                    proptest::prop_assert_eq!(&serde_json::from_slice::<serde_json::Value>(v).unwrap(), value);
                }
                for end in 0..text.len() {
                    proptest::prop_assert!(members(&text[..end]).is_err(), "a part is no object");
                }
            }
        }

        #[test]
        fn no_text_makes_it_panic(text: Vec<u8>) {
            let _ = (members(&text), elements(&text));
            let wrapped = [b"{\"a\":[\"", &text[..], b"]}"].concat();
            let _ = members(&wrapped);
        }
    }

    fn json_value() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
        use proptest::prelude::*;
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f32>().prop_map(Into::into),
            ".{0,8}".prop_map(serde_json::Value::from),
        ];
        let value = leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                prop::collection::btree_map(".{0,6}", inner, 0..4).prop_map(|m| m.into_iter().collect()),
            ]
        });
        prop::collection::btree_map(".{0,6}", value, 0..4)
            .prop_map(|m| serde_json::Value::Object(m.into_iter().collect()))
    }
}
