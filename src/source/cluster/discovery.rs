//! What the server serves. Invariant: an answer that cannot be understood is an error or a group marked as such, never an empty world.
//!
//! The aggregated documents (two requests) are asked first. A server or proxy that answers something else, an answer without groups, or
//! one whose core group has no pods sends us to the old documents, one per group; a group that fails there is kept with its reason.

use super::json::{self, Member};
use super::request::{Failure, JSON, Requester};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;

/// How far the list of a group's resources can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Freshness {
    /// it is what is served now
    Current,
    /// the server could not refresh it: what is not in it may still exist
    Stale,
    /// it could not be read
    Failed(String),
}

/// A kind as it is served in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub kind: String,
    pub plural: String,
    pub namespaced: bool,
    pub listable: bool,
}

/// One version of one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupVersion {
    pub group: String,
    pub version: String,
    pub freshness: Freshness,
    pub resources: Vec<Resource>,
}

/// Everything that is served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Discovery {
    pub versions: Vec<GroupVersion>,
    /// the list of groups itself could not be read: groups may be missing
    pub incomplete: Option<String>,
    /// the old documents had to be read, and why
    pub legacy: Option<String>,
}

const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
    application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// Asks the server. An error when it serves no pods as far as we can tell: that is no Kubernetes, or none that lets us look.
pub(super) async fn discover(requester: &Arc<Requester>) -> Result<Discovery, Failure> {
    let why = match aggregated(requester).await {
        Ok(found) => match found.lacks() {
            None => return Ok(found),
            Some(lack) => lack.to_owned(),
        },
        Err(e @ (Failure::Deadline | Failure::Timeout(_))) => return Err(e),
        Err(e) if e.code() == 401 => return Err(e),
        Err(e) => e.to_string(),
    };
    tracing::debug!(%why, "no aggregated discovery");
    let mut found = walk(requester).await?;
    found.legacy = Some(why);
    match found.lacks() {
        None => Ok(found),
        Some(lack) => Err(Failure::Unexpected(found.incomplete.unwrap_or_else(|| lack.to_owned()))),
    }
}

impl Discovery {
    /// What every API server has and this account of it has not.
    fn lacks(&self) -> Option<&'static str> {
        let core = || self.versions.iter().filter(|v| v.group.is_empty());
        if self.versions.is_empty() {
            Some("it names no group at all")
        } else if !core().any(|v| v.resources.iter().any(|r| r.plural == "pods")) {
            Some("its core group has no pods")
        } else if self.incomplete.is_none() && !self.versions.iter().any(|v| !v.group.is_empty()) {
            Some("it names no group beside the core")
        } else {
            None
        }
    }
}

async fn aggregated(requester: &Requester) -> Result<Discovery, Failure> {
    let (core, groups) = tokio::join!(requester.get("/api", AGGREGATED), requester.get("/apis", AGGREGATED));
    let mut versions = parse_aggregated(&core?)?;
    versions.append(&mut parse_aggregated(&groups?)?);
    Ok(Discovery { versions, ..Discovery::default() })
}

fn unexpected(what: &str) -> Failure {
    Failure::Unexpected(format!("{what} is not a discovery document"))
}

fn list<'a>(members: &[Member<'a>], key: &str) -> Vec<Vec<Member<'a>>> {
    let elements = json::get(members, key).and_then(|v| json::elements(v).ok()).unwrap_or_default();
    elements.into_iter().filter_map(|e| json::members(e).ok()).collect()
}

