//! One page of a list, cut into objects as compact JSON: stamped with apiVersion and kind (items of built-in lists carry neither), without
//! `managedFields` and the last-applied copy, which nobody audits and which may repeat secrets.

use super::json::{self, Broken, Member};
use super::request::Failure;
use super::targets::is_built_in;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The annotation in which kubectl keeps a copy of the whole object.
const LAST_APPLIED: &[u8] = b"kubectl.kubernetes.io/last-applied-configuration";

/// Identity of an object across lists; a uid is 128 bits.
pub(super) type Uid = u128;

/// The controlling owner of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub group: String,
    pub kind: String,
    pub uid: Uid,
}

/// An object, cut out of its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub uid: Uid,
    pub namespace: String,
    pub name: String,
    pub owner: Option<Owner>,
    pub bytes: Vec<u8>,
}

/// A page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub items: Vec<Cut>,
    /// token of the next page; empty at the end
    pub next: String,
    /// objects after this page, when the server says
    pub remaining: Option<u64>,
    pub resource_version: String,
}

/// What objects of the list are.
pub(super) struct Stamp<'s> {
    pub api_version: &'s str,
    pub kind: &'s str,
}

/// Cuts a page. Anything that is not a list is a failure: a login page with status 200 is not an empty cluster.
pub(super) fn cut(body: &[u8], stamp: &Stamp<'_>) -> Result<Page, Failure> {
    let document = json::members(body).map_err(|_| not_a_list(body))?;
    let kind = json::text(&document, "kind");
    // Kubernetes' own lists are named after their kind; others may have any name that ends so.
    let group = stamp.api_version.rsplit_once('/').map_or("", |(g, _)| g);
    let ours = kind.strip_suffix("List").is_some_and(|k| k == stamp.kind || !is_built_in(group));
    let items = json::get(&document, "items").filter(|_| ours).ok_or_else(|| foreign(&kind))?;
    let mut page = head(&document);
    for item in json::elements(items).map_err(|e| Failure::Unexpected(format!("a broken list: {e}")))? {
        page.items.push(
            one(item, stamp, None).map_err(|e| Failure::Unexpected(format!("a broken object in the list: {e}")))?,
        );
    }
    Ok(page)
}

/// Cuts a table of Secrets: metadata and type, and no way for a value to come along.
pub(super) fn cut_secrets(body: &[u8], stamp: &Stamp<'_>) -> Result<Page, Failure> {
    let document = json::members(body).map_err(|_| not_a_list(body))?;
    let kind = json::text(&document, "kind");
    if kind != "Table" {
        return Err(foreign(&kind));
    }
    let broken = |e: Broken| Failure::Unexpected(format!("a broken table: {e}"));
    let list = |members: &[Member<'_>], key: &str| {
        json::get(members, key).map(<[u8]>::to_vec).unwrap_or_else(|| b"[]".to_vec())
    };
    let columns = list(&document, "columnDefinitions");
    let column = json::elements(&columns)
        .map_err(broken)?
        .into_iter()
        .position(|c| json::members(c).is_ok_and(|m| json::text(&m, "name") == "Type"));
    let mut page = head(&document);
    let rows = list(&document, "rows");
    for row in json::elements(&rows).map_err(broken)? {
        let row = json::members(row).map_err(broken)?;
        let object = json::get(&row, "object").ok_or_else(|| foreign("a table without objects"))?;
        let cells = json::get(&row, "cells").map(json::elements).transpose().map_err(broken)?.unwrap_or_default();
        let of_type = column.and_then(|c| cells.get(c)).copied().filter(|c| c.starts_with(b"\""));
        page.items.push(one(object, stamp, Some(of_type.unwrap_or(b"\"\""))).map_err(broken)?);
    }
    Ok(page)
}

fn not_a_list(body: &[u8]) -> Failure {
    let start = String::from_utf8_lossy(&body[..body.len().min(16)]);
    let what = if start.trim_start().starts_with('<') { "a web page" } else { "something that is not JSON" };
    Failure::Unexpected(format!("the server answered with {what} instead of a list"))
}

