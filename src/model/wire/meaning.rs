//! A type as written, where it stands → what it means: names resolved, aliases followed, generic parameters filled in.

use std::rc::Rc;

use super::table;
use super::{At, Wire};
use crate::basis::segments;
use crate::facts::{BlockDeclaration, Import, ItemId, ItemKind, TestMark, TypeDeclaration, TypeExpr};
use crate::model::resolve::{Def, Namespace};
use crate::model::tree::ModuleRef;

/// How deep a type may be once aliases are followed and parameters filled in.
const DEPTH: u32 = 48;
/// How many types the arguments of one type may be made of.
const SIZE: usize = 1_000;

/// What a type means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// A struct, enum or union of the repository.
    Own {
        /// The module whose scope declares it.
        module: ModuleRef,
        /// The item.
        item: ItemId,
        /// What its parameters are; as many as it has.
        arguments: Vec<Meaning>,
    },
    /// A type of another crate or of the language.
    Foreign {
        /// The path, the crate's name first: `std::vec::Vec`, `chrono::DateTime`, `std::u8`.
        path: Rc<str>,
        /// What is written between `<` and `>`.
        arguments: Vec<Meaning>,
    },
    /// `[T]` and `[T; N]`.
    List(Box<Meaning>),
    /// `(A, B)`.
    Tuple(Vec<Meaning>),
    /// What cannot be told, with the reason.
    Unknown(Rc<str>),
}

impl Meaning {
    /// The arguments, if this is the type `name` of the crate `of`, wherever in the crate it lies; `core` and `alloc` are `std`.
    pub fn is(&self, of: &str, name: &str) -> Option<&[Self]> {
        match self {
            Self::Foreign { path, arguments } if table::key(path) == (of, name) => Some(arguments),
            Self::Foreign { .. } | Self::Own { .. } | Self::List(_) | Self::Tuple(_) | Self::Unknown(_) => {
                None
            }
        }
    }

    pub(super) fn unknown(reason: impl Into<Rc<str>>) -> Self {
        Self::Unknown(reason.into())
    }
}

/// What names mean that are bound where a type stands: `Self` and generic parameters.
pub type Bindings = Vec<(Box<str>, Meaning)>;

impl Wire<'_, '_> {
    /// What a type means that stands at a place, under bindings.
    pub(super) fn meaning(&self, expr: &TypeExpr, (at, bindings): (At, &Bindings), depth: u32) -> Meaning {
        if depth > DEPTH || !self.spend() {
            return Meaning::unknown("the type is too deep");
        }
        let inner = |expr: &TypeExpr| self.meaning(expr, (at, bindings), depth + 1);
        match expr {
            TypeExpr::Path { path, arguments } => {
                let arguments = arguments.iter().map(inner).collect();
                self.named((path, arguments), (at, bindings), depth)
            }
            TypeExpr::Reference(to) => inner(to),
            TypeExpr::Array(_, Some(0)) => {
                Meaning::List(Box::new(Meaning::unknown("the list is always empty")))
            }
            TypeExpr::Slice(of) | TypeExpr::Array(of, _) => Meaning::List(Box::new(inner(of))),
            TypeExpr::Tuple(list) => Meaning::Tuple(list.iter().map(inner).collect()),
            TypeExpr::Bounds(_) => Meaning::unknown("only a trait is said of it"),
            TypeExpr::Never => Meaning::unknown("`!` has no value"),
            TypeExpr::Other(text) => Meaning::unknown(format!("`{text}` has no shape of its own")),
        }
    }

