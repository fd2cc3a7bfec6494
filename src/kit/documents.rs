//! The documents: how a platform is deployed and operated, with the names that its objects have.

use super::inventory::{Content, Needed};
use super::lines::{self, block};
use super::{Made, Whole, cluster, load};
use crate::fill::fill;
use crate::header::kit::Form;
use std::fmt::Write as _;

const README: &str = include_str!("../../templates/ops/docs/README.md");
const DEPLOYMENT: &str = include_str!("../../templates/ops/docs/deployment.md");
const RUNBOOK: &str = include_str!("../../templates/ops/docs/runbook.md");
const QUICK: &str = include_str!("../../templates/ops/docs/quick-reference.md");

/// The documents; `made` are the other files of the kit.
pub(super) fn files(kit: &Whole<'_>, made: &[Made]) -> Vec<Made> {
    let Some(main) = kit.main() else { return Vec::new() };
    vec![
        Made::text("README.md", readme(kit, main, made)),
        Made::text("docs/deployment.md", deployment(kit, main)),
        Made::text("docs/runbook.md", runbook(kit, main)),
        Made::text("docs/quick-reference.md", quick(kit, main)),
    ]
}

/// What the files of a kit are for, by the beginning of their paths.
const PURPOSES: &[(&str, &str, &str)] = &[
    ("deploy.sh", "[`deploy.sh`](deploy.sh)", "deploying, updating, rolling back, status and taking away"),
    (
        "cluster.sh",
        "[`cluster.sh`](cluster.sh)",
        "making the cluster, from the one that manages it; `../cluster/` is for that one",
    ),
    (
        "build-images.sh",
        "[`build-images.sh`](build-images.sh)",
        "building and pushing the platform's own images",
    ),
    ("docker/", "[`docker/`](docker)", "Dockerfiles of those images whose source has none"),
    ("secrets/", "[`secrets/`](secrets)", "the secrets that must be there first, without their values"),
    (
        "ci/",
        "[`ci/deploy.yml`](ci/deploy.yml)",
        "the workflow for GitHub Actions: check, build, deploy, undo",
    ),
    (".env.example", "[`.env.example`](.env.example)", "settings that the scripts read from `.env`"),
    ("load/", "[`load/`](load)", "load tests for k6 and Locust, and a Compose file that runs them"),
    ("docs/", "[`docs/`](docs)", "the deployment guide, the runbook and the quick reference"),
];

fn readme(kit: &Whole<'_>, main: &Content, made: &[Made]) -> String {
    let mut rows = String::new();
    for (start, name, purpose) in PURPOSES {
        let secrets = *start == "secrets/" && !main.secrets.is_empty();
        if secrets || *start == "docs/" || made.iter().any(|file| file.path.starts_with(start)) {
            let _ = writeln!(rows, "| {name} | {purpose} |");
        }
    }
    let mut environments = String::new();
    for (content, platform) in kit.contents.iter().zip(kit.platforms) {
        let _ = writeln!(
            environments,
            "| {0} | `{1}` | {2} | `out/ops/deploy.sh deploy {0}` |",
            content.name,
            content.namespace,
            lines::shown(platform.pods)
        );
    }
    fill(
        README,
        &[
            ("PLATFORM", &kit.outline.platform),
            ("SPEC", &kit.outline.spec),
            ("ENVIRONMENT", &main.name),
            ("NAMESPACE", &main.namespace),
            ("FILES", rows.trim_end()),
            ("ENVIRONMENTS", environments.trim_end()),
        ],
    )
}

