//! Enums that list the responses of an operation, a status over each variant → those responses, all of them.

use super::Exchanges;
use super::answer::Answer;
use super::last;
use crate::basis::wire::{Body, Status};
use crate::facts::frameworks::arguments;
use crate::facts::{Fields, VariantDeclaration};
use crate::model::wire::{Bindings, Direction, Meaning};

/// The derive that makes responses of an enum.
const DERIVE: &str = "ApiResponse";

impl Exchanges<'_, '_> {
    /// The responses that a type lists; `None` when it lists none.
    pub(super) fn enumerated(&self, meaning: &Meaning) -> Option<Vec<Answer>> {
        let Meaning::Own { module, item, arguments } = meaning else { return None };
        let (file, index, at) = self.wire.declaration_of(*module, *item)?;
        let declared = &file.types[index];
        if !declared.derives.iter().any(|derive| last(derive) == DERIVE) {
            return None;
        }
        let names = declared.generics.iter().map(|generic| generic.name.clone());
        let bindings: Bindings = names.zip(arguments.iter().cloned()).collect();
        let answer = |variant: &VariantDeclaration| {
            let spot = self.spot(at, variant.site, Direction::Emits);
            let body = match &variant.fields {
                // What has an attribute of its own is a header.
                Fields::Tuple(fields) => match fields.iter().find(|field| field.attributes.is_empty()) {
                    Some(body) => self.of_meaning(&self.wire.resolved(&body.r#type, at, &bindings), 1).body,
                    None => Body::Empty,
                },
                Fields::Unit => Body::Empty,
                Fields::Named(_) => Body::Unknown("the variant names its parts".into()),
            };
            Answer { body, ..Answer::bare(status_over(variant), spot) }
        };
        Some(declared.variants.iter().map(answer).collect())
    }
}

/// The status in `#[oai(status = 404)]`.
fn status_over(variant: &VariantDeclaration) -> Option<Status> {
    let lists = variant.attributes.iter().filter(|attribute| last(&attribute.path) == "oai");
    let mut all = lists.flat_map(|attribute| arguments(&attribute.arguments));
    let status = all.find(|argument| argument.name == "status")?.value?;
    status.parse().ok().map(Status::Code)
}
