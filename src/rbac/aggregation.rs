//! Role aggregation: a ClusterRole with an `aggregationRule` has the rules of every ClusterRole that its selectors select.
//!
//! In a cluster a controller writes them into the role; manifests have no controller, so it is done here, and it changes nothing where it was
//! done already. The role's own rules stay: they hold until the controller runs.

use super::index::Role;
use crate::model::selector;
use std::collections::HashMap;

/// Fills [`Role::parts`] and [`Role::wholes`]: the transitive closure of what is selected. Circles are harmless.
pub fn connect(roles: &mut [Role]) {
    let mut labelled: HashMap<(&str, &str), Vec<u32>> = HashMap::new();
    for (number, role) in roles.iter().enumerate().filter(|(_, r)| r.id.cluster) {
        for (key, value) in role.labels.as_object().into_iter().flatten() {
            if let Some(value) = value.as_str() {
                labelled.entry((key, value)).or_default().push(number as u32);
            }
        }
    }
    let selected: Vec<Vec<u32>> = roles.iter().map(|role| select(role, roles, &labelled)).collect();
    for number in 0..roles.len() {
        let mut parts = vec![number as u32];
        let mut at = 0;
        while let Some(&part) = parts.get(at) {
            for &next in &selected[part as usize] {
                if !parts.contains(&next) {
                    parts.push(next);
                }
            }
            at += 1;
        }
        for &part in &parts[1..] {
            roles[part as usize].wholes.push(number as u32);
        }
        roles[number].parts = parts;
    }
}

fn select(role: &Role, roles: &[Role], labelled: &HashMap<(&str, &str), Vec<u32>>) -> Vec<u32> {
    let mut out = Vec::new();
    for by in &role.selectors {
        // Nearly every selector names one label; only the others look at every role.
        let exact = by.get("matchLabels").and_then(serde_json::Value::as_object).and_then(|m| m.iter().next());
        match exact.and_then(|(key, value)| Some((key.as_str(), value.as_str()?))) {
            Some(label) => {
                let candidates = labelled.get(&label).into_iter().flatten();
                out.extend(candidates.filter(|&&c| selector::selects(by, &roles[c as usize].labels)));
            }
            None => {
                let all = roles.iter().enumerate().filter(|(_, r)| r.id.cluster && selector::selects(by, &r.labels));
                out.extend(all.map(|(number, _)| number as u32));
            }
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}
