//! Random specs from the published schema: right in shape, of any meaning.

use super::random::Random;
use serde_json::{Map, Value, json};

/// Names of components and of what they refer to: few, so that they meet.
const NAMES: &[&str] = &["a", "b", "web", "cart", "data", "app-config", "app-secrets"];

/// A random spec as JSON, which is YAML.
pub(super) fn random(schema: &Value, random: &mut Random) -> String {
    let mut spec = Maker { schema, random, left: 120 }.make(schema, 0);
    if let Value::Object(map) = &mut spec {
        map.insert("platform".to_owned(), json!("shop"));
    }
    spec.to_string()
}

struct Maker<'a, 'r> {
    schema: &'a Value,
    random: &'r mut Random,
    /// Fields that may still be set.
    left: u32,
}

impl Maker<'_, '_> {
    fn make(&mut self, at: &Value, depth: usize) -> Value {
        if let Some(name) = at["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
            return self.make(&self.schema["$defs"][name], depth);
        }
        for key in ["oneOf", "anyOf", "allOf"] {
            if let Some(options) = at[key].as_array() {
                let option = self.random.pick(options);
                return self.make(option, depth);
            }
        }
        if let Some(words) = at["enum"].as_array() {
            return self.random.pick(words).clone();
        }
        if !at["const"].is_null() {
            return at["const"].clone();
        }
        let types: Vec<&str> = match &at["type"] {
            Value::String(kind) => vec![kind],
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => vec!["string"],
        };
        match *self.random.pick(&types) {
            "object" => self.map(at, depth),
            "array" => {
                let count = if depth > 9 { 0 } else { self.random.below(3) };
                Value::Array((0..count).map(|_| self.make(&at["items"], depth + 1)).collect())
            }
            "integer" => self.integer(at),
            "number" => json!(self.random.below(2000)),
            "boolean" => json!(self.random.once_in(2)),
            "null" => Value::Null,
            _ => self.text(at),
        }
    }

    fn map(&mut self, at: &Value, depth: usize) -> Value {
        let mut map = Map::new();
        let required: Vec<&str> =
            at["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = at["properties"].as_object();
        // A handful of sections: the more there are, the surer is one of them to be wrong.
        let chance = if depth == 0 { properties.map_or(2, |all| all.len() / 5) } else { 6 };
        for (name, field) in properties.into_iter().flatten() {
            let wanted = self.left > 0 && depth < 9 && self.random.once_in(chance);
            if required.contains(&name.as_str()) || wanted {
                self.left = self.left.saturating_sub(1);
                map.insert(name.clone(), self.make(field, depth + 1));
            }
        }
        if at["additionalProperties"].is_object() && depth < 9 {
            for _ in 0..self.random.below(3) {
                let key = self.key(&at["propertyNames"]);
                self.left = self.left.saturating_sub(1);
                map.insert(key, self.make(&at["additionalProperties"], depth + 1));
            }
        } else if at["additionalProperties"] == json!(true) {
            map.insert("spec".to_owned(), json!({ "a": [1, true, "x", null, 1.5] }));
        }
        Value::Object(map)
    }

    fn key(&mut self, names: &Value) -> String {
        match names["format"].as_str() {
            Some("absolute-path") => self.random.pick(&["/data", "/tmp", "/etc/app"]).to_string(),
            Some("label-key") => self.random.pick(&["cpu", "memory", "example.com/a", "012"]).to_string(),
            Some("env-name" | "data-key") => self.random.pick(&["LOG_LEVEL", "URL", "PASSWORD"]).to_string(),
            Some("port-name") => self.random.pick(&["http", "grpc", "metrics"]).to_string(),
            _ => self.random.pick(NAMES).to_string(),
        }
    }

    fn integer(&mut self, at: &Value) -> Value {
        let bounds = [at["minimum"].as_i64(), at["maximum"].as_i64()];
        let edge = [0, 1, 2, 80, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, i64::MAX, -1];
        let number = match self.random.below(8) {
            0 => bounds[0].unwrap_or(0),
            1 => bounds[1].unwrap_or(1),
            2 => *self.random.pick(&edge),
            _ => i64::try_from(self.random.below(9)).unwrap_or(0).max(bounds[0].unwrap_or(0)),
        };
        json!(number)
    }

    fn text(&mut self, at: &Value) -> Value {
        if self.random.once_in(40) {
            return json!(self.random.odd());
        }
        let examples: Vec<&str> =
            at["examples"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        match at["format"].as_str() {
            Some("name" | "object-name" | "use") => json!(*self.random.pick(NAMES)),
            Some("key-reference") => {
                json!(*self.random.pick(&["app-config/LOG_LEVEL", "app-secrets/PASSWORD", "web/URL"]))
            }
            Some("port-reference") => json!(*self.random.pick(&["http", "8080", "grpc"])),
            _ if !examples.is_empty() => json!(*self.random.pick(&examples)),
            _ => json!(*self.random.pick(&[
                "a",
                "info",
                "$(URL)",
                "1",
                "status.podIP",
                "line\nline\n",
                "RuntimeDefault"
            ])),
        }
    }
}
