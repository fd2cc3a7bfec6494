//! Every command of the documents is run against the stubs: it names what exists, and its namespace.

use super::bench::{Bench, projects};
use crate::kgen::{files, root};
use crate::projects::Project;

/// The blocks of shell commands of a document.
fn blocks(text: &str) -> Vec<&str> {
    text.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn every_command_of_every_document_runs() {
    let mut run = 0;
    for project in projects() {
        let bench = Bench::of(&project);
        let documents: Vec<_> = files(&project.out.join("ops"))
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "md"))
            .collect();
        assert_eq!(documents.len(), 4, "{}", project.name);
        for (path, bytes) in documents {
            let text = String::from_utf8(bytes).unwrap();
            for block in blocks(&text) {
                let ran = bench.run(block);
                let at = format!("{} {}:\n{block}", project.name, path.display());
                assert_eq!(ran.code, 0, "{at}{}", ran.said);
                for word in ["--force ", "sleep ", "kill %", "grep Running"] {
                    assert!(!block.contains(word), "{at}{word}");
                }
                run += block.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
            }
        }
    }
    assert!(run > 100, "{run} commands only");
}

#[test]
fn documents_leave_no_word_of_the_template_and_every_link_leads_somewhere() {
    for project in projects() {
        let ops = project.out.join("ops");
        for (path, bytes) in files(&ops) {
            let text = String::from_utf8(bytes).unwrap();
            let document = path.extension().is_some_and(|extension| extension == "md");
            assert!(!text.contains("\n\n\n") || !document, "{}: too much room", path.display());
            if !document {
                continue;
            }
            for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
                let target = ops.join(&path).parent().unwrap().join(link);
                assert!(target.exists(), "{} {} leads to {link}", project.name, path.display());
            }
        }
    }
}

#[test]
fn the_stub_refuses_what_does_not_exist() {
    let bench = Bench::of(&Project::new(&root().join("platforms/my-saas-chat")));
    for (call, reason) in [
        ("kubectl -n production rollout status deployment/nobody", "there is no deployment nobody"),
        ("kubectl -n staging get hpa nobody", "there is no horizontalpodautoscaler nobody"),
        ("kubectl -n nowhere get pods", "no namespace nowhere"),
        ("kubectl get pods", "no namespace"),
        ("kubectl -n production logs -l app=nobody", "no pods have the label"),
        ("kubectl -n production port-forward service/auth-service 8080:81", "has no port 81"),
        ("kubectl -n production port-forward service/auth-service", "without LOCAL:PORT"),
        ("kubectl -n production apply -f nothing.yaml", "there is no nothing.yaml"),
        ("helm upgrade --install x out/helm/nothing -n production", "no chart"),
        ("helm upgrade --install x out/helm/my-saas-chat", "no namespace"),
        ("docker build --file nothing .", "there is no nothing"),
    ] {
        let ran = bench.run(call).exits(1);
        assert!(ran.said.contains(reason), "{call}: {}", ran.said);
    }
    bench.run("kubectl -n production rollout status deployment/auth-service").exits(0);
}

#[test]
fn a_service_is_asked_through_a_port_that_is_closed_again() {
    let bench = Bench::of(&Project::new(&root().join("platforms/my-saas-chat")));
    let ran = bench.run("out/ops/deploy.sh ask prod auth-service /health").exits(0);
    assert!(ran.call("port-forward service/auth-service :80") < ran.call("curl "), "{:#?}", ran.calls);
    assert!(ran.out.contains("ok"), "{}", ran.said);
    ran.call("http://127.0.0.1:40000/health");
    bench.run("out/ops/deploy.sh ask prod nobody /").exits(1);
    bench.run("out/ops/deploy.sh ask prod").exits(2);
}
