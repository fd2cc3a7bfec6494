//! Volumes of a pod and where its containers mount them.

use super::claim::Claim;
use crate::diagnostic::At;
use crate::needs::{Need, Needs};
use crate::value::format::{DataKey, Name};
use crate::value::{AbsolutePath, FromShort, Keyed, Quantity, Short, Text};
use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::api::resource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as metav1;
use schemars::JsonSchema;
use serde::Deserialize;

/// A volume of a pod: exactly one of the fields says what it is.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Volume {
    /// An empty folder that lives as long as the pod.
    pub empty_dir: Option<EmptyDir>,
    /// The entries of a config of this platform as files; the short form is its name.
    pub config: Option<Short<Files>>,
    /// The entries of a secret of this platform as files; the short form is its name.
    pub secret: Option<Short<Files>>,
    /// A persistent claim of this platform (section `claims`) by name.
    pub claim: Option<Text<Name>>,
    /// A folder or file of the node. Breaks the Pod Security levels `baseline` and `restricted`.
    pub host_path: Option<Short<HostPath>>,
    /// Several sources in one folder.
    pub projected: Option<Vec<Projection>>,
    /// Fields of the pod as files, by path: `labels: metadata.labels`.
    pub downward: Option<Keyed<DataKey, String>>,
    /// A claim that lives as long as the pod.
    pub ephemeral: Option<Claim>,
    /// A volume of a CSI driver, mounted inline.
    pub csi: Option<Csi>,
    /// A folder of an NFS server.
    pub nfs: Option<Nfs>,
}

/// An empty folder.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EmptyDir {
    /// Keep it in memory; it counts against the memory limit then. Default: false.
    pub memory: bool,
    /// Size at which the pod is evicted.
    pub size_limit: Option<Quantity>,
}

/// Entries of a config or a secret as files.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Files {
    /// The config or secret of this platform.
    pub name: Text<Name>,
    /// The entries to mount: key and the path below the mount. Default: all, under their keys.
    #[serde(default)]
    pub items: Keyed<DataKey, String>,
    /// Permission bits, octal as text: `"0400"`. Default: 0644.
    #[serde(default)]
    pub mode: Option<crate::value::FileMode>,
    /// Whether the pod may start without it. Default: false.
    #[serde(default)]
    pub optional: bool,
}

impl FromShort for Files {
    type Scalar = Text<Name>;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { name: Text::known(text), items: Keyed::default(), mode: None, optional: false })
    }
}

/// A folder or file of the node.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostPath {
    /// The path on the node.
    pub path: AbsolutePath,
    /// What must be there: `Directory`, `DirectoryOrCreate`, `File`, `FileOrCreate`, `Socket`, `CharDevice`, `BlockDevice`. Default: anything.
    #[serde(default)]
    pub r#type: Option<String>,
}

impl FromShort for HostPath {
    type Scalar = AbsolutePath;

    fn from_short(text: &str) -> Result<Self, String> {
        Ok(Self { path: AbsolutePath::known(text), r#type: None })
    }
}

/// One source of a projected volume: exactly one of the fields.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Projection {
    /// Entries of a config of this platform.
    pub config: Option<Short<Files>>,
    /// Entries of a secret of this platform.
    pub secret: Option<Short<Files>>,
    /// Fields of the pod as files, by path.
    pub downward: Option<Keyed<DataKey, String>>,
    /// A token of the pod's service account.
    pub token: Option<Token>,
}

/// A token of a service account for somebody else than the API server.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Token {
    /// The file's path below the mount.
    pub path: String,
    /// Who is to accept the token. Default: the API server.
    #[serde(default)]
    pub audience: Option<String>,
    /// Seconds until it expires; it is renewed before. Default: 3600.
    #[serde(default)]
    #[schemars(range(min = 600))]
    pub expiration_seconds: Option<u32>,
}

/// A volume of a CSI driver.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Csi {
    /// The driver's name.
    pub driver: String,
    /// Whether it is mounted read-only. Default: false.
    #[serde(default)]
    pub read_only: bool,
    /// The driver's own settings.
    #[serde(default)]
    pub attributes: Keyed<DataKey, String>,
}

