//! Attributes that document an endpoint on the function that answers it: what they say of its method and path.
//!
//! They register nothing by themselves. Who registers the function may read them (then they cannot be wrong) or may not.

use super::tree::{ModuleRef, World};
use serde::{Deserialize, Serialize};

use crate::basis::{Method, RepoPath, Role, RoutePattern, Site, SymbolPath};
use crate::facts::frameworks::{self, PathText};
use crate::facts::{ItemId, ItemKind};

/// A function whose attribute documents an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// The function, in full.
    pub function: SymbolPath,
    /// The methods, as documented; empty where the attribute leaves them to another one.
    pub methods: Vec<Method>,
    /// The path, as documented; `None` where it is no literal.
    pub path: Option<RoutePattern>,
    /// The file.
    pub file: RepoPath,
    /// The attribute.
    pub site: Site,
}

impl World<'_> {
    /// Whether some package of these manifests has the crate whose attributes document endpoints.
    pub fn has_annotations<'m>(&self, mut manifests: impl Iterator<Item = &'m RepoPath>) -> bool {
        let source = self.source();
        // What the text does not hold, it does not say, unless it says it in escapes; where it cannot be read, it may say anything.
        let may_say = |path: &RepoPath| {
            source.mentions(path, frameworks::DOCUMENTS)
                || source.mentions(path, "\\u")
                || source.mentions(path, "\\U")
        };
        let says = |path: &RepoPath| match source.manifest(path) {
            Some(manifest) if manifest.unreadable.is_none() => manifest.brings_in(frameworks::DOCUMENTS),
            _ => source.mentions(path, frameworks::DOCUMENTS),
        };
        manifests.any(|path| may_say(path) && says(path))
    }

    /// All such attributes in production code.
    pub fn annotations(&self) -> Vec<Annotation> {
        let mut found = Vec::new();
        for path in self.source().documenting() {
            for module in self.locate(&path) {
                self.annotations_of(&path, module, &mut found);
            }
        }
        found
    }

    fn annotations_of(&self, path: &RepoPath, begins: ModuleRef, found: &mut Vec<Annotation>) {
        let Some(facts) = self.facts_of(begins) else { return };
        for (id, item) in (0..).map(ItemId).zip(&facts.items) {
            if item.kind != ItemKind::Function || item.attributes.is_empty() {
                continue;
            }
            let module = self.module_at(begins, item.scope);
            let data = self.module(module);
            if self.role_under(data.role, data.in_crate, &facts, item.cfg) != Role::Production {
                continue;
            }
            for attribute in &item.attributes {
                let Some(documented) = frameworks::documented(&attribute.path, &attribute.arguments) else {
                    continue;
                };
                let literal = |text: PathText| match text {
                    PathText::Literal(text) => Some(text),
                    PathText::Written(_) => None,
                };
                let prefix = documented.prefix.map_or(Some(String::new()), literal);
                let own = documented.path.and_then(literal);
                let full = prefix.zip(own).map(|(prefix, own)| RoutePattern::new(&format!("{prefix}{own}")));
                found.push(Annotation {
                    function: self.symbol(module, id),
                    methods: documented.methods,
                    path: full,
                    file: path.clone(),
                    site: attribute.site,
                });
            }
        }
    }
}
