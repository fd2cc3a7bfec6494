//! Who the pods of a workload are, and what they may ask of the API server.

use super::Blueprint;
use crate::diagnostic::{At, Check};
use crate::k8s::{NAMESPACE, Object, meta};
use crate::scope::{LabelMap, Scope, home::Home};
use crate::value::Annotations;
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::api::rbac::v1 as rbac;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::Deserialize;

/// Rights at the API server.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Access {
    /// Rights in the platform's namespace (Role and RoleBinding).
    pub rules: Vec<AccessRule>,
    /// Rights in the whole cluster (ClusterRole and ClusterRoleBinding).
    pub cluster_rules: Vec<AccessRule>,
    /// Annotations of the service account, e.g. for a cloud identity.
    pub annotations: Annotations,
    /// Namespaces beside the platform's own in which `rules` hold too.
    #[serde(skip)]
    #[schemars(skip)]
    pub beside: Vec<Home>,
}

/// Verbs on resources.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AccessRule {
    /// API groups; `""` is the core group. Default: the core group.
    pub api_groups: Vec<String>,
    /// Resources in the plural, e.g. `pods`, `pods/log`.
    pub resources: Vec<String>,
    /// Objects by name. Default: all.
    pub resource_names: Vec<String>,
    /// Paths of the API server that are no resources, e.g. `/metrics`; only in `clusterRules`.
    #[serde(rename = "nonResourceURLs")]
    pub non_resource_urls: Vec<String>,
    /// Verbs, e.g. `get`, `list`, `watch`.
    pub verbs: Vec<String>,
}

impl AccessRule {
    /// Read rights on resources of the core group.
    pub fn read(resources: &[&str]) -> Self {
        Self::of("", resources)
    }

    /// Read rights on resources of a group.
    pub fn of(group: &str, resources: &[&str]) -> Self {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Self {
            api_groups: vec![group.to_owned()],
            resources: own(resources),
            verbs: own(&["get", "list", "watch"]),
            ..Self::default()
        }
    }

    fn rule(&self) -> rbac::PolicyRule {
        let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        let core = self.non_resource_urls.is_empty().then(|| vec![String::new()]);
        rbac::PolicyRule {
            api_groups: some(&self.api_groups).or(core),
            resources: some(&self.resources),
            resource_names: some(&self.resource_names),
            non_resource_urls: some(&self.non_resource_urls),
            verbs: self.verbs.clone(),
        }
    }
}

impl Access {
    /// Reports rules that the API server refuses; `at` is the place of the rights.
    pub fn check(&self, at: &At<'_>, check: &mut Check<'_>) {
        for (field, rules, cluster) in
            [("rules", &self.rules, false), ("clusterRules", &self.cluster_rules, true)]
        {
            let rules_at = at.key(field);
            for (n, rule) in rules.iter().enumerate() {
                let at = rules_at.index(n);
                if rule.verbs.is_empty() {
                    check
                        .error("access-rule", &at, "the rule has no verbs")
                        .help("say what is allowed: `verbs: [get, list, watch]`");
                }
                let urls = !rule.non_resource_urls.is_empty();
                if urls && !cluster {
                    check
                        .error(
                            "access-rule",
                            &at.key("nonResourceURLs"),
                            "paths of the API server stand outside of namespaces",
                        )
                        .help("move the rule to `clusterRules`");
                }
                if rule.resources.is_empty() != urls {
                    let message =
                        if urls { "the rule has resources and paths" } else { "the rule has no resources" };
                    check.error("access-rule", &at, message).help(if urls {
                        "write two rules"
                    } else {
                        "name them in the plural: `resources: [pods]`"
                    });
                }
            }
        }
    }

    /// Whether there are any rights.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.cluster_rules.is_empty()
    }

    /// The service account and its roles.
    pub fn objects(&self, component: &str, account: &str, labels: &LabelMap, scope: &Scope) -> Vec<Object> {
        let mut metadata = meta(account, labels.clone());
        if !self.annotations.is_empty() {
            metadata.annotations =
                Some(self.annotations.iter().map(|(k, v)| (k.to_owned(), v.0.clone())).collect());
        }
        // Pods ask for the token themselves; nobody else who uses the account gets one.
        let service_account = core::ServiceAccount {
            metadata,
            automount_service_account_token: Some(false),
            ..core::ServiceAccount::default()
        };
        let mut objects = vec![Object::new(component, &service_account)];
        let subject = rbac::Subject {
            kind: "ServiceAccount".to_owned(),
            name: account.to_owned(),
            namespace: Some(NAMESPACE.to_owned()),
            api_group: None,
        };
        let reference = |kind: &str, name: &str| rbac::RoleRef {
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            kind: kind.to_owned(),
            name: name.to_owned(),
        };
        if !self.rules.is_empty() {
            let role = rbac::Role {
                metadata: meta(account, labels.clone()),
                rules: Some(self.rules.iter().map(AccessRule::rule).collect()),
            };
            let binding = rbac::RoleBinding {
                metadata: meta(account, labels.clone()),
                role_ref: reference("Role", account),
                subjects: Some(vec![subject.clone()]),
            };
            for home in &self.beside {
                let there = |metadata: &ObjectMeta| ObjectMeta {
                    namespace: Some(home.namespace.clone()),
                    ..metadata.clone()
                };
                let role = rbac::Role { metadata: there(&role.metadata), ..role.clone() };
                let binding = rbac::RoleBinding { metadata: there(&binding.metadata), ..binding.clone() };
                let word = home.word();
                objects.push(Object::new(component, &role).in_file(format!("role-{word}")));
                objects.push(Object::new(component, &binding).in_file(format!("rolebinding-{word}")));
            }
            objects.push(Object::new(component, &role));
            objects.push(Object::new(component, &binding));
        }
        if !self.cluster_rules.is_empty() {
            // One role an environment: two of them in one cluster must not fight over it.
            let name = scope.cluster_name(account);
            let mut metadata = meta(&name, labels.clone());
            metadata.namespace = None;
            let role = rbac::ClusterRole {
                metadata: metadata.clone(),
                rules: Some(self.cluster_rules.iter().map(AccessRule::rule).collect()),
                aggregation_rule: None,
            };
            let binding = rbac::ClusterRoleBinding {
                metadata,
                role_ref: reference("ClusterRole", &name),
                subjects: Some(vec![subject]),
            };
            objects.push(Object::new("cluster", &role).in_file(format!("clusterrole-{account}")));
            objects.push(Object::new("cluster", &binding).in_file(format!("clusterrolebinding-{account}")));
        }
        objects
    }
}

/// The service account of a workload that has none of the section `serviceAccounts`.
pub fn own(blueprint: &Blueprint<'_>, scope: &Scope) -> Vec<Object> {
    if blueprint.pod.service_account.is_some() {
        return Vec::new();
    }
    let account = blueprint.workload.names.service_account(blueprint.name);
    let labels = scope.labels(blueprint.name, &blueprint.workload.labels);
    blueprint.workload.access.objects(blueprint.name, &account, &labels, scope)
}
