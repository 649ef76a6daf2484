//! The paths of one file, resolved → what the file depends on.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::expand::{self, Made, Through};
use super::extracted::{Also, BehindGlob, Dependency, ExternalUse, Extracted, HandedOn, Unresolved, User};
use super::focus::Focus;
use super::globs::Opened;
use super::resolve::{Def, Namespace, Resolution, Via};
use super::scopes::Place;
use super::tree::{FileId, ModuleRef, World, conditions};
use crate::basis::{DependencyKind, RepoPath, Site, SymbolPath};
use crate::facts::rust::expand::Hand;
use crate::facts::rust::is_macro_of_std_alone;
use crate::facts::{
    CfgId, FileFacts, Import, ItemId, PathKind, PathUse, Position, ScopeId, ScopeKind, Visibility,
};

/// How many names the globs of one file may hand out and be told one by one.
const HANDED_OUT: usize = 20_000;

/// A path as it stands somewhere: the scope, the condition, what is written, what is asked for.
type Wording<'w> = (ScopeId, CfgId, &'w str, Namespace);

/// The work on one file of one crate.
struct Reader<'w, 's> {
    world: &'w World<'s>,
    module: ModuleRef,
    file: FileId,
    facts: &'w FileFacts,
    made: &'w Made,
    modules: FxHashMap<ScopeId, ModuleRef>,
    /// What paths mean, by where they stand: the same few names stand in many items.
    meanings: FxHashMap<Wording<'w>, Rc<Resolution>>,
    symbols: FxHashMap<(ModuleRef, ItemId), SymbolPath>,
    /// Modules with those that visibilities in them name.
    visible: BTreeSet<(ModuleRef, ModuleRef)>,
    /// What the globs around a scope open, as far as that was asked.
    opened: FxHashMap<ScopeId, Rc<Opened>>,
    found: Extracted,
    /// How many more names globs may hand out.
    budget: usize,
    /// Which dependencies and external uses an import made, by the import's index.
    of_imports: BTreeMap<u32, (Vec<usize>, Vec<usize>)>,
}

impl World<'_> {
    /// What the parts of a file in `focus` depend on; `module` is one that begins the file.
    pub fn extract(&self, module: ModuleRef, focus: &Focus) -> Extracted {
        let Some(file) = self.module(module).file else { return Extracted::default() };
        let made = self.made(file);
        let facts = &made.facts;
        let mut reader = Reader {
            world: self,
            module,
            file,
            facts,
            made: &made,
            modules: FxHashMap::default(),
            meanings: FxHashMap::default(),
            symbols: FxHashMap::default(),
            visible: BTreeSet::new(),
            opened: FxHashMap::default(),
            found: Extracted::default(),
            budget: HANDED_OUT,
            of_imports: BTreeMap::new(),
        };
        for (index, import) in (0..).zip(&facts.imports) {
            if focus.reads_import(index as usize) && reader.is_asked(import.scope, import.cfg) {
                reader.import(index, import);
            }
        }
        for (index, path) in facts.paths.iter().enumerate() {
            if focus.reads_path(index) && reader.is_asked(path.scope, path.cfg) {
                reader.path(index, path);
            }
        }
        reader.found
    }

    /// The path of a file.
    pub fn path_of(&self, user: &User) -> RepoPath {
        self.path(user.file)
    }
}

