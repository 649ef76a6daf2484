//! The names that the scopes of one file declare, for look-up by scope and name.

use std::sync::Arc;

use crate::facts::{CfgId, FileFacts, ItemId, ItemKind, ScopeId, ScopeKind, Visibility};

/// What a name of a scope stands for, before anything is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// An item that is declared in the scope itself.
    Item(ItemId),
    /// What the function derives, where it is a macro for that.
    Derive(ItemId),
    /// A `mod x;`, by its index in the facts.
    Declaration(u32),
    /// A `use` leaf or `extern crate`, by its index in the facts.
    Import(u32),
}

impl Binding {
    /// Who may name it.
    pub(super) fn visibility(self, facts: &FileFacts) -> &Visibility {
        match self {
            Self::Item(id) | Self::Derive(id) => &facts.items[id.0 as usize].visibility,
            Self::Declaration(id) => &facts.modules[id as usize].visibility,
            Self::Import(id) => &facts.imports[id as usize].visibility,
        }
    }

    /// The condition it stands under.
    pub(super) fn cfg(self, facts: &FileFacts) -> CfgId {
        match self {
            Self::Item(id) | Self::Derive(id) => facts.items[id.0 as usize].cfg,
            Self::Declaration(id) => facts.modules[id as usize].cfg,
            Self::Import(id) => facts.imports[id as usize].cfg,
        }
    }
}

/// The names of all scopes of one file, sorted by scope and name.
#[derive(Debug)]
pub(super) struct Names {
    facts: Arc<FileFacts>,
    bindings: Vec<(ScopeId, Binding)>,
    globs: Vec<(ScopeId, u32)>,
    /// Members of enums, traits and `impl` blocks, sorted by parent.
    members: Vec<(ItemId, ItemId)>,
    exported_macros: Vec<ItemId>,
    /// Inline modules with their scopes, sorted.
    inline: Vec<(ItemId, ScopeId)>,
}

impl Names {
    pub(super) fn new(facts: Arc<FileFacts>) -> Self {
        let mut bindings = Vec::new();
        let mut members = Vec::new();
        let mut exported_macros = Vec::new();
        for (id, item) in (0..).map(ItemId).zip(&facts.items) {
            let member = item.parent.is_some_and(|parent| is_container(facts.items[parent.0 as usize].kind));
            if member {
                members.extend(item.parent.map(|parent| (parent, id)));
            } else if item.kind != ItemKind::Impl && &*item.name != "_" {
                bindings.push((item.scope, Binding::Item(id)));
            }
            if item.derive().is_some() {
                bindings.push((item.scope, Binding::Derive(id)));
            }
            if item.exported {
                exported_macros.push(id);
            }
        }
        bindings
            .extend((0..).zip(&facts.modules).map(|(id, module)| (module.scope, Binding::Declaration(id))));
        let mut globs = Vec::new();
        for (id, import) in (0..).zip(&facts.imports) {
            if import.glob {
                globs.push((import.scope, id));
            } else if &*import.name != "_" {
                bindings.push((import.scope, Binding::Import(id)));
            }
        }
        let scopes = (0..).map(ScopeId).zip(&facts.scopes);
        let mut inline: Vec<_> = scopes
            .filter_map(|(id, scope)| match scope.kind {
                ScopeKind::Module(item) => Some((item, id)),
                ScopeKind::File | ScopeKind::Block(_) => None,
            })
            .collect();
        inline.sort();
        members.sort();
        globs.sort();
        bindings.sort_by(|left, right| {
            (left.0, name_of(&facts, left.1)).cmp(&(right.0, name_of(&facts, right.1)))
        });
        Self { facts, bindings, globs, members, exported_macros, inline }
    }

    /// What `name` stands for in `scope` itself, globs left out.
    pub(super) fn named(&self, scope: ScopeId, name: &str) -> &[(ScopeId, Binding)] {
        let key = |binding: &(ScopeId, Binding)| (binding.0, name_of(&self.facts, binding.1));
        let start = self.bindings.partition_point(|binding| key(binding) < (scope, name));
        let length = self.bindings[start..].partition_point(|binding| key(binding) == (scope, name));
        &self.bindings[start..start + length]
    }

    /// All names of `scope`, in order, globs left out.
    pub(super) fn of_scope(&self, scope: ScopeId) -> impl Iterator<Item = (&str, Binding)> {
        let start = self.bindings.partition_point(|binding| binding.0 < scope);
        let bindings = self.bindings[start..].iter().take_while(move |binding| binding.0 == scope);
        bindings.map(|binding| (name_of(&self.facts, binding.1), binding.1))
    }

    /// The glob imports of `scope`, by their index in the facts.
    pub(super) fn globs(&self, scope: ScopeId) -> impl Iterator<Item = u32> {
        let start = self.globs.partition_point(|glob| glob.0 < scope);
        self.globs[start..].iter().take_while(move |glob| glob.0 == scope).map(|glob| glob.1)
    }

    /// The member of an enum, trait or block that has this name.
    pub(super) fn member(&self, parent: ItemId, name: &str) -> Option<ItemId> {
        let start = self.members.partition_point(|member| member.0 < parent);
        let members = self.members[start..].iter().take_while(|member| member.0 == parent);
        members.map(|member| member.1).find(|id| &*self.facts.items[id.0 as usize].name == name)
    }

    /// The scope of an inline module.
    pub(super) fn scope_of(&self, module: ItemId) -> Option<ScopeId> {
        let at = self.inline.binary_search_by_key(&module, |(item, _)| *item).ok()?;
        Some(self.inline[at].1)
    }

    /// The exported macros; such a macro lives at the root of its crate.
    pub(super) fn exported_macros(&self) -> &[ItemId] {
        &self.exported_macros
    }
}

/// Whether items inside an item of this kind are its members rather than items of the scope around it.
fn is_container(kind: ItemKind) -> bool {
    matches!(kind, ItemKind::Enum | ItemKind::Trait | ItemKind::Impl | ItemKind::Struct | ItemKind::Union)
}

fn name_of(facts: &FileFacts, binding: Binding) -> &str {
    match binding {
        Binding::Item(id) => &facts.items[id.0 as usize].name,
        Binding::Derive(id) => facts.items[id.0 as usize].derive().unwrap_or_default(),
        Binding::Declaration(id) => &facts.modules[id as usize].name,
        Binding::Import(id) => &facts.imports[id as usize].name,
    }
}
