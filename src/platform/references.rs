//! Whether every reference of a component leads somewhere.

use super::{Part, holds};
use crate::component::SECTIONS;
use crate::diagnostic::{At, Check, Key, Path};
use crate::needs::{Need, Offer, REGISTRY};
use crate::scope::Scope;
use crate::value::Text;
use crate::value::format::Name;
use std::collections::BTreeMap;

/// Reports names of components in the header that the platform does not have.
pub fn header(parts: &[Part], scope: &Scope, check: &mut Check<'_>) {
    let root = At::root();
    let (objectives, capacity) = (root.key("objectives"), root.key("capacity"));
    components(&scope.header.objectives.counted, &objectives.key("counted"), parts, check);
    for (name, claim) in scope.header.capacity.claims.iter() {
        components(&claim.of, &capacity.key("claims").key(name).key("of"), parts, check);
    }
}

/// Reports secrets that several components get whole, though each may need a part.
pub fn shared(parts: &[Part], scope: &Scope, check: &mut Check<'_>) {
    let mut readers: BTreeMap<&str, Vec<(&Part, &Path)>> = BTreeMap::new();
    for part in parts {
        for (place, need) in part.needs.iter() {
            if let Need::Variables { name, .. } = need
                && matches!(scope.offers.get(name), Some(Offer::Secret { keys }) if keys.len() > 1)
            {
                readers.entry(name).or_default().push((part, place));
            }
        }
    }
    for (secret, readers) in readers {
        let (first, place) = readers[0];
        let Some((second, other)) = readers.iter().find(|(part, _)| part.name != first.name) else {
            continue;
        };
        check
            .warning("secret-whole", place, format!("`{}` gets all of `{secret}`", first.name))
            .label(*other, format!("and so does `{}`", second.name))
            .help("name the entries that each needs: `env: { KEY: { secret: NAME/KEY } }`");
    }
}

fn components(names: &[Text<Name>], at: &At<'_>, parts: &[Part], check: &mut Check<'_>) {
    let known: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    for (n, name) in names.iter().enumerate().filter(|(_, name)| !known.iter().any(|known| *known == ***name))
    {
        unknown(&at.index(n).path(), "unknown-component", "component", name, &known, check);
    }
}

/// Reports references of a component that lead nowhere.
pub fn check(part: &Part, parts: &[Part], scope: &Scope, check: &mut Check<'_>) {
    for (place, need) in part.needs.iter() {
        if need.name().is_some_and(|name| matches!(scope.offers.get(name), Some(Offer::Broken))) {
            continue;
        }
        match need {
            Need::Config { name, key } => entry(place, "config", name, key.as_deref(), scope, check),
            Need::Secret { name, key } => entry(place, "secret", name, key.as_deref(), scope, check),
            Need::Variables { name, .. } => {
                if !matches!(scope.offers.get(name), Some(Offer::Config { .. } | Offer::Secret { .. })) {
                    let known =
                        named(scope, |offer| matches!(offer, Offer::Config { .. } | Offer::Secret { .. }));
                    unknown(place, "unknown-config", "config or secret", name, &known, check);
                }
            }
            Need::Claim { name } => {
                if !matches!(scope.offers.get(name), Some(Offer::Claim { .. })) {
                    let known = named(scope, |offer| matches!(offer, Offer::Claim { .. }));
                    unknown(place, "unknown-claim", "claim", name, &known, check);
                }
            }
            Need::ServiceAccount { name } => {
                if !matches!(scope.offers.get(name), Some(Offer::ServiceAccount)) {
                    let known = named(scope, |offer| matches!(offer, Offer::ServiceAccount));
                    unknown(place, "unknown-service-account", "service account", name, &known, check);
                }
            }
            Need::Ingress { name } => {
                if !matches!(scope.offers.get(name), Some(Offer::Ingress(_))) {
                    let known = named(scope, |offer| matches!(offer, Offer::Ingress(_)));
                    unknown(place, "unknown-ingress", "ingress", name, &known, check);
                }
            }
            Need::Issuer { name } => {
                if !matches!(scope.offers.get(name), Some(Offer::Issuer(_))) {
                    let known = named(scope, |offer| matches!(offer, Offer::Issuer(_)));
                    unknown(place, "unknown-issuer", "issuer", name, &known, check);
                }
            }
            Need::Component { name, .. } if *name == part.name => drop(
                check
                    .error("uses-itself", place, format!("`{name}` uses itself"))
                    .help("remove the entry; pods that call each other say so in `notifies`"),
            ),
            Need::Component { name, port } | Need::Callback { name, port } => {
                component(part, place, name, port.as_deref(), parts, scope, check);
            }
            Need::File { .. } | Need::Internet { .. } | Need::Perhaps { .. } | Need::Metrics { .. } => {}
        }
    }
}

fn named(scope: &Scope, wanted: impl Fn(&Offer) -> bool) -> Vec<String> {
    scope.offers.iter().filter(|(_, offer)| wanted(offer)).map(|(name, _)| name.clone()).collect()
}

