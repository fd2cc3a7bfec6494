//! Volumes and mounts: one kind each, mounts of what is there, claims that the pods can share.

use super::super::Kind;
use super::{Subject, one_of};
use crate::diagnostic::{At, Check, Key, Path, suggest};
use crate::needs::Offer;
use crate::pod::claim::AccessMode;
use crate::pod::container::{Container, TMP};
use crate::pod::mount::Propagation;
use crate::pod::volume::Projection;
use std::collections::BTreeMap;

/// Reports everything about volumes.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let place = subject.at.key("volumes");
    let mut known: Vec<&str> = subject.blueprint.workload.claim_templates.keys().collect();
    for (name, volume) in subject.blueprint.pod.volumes.iter() {
        let here = place.key(name);
        let kinds = "emptyDir, config, secret, claim, hostPath, projected, downward, ephemeral, csi, nfs";
        one_of(&format!("the volume `{name}`"), &volume.kinds(), kinds, &here, check);
        let projected = here.key("projected");
        for (n, source) in volume.projected.iter().flatten().enumerate() {
            let all = "config, secret, downward, token";
            one_of("the source of the projected volume", &kinds_of(source), all, &projected.index(n), check);
        }
        if known.contains(&name) {
            check
                .error("volume-twice", &here, format!("`{name}` is a volume and a claim template"))
                .label(&subject.at.key("claimTemplates").key(name), "the claim template is here")
                .help("rename one of them: the claim would hide the volume");
        }
        known.push(name);
        if let Some(claim) = &volume.claim {
            shared(subject, claim, &here.key("claim"), check);
        }
    }
    subject.containers(&mut |_, name, container, at| mounts(name, container, &known, at, check));
}

fn kinds_of(source: &Projection) -> Vec<&'static str> {
    let set = [
        ("config", source.config.is_some()),
        ("secret", source.secret.is_some()),
        ("downward", source.downward.is_some()),
        ("token", source.token.is_some()),
    ];
    set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
}

fn mounts(name: &str, container: &Container, known: &[&str], at: &At<'_>, check: &mut Check<'_>) {
    let (mounts, devices) = (at.key("mounts"), at.key("devices"));
    let mut paths: BTreeMap<String, Path> = BTreeMap::new();
    let mut place = |path: &str, here: &At<'_>, check: &mut Check<'_>| {
        let plain = path.trim_end_matches('/').to_owned();
        if let Some(first) = paths.get(&plain) {
            check
                .error("mount-twice", here, format!("two volumes are mounted at `{path}` in `{name}`"))
                .label(Key(first), "the first one is here")
                .help("mount one of them at another path; one entry of a volume is mounted with `subPath`");
        } else {
            paths.insert(plain, here.path());
        }
    };
    for (path, mount) in container.mounts.iter() {
        let here = mounts.key(path);
        place(path, &here, check);
        let scratch = &*mount.volume == TMP && container.needs_tmp();
        if !scratch && !known.contains(&&*mount.volume) {
            unknown(&mount.volume, known, &here, check);
        }
        if mount.sub_path.is_some() && mount.sub_path_expr.is_some() {
            let both = ["subPath", "subPathExpr"];
            one_of("the mount", &both, "subPath, subPathExpr", &here.key("subPathExpr"), check);
        }
        if mount.propagation == Some(Propagation::Bidirectional)
            && container.security_context.privileged != Some(true)
        {
            check
                .error(
                    "security-contradiction",
                    &here.key("propagation"),
                    "only a privileged container may pass mounts on to its node",
                )
                .help("write `propagation: HostToContainer`, or add `securityContext: { privileged: true }`");
        }
    }
    for (path, volume) in container.devices.iter() {
        let here = devices.key(path);
        place(path, &here, check);
        if !known.contains(&&**volume) {
            unknown(volume, known, &here, check);
        }
    }
}

fn unknown(volume: &str, known: &[&str], at: &At<'_>, check: &mut Check<'_>) {
    let help = match suggest(volume, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!(
            "add it: `volumes: {{ {volume}: {{ emptyDir: {{}} }} }}`, or `config`, `secret`, `claim` …"
        ),
        None => format!("the pod has: {}; or add `{volume}` to `volumes`", known.join(", ")),
    };
    let long = at.key("volume");
    let here = if check.node(&long.path()).is_some() { &long } else { at };
    check.error("unknown-volume", here, format!("the pod has no volume `{volume}`")).help(help);
}

/// A claim for one node, and pods that may be on several.
fn shared(subject: &Subject<'_>, claim: &str, at: &At<'_>, check: &mut Check<'_>) {
    let Some(Offer::Claim { modes }) = subject.scope.offers.get(claim) else { return };
    if modes.iter().any(|mode| matches!(mode, AccessMode::ReadWriteMany | AccessMode::ReadOnlyMany)) {
        return;
    }
    let workload = subject.blueprint.workload;
    let strategy = &workload.strategy;
    let recreate = workload.recreated();
    let surge = workload.kind == Kind::Deployment
        && !recreate
        && strategy.max_surge.as_deref().is_none_or(|surge| surge.trim_end_matches('%') != "0");
    let several = workload.kind.scales() && subject.blueprint.range().1 > 1;
    let message = match (workload.kind, several, surge) {
        (Kind::DaemonSet, ..) => {
            format!("the claim `{claim}` is for one node, and a DaemonSet runs on every node")
        }
        (_, true, _) => format!(
            "the claim `{claim}` is for one node, and up to {} pods share it",
            subject.blueprint.range().1
        ),
        (_, _, true) => format!(
            "the claim `{claim}` is for one node: at an update the new pod would wait for the volume that the old one holds"
        ),
        _ => return,
    };
    let help = if several || workload.kind == Kind::DaemonSet {
        format!(
            "give each pod its own claim (`kind: StatefulSet` with `claimTemplates`), or `accessModes: [ReadWriteMany]` to `{claim}` if its storage class can do that"
        )
    } else {
        format!(
            "add `strategy: {{ type: Recreate }}`, or `accessModes: [ReadWriteMany]` to `{claim}` if its storage class can do that"
        )
    };
    check
        .error("rwo-rolling", at, message)
        .label(Key(&["claims", claim]), "the claim is declared here")
        .help(help);
}
