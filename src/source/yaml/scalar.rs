//! What a scalar means: the resolution rules of go-yaml v2, on which Kubernetes builds.
//!
//! `yes`, `on` and `y` are true, `0644` is octal, `1_000` a number; a date is a string. [`value`] and [`key_text`] then do
//! what `sigs.k8s.io/yaml` does on the way to JSON.

use crate::model::tree::Data;
use std::borrow::Cow;

/// A resolved scalar. `Data::Str` never occurs: strings are [`Scalar::Text`].
#[derive(Debug, PartialEq)]
pub(super) enum Scalar<'t> {
    Text(Cow<'t, str>),
    Other(Data),
}

const TWO_63: f64 = (1u64 << 63) as f64;
const PREFIX: &str = "tag:yaml.org,2002:";

/// Resolves a scalar. `tag` is the long form; `plain` tells that the text may be something else than a string.
pub(super) fn resolve<'t>(text: Cow<'t, str>, plain: bool, tag: Option<&str>) -> Result<Scalar<'t>, String> {
    let Some(tag) = tag else {
        return Ok(match plain.then(|| guess(&text)).flatten() {
            Some(data) => Scalar::Other(data),
            None => Scalar::Text(text),
        });
    };
    let Some(core) = tag.strip_prefix(PREFIX) else { return Ok(Scalar::Text(text)) };
    if core == "binary" {
        return binary(&text).map(|t| Scalar::Text(Cow::Owned(t)));
    }
    if !matches!(core, "bool" | "int" | "float" | "null" | "timestamp") {
        return Ok(Scalar::Text(text));
    }
    let guessed = guess(&text);
    let found = match guessed {
        None if is_timestamp(&text) => "timestamp",
        None => "str",
        Some(Data::Null) => "null",
        Some(Data::Bool(_)) => "bool",
        Some(Data::Int(_) | Data::UInt(_)) => "int",
        Some(_) => "float",
    };
    match (core, guessed) {
        (_, Some(data)) if core == found => Ok(Scalar::Other(data)),
        ("float", Some(Data::Int(i))) => Ok(Scalar::Other(Data::Float(i as f64))),
        ("timestamp", _) if found == "timestamp" => Ok(Scalar::Text(text)),
        _ => Err(format!("cannot decode !!{found} `{text}` as a !!{core}")),
    }
}

/// What an untagged plain scalar is, when it is not a string.
fn guess(text: &str) -> Option<Data> {
    let Some(&first) = text.as_bytes().first() else { return Some(Data::Null) };
    match first {
        b'0'..=b'9' | b'+' | b'-' => word(text).or_else(|| numeric(text)),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => word(text).or_else(|| dot_float(text).map(Data::Float)),
        _ => None,
    }
}

fn word(text: &str) -> Option<Data> {
    if text.len() > 5 {
        return None;
    }
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Data::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Data::Bool(false),
        "~" | "null" | "Null" | "NULL" => Data::Null,
        ".nan" | ".NaN" | ".NAN" => Data::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Data::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Data::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

/// A value after its way through JSON, which has no infinity, and where a whole float is an integer.
pub(super) fn value(data: Data) -> Result<Data, String> {
    match data {
        Data::Float(f) if !f.is_finite() => Err(format!("JSON has no number {f} (unsupported value)")),
        // 2^63 is a float, the largest integer is not.
        Data::Float(f) if f.fract() == 0.0 && (-TWO_63..TWO_63).contains(&f) => Ok(Data::Int(f as i64)),
        other => Ok(other),
    }
}

fn numeric(text: &str) -> Option<Data> {
    let plain: Cow<'_, str> = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    if let Some(data) = integer(&plain) {
        return Some(data);
    }
    if is_float(&plain) {
        // Too large a number is no number to Go, hence a string.
        return plain.parse().ok().filter(|f: &f64| f.is_finite()).map(Data::Float);
    }
    // NOTE: go-yaml tries binary once more by hand, and so takes a sign after the prefix.
    let rest = plain.strip_prefix("0b")?;
    let digits = rest.strip_prefix(['+', '-'])?;
    let value = i128::from_str_radix(digits, 2).ok().filter(|_| digits.starts_with(['0', '1']))?;
    i64::try_from(if rest.starts_with('-') { -value } else { value }).ok().map(Data::Int)
}