/// A folder of an NFS server.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Nfs {
    /// The server's name or address.
    pub server: String,
    /// The exported path.
    pub path: AbsolutePath,
    /// Whether it is mounted read-only. Default: false.
    #[serde(default)]
    pub read_only: bool,
}

fn mode(text: Option<&crate::value::FileMode>) -> Option<i32> {
    text.and_then(|text| i32::from_str_radix(text, 8).ok())
}

fn items(items: &Keyed<DataKey, String>) -> Option<Vec<core::KeyToPath>> {
    (!items.is_empty()).then(|| {
        items
            .iter()
            .map(|(key, path)| core::KeyToPath {
                key: key.to_owned(),
                path: path.clone(),
                ..core::KeyToPath::default()
            })
            .collect()
    })
}

fn downward(fields: &Keyed<DataKey, String>) -> Vec<core::DownwardAPIVolumeFile> {
    fields
        .iter()
        .map(|(path, field)| core::DownwardAPIVolumeFile {
            path: path.to_owned(),
            field_ref: Some(core::ObjectFieldSelector { api_version: None, field_path: field.clone() }),
            ..core::DownwardAPIVolumeFile::default()
        })
        .collect()
}

impl Projection {
    fn source(&self) -> core::VolumeProjection {
        core::VolumeProjection {
            config_map: self.config.as_ref().map(|files| core::ConfigMapProjection {
                name: files.name.to_string(),
                items: items(&files.items),
                optional: files.optional.then_some(true),
            }),
            secret: self.secret.as_ref().map(|files| core::SecretProjection {
                name: files.name.to_string(),
                items: items(&files.items),
                optional: files.optional.then_some(true),
            }),
            downward_api: self
                .downward
                .as_ref()
                .map(|fields| core::DownwardAPIProjection { items: Some(downward(fields)) }),
            service_account_token: self.token.as_ref().map(|token| core::ServiceAccountTokenProjection {
                path: token.path.clone(),
                audience: token.audience.clone(),
                expiration_seconds: token.expiration_seconds.map(i64::from),
                ..core::ServiceAccountTokenProjection::default()
            }),
            ..core::VolumeProjection::default()
        }
    }
}

impl Volume {
    /// A volume of the entries of a config.
    pub fn of_config(name: &str) -> Self {
        Self {
            config: Some(Short(Files {
                name: Text::known(name),
                items: Keyed::default(),
                mode: None,
                optional: false,
            })),
            ..Self::default()
        }
    }

    /// A folder that lives as long as the pod.
    pub fn scratch() -> Self {
        Self { empty_dir: Some(EmptyDir::default()), ..Self::default() }
    }

