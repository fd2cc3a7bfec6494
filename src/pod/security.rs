//! Security contexts: level `restricted` unless the spec says otherwise where a reader sees it.

use crate::value::Scalar;
use k8s_openapi::api::core::v1 as core;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a container may do. Defaults meet the Pod Security level `restricted`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SecurityContext {
    /// User that the process runs as. Default: that of the image, which must not be root.
    pub run_as_user: Option<u32>,
    /// Group that the process runs as. Default: that of the image.
    pub run_as_group: Option<u32>,
    /// Whether the kubelet refuses to start it as root. Default: that of the pod, which is true.
    pub run_as_non_root: Option<bool>,
    /// Whether the root file system is read-only; a writable `/tmp` is mounted then. Default: false.
    pub read_only_root_filesystem: Option<bool>,
    /// Whether a process may gain more rights than its parent. Default: false.
    pub allow_privilege_escalation: Option<bool>,
    /// Whether the container has all rights of the node. Default: false.
    pub privileged: Option<bool>,
    /// Linux capabilities. Default: all dropped.
    pub capabilities: Option<Capabilities>,
    /// Seccomp profile: `RuntimeDefault`, `Unconfined` or the path of a profile on the node. Default: that of the pod.
    pub seccomp: Option<Scalar>,
    /// AppArmor profile: `RuntimeDefault`, `Unconfined` or the name of a profile on the node. Needs Kubernetes 1.30.
    pub app_armor: Option<Scalar>,
    /// SELinux labels of the container.
    pub se_linux: Option<SeLinux>,
    /// How much of `/proc` the container sees. Default: Default.
    pub proc_mount: Option<ProcMount>,
}

/// Linux capabilities of a container.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Capabilities {
    /// Capabilities to add, without `CAP_`, e.g. `NET_BIND_SERVICE` (the only one that `restricted` allows).
    pub add: Vec<String>,
    /// Capabilities to drop. Default: `[ALL]`.
    pub drop: Option<Vec<String>>,
}

/// SELinux labels.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SeLinux {
    /// Level label.
    pub level: Option<String>,
    /// Role label.
    pub role: Option<String>,
    /// Type label.
    pub r#type: Option<String>,
    /// User label.
    pub user: Option<String>,
}

/// How `/proc` is mounted.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum ProcMount {
    /// With the usual parts masked.
    Default,
    /// All of it; needs a user namespace.
    Unmasked,
}

/// What all containers of a pod share. Defaults meet the Pod Security level `restricted`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodSecurityContext {
    /// User of all containers. Default: that of the image, which must not be root.
    pub run_as_user: Option<u32>,
    /// Group of all containers. Default: that of the image.
    pub run_as_group: Option<u32>,
    /// Whether the kubelet refuses to start a container as root. Default: true.
    pub run_as_non_root: Option<bool>,
    /// Group that owns the volumes.
    pub fs_group: Option<u32>,
    /// When the owner of the files on a volume is changed. Default: Always.
    pub fs_group_change_policy: Option<FsGroupChangePolicy>,
    /// Further groups of the processes.
    pub supplemental_groups: Vec<u32>,
    /// Kernel parameters of the pod by name.
    pub sysctls: crate::value::Keyed<crate::value::format::SysctlName, Scalar>,
    /// Seccomp profile: `RuntimeDefault`, `Unconfined` or the path of a profile on the node. Default: RuntimeDefault.
    pub seccomp: Option<Scalar>,
    /// SELinux labels of all containers.
    pub se_linux: Option<SeLinux>,
}

/// When the owner of the files on a volume is changed.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq)]
pub enum FsGroupChangePolicy {
    /// At every mount.
    Always,
    /// Only if the root of the volume has another owner.
    OnRootMismatch,
}

impl SecurityContext {
    /// The context as Kubernetes takes it.
    pub fn context(&self) -> core::SecurityContext {
        let privileged = self.privileged == Some(true);
        let capabilities = self.capabilities.clone().unwrap_or_default();
        core::SecurityContext {
            run_as_user: self.run_as_user.map(i64::from),
            run_as_group: self.run_as_group.map(i64::from),
            run_as_non_root: self.run_as_non_root,
            read_only_root_filesystem: self.read_only_root_filesystem,
            // The API refuses the two to contradict each other.
            allow_privilege_escalation: self.allow_privilege_escalation.or((!privileged).then_some(false)),
            privileged: self.privileged,
            capabilities: Some(core::Capabilities {
                add: (!capabilities.add.is_empty()).then_some(capabilities.add),
                drop: capabilities
                    .drop
                    .or_else(|| Some(vec!["ALL".to_owned()]))
                    .filter(|drop| !drop.is_empty()),
            })
            .filter(|capabilities| {
                !privileged && (capabilities.add.is_some() || capabilities.drop.is_some())
            }),
            seccomp_profile: self.seccomp.as_ref().map(seccomp),
            app_armor_profile: self.app_armor.as_ref().map(|profile| {
                let (type_, localhost_profile) = profile_of(&profile.0);
                core::AppArmorProfile { type_, localhost_profile }
            }),
            se_linux_options: self.se_linux.as_ref().map(SeLinux::options),
            proc_mount: self.proc_mount.map(|mount| match mount {
                ProcMount::Default => "Default".to_owned(),
                ProcMount::Unmasked => "Unmasked".to_owned(),
            }),
            windows_options: None,
        }
    }
}

impl SeLinux {
    fn options(&self) -> core::SELinuxOptions {
        core::SELinuxOptions {
            level: self.level.clone(),
            role: self.role.clone(),
            type_: self.r#type.clone(),
            user: self.user.clone(),
        }
    }
}

impl PodSecurityContext {
    /// The context as Kubernetes takes it.
    pub fn context(&self) -> core::PodSecurityContext {
        let default = Scalar("RuntimeDefault".to_owned());
        core::PodSecurityContext {
            run_as_user: self.run_as_user.map(i64::from),
            run_as_group: self.run_as_group.map(i64::from),
            run_as_non_root: self.run_as_non_root.or(Some(true)),
            fs_group: self.fs_group.map(i64::from),
            fs_group_change_policy: self.fs_group_change_policy.map(|policy| match policy {
                FsGroupChangePolicy::Always => "Always".to_owned(),
                FsGroupChangePolicy::OnRootMismatch => "OnRootMismatch".to_owned(),
            }),
            supplemental_groups: (!self.supplemental_groups.is_empty())
                .then(|| self.supplemental_groups.iter().copied().map(i64::from).collect()),
            sysctls: (!self.sysctls.is_empty()).then(|| {
                self.sysctls
                    .iter()
                    .map(|(name, value)| core::Sysctl { name: name.to_owned(), value: value.0.clone() })
                    .collect()
            }),
            seccomp_profile: Some(seccomp(self.seccomp.as_ref().unwrap_or(&default))),
            se_linux_options: self.se_linux.as_ref().map(SeLinux::options),
            ..core::PodSecurityContext::default()
        }
    }
}

fn seccomp(profile: &Scalar) -> core::SeccompProfile {
    let (type_, localhost_profile) = profile_of(&profile.0);
    core::SeccompProfile { type_, localhost_profile }
}

/// Type and path of a profile: one of the two words, or a profile on the node.
fn profile_of(text: &str) -> (String, Option<String>) {
    match text {
        "RuntimeDefault" | "Unconfined" => (text.to_owned(), None),
        other => ("Localhost".to_owned(), Some(other.to_owned())),
    }
}
