//! Services: whatever runs an image of the platform's own, as any kind of workload.

use super::{Component, Files};
use crate::diagnostic::{At, Check};
use crate::k8s::Object;
use crate::load::{self, DecodeError};
use crate::needs::{Needs, Offer};
use crate::pod::Pod;
use crate::pod::container::Container;
use crate::scope::{RouteTo, Scope};
use crate::source::{NodeId, Sources};
use crate::workload::{Blueprint, Workload};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::any::Any;
use std::rc::Rc;

/// A service: its container, its pod and how they are run stand side by side in one map. Environments seldom change
/// more than one of them.
#[derive(Debug)]
struct Service {
    container: Rc<Container>,
    pod: Rc<Pod>,
    workload: Rc<Workload>,
}

impl Service {
    fn blueprint<'a>(&'a self, name: &'a str) -> Blueprint<'a> {
        Blueprint {
            component: name,
            name,
            container: &self.container,
            pod: &self.pod,
            workload: &self.workload,
            counted: false,
        }
    }
}

/// The schema of a service: the fields of its three parts in one map.
pub fn schema(generator: &mut SchemaGenerator) -> Schema {
    let mut properties = serde_json::Map::new();
    for part in
        [Container::json_schema(generator), Workload::json_schema(generator), Pod::json_schema(generator)]
    {
        if let Some(serde_json::Value::Object(fields)) = part.get("properties") {
            properties.extend(fields.clone());
        }
    }
    // Says nothing about a main container, which always starts last.
    properties.shift_remove("restartPolicy");
    json_schema!({
        "type": "object",
        "description": "A service: an image, how it is run and how it is reached.",
        "properties": properties,
        "required": ["image"],
        "additionalProperties": false,
    })
}

/// Decodes a service from its map.
pub fn decode(sources: &Sources, node: NodeId) -> Result<Box<dyn Component>, DecodeError> {
    Ok(Box::new(Service {
        container: Rc::new(load::decode(sources, node)?),
        pod: Rc::new(load::decode(sources, node)?),
        workload: Rc::new(load::decode(sources, node)?),
    }))
}

/// Holds what is the same once.
fn share<T: PartialEq>(one: &mut Rc<T>, other: &Rc<T>) {
    if one == other {
        *one = Rc::clone(other);
    }
}

impl Component for Service {
    fn share(&mut self, other: &dyn Component) {
        if let Some(other) = (other as &dyn Any).downcast_ref::<Self>() {
            share(&mut self.container, &other.container);
            share(&mut self.pod, &other.pod);
            share(&mut self.workload, &other.workload);
        }
    }

    fn needs(&self, name: &str, at: &At<'_>, needs: &mut Needs) {
        self.container.needs(at, needs);
        self.pod.needs(at, needs);
        self.blueprint(name).needs(at, needs);
    }

    fn offer(&self, name: &str, _: &Files) -> Offer {
        Offer::Endpoint(self.blueprint(name).endpoint())
    }

    fn routes(&self, name: &str) -> Vec<RouteTo> {
        self.blueprint(name).routes()
    }

    fn check(&self, name: &str, at: &At<'_>, scope: &Scope, check: &mut Check<'_>) {
        crate::workload::check::check(&self.blueprint(name), at, scope, check);
    }

    fn objects(&self, name: &str, scope: &Scope) -> Vec<Object> {
        self.blueprint(name).objects(scope)
    }
}
