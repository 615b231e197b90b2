//! Label selectors, on any kind of value that can be asked for keys.

use serde_json::Value;

/// Whether `selector` (a LabelSelector or a plain map of labels) selects `labels`; an empty one selects everything.
///
/// Source: `metav1.LabelSelectorAsSelector` of k8s.io/apimachinery. An operator that is none of the four selects nothing.
pub fn selects(selector: &Value, labels: &Value) -> bool {
    let Some(selector) = selector.as_object() else { return false };
    let is_label_selector = selector.keys().all(|k| k == "matchLabels" || k == "matchExpressions")
        && selector.get("matchLabels").is_none_or(|m| m.is_object() || m.is_null())
        && selector.get("matchExpressions").is_none_or(|m| m.is_array() || m.is_null());
    let label = |k: &str| labels.get(k).filter(|v| !v.is_null());
    let plain = |m: &serde_json::Map<String, Value>| m.iter().all(|(k, v)| label(k) == Some(v));
    if !is_label_selector {
        return plain(selector);
    }
    let by_labels = selector.get("matchLabels").and_then(Value::as_object).is_none_or(plain);
    let by_expressions = selector.get("matchExpressions").and_then(Value::as_array).is_none_or(|list| {
        list.iter().all(|e| {
            let key = e.get("key").and_then(Value::as_str).unwrap_or("");
            let values = e.get("values").and_then(Value::as_array);
            let has = |v: &Value| values.is_some_and(|vs| vs.contains(v));
            match e.get("operator").and_then(Value::as_str) {
                Some("In") => label(key).is_some_and(has),
                Some("NotIn") => !label(key).is_some_and(has),
                Some("Exists") => label(key).is_some(),
                Some("DoesNotExist") => label(key).is_none(),
                _ => false,
            }
        })
    });
    by_labels && by_expressions
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn selectors() {
        let labels = json!({"app": "web", "tier": "front"});
        assert!(selects(&json!({}), &labels));
        assert!(selects(&json!({"app": "web"}), &labels));
        assert!(!selects(&json!({"app": "db"}), &labels));
        assert!(selects(
            &json!({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "x", "operator": "DoesNotExist"}]}),
            &labels
        ));
        assert!(!selects(
            &json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}),
            &labels
        ));
        assert!(selects(
            &json!({"matchExpressions": [{"key": "nope", "operator": "NotIn", "values": ["web"]}]}),
            &labels
        ));
        assert!(!selects(
            &json!({"matchExpressions": [{"key": "app", "operator": "Like", "values": ["web"]}]}),
            &labels
        ));
    }
}
