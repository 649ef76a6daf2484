//! Paths as written → the items they mean.
//!
//! The look-up follows the Rust reference (*Names*, *Paths*, *Use declarations*, *Preludes*): lexical scopes, the module,
//! glob imports, the crates that the package depends on. All `cfg` branches count, so a path can mean several items. What is
//! not seen: names that macros make, and the standard prelude (its names are nobody's).

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::memo::Question;
use super::names::Binding;
use super::scopes::Place;
use super::tree::{ModuleRef, World};
use crate::basis::{SymbolPath, segments};
use crate::facts::{Import, Item, ItemId, ItemKind, PathKind, PathUse, ScopeId};

/// What a path can mean.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Def {
    /// A module, or a crate of the repository.
    Module(ModuleRef),
    /// An item; the module is the one whose scope declares it.
    Item(ModuleRef, ItemId),
    /// A symbol of an external crate, the crate's own name first; `std`, `core` and `alloc` are such crates.
    External(Rc<str>),
}

/// In which of Rust's namespaces a name is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Namespace {
    /// Types, traits, modules, crates.
    Type,
    /// Functions, constants, constructors; types where there is no value of the name.
    Value,
    /// Macros.
    Macro,
    /// All of them: what a `use` brings.
    Any,
}

/// How the first segment of a path was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// By its own declaration, a keyword (`crate`, `self`, `super`) or as a crate.
    Direct,
    /// Through a `use` of this module, by its index in the facts.
    Import(ModuleRef, u32),
    /// Through a glob import.
    Glob,
}

/// What a path means.
#[derive(Clone, Debug)]
pub struct Resolution {
    /// Everything it can mean; empty when that is not known.
    pub defs: Vec<Def>,
    /// The path as named, made absolute: the first segment written out, facades kept.
    pub named: String,
    /// How the first segment was found.
    pub via: Via,
    /// When nothing was found behind a module of the repository: that module, and what is left of the path. What the path
    /// means then lies in it, unless it hands names on that cannot be seen.
    pub stuck: Option<(ModuleRef, String)>,
}

impl Resolution {
    fn nothing() -> Self {
        Self { defs: Vec::new(), named: String::new(), via: Via::Direct, stuck: None }
    }

    /// What else it means beside modules.
    pub(super) fn without_modules(&self) -> Self {
        let others = self.defs.iter().filter(|def| !matches!(def, Def::Module(_)));
        Self { defs: others.cloned().collect(), ..self.clone() }
    }
}

/// How many things a name can mean at most, in all branches together.
pub(super) const MEANINGS: usize = 16;

/// Meanings without repetition, in the order in which they were found.
#[derive(Default)]
struct Meanings {
    list: Vec<Def>,
    /// The same, once there are so many that looking through the list takes long.
    set: FxHashSet<Def>,
}

impl Meanings {
    fn push(&mut self, def: Def) {
        const FEW: usize = 16;
        let is_new = if self.list.len() < FEW {
            !self.list.contains(&def)
        } else {
            if self.set.is_empty() {
                self.set.extend(self.list.iter().cloned());
            }
            self.set.insert(def.clone())
        };
        if is_new {
            self.list.push(def);
        }
    }
}

/// A head that was found: what it means, what it is called in full, and how.
pub(super) struct Head {
    pub(super) defs: Vec<Def>,
    pub(super) named: String,
    pub(super) via: Via,
    /// Whether some configurations do not have it there and look further: it stands alone under a condition.
    pub(super) open: bool,
}

impl Head {
    pub(super) fn direct(named: String, defs: Vec<Def>) -> Self {
        Self { defs, named, via: Via::Direct, open: false }
    }

    /// Whether it means nothing of the repository.
    pub(super) fn is_external(&self) -> bool {
        self.defs.iter().all(|def| matches!(def, Def::External(_)))
    }

    /// What other configurations find as well.
    pub(super) fn or(self, other: Option<Self>) -> Self {
        let Some(mut other) = other else { return self };
        let mut all = Meanings::default();
        self.defs.into_iter().chain(other.defs.drain(..)).take(MEANINGS).for_each(|def| all.push(def));
        Self { defs: all.list, named: self.named, via: Via::Glob, open: other.open }
    }
}

