//! The pod vocabulary of the spec: what every workload can say about its pods.

use crate::diagnostic::At;
use crate::needs::{Need, Needs, REGISTRY};
use crate::value::format::{Host, Name};
use crate::value::{Annotations, Keyed, Labels, Short, Text};
use container::{Around, Container, TMP};
use k8s_openapi::api::core::v1 as core;
use scheduling::{Affinity, NodeSelector, Spread, Strength, Toleration};
use schemars::JsonSchema;
use security::PodSecurityContext;
use serde::Deserialize;
use std::collections::BTreeMap;
use volume::Volume;

pub mod claim;
pub mod container;
pub mod env;
pub mod mount;
pub mod probe;
pub mod scheduling;
pub mod security;
pub mod volume;

/// What surrounds the main container: other containers, volumes, placement, identity.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
// Stands beside other parts in one map: the schema is closed, the struct is not.
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields)]
pub struct Pod {
    /// Containers that run one after another before the main one, by name.
    pub init_containers: Keyed<Name, Container>,
    /// Containers beside the main one, by name.
    pub sidecars: Keyed<Name, Container>,
    /// Volumes by name; `mounts` of the containers say where they appear.
    pub volumes: Keyed<Name, Volume>,
    /// The service account, one of the section `serviceAccounts`. Default: one of the component's own.
    pub service_account: Option<Text<Name>>,
    /// Whether the pod gets a token for the API server. Default: true if it has RBAC rules, else false.
    pub automount_service_account_token: Option<bool>,
    /// Secrets with credentials of image registries, by name.
    pub image_pull_secrets: Vec<Text<Name>>,
    /// Labels of the pods, beside those that kgen sets.
    pub pod_labels: Labels,
    /// Annotations of the pods.
    pub pod_annotations: Annotations,
    /// Labels that a node must have.
    pub node_selector: NodeSelector,
    /// Rules about nodes and other pods.
    pub affinity: Option<Affinity>,
    /// Whether pods of this workload keep apart on different nodes. Default: soft with several pods, else off.
    pub anti_affinity: Option<Strength>,
    /// How pods are spread, by topology key. Default: `kubernetes.io/hostname: soft` with several pods.
    pub spread: Keyed<crate::value::format::LabelKey, Short<Spread>>,
    /// Taints that the pods put up with.
    pub tolerations: Vec<Toleration>,
    /// Priority class: one of `policy.priorities`, or of the cluster's own.
    pub priority: Option<scheduling::ClassName>,
    /// Runtime class.
    pub runtime_class: Option<scheduling::ClassName>,
    /// Scheduler. Default: the cluster's.
    pub scheduler: Option<String>,
    /// What all containers share of security.
    pub pod_security_context: PodSecurityContext,
    /// Seconds to end gracefully. Default: 30.
    pub termination_grace_period_seconds: Option<u32>,
    /// Seconds after which the pod is ended, whatever it does.
    #[schemars(range(min = 1))]
    pub active_deadline_seconds: Option<u32>,
    /// Whether the pod uses the node's network. Breaks the Pod Security levels `baseline` and `restricted`. Default: false.
    pub host_network: bool,
    /// Whether it sees the node's processes. Breaks the same levels. Default: false.
    #[serde(rename = "hostPID")]
    pub host_pid: bool,
    /// Whether it shares the node's IPC. Breaks the same levels. Default: false.
    #[serde(rename = "hostIPC")]
    pub host_ipc: bool,
    /// Whether users in the pod are users of the node; `false` gives a user namespace. Needs Kubernetes 1.33. Default: true.
    pub host_users: Option<bool>,
    /// Whether the containers see each other's processes. Default: false.
    pub share_process_namespace: bool,
    /// Where names are looked up. Default: ClusterFirst.
    pub dns_policy: Option<DnsPolicy>,
    /// Name servers, search domains and options of the resolver.
    pub dns_config: Option<DnsConfig>,
    /// Further lines of `/etc/hosts`: names by address.
    pub host_aliases: BTreeMap<String, Vec<Text<Host>>>,
    /// Host name of the pod.
    pub hostname: Option<Text<Name>>,
    /// Subdomain of the pod: the name of a headless Service.
    pub subdomain: Option<Text<Name>>,
    /// Whether Services of the namespace appear as environment variables. Default: false.
    pub enable_service_links: Option<bool>,
    /// Conditions besides readiness that the pod must meet, by type.
    pub readiness_gates: Vec<String>,
}

