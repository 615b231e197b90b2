//! [`Names`] are the words a waiver may use for checks, and [`Pattern`]s what they come to.

use super::{WaiverError, excerpt};
use crate::config::suggestion::closest;
use std::collections::BTreeMap;

/// Gives our check ids for an id of another tool; tool `""` means any tool, and ids that our own checks had in the past. Id `*`
/// asks for every check of ours that the tool has in its own way.
pub type Aliases = dyn Fn(&str, &str) -> Vec<String> + Send + Sync;

/// The checks of a run by name.
pub struct Names {
    checks: BTreeMap<Box<str>, Known>,
    aliases: Box<Aliases>,
}

struct Known {
    group: Box<str>,
    selected: bool,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Names({} checks)", self.checks.len())
    }
}

/// Which checks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// all
    All,
    /// a group
    Group(Box<str>),
    /// one
    Check(Box<str>),
}

impl Names {
    /// Every known check as id, group and whether it runs this time, and the closure that knows other tools' ids.
    pub fn new<'a>(
        checks: impl IntoIterator<Item = (&'a str, &'a str, bool)>,
        aliases: impl Fn(&str, &str) -> Vec<String> + Send + Sync + 'static,
    ) -> Names {
        let checks = checks
            .into_iter()
            .map(|(id, group, selected)| (id.into(), Known { group: group.into(), selected }))
            .collect();
        Names { checks, aliases: Box::new(aliases) }
    }

    /// What a word means.
    pub fn resolve(&self, word: &str) -> Result<Vec<Pattern>, WaiverError> {
        if word == "*" {
            return Ok(vec![Pattern::All]);
        }
        if !is_word(word) {
            return Err(WaiverError::BadPattern(excerpt(word)));
        }
        if let Some(group) = word.strip_suffix("/*") {
            if self.checks.values().any(|k| &*k.group == group) {
                return Ok(vec![Pattern::Group(group.into())]);
            }
            let all = self.of_tool(group, "*");
            return if all.is_empty() { Err(self.unknown(word, self.groups())) } else { Ok(all) };
        }
        if self.checks.contains_key(word) {
            return Ok(vec![Pattern::Check(word.into())]);
        }
        if let Some((first, id)) = word.split_once('/') {
            if self.checks.get(id).is_some_and(|k| &*k.group == first) {
                return Ok(vec![Pattern::Check(id.into())]);
            }
            let found = self.of_tool(first, id);
            return if found.is_empty() { Err(self.unknown(word, self.ids())) } else { Ok(found) };
        }
        let found = self.of_tool("", word);
        if found.is_empty() { Err(self.unknown(word, self.ids())) } else { Ok(found) }
    }

    /// Our checks for an id of a tool; ids that we do not have are left out.
    pub fn of_tool(&self, tool: &str, id: &str) -> Vec<Pattern> {
        let mut found: Vec<Pattern> = (self.aliases)(tool, id)
            .into_iter()
            .filter(|id| self.checks.contains_key(id.as_str()))
            .map(|id| Pattern::Check(id.into()))
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// Whether a check is one of those that a pattern means.
    pub fn matches(&self, pattern: &Pattern, check: &str) -> bool {
        match pattern {
            Pattern::All => true,
            Pattern::Check(id) => &**id == check,
            Pattern::Group(group) => self.checks.get(check).is_some_and(|k| k.group == *group),
        }
    }

    /// Whether any check that a pattern means runs this time: a waiver for others cannot be called unused.
    pub fn runs(&self, pattern: &Pattern) -> bool {
        match pattern {
            Pattern::All => self.checks.values().any(|k| k.selected),
            Pattern::Check(id) => self.checks.get(id).is_some_and(|k| k.selected),
            Pattern::Group(group) => self.checks.values().any(|k| k.group == *group && k.selected),
        }
    }

    fn ids(&self) -> Vec<String> {
        self.checks.keys().map(|id| id.to_string()).collect()
    }

    fn groups(&self) -> Vec<String> {
        let groups: std::collections::BTreeSet<&str> = self.checks.values().map(|k| &*k.group).collect();
        groups.into_iter().map(|g| format!("{g}/*")).collect()
    }

    fn unknown(&self, word: &str, candidates: Vec<String>) -> WaiverError {
        let suggestion = closest(word, candidates.iter().map(String::as_str)).map(str::to_owned);
        WaiverError::UnknownCheck { id: excerpt(word), suggestion }
    }
}

/// Whether the word can be a check, an alias or `group/*`.
pub fn is_word(word: &str) -> bool {
    let stem = word.strip_suffix("/*").unwrap_or(word);
    word == "*"
        || (!stem.is_empty()
            && stem.len() <= 253
            && stem.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
            && stem.chars().next().is_some_and(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let checks =
            [("host-pid", "workload", true), ("privileged-container", "workload", true), ("rbac-x", "rbac", false)];
        Names::new(checks, |tool, id| match (tool, id) {
            ("" | "checkov", "CKV_K8S_16") => vec!["privileged-container".into(), "gone".into()],
            ("checkov", "*") => vec!["privileged-container".into(), "host-pid".into()],
            _ => vec![],
        })
    }

    #[test]
    fn words_resolve() {
        let n = names();
        let check = |id: &str| Pattern::Check(id.into());
        assert_eq!(n.resolve("*"), Ok(vec![Pattern::All]));
        assert_eq!(n.resolve("workload/*"), Ok(vec![Pattern::Group("workload".into())]));
        assert_eq!(n.resolve("host-pid"), Ok(vec![check("host-pid")]));
        assert_eq!(n.resolve("workload/host-pid"), Ok(vec![check("host-pid")]));
        assert_eq!(n.resolve("CKV_K8S_16"), Ok(vec![check("privileged-container")]));
        assert_eq!(n.resolve("checkov/CKV_K8S_16"), Ok(vec![check("privileged-container")]));
        assert_eq!(n.resolve("checkov/*"), Ok(vec![check("host-pid"), check("privileged-container")]));
        let error = |w: &str| n.resolve(w).expect_err(w).to_string();
        assert_eq!(
            error("privilged-container"),
            "unknown check `privilged-container`; did you mean `privileged-container`?"
        );
        assert_eq!(error("worklod/*"), "unknown check `worklod/*`; did you mean `workload/*`?");
        assert_eq!(error("rbac/host-pid"), "unknown check `rbac/host-pid`");
        for bad in ["", "/*", "a*", "*/*", "a b", "ä", "-x"] {
            assert!(matches!(n.resolve(bad), Err(WaiverError::BadPattern(_))), "{bad}");
        }
    }

    #[test]
    fn matching_and_running() {
        let n = names();
        assert!(n.matches(&Pattern::All, "anything"));
        assert!(
            n.matches(&Pattern::Group("rbac".into()), "rbac-x")
                && !n.matches(&Pattern::Group("rbac".into()), "host-pid")
        );
        assert!(!n.runs(&Pattern::Group("rbac".into())) && n.runs(&Pattern::All));
        assert!(!n.runs(&Pattern::Check("rbac-x".into())) && !n.runs(&Pattern::Check("gone".into())));
    }
}
