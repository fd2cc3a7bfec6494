//! No input ends kgen: not noise, not broken copies of real specs, not random specs that the schema
//! allows. Each is read, checked and, if nothing is wrong, rendered, by steps and with memory that grow with
//! the spec, not with the numbers in it. What does not end keeps the tests from ending.

use crate::kgen::{files, root};
use kgen::output::FORMATS;
use kgen::render::Project;
use proptest::prelude::*;
use random::Random;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

mod memory;
mod random;
mod specs;

/// How many specs are tried in each test; `KGEN_ROBUST` sets another number.
fn rounds(usual: u64) -> u64 {
    std::env::var("KGEN_ROBUST").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Reads, checks and renders a spec; true if nothing was wrong with it.
fn drive(folder: &Path, spec: &[u8]) -> bool {
    let file = folder.join("platform.yaml");
    std::fs::write(&file, spec).unwrap();
    let clean = catch_unwind(AssertUnwindSafe(|| {
        let mut project = Project::load(&file, &[]).unwrap();
        project.check_overrides();
        let clean = project.findings.errors() == 0;
        assert_eq!(clean, project.platforms.is_some(), "no errors and no platform");
        for format in [kgen::diagnostic::format::Format::Text, kgen::diagnostic::format::Format::Json] {
            let text = kgen::diagnostic::format::render(format, &project.findings, &project.sources, false);
            assert!(clean || !text.is_empty());
        }
        if clean {
            project.render(FORMATS, &mut |_| Ok(())).unwrap();
        }
        clean
    }));
    let text = String::from_utf8_lossy(spec);
    clean.unwrap_or_else(|_| panic!("kgen panicked at\n{text}"))
}

/// All specs of this repository, whole and broken ones.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for group in ["templates/init", "tests/diagnostics", "platforms", "examples"] {
        let folder = root().join(group);
        if !folder.is_dir() {
            continue;
        }
        let specs = files(&folder).into_iter().filter(|(path, bytes)| {
            path.extension().is_some_and(|extension| extension == "yaml")
                && !path.components().any(|part| part.as_os_str() == "out")
                && bytes.starts_with(b"platform:") | bytes.windows(10).any(|text| text == b"\nplatform:")
        });
        seeds.extend(specs.map(|(_, bytes)| bytes));
    }
    assert!(seeds.len() > 10, "only {} specs to start from", seeds.len());
    seeds
}

/// Drives all of them, after a run of the program over all of them has shown what memory they take; returns how
/// many of them are sound.
fn drive_all(specs: &[Vec<u8>]) -> usize {
    let (folder, alone) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = |group: &str, n: usize, spec: &[u8]| {
        let platform = folder.path().join(group).join("platforms").join(n.to_string());
        std::fs::create_dir_all(&platform).unwrap();
        std::fs::write(platform.join("platform.yaml"), spec).unwrap();
    };
    specs.iter().enumerate().for_each(|(n, spec)| place("all", n, spec));
    assert_eq!(memory::bounded(&folder.path().join("all"), "validate"), 1);
    let sound: Vec<_> = specs.iter().filter(|spec| drive(alone.path(), spec)).collect();
    sound.iter().enumerate().for_each(|(n, spec)| place("sound", n, spec));
    if !sound.is_empty() {
        let sound = folder.path().join("sound");
        let code = memory::bounded(&sound, "render");
        assert_eq!(code, 0, "{}", std::fs::read_to_string(sound.join("out.txt")).unwrap());
    }
    sound.len()
}

#[test]
fn broken_copies_of_real_specs_are_reported() {
    let seeds = seeds();
    let mut random = Random::new(1);
    let specs: Vec<_> = (0..rounds(400))
        .map(|_| {
            let mut spec = random.pick(&seeds).clone();
            for _ in 0..=random.below(3) {
                random.damage(&mut spec, &seeds);
            }
            spec
        })
        .collect();
    drive_all(&specs);
}

#[test]
fn what_the_schema_allows_is_decoded() {
    let schema = kgen::spec::schema();
    let mut random = Random::new(2);
    let specs: Vec<_> = (0..rounds(400)).map(|_| specs::random(&schema, &mut random).into_bytes()).collect();
    assert!(drive_all(&specs) > 0, "none of the random specs was sound: the generator is of no use");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_reported(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let folder = tempfile::tempdir().unwrap();
        drive(folder.path(), &bytes);
    }

    #[test]
    fn noise_of_yaml_is_reported(text in r#"([a-z]{1,3}|platform|services|- |: |:|\n|\n  |\n    |\[|\]|\{|\}|,|&a|\*a|<<|!|\||>|'|"|#|%|\?|~|\t|---|[0-9]){0,60}"#) {
        let folder = tempfile::tempdir().unwrap();
        drive(folder.path(), text.as_bytes());
    }
}
