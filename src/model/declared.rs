//! What files declare about values that go over the wire: what their texts do, and what calls of macros in them are replaced by.
//!
//! The items of a file and its declarations are read apart; here they find each other.

use std::sync::Arc;

use super::expand::Expansions;
use super::tree::{FileId, World};
use crate::basis::{RepoPath, Span};
use crate::facts::{Declarations, FileFacts, Item, ItemId, ItemKind};

impl World<'_> {
    /// What the file at `path` declares, macros of the repository expanded; `None` when there is no such file.
    pub fn declarations_at(&self, path: &RepoPath) -> Option<Arc<Declarations>> {
        self.load(path).and_then(|file| self.declarations(file))
    }

    /// What a file declares, macros of the repository expanded; `None` when there is no such file.
    pub(super) fn declarations(&self, id: FileId) -> Option<Arc<Declarations>> {
        let file = self.file(id);
        file.declared.get_or_init(|| self.declare(id)).clone()
    }

    fn declare(&self, id: FileId) -> Option<Arc<Declarations>> {
        let path = &self.file(id).path;
        let written = self.source.declarations(path)?;
        let mut made = self.made(id);
        if made.parts.is_empty() {
            return Some(written);
        }
        if !self.reads_whole(path) {
            // Places of an outline are not places of the text.
            let whole = self.source.facts(path)?;
            made = self.expanded_with(path, whole, &Expansions::default()).into();
        }
        let mut all = Declarations::clone(&written);
        let texts = made.parts.iter().filter_map(|part| part.text.as_ref());
        texts.for_each(|text| all.append(Declarations::clone(&self.source.declared(text))));
        Some(all.into())
    }
}

/// The declaration of a type that an item is, by its place in the list.
pub(super) fn type_at(facts: &FileFacts, id: ItemId, declared: &Declarations) -> Option<usize> {
    let item = facts.items.get(id.0 as usize)?;
    let is_same = |name: &str, kind: ItemKind| *item.name == *name && item.kind == kind;
    let types = (0..).zip(&declared.types).filter(|(_, one)| is_same(&one.name, one.kind));
    joined((facts, id), types.map(|(index, one)| (index, one.site.span)).collect())
}

/// The declaration of a function that an item is, by its place in the list.
pub(super) fn function_at(facts: &FileFacts, id: ItemId, declared: &Declarations) -> Option<usize> {
    let item = facts.items.get(id.0 as usize).filter(|item| item.kind == ItemKind::Function)?;
    let functions = (0..).zip(&declared.functions).filter(|(_, one)| one.name == item.name);
    joined((facts, id), functions.map(|(index, one)| (index, one.site.span)).collect())
}

/// Which declaration of its name and kind an item is.
///
/// What one call of a macro declares has one place, and facts that leave bodies out have other places than the text, so that where
/// the place does not tell the order does.
fn joined((facts, id): (&FileFacts, ItemId), named: Vec<(usize, Span)>) -> Option<usize> {
    let item = &facts.items[id.0 as usize];
    let same = |is_meant: &dyn Fn(&Item) -> bool| -> Vec<ItemId> {
        let is_same = |one: &Item| one.name == item.name && one.kind == item.kind && is_meant(one);
        (0..).map(ItemId).zip(&facts.items).filter(|(_, one)| is_same(one)).map(|(id, _)| id).collect()
    };
    let at = |items: Vec<ItemId>, declared: Vec<usize>| {
        let order = items.iter().position(|one| *one == id)?;
        (items.len() == declared.len()).then(|| declared.get(order).copied()).flatten()
    };
    let here: Vec<usize> =
        named.iter().filter(|(_, span)| *span == item.site.span).map(|(index, _)| *index).collect();
    match here.as_slice() {
        [] => at(same(&|_| true), named.into_iter().map(|(index, _)| index).collect()),
        [only] => Some(*only),
        _ => at(same(&|one| one.site.span == item.site.span), here),
    }
}
