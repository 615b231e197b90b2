//! Flags that say which cluster is meant, and as whom.

use crate::source::cluster;
use std::path::PathBuf;

/// How a cluster is found.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct Connection {
    /// Kubeconfig instead of $KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Context instead of the current one
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Use the service account of the pod we run in
    #[arg(long, conflicts_with_all = ["kubeconfig", "context"])]
    in_cluster: bool,
    /// Act as this user
    #[arg(long = "as", value_name = "USER")]
    as_user: Option<String>,
    /// And as these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',', requires = "as_user")]
    as_group: Vec<String>,
    /// Refuse kubeconfigs that run a program for credentials
    #[arg(long)]
    no_exec: bool,
}

impl Connection {
    /// Options of the collector, everything else as by default.
    pub fn options(&self) -> cluster::Options {
        cluster::Options {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            in_cluster: self.in_cluster,
            impersonate_user: self.as_user.clone(),
            impersonate_groups: self.as_group.clone(),
            no_exec: self.no_exec,
            ..cluster::Options::default()
        }
    }
}
