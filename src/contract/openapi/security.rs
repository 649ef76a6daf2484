//! Who may call: security requirements and schemes.

use super::files::At;
use super::{Reader, Version};
use crate::contract::document::{Flow, Requirement, Scheme, Security};

impl<'d> Reader<'d> {
    /// What an object says of who may call; `None` when it says nothing.
    pub(super) fn security(&mut self, of: At<'d>) -> Option<Security> {
        let requirements = of.get("security")?;
        let alternatives: Vec<Requirement> = requirements
            .items()
            .map(|requirement| {
                requirement.entries().map(|(entry, scopes)| (entry.key.clone(), texts(scopes))).collect()
            })
            .collect();
        let open = alternatives.iter().all(Vec::is_empty);
        Some(if open { Security::Open } else { Security::OneOf(alternatives) })
    }

    /// How callers can prove who they are.
    pub(super) fn schemes(&mut self, root: At<'d>) -> Vec<Scheme> {
        let schemes = match self.version {
            Version::Swagger2 => root.get("securityDefinitions"),
            Version::Three | Version::ThreeOne => {
                root.get("components").and_then(|components| components.get("securitySchemes"))
            }
        };
        let mut found = Vec::new();
        for (entry, written) in schemes.into_iter().flat_map(At::entries) {
            let Some(scheme) = self.resolved(written) else { continue };
            let kind = ["type", "scheme", "in", "name"].into_iter().filter_map(|key| scheme.text(key));
            let kind = match kind.collect::<Vec<_>>().join(" ") {
                swagger if swagger == "basic" => "http basic".to_owned(),
                kind => kind,
            };
            let flows = match scheme.get("flows") {
                Some(flows) => flows.entries().map(|(entry, flow)| self::flow(&entry.key, flow)).collect(),
                None => scheme.text("flow").map(|name| flow(name, scheme)).into_iter().collect(),
            };
            found.push(Scheme {
                name: entry.key.clone(),
                kind: kind.into(),
                flows,
                at: written.spot(entry.at),
            });
        }
        found
    }
}

fn flow(name: &str, written: At<'_>) -> Flow {
    let url = |key| written.text(key).map(Box::from);
    let scopes = written
        .get("scopes")
        .into_iter()
        .flat_map(At::entries)
        .map(|(entry, scope)| (entry.key.clone(), scope.node.text().unwrap_or_default().into()));
    let name = match name {
        "accessCode" => "authorizationCode",
        "application" => "clientCredentials",
        name => name,
    };
    Flow {
        name: name.into(),
        authorization_url: url("authorizationUrl"),
        token_url: url("tokenUrl"),
        scopes: scopes.collect(),
    }
}

fn texts(list: At<'_>) -> Vec<Box<str>> {
    list.items().filter_map(|item| item.node.text()).map(Box::from).collect()
}
