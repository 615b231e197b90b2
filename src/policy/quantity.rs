//! Kubernetes quantities and versions as numbers.

/// Kubernetes counts no further, in either direction.
const MOST: f64 = i64::MAX as f64;

/// The value of a quantity in base units: `1.5Gi`, `100m`, `2e3`; `None` when it is none. Always finite.
pub fn quantity(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-'))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(split);
    if number.is_empty() || number.ends_with(['+', '-']) || number.bytes().filter(|b| *b == b'.').count() > 1 {
        return None;
    }
    if number.bytes().skip(1).any(|b| matches!(b, b'+' | b'-')) || !number.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: f64 = number.parse().ok()?;
    let scale = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        "Pi" => 1_125_899_906_842_624.0,
        "Ei" => 1_152_921_504_606_846_976.0,
        other => {
            let exponent: i32 = other.strip_prefix(['e', 'E'])?.parse().ok()?;
            10f64.powi(exponent)
        }
    };
    if value == 0.0 {
        return Some(0.0);
    }
    // Digits without end are infinite to a float.
    let value = value.clamp(f64::MIN, f64::MAX);
    let scaled = if scale < 1.0 { value / (1.0 / scale).round() } else { value * scale };
    Some(scaled.clamp(-MOST, MOST))
}

/// Cleans an absolute path: `.` and empty parts go, `..` takes the part before it away.
pub fn clean_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        let ok =
            |s: &str, v: f64| assert!((quantity(s).unwrap_or(f64::NAN) - v).abs() < 1e-9 * v.abs().max(1.0), "{s}");
        ok("100m", 0.1);
        ok("1.5Gi", 1_610_612_736.0);
        ok("2e3", 2000.0);
        ok("1E", 1e18);
        ok("1E3", 1000.0);
        ok(".5", 0.5);
        ok("-1", -1.0);
        ok("0e400", 0.0);
        ok("-1e400", -MOST);
        ok("1e-400", 0.0);
        ok(&"9".repeat(400), MOST);
        ok(&format!("{}e-400", "9".repeat(400)), 0.0);
        for bad in ["", "Gi", "1 Gi", "1gb", "1.2.3", "--1", "1K", "e3", "+"] {
            assert_eq!(quantity(bad), None, "{bad}");
        }
        assert_eq!(clean_path("/var/run/../run//docker.sock"), "/var/run/docker.sock");
        assert_eq!(clean_path("/"), "/");
        assert_eq!(clean_path("../etc"), "/etc");
    }
}
