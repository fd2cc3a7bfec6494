//! Every mistake that people make, one a file, with the exact text that they are told.
//!
//! `tests/diagnostics/CASE.yaml` (or a folder `CASE/` with a `platform.yaml`) is the spec, `CASE.txt`
//! what `kgen validate` says. With `KGEN_BLESS=1` the texts are written anew: read each as a newcomer would.

use crate::judges::none;
use crate::kgen::{files, root};
use kgen::diagnostic::Level;
use kgen::diagnostic::codes::CODES;
use kgen::diagnostic::format::{self, Format};
use kgen::render::Project;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A spec with a mistake: its files by name.
struct Case {
    name: String,
    files: Vec<(PathBuf, Vec<u8>)>,
}

/// A project that was read from a folder of its own.
struct Read {
    project: Project,
    folder: tempfile::TempDir,
}

impl Case {
    fn of(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), files: vec![(PathBuf::from("platform.yaml"), text.into())] }
    }

    fn read(&self) -> Read {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in &self.files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let mut project = Project::load(&folder.path().join("platform.yaml"), &[]).unwrap();
        project.check_overrides();
        Read { project, folder }
    }
}

impl Read {
    /// What is said, with paths relative to the folder.
    fn says(&self, format: Format) -> String {
        let text = format::render(format, &self.project.findings, &self.project.sources, false);
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }

    /// Codes of errors; of warnings if there are no errors.
    fn codes(&self) -> BTreeSet<&'static str> {
        let list = self.project.findings.sorted();
        let worst = list.iter().map(|finding| finding.level).min();
        list.iter().filter(|finding| Some(finding.level) == worst).map(|finding| finding.code).collect()
    }
}

fn folder() -> PathBuf {
    root().join("tests/diagnostics")
}

/// Specs on disk, then those that are too large or too strange to be kept there.
fn cases() -> Vec<Case> {
    let mut found: BTreeMap<String, Case> = BTreeMap::new();
    for (path, bytes) in files(&folder()) {
        let top = path.iter().next().unwrap().to_string_lossy().into_owned();
        let Some(name) = Path::new(&top).file_stem().map(|stem| stem.to_string_lossy().into_owned()) else {
            continue;
        };
        if path.extension().is_some_and(|extension| extension == "yaml") && path.iter().count() == 1 {
            found.insert(name.clone(), Case::of(&name, bytes));
        } else if path.iter().count() > 1 {
            let case = found.entry(name.clone()).or_insert_with(|| Case { name, files: Vec::new() });
            case.files.push((path.strip_prefix(&top).unwrap().to_owned(), bytes));
        }
    }
    found.into_values().chain(generated()).collect()
}

/// Specs that are made here.
fn generated() -> Vec<Case> {
    let spec = "platform: shop\nservices:\n  web:\n    image: acme/web:1.0.0\n    port: 8080\n";
    let long = |bytes: usize| "x".repeat(bytes);
    let deep = (0..200).fold(String::new(), |text, _| text + "[") + &"]".repeat(200);
    vec![
        Case::of("file-empty", ""),
        Case::of("file-only-comments", "# platform: shop\n---\n"),
        Case::of("file-too-large", format!("platform: shop\n# {}\n", long(20 * 1024 * 1024))),
        Case::of("file-not-utf8", [b"platform: shop\ndescription: caf".as_slice(), &[0xE9], b"\n"].concat()),
        Case::of(
            "file-utf16",
            "platform: shop\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>(),
        ),
        Case::of("file-control-character", "platform: shop\ndescription: \"a\\u0007b\"\n"),
        Case::of("file-private-use-character", "platform: shop\ndescription: a\u{E000}b\n"),
        Case::of("file-tab-indented", spec.replace("    port", "\tport")),
        Case::of("file-deep", format!("platform: shop\nextra: {deep}\n")),
        Case::of(
            "config-too-large",
            format!("platform: shop\nconfig:\n  texts:\n    LONG: \"{}\"\n", long(1_100_000)),
        ),
        Case::of(
            "annotations-too-large",
            format!("{spec}    podAnnotations:\n      example.com/notes: \"{}\"\n", long(300_000)),
        ),
        Case::of("long-line", format!("{spec}    args: [\"{}\", {{}}]\n", long(500))),
    ]
}

#[test]
fn every_mistake_is_told_in_these_words() {
    let mut complaints = Vec::new();
    for case in cases() {
        let read = case.read();
        let text = read.says(Format::Text);
        let expected = folder().join(format!("{}.txt", case.name));
        if std::env::var_os("KGEN_BLESS").is_some() {
            std::fs::write(&expected, &text).unwrap();
        }
        let known = std::fs::read_to_string(&expected).unwrap_or_default();
        if known != text {
            complaints.push(format!("{}: expected\n{known}\nfound\n{text}", case.name));
        }
        let codes = read.codes();
        if codes.len() != 1 {
            complaints.push(format!("{}: not one code but {codes:?}", case.name));
        }
        for finding in read.project.findings.sorted() {
            if finding.help.as_deref().unwrap_or_default().is_empty() {
                complaints.push(format!("{}: `{}` shows no way out", case.name, finding.code));
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_code_has_a_case() {
    let told: BTreeSet<&str> = cases().iter().flat_map(|case| case.read().codes()).collect();
    let missing: Vec<_> = CODES.iter().map(|code| code.name).filter(|code| !told.contains(code)).collect();
    assert!(missing.is_empty(), "codes without a case in tests/diagnostics: {missing:?}");
}

#[test]
fn no_text_is_forgotten() {
    let names: BTreeSet<String> = cases().into_iter().map(|case| case.name).collect();
    let texts = files(&folder())
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|extension| extension == "txt"));
    for (path, _) in texts.filter(|(path, _)| path.iter().count() == 1) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(names.contains(&name), "{} belongs to no case", path.display());
    }
}

/// One case in the formats for programs.
#[test]
fn formats_for_programs() {
    let case = Case::of(
        "formats",
        "platform: shop\nservices:\n  web:\n    image: acme/web\n    ports: { http: 8080, admin: 8080 }\n",
    );
    let read = case.read();
    for (ending, format) in [("concise", Format::Concise), ("github", Format::Github), ("json", Format::Json)]
    {
        let expected = folder().join(format!("formats.{ending}"));
        let text = read.says(format);
        if std::env::var_os("KGEN_BLESS").is_some() {
            std::fs::write(&expected, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&expected).unwrap(), text);
    }
}

/// A warning keeps nobody from rendering; an error does.
#[test]
fn only_errors_stop_a_render() {
    for case in cases() {
        let read = case.read();
        let errors =
            read.project.findings.sorted().iter().filter(|finding| finding.level == Level::Error).count();
        assert_eq!(errors == 0, read.project.platforms.is_some(), "{}", case.name);
    }
}
