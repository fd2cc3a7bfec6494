//! `docs/images.md` names every image that kgen chooses, with the user and the folders that it gets: the rows are those
//! of the committed output, no more and no fewer.

use crate::kgen::{files, root};
use crate::projects;
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How the containers of an image run.
#[derive(Debug, Default, PartialEq)]
struct Run {
    /// `USER:GROUP` of each.
    users: BTreeSet<String>,
    /// Where they may write.
    writes: BTreeSet<String>,
}

/// A row of the table.
struct Row {
    image: String,
    run: Run,
    /// Repository and file that say so.
    stated: String,
    /// What was seen of it.
    seen: String,
}

#[test]
fn the_table_of_images_says_what_is_rendered() {
    let rows = rows();
    let mut rendered: BTreeMap<String, Run> = BTreeMap::new();
    for project in projects::all() {
        let text = std::fs::read_to_string(project.folder.join("platform.yaml")).unwrap();
        let spec: Value = serde_yaml::from_str(&text).unwrap();
        for folder in ["raw", "ops/load"].map(|folder| project.out.join(folder)) {
            if !folder.is_dir() {
                continue;
            }
            let yaml = |path: &Path| path.extension().is_some_and(|end| end == "yaml");
            for (path, bytes) in files(&folder).into_iter().filter(|(path, _)| yaml(path)) {
                // An author knows what a service of the platform runs; what a component runs, kgen does.
                let component = path.iter().nth(1).and_then(|name| name.to_str()).unwrap_or_default();
                if spec["services"].get(component).is_some() {
                    continue;
                }
                for (image, pod, container) in containers(&bytes) {
                    // A component's image that the author names is kgen's choice only where it is the default.
                    if !text.contains(&image) || rows.iter().any(|row| row.image == image) {
                        add(rendered.entry(image).or_default(), &pod, &container);
                    }
                }
            }
        }
    }
    for row in &rows {
        let (image, wanted) = (&row.image, &row.run);
        let actual =
            rendered.get(image).unwrap_or_else(|| panic!("`{image}` has a row, and nothing runs it"));
        assert_eq!(wanted, actual, "the row of `{image}`");
        assert!(row.stated.contains('/') && !row.seen.is_empty(), "`{image}` has its evidence");
    }
    // Another version of an image is not another image.
    let known: BTreeSet<_> = rows.iter().map(|row| repository(&row.image)).collect();
    assert_eq!(known.len(), rows.len(), "an image has one row");
    let missing: Vec<_> = rendered.keys().filter(|image| !known.contains(repository(image))).collect();
    assert!(missing.is_empty(), "images without a row in docs/images.md: {missing:?}");
}

fn repository(image: &str) -> &str {
    image.rsplit_once(':').map_or(image, |(repository, _)| repository)
}

/// The containers of the objects of a file, with their images and pods.
fn containers(bytes: &[u8]) -> Vec<(String, Value, Value)> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_slice(bytes) {
        let object = <Value as serde::Deserialize>::deserialize(document).unwrap();
        let owner = if object["kind"] == "CronJob" { &object["spec"]["jobTemplate"] } else { &object };
        let pod = &owner["spec"]["template"]["spec"];
        for container in
            ["initContainers", "containers"].iter().filter_map(|list| pod[*list].as_sequence()).flatten()
        {
            if let Some(image) = container["image"].as_str() {
                found.push((image.to_owned(), pod.clone(), container.clone()));
            }
        }
    }
    found
}

fn add(run: &mut Run, pod: &Value, container: &Value) {
    let context = &container["securityContext"];
    assert_eq!(context["readOnlyRootFilesystem"], true, "{container:?}");
    assert_eq!(context["capabilities"]["drop"][0], "ALL", "{container:?}");
    let id = |key| context[key].as_u64().or_else(|| pod["securityContext"][key].as_u64());
    let number = |key| id(key).map_or_else(|| "?".to_owned(), |id| id.to_string());
    run.users.insert(format!("{}:{}", number("runAsUser"), number("runAsGroup")));
    let mounts = container["volumeMounts"].as_sequence().into_iter().flatten();
    let open = mounts.filter(|mount| mount["readOnly"] != true);
    run.writes.extend(open.map(|mount| mount["mountPath"].as_str().unwrap().to_owned()));
}

/// The rows of the table whose first cell is an image.
fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("docs/images.md")).unwrap();
    let list = |cell: &str| cell.split(", ").map(|word| word.trim_matches('`').to_owned()).collect();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")).map(|line| {
        let cells: Vec<_> = line.trim_end_matches(" |").split(" | ").collect();
        let [image, users, writes, stated, seen] = cells[..] else { panic!("five cells: {line}") };
        Row {
            image: image.trim_end_matches('`').to_owned(),
            run: Run { users: list(users), writes: list(writes) },
            stated: stated.to_owned(),
            seen: seen.to_owned(),
        }
    });
    rows.collect()
}
