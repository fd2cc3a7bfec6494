//! What can be wrong with a cluster of machine pools.

use super::server::CertificateSource;
use super::{Rancher, Role, bounds};
use crate::diagnostic::{At, Check, Key};
use crate::scope::Scope;

const CODE: &str = "machine-pools";

/// Reports everything.
pub(super) fn check(rancher: &Rancher, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    roles(rancher, at, check);
    pools(rancher, at, scope, check);
    let release = rancher.kubernetes_version.strip_prefix("v1.").and_then(|rest| rest.split('.').next());
    let minor = release.and_then(|minor| minor.parse::<u32>().ok());
    if let Some(minor) = minor.filter(|minor| *minor < scope.kubernetes) {
        check
            .error(
                "needs-kubernetes",
                &at.key("kubernetesVersion"),
                format!(
                    "the cluster has Kubernetes 1.{minor}, and the platform needs 1.{}",
                    scope.kubernetes
                ),
            )
            .help(format!("take a release of 1.{} or newer, or lower `kubernetes`", scope.kubernetes));
    }
    if !rancher.cloud_credential.0.contains(':') {
        check
            .error(
                CODE,
                &at.key("cloudCredential"),
                format!("`{}` is not NAMESPACE:NAME of a secret", rancher.cloud_credential.0),
            )
            .help("write `cattle-global-data:cc-…`, as Rancher shows it at the cloud credential");
    }
    let Some(server) = &rancher.server else { return };
    if server.certificate == CertificateSource::LetsEncrypt && server.email.is_none() {
        check
            .error(CODE, &at.key("server").key("certificate"), "Let's Encrypt wants an address")
            .help("add `email: …`, or use another `certificate`");
    }
}

/// A cluster needs all three roles, and an odd number of members that vote.
fn roles(rancher: &Rancher, at: &At<'_>, check: &mut Check<'_>) {
    let here = at.key("pools");
    for (role, word) in [(Role::Etcd, "etcd"), (Role::ControlPlane, "controlPlane"), (Role::Worker, "worker")]
    {
        if !rancher.pools.iter().any(|(_, pool)| pool.has(role)) {
            check
                .error(CODE, &here, format!("no pool has the role `{word}`"))
                .help(format!("add `{word}` to the `roles` of a pool"));
        }
    }
    let members = || rancher.pools.iter().filter(|(_, pool)| pool.has(Role::Etcd));
    let votes: u32 = members().map(|(_, pool)| pool.quantity.unwrap_or(1)).sum();
    if let Some((name, _)) = members().next().filter(|_| votes.is_multiple_of(2)) {
        check
            .warning(
                CODE,
                Key(&here.key(name).path()),
                format!("etcd has {votes} members: an even number bears no more losses than one less"),
            )
            .help("make it 1, 3 or 5");
    }
}

fn pools(rancher: &Rancher, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
    let here = at.key("pools");
    for (name, pool) in rancher.pools.iter() {
        let place = here.key(name);
        let Some(autoscaling) = &pool.autoscaling else { continue };
        let scaling = place.key("autoscaling");
        if pool.has(Role::Etcd) || pool.has(Role::ControlPlane) {
            check
                .error(CODE, &scaling, format!("`{name}` is no pool of workers alone: its number is fixed"))
                .help("write `quantity`, or part the roles into two pools");
            continue;
        }
        let needed = bounds::needed(name, rancher, scope);
        let (least, most) = (autoscaling.min.unwrap_or(needed.0.max(1)), autoscaling.max.unwrap_or(needed.1));
        if autoscaling.max.is_some() && most < least {
            check
                .error(CODE, &scaling.key("max"), format!("the most machines are {most}, the fewest {least}"))
                .help(format!("write a maximum of at least {least}"));
        } else if most < needed.1 {
            check
                .warning(
                    "pool-too-small",
                    &scaling.key("max"),
                    format!("the platform's most pods need {} machines of `{name}`", needed.1),
                )
                .help(format!("write `max: {}`, leave it out, or take larger machines", needed.1));
        }
        if let Some(quantity) =
            pool.quantity.filter(|quantity| *quantity < least || *quantity > most.max(least))
        {
            check
                .error(
                    CODE,
                    &place.key("quantity"),
                    format!("{quantity} machines are outside of {least} to {most}"),
                )
                .help("leave `quantity` out: the autoscaler owns the number");
        }
    }
}