/// Where names are looked up.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum DnsPolicy {
    /// In the cluster, then where the node looks.
    ClusterFirst,
    /// The same for pods in the node's network.
    ClusterFirstWithHostNet,
    /// Where the node looks.
    Default,
    /// As `dnsConfig` says.
    None,
}

/// Settings of the resolver.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DnsConfig {
    /// Addresses of name servers.
    pub nameservers: Vec<String>,
    /// Domains to try.
    pub searches: Vec<Text<Host>>,
    /// Options by name; an empty text for those without a value.
    pub options: Keyed<crate::value::format::EnvName, crate::value::Scalar>,
}

/// Facts about the workload that its pods follow.
pub struct PodFacts<'a> {
    /// The main container's name.
    pub name: &'a str,
    /// The main container.
    pub main: &'a Container,
    /// The labels that select the pods.
    pub selector: &'a BTreeMap<String, String>,
    /// The service account.
    pub account: String,
    /// Whether the pods get a token for the API server.
    pub token: bool,
    /// Whether there can be several pods.
    pub several: bool,
    /// Whether a name is a secret of the platform.
    pub is_secret: &'a dyn Fn(&str) -> bool,
    /// Restart policy, for Jobs.
    pub restart: Option<&'a str>,
    /// Name of the priority class.
    pub priority: Option<String>,
}

