//! The part of SARIF 2.1.0 that we write; names are the standard's.

use crate::model::check::Severity;
use serde::Serialize;
use std::borrow::Cow;

type Text<'a> = Cow<'a, str>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Log<R> {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub version: &'static str,
    pub runs: [R; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run<'a, Rules, Artifacts, Results> {
    pub tool: Tool<Rules>,
    pub invocations: [Invocation<'a>; 1],
    pub column_kind: &'static str,
    pub original_uri_base_ids: BaseIds,
    pub artifacts: Artifacts,
    pub results: Results,
    pub properties: RunProperties<'a>,
}

#[derive(Serialize)]
pub struct BaseIds {
    #[serde(rename = "%SRCROOT%")]
    pub root: Described,
}

#[derive(Serialize)]
pub struct Described {
    pub description: Message<'static>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunProperties<'a> {
    pub target: &'a str,
    pub percent: Option<f64>,
    pub grade: Option<&'static str>,
    pub coverage: Option<f64>,
}

#[derive(Serialize)]
pub struct Tool<Rules> {
    pub driver: Driver<Rules>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver<Rules> {
    pub name: &'static str,
    pub full_name: &'static str,
    pub semantic_version: &'static str,
    pub information_uri: &'static str,
    pub rules: Rules,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule<'a> {
    pub id: &'a str,
    pub short_description: Message<'a>,
    pub full_description: Message<'a>,
    pub help_uri: String,
    pub help: Message<'a>,
    pub default_configuration: Configuration,
    pub properties: RuleProperties<'a>,
}

#[derive(Serialize)]
pub struct Configuration {
    pub level: &'static str,
}

#[derive(Serialize)]
pub struct RuleProperties<'a> {
    pub tags: [&'a str; 3],
    pub precision: &'static str,
    #[serde(rename = "security-severity")]
    pub security_severity: &'static str,
}

#[derive(Serialize)]
pub struct Message<'a> {
    pub text: Text<'a>,
}

impl<'a> From<&'a str> for Message<'a> {
    /// Braces around a number are a placeholder in SARIF; doubled they are text.
    fn from(text: &'a str) -> Message<'a> {
        let mut doubled = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let digits = rest[open + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let close = open + 1 + digits;
            if digits > 0 && rest[close..].starts_with('}') {
                doubled.push_str(&rest[..open]);
                doubled.push('{');
                doubled.push_str(&rest[open..=close]);
                doubled.push('}');
                rest = &rest[close + 1..];
            } else {
                doubled.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
        if doubled.is_empty() {
            return Message { text: text.into() };
        }
        doubled.push_str(rest);
        Message { text: doubled.into() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation<'a> {
    pub execution_successful: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub start_time_utc: &'a str,
    pub tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notification<'a> {
    pub level: &'static str,
    pub message: Message<'a>,
    pub descriptor: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associated_rule: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
pub struct Reference<'a> {
    pub id: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
}

#[derive(Serialize)]
pub struct Artifact<'a> {
    pub location: ArtifactLocation<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation<'a> {
    pub uri: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Result<'a> {
    pub rule_id: &'a str,
    pub rule_index: u32,
    pub kind: &'static str,
    pub level: &'static str,
    pub message: Message<'a>,
    pub locations: [Location<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_fingerprints: Option<Fingerprints>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressions: Vec<Suppression<'a>>,
    pub properties: ResultProperties<'a>,
}

#[derive(Serialize)]
pub struct Fingerprints {
    #[serde(rename = "kubeAudit/v1")]
    pub v1: String,
}

#[derive(Serialize)]
pub struct Suppression<'a> {
    pub kind: &'static str,
    pub status: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub justification: &'a str,
    pub properties: SuppressionProperties<'a>,
}

#[derive(Serialize)]
pub struct SuppressionProperties<'a> {
    pub origin: &'a str,
    pub location: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub owner: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub expires: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultProperties<'a> {
    pub severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub related: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fixable: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical_location: Option<PhysicalLocation<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation<'a> {
    pub artifact_location: ArtifactLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogicalLocation<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    pub name: &'a str,
    pub fully_qualified_name: String,
    pub kind: &'static str,
}
