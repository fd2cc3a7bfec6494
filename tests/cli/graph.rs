//! `kgen graph`: the picture shows what the spec declares, and nothing hangs in the air.

use super::Folder;
use crate::kgen::{root, succeeds};
use crate::projects;
use insta::assert_snapshot;
use kgen::needs::Need;
use kgen::render::Project;
use std::collections::BTreeSet;

const SPEC: &str = "platform: shop
policy: { network: default-deny }
environments:
  prod: { services: { end: { notifies: null } } }
services:
  web: { image: acme/web:1, port: 8080, uses: [end, redis], routes: { edge: / }, probes: { readiness: { httpGet: / } } }
  end: { image: acme/end:1, port: 8081, uses: [postgres, internet:443], notifies: [web], metrics: {} }
postgres: { postgres: { storage: 1Gi, password: login/password } }
redis: { redis: {} }
secrets: { login: { keys: [password] } }
ingress: { edge: { host: shop.example.com } }
prometheus: { prometheus: {} }
";

#[test]
fn a_picture_shows_who_connects_to_whom() {
    let folder = Folder::new();
    folder.write("platform.yaml", SPEC);
    assert_snapshot!(folder.run("graph"), @r#"
    exit 0
    --- out
    ---
    title: shop
    ---
    flowchart LR
      subgraph g0["data stores"]
        c_postgres[("postgres")]
        c_prometheus[("prometheus")]
        c_redis[("redis")]
      end
      subgraph g1["services"]
        c_end["end"]
        c_web["web"]
      end
      subgraph g2["edge"]
        c_edge(["edge"])
      end
      outside(("outside"))
      c_edge -->|"/"| c_web
      c_end -->|"5432"| c_postgres
      c_end -.->|"8080"| c_web
      c_end -->|"443"| outside
      c_web -->|"8081"| c_end
      c_web -->|"6379"| c_redis
    "#);
    assert_snapshot!(folder.run("graph prod --format dot --metrics"), @r#"
    exit 0
    --- out
    digraph "shop, prod" {
      label="shop, prod"
      rankdir=LR
      node [shape=box]
      subgraph cluster_0 {
        label="data stores"
        "postgres" [shape=cylinder]
        "prometheus" [shape=cylinder]
        "redis" [shape=cylinder]
      }
      subgraph cluster_1 {
        label="services"
        "end"
        "web"
      }
      subgraph cluster_2 {
        label="edge"
        "edge" [shape=cds]
      }
      outside [shape=ellipse]
      "edge" -> "web" [label="/"]
      "end" -> "postgres" [label="5432"]
      "end" -> outside [label="443"]
      "prometheus" -> "end" [label="8081", style=dashed]
      "web" -> "end" [label="8081"]
      "web" -> "redis" [label="6379"]
    }
    "#);
}

#[test]
fn every_declared_connection_is_drawn_between_known_ends() {
    let mut drawn = 0;
    for project in projects::all() {
        let spec = project.folder.join("platform.yaml");
        let text = succeeds(root(), &["graph", "--metrics", "-p", spec.to_str().unwrap()]);
        let known: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.trim().split_once(['[', '(']))
            .map(|(id, _)| id)
            .chain(["outside"])
            .collect();
        let mut arrows = BTreeSet::new();
        for line in text.lines().filter(|line| line.contains("->")) {
            let words: Vec<_> = line.split_whitespace().collect();
            let (from, to) = (words[0], *words.last().unwrap());
            assert!(known.contains(from) && known.contains(to), "{line} of {text}");
            arrows.insert((from.to_owned(), to.to_owned()));
        }
        drawn += arrows.len();
        let loaded = Project::load(&spec, &[]).unwrap();
        let (base, _) = loaded.platforms.as_ref().unwrap();
        let id = |name: &str| format!("c_{}", name.replace('-', "_"));
        for part in base.parts.iter().filter(|part| known.contains(&*id(&part.name))) {
            for (_, need) in part.needs.iter() {
                if let Need::Component { name, .. } = need {
                    assert!(
                        arrows.contains(&(id(&part.name), id(name))),
                        "{}: {} to {name}",
                        project.name,
                        part.name
                    );
                }
            }
        }
        for route in &base.scope.routes {
            assert!(arrows.contains(&(id(&route.ingress), id(&route.component))), "{route:?}");
        }
    }
    assert!(drawn > 50, "{drawn} arrows");
}