    fn named(
        &self,
        (path, arguments): (&str, Vec<Meaning>),
        (at, bindings): (At, &Bindings),
        depth: u32,
    ) -> Meaning {
        let mut parts = segments(path);
        let first = parts.next().unwrap_or(path);
        if let Some((_, bound)) = bindings.iter().find(|(name, _)| **name == *first) {
            return match (parts.next(), parts.next()) {
                (None, _) => bound.clone(),
                (Some(name), None) => self.associated(bound, name, depth),
                (Some(_), Some(_)) => Meaning::unknown(format!("`{path}` is a type of a trait")),
            };
        }
        let found = self.world.resolve(at.0, at.1, path, Namespace::Type);
        let defs = self.shipped(found.defs);
        let mut meanings: Vec<Meaning> = Vec::new();
        for def in defs {
            let meaning = match def {
                Def::External(path) => {
                    Some(foreign(&self.world.as_framework(at.0, path.to_string()), arguments.clone()))
                }
                // The names of a framework say what its types take and give; what they are made of does not.
                Def::Item(module, item) => {
                    match self.world.in_framework(at.0, module, || self.world.name_of(&def)) {
                        Some(path) => Some(foreign(&path, arguments.clone())),
                        None => Some(self.item((module, item), (path, arguments.clone(), at), depth)),
                    }
                }
                Def::Module(_) => None,
            };
            meanings.extend(meaning.filter(|meaning| !meanings.contains(meaning)));
        }
        match meanings.len() {
            0 => self.unlisted(path, arguments, at),
            1 => meanings.swap_remove(0),
            _ => Meaning::unknown(format!("`{path}` means several types")),
        }
    }

    /// The meanings without those of tests, where there are others.
    fn shipped(&self, defs: Vec<Def>) -> Vec<Def> {
        let is_test = |def: &Def| match def {
            Def::Item(module, item) => self.world.facts_of(*module).is_some_and(|facts| {
                let item = &facts.items[item.0 as usize];
                facts.cfgs[item.cfg.0 as usize].test == TestMark::Yes
            }),
            Def::Module(_) | Def::External(_) => false,
        };
        if defs.len() > 1 && defs.iter().any(|def| !is_test(def)) {
            return defs.into_iter().filter(|def| !is_test(def)).collect();
        }
        defs
    }

    fn item(
        &self,
        (module, item): (ModuleRef, ItemId),
        (path, arguments, at): (&str, Vec<Meaning>, At),
        depth: u32,
    ) -> Meaning {
        let Some(facts) = self.world.facts_of(module) else { return Meaning::unknown("it cannot be read") };
        let found = &facts.items[item.0 as usize];
        let last = path.rsplit("::").next().unwrap_or(path);
        if *found.name != *last
            && let Some((owner, _)) = path.rsplit_once("::")
            && self.world.resolve(at.0, at.1, owner, Namespace::Type).defs.contains(&Def::Item(module, item))
        {
            // `Trait::Name<T>` and `Type::Name`: the name is one of an `impl`.
            let subject = match (found.kind, arguments.first()) {
                (ItemKind::Trait, Some(subject)) => subject.clone(),
                _ => self.filled((module, item), arguments, depth),
            };
            return self.associated(&subject, last, depth);
        }
        match found.kind {
            ItemKind::Struct | ItemKind::Enum | ItemKind::Union | ItemKind::TypeAlias => {
                self.filled((module, item), arguments, depth)
            }
            ItemKind::Trait => Meaning::unknown(format!("`{path}` is a trait")),
            ItemKind::Function
            | ItemKind::Variant
            | ItemKind::Const
            | ItemKind::Static
            | ItemKind::Macro
            | ItemKind::Module
            | ItemKind::Impl => Meaning::unknown(format!("`{path}` is no type")),
        }
    }

    /// A type of the repository with its arguments; of an alias what it stands for.
    fn filled(&self, (module, item): (ModuleRef, ItemId), arguments: Vec<Meaning>, depth: u32) -> Meaning {
        // Aliases that say a parameter twice double it each time.
        if is_large(&arguments) {
            return Meaning::unknown("the type is too large");
        }
        let Some(declared) = self.declared(module, item) else {
            let name = self.world.symbol(module, item);
            return Meaning::unknown(format!("`{name}` is declared by a macro"));
        };
        let declaration = declared.declaration();
        let bindings = self.bindings(declaration, arguments, (declared.at, depth));
        match &declaration.target {
            Some(target) => self.meaning(target, (declared.at, &bindings), depth + 1),
            None => {
                let arguments = bindings.into_iter().map(|(_, meaning)| meaning).collect();
                Meaning::Own { module, item, arguments }
            }
        }
    }

