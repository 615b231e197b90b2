//! The collector with times that suit a test.

use kube_audit::source::cluster::{Collected, ConnectError, Item, Limits, Options, Silent, collect};
use std::path::PathBuf;
use std::time::Duration;

/// What most tests ask for.
pub const KINDS: [&str; 5] =
    ["Pod", "Service", "ConfigMap", "apps/Deployment", "rbac.authorization.k8s.io/ClusterRole"];

/// Short times, so that tests are.
pub fn quick(kubeconfig: PathBuf) -> Options {
    let limits = Limits {
        page_timeout: Duration::from_secs(8),
        idle_timeout: Duration::from_secs(2),
        small_timeout: Duration::from_secs(5),
        retry_for: Duration::from_secs(4),
        body: 4 << 20,
        ..Limits::default()
    };
    Options { kubeconfig: Some(kubeconfig), limits, deadline: Duration::from_secs(60), ..Options::default() }
}

pub fn kinds(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

pub fn gather(options: &Options) -> Result<(Collected, Vec<Item>), ConnectError> {
    let mut items = Vec::new();
    let collected = collect(
        options,
        &kinds(&KINDS),
        &mut |i| {
            items.push(i);
            true
        },
        &Silent,
    )?;
    items.sort();
    Ok((collected, items))
}