impl World<'_> {
    /// What `path` means where it stands: in `scope` of the file of `module`, itself the module around that scope.
    pub fn resolve(&self, module: ModuleRef, scope: ScopeId, path: &str, namespace: Namespace) -> Resolution {
        self.resolve_at(self.place(module, scope), path, namespace)
    }

    /// What `path` means at a place.
    pub(super) fn resolve_at(&self, place: Place, path: &str, namespace: Namespace) -> Resolution {
        let segments: Vec<&str> = segments(path).collect();
        let Some((head, used)) = self.head(place, &segments, namespace) else {
            return self.told(place.module, path, namespace).unwrap_or_else(Resolution::nothing);
        };
        self.descend(place.module, head, &segments[used..], namespace)
    }

    /// A path that begins with what no code in sight declares, and what a module that globs of `module` open has all the same.
    fn told(&self, module: ModuleRef, path: &str, namespace: Namespace) -> Option<Resolution> {
        let name = first(path);
        if namespace == Namespace::Macro || name.is_empty() || is_keyword(name) {
            return None;
        }
        let found = self.teller(module, name).filter(|(teller, _)| *teller != module)?;
        let data = self.module(module);
        let names = self.names(data.file?);
        let mut globs = names.globs(data.scope).map(|glob| self.import(module, glob));
        let leads =
            |def: &Def| matches!(def, Def::Module(next) if self.teller(*next, name).as_ref() == Some(&found));
        let through = globs.find(|opened| opened.defs.iter().any(leads));
        let left = format!("{}{}", found.1, path.strip_prefix(name)?);
        let named = match through {
            Some(opened) => format!("{}::{path}", opened.named),
            None => self.module(found.0).path.join(&left).to_string(),
        };
        Some(Resolution { defs: Vec::new(), named, via: Via::Glob, stuck: Some((found.0, left)) })
    }

    /// What a `use` leaf means, in every namespace; for a glob, what it opens.
    pub fn import(&self, module: ModuleRef, index: u32) -> Rc<Resolution> {
        self.import_in(module, index, Namespace::Any)
    }

    /// What a `use` leaf means in a namespace.
    pub(super) fn import_in(&self, module: ModuleRef, index: u32, namespace: Namespace) -> Rc<Resolution> {
        let key = (module, index, namespace);
        if let Some(known) = self.memo.imports.borrow().get(&key) {
            return known.clone();
        }
        let question = Question::Import(module, index, namespace);
        if !self.memo.begin(&question) {
            let stuck = self.memo.stuck_for_now(&question);
            return stuck.unwrap_or_else(|| Rc::new(Resolution::nothing()));
        }
        let cycles = self.memo.cycles.get();
        let found = Rc::new(self.resolve_import(module, index, namespace));
        let stuck = Some(&found).filter(|found| found.stuck.is_some());
        if self.memo.end(question, cycles, found.defs.is_empty(), stuck) {
            self.memo.imports.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn resolve_import(&self, module: ModuleRef, index: u32, namespace: Namespace) -> Resolution {
        let Some(facts) = self.facts_of(module) else { return Resolution::nothing() };
        let import = &facts.imports[index as usize];
        let edition = self.package(self.module(module).in_crate.package).edition;
        if import.extern_crate {
            return self.extern_crate(module, import);
        }
        let namespace = if import.glob || import.is_self { Namespace::Type } else { namespace };
        let written = import.path.as_ref();
        if written.is_empty() {
            let defs = if import.glob { vec![Def::Module(self.crate_root(module))] } else { Vec::new() };
            return Resolution { defs, ..Resolution::nothing() };
        }
        let relative = !written.starts_with("::") && !is_keyword(first(written));
        if edition == 2015 && relative {
            // Paths of `use` began at the crate's root in that edition.
            let root = self.crate_root(module);
            let found = self.resolve(root, ScopeId(0), written, namespace);
            if !found.defs.is_empty() || found.stuck.is_some() {
                return found;
            }
        }
        let place = Place { module, scope: import.scope, under: import.cfg };
        let mut found = self.resolve_at(place, written, namespace);
        if found.defs.is_empty() && found.stuck.is_none() && relative && namespace != Namespace::Macro {
            // The first segment of a `use` is a crate when it is nothing else, whether or not a manifest declares it.
            found.defs.push(Def::External(written.into()));
            found.named = written.to_owned();
        }
        found
    }

    fn extern_crate(&self, module: ModuleRef, import: &Import) -> Resolution {
        let name = import.path.as_ref();
        let def = if name == "self" {
            Def::Module(self.crate_root(module))
        } else {
            self.crate_listed(module, name).unwrap_or_else(|| Def::External(name.into()))
        };
        let named = self.name_of(&def);
        Resolution { defs: vec![def], named, via: Via::Direct, stuck: None }
    }

    fn head(&self, place: Place, segments: &[&str], namespace: Namespace) -> Option<(Head, usize)> {
        let module = place.module;
        let direct = |def: Def| Head::direct(self.name_of(&def), vec![def]);
        let alone = segments.len() == 1;
        match segments[0] {
            "crate" | "$crate" => Some((direct(Def::Module(self.crate_root(module))), 1)),
            "self" => Some((direct(Def::Module(self.whole(module))), 1)),
            "super" => {
                let ups = segments.iter().take_while(|segment| **segment == "super").count();
                let above = |at: ModuleRef| self.module(at).parent.map(|above| self.whole(above));
                let above = (0..ups).try_fold(self.whole(module), |at, _| above(at))?;
                Some((direct(Def::Module(above)), ups))
            }
            "" => {
                let name = segments.get(1)?;
                let crate_named = self.crate_named(module, name);
                if crate_named.is_none() && self.package(self.module(module).in_crate.package).edition == 2015
                {
                    let root = self.crate_root(module);
                    return Some((direct(Def::Module(root)), 1));
                }
                let def = crate_named.unwrap_or_else(|| Def::External((*name).into()));
                Some((direct(def), 2))
            }
            name => {
                if let Some(id) = self.crate_of_word(name) {
                    return Some((direct(Def::Module(self.root(id))), 1));
                }
                let namespace = if alone { namespace } else { Namespace::Type };
                let beyond = || {
                    let wanted = !alone || matches!(namespace, Namespace::Any | Namespace::Type);
                    let textual = self.textual_macro(module, name, namespace);
                    textual.or_else(|| self.crate_named(module, name).filter(|_| wanted).map(direct))
                };
                let found = match self.lexical(place, name, namespace) {
                    Some(head) if head.open => Some(head.or(beyond())),
                    Some(head) => Some(head),
                    None => beyond(),
                };
                Some((found?, 1))
            }
        }
    }

    fn descend(&self, from: ModuleRef, head: Head, rest: &[&str], namespace: Namespace) -> Resolution {
        let Head { mut defs, mut named, via, open: _ } = head;
        let mut stuck = match (&via, defs.is_empty()) {
            (Via::Import(module, id), true) => self.import(*module, *id).stuck.clone(),
            _ => None,
        };
        if let Some((_, left)) = &mut stuck {
            rest.iter().for_each(|segment| left.extend(["::", segment]));
        }
        for (at, segment) in rest.iter().enumerate() {
            if defs.is_empty() {
                break;
            }
            let last = at + 1 == rest.len();
            let namespace = if last { namespace } else { Namespace::Type };
            let mut next = Meanings::default();
            let mut seen_module = None;
            for def in &defs {
                if let Def::Module(module) = def {
                    seen_module = Some(*module);
                }
                self.step(from, def, (segment, namespace)).into_iter().for_each(|def| next.push(def));
            }
            if next.list.is_empty() {
                stuck = seen_module.map(|module| self.stuck_behind(module, &rest[at..]));
            }
            defs = next.list;
        }
        for segment in rest {
            named.push_str("::");
            named.push_str(segment);
        }
        Resolution { defs, named, via, stuck }
    }

    /// Where a path ends that is not found in a module: where an import of that name got stuck, where a macro of another crate is
    /// told to declare it, or in the module itself. An import that leads in a circle is stuck nowhere else, whoever asks first.
    fn stuck_behind(&self, module: ModuleRef, rest: &[&str]) -> (ModuleRef, String) {
        let imports = self.imports_named(module, rest[0]).into_iter();
        let stuck = imports.filter_map(|id| self.import(module, id).stuck.clone());
        let (reached, left) = match stuck.filter(|stuck| self.ends(stuck)).collect::<Vec<_>>().as_slice() {
            [(reached, left)] => (*reached, left.as_str().into()),
            _ => self.teller(module, rest[0]).unwrap_or_else(|| (module, rest[0].into())),
        };
        let tail = rest[1..].iter().flat_map(|segment| ["::", segment]).collect::<String>();
        (reached, format!("{left}{tail}"))
    }

    /// Whether a path that was not found ends where it got stuck: one that leads in a circle does not.
    pub(super) fn ends(&self, (reached, left): &(ModuleRef, String)) -> bool {
        segments(left).next().is_none_or(|name| self.imports_named(*reached, name).is_empty())
    }

    /// The imports that bring a name into a module.
    pub(super) fn imports_named(&self, module: ModuleRef, name: &str) -> Vec<u32> {
        let data = self.module(module);
        let Some(file) = data.file else { return Vec::new() };
        let names = self.names(file);
        let bindings = names.named(data.scope, name).iter();
        let imports = bindings.filter_map(|(_, binding)| match binding {
            Binding::Import(id) => Some(*id),
            Binding::Item(_) | Binding::Derive(_) | Binding::Declaration(_) => None,
        });
        imports.collect()
    }

    /// What a segment behind `def` means to code in `from`.
    fn step(&self, from: ModuleRef, def: &Def, (segment, namespace): (&str, Namespace)) -> Vec<Def> {
        match def {
            Def::External(path) => vec![Def::External(format!("{path}::{segment}").into())],
            Def::Module(module) => {
                let cycles = self.memo.cycles.get();
                let mut found = self.lookup(*module, segment, namespace);
                if found.is_empty() && namespace == Namespace::Value {
                    found = self.lookup(*module, segment, Namespace::Type);
                }
                let seen = |def: &&Def| self.may_see(*module, (segment, namespace), def, from);
                match found.as_slice() {
                    // Who asks for the name further out may still find it elsewhere.
                    [] if self.memo.cycles.get() != cycles && self.memo.is_asked_for(segment) => Vec::new(),
                    [] => self.through_outside(*module, segment),
                    [only] => vec![only.clone()],
                    // A private name is not meant where another one of that name can be seen.
                    several => match several.iter().filter(seen).cloned().collect::<Vec<_>>() {
                        seen if seen.is_empty() => several.to_vec(),
                        seen => seen,
                    },
                }
            }
            // A member belongs to where its type, trait or alias is defined; only variants are items of their own.
            Def::Item(module, id) => {
                let variant = self.module(*module).file.and_then(|file| {
                    let facts = self.facts(file);
                    let is_enum = facts.items[id.0 as usize].kind == ItemKind::Enum;
                    let member = self.names(file).member(*id, segment).filter(|_| is_enum)?;
                    (facts.items[member.0 as usize].kind == ItemKind::Variant).then_some(member)
                });
                vec![Def::Item(*module, variant.unwrap_or(*id))]
            }
        }
    }

    /// The variants called `name` of the enums that an alias stands for, by way of other aliases too.
    pub(super) fn variants_of_alias(&self, module: ModuleRef, alias: ItemId, name: &str) -> Vec<Def> {
        /// How many aliases are followed, one behind the other.
        const ALIASES: usize = 8;
        let (mut defs, mut found) = (vec![Def::Item(module, alias)], Vec::new());
        for _ in 0..ALIASES {
            let aliased = defs.iter().flat_map(|def| self.aliased(def)).collect::<Vec<_>>();
            let members = aliased.iter().flat_map(|def| self.step(module, def, (name, Namespace::Value)));
            found.extend(members.filter(|def| self.is_variant(def)));
            defs = aliased;
        }
        found
    }

    /// What the type is called in the declaration of an alias.
    fn aliased(&self, def: &Def) -> Vec<Def> {
        let Def::Item(module, id) = def else { return Vec::new() };
        let Some(facts) = self.facts_of(*module) else { return Vec::new() };
        let item = &facts.items[id.0 as usize];
        if item.kind != ItemKind::TypeAlias {
            return Vec::new();
        }
        let first = facts.paths.partition_point(|path| path.site.span.start < item.site.span.start);
        let is_its_type = |path: &&PathUse| path.item == Some(*id) && path.kind == PathKind::Type;
        let written = facts.paths[first..].iter().find(is_its_type);
        written
            .map_or_else(Vec::new, |path| self.resolve(*module, path.scope, &path.path, Namespace::Type).defs)
    }

    fn is_variant(&self, def: &Def) -> bool {
        let Def::Item(module, id) = def else { return false };
        self.facts_of(*module).is_some_and(|facts| facts.items[id.0 as usize].kind == ItemKind::Variant)
    }

    /// What `name` means as a member of `module`: declared there, imported there, or brought by a glob.
    pub fn lookup(&self, module: ModuleRef, name: &str, namespace: Namespace) -> Rc<Vec<Def>> {
        let key = (module, Box::from(name), namespace);
        if let Some(known) = self.memo.names.borrow().get(&key) {
            return known.clone();
        }
        let question = Question::Name(module, Box::from(name), namespace);
        if !self.memo.begin(&question) {
            return Rc::default();
        }
        let cycles = self.memo.cycles.get();
        let found = Rc::new(self.look(module, name, namespace));
        if self.memo.end(question, cycles, found.is_empty(), None) {
            self.memo.names.borrow_mut().insert(key, found.clone());
        }
        found
    }

    fn look(&self, module: ModuleRef, name: &str, namespace: Namespace) -> Vec<Def> {
        let data = self.module(module);
        let Some(file) = data.file else { return Vec::new() };
        let is_root = data.parent.is_none() && matches!(namespace, Namespace::Macro | Namespace::Any);
        let mut found = Vec::new();
        if self.may_name(file, name)
            && let Some(head) = self.in_scope(self.place(module, data.scope), name, namespace)
        {
            found = head.defs;
        }
        if is_root && found.is_empty() {
            found.extend(self.exported_macros(data.in_crate, name));
        }
        found
    }

    pub(super) fn def_in(&self, def: &Def, namespace: Namespace) -> bool {
        match def {
            Def::External(path) => {
                // A crate is no macro.
                match namespace {
                    Namespace::Macro => path.contains("::"),
                    Namespace::Any => true,
                    Namespace::Type | Namespace::Value => !is_of_procedural_macros(path),
                }
            }
            Def::Module(_) => matches!(namespace, Namespace::Type | Namespace::Any),
            Def::Item(module, id) => self.facts_of(*module).is_some_and(|facts| {
                let item = &facts.items[id.0 as usize];
                // What a function derives is imported by another name than its own.
                in_namespace(item, namespace) || (namespace == Namespace::Macro && item.derive().is_some())
            }),
        }
    }

    /// The root module of the crate that `module` belongs to.
    pub fn crate_root(&self, module: ModuleRef) -> ModuleRef {
        self.root(self.module(module).in_crate)
    }

    /// Whether `module` is `above` or lies inside it.
    pub fn is_within(&self, module: ModuleRef, above: ModuleRef) -> bool {
        let mut at = Some(module);
        while let Some(here) = at {
            if here == above {
                return true;
            }
            at = self.module(here).parent;
        }
        false
    }

    /// The full path of an item of a module: the names of items around it included.
    pub fn symbol(&self, module: ModuleRef, item: ItemId) -> SymbolPath {
        let path = self.module(module).path.clone();
        let Some(facts) = self.facts_of(module) else { return path };
        let mut names = Vec::new();
        let mut at = Some(item);
        while let Some(id) = at {
            let item = &facts.items[id.0 as usize];
            names.push(&*item.name);
            at = item.parent;
        }
        names.iter().rev().fold(path, |path, name| path.join(name))
    }

    /// The full path of what a path means.
    pub fn name_of(&self, def: &Def) -> String {
        match def {
            Def::Module(module) => self.module(*module).path.to_string(),
            Def::Item(module, id) => self.symbol(*module, *id).to_string(),
            Def::External(path) => path.to_string(),
        }
    }
}

/// Whether the external crate of a symbol holds nothing but procedural macros, as far as its name tells.
fn is_of_procedural_macros(path: &str) -> bool {
    const ENDINGS: [&str; 4] = ["_codegen", "_derive", "_macro", "_macros"];
    ENDINGS.iter().any(|ending| first(path).ends_with(ending))
}

fn first(path: &str) -> &str {
    segments(path).next().unwrap_or(path)
}

fn is_keyword(segment: &str) -> bool {
    matches!(segment, "crate" | "self" | "super" | "$crate")
}

pub(super) fn in_namespace(item: &Item, namespace: Namespace) -> bool {
    match namespace {
        Namespace::Any => true,
        Namespace::Type => item.kind.in_types(),
        Namespace::Value => item.kind.in_values(),
        Namespace::Macro => item.in_macros(),
    }
}
