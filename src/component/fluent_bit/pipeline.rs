//! The file that Fluent Bit reads: from the files of logs, with what Kubernetes knows, to where they are kept.

use super::{LOGS, Logs, PORT, STATE, Target};
use crate::component::readymade::text::{map, yaml};
use crate::k8s::NAMESPACE;
use crate::tree::{Map, Tree};

/// Its text.
pub(super) fn text(name: &str, logs: Logs, target: &Target) -> String {
    let files = match logs {
        Logs::Namespace => format!("{LOGS}/containers/*_{NAMESPACE}_*.log"),
        Logs::Cluster => format!("{LOGS}/containers/*.log"),
    };
    let input = map([
        ("name", "tail".into()),
        ("tag", "kube.*".into()),
        ("path", files.into()),
        // Its own lines about lines that it could not send would never end.
        ("exclude_path", format!("{LOGS}/containers/{name}-*.log").into()),
        ("multiline.parser", "docker, cri".into()),
        ("db", format!("{STATE}/tail.db").into()),
        ("mem_buf_limit", "16MB".into()),
        ("skip_long_lines", true.into()),
    ]);
    let filter = map([
        ("name", "kubernetes".into()),
        ("match", "kube.*".into()),
        ("merge_log", true.into()),
        ("keep_log", false.into()),
        ("annotations", false.into()),
        ("k8s-logging.parser", true.into()),
        ("k8s-logging.exclude", true.into()),
    ]);
    let pipeline = map([
        ("inputs", Tree::List(vec![input])),
        ("filters", Tree::List(vec![filter])),
        ("outputs", Tree::List(vec![output(target)])),
    ]);
    let service = map([
        ("flush", 1.into()),
        ("log_level", "info".into()),
        ("http_server", true.into()),
        ("http_port", i64::from(PORT).into()),
        ("health_check", true.into()),
    ]);
    yaml(&map([("service", service), ("pipeline", pipeline)]))
}

fn output(target: &Target) -> Tree {
    let mut output = Map::new();
    let mut set = |key: &'static str, value: Tree| output.push(key, value);
    match target {
        Target::Loki { host, port } => {
            set("name", "loki".into());
            set("match", "kube.*".into());
            set("host", host.as_str().into());
            set("port", i64::from(*port).into());
            set("labels", "job=fluent-bit".into());
            let labels = [
                "$kubernetes['namespace_name']",
                "$kubernetes['labels']['app']",
                "$kubernetes['container_name']",
            ];
            set("label_keys", labels.join(",").into());
            set("line_format", "json".into());
        }
        Target::Elasticsearch { host, port, password } => {
            set("name", "es".into());
            set("match", "kube.*".into());
            set("host", host.as_str().into());
            set("port", i64::from(*port).into());
            if *password {
                set("http_user", "elastic".into());
                set("http_passwd", "${ELASTIC_PASSWORD}".into());
            }
            // One index a day, so that old days can be deleted.
            set("logstash_format", true.into());
            set("logstash_prefix", "logs".into());
            set("suppress_type_name", true.into());
            set("replace_dots", true.into());
        }
    }
    set("retry_limit", false.into());
    Tree::Map(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_own_namespace_is_read_unless_all_are_wanted() {
        let loki = Target::Loki { host: "loki".to_owned(), port: 3100 };
        assert!(
            text("shipper", Logs::Namespace, &loki)
                .contains(&format!("/var/log/containers/*_{NAMESPACE}_*.log"))
        );
        assert!(text("shipper", Logs::Cluster, &loki).contains("path: /var/log/containers/*.log\n"));
        let search = Target::Elasticsearch { host: "search".to_owned(), port: 9200, password: true };
        let text = text("shipper", Logs::Cluster, &search);
        assert!(
            text.contains("http_passwd: ${ELASTIC_PASSWORD}\n") && !text.contains("name: loki"),
            "{text}"
        );
    }
}
