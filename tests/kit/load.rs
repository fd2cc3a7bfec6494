//! Load tests: k6's scripts are run by Node with modules that stand in for k6's, and Locust's file by
//! Python with one that stands in for Locust; both say what they would ask, and how often.

use super::bench::projects;
use super::judged::on_path;
use crate::judges::run;
use crate::kgen::root;
use crate::projects::Project;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Platforms with load tests.
fn loaded() -> Vec<Project> {
    let found: Vec<_> =
        projects().into_iter().filter(|project| project.out.join("ops/load/load.json").is_file()).collect();
    assert!(!found.is_empty(), "no platform has load tests");
    found
}

fn figures(project: &Project) -> Value {
    serde_json::from_str(&fs::read_to_string(project.out.join("ops/load/load.json")).unwrap()).unwrap()
}

/// Copies the scripts into a folder with modules that stand in for those of k6, and runs one of them.
fn k6(node: &Path, project: &Project, script: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    for name in ["platform.js", "smoke.js", "load.js", "stress.js", "spike.js", "load.json"] {
        fs::copy(project.out.join("ops/load").join(name), folder.path().join(name)).unwrap();
    }
    let module = folder.path().join("node_modules/k6");
    fs::create_dir_all(&module).unwrap();
    let write = |path: &Path, text: &str| fs::write(path, text).unwrap();
    write(&folder.path().join("package.json"), r#"{"type": "module"}"#);
    write(
        &module.join("package.json"),
        r#"{"type": "module", "exports": {".": "./k6.js", "./http": "./http.js"}}"#,
    );
    write(
        &module.join("k6.js"),
        "export const check = (answer, checks) => Object.values(checks).every((one) => one(answer));\n\
         export const sleep = (seconds) => { if (!(seconds >= 0)) throw new Error(`sleep ${seconds}`); };\n",
    );
    write(
        &module.join("http.js"),
        "export const asked = [];\n\
         export default { request: (method, url, body, more) => {\n\
           asked.push({ method, url, body, tags: more.tags }); return { status: 200 }; } };\n",
    );
    write(
        &folder.path().join("run.js"),
        "import { readFileSync } from 'node:fs';\n\
         import { asked } from 'k6/http';\n\
         globalThis.__ENV = {};\n\
         globalThis.open = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');\n\
         const script = await import(process.argv[2]);\n\
         for (let n = 0; n < 2000; n++) script.default();\n\
         console.log(JSON.stringify({ options: script.options, asked }));\n",
    );
    let said = run(Command::new(node).arg("run.js").arg(format!("./{script}")).current_dir(folder.path()));
    serde_json::from_str(&said.unwrap()).unwrap()
}

#[test]
fn k6_asks_what_the_users_do_and_holds_it_to_the_objectives() {
    let Some(node) = on_path("node") else { return };
    for project in loaded() {
        let load = figures(&project);
        for script in ["smoke.js", "load.js", "stress.js", "spike.js"] {
            let ran = k6(&node, &project, script);
            let asked = ran["asked"].as_array().unwrap();
            assert_eq!(asked.len(), 2000);
            for user in load["users"].as_array().unwrap() {
                let own = asked.iter().filter(|one| one["tags"]["user"] == user["name"]).count();
                let all: f64 = load["users"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|user| user["share"].as_f64().unwrap())
                    .sum();
                let expected = 2000.0 * user["share"].as_f64().unwrap() / all;
                let off = (f64::from(u32::try_from(own).unwrap()) - expected).abs();
                assert!(off < 120.0, "{} {script}: {} asks {own} of {expected}", project.name, user["name"]);
            }
            let url = load["url"].as_str().unwrap();
            assert!(asked.iter().all(|one| one["url"].as_str().unwrap().starts_with(url)));
            for (metric, list) in load["thresholds"].as_object().unwrap() {
                let kept = serde_json::to_string(&ran["options"]["thresholds"][metric]).unwrap();
                for threshold in list.as_array().unwrap() {
                    assert!(kept.contains(threshold.as_str().unwrap()), "{script}: {metric} {kept}");
                }
            }
        }
    }
}

#[test]
fn k6_loads_as_much_as_is_stated() {
    let Some(node) = on_path("node") else { return };
    let project = Project::new(&root().join("examples/kit"));
    let smoke = k6(&node, &project, "smoke.js");
    let scenario = &smoke["options"]["scenarios"]["smoke"];
    assert_eq!((&scenario["vus"], &scenario["duration"]), (&100.into(), &"30s".into()));
    let load = k6(&node, &project, "load.js");
    let scenario = &load["options"]["scenarios"]["load"];
    assert_eq!((&scenario["stages"][1]["target"], &scenario["maxVUs"]), (&2000.into(), &500.into()));
    let stress = k6(&node, &project, "stress.js");
    let scenario = &stress["options"]["scenarios"]["stress"];
    let stages = scenario["stages"].as_array().unwrap();
    assert_eq!(stages.last().unwrap()["target"], 6000);
    assert_eq!(stress["options"]["thresholds"]["http_req_failed"][0]["abortOnFail"], true);
    let spike = k6(&node, &project, "spike.js");
    let stages = &spike["options"]["scenarios"]["spike"]["stages"];
    assert_eq!(
        (&stages[0]["target"], &stages[1]["target"], &stages[1]["duration"]),
        (&200.into(), &2000.into(), &"10s".into())
    );
}

const LOCUST: &str = "
import json, os, sys, types

locust = types.ModuleType('locust')
class FastHttpUser:
    abstract = True
class LoadTestShape:
    def get_run_time(self):
        return self.now
locust.FastHttpUser, locust.LoadTestShape = FastHttpUser, LoadTestShape
locust.between = lambda least, most: (least, most)
locust.task = lambda function: function
sys.modules['locust'] = locust
sys.dont_write_bytecode = True
path = sys.argv[1]
module = {'__file__': path, '__name__': 'locustfile'}
exec(compile(open(path).read(), path, 'exec'), module)

asked = []
class Client:
    def request(self, method, path, **more):
        asked.append(method + ' ' + path)
users = {}
for name, value in module.items():
    if isinstance(value, type) and issubclass(value, FastHttpUser) and value.__module__ != '__main__' and value.requests:
        user = value()
        user.client = Client()
        for _ in range(50):
            user.visit()
        users[name] = {'weight': value.weight, 'wait': value.wait_time}
shape = module['Shape']()
counts = []
for second in range(0, 3000, 60):
    shape.now = second
    tick = shape.tick()
    if tick is None:
        break
    counts.append(tick[0])
print(json.dumps({'users': users, 'asked': sorted(set(asked)), 'counts': counts}))
";

#[test]
fn locust_has_the_users_and_the_shapes() {
    let Some(python) = on_path("python3") else { return };
    for project in loaded() {
        let load = figures(&project);
        let most = load["virtualUsers"].as_i64().unwrap();
        for (shape, peak) in [("steps", most), ("wave", most), ("spike", most)] {
            let mut command = Command::new(&python);
            command.args(["-c", LOCUST]).arg(project.out.join("ops/load/locustfile.py")).env("SHAPE", shape);
            let ran: Value = serde_json::from_str(&run(&mut command).unwrap()).unwrap();
            let users = ran["users"].as_object().unwrap();
            assert_eq!(users.len(), load["users"].as_array().unwrap().len(), "{users:?}");
            let asked = load["users"]
                .as_array()
                .unwrap()
                .iter()
                .flat_map(|user| user["requests"].as_array().unwrap());
            for request in asked {
                let line =
                    format!("{} {}", request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
                assert!(ran["asked"].as_array().unwrap().contains(&line.clone().into()), "{line}");
            }
            let counts: Vec<_> =
                ran["counts"].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect();
            assert_eq!(*counts.iter().max().unwrap(), peak, "{shape}: {counts:?}");
            assert!(*counts.iter().min().unwrap() <= most / 9, "{shape}: {counts:?}");
            assert!(counts.len() < 50, "{shape} does not end");
        }
    }
}

#[test]
fn the_compose_file_mounts_what_is_there_and_pins_its_images() {
    for project in loaded() {
        let text = fs::read_to_string(project.out.join("ops/load/compose.yaml")).unwrap();
        let mut compose: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        compose.apply_merge().unwrap();
        let services = compose["services"].as_mapping().unwrap();
        let names: Vec<_> = services.keys().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(names, ["influxdb", "grafana", "k6", "locust-master", "locust-worker"]);
        for (name, service) in services {
            let image = service["image"].as_str().unwrap();
            assert!(
                image.rsplit_once(':').is_some_and(|(_, tag)| tag.starts_with(|c: char| c.is_ascii_digit())),
                "{image}"
            );
            if name == "k6" || name == "locust-worker" {
                assert_eq!(service["volumes"][0], ".:/load:ro");
            }
        }
    }
}
