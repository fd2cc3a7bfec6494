//! The Service, its routes and the metrics: everything that leads to a port.

use super::super::exposure::{ServiceRules, ServiceType};
use super::{Subject, port};
use crate::diagnostic::Check;
use crate::pod::container::Port;

/// Reports what leads to no port, and rules that the type of Service does not have.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let name = subject.blueprint.name;
    let ports = subject.blueprint.container.ports();
    let exposed = ports.iter().any(|(_, port)| port.at_service().is_some());
    let place = subject.at.key("routes");
    for (ingress, route) in workload.routes.iter() {
        let here = place.key(ingress);
        if !exposed {
            check
                .error("no-port", &here, format!("the route leads to `{name}`, which has no port"))
                .help("give it a port: `port: 8080`");
        } else if let Some(reference) = &route.port {
            let found = subject.blueprint.container.find_port(reference);
            if found.as_ref().is_none_or(|(_, port)| port.at_service().is_none()) {
                unknown(&here.key("port"), reference, name, &ports, check);
            }
        }
    }
    if let Some(metrics) = &workload.metrics {
        let here = subject.at.key("metrics");
        let monitored = metrics.monitored(subject.scope);
        match &metrics.port {
            Some(reference) if !metrics.is_served(subject.blueprint) => {
                unknown(&here.key("port"), reference, name, &ports, check);
            }
            _ if ports.is_empty() || (monitored && !exposed) => {
                check
                    .error("no-port", &here, format!("`{name}` has metrics, but no port to ask"))
                    .help("give it a port: `ports: { metrics: 9090 }`");
            }
            _ => {}
        }
    }
    if workload.service != ServiceRules::default() && !exposed {
        check
            .error(
                "no-port",
                &subject.at.key("service"),
                format!("`{name}` has no port, so it gets no Service"),
            )
            .help("give it a port: `port: 8080`, or remove `service`");
    }
    rules(subject, check);
}

/// Which rules the type of the Service allows.
fn rules(subject: &Subject<'_>, check: &mut Check<'_>) {
    let rules = &subject.blueprint.workload.service;
    let place = subject.at.key("service");
    let outside = matches!(rules.r#type, Some(ServiceType::NodePort | ServiceType::LoadBalancer));
    let balanced = rules.r#type == Some(ServiceType::LoadBalancer);
    let mut refuse = |field: &str, types: &str| {
        check
            .error("service-field", &place.key(field), format!("`{field}` is for a Service of type {types}"))
            .help(format!(
                "add `type: {}`, or remove `{field}`",
                types.split(' ').next_back().unwrap_or(types)
            ));
    };
    if rules.external_traffic_policy.is_some() && !outside {
        refuse("externalTrafficPolicy", "NodePort or LoadBalancer");
    }
    if rules.load_balancer_class.is_some() && !balanced {
        refuse("loadBalancerClass", "LoadBalancer");
    }
    if !rules.load_balancer_source_ranges.is_empty() && !balanced {
        refuse("loadBalancerSourceRanges", "LoadBalancer");
    }
    if rules.headless == Some(true) && outside {
        check
            .error(
                "service-field",
                &place.key("headless"),
                "a headless Service has no address that could be reached from outside",
            )
            .label(&place.key("type"), "the type needs one")
            .help("remove `headless` or `type`");
    }
    if !outside {
        let name = subject.blueprint.name;
        port::each(subject.blueprint.container, subject.at, &mut |_, port, at| {
            if port.node_port.is_some() {
                check
                    .error("service-field", &at.key("nodePort"), format!("`nodePort` is for a Service of type NodePort or LoadBalancer, and that of `{name}` is neither"))
                    .help("add `service: { type: NodePort }`, or remove `nodePort`");
            }
        });
    }
}

/// Reports the name or number of a port that is not there.
pub(super) fn unknown(
    at: &crate::diagnostic::At<'_>,
    reference: &str,
    name: &str,
    ports: &[(&str, Port)],
    check: &mut Check<'_>,
) {
    let known: Vec<String> =
        ports.iter().map(|(name, port)| format!("`{name}` ({})", port.container)).collect();
    let near = crate::diagnostic::suggest(reference, ports.iter().map(|(name, _)| *name));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "give it a port: `port: 8080`".to_owned(),
        None => format!("use one of: {}", known.join(", ")),
    };
    check.error("unknown-port", at, format!("`{name}` has no port `{reference}`")).help(help);
}
