//! Image references, as container runtimes read them (github.com/distribution/reference grammar).

use std::borrow::Cow;

/// The parts of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// host with port; `docker.io` when the reference names none
    pub registry: &'a str,
    /// path without registry; `library/` is added to bare names of docker.io
    pub repository: Cow<'a, str>,
    /// what follows the last colon after the last slash
    pub tag: Option<&'a str>,
    /// `sha256:...`
    pub digest: Option<&'a str>,
}

/// Parses a reference; `None` when a runtime would refuse it.
///
/// `host:5000/img` has a port and no tag; the first part is a host only if it has a dot or a colon, or is `localhost`.
pub fn parse(reference: &str) -> Option<Reference<'_>> {
    let (rest, digest) = match reference.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (reference, None),
    };
    let slash = rest.rfind('/').map_or(0, |i| i + 1);
    let (name, tag) = match rest[slash..].find(':') {
        Some(colon) => (&rest[..slash + colon], Some(&rest[slash + colon + 1..])),
        None => (rest, None),
    };
    let (registry, path) = match name.split_once('/') {
        Some((host, path))
            if host.contains(['.', ':']) || host == "localhost" || host.chars().any(|c| c.is_ascii_uppercase()) =>
        {
            (host, path)
        }
        _ => ("docker.io", name),
    };
    if path.is_empty() || !path.split('/').all(is_component) || !is_host(registry) {
        return None;
    }
    if tag.is_some_and(|t| !is_tag(t)) || digest.is_some_and(|d| !is_digest(d)) {
        return None;
    }
    let (registry, repository) = match registry {
        "docker.io" | "index.docker.io" if !path.contains('/') => ("docker.io", Cow::Owned(format!("library/{path}"))),
        "index.docker.io" => ("docker.io", Cow::Borrowed(path)),
        other => (other, Cow::Borrowed(path)),
    };
    Some(Reference { registry, repository, tag, digest })
}

fn is_component(part: &str) -> bool {
    let alnum = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let b = part.as_bytes();
    let (Some(&first), Some(&last)) = (b.first(), b.last()) else { return false };
    if !alnum(first) || !alnum(last) {
        return false;
    }
    // Separators: one dot, one or two underscores, any number of dashes.
    let mut i = 0;
    while i < b.len() {
        if alnum(b[i]) {
            i += 1;
            continue;
        }
        let run = b[i..].iter().take_while(|&&c| !alnum(c)).count();
        let sep = &b[i..i + run];
        if !(sep == b"." || sep == b"_" || sep == b"__" || sep.iter().all(|&c| c == b'-')) {
            return false;
        }
        i += run;
    }
    true
}

fn is_host(host: &str) -> bool {
    let is_port = |p: &str| !p.is_empty() && p.bytes().all(|c| c.is_ascii_digit());
    if let Some((address, rest)) = host.strip_prefix('[').and_then(|h| h.split_once(']')) {
        let is_address = !address.is_empty() && address.bytes().all(|c| c.is_ascii_hexdigit() || c == b':');
        return is_address && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_name = name.split('.').all(|l| {
        !l.is_empty()
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    });
    is_name && port.is_none_or(is_port)
}

fn is_tag(tag: &str) -> bool {
    let word = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    tag.len() <= 128 && tag.bytes().next().is_some_and(word) && tag.bytes().all(|c| word(c) || c == b'.' || c == b'-')
}

fn is_digest(digest: &str) -> bool {
    let Some((algorithm, hex)) = digest.split_once(':') else { return false };
    let well_formed = !algorithm.is_empty()
        && algorithm.bytes().all(|c| c.is_ascii_alphanumeric() || b"+._-".contains(&c))
        && hex.len() >= 32
        && hex.bytes().all(|c| c.is_ascii_hexdigit());
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => hex.len(),
    };
    well_formed && hex.len() == length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let p = |s| parse(s).map(|r| (r.registry.to_owned(), r.repository.into_owned(), r.tag.map(str::to_owned)));
        let some = |r: &str, p: &str, t: Option<&str>| Some((r.to_owned(), p.to_owned(), t.map(str::to_owned)));
        assert_eq!(p("nginx"), some("docker.io", "library/nginx", None));
        assert_eq!(p("nginx:1.25"), some("docker.io", "library/nginx", Some("1.25")));
        assert_eq!(p("host:5000/img"), some("host:5000", "img", None));
        assert_eq!(p("host:5000/img:x"), some("host:5000", "img", Some("x")));
        assert_eq!(p("localhost/img"), some("localhost", "img", None));
        assert_eq!(p("team/img"), some("docker.io", "team/img", None));
        assert_eq!(p("[fe80::1:2]/img"), some("[fe80::1:2]", "img", None));
        assert_eq!(p("[::1]:5000/img:x"), some("[::1]:5000", "img", Some("x")));
        assert_eq!(p("ghcr.io/a/b__c:v1"), some("ghcr.io", "a/b__c", Some("v1")));
        for bad in [
            "",
            "Nginx",
            "a//b",
            "nginx:",
            "nginx:-x",
            "a..b/c",
            "x@sha256:abc",
            "host:port/x y",
            "[: x]/a",
            "[:/a",
            "{{ .Values.image }}",
            "${IMAGE}",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        let d = format!("nginx:1@sha256:{}", "a".repeat(64));
        assert_eq!(parse(&d).and_then(|r| r.digest).map(str::len), Some(71));
    }
}
