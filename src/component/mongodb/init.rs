//! The Job that makes the replica set.
//!
//! No init container can do it: it would end before the server starts. It is a plain Job of the release, not a hook
//! of Helm: `helm --wait` runs hooks only when all pods are ready, and services are not while they wait for the
//! database. A Job cannot change, so its name ends with a digest of what it does: `kubectl apply`, Kustomize and Helm
//! make a new Job for every change of the set, leave it alone otherwise, and the old one deletes itself.

use super::{Mongodb, Role, server};
use crate::component::readymade::{OwnConfig, Readymade};
use crate::k8s::Object;
use crate::pod::container::Resources;
use crate::pod::env::EnvValue;
use crate::scope::Scope;
use crate::value::Short;
use serde::Serialize;

const SCRIPT: &str = include_str!("../../../templates/mongodb/init.js");
const FOLDER: &str = "/etc/mongodb-init";

/// What the script is to reach.
#[derive(Serialize)]
struct Wanted<'a> {
    set: &'a str,
    members: Vec<String>,
    users: Vec<User<'a>>,
}

#[derive(Serialize)]
struct User<'a> {
    name: &'a str,
    database: &'a str,
    /// Variable that holds the password.
    password: String,
    roles: [&'static str; 1],
}

/// Label `app` of the Job's pods, which its name starts with.
pub(super) fn name(component: &str) -> String {
    format!("{component}-init")
}

/// The script and what it is to reach.
pub(super) fn config(mongodb: &Mongodb, name: &str) -> OwnConfig {
    let service = mongodb.service(name);
    let wanted = Wanted {
        set: mongodb.replica_set(),
        members: (0..mongodb.replicas()).map(|n| format!("{name}-{n}.{service}")).collect(),
        users: users(mongodb),
    };
    let set = serde_json::to_string_pretty(&wanted).expect("internal error: text is JSON") + "\n";
    let data = [("init.js".to_owned(), SCRIPT.to_owned()), ("set.json".to_owned(), set)].into();
    OwnConfig { name: self::name(name), data }
}

fn users(mongodb: &Mongodb) -> Vec<User<'_>> {
    if mongodb.password.is_none() {
        return Vec::new();
    }
    let root =
        User { name: mongodb.user(), database: "admin", password: variable(mongodb.user()), roles: ["root"] };
    let others = mongodb.users.iter().map(|(name, user)| User {
        name,
        database: &user.database,
        password: variable(name),
        roles: [match user.role {
            Role::Read => "read",
            Role::ReadWrite => "readWrite",
            Role::DbOwner => "dbOwner",
        }],
    });
    std::iter::once(root).chain(others).collect()
}

/// Name of the variable with a user's password.
fn variable(user: &str) -> String {
    format!("PASSWORD_{user}")
}

/// The Job.
pub(super) fn job(mongodb: &Mongodb, component: &str, set: &OwnConfig, scope: &Scope) -> Vec<Object> {
    let resources = Resources::of("100m", "256Mi", "500m", "512Mi");
    let mut made = Readymade::new(mongodb.image(), server::USER, resources, &mongodb.pod.beside());
    made.workload.labels = mongodb.labels.clone();
    made.once(mongodb.names.service_account.as_deref().unwrap_or(component));
    let script = format!("{FOLDER}/init.js");
    made.container.command =
        Some(["mongosh", "--nodb", "--quiet", "--norc", &script].map(ToOwned::to_owned).into());
    made.env("HOME", "/tmp");
    let namespace = EnvValue { field: Some("metadata.namespace".to_owned()), ..EnvValue::default() };
    made.container.env.insert("NAMESPACE", Short(namespace));
    if let (Some(password), Some(key)) = (&mongodb.password, &mongodb.key_file) {
        made.secret_env(&variable(mongodb.user()), password);
        for (name, user) in mongodb.users.iter() {
            made.secret_env(&variable(name), &user.password);
        }
        server::mount_key(&mut made, key);
    }
    made.config("set", FOLDER, set);
    made.job_of(component, &name(component), scope)
}