fn entry(place: &Path, kind: &str, name: &str, key: Option<&str>, scope: &Scope, check: &mut Check<'_>) {
    let secret = kind == "secret";
    let fits = |offer: &Offer| {
        if secret { matches!(offer, Offer::Secret { .. }) } else { matches!(offer, Offer::Config { .. }) }
    };
    let Some(offer) = scope.offers.get(name).filter(|offer| fits(offer)) else {
        let known = named(scope, fits);
        let code = if secret { "unknown-secret" } else { "unknown-config" };
        let declaration = if secret { secret_of(name, key) } else { declaration(code, kind, name) };
        return undeclared(place, code, (kind, name), &known, &declaration, check);
    };
    let Some(key) = key.filter(|key| !holds(offer, key)) else { return };
    let keys: Vec<String> = match offer {
        Offer::Config { data } => data.keys().cloned().collect(),
        Offer::Secret { keys } => keys.clone(),
        _ => Vec::new(),
    };
    let section = if secret { "secrets" } else { "config" };
    let code = if secret { "unknown-secret-key" } else { "unknown-config-key" };
    let hint = crate::diagnostic::suggest(key, keys.iter().map(String::as_str)).map_or_else(
        || {
            if secret {
                format!("add `{key}` to `keys` of `secrets.{name}`, or use one of: {}", list(&keys))
            } else {
                format!("add `{key}` to `config.{name}`, or use one of: {}", list(&keys))
            }
        },
        |near| format!("did you mean `{near}`?"),
    );
    check
        .error(code, place, format!("the {kind} `{name}` has no entry `{key}`"))
        .label(Key(&[section, name]), "declared here")
        .help(hint);
}

fn component(
    part: &Part,
    place: &Path,
    name: &str,
    port: Option<&str>,
    parts: &[Part],
    scope: &Scope,
    check: &mut Check<'_>,
) {
    let Some(endpoint) = scope.endpoint(name) else {
        let mut known = named(scope, |offer| matches!(offer, Offer::Endpoint(_)));
        known.retain(|other| *other != part.name);
        let Some(other) = parts.iter().find(|other| other.name == name) else {
            return unknown(place, "unknown-component", "component", name, &known, check);
        };
        check
            .error(
                "not-callable",
                place,
                format!("`{name}` is no component that can be called, it is in `{}`", other.section),
            )
            .label(Key(&[other.section, name]), "declared here")
            .help(match other.section {
                "config" | "secrets" | "claims" => {
                    "remove it from `uses`: `env`, `envFrom` and `volumes` say who reads it".to_owned()
                }
                _ => format!("remove it from `uses`; name one of: {}", list(&known)),
            });
        return;
    };
    let ports: Vec<String> = endpoint
        .ports
        .iter()
        .filter_map(|(name, port)| port.at_service().map(|number| format!("{name} ({number})")))
        .collect();
    if ports.is_empty() {
        let section = parts.iter().find(|other| other.name == name).map_or("services", |other| other.section);
        check
            .error("not-callable", place, format!("`{name}` has no port to call"))
            .label(Key(&[section, name]), "declared here, without a port")
            .help(format!("give `{name}` a port: `port: 8080`"));
    } else if port.is_some() && endpoint.port(port).is_none() {
        let reference = port.unwrap_or_default();
        check
            .error("unknown-port", place, format!("`{name}` has no port `{reference}` at its Service"))
            .help(format!("use one of: {}", ports.join(", ")));
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "(there are none)".to_owned() } else { names.join(", ") }
}

fn unknown(
    place: &Path,
    code: &'static str,
    kind: &str,
    name: &str,
    known: &[String],
    check: &mut Check<'_>,
) {
    undeclared(place, code, (kind, name), known, &declaration(code, kind, name), check);
}

fn undeclared(
    place: &Path,
    code: &'static str,
    (kind, name): (&str, &str),
    known: &[String],
    declaration: &str,
    check: &mut Check<'_>,
) {
    let near = crate::diagnostic::suggest(name, known.iter().map(String::as_str));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("declare it: {declaration}"),
        None => format!("this platform has: {}; or declare it: {declaration}", known.join(", ")),
    };
    let removed = SECTIONS.iter().map(|section| [section.key, name]).find(|path| {
        let path = path.map(ToOwned::to_owned);
        check.node(&path).is_some_and(|node| check.sources().is_null(node))
    });
    let message = format!("there is no {kind} `{name}` in this platform");
    // A route is by the name of its ingress: the name is the key.
    let report = match code {
        "unknown-ingress" => check.error(code, Key(place), message),
        _ => check.error(code, place, message),
    };
    match removed {
        Some(path) => drop(
            report.label(Key(&path), "it is removed here").help("remove what refers to it too, or keep it"),
        ),
        None => drop(report.help(help)),
    }
}

/// How a secret is declared of which an entry is wanted.
fn secret_of(name: &str, key: Option<&str>) -> String {
    let (kind, registry) = REGISTRY;
    let kind = if key == Some(registry) { format!("type: {kind}, ") } else { String::new() };
    let key = key.unwrap_or("KEY");
    format!("`secrets: {{ {name}: {{ {kind}keys: [{key}] }} }}` even if somebody else makes it")
}

/// How something that is missing is written.
fn declaration(code: &str, kind: &str, name: &str) -> String {
    let config = format!("`config: {{ {name}: {{ KEY: text }} }}`");
    let secret = format!("`secrets: {{ {name}: {{ keys: [KEY] }} }}`");
    match code {
        "unknown-config" if kind == "config" => config,
        "unknown-config" => format!("{config}, or {secret} even if somebody else makes it"),
        "unknown-claim" => format!("`claims: {{ {name}: {{ storage: 5Gi }} }}`"),
        "unknown-service-account" => format!("`serviceAccounts: {{ {name}: {{}} }}`"),
        "unknown-issuer" => format!(
            "`issuers: {{ {name}: {{ ca: {{}} }} }}`, or `issuers: {{ {name}: {{ kind: ClusterIssuer, existing: true }} }}` if the cluster has it"
        ),
        "unknown-ingress" => format!("`ingress: {{ {name}: {{ host: {name}.example.com }} }}`"),
        _ => match SECTIONS.iter().find(|section| name.starts_with(section.key)) {
            Some(section) => format!("`{}: {{ {name}: {{ … }} }}`", section.key),
            None => format!(
                "`services: {{ {name}: {{ image: … }} }}`; what is outside of the cluster is `internet:443`"
            ),
        },
    }
}
