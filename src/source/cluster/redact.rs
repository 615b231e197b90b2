//! What must not be in a snapshot is masked before it is written: values of variables, flags and keys with secret-like names, and what looks
//! like a credential wherever it stands (private keys, cloud and forge tokens, JSON web tokens, passwords in URLs).
//!
//! A mask keeps length and character classes (`X`, `x`, `0`, everything else as it is) and the prefix by which a credential's kind is known,
//! so that a check for "a literal password" or "an AWS key" says of the snapshot what it says of the cluster. What it cannot keep:
//! the entropy of a value, equality with a known weak password, and equality of two values.

use super::targets::is_built_in;
use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;

const WORDS: &str = r"pass(?:word|wd|phrase|code)?s?|pwd|secrets?|tokens?|api[-_.]?keys?|access[-_.]?keys?|private[-_.]?keys?|credentials?|creds?|auth|dsn|connection[-_.]?string|encryption[-_.]?key|signing[-_.]?key|sas[-_.]?key|account[-_.]?key";

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// A name whose value is a secret, unless it names a file or a duration.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(&format!(r"(?i)(?:^|[^a-z])(?:[a-z]*(?:password|passwd|secret|token)|{WORDS}|[a-z]+key)(?:[^a-z]|$)"))
});
static HARMLESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(
        r"(?i)(?:file|path|dir|name|namespace|ttl|timeout|seconds|expiry|expiration|audience|issuer|enabled?|mode|type)$",
    )
});
/// `--password=x`, `DB_PASSWORD=x` in a command line.
static FLAG: LazyLock<Option<Regex>> = LazyLock::new(|| regex(r#"([A-Za-z][\w.-]*)=("[^"]*"|'[^']*'|[^\s"']+)"#));
/// Credentials by their own form: what is kept, what is masked.
static FORM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    regex(concat!(
        r"(?P<k1>-----BEGIN [A-Z ]*PRIVATE KEY-----)(?P<v1>[^-]*)",
        r"|(?P<k2>\b(?:AKIA|ASIA))(?P<v2>[0-9A-Z]{16})",
        r"|(?P<k3>\bgh[pousr]_|\bgithub_pat_|\bglpat-|\bxox[abprs]-|\bsk_live_|\bAIza|\bnpm_|\bdop_v1_|\bhvs\.)(?P<v3>[A-Za-z0-9_-]{20,})",
        r"|(?P<k6>\bsk-(?:proj-)?)(?P<v6>[A-Za-z0-9]{20,})",
        r"|(?P<k4>\beyJ)(?P<v4>[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)",
        r"|(?P<k5>[a-z][a-z0-9+.-]*://[^/\s:@]*:)(?P<v5>[^/\s@$][^/\s@]*)@",
    ))
});
/// Whether an object needs a closer look at all.
static SUSPICIOUS: LazyLock<Option<regex::bytes::Regex>> = LazyLock::new(|| {
    regex::bytes::Regex::new(r#"(?i)(?-u:pass|pwd|secret|token|key|cred|auth|dsn|connection|PRIVATE KEY|AKIA|ASIA|gh[pousr]_|github_pat|glpat-|xox[abprs]-|sk-|sk_live|AIza|npm_|dop_v1|hvs\.|eyJ|://[^/"]*@)"#).ok()
});

/// The object without what must not be written down.
pub(super) fn redact(object: &[u8]) -> Vec<u8> {
    if SUSPICIOUS.as_ref().is_some_and(|r| !r.is_match(object)) {
        return object.to_vec();
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(object) else {
        // Whatever it is, it is not written down.
        return b"{}".to_vec();
    };
    let secret = value.get("kind").and_then(Value::as_str) == Some("Secret");
    if let Value::Object(members) = &mut value {
        if secret {
            members.remove("data");
            members.remove("stringData");
        }
        for key in ["data", "stringData"] {
            if let Some(Value::Object(data)) = members.get_mut(key) {
                named(data);
            }
        }
        if let Some(Value::Object(annotations)) = members.get_mut("metadata").and_then(|m| m.get_mut("annotations")) {
            annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
            named(annotations);
        }
    }
    // A field of a custom resource is named by whoever made it, as a variable is; those of Kubernetes' own kinds hold no secrets.
    let group = value.get("apiVersion").and_then(Value::as_str).and_then(|v| v.split_once('/')).map_or("", |(g, _)| g);
    let foreign = !is_built_in(group);
    walk(&mut value, foreign);
    serde_json::to_vec(&value).unwrap_or_else(|_| b"{}".to_vec())
}

fn named(map: &mut serde_json::Map<String, Value>) {
    for (key, value) in map {
        if let Value::String(text) = value
            && is_secret(key)
        {
            *text = mask(text);
        }
    }
}

fn walk(value: &mut Value, foreign: bool) {
    match value {
        Value::String(text) => {
            if let Some(clean) = forms(text) {
                *text = clean;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|v| walk(v, foreign)),
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match (key.as_str(), value) {
                    ("env", Value::Array(list)) => list.iter_mut().for_each(variable),
                    ("args" | "command", Value::Array(list)) => words(list),
                    _ => {}
                }
            }
            if foreign {
                named(map);
            }
            map.values_mut().for_each(|v| walk(v, foreign));
        }
        _ => {}
    }
}

fn variable(value: &mut Value) {
    let name = value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    if is_secret(&name)
        && let Some(Value::String(text)) = value.get_mut("value")
    {
        *text = mask(text);
    }
}

fn words(list: &mut [Value]) {
    let mut of_flag = false;
    for word in list {
        let Value::String(text) = word else { continue };
        if of_flag && !text.starts_with('-') {
            *text = mask(text);
            of_flag = false;
            continue;
        }
        of_flag = text.starts_with('-') && !text.contains(['=', ' ']) && is_secret(text);
        if let Some(flag) = FLAG.as_ref() {
            *text = flag
                .replace_all(text, |c: &regex::Captures<'_>| match is_secret(&c[1]) {
                    true => format!("{}={}", &c[1], mask(&c[2])),
                    false => c[0].to_owned(),
                })
                .into_owned();
        }
    }
}