fn deployment(kit: &Whole<'_>, main: &Content) -> String {
    let others: Vec<_> = kit
        .contents
        .iter()
        .filter(|content| content.name != main.name)
        .map(|content| format!("`{}` in `{}`", content.name, content.namespace))
        .collect();
    let others = if others.is_empty() { "there is none".to_owned() } else { others.join(", ") };
    let waves = main.waves.iter().enumerate().fold(String::new(), |mut out, (n, wave)| {
        let _ = writeln!(out, "{}. {}", n + 1, wave.folders.join(", "));
        out
    });
    let how = match kit.spec.form {
        Form::Raw => "This applies everything in waves, and waits for each before the next.",
        Form::Kustomize => "This applies the overlay of the environment, and waits.",
        Form::Helm => {
            "This installs the chart, or upgrades the release, with the values of the environment, and waits."
        }
    };
    let ask = lines::ask(main, 3);
    let ask = if ask.is_empty() {
        String::new()
    } else {
        format!("\nEach of these waits for a port of its own, asks, and ends:\n\n{}", block(&ask))
    };
    fill(
        DEPLOYMENT,
        &[
            ("PLATFORM", &kit.outline.platform),
            ("SPEC", &kit.outline.spec),
            ("ENVIRONMENT", &main.name),
            ("NAMESPACE", &main.namespace),
            ("OTHERS", &others),
            ("CLUSTER", &cluster::guide(kit, main)),
            ("NEEDS", needs(kit, main).trim_end()),
            ("NAMESPACES", &namespaces(main)),
            // The chart holds those beside the release's, which are there by now.
            ("ADOPT", if main.namespaces.is_empty() { "" } else { " --take-ownership" }),
            ("AND_SECRETS", if main.secrets.is_empty() { "" } else { " and the secrets" }),
            ("SECRETS", &secrets(main)),
            ("IMAGES", &images(kit, main)),
            ("HOW", how),
            ("WAVES", waves.trim_end()),
            ("VERIFY", &lines::statuses(main).join("\n")),
            ("ASK", &ask),
            ("DESTROY", destroy(kit, main).trim_end()),
        ],
    )
}

/// How it is taken away: a release takes its claims with it, whatever was wanted.
fn destroy(kit: &Whole<'_>, main: &Content) -> String {
    let command = format!("out/ops/deploy.sh destroy {} --yes", main.name);
    let all = block(&[format!("{command} --with-data")]);
    if kit.spec.form == Form::Helm {
        return format!(
            "A release takes its claims with it: this deletes the data too, and the namespace with the secrets.\n\n{all}"
        );
    }
    let kept =
        "The namespace and the claims stay, and with them the data and the secrets. This takes them too:";
    format!("{}\n{kept}\n\n{all}", block(&[command]))
}

/// What must be installed, as a list.
fn needs(kit: &Whole<'_>, main: &Content) -> String {
    let mut out = format!("* Kubernetes {} or newer\n", kit.outline.kubernetes);
    for (version, kinds) in main.foreign_kinds() {
        let kinds: Vec<_> = kinds.into_iter().map(|kind| format!("`{kind}`")).collect();
        let _ = writeln!(out, "* what brings {} of `{version}`", kinds.join(", "));
    }
    let classes =
        main.kind("Ingress").filter_map(|entry| entry.tree.at(&["spec", "ingressClassName"])?.as_str());
    for class in classes.collect::<std::collections::BTreeSet<_>>() {
        let _ = writeln!(out, "* an ingress controller of the class `{class}`");
    }
    if main.kind("HorizontalPodAutoscaler").next().is_some() {
        out += "* a metrics server, which the autoscalers ask\n";
    }
    if lines::claims(main) {
        out += "* a storage class that makes volumes for claims\n";
    }
    out
}

/// The files of the namespaces, as options of kubectl.
fn namespaces(main: &Content) -> String {
    let beside = main.namespaces.iter().map(|(_, file)| file.as_str());
    let files = std::iter::once("cluster/namespace.yaml").chain(beside);
    files.map(|file| format!("-f out/raw/{}/{file}", main.name)).collect::<Vec<_>>().join(" ")
}

fn secrets(main: &Content) -> String {
    if main.secrets.is_empty() {
        return String::new();
    }
    let mut out = "\nNo file here holds secrets. Fill a copy of each template with an editor, apply it, and delete it:\n\n".to_owned();
    out += "| Secret | Keys |\n|---|---|\n";
    let mut commands = Vec::new();
    for Needed { name, namespace, keys } in &main.secrets {
        let keys: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(out, "| `{name}` | {} |", keys.join(", "));
        commands.push(format!("cp out/ops/secrets/{name}.yaml.example {name}.yaml"));
        commands.push(format!("kubectl apply -n {namespace} -f {name}.yaml"));
        commands.push(format!("rm {name}.yaml"));
    }
    out + "\n" + &block(&commands)
}

