//! What a monitoring stack that runs elsewhere is told: alerts, dashboards, and rules of the metrics adapter.

use super::alerts::{self, Reach};
use super::dashboards::{self, Builtin};
use super::provisioning::{self, Preferred, Source};
use super::readymade::{TextFile, config_map};
use super::{Component, Files, config};
use crate::diagnostic::{At, Check};
use crate::k8s::provider::Provider;
use crate::k8s::{Object, meta};
use crate::needs::{Need, Needs, Offer};
use crate::scope::{LabelMap, Scope};
use crate::tree::{Tree, serialize::to_tree};
use crate::value::format::Name;
use crate::value::{Keyed, Labels, ObjectName, Short, Text};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod adapter;

/// Objects for a Prometheus operator, a Grafana and a metrics adapter that run elsewhere, e.g. kube-prometheus-stack.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Monitoring {
    /// Whether a `PrometheusRule` holds the rules and alerts that follow from the platform's objectives and
    /// components. Default: true.
    alerts: Option<bool>,
    /// Name of the `PrometheusRule`. Default: the component's name.
    rule_name: Option<ObjectName>,
    /// Dashboards of kgen, in a `ConfigMap`. Default: all of them; `objectives` only if the platform states some.
    builtin_dashboards: Option<Vec<Builtin>>,
    /// Dashboards of one's own by name: JSON files of the platform's folder; the short form is the path.
    dashboards: Keyed<Name, Short<TextFile>>,
    /// Labels by which Grafana finds the `ConfigMap` with the dashboards. Default: `grafana_dashboard: "1"`.
    dashboard_labels: Labels,
    /// The Loki that the Grafana elsewhere asks for logs, as a data source in a `ConfigMap`. Default: none.
    loki: Option<Text<Name>>,
    /// Labels by which Grafana finds the `ConfigMap` with the data source. Default: `grafana_datasource: "1"`.
    datasource_labels: Labels,
    /// Labels of all objects of the component; those of `metrics.labels` come with the `PrometheusRule`.
    labels: Labels,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrometheusRule {
    api_version: &'static str,
    kind: &'static str,
    metadata: ObjectMeta,
}

impl Monitoring {
    fn rule(&self, name: &str, scope: &Scope) -> Option<Object> {
        if self.alerts == Some(false) {
            return None;
        }
        // The operator's Prometheus looks at all namespaces and nodes.
        let groups = alerts::groups(scope, Reach { containers: true, cluster: true });
        if groups.is_empty() {
            return None;
        }
        let mut labels = scope.labels(name, &self.labels);
        labels.extend(
            scope.header.metrics.labels.iter().map(|(key, value)| (key.to_owned(), value.to_string())),
        );
        let rule = PrometheusRule {
            api_version: "monitoring.coreos.com/v1",
            kind: "PrometheusRule",
            metadata: meta(self.rule_name.as_deref().unwrap_or(name), labels),
        };
        let mut tree = to_tree(&rule, crate::k8s::order::arrange);
        let mut spec = crate::tree::Map::new();
        spec.push("groups", Tree::List(groups));
        if let Some(map) = tree.as_map_mut() {
            map.push("spec", Tree::Map(spec));
        }
        Some(Object::from_tree(name, tree))
    }

    /// Labels of a `ConfigMap` that Grafana looks for.
    fn found_by(&self, label: &str, given: &Labels, name: &str, scope: &Scope) -> LabelMap {
        let mut labels = scope.labels(name, &self.labels);
        if given.is_empty() {
            labels.insert(label.to_owned(), "1".to_owned());
        }
        labels.extend(given.iter().map(|(key, value)| (key.to_owned(), value.to_string())));
        labels
    }

    /// The data source of the logs, by an address that holds in all namespaces.
    fn logs(&self, name: &str, scope: &Scope) -> Option<Object> {
        let loki = self.loki.as_deref()?;
        let endpoint = scope.endpoint(loki)?;
        let (service, port) = (endpoint.service.as_ref()?, endpoint.port(None)?);
        let url = format!("http://{service}.{}.svc:{port}", scope.namespace(loki));
        let source = Source { name: "Loki", kind: "loki", url: Some(url), password: false };
        let text = provisioning::datasources(&[source], Preferred::Elsewhere);
        let data = std::collections::BTreeMap::from([("loki.yaml".to_owned(), text)]);
        let labels = self.found_by("grafana_datasource", &self.datasource_labels, name, scope);
        let object = config_map(name, &format!("{name}-datasources"), data.iter(), labels);
        Some(object.in_file("configmap-datasources"))
    }
}

impl Component for Monitoring {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        for (board, file) in self.dashboards.iter() {
            needs.push(&at.key("dashboards").key(board), Need::File { path: file.file.clone() });
        }
        if let Some(loki) = &self.loki {
            needs.push(&at.key("loki"), Need::Component { name: loki.to_string(), port: None });
        }
    }

    fn offer(&self, _: &str, _: &Files) -> Offer {
        Offer::Raw
    }

    fn check(&self, _: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let dashboards = at.key("dashboards");
        dashboards::check(&self.dashboards, &dashboards, scope, check);
        let files = dashboards::files(self.builtin_dashboards.as_deref(), &self.dashboards, scope);
        let size: usize = files.values().map(String::len).sum();
        if size > config::LIMIT {
            check
                .error(
                    "config-too-large",
                    &dashboards,
                    format!("the dashboards have {size} bytes, Kubernetes allows {}", config::LIMIT),
                )
                .help("make them smaller or fewer, or move some to a second component of this section");
        }
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let files = dashboards::files(self.builtin_dashboards.as_deref(), &self.dashboards, scope);
        let boards = (!files.is_empty()).then(|| {
            let labels = self.found_by("grafana_dashboard", &self.dashboard_labels, name, scope);
            config_map(name, &format!("{name}-dashboards"), files.iter(), labels)
                .in_file("configmap-dashboards")
        });
        let adapter = (scope.header.scaler() == Some(Provider::PrometheusAdapter)).then(|| {
            let data = std::collections::BTreeMap::from([("config.yaml".to_owned(), adapter::text(scope))]);
            let labels = scope.labels(name, &self.labels);
            config_map(name, &format!("{name}-adapter"), data.iter(), labels).in_file("configmap-adapter")
        });
        let rule = self.rule(name, scope).into_iter();
        rule.chain(boards).chain(self.logs(name, scope)).chain(adapter).collect()
    }
}