/// Go's `ParseInt` with base 0, then `ParseUint`.
fn integer(text: &str) -> Option<Data> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, &text[1..]),
        b'+' => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` takes a sign of its own, Go does not.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let value = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        0i64.checked_sub_unsigned(value).map(Data::Int)
    } else {
        match i64::try_from(value) {
            Ok(i) => Some(Data::Int(i)),
            Err(_) => (!signed).then_some(Data::UInt(value)),
        }
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let b = text.as_bytes();
    let digits = |from: usize| b[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let mut i = usize::from(matches!(b.first(), Some(b'+' | b'-')));
    let whole = digits(i);
    i += whole;
    if b.get(i) == Some(&b'.') {
        let fraction = digits(i + 1);
        if whole + fraction == 0 {
            return false;
        }
        i += 1 + fraction;
    } else if whole == 0 {
        return false;
    }
    if matches!(b.get(i), Some(b'e' | b'E')) {
        i += 1;
        i += usize::from(matches!(b.get(i), Some(b'+' | b'-')));
        let exponent = digits(i);
        if exponent == 0 {
            return false;
        }
        i += exponent;
    }
    i == b.len()
}

/// Go's `ParseFloat` of a text that begins with a dot: underscores may stand between digits.
fn dot_float(text: &str) -> Option<f64> {
    let b = text.as_bytes();
    let digit = |i: Option<usize>| i.and_then(|i| b.get(i)).is_some_and(u8::is_ascii_digit);
    if (0..b.len()).any(|i| b[i] == b'_' && !(digit(i.checked_sub(1)) && digit(Some(i + 1)))) {
        return None;
    }
    let plain = text.replace('_', "");
    if !is_float(&plain) {
        return None;
    }
    plain.parse().ok().filter(|f: &f64| f.is_finite())
}

/// What go-yaml takes for a date, roughly: only an explicit `!!timestamp` asks, and the value stays a string.
fn is_timestamp(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 8 && b[4] == b'-' && b[..4].iter().all(u8::is_ascii_digit)
}

/// Base64 as Go's standard encoding reads it: line breaks are skipped, padding is needed.
fn binary(text: &str) -> Result<String, String> {
    let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
    decode_base64(&digits)
        .map(|bytes| {
            // As Go's JSON encoder: every byte that is not UTF-8 becomes U+FFFD.
            let mut out = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                out.push_str(chunk.valid());
                out.extend(std::iter::repeat_n('\u{FFFD}', chunk.invalid().len()));
            }
            out
        })
        .ok_or_else(|| "!!binary value contains invalid base64 data".to_owned())
}

fn decode_base64(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |b: u8| {
        Some(match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        })
    };
    if !digits.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    for (n, group) in digits.chunks(4).enumerate() {
        let last = (n + 1) * 4 == digits.len();
        let padding = if last { group.iter().rev().take_while(|b| **b == b'=').count() } else { 0 };
        if padding > 2 {
            return None;
        }
        let mut bits = 0u32;
        for &b in &group[..4 - padding] {
            bits = (bits << 6) | u32::from(value(b)?);
        }
        bits <<= 6 * padding;
        out.extend_from_slice(&bits.to_be_bytes()[1..4 - padding]);
    }
    Some(out)
}

/// A key as `sigs.k8s.io/yaml` writes it.
pub(super) fn key_text(data: Data) -> Result<String, String> {
    match data {
        Data::Bool(b) => Ok(b.to_string()),
        Data::Int(i) => Ok(i.to_string()),
        Data::Float(f) if f.is_nan() => Ok(".nan".to_owned()),
        Data::Float(f) if f as f32 == f32::INFINITY => Ok(".inf".to_owned()),
        Data::Float(f) if f as f32 == f32::NEG_INFINITY => Ok("-.inf".to_owned()),
        Data::Float(f) => Ok(go_float32(f)),
        Data::UInt(u) => Err(format!("{u} is too large for a key")),
        Data::Null => Err("a key is null".to_owned()),
        _ => Err("a key is a list or a map".to_owned()),
    }
}

/// Go's `FormatFloat(f, 'g', -1, 32)`.
fn go_float32(f: f64) -> String {
    let text = format!("{:e}", f as f32);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        // Rust's own way of writing has no exponent at all.
        format!("{}", f as f32)
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}e{sign}{:02}", exponent.abs())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar<'_> {
        match resolve(Cow::Borrowed(text), true, None).unwrap() {
            Scalar::Other(data) => Scalar::Other(value(data).unwrap()),
            text => text,
        }
    }

    #[test]
    fn words_and_numbers() {
        for (text, data) in [
            ("yes", Data::Bool(true)),
            ("Off", Data::Bool(false)),
            ("~", Data::Null),
            ("", Data::Null),
            ("0644", Data::Int(420)),
            ("-0644", Data::Int(-420)),
            ("0o17", Data::Int(15)),
            ("0x1F", Data::Int(31)),
            ("-0b11", Data::Int(-3)),
            ("1_000", Data::Int(1000)),
            ("08", Data::Int(8)),
            ("1.0", Data::Int(1)),
            ("1.", Data::Int(1)),
            (".5", Data::Float(0.5)),
            ("1e3", Data::Int(1000)),
            ("9223372036854775807", Data::Int(i64::MAX)),
            ("-9223372036854775808", Data::Int(i64::MIN)),
            ("9223372036854775808", Data::UInt(1 << 63)),
            ("18446744073709551616", Data::Float(18446744073709551616.0)),
            ("0b-1", Data::Int(-1)),
        ] {
            assert_eq!(plain(text), Scalar::Other(data), "{text}");
        }
        for text in [
            "yEs",
            "22:22",
            "1.2.3",
            "0x",
            "+",
            "-",
            "2001-12-14",
            "100m",
            "1e400",
            "0xZ",
            "0_",
            "=",
            "<<",
            "._5",
            "+-1",
            "--1",
        ] {
            if text == "0_" {
                assert_eq!(plain(text), Scalar::Other(Data::Int(0)));
            } else {
                assert_eq!(plain(text), Scalar::Text(Cow::Borrowed(text)), "{text}");
            }
        }
        assert!(value(Data::Float(f64::INFINITY)).is_err());
    }

    #[test]
    fn tags() {
        let tagged =
            |tag: &str, text: &'static str| resolve(Cow::Borrowed(text), false, Some(&format!("{PREFIX}{tag}")));
        assert_eq!(tagged("int", "7").unwrap(), Scalar::Other(Data::Int(7)));
        assert_eq!(tagged("float", "1").unwrap(), Scalar::Other(Data::Float(1.0)));
        assert_eq!(tagged("str", "1").unwrap(), Scalar::Text("1".into()));
        assert_eq!(tagged("binary", "aGVs\nbG8=").unwrap(), Scalar::Text("hello".into()));
        assert!(tagged("int", "x").is_err());
        assert!(tagged("binary", "aGVsbG8").is_err());
        assert_eq!(resolve("5".into(), false, Some("!own")).unwrap(), Scalar::Text("5".into()));
    }

    #[test]
    fn float_keys() {
        assert_eq!(go_float32(1.5), "1.5");
        assert_eq!(go_float32(0.1), "0.1");
        assert_eq!(go_float32(1e21), "1e+21");
        assert_eq!(go_float32(0.00001), "1e-05");
    }
}