fn strings(members: &[Member<'_>], key: &str) -> Vec<String> {
    let elements = json::get(members, key).and_then(|v| json::elements(v).ok()).unwrap_or_default();
    elements.into_iter().filter_map(json::string).collect()
}

fn parse_aggregated(body: &[u8]) -> Result<Vec<GroupVersion>, Failure> {
    let document = json::members(body).map_err(|_| unexpected("the answer"))?;
    let kind = json::text(&document, "kind");
    if kind != "APIGroupDiscoveryList" {
        return Err(unexpected(&format!("kind {kind:?}")));
    }
    let mut out = Vec::new();
    for group in list(&document, "items") {
        let metadata = json::get(&group, "metadata").and_then(|m| json::members(m).ok()).unwrap_or_default();
        let name = json::text(&metadata, "name");
        for version in list(&group, "versions") {
            let stale = json::text(&version, "freshness") == "Stale";
            let resources = list(&version, "resources").into_iter().filter_map(|r| {
                let response = json::get(&r, "responseKind").and_then(|k| json::members(k).ok())?;
                let kind = json::text(&response, "kind");
                // A resource without a kind has only subresources.
                (!kind.is_empty()).then(|| Resource {
                    kind,
                    plural: json::text(&r, "resource"),
                    namespaced: json::text(&r, "scope") == "Namespaced",
                    listable: strings(&r, "verbs").iter().any(|v| v == "list"),
                })
            });
            out.push(GroupVersion {
                group: name.clone(),
                version: json::text(&version, "version"),
                freshness: if stale { Freshness::Stale } else { Freshness::Current },
                resources: resources.collect(),
            });
        }
    }
    Ok(out)
}

/// The documents of servers before 1.26, one per group and version.
async fn walk(requester: &Arc<Requester>) -> Result<Discovery, Failure> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    let core = requester.get("/api", JSON).await?;
    let core = json::members(&core).map_err(|_| unexpected("the answer"))?;
    wanted.extend(strings(&core, "versions").into_iter().map(|v| (String::new(), v)));
    let mut incomplete = None;
    match requester.get("/apis", JSON).await.and_then(|body| group_list(&body)) {
        Ok(mut groups) => wanted.append(&mut groups),
        Err(e @ Failure::Deadline) => return Err(e),
        Err(e) => incomplete = Some(format!("the list of groups cannot be read: {e}")),
    }
    let mut found: BTreeMap<usize, GroupVersion> = BTreeMap::new();
    let mut running = JoinSet::new();
    let mut next = wanted.into_iter().enumerate();
    loop {
        while running.len() < 8
            && let Some((number, (group, version))) = next.next()
        {
            let requester = requester.clone();
            running.spawn(async move { (number, one_group(&requester, group, version).await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((number, version))) => drop(found.insert(number, version)),
            Some(Err(e)) => incomplete = Some(format!("a group could not be read: {e}")),
        }
    }
    Ok(Discovery { versions: found.into_values().collect(), incomplete, legacy: None })
}

fn group_list(body: &[u8]) -> Result<Vec<(String, String)>, Failure> {
    let document = json::members(body).map_err(|_| unexpected("the answer"))?;
    if json::text(&document, "kind") != "APIGroupList" {
        return Err(unexpected(&format!("kind {:?}", json::text(&document, "kind"))));
    }
    let mut out = Vec::new();
    for group in list(&document, "groups") {
        let name = json::text(&group, "name");
        out.extend(list(&group, "versions").iter().map(|v| (name.clone(), json::text(v, "version"))));
    }
    Ok(out)
}

async fn one_group(requester: &Requester, group: String, version: String) -> GroupVersion {
    let path = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    let read = requester.get(&path, JSON).await.and_then(|body| resource_list(&body));
    let (freshness, resources) = match read {
        Ok(resources) => (Freshness::Current, resources),
        Err(e) => (Freshness::Failed(e.to_string()), Vec::new()),
    };
    GroupVersion { group, version, freshness, resources }
}

fn resource_list(body: &[u8]) -> Result<Vec<Resource>, Failure> {
    let document = json::members(body).map_err(|_| unexpected("the answer"))?;
    if json::text(&document, "kind") != "APIResourceList" {
        return Err(unexpected(&format!("kind {:?}", json::text(&document, "kind"))));
    }
    let resources = list(&document, "resources").into_iter().map(|r| Resource {
        kind: json::text(&r, "kind"),
        plural: json::text(&r, "name"),
        namespaced: json::get(&r, "namespaced") == Some(b"true"),
        listable: strings(&r, "verbs").iter().any(|v| v == "list"),
    });
    Ok(resources.filter(|r| !r.plural.contains('/')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_documents_are_refused() {
        for body in [
            &b"{}"[..],
            b"<html>",
            br#"{"kind":"APIVersions","versions":["v1"]}"#,
            br#"{"kind":"APIGroupList","groups":[]}"#,
        ] {
            assert!(parse_aggregated(body).is_err());
            assert!(resource_list(body).is_err());
        }
        assert!(group_list(b"{}").is_err());
    }

    #[test]
    fn staleness_is_kept_and_emptiness_noticed() {
        let body = br#"{"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"dead.example"},"versions":[{"version":"v1","freshness":"Stale"}]}]}"#;
        let versions = parse_aggregated(body).unwrap();
        assert_eq!(versions[0].freshness, Freshness::Stale);
        assert!(Discovery { versions, ..Discovery::default() }.lacks().is_some());
        let empty = parse_aggregated(br#"{"kind":"APIGroupDiscoveryList","items":[]}"#).unwrap();
        assert!(Discovery { versions: empty, ..Discovery::default() }.lacks().is_some());
    }
}