/// Whether what has this name is a secret.
fn is_secret(name: &str) -> bool {
    // `dbPassword` has its words apart as `db_Password` has.
    let mut apart = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            apart.push('_');
        }
        apart.push(c);
        before = c;
    }
    NAME.as_ref().is_none_or(|r| r.is_match(&apart)) && !HARMLESS.as_ref().is_some_and(|r| r.is_match(&apart))
}

fn forms(text: &str) -> Option<String> {
    let form = FORM.as_ref()?;
    form.is_match(text).then(|| {
        form.replace_all(text, |c: &regex::Captures<'_>| {
            let group = |p: &str, n: usize| c.name(&format!("{p}{n}")).map_or("", |m| m.as_str());
            let masked: String = (1..=6).map(|n| format!("{}{}", group("k", n), classes(group("v", n)))).collect();
            if c.name("k5").is_some() { masked + "@" } else { masked }
        })
        .into_owned()
    })
}

fn mask(text: &str) -> String {
    let number = text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    let reference = text.starts_with("$(") && text.ends_with(')') || text.starts_with("${") && text.ends_with('}');
    if number || reference || matches!(text, "true" | "false") {
        return text.to_owned();
    }
    match forms(text) {
        Some(by_form) => by_form,
        None => classes(text),
    }
}

fn classes(text: &str) -> String {
    let class = |c: char| match c {
        c if c.is_ascii_digit() => '0',
        c if c.is_uppercase() => 'X',
        c if c.is_alphanumeric() => 'x',
        c => c,
    };
    text.chars().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: Value) -> Value {
        serde_json::from_slice(&redact(value.to_string().as_bytes())).unwrap()
    }

    #[test]
    fn names_tell_secrets() {
        for name in [
            "PASSWORD",
            "DB_PASSWORD",
            "dbPassword",
            "api-key",
            "APIKEY",
            "AWS_SECRET_ACCESS_KEY",
            "GITHUB_TOKEN",
            "--token",
            "PGPASSWORD",
            "auth",
            "ENCRYPTION_KEY",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["AUTHOR", "PASSWORD_FILE", "TOKEN_TTL", "KEYBOARD", "COMPASS", "SECRET_NAME", "HOME", "tokenizer"]
        {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_are_masked_and_shapes_kept() {
        let pod = json!({"kind": "Pod", "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "x/token": "abc"}},
            "spec": {"containers": [{"env": [
                {"name": "DB_PASSWORD", "value": "Hunter2!"}, {"name": "TOKEN", "value": "$(OTHER)"}, {"name": "AUTH", "value": "true"},
                {"name": "HOME", "value": "/root"}, {"name": "ID", "value": "AKIAIOSFODNN7EXAMPLE"},
                {"name": "SECRET", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}],
              "args": ["--user=bob", "--password=hunter2", "--token", "t0ken", "-v", "postgres://u:pw1@host/db"],
              "command": ["sh", "-c", "API_KEY=abc123 exec server"]}]}});
        let out = of(pod);
        let c = &out["spec"]["containers"][0];
        assert_eq!(c["env"][0]["value"], "Xxxxxx0!");
        assert_eq!(c["env"][1]["value"], "$(OTHER)");
        assert_eq!(c["env"][2]["value"], "true");
        assert_eq!(c["env"][3]["value"], "/root");
        assert_eq!(c["env"][4]["value"], "AKIAXXXXXXXX0XXXXXXX");
        assert_eq!(c["env"][5]["valueFrom"]["secretKeyRef"]["name"], "s");
        assert_eq!(
            c["args"],
            json!(["--user=bob", "--password=xxxxxx0", "--token", "x0xxx", "-v", "postgres://u:xx0@host/db"])
        );
        assert_eq!(c["command"][2], "API_KEY=xxx000 exec server");
        assert_eq!(out["metadata"]["annotations"], json!({"x/token": "xxx"}));
    }

    #[test]
    fn secrets_lose_their_data_and_config_maps_their_passwords() {
        let out = of(json!({"kind": "Secret", "data": {"a": "Yg=="}, "stringData": {"b": "c"}, "type": "Opaque"}));
        assert_eq!(out, json!({"kind": "Secret", "type": "Opaque"}));
        let out = of(
            json!({"kind": "ConfigMap", "data": {"db.password": "pw", "url": "http://h/", "key.pem": "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----"}}),
        );
        assert_eq!(out["data"]["db.password"], "xx");
        assert_eq!(out["data"]["url"], "http://h/");
        assert_eq!(out["data"]["key.pem"], "-----BEGIN PRIVATE KEY-----\nXXXX\n-----END PRIVATE KEY-----");
        let out = of(
            json!({"apiVersion": "x.example/v1", "kind": "Db", "spec": {"adminPassword": "pw", "passwordSecretName": "s"}}),
        );
        assert_eq!(out["spec"], json!({"adminPassword": "xx", "passwordSecretName": "s"}));
        let plain = br#"{"kind":"Pod","spec":{"z":1,"a":2}}"#;
        assert_eq!(redact(plain), plain);
    }
}
