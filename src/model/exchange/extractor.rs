//! Extractors of the repository's own → what they take, from how they are derived or from what their code calls.

use std::collections::BTreeSet;

use super::implemented::Block;
use super::table::{self, Takes};
use super::{Exchanges, Function, is_named, last};
use crate::facts::{Attribute, BlockDeclaration, Expr, ExprKind, FunctionDeclaration, TypeExpr};
use crate::model::wire::{Bindings, Meaning};

/// Functions that take something out of a request.
const READERS: [&str; 2] = ["from_request", "from_request_parts"];

impl Exchanges<'_, '_> {
    /// What a type of the repository takes, with what it holds.
    pub(super) fn own(&self, meaning: &Meaning) -> Option<(Takes, Vec<Meaning>)> {
        let Meaning::Own { module, item, arguments } = meaning else { return None };
        let (file, index, at) = self.wire.declaration_of(*module, *item)?;
        let declared = &file.types[index];
        if let Some(via) = declared.attributes.iter().find_map(via) {
            let expr = TypeExpr::Path { path: via.into(), arguments: Vec::new() };
            let Meaning::Foreign { path, .. } = self.wire.resolved(&expr, at, &Bindings::new()) else {
                return Some((Takes::Request, Vec::new()));
            };
            return table::takes(&path).map(|takes| (takes, vec![meaning.clone()]));
        }
        let derives = |name: &str| declared.derives.iter().any(|derive| last(derive) == name);
        if derives("FromRequest") {
            return Some((Takes::Request, Vec::new()));
        }
        if derives("FromRequestParts") {
            return Some((Takes::Parts, Vec::new()));
        }
        let block = self.blocks((*module, *item), reads).into_iter().next()?;
        let reader = block.functions().find(|function| READERS.contains(&&*function.name));
        let at = block.at;
        let bindings = block.bindings(meaning);
        let called = reader.map(|reader| self.called_extractors(reader, at, bindings)).unwrap_or_default();
        let mut called = called.into_iter();
        match (called.next(), called.next()) {
            (Some(only), None) => Some((only, arguments.clone())),
            (Some(_), Some(_)) => Some((Takes::Request, Vec::new())),
            (None, _) if self.may_read_body(block.header(), at) => Some((Takes::Request, Vec::new())),
            (None, _) => Some((Takes::Parts, Vec::new())),
        }
    }

    /// The extractors of frameworks that a function calls, but for those of the path.
    fn called_extractors(
        &self,
        reader: &FunctionDeclaration,
        at: super::At,
        bindings: Bindings,
    ) -> BTreeSet<Takes> {
        let function = Function::new(reader.clone(), at, bindings);
        let mut found = BTreeSet::new();
        let mut open: Vec<&Expr> = reader.value.iter().collect();
        while let Some(value) = open.pop() {
            if let ExprKind::Path(path) = &value.kind
                && let Some((owner, _)) = path.rsplit_once("::")
            {
                let expr = TypeExpr::Path { path: owner.into(), arguments: Vec::new() };
                if let Meaning::Foreign { path, .. } = self.meaning(&expr, &function)
                    && let Some(takes @ (Takes::Body(_) | Takes::Query)) = table::takes(&path)
                {
                    found.insert(takes);
                }
            }
            open.extend(value.inside());
        }
        found
    }

    /// Whether the trait of a block hands the body over too; actix has one trait for both.
    fn may_read_body(&self, block: &BlockDeclaration, at: super::At) -> bool {
        let Some(of) = &block.r#trait else { return false };
        let is_actix = matches!(self.wire.resolved(of, at, &Bindings::new()),
            Meaning::Foreign { path, .. } if path.starts_with("actix") || path.starts_with("rocket"));
        is_named(of, "FromRequest") && !is_actix
    }
}

/// Whether a block takes a type out of a request.
fn reads(block: &Block) -> bool {
    let reads = |of: &TypeExpr| is_named(of, "FromRequest") || is_named(of, "FromRequestParts");
    block.header().r#trait.as_ref().is_some_and(reads)
}

/// The extractor in `#[from_request(via(Query))]`.
fn via(attribute: &Attribute) -> Option<&str> {
    if last(&attribute.path) != "from_request" {
        return None;
    }
    let (_, rest) = attribute.arguments.split_once("via(")?;
    rest.split_once(')').map(|(name, _)| name.trim())
}