impl Pod {
    /// All containers with their names in the spec: initial ones, the main one, sidecars.
    pub fn containers<'a>(
        &'a self,
        name: &'a str,
        main: &'a Container,
    ) -> impl Iterator<Item = (&'a str, &'a Container)> {
        self.init_containers.iter().chain(std::iter::once((name, main))).chain(self.sidecars.iter())
    }

    /// The pod as Kubernetes takes it.
    pub fn spec(&self, facts: &PodFacts<'_>) -> core::PodSpec {
        let around = Around { is_secret: facts.is_secret };
        let some = |list: Vec<core::Container>| (!list.is_empty()).then_some(list);
        let init = self.init_containers.iter().map(|(name, init)| init.container(name, &around));
        let sidecars = self.sidecars.iter().map(|(name, sidecar)| sidecar.container(name, &around));
        let tmp = self.containers(facts.name, facts.main).any(|(_, c)| c.needs_tmp())
            && !self.volumes.contains(TMP);
        let volumes: Vec<_> = self
            .volumes
            .iter()
            .map(|(name, volume)| volume.volume(name))
            .chain(tmp.then(|| Volume::scratch().volume(TMP)))
            .collect();
        let apart = self.anti_affinity.unwrap_or(if facts.several { Strength::Soft } else { Strength::Off });
        core::PodSpec {
            service_account_name: Some(facts.account.clone()),
            automount_service_account_token: Some(facts.token),
            image_pull_secrets: (!self.image_pull_secrets.is_empty()).then(|| {
                self.image_pull_secrets
                    .iter()
                    .map(|name| core::LocalObjectReference { name: name.to_string() })
                    .collect()
            }),
            init_containers: some(init.collect()),
            containers: std::iter::once(facts.main.container(facts.name, &around)).chain(sidecars).collect(),
            volumes: (!volumes.is_empty()).then_some(volumes),
            node_selector: (!self.node_selector.is_empty()).then(|| {
                self.node_selector.iter().map(|(key, value)| (key.to_owned(), value.0.clone())).collect()
            }),
            affinity: scheduling::affinity(self.affinity.as_ref(), apart, facts.selector),
            topology_spread_constraints: self.spread(facts),
            tolerations: (!self.tolerations.is_empty())
                .then(|| self.tolerations.iter().map(Toleration::toleration).collect()),
            priority_class_name: facts.priority.clone(),
            runtime_class_name: self.runtime_class.as_ref().map(ToString::to_string),
            scheduler_name: self.scheduler.clone(),
            security_context: Some(self.pod_security_context.context()),
            termination_grace_period_seconds: self.termination_grace_period_seconds.map(i64::from),
            active_deadline_seconds: self.active_deadline_seconds.map(i64::from),
            host_network: self.host_network.then_some(true),
            host_pid: self.host_pid.then_some(true),
            host_ipc: self.host_ipc.then_some(true),
            host_users: self.host_users,
            share_process_namespace: self.share_process_namespace.then_some(true),
            dns_policy: self.dns_policy.map(|policy| format!("{policy:?}")),
            dns_config: self.dns_config.as_ref().map(DnsConfig::config),
            host_aliases: (!self.host_aliases.is_empty()).then(|| {
                self.host_aliases
                    .iter()
                    .map(|(ip, names)| core::HostAlias {
                        ip: ip.clone(),
                        hostnames: Some(names.iter().map(ToString::to_string).collect()),
                    })
                    .collect()
            }),
            hostname: self.hostname.as_ref().map(ToString::to_string),
            subdomain: self.subdomain.as_ref().map(ToString::to_string),
            // The variables of every Service of the namespace slow a start down and collide with one's own.
            enable_service_links: Some(self.enable_service_links.unwrap_or(false)),
            readiness_gates: (!self.readiness_gates.is_empty()).then(|| {
                self.readiness_gates
                    .iter()
                    .map(|kind| core::PodReadinessGate { condition_type: kind.clone() })
                    .collect()
            }),
            restart_policy: facts.restart.map(ToOwned::to_owned),
            ..core::PodSpec::default()
        }
    }

    fn spread(&self, facts: &PodFacts<'_>) -> Option<Vec<core::TopologySpreadConstraint>> {
        let own = self.spread.iter().map(|(topology, spread)| (topology, spread.0.clone()));
        let default =
            (self.spread.is_empty() && facts.several).then(|| (scheduling::HOSTNAME, Spread::soft()));
        let constraints: Vec<_> = own
            .chain(default)
            .filter_map(|(topology, spread)| spread.constraint(topology, facts.selector))
            .collect();
        (!constraints.is_empty()).then_some(constraints)
    }

    /// Adds what the pod refers to, the main container left out.
    pub fn needs(&self, at: &At<'_>, needs: &mut Needs) {
        for (name, init) in self.init_containers.iter() {
            init.needs(&at.key("initContainers").key(name), needs);
        }
        for (name, sidecar) in self.sidecars.iter() {
            sidecar.needs(&at.key("sidecars").key(name), needs);
        }
        for (name, volume) in self.volumes.iter() {
            volume.needs(&at.key("volumes").key(name), needs);
        }
        for (n, name) in self.image_pull_secrets.iter().enumerate() {
            needs.push(
                &at.key("imagePullSecrets").index(n),
                Need::Secret { name: name.to_string(), key: Some(REGISTRY.1.to_owned()) },
            );
        }
        if let Some(account) = &self.service_account {
            needs.push(&at.key("serviceAccount"), Need::ServiceAccount { name: account.to_string() });
        }
    }

    /// Configs that the pod reads when it starts or mounts.
    pub fn configs<'a>(&'a self, name: &'a str, main: &'a Container) -> std::collections::BTreeSet<&'a str> {
        let mounted = self.volumes.iter().flat_map(|(_, volume)| {
            let projected = volume.projected.iter().flatten().filter_map(|source| source.config.as_ref());
            volume.config.iter().chain(projected).map(|files| &*files.name)
        });
        self.containers(name, main).flat_map(|(_, container)| container.configs()).chain(mounted).collect()
    }
}

impl DnsConfig {
    fn config(&self) -> core::PodDNSConfig {
        core::PodDNSConfig {
            nameservers: (!self.nameservers.is_empty()).then(|| self.nameservers.clone()),
            searches: (!self.searches.is_empty())
                .then(|| self.searches.iter().map(ToString::to_string).collect()),
            options: (!self.options.is_empty()).then(|| {
                self.options
                    .iter()
                    .map(|(name, value)| core::PodDNSConfigOption {
                        name: Some(name.to_owned()),
                        value: (!value.0.is_empty()).then(|| value.0.clone()),
                    })
                    .collect()
            }),
        }
    }
}
