//! Pod Security: what a pod may do at the level that its namespace enforces.

use super::Subject;
use crate::diagnostic::{At, Check};
use crate::pod::container::Container;
use crate::pod::security::{ProcMount, SeLinux, SecurityContext};
use crate::value::Scalar;
use crate::value::level::PodSecurity::{self, Baseline, Privileged, Restricted};

/// Capabilities that `baseline` allows to be added.
const CAPABILITIES: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Kernel parameters that are a pod's own, with the Kubernetes minor version from which on they count as such.
const SYSCTLS: &[(&str, u32)] = &[
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.tcp_wmem", 32),
];

/// Types of SELinux that `baseline` allows.
const SELINUX: &[&str] = &["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// Reports what the level forbids, and settings that contradict each other.
pub(super) fn check(subject: &Subject<'_>, check: &mut Check<'_>) {
    let mut judge = Judge { level: subject.scope.pod_security(subject.blueprint.component), check };
    pod(subject, &mut judge);
    let default = subject.blueprint.pod.pod_security_context.run_as_non_root;
    subject.containers(&mut |_, name, container, at| one(name, container, default, at, &mut judge));
}

struct Judge<'c, 'a> {
    level: PodSecurity,
    check: &'c mut Check<'a>,
}

impl Judge<'_, '_> {
    /// Something that is allowed up to a level; `what` ends in a verb and its object.
    fn up_to(&mut self, most: PodSecurity, at: &At<'_>, what: &str, instead: &str) {
        if self.level <= most {
            return;
        }
        let (level, most) = (self.level.name(), most.name());
        self.check
            .error("pod-security", at, format!("{what}, which the Pod Security level `{level}` forbids"))
            .help(format!("{instead}, or set `podSecurity: {most}` at the top of the spec"));
    }

    fn contradiction(&mut self, at: &At<'_>, other: &At<'_>, message: String, help: &str) {
        let known = self.check.node(&other.path()).is_some();
        let report = self.check.error("security-contradiction", at, message).help(help);
        if known {
            report.label(other, "this contradicts it");
        }
    }
}

fn pod(subject: &Subject<'_>, judge: &mut Judge<'_, '_>) {
    let (pod, at, name) = (subject.blueprint.pod, subject.at, subject.blueprint.name);
    let host = [
        ("hostNetwork", pod.host_network, "uses the network of its node"),
        ("hostPID", pod.host_pid, "sees the processes of its node"),
        ("hostIPC", pod.host_ipc, "shares the IPC of its node"),
    ];
    for (field, _, what) in host.into_iter().filter(|(_, set, _)| *set) {
        judge.up_to(Privileged, &at.key(field), &format!("`{name}` {what}"), &format!("remove `{field}`"));
    }
    let volumes = at.key("volumes");
    for (volume, content) in pod.volumes.iter() {
        let here = volumes.key(volume);
        if content.host_path.is_some() {
            let what = format!("the volume `{volume}` is a path of the node");
            judge.up_to(Privileged, &here.key("hostPath"), &what, "use `emptyDir`, `config` or a claim");
        }
        if content.nfs.is_some() {
            let what = format!("the volume `{volume}` is mounted from NFS in the pod itself");
            judge.up_to(
                Baseline,
                &here.key("nfs"),
                &what,
                "use a claim whose storage class is the NFS server",
            );
        }
    }
    let context = &pod.pod_security_context;
    let here = at.key("podSecurityContext");
    let all_say = subject.blueprint.container.security_context.run_as_non_root == Some(true);
    if context.run_as_non_root == Some(false) && !all_say {
        let what = format!("`{name}` may run as root");
        judge.up_to(Baseline, &here.key("runAsNonRoot"), &what, "remove `runAsNonRoot`");
    }
    user(name, context.run_as_user, context.run_as_non_root != Some(false), &here, judge);
    seccomp(context.seccomp.as_ref(), &here, judge);
    se_linux(context.se_linux.as_ref(), &here, judge);
    let sysctls = here.key("sysctls");
    for parameter in context.sysctls.keys() {
        let safe =
            SYSCTLS.iter().any(|(known, since)| *known == parameter && subject.scope.kubernetes >= *since);
        if !safe {
            let what = format!("`{parameter}` changes the kernel of the node");
            judge.up_to(Privileged, &sysctls.key(parameter), &what, "remove it");
        }
    }
}

fn one(name: &str, container: &Container, default: Option<bool>, at: &At<'_>, judge: &mut Judge<'_, '_>) {
    let context = &container.security_context;
    let here = at.key("securityContext");
    let privileged = context.privileged == Some(true);
    if privileged {
        let what = format!("the container `{name}` is privileged");
        judge.up_to(
            Privileged,
            &here.key("privileged"),
            &what,
            "remove `privileged` and add single capabilities",
        );
    }
    match (context.allow_privilege_escalation, privileged) {
        (Some(true), false) => {
            let what = format!("processes of `{name}` may gain rights");
            judge.up_to(
                Baseline,
                &here.key("allowPrivilegeEscalation"),
                &what,
                "remove `allowPrivilegeEscalation`",
            );
        }
        (Some(false), true) => judge.contradiction(
            &here.key("allowPrivilegeEscalation"),
            &here.key("privileged"),
            format!("`{name}` is privileged and may not gain rights: Kubernetes refuses that"),
            "remove one of the two",
        ),
        _ => {}
    }
    if context.run_as_non_root == Some(false) {
        let what = format!("`{name}` may run as root");
        judge.up_to(Baseline, &here.key("runAsNonRoot"), &what, "remove `runAsNonRoot`");
    }
    let non_root = context.run_as_non_root.or(default).unwrap_or(true);
    user(name, context.run_as_user, non_root, &here, judge);
    seccomp(context.seccomp.as_ref(), &here, judge);
    se_linux(context.se_linux.as_ref(), &here, judge);
    if context.app_armor.as_ref().is_some_and(|profile| profile.0 == "Unconfined") {
        judge.up_to(
            Privileged,
            &here.key("appArmor"),
            &format!("`{name}` has no AppArmor profile"),
            "write `appArmor: RuntimeDefault`",
        );
    }
    if context.proc_mount == Some(ProcMount::Unmasked) {
        judge.up_to(
            Privileged,
            &here.key("procMount"),
            &format!("`{name}` sees all of `/proc`"),
            "remove `procMount`",
        );
    }
    if !privileged {
        capabilities(name, context, &here, judge);
    }
    super::port::each(container, at, &mut |port, content, at| {
        if content.host_port.is_some() {
            let what = format!("the port `{port}` takes a port of the node");
            judge.up_to(
                Privileged,
                &at.key("hostPort"),
                &what,
                "remove `hostPort`: a Service or an ingress leads to the pod",
            );
        }
    });
}

/// User 0 is root, whatever else is said.
fn user(name: &str, user: Option<u32>, non_root: bool, at: &At<'_>, judge: &mut Judge<'_, '_>) {
    if user != Some(0) {
        return;
    }
    let here = at.key("runAsUser");
    if judge.level == Restricted {
        judge.up_to(
            Baseline,
            &here,
            &format!("`{name}` runs as root"),
            "choose another user, such as `runAsUser: 10001`",
        );
    } else if non_root {
        judge.contradiction(
            &here,
            &at.key("runAsNonRoot"),
            format!("`{name}` has user 0, which is root, and must not run as root: it would never start"),
            "choose another user, such as `runAsUser: 10001`, or add `runAsNonRoot: false`",
        );
    }
}

fn seccomp(profile: Option<&Scalar>, at: &At<'_>, judge: &mut Judge<'_, '_>) {
    if profile.is_some_and(|profile| profile.0 == "Unconfined") {
        judge.up_to(Privileged, &at.key("seccomp"), "any system call may be made", "remove `seccomp`");
    }
}

fn se_linux(labels: Option<&SeLinux>, at: &At<'_>, judge: &mut Judge<'_, '_>) {
    let Some(labels) = labels else { return };
    let place = at.key("seLinux");
    let odd = labels.r#type.as_deref().is_some_and(|kind| !SELINUX.contains(&kind));
    for (field, set) in [("type", odd), ("user", labels.user.is_some()), ("role", labels.role.is_some())] {
        if set {
            let what = format!("the SELinux label `{field}` is set to one of its own");
            judge.up_to(Privileged, &place.key(field), &what, &format!("remove `{field}`"));
        }
    }
}

fn capabilities(name: &str, context: &SecurityContext, at: &At<'_>, judge: &mut Judge<'_, '_>) {
    let Some(capabilities) = &context.capabilities else { return };
    let place = at.key("capabilities");
    let add = place.key("add");
    for (n, capability) in capabilities.add.iter().enumerate() {
        let here = add.index(n);
        if let Some(short) = capability.strip_prefix("CAP_") {
            judge
                .check
                .error("invalid-value", &here, format!("Kubernetes has no capability `{capability}`"))
                .help(format!("write `{short}`, without `CAP_`"));
            continue;
        }
        let most = match capability.as_str() {
            "NET_BIND_SERVICE" => continue,
            known if CAPABILITIES.contains(&known) => Baseline,
            _ => Privileged,
        };
        judge.up_to(most, &here, &format!("`{name}` gets the capability {capability}"), "remove it");
    }
    if capabilities.drop.as_ref().is_some_and(|drop| !drop.iter().any(|word| word == "ALL")) {
        judge.up_to(
            Baseline,
            &place.key("drop"),
            &format!("`{name}` keeps capabilities"),
            "write `drop: [ALL]`",
        );
    }
}