fn foreign(kind: &str) -> Failure {
    Failure::Unexpected(format!(
        "the server answered with {} instead of a list",
        if kind.is_empty() { "an object without kind" } else { kind }
    ))
}

fn head(document: &[Member<'_>]) -> Page {
    let metadata = json::get(document, "metadata").and_then(|m| json::members(m).ok()).unwrap_or_default();
    let remaining = json::get(&metadata, "remainingItemCount").and_then(|n| std::str::from_utf8(n).ok()?.parse().ok());
    Page {
        items: Vec::new(),
        next: json::text(&metadata, "continue"),
        remaining,
        resource_version: json::text(&metadata, "resourceVersion"),
    }
}

/// Rewrites an object; with `secret_type` everything but metadata is left behind.
fn one(item: &[u8], stamp: &Stamp<'_>, secret_type: Option<&[u8]>) -> Result<Cut, Broken> {
    let members = json::members(item)?;
    let mut cut = Cut {
        uid: 0,
        namespace: String::new(),
        name: String::new(),
        owner: None,
        bytes: Vec::with_capacity(item.len()),
    };
    let out = &mut cut.bytes;
    out.extend_from_slice(b"{\"apiVersion\":");
    quote(stamp.api_version, out);
    out.extend_from_slice(b",\"kind\":");
    quote(stamp.kind, out);
    let mut own_uid = None;
    for (key, value) in members {
        match key {
            b"apiVersion" | b"kind" => continue,
            b"metadata" if value.starts_with(b"{") => {
                out.extend_from_slice(b",\"metadata\":");
                let metadata = json::members(value)?;
                rewrite(&metadata, out)?;
                own_uid = json::get(&metadata, "uid").and_then(json::string).filter(|u| !u.is_empty());
                cut.namespace = json::text(&metadata, "namespace");
                cut.name = json::text(&metadata, "name");
                cut.owner = json::get(&metadata, "ownerReferences").map(controller).transpose()?.flatten();
            }
            _ if secret_type.is_some() => continue,
            _ => {
                out.push(b',');
                member(key, value, out);
            }
        }
    }
    if let Some(value) = secret_type {
        out.push(b',');
        member(b"type", value, out);
    }
    out.push(b'}');
    // An object without a uid (some aggregated servers) is told apart by its name.
    cut.uid = own_uid.map_or_else(|| hashed(&format!("{}/{}", cut.namespace, cut.name)), |u| uid(&u));
    Ok(cut)
}

fn member(key: &[u8], value: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(key);
    out.extend_from_slice(b"\":");
    out.extend_from_slice(value);
}

fn quote(text: &str, out: &mut Vec<u8>) {
    // Names of kinds and groups need no escapes; a name that does is written by serde.
    out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

fn rewrite(metadata: &[Member<'_>], out: &mut Vec<u8>) -> Result<(), Broken> {
    out.push(b'{');
    let mut first = true;
    for (key, value) in metadata {
        let mut kept = Vec::new();
        let mut value = *value;
        match *key {
            b"managedFields" => continue,
            b"annotations" if value.starts_with(b"{") => {
                let annotations = json::members(value)?;
                if annotations.iter().any(|(k, _)| *k == LAST_APPLIED) {
                    if annotations.len() == 1 {
                        continue;
                    }
                    kept.push(b'{');
                    for (k, v) in annotations.iter().filter(|(k, _)| *k != LAST_APPLIED) {
                        if kept.len() > 1 {
                            kept.push(b',');
                        }
                        member(k, v, &mut kept);
                    }
                    kept.push(b'}');
                    value = &kept;
                }
            }
            _ => {}
        }
        if !first {
            out.push(b',');
        }
        first = false;
        member(key, value, out);
    }
    out.push(b'}');
    Ok(())
}

fn controller(references: &[u8]) -> Result<Option<Owner>, Broken> {
    for reference in json::elements(references)? {
        let reference = json::members(reference)?;
        if json::get(&reference, "controller") == Some(b"true") {
            let api_version = json::text(&reference, "apiVersion");
            let group = api_version.rsplit_once('/').map_or("", |(g, _)| g).to_owned();
            return Ok(Some(Owner {
                group,
                kind: json::text(&reference, "kind"),
                uid: uid(&json::text(&reference, "uid")),
            }));
        }
    }
    Ok(None)
}

/// A uid as a number; one that is not in the usual form is hashed.
fn uid(text: &str) -> Uid {
    let mut number: u128 = 0;
    let mut digits = 0;
    for c in text.chars().filter(|c| *c != '-') {
        match c.to_digit(16) {
            Some(d) if digits < 32 => number = number << 4 | u128::from(d),
            _ => return hashed(text),
        }
        digits += 1;
    }
    if digits == 32 { number } else { hashed(text) }
}

fn hashed(text: &str) -> Uid {
    let half = |salt: u8| {
        let mut h = DefaultHasher::new();
        (salt, text).hash(&mut h);
        u128::from(h.finish())
    };
    half(1) << 64 | half(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp<'static> = Stamp { api_version: "v1", kind: "Pod" };

    #[test]
    fn items_are_stamped_and_pruned() {
        let body = br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"tok","remainingItemCount":3},"items":[
            {"metadata":{"name":"a","namespace":"n","uid":"00000000-0000-0000-0000-0000000000ff","managedFields":[{"x":1}],
              "annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"secret\":1}","keep":"me"},
              "ownerReferences":[{"apiVersion":"v1","kind":"X","uid":"1"},{"apiVersion":"apps/v1","kind":"ReplicaSet","uid":"00000000-0000-0000-0000-000000000001","controller":true}]},
             "spec":{"hostPID":true}},
            {"kind":"Other","apiVersion":"z/v9","metadata":{"name":"b","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}]}"#;
        let page = cut(body, &STAMP).unwrap();
        assert_eq!((page.next.as_str(), page.remaining, page.resource_version.as_str()), ("tok", Some(3), "7"));
        let a: serde_json::Value = serde_json::from_slice(&page.items[0].bytes).unwrap();
        assert_eq!(a["apiVersion"], "v1");
        assert_eq!(a["kind"], "Pod");
        assert_eq!(a["metadata"]["annotations"], serde_json::json!({"keep": "me"}));
        assert!(a["metadata"].get("managedFields").is_none());
        assert_eq!(a["spec"]["hostPID"], true);
        assert_eq!(page.items[0].uid, 0xff);
        let owner = page.items[0].owner.as_ref().unwrap();
        assert_eq!((owner.group.as_str(), owner.kind.as_str(), owner.uid), ("apps", "ReplicaSet", 1));
        let b: serde_json::Value = serde_json::from_slice(&page.items[1].bytes).unwrap();
        assert_eq!(b, serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}}));
    }

    #[test]
    fn what_is_no_list_is_a_failure() {
        for body in [
            &b"<html>login</html>"[..],
            b"{}",
            br#"{"kind":"ServiceList","items":[]}"#,
            b"",
            br#"{"kind":"Status","code":200}"#,
            br#"{"kind":"PodList"}"#,
            br#"{"kind":"PodList","items":{}}"#,
            br#"{"kind":"PodList","items":[1]}"#,
            br#"{"kind":"PodList","items":[{"metadata":{}}"#,
        ] {
            assert!(cut(body, &STAMP).is_err(), "{}", String::from_utf8_lossy(body));
        }
        assert!(cut(br#"{"kind":"PodList","items":null}"#, &STAMP).unwrap().items.is_empty());
    }

    #[test]
    fn secrets_come_without_values() {
        let stamp = Stamp { api_version: "v1", kind: "Secret" };
        let body =
            br#"{"kind":"Table","columnDefinitions":[{"name":"Name"},{"name":"Type"}],"rows":[{"cells":["s","Opaque"],
            "object":{"kind":"PartialObjectMetadata","metadata":{"name":"s","namespace":"n"},"data":{"k":"djE="}}}]}"#;
        let page = cut_secrets(body, &stamp).unwrap();
        let text = String::from_utf8(page.items[0].bytes.clone()).unwrap();
        assert_eq!(
            text,
            r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n"},"type":"Opaque"}"#
        );
        assert!(
            cut_secrets(br#"{"kind":"SecretList","items":[]}"#, &stamp).is_err(),
            "a server that ignores the request for a table"
        );
    }
}
