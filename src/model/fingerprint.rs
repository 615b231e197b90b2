//! What makes a finding the same finding in two runs.
//!
//! A fingerprint is the SHA-256 of these parts, joined with one newline: check, `group/kind` (`kind` in the core group),
//! namespace, name, the stable pointer ([`Finding::stable`](super::verdict::Finding::stable)) and, for objects from
//! files, the file's path. A newline inside a part is written as `\n`. Neither the line, nor the message, nor an index
//! is in it, so it survives edits elsewhere in the file, new wording and reordered lists.
//!
//! By hand: `printf 'host-pid\nPod\nweb\nfrontend\n/spec/hostPID\npod.yaml' | sha256sum`.

use super::object::{ObjectId, Origin};
use super::verdict::{Finding, Verdict};
use crate::model::report::Report;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Identity of a finding over runs; baseline, SARIF and waivers use the same value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The fingerprint of a finding of `check` at the stable pointer of an object.
    pub fn new(check: &str, id: &ObjectId, origin: &Origin, stable: &str) -> Fingerprint {
        let mut hash = Sha256::new();
        part(&mut hash, check);
        hash.update("\n");
        if !id.group().is_empty() {
            part(&mut hash, id.group());
            hash.update("/");
        }
        part(&mut hash, &id.kind);
        for text in [&*id.namespace, &*id.name, stable] {
            hash.update("\n");
            part(&mut hash, text);
        }
        if let Origin::File { path, .. } = origin {
            hash.update("\n");
            part(&mut hash, path);
        }
        Fingerprint(hash.finalize().into())
    }
}

/// Adds one part; a newline in it must not look like the end of the part.
fn part(hash: &mut Sha256, text: &str) {
    let mut lines = text.split('\n');
    hash.update(lines.next().unwrap_or_default());
    for line in lines {
        hash.update("\\n");
        hash.update(line);
    }
}

impl Report {
    /// The fingerprint of a finding of one of this report's verdicts.
    pub fn fingerprint(&self, verdict: &Verdict, finding: &Finding) -> Fingerprint {
        let object = &self.objects[verdict.object as usize];
        let check = &self.checks[verdict.check as usize].id;
        Fingerprint::new(check, &object.id, &object.origin, &finding.stable)
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; 64];
        for (i, b) in self.0.iter().enumerate() {
            text[2 * i] = HEX[usize::from(b >> 4)];
            text[2 * i + 1] = HEX[usize::from(b & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        let error = || format!("{s:?} is not a fingerprint: 64 hexadecimal digits in lower case are");
        let digit = |b: u8| HEX.iter().position(|h| *h == b).map(|n| n as u8).ok_or_else(error);
        let mut bytes = [0; 32];
        if s.len() != 64 {
            return Err(error());
        }
        for (byte, pair) in bytes.iter_mut().zip(s.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Fingerprint(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str) -> ObjectId {
        ObjectId { api_version: "v1".into(), kind: "Pod".into(), namespace: "web".into(), name: name.into() }
    }

    fn file(line: u32) -> Origin {
        Origin::File { path: "pod.yaml".into(), document: 0, line, template: None }
    }

    #[test]
    fn is_the_formula_of_its_documentation() {
        let f = Fingerprint::new("host-pid", &pod("frontend"), &file(1), "/spec/hostPID");
        // printf 'host-pid\nPod\nweb\nfrontend\n/spec/hostPID\npod.yaml' | sha256sum
        assert_eq!(f.to_string(), "dac93f57e019bd1cdef5797e0ccd747fe99fe8739b0b8fd470dd0dbc57a6fdda");
        assert_eq!(f.to_string().parse::<Fingerprint>(), Ok(f));
        assert_eq!(f, Fingerprint::new("host-pid", &pod("frontend"), &file(99), "/spec/hostPID"));
        let role = ObjectId { api_version: "rbac.authorization.k8s.io/v1".into(), kind: "Role".into(), ..pod("r") };
        let g = Fingerprint::new("c", &role, &Origin::Cluster { context: "a".into() }, "");
        let beta = ObjectId { api_version: "rbac.authorization.k8s.io/v1beta1".into(), ..role };
        assert_eq!(g, Fingerprint::new("c", &beta, &Origin::Cluster { context: "b".into() }, ""));
    }

    #[test]
    fn parts_cannot_run_into_each_other() {
        let a = Fingerprint::new("c", &pod("x\n/spec"), &Origin::Run, "y");
        let b = Fingerprint::new("c", &pod("x"), &Origin::Run, "/spec\ny");
        assert_ne!(a, b);
        assert!("zz".parse::<Fingerprint>().is_err());
        assert!("z".repeat(64).parse::<Fingerprint>().is_err());
    }
}