    /// The volume as Kubernetes takes it.
    pub fn volume(&self, name: &str) -> core::Volume {
        let string = ToString::to_string;
        core::Volume {
            name: name.to_owned(),
            empty_dir: self.empty_dir.as_ref().map(|dir| core::EmptyDirVolumeSource {
                medium: dir.memory.then(|| "Memory".to_owned()),
                size_limit: dir.size_limit.as_ref().map(|q| resource::Quantity(q.to_string())),
                ..core::EmptyDirVolumeSource::default()
            }),
            config_map: self.config.as_ref().map(|files| core::ConfigMapVolumeSource {
                name: files.name.to_string(),
                items: items(&files.items),
                default_mode: mode(files.mode.as_ref()),
                optional: files.optional.then_some(true),
                ..core::ConfigMapVolumeSource::default()
            }),
            secret: self.secret.as_ref().map(|files| core::SecretVolumeSource {
                secret_name: Some(files.name.to_string()),
                items: items(&files.items),
                default_mode: mode(files.mode.as_ref()),
                optional: files.optional.then_some(true),
                ..core::SecretVolumeSource::default()
            }),
            persistent_volume_claim: self.claim.as_ref().map(|claim| {
                core::PersistentVolumeClaimVolumeSource { claim_name: claim.to_string(), read_only: None }
            }),
            host_path: self.host_path.as_ref().map(|host| core::HostPathVolumeSource {
                path: host.path.to_string(),
                type_: host.r#type.clone(),
            }),
            projected: self.projected.as_ref().map(|sources| core::ProjectedVolumeSource {
                sources: Some(sources.iter().map(Projection::source).collect()),
                ..core::ProjectedVolumeSource::default()
            }),
            downward_api: self.downward.as_ref().map(|fields| core::DownwardAPIVolumeSource {
                items: Some(downward(fields)),
                ..core::DownwardAPIVolumeSource::default()
            }),
            ephemeral: self.ephemeral.as_ref().map(|claim| core::EphemeralVolumeSource {
                volume_claim_template: Some(core::PersistentVolumeClaimTemplate {
                    metadata: (!claim.labels.is_empty() || !claim.annotations.is_empty()).then(|| {
                        metav1::ObjectMeta {
                            labels: (!claim.labels.is_empty()).then(|| {
                                claim.labels.iter().map(|(k, v)| (k.to_owned(), v.to_string())).collect()
                            }),
                            annotations: (!claim.annotations.is_empty()).then(|| {
                                claim.annotations.iter().map(|(k, v)| (k.to_owned(), v.0.clone())).collect()
                            }),
                            ..metav1::ObjectMeta::default()
                        }
                    }),
                    spec: claim.spec(),
                }),
            }),
            csi: self.csi.as_ref().map(|csi| core::CSIVolumeSource {
                driver: csi.driver.clone(),
                read_only: csi.read_only.then_some(true),
                volume_attributes: (!csi.attributes.is_empty())
                    .then(|| csi.attributes.iter().map(|(k, v)| (k.to_owned(), v.clone())).collect()),
                ..core::CSIVolumeSource::default()
            }),
            nfs: self.nfs.as_ref().map(|nfs| core::NFSVolumeSource {
                server: nfs.server.clone(),
                path: string(&nfs.path),
                read_only: nfs.read_only.then_some(true),
            }),
            ..core::Volume::default()
        }
    }

    /// The kinds that are set, of which exactly one may be.
    pub fn kinds(&self) -> Vec<&'static str> {
        let set = [
            ("emptyDir", self.empty_dir.is_some()),
            ("config", self.config.is_some()),
            ("secret", self.secret.is_some()),
            ("claim", self.claim.is_some()),
            ("hostPath", self.host_path.is_some()),
            ("projected", self.projected.is_some()),
            ("downward", self.downward.is_some()),
            ("ephemeral", self.ephemeral.is_some()),
            ("csi", self.csi.is_some()),
            ("nfs", self.nfs.is_some()),
        ];
        set.into_iter().filter(|(_, set)| *set).map(|(name, _)| name).collect()
    }

    /// Adds what the volume refers to.
    pub fn needs(&self, at: &At<'_>, needs: &mut Needs) {
        files_need(&at.key("config"), self.config.as_ref(), false, needs);
        files_need(&at.key("secret"), self.secret.as_ref(), true, needs);
        if let Some(claim) = &self.claim {
            needs.push(&at.key("claim"), Need::Claim { name: claim.to_string() });
        }
        for (n, source) in self.projected.iter().flatten().enumerate() {
            let at = at.key("projected");
            let at = at.index(n);
            files_need(&at.key("config"), source.config.as_ref(), false, needs);
            files_need(&at.key("secret"), source.secret.as_ref(), true, needs);
        }
    }
}

fn files_need(at: &At<'_>, files: Option<&Short<Files>>, secret: bool, needs: &mut Needs) {
    let Some(files) = files else { return };
    let need = |key: Option<String>| {
        let name = files.name.to_string();
        if secret { Need::Secret { name, key } } else { Need::Config { name, key } }
    };
    needs.push(at, need(None));
    if !files.optional {
        for key in files.items.keys() {
            needs.push(&at.key("items").key(key), need(Some(key.to_owned())));
        }
    }
}