    /// What the parameters of a type are, its defaults where nothing is said.
    fn bindings(&self, of: &TypeDeclaration, arguments: Vec<Meaning>, (at, depth): (At, u32)) -> Bindings {
        let mut bindings = Bindings::new();
        let mut said = arguments.into_iter();
        for generic in &of.generics {
            let meaning = said.next().unwrap_or_else(|| match &generic.default {
                Some(default) => self.meaning(default, (at, &bindings), depth + 1),
                None => Meaning::unknown(format!("`{}` of `{}` is not said", generic.name, of.name)),
            });
            bindings.push((generic.name.clone(), meaning));
        }
        bindings
    }

    /// The type `name` that an `impl` for `subject` sets, looked for where the type is declared.
    fn associated(&self, subject: &Meaning, name: &str, depth: u32) -> Meaning {
        let unknown = || Meaning::unknown(format!("`{name}` is a type of a trait"));
        let Meaning::Own { module, item, .. } = subject else { return unknown() };
        let Some(declared) = self.declared(*module, *item) else { return unknown() };
        let is_of = |block: &&BlockDeclaration| block.of.name() == Some(&*declared.declaration().name);
        let blocks = declared.file.blocks.iter().filter(is_of);
        let set: Vec<&TypeExpr> = blocks
            .flat_map(|block| &block.types)
            .filter(|(set, _)| **set == *name)
            .map(|(_, to)| to)
            .collect();
        match set.as_slice() {
            [only] => {
                let bindings = vec![("Self".into(), subject.clone())];
                self.meaning(only, (declared.at, &bindings), depth + 1)
            }
            _ => unknown(),
        }
    }

    /// A name that nothing of the repository declares: one of the language, or of a crate that is opened by a glob.
    fn unlisted(&self, path: &str, arguments: Vec<Meaning>, at: At) -> Meaning {
        if let Some(path) = table::prelude(path) {
            return Meaning::Foreign { path: path.into(), arguments };
        }
        let outside = self.outside_globs(at);
        let mut known = outside.iter().map(|glob| foreign(&format!("{glob}::{path}"), arguments.clone()));
        let is_listed = |meaning: &Meaning| match meaning {
            Meaning::Foreign { path, .. } => table::row(path).is_some(),
            Meaning::Own { .. } | Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => false,
        };
        match (known.find(is_listed), outside.as_slice()) {
            (Some(listed), _) => listed,
            // What nothing of the repository declares comes in by the one glob that there is.
            (None, [only]) => foreign(&format!("{only}::{path}"), arguments),
            (None, _) => Meaning::unknown(format!("`{path}` is not found")),
        }
    }

    /// Modules of other crates whose names a glob brings to a place.
    fn outside_globs(&self, at: At) -> Vec<Rc<str>> {
        let Some(facts) = self.world.facts_of(at.0) else { return Vec::new() };
        let begins = self.world.file_module(at.0);
        let is_here = |import: &Import| import.glob && self.world.module_at(begins, import.scope) == at.0;
        let mut found = Vec::new();
        for (index, _) in (0..).zip(&facts.imports).filter(|(_, import)| is_here(import)) {
            for def in &self.world.import(at.0, index).defs {
                match def {
                    Def::External(path) => found.push(path.clone()),
                    Def::Module(module) => found.extend(self.world.outside_globs(*module)),
                    Def::Item(..) => {}
                }
            }
        }
        found
    }
}

fn is_large(arguments: &[Meaning]) -> bool {
    let mut open: Vec<&Meaning> = arguments.iter().collect();
    let mut seen = 0;
    while let Some(meaning) = open.pop() {
        seen += 1;
        if seen > SIZE {
            return true;
        }
        match meaning {
            Meaning::Own { arguments, .. }
            | Meaning::Foreign { arguments, .. }
            | Meaning::Tuple(arguments) => {
                open.extend(arguments);
            }
            Meaning::List(of) => open.push(of),
            Meaning::Unknown(_) => {}
        }
    }
    false
}

fn foreign(path: &str, arguments: Vec<Meaning>) -> Meaning {
    Meaning::Foreign { path: table::original(path).into(), arguments }
}