fn images(kit: &Whole<'_>, main: &Content) -> String {
    if kit.spec.images.is_empty() {
        return String::new();
    }
    let commands =
        ["out/ops/build-images.sh --push >pins".to_owned(), format!("kgen render {} $(cat pins)", main.name)];
    format!(
        "\n## Images\n\nThe platform builds {} itself. `--registry` and `--tag` say where to and as what; the digests that come \
         back pin what is deployed:\n\n{}",
        kit.spec.images.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        block(&commands)
    )
}

fn runbook(kit: &Whole<'_>, main: &Content) -> String {
    let update = lines::updates(kit, main);
    let update = if update.is_empty() {
        String::new()
    } else {
        format!(" Another image at once, until the next deploy:\n\n{}", block(&update).trim_end())
    };
    let ask = lines::ask(main, 12);
    let ask = if ask.is_empty() {
        String::new()
    } else {
        format!("\nOne request, without a port that stays:\n\n{}", block(&ask))
    };
    let peers = lines::peers(main, kit.platform_of(main));
    let peers = if peers.is_empty() {
        String::new()
    } else {
        format!(
            "\nFrom one service to another, as its pods see it: a container beside the caller asks, under the same rules of \
             the network.\n\n{}",
            block(&peers)
        )
    };
    fill(
        RUNBOOK,
        &[
            ("PLATFORM", &kit.outline.platform),
            ("SPEC", &kit.outline.spec),
            ("ENVIRONMENT", &main.name),
            ("NAMESPACE", &main.namespace),
            ("LOGS", &lines::logs(main).join("\n")),
            ("SCALE", lines::scale(main).trim_end()),
            ("UPDATE", &update),
            ("ROLLBACK", &lines::rollbacks(kit, main).join("\n")),
            ("FORWARD", &lines::forwards(main).join("\n")),
            ("ASK", &ask),
            ("PEERS", &peers),
            ("HEAL", &lines::heal(main).join("\n")),
            ("SECRETS", &rotation(main)),
            ("JOBS", &jobs(main)),
            ("LOAD", &load::chapter(kit, main)),
        ],
    )
}

/// How a secret gets new values.
fn rotation(main: &Content) -> String {
    let mut out = String::new();
    for Needed { name, namespace, .. } in &main.secrets {
        let readers = lines::readers(main, name);
        if readers.is_empty() {
            continue;
        }
        if out.is_empty() {
            out += "\n## New values of a secret\n\nApply a filled copy of the template as before the first deploy; pods read it when \
                    they start. A database keeps the password that it was made with: change it there first.\n";
        }
        let restarts: Vec<_> =
            readers.iter().map(|reader| format!("kubectl -n {namespace} rollout restart {reader}")).collect();
        let _ = write!(out, "\n`{name}`:\n\n{}", block(&restarts));
    }
    out
}

/// What runs at times, and how it runs now.
fn jobs(main: &Content) -> String {
    let commands: Vec<_> = main
        .kind("CronJob")
        .filter(|entry| entry.id.namespace.is_none())
        .map(|entry| {
            format!("kubectl -n {0} create job {1}-now --from=cronjob/{1}", main.namespace, entry.id.name)
        })
        .collect();
    if commands.is_empty() {
        return String::new();
    }
    format!("\n## What runs at given times\n\nNow instead of then:\n\n{}", block(&commands))
}

fn quick(kit: &Whole<'_>, main: &Content) -> String {
    let hosts = lines::hosts(main);
    let hosts =
        if hosts.is_empty() { String::new() } else { format!("\nFrom outside: {}.\n", hosts.join(", ")) };
    let scalers = lines::scalers(main);
    let scalers =
        if scalers.is_empty() { String::new() } else { format!("\n# Autoscalers\n{}\n", scalers.join("\n")) };
    let first = lines::own(kit, main).first().map_or("--all", |entry| entry.id.name.as_str());
    fill(
        QUICK,
        &[
            ("PLATFORM", &kit.outline.platform),
            ("SPEC", &kit.outline.spec),
            ("ENVIRONMENT", &main.name),
            ("NAMESPACE", &main.namespace),
            ("WORKLOADS", &lines::table(main).join("\n")),
            ("HOSTS", &hosts),
            ("FIRST", first),
            ("ROLLOUTS", &lines::statuses(main).join("\n")),
            ("LOGS", &lines::logs(main).join("\n")),
            ("FORWARD", &lines::forwards(main).join("\n")),
            ("SCALERS", &scalers),
        ],
    )
}
