//! What a kit names must be there.

use crate::diagnostic::{At, Check, suggest};
use crate::platform::Platform;
use crate::value::format;
use crate::value::text::Format as _;

/// The section of what runs images of the platform's own.
const SERVICES: &str = "services";

/// Reports what the kit of the base names and the platform does not have.
pub fn check(base: &Platform, environments: &[&str], check: &mut Check<'_>) {
    let Some(kit) = &base.scope.header.kit else { return };
    let root = At::root();
    let at = root.key("kit");
    if let Some(name) = &kit.environment
        && !environments.contains(&&**name)
    {
        check
            .error("kit-unknown", &at.key("environment"), format!("there is no environment `{name}`"))
            .help(meant(name, environments.iter().copied()));
    }
    let services = || base.parts.iter().filter(|part| part.section == SERVICES).map(|part| &*part.name);
    let images = at.key("images");
    for name in kit.images.keys().filter(|name| !services().any(|service| service == *name)) {
        check
            .error(
                "kit-unknown",
                &images.key(name),
                format!("there is no service `{name}` to build an image for"),
            )
            .help(meant(name, services()));
    }
    if let Some(tests) = &kit.load_tests
        && base.scope.endpoint(&tests.service).is_none_or(|endpoint| endpoint.service.is_none())
    {
        check
            .error(
                "kit-unknown",
                &at.key("loadTests").key("service"),
                format!("there is no Service `{}` to load", tests.service),
            )
            .help(meant(&tests.service, services()));
    }
    if let Some(registry) = &kit.registry
        && format::Image::check(&format!("{registry}/image:1")).is_err()
    {
        check
            .error(
                "kit-registry",
                &at.key("registry"),
                format!("`{registry}` is not the beginning of an image's name"),
            )
            .help("write host and path alone, such as `ghcr.io/acme`");
    }
}

fn meant<'a>(wrong: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    suggest(wrong, known.clone()).map_or_else(
        || format!("known: {}", known.collect::<Vec<_>>().join(", ")),
        |name| format!("did you mean `{name}`?"),
    )
}
