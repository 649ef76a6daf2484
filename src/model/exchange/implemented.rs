//! A type of the repository → the `impl` blocks in which it says what it is to a web framework, in whatever file they stand.
//!
//! A block is one of a type where the name in its head means the type. Those in the file of the type are looked at first: of the other
//! files only those are read whose texts hold a function that frameworks ask for.

use std::sync::Arc;

use super::{Exchanges, Function};
use crate::facts::{
    BlockDeclaration, Declarations, FunctionDeclaration, ItemId, ItemKind, Piece, ScopeId, TypeExpr,
};
use crate::model::tree::ModuleRef;
use crate::model::wire::{At, Bindings, Meaning};

/// An `impl` block of a trait, and where the names in it are looked up.
#[derive(Clone)]
pub(super) struct Block {
    file: Arc<Declarations>,
    index: usize,
    pub(super) at: At,
}

/// A block with the type that it is for.
type Implemented = ((ModuleRef, ItemId), Block);

impl Block {
    pub(super) fn header(&self) -> &BlockDeclaration {
        &self.file.blocks[self.index]
    }

    pub(super) fn functions(&self) -> impl Iterator<Item = &FunctionDeclaration> {
        self.file.functions_in(|block| std::ptr::eq(block, self.header()))
    }

    /// What `Self` and the parameters of the block are for a type with these arguments.
    pub(super) fn bindings(&self, of: &Meaning) -> Bindings {
        let mut bindings = vec![("Self".into(), of.clone())];
        if let (TypeExpr::Path { arguments, .. }, Meaning::Own { arguments: known, .. }) =
            (&self.header().of, of)
        {
            bindings.extend(arguments.iter().zip(known).filter_map(|(argument, known)| match argument {
                TypeExpr::Path { path, arguments } if arguments.is_empty() => {
                    Some((path.clone(), known.clone()))
                }
                TypeExpr::Path { .. }
                | TypeExpr::Reference(_)
                | TypeExpr::Slice(_)
                | TypeExpr::Array(..)
                | TypeExpr::Tuple(_)
                | TypeExpr::Bounds(_)
                | TypeExpr::Never
                | TypeExpr::Other(_) => None,
            }));
        }
        bindings
    }
}

/// What types implement in other files than their own.
#[derive(Default)]
pub(super) struct Elsewhere {
    /// The files that may say so.
    files: Vec<ModuleRef>,
    blocks: Vec<Implemented>,
}

impl Exchanges<'_, '_> {
    /// The blocks in which a type implements traits of which one is meant.
    pub(super) fn blocks(&self, of: (ModuleRef, ItemId), is_meant: impl Fn(&Block) -> bool) -> Vec<Block> {
        let Some((file, index, _)) = self.wire.declaration_of(of.0, of.1) else { return Vec::new() };
        let name = file.types[index].name.clone();
        let is_here = |block: &Block| match self.subject(block) {
            Meaning::Own { module, item, .. } => (module, item) == of,
            Meaning::Unknown(_) => block.header().of.name() == Some(&*name),
            Meaning::Foreign { .. } | Meaning::List(_) | Meaning::Tuple(_) => false,
        };
        let begins = self.world.file_module(of.0);
        let mut found = self.blocks_in(begins, &file);
        found.retain(|block| is_meant(block) && is_here(block));
        if found.is_empty() {
            let elsewhere = self.elsewhere.get_or_init(|| self.in_other_files());
            elsewhere.files.iter().for_each(|file| self.wire.needs(*file, Piece::List));
            let meant = elsewhere.blocks.iter().filter(|(known, block)| *known == of && is_meant(block));
            found.extend(meant.map(|(_, block)| block.clone()));
        }
        found
    }

    /// The blocks of traits in all files that may hold one of those that frameworks ask for.
    fn in_other_files(&self) -> Elsewhere {
        let mut found = Elsewhere::default();
        for path in self.world.source().implementing() {
            for begins in self.world.locate(&path) {
                let Some(file) = self.world.module(begins).file else { continue };
                let Some(declared) = self.world.declarations(file) else { continue };
                found.files.push(begins);
                for block in self.blocks_in(begins, &declared) {
                    if let Meaning::Own { module, item, .. } = self.subject(&block) {
                        found.blocks.push(((module, item), block));
                    }
                }
            }
        }
        found
    }

    /// A function of a block, for a type that the block is for.
    pub(super) fn function_in(
        &self,
        block: &Block,
        function: &FunctionDeclaration,
        of: &Meaning,
    ) -> Function {
        self.wire.needs_function(block.at.0, &block.file, function);
        Function::new(function.clone(), block.at, block.bindings(of))
    }

    fn blocks_in(&self, begins: ModuleRef, file: &Arc<Declarations>) -> Vec<Block> {
        let facts = self.world.facts_of(begins);
        let items = facts.iter().flat_map(|facts| &facts.items);
        let blocks: Vec<_> = items.filter(|item| item.kind == ItemKind::Impl).collect();
        let scope = |block: &BlockDeclaration| {
            let item = blocks.iter().find(|item| item.site.span == block.site.span);
            item.map_or(ScopeId(0), |item| item.scope)
        };
        let of_traits = file.blocks.iter().enumerate().filter(|(_, block)| block.r#trait.is_some());
        let block = |(index, block)| Block { file: file.clone(), index, at: (begins, scope(block)) };
        of_traits.map(block).collect()
    }

    /// The type that a block is for.
    fn subject(&self, block: &Block) -> Meaning {
        self.wire.resolved(&block.header().of, block.at, &Bindings::new())
    }
}
