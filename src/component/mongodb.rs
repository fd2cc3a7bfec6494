//! MongoDB: a replica set, and the Job that initiates it.

use super::readymade::{self, KeptNames, OwnConfig, Readymade};
use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::needs::{Link, Needs, Offer};
use crate::pod::container::Resources;
use crate::pod::scheduling::Strength;
use crate::scope::Scope;
use crate::value::format::{EnvName, Name};
use crate::value::{Image, KeyRef, Keyed, Labels, ObjectName, Quantity, Scalar, Text, Version};
use crate::workload::tuning::Tuning;
use schemars::JsonSchema;
use serde::Deserialize;

mod init;
mod server;

/// A MongoDB replica set. A Job initiates it, adds and removes members, and makes the users. Clients name all members:
/// `mongodb://NAME-0.NAME:27017,NAME-1.NAME:27017,NAME-2.NAME:27017/DATABASE?replicaSet=rs0`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mongodb {
    /// MongoDB's version, 5.0 or newer; the default image is `mongo:VERSION`. Default: 8.0.13.
    #[serde(default)]
    version: Option<Version>,
    /// The whole image, if it is another one than the default; it needs `mongosh`, and runs as the user 999.
    #[serde(default)]
    image: Option<Image>,
    /// Members of the replica set, 1 to 7; an odd number survives most failures. Take members away one at a time, or the
    /// rest has no majority to agree to it. Default: 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 7))]
    replicas: Option<u32>,
    /// Size of each member's claim.
    storage: Quantity,
    /// Storage class of the claims. Default: that of the cluster.
    #[serde(default)]
    storage_class: Option<ObjectName>,
    /// Name of the claim template, which every claim's name starts with. Default: the component's name and `-data`.
    #[serde(default)]
    claim_name: Option<Text<Name>>,
    /// Name of the replica set, for the clients' option `replicaSet`; it cannot change later. Default: rs0.
    #[serde(default)]
    replica_set: Option<Text<Name>>,
    /// The user with all rights that the Job makes. Default: root.
    #[serde(default)]
    user: Option<Text<EnvName>>,
    /// That user's password: an entry of a secret, `NAME/KEY`. Default: none; who reaches the server may use it.
    #[serde(default)]
    password: Option<KeyRef>,
    /// The key by which members know each other: an entry of a secret, `NAME/KEY`, with 6 to 1024 characters of
    /// base64. Goes with `password`.
    #[serde(default)]
    key_file: Option<KeyRef>,
    /// Further users, with rights on one database each, by name. Goes with `password`.
    #[serde(default)]
    users: Keyed<EnvName, User>,
    /// Parameters of the server by name (`setParameter`). Default: the server's own.
    #[serde(default)]
    parameters: Keyed<EnvName, Scalar>,
    /// Whether members keep to different nodes. Default: soft.
    #[serde(default)]
    anti_affinity: Option<Strength>,
    /// Whether an exporter beside each member gives Prometheus metrics. Default: false.
    #[serde(default)]
    metrics: bool,
    /// CPU and memory of each member. Default: 250m and 1Gi requested, 1 and 2Gi at most.
    #[serde(default)]
    resources: Option<Resources>,
    /// Names of objects that must be kept.
    #[serde(default)]
    names: KeptNames,
    /// Labels of all objects and pods of the component.
    #[serde(default)]
    labels: Labels,
    /// Placement, identity and escapes.
    #[serde(default)]
    pod: Tuning,
}

/// A user with rights on one database, which is also where it logs in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct User {
    /// The database.
    database: Text<EnvName>,
    /// The password: an entry of a secret, `NAME/KEY`.
    password: KeyRef,
    /// What the user may do. Default: readWrite.
    #[serde(default)]
    role: Role,
}

/// What a user may do in its database.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Read.
    Read,
    /// Read and write documents, make collections and indexes.
    #[default]
    ReadWrite,
    /// Everything in the database, users included.
    DbOwner,
}

const PORT: u16 = 27017;
const EXPORTER_PORT: u16 = 9216;

impl Mongodb {
    fn replicas(&self) -> u32 {
        self.replicas.unwrap_or(3)
    }

    fn replica_set(&self) -> &str {
        self.replica_set.as_deref().unwrap_or("rs0")
    }

    fn user(&self) -> &str {
        self.user.as_deref().unwrap_or("root")
    }

    fn image(&self) -> Image {
        let version = self.version.as_ref().map_or("8.0.13", |version| &**version);
        readymade::image(self.image.as_ref(), &format!("mongo:{version}"))
    }

    fn resources(&self) -> Resources {
        self.resources.clone().unwrap_or_else(|| Resources::of("250m", "1Gi", "1", "2Gi"))
    }

    fn service(&self, name: &str) -> String {
        self.names.service.as_deref().unwrap_or(name).to_owned()
    }

    /// `mongod.conf`.
    fn config(&self, name: &str) -> OwnConfig {
        let data = [("mongod.conf".to_owned(), server::config(self))].into();
        OwnConfig { name: format!("{name}-config"), data }
    }

    fn server(&self, name: &str) -> Readymade {
        server::server(self, name)
    }
}

impl Component for Mongodb {
    fn needs(&self, _: &str, at: &At<'_>, needs: &mut Needs) {
        readymade::need_secret(&at.key("password"), self.password.as_ref(), needs);
        readymade::need_secret(&at.key("keyFile"), self.key_file.as_ref(), needs);
        let users = at.key("users");
        for (name, user) in self.users.iter() {
            readymade::need_secret(&users.key(name).key("password"), Some(&user.password), needs);
        }
        self.pod.pod().needs(&at.key("pod"), needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.server(name).endpoint(name))
    }

    fn links(&self, name: &str) -> Vec<Link> {
        [name.to_owned(), init::name(name)]
            .map(|from| Link { from, to: name.to_owned(), ports: vec![PORT] })
            .into()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        let alone = match (&self.password, &self.key_file) {
            (Some(_), None) => Some(("password", "keyFile", "members could not log in to each other")),
            (None, Some(_)) => Some(("keyFile", "password", "nobody could log in")),
            (None, None) if !self.users.is_empty() => {
                Some(("users", "password", "without it there are no logins at all"))
            }
            _ => None,
        };
        if let Some((field, missing, reason)) = alone {
            check
                .error(
                    "missing-field",
                    &at.key(field),
                    format!("`{name}` has `{field}` without `{missing}`: {reason}"),
                )
                .help(format!("add `{missing}: SECRET/KEY`, or remove `{field}`"));
        }
        self.server(name).check(name, at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        let labels = scope.labels(name, &self.labels);
        let set = init::config(self, name);
        let mut objects = vec![
            self.config(name).object(name, "configmap", labels.clone()),
            set.object(name, "configmap-init", labels),
        ];
        objects.extend(self.server(name).objects(name, scope));
        objects.extend(init::job(self, name, &set, scope));
        objects
    }
}