impl<'w> Reader<'w, '_> {
    fn module_of(&mut self, scope: ScopeId) -> ModuleRef {
        let (world, module) = (self.world, self.module);
        *self.modules.entry(scope).or_insert_with(|| world.module_at(module, scope))
    }

    fn symbol(&mut self, module: ModuleRef, item: ItemId) -> SymbolPath {
        let world = self.world;
        self.symbols.entry((module, item)).or_insert_with(|| world.symbol(module, item)).clone()
    }

    /// Whether somebody asks what the code at a place uses.
    fn is_asked(&mut self, scope: ScopeId, cfg: CfgId) -> bool {
        let module = self.module_of(scope);
        let data = self.world.module(module);
        self.world.reads(self.world.role_under(data.role, data.in_crate, self.facts, cfg))
    }

    fn user(
        &mut self,
        scope: ScopeId,
        item: Option<ItemId>,
        cfg: CfgId,
        place: (Site, DependencyKind),
    ) -> User {
        let module = self.module_of(scope);
        let data = self.world.module(module);
        let item = item.map_or_else(|| data.path.clone(), |item| self.symbol(module, item));
        let role = self.world.role_under(data.role, data.in_crate, self.facts, cfg);
        let condition = conditions(&data.condition, &self.facts.cfgs[cfg.0 as usize].text);
        let condition = (!condition.is_empty()).then(|| Box::from(&*condition));
        let (through, named_in) = (None, None);
        User {
            module,
            item,
            file: self.file,
            site: place.0,
            kind: place.1,
            role,
            condition,
            through,
            named_in,
            by_glob: false,
            handed_on: None,
        }
    }

    fn import(&mut self, index: u32, import: &Import) {
        let module = self.module_of(import.scope);
        let found = self.world.import(module, index);
        let kind = match import.visibility {
            Visibility::Private => DependencyKind::Import,
            Visibility::Public | Visibility::Restricted(_) => DependencyKind::Reexport,
        };
        let mut user = self.user(import.scope, import.item, import.cfg, (import.site, kind));
        if let Some(written) = self.made.import(index as usize) {
            self.through(&mut user, written, (&import.path, Namespace::Any), &found);
        }
        user.handed_on = self.handed_on(module, import);
        let before = (self.found.dependencies.len(), self.found.external.len());
        self.record(&user, &found, &import.path);
        if import.glob && kind == DependencyKind::Reexport {
            self.hand_out(&user, &found, &import.path);
        } else if import.glob {
            // Nobody sees what goes through it: the import itself is the use.
            let opened = self.found.dependencies[before.0..].iter_mut();
            opened.for_each(|opened| opened.of_module &= !self.world.is_generated(opened.to_module));
        }
        let made = (before.0..self.found.dependencies.len(), before.1..self.found.external.len());
        self.of_imports.insert(index, (made.0.collect(), made.1.collect()));
    }

    /// What an import of `module` hands on. What stands in a block nobody outside can name.
    fn handed_on(&self, module: ModuleRef, import: &Import) -> Option<HandedOn> {
        if matches!(self.facts.scopes[import.scope.0 as usize].kind, ScopeKind::Block(_)) {
            return None;
        }
        let within = match &import.visibility {
            Visibility::Private => return None,
            Visibility::Public => None,
            Visibility::Restricted(path) => {
                let found = self.world.resolve(module, import.scope, path, Namespace::Type);
                let module = found.defs.iter().find_map(|def| match def {
                    Def::Module(module) => Some(*module),
                    Def::Item(..) | Def::External(_) => None,
                });
                Some(module.unwrap_or_else(|| self.world.crate_root(self.module)))
            }
        };
        let name = if import.glob { "*".into() } else { import.name.clone() };
        Some(HandedOn { name, within })
    }

    /// A glob that hands on is the re-export of all that it hands on.
    fn hand_out(&mut self, user: &User, found: &Resolution, written: &str) {
        for def in &found.defs {
            let Def::Module(opened) = def else { continue };
            let handed = self.world.handed_out(*opened, user.module, &mut self.budget);
            let from = self.found.dependencies.len();
            for (name, defs) in handed.iter().flatten() {
                let named = format!("{}::{name}", found.named);
                let handed = Resolution { defs: defs.clone(), named, via: Via::Glob, stuck: None };
                self.record(user, &handed, written);
            }
            for dependency in &mut self.found.dependencies[from..] {
                dependency.opened = Some(*opened);
            }
            if handed.is_none() {
                self.found.unresolved.push(Unresolved {
                    user: user.clone(),
                    written: format!("{written}::*"),
                    named: found.named.clone(),
                    reached: *opened,
                    rest: "*".to_owned(),
                    ends_there: false,
                });
            }
        }
    }

    fn path(&mut self, index: usize, path: &'w PathUse) {
        let (kind, namespace) = match path.kind {
            PathKind::Visibility => return self.visibility(path),
            PathKind::Type => (DependencyKind::Path, Namespace::Type),
            PathKind::Value => (DependencyKind::Path, Namespace::Value),
            PathKind::MacroName | PathKind::MacroInTokens => (DependencyKind::Macro, Namespace::Macro),
            PathKind::MacroTokens => (DependencyKind::Macro, Namespace::Any),
            PathKind::Attribute => (DependencyKind::Attribute, Namespace::Any),
            PathKind::Impl => (DependencyKind::Impl, Namespace::Type),
        };
        let alone = !path.path.contains("::");
        let (found, namespace) = self.meaning(path, namespace);
        if !alone {
            self.behind_alias(path, kind, &found);
        }
        if let Via::Import(by, import) = found.via
            && self.world.module(by).file == Some(self.file)
            && (alone && !self.is_beside(&found, by, import) || self.imports_items(by, import))
            && self.made.import(import as usize).is_none_or(|(hand, _)| hand == Hand::Call)
        {
            let module = self.module_of(path.scope);
            let item = path.item.map(|item| self.symbol(module, item));
            self.also(import, Also { site: path.site, item });
            return;
        }
        let is_unknown = found.defs.is_empty() && found.stuck.is_none();
        if is_unknown {
            self.behind_globs((index, path), (kind, namespace), &found);
        }
        let is_no_item = |def: &Def| !matches!(def, Def::Item(..));
        let names_a_crate_alone = alone && found.stuck.is_none() && found.defs.iter().all(is_no_item);
        if names_a_crate_alone {
            return;
        }
        // Nor does it name a module where it names an item, too.
        let is_module = |def: &Def| matches!(def, Def::Module(_));
        let names_both = alone && found.defs.iter().any(is_module) && !found.defs.iter().all(is_module);
        let found = if names_both { Rc::new(found.without_modules()) } else { found };
        let mut user = self.user(path.scope, path.item, path.cfg, (path.site, kind));
        if let Some(written) = self.made.path(index) {
            self.through(&mut user, written, (&path.path, namespace), &found);
        }
        user.by_glob = matches!(found.via, Via::Glob);
        if is_unknown {
            self.unknown_head(user, path);
            return;
        }
        if path.kind.is_among_tokens() && !self.is_believable(&found) {
            return;
        }
        self.record(&user, &found, &path.path);
    }

    /// A variant that a path names by an alias of its enum: the alias is an item, and so is the variant.
    fn behind_alias(&mut self, path: &PathUse, kind: DependencyKind, found: &Resolution) {
        let Some((_, name)) = path.path.rsplit_once("::") else { return };
        let variants = |def: &Def| match def {
            Def::Item(module, item) => self.world.variants_of_alias(*module, *item, name),
            Def::Module(_) | Def::External(_) => Vec::new(),
        };
        let defs: Vec<Def> = found.defs.iter().flat_map(variants).collect();
        if !defs.is_empty() {
            let user = self.user(path.scope, path.item, path.cfg, (path.site, kind));
            let user = User { by_glob: matches!(found.via, Via::Glob), ..user };
            self.record(&user, &Resolution { defs, ..found.clone() }, &path.path);
        }
    }

    /// What a path means, and the namespace in which it does: a name alone among the arguments of a type may be that of a constant, and
    /// what stands over an item is a macro, though nothing but a trait of its name may be imported.
    fn meaning(&mut self, path: &'w PathUse, namespace: Namespace) -> (Rc<Resolution>, Namespace) {
        let (module, world) = (self.module_of(path.scope), self.world);
        let place = Place { module, scope: path.scope, under: path.cfg };
        let mut meaning = |namespace| {
            let key = (path.scope, path.cfg, &*path.path, namespace);
            let resolve = || Rc::new(world.resolve_at(place, &path.path, namespace));
            (self.meanings.entry(key).or_insert_with(resolve).clone(), namespace)
        };
        let found = meaning(namespace);
        let defs = &found.0.defs;
        let (is_known, other) = match path.kind {
            PathKind::Type => (!defs.is_empty(), Namespace::Value),
            PathKind::Attribute => {
                (defs.iter().any(|def| world.def_in(def, Namespace::Macro)), Namespace::Macro)
            }
            PathKind::Value
            | PathKind::MacroName
            | PathKind::MacroTokens
            | PathKind::MacroInTokens
            | PathKind::Impl
            | PathKind::Visibility => return found,
        };
        if is_known || found.0.stuck.is_some() || path.path.contains("::") {
            return found;
        }
        let other = meaning(other);
        if other.0.defs.is_empty() { found } else { other }
    }

    /// A visibility names a module like an import of one, once in a module.
    fn visibility(&mut self, path: &PathUse) {
        let module = self.module_of(path.scope);
        let found = self.world.resolve(module, path.scope, &path.path, Namespace::Type);
        let Some(Def::Module(to)) = found.defs.first() else { return };
        if self.visible.insert((module, *to)) {
            let user = self.user(path.scope, None, path.cfg, (path.site, DependencyKind::Path));
            self.record(&user, &found, &path.path);
        }
    }

    /// Notes the macro that wrote what an expansion names, and whether the path means the same where the macro is defined. Then it
    /// is for the module of the macro to answer for; what it means only at the call, the call answers for.
    fn through(
        &self,
        user: &mut User,
        (hand, through): (Hand, &Through),
        (path, namespace): (&str, Namespace),
        found: &Resolution,
    ) {
        if hand == Hand::Call {
            return;
        }
        user.through = Some(through.clone());
        let modules = self.world.locate(&through.file);
        let of_crate = |module: &&ModuleRef| self.world.module(**module).in_crate == through.in_crate;
        let Some(begins) = modules.iter().find(of_crate).filter(|_| hand == Hand::Definition) else { return };
        let scopes = self.world.facts_of(*begins).map_or(0, |facts| facts.scopes.len());
        let scope = Some(through.scope).filter(|scope| (scope.0 as usize) < scopes).unwrap_or_default();
        let module = self.world.module_at(*begins, scope);
        let there = self.world.resolve(module, scope, path, namespace);
        user.named_in = (there.defs == found.defs && there.stuck == found.stuck).then_some(module);
    }

    /// Whether tokens of a macro are a path of this file: they lead to something or end inside a module, and not into a crate that
    /// only the place where the macro's output ends up may know.
    fn is_believable(&self, found: &Resolution) -> bool {
        if let (true, Some((reached, rest))) = (found.defs.is_empty(), &found.stuck) {
            return self.ends_there(*reached, rest);
        }
        let in_crate = self.world.module(self.module).in_crate;
        let known = |def: &Def| match def {
            Def::External(path) => {
                let name = path.split("::").next().unwrap_or(path);
                self.world.is_declared(in_crate, name)
            }
            Def::Module(_) | Def::Item(..) => true,
        };
        !found.defs.is_empty() && found.defs.iter().all(known)
    }

    /// A path of several segments whose first is nothing that is known: a crate, unless it cannot be one.
    fn unknown_head(&mut self, user: User, path: &PathUse) {
        let Some((head, _)) = path.path.split_once("::") else { return };
        let tool =
            ["rustfmt", "clippy", "diagnostic", "miri", "rust_analyzer", "rustdoc", "rustc"].contains(&head);
        let is_crate = head.chars().next().is_some_and(|first| first.is_ascii_lowercase());
        let reliable = matches!(path.kind, PathKind::Type | PathKind::Value | PathKind::Impl);
        let primitive = ["str", "char", "bool", "slice", "f32", "f64"].contains(&head)
            || head
                .strip_prefix(['u', 'i'])
                .is_some_and(|bits| bits.chars().all(|bit| bit.is_ascii_digit()) || bits == "size");
        if is_crate && reliable && !tool && !primitive && !self.opened(path.scope).hides {
            let to = path.path.to_string();
            self.found.external.push(ExternalUse { user, named: to.clone(), to, also: Vec::new() });
        }
    }

    /// What a name means that nothing declares, if an external module brings it that is opened around it: by a glob, or as Rust
    /// opens `std` for its macros everywhere.
    fn behind_globs(
        &mut self,
        (index, path): (usize, &PathUse),
        (kind, namespace): (DependencyKind, Namespace),
        found: &Resolution,
    ) {
        let opened = self.opened(path.scope);
        let is_written = !path.kind.is_among_tokens() && !path.path.starts_with("::");
        let in_globs = opened.outside.iter().filter(|_| is_written).cloned();
        let in_std =
            (namespace == Namespace::Macro && is_macro_of_std_alone(&path.path)).then(|| Rc::from("std"));
        let globs: Vec<Rc<str>> = in_globs.chain(in_std).collect();
        if globs.is_empty() {
            return;
        }
        let mut user = self.user(path.scope, path.item, path.cfg, (path.site, kind));
        if let Some(written) = self.made.path(index) {
            self.through(&mut user, written, (&path.path, namespace), found);
        }
        let names = globs.into_iter().map(|glob| BehindGlob {
            user: user.clone(),
            to: format!("{glob}::{}", path.path),
            glob,
        });
        self.found.behind_globs.extend(names);
    }

    /// What the globs of a scope and of those around it open, up to its module.
    fn opened(&mut self, scope: ScopeId) -> Rc<Opened> {
        if let Some(known) = self.opened.get(&scope) {
            return known.clone();
        }
        let module = self.module_of(scope);
        let opened = Rc::new(self.world.opened(module, scope));
        self.opened.insert(scope, opened.clone());
        opened
    }

    fn imports_items(&self, module: ModuleRef, import: u32) -> bool {
        match self.of_imports.get(&import) {
            Some((inside, outside)) => {
                outside.is_empty() && inside.iter().all(|at| !self.found.dependencies[*at].of_module)
            }
            // An import that is out of focus brings items when none of what it means is a module or lies outside.
            None => self.world.import(module, import).defs.iter().all(|def| matches!(def, Def::Item(..))),
        }
    }

    /// Whether what is meant is a macro that an import of a module of that name brings, too.
    fn is_beside(&self, found: &Resolution, module: ModuleRef, import: u32) -> bool {
        let item = found.defs.iter().find(|def| matches!(def, Def::Item(..)));
        item.is_some_and(|item| !self.world.import(module, import).defs.contains(item))
    }

    fn also(&mut self, import: u32, also: Also) {
        let Some((inside, outside)) = self.of_imports.get(&import) else { return };
        inside.iter().for_each(|at| self.found.dependencies[*at].also.push(also.clone()));
        outside.iter().for_each(|at| self.found.external[*at].also.push(also.clone()));
    }

    fn record(&mut self, user: &User, found: &Resolution, written: &str) {
        let own = self.world.module(user.module).path.clone();
        for def in &found.defs {
            match def {
                Def::External(path) => {
                    self.found.external.push(ExternalUse {
                        user: user.clone(),
                        to: path.to_string(),
                        named: found.named.clone(),
                        also: Vec::new(),
                    });
                }
                Def::Module(module) => {
                    let to = self.world.module(*module).path.clone();
                    if to != own {
                        self.dependency(user, found, (*module, None, to), true);
                    }
                }
                Def::Item(module, item) => {
                    if self.world.whole(*module) != self.world.whole(user.module)
                        || self.world.are_apart(user, (*module, *item))
                    {
                        let to = self.world.symbol(*module, *item);
                        self.dependency(user, found, (*module, Some(*item), to), false);
                    }
                }
            }
        }
        let Some((reached, rest)) = found.stuck.clone().filter(|_| found.defs.is_empty()) else { return };
        let first = rest.split("::").next().unwrap_or_default();
        let may_lie_outside = || self.world.outside_globs(reached).len() > 1;
        if may_lie_outside() && self.world.teller(reached, first).is_none() {
            return;
        }
        let (user, named) = (user.clone(), found.named.clone());
        let ends_there = self.ends_there(reached, &rest);
        self.found.unresolved.push(Unresolved {
            user,
            written: expand::shown(written),
            named,
            reached,
            rest,
            ends_there,
        });
    }

    /// Whether a path that got stuck in a module ends there: below a root nothing else can have it, at a root only what makes names.
    fn ends_there(&self, reached: ModuleRef, rest: &str) -> bool {
        let first = rest.split("::").next().unwrap_or_default();
        let is_told =
            || self.world.teller(reached, first).is_some_and(|(at, name)| at == reached && *name == *first);
        let is_below_root = self.world.module(reached).parent.is_some();
        let is_made = || self.makes_names(reached) || self.world.makes_what_it_lacks(reached);
        is_below_root || is_told() || (!rest.contains("::") && is_made())
    }

    /// Whether a module holds something that makes names: calls of macros, or macros of the procedural kind.
    fn makes_names(&self, module: ModuleRef) -> bool {
        self.world.facts_of(module).is_some_and(|facts| {
            let mut attributes = facts.items.iter().flat_map(|item| &item.attributes);
            facts.macro_calls.iter().any(|call| call.position == Position::Item)
                || attributes.any(|attribute| attribute.path.starts_with("proc_macro"))
        })
    }

    fn dependency(
        &mut self,
        user: &User,
        found: &Resolution,
        (to_module, item, to): (ModuleRef, Option<ItemId>, SymbolPath),
        of_module: bool,
    ) {
        let named = found.named.clone();
        let also = Vec::new();
        let user = user.clone();
        let opened = None;
        self.found.dependencies.push(Dependency {
            user,
            to_module,
            item,
            to,
            named,
            of_module,
            opened,
            also,
        });
    }
}
