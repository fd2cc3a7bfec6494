//! Probes and hooks: one action each, a port that is there, timing that makes sense.

use super::{Role, Subject, one_of};
use crate::diagnostic::{At, Check, Key};
use crate::pod::container::Container;
use crate::pod::probe::{Hook, HttpGet, Probe};

/// Reports everything about probes and hooks.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    subject.containers(&mut |role, name, container, at| {
        let place = at.key("probes");
        for (kind, probe) in container.probes.iter() {
            let here = place.key(kind);
            one_of(&format!("the {kind} probe"), &probe.actions(), "httpGet, exec, tcp, grpc", &here, check);
            ports(name, container, probe, &here, check);
            timing(kind, probe, &here, check);
        }
        hooks(name, container, at, check);
        if role.stays() {
            identical(container, &place, check);
        }
        if role == Role::Main && container.probes.readiness.is_none() {
            readiness(subject, check);
        }
    });
}

/// A container that traffic is routed to must say when it can answer.
fn readiness(subject: &Subject<'_>, check: &mut Check<'_>) {
    let workload = subject.blueprint.workload;
    let Some(ingress) = workload.routes.keys().next().filter(|_| workload.kind.scales()) else { return };
    let routes = subject.at.key("routes");
    check
        .error(
            "no-readiness",
            Key(&subject.key()),
            format!(
                "`{}` gets traffic from outside, and no readiness probe says when it can answer",
                subject.blueprint.name
            ),
        )
        .label(&routes.key(ingress), "the traffic comes from here")
        .help(
            "add `probes: { readiness: { httpGet: /ready } }` with a path that answers 200 once it can work",
        );
}

fn ports(name: &str, container: &Container, probe: &Probe, at: &At<'_>, check: &mut Check<'_>) {
    if let Some(get) = &probe.http_get {
        http(name, container, get, &at.key("httpGet"), check);
    }
    if let Some(reference) = &probe.tcp {
        port(name, container, reference, &at.key("tcp"), check);
    }
    if let Some(grpc) = &probe.grpc {
        let here = at.key("grpc");
        let long = here.key("port");
        let here = if check.node(&long.path()).is_some() { &long } else { &here };
        port(name, container, &grpc.port, here, check);
    }
}

fn http(name: &str, container: &Container, get: &HttpGet, at: &At<'_>, check: &mut Check<'_>) {
    match &get.port {
        Some(reference) => port(name, container, reference, &at.key("port"), check),
        None if container.ports().is_empty() => {
            check
                .error("no-port", at, format!("the probe asks the first port of `{name}`, and it has none"))
                .help("add `port: 8080` to the container, or use `exec`");
        }
        None => {}
    }
}

fn port(name: &str, container: &Container, reference: &str, at: &At<'_>, check: &mut Check<'_>) {
    if container.find_port(reference).is_some() {
        return;
    }
    let ports = container.ports();
    let near = crate::diagnostic::suggest(reference, ports.iter().map(|(name, _)| *name))
        .filter(|_| reference.parse::<u16>().is_err());
    let known: Vec<String> =
        ports.iter().map(|(name, port)| format!("`{name}` ({})", port.container)).collect();
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("add it: `ports: {{ http: {reference} }}`"),
        None => format!("use one of: {}; or add it to `ports`", known.join(", ")),
    };
    check.error("probe-port", at, format!("the container `{name}` has no port `{reference}`")).help(help);
}

fn timing(kind: &str, probe: &Probe, at: &At<'_>, check: &mut Check<'_>) {
    let (period, timeout) = (probe.period_seconds.unwrap_or(10), probe.timeout_seconds.unwrap_or(1));
    // The timing of a ready-made component is not the author's.
    if timeout > period && check.node(&at.path()).is_some() {
        let place = if probe.timeout_seconds.is_some() { "timeoutSeconds" } else { "periodSeconds" };
        check
            .warning(
                "probe-budget",
                &at.key(place),
                format!("an answer of the {kind} probe may take {timeout} s, and the next question comes after {period} s"),
            )
            .help(format!("set `timeoutSeconds` to {period} or less, or a longer `periodSeconds`"));
    }
    if kind != "readiness" && probe.success_threshold.is_some_and(|count| count != 1) {
        check
            .error(
                "probe-field",
                &at.key("successThreshold"),
                format!("the {kind} probe counts one success, no more"),
            )
            .help("remove `successThreshold`: only readiness has it");
    }
    if kind == "readiness" && probe.termination_grace_period_seconds.is_some() {
        check
            .error(
                "probe-field",
                &at.key("terminationGracePeriodSeconds"),
                "a readiness probe ends no container",
            )
            .help("move `terminationGracePeriodSeconds` to the liveness probe or to the component");
    }
}

fn hooks(name: &str, container: &Container, at: &At<'_>, check: &mut Check<'_>) {
    let Some(lifecycle) = &container.lifecycle else { return };
    let place = at.key("lifecycle");
    let hooks: [(&str, &Option<Hook>); 2] =
        [("postStart", &lifecycle.post_start), ("preStop", &lifecycle.pre_stop)];
    for (kind, hook) in hooks {
        let Some(hook) = hook else { continue };
        let here = place.key(kind);
        one_of(&format!("the {kind} hook"), &hook.actions(), "exec, httpGet, sleep", &here, check);
        if let Some(get) = &hook.http_get {
            http(name, container, get, &here.key("httpGet"), check);
        }
    }
}

/// One check for both questions restarts a pod whose database is slow.
fn identical(container: &Container, at: &At<'_>, check: &mut Check<'_>) {
    let path = |probe: &Option<Probe>| {
        probe.as_ref().and_then(|probe| probe.http_get.as_ref()).map(|get| get.path.to_string())
    };
    let (liveness, readiness) = (path(&container.probes.liveness), path(&container.probes.readiness));
    if let (Some(one), Some(other)) = (liveness, readiness)
        && one == other
    {
        let (alive, ready) = (at.key("liveness"), at.key("readiness"));
        check
            .warning("probes-identical", &alive.key("httpGet"), format!("liveness and readiness ask the same path `{one}`"))
            .label(&ready.key("httpGet"), "readiness asks it too")
            .help("let liveness say that the process runs, without its dependencies; readiness, that it can answer");
    }
}
