//! Codes of reading: what a file must be before its content means anything.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        name: "alias-bomb",
        summary: "aliases make a file many times larger than it is written",
        why: "A few lines of aliases of aliases can stand for billions of values. A spec may grow to \
              four times its written size, and by 100,000 values more.",
        example: "a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n\
                  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n# … and so on",
        instead: "defaults:\n  services:\n    resources: { requests: { cpu: 100m } }",
    },
    Code {
        name: "allow-without-reason",
        summary: "a comment allows a warning without a reason",
        why: "Whoever reads the spec next must be able to judge whether the exception still holds.",
        example: "replicas: 1 # kgen: allow[some-code]",
        instead: "replicas: 1 # kgen: allow[some-code] a batch job; downtime is fine at night",
    },
    Code {
        name: "duplicate-key",
        summary: "a map has the same key twice",
        why: "YAML readers disagree on which of the two counts; most drop one without a word.",
        example: "env:\n  LOG_LEVEL: info\n  LOG_LEVEL: debug",
        instead: "env:\n  LOG_LEVEL: debug",
    },
    Code {
        name: "empty-spec",
        summary: "a file holds nothing but comments",
        why: "Nothing to generate is most likely the wrong file, and never a success.",
        example: "# my platform",
        instead: "platform: my-platform",
    },
    Code {
        name: "file-too-large",
        summary: "a file has more than 16 MB, or a line more than 1 MB",
        why: "No platform needs a spec of this size; the limit keeps mistakes cheap.",
        example: "",
        instead: "Split the spec into environments, and keep large text in files that it names.",
    },
    Code {
        name: "forbidden-character",
        summary: "text holds a character that the outputs cannot carry",
        why: "Control characters, private-use characters, non-characters and odd line breaks are \
              invisible, and YAML readers drop, change or refuse them.",
        example: "env:\n  BELL: \"\\a\"",
        instead: "env:\n  BELL: bell",
    },
    Code {
        name: "invalid-allow",
        summary: "a `# kgen:` comment is not understood",
        why: "A comment that looks like an exception but is none would mislead.",
        example: "replicas: 1 # kgen: ignore some-code",
        instead: "replicas: 1 # kgen: allow[some-code] the reason",
    },
    Code {
        name: "invalid-key",
        summary: "a key is empty, a list or a map",
        why: "Kubernetes knows text keys only. A template marker without quotes (`{{ x }}`) is read \
              as a map inside a map.",
        example: "image: {{ image }}",
        instead: "image: api:1.0.0",
    },
    Code {
        name: "invalid-merge",
        summary: "`<<` is given something that is no map",
        why: "A merge key takes over the keys of another map, or of a list of maps.",
        example: "api:\n  <<: text",
        instead: "common: &common { replicas: 2 }\napi:\n  <<: *common",
    },
    Code {
        name: "not-utf8",
        summary: "a file is not UTF-8",
        why: "Every reader of Kubernetes YAML expects UTF-8; other encodings change text in silence.",
        example: "",
        instead: "Save the file as UTF-8.",
    },
    Code {
        name: "recursive-alias",
        summary: "an alias stands inside of what it repeats",
        why: "Such a value has no end.",
        example: "a: &a\n  b: *a",
        instead: "a: &a\n  b: text\nc: *a",
    },
    Code {
        name: "several-documents",
        summary: "a file holds more than one YAML document",
        why: "A spec is one document. A second one would be read by no one, or replace the first.",
        example: "platform: shop\n---\nplatform: office",
        instead: "platform: shop",
    },
    Code {
        name: "syntax",
        summary: "a file is not YAML",
        why: "Nothing after this place can be trusted, so the rest of the file was not read.",
        example: "ports: [8080",
        instead: "ports: [8080]",
    },
    Code {
        name: "tab-indentation",
        summary: "a tab is used to indent",
        why: "YAML forbids it, because a tab has no width that everybody agrees on.",
        example: "",
        instead: "Indent by two spaces, and set your editor to do so for YAML.",
    },
    Code {
        name: "tag",
        summary: "a value has a tag",
        why: "Tags (`!!str`, `!custom`) change what a reader makes of a value, and each reader knows \
              other ones. The spec's own types decide here.",
        example: "version: !!str 15",
        instead: "version: \"15\"",
    },
    Code {
        name: "too-deep",
        summary: "maps and lists are nested more than 128 levels deep",
        why: "No spec needs it, and readers of YAML run out of stack.",
        example: "",
        instead: "Check the indentation or the brackets of the place shown.",
    },
    Code {
        name: "unknown-code",
        summary: "a comment allows a code that does not exist",
        why: "A mistyped code allows nothing.",
        example: "replicas: 1 # kgen: allow[unknown-feild] reason",
        instead: "replicas: 1 # kgen: allow[unknown-field] reason",
    },
    Code {
        name: "unused-allow",
        summary: "a comment allows a finding that is not there",
        why: "The exception is obsolete, or stands on the wrong line. A comment speaks for its own \
              line, or for the next one if it stands alone. Errors cannot be allowed.",
        example: "replicas: 3 # kgen: allow[some-code] left over",
        instead: "replicas: 3",
    },
];
