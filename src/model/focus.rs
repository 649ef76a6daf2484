//! Two versions of one file → the parts of each that can mean something else than in the other.
//!
//! A path that stands in both versions, in the same item, and whose first name is declared alike in both, means the same in both as
//! long as no other file changed what it leads to. Judging it would find the same on both sides; cost then follows the change and
//! not the file. Compared is what is written; nothing is resolved.

use rustc_hash::FxHashSet;

use crate::basis::segments;
use crate::facts::{CfgId, FileFacts, ItemId, ScopeId, ScopeKind};

/// The parts of a file that are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// For each import of the facts whether it is read; `None` for all.
    imports: Option<Vec<bool>>,
    /// For each path of the facts whether it is read; `None` for all.
    paths: Option<Vec<bool>>,
}

impl Focus {
    /// Everything.
    pub fn all() -> Self {
        Self::default()
    }

    /// What of each version is not the same in the other: the first version's, then the second's.
    pub fn between(one: &FileFacts, other: &FileFacts) -> (Self, Self) {
        let (left, right) = (Names::of(one), Names::of(other));
        let (left, right) = (Written::of(&left), Written::of(&right));
        if left.globs != right.globs {
            return (left.but_globs(&right), right.but_globs(&left));
        }
        let turned: FxHashSet<&str> = left
            .declared
            .symmetric_difference(&right.declared)
            .map(|declared| declared.name)
            .chain(left.imports.symmetric_difference(&right.imports).map(|import| import.name))
            .collect();
        (left.without(&right, &turned), right.without(&left, &turned))
    }

    /// Whether the import with this index is read.
    pub fn reads_import(&self, index: usize) -> bool {
        self.imports.as_ref().is_none_or(|imports| imports.get(index).is_none_or(|reads| *reads))
    }

    /// Whether the path with this index is read.
    pub fn reads_path(&self, index: usize) -> bool {
        self.paths.as_ref().is_none_or(|paths| paths.get(index).is_none_or(|reads| *reads))
    }
}

/// A name that a scope declares.
#[derive(PartialEq, Eq, Hash)]
struct Declared<'f> {
    scope: &'f str,
    name: &'f str,
    what: &'static str,
    condition: &'f str,
}

/// A `use` leaf as written.
#[derive(PartialEq, Eq, Hash)]
struct Import<'f> {
    around: (&'f str, &'f str),
    name: &'f str,
    path: &'f str,
    handed_on: bool,
    condition: &'f str,
}

/// A path as written.
#[derive(PartialEq, Eq, Hash)]
struct Path<'f> {
    around: (&'f str, &'f str),
    path: &'f str,
    kind: crate::facts::PathKind,
    condition: &'f str,
}

/// One version of a file, without its places.
struct Written<'f> {
    names: &'f Names<'f>,
    declared: FxHashSet<Declared<'f>>,
    imports: FxHashSet<Import<'f>>,
    globs: FxHashSet<Import<'f>>,
    paths: FxHashSet<Path<'f>>,
}

impl<'f> Written<'f> {
    fn of(names: &'f Names<'f>) -> Self {
        let facts = names.facts;
        let items = facts.items.iter().filter(|item| item.parent.is_none()).map(|item| Declared {
            scope: names.scope(item.scope),
            name: &item.name,
            what: "item",
            condition: names.condition(item.cfg),
        });
        let modules = facts.modules.iter().map(|module| Declared {
            scope: names.scope(module.scope),
            name: &module.name,
            what: "module",
            condition: names.condition(module.cfg),
        });
        let declared = items.chain(modules).collect();
        let imports = |globs| {
            (0..facts.imports.len())
                .filter(move |at| facts.imports[*at].glob == globs)
                .map(|at| names.import(at))
        };
        let paths = (0..facts.paths.len()).map(|at| names.path(at)).collect();
        Self { names, declared, imports: imports(false).collect(), globs: imports(true).collect(), paths }
    }

    /// The focus on everything but the globs that `other` has alike: bare names may come through another one now, but what such a
    /// glob opens is the same where its path begins at a fixed place.
    fn but_globs(&self, other: &Self) -> Focus {
        let is_fixed = |path: &str| {
            let first = path.split("::").next().unwrap_or(path);
            let named = |facts: &Self| facts.declared.iter().any(|declared| declared.name == first);
            matches!(first, "crate" | "self" | "super") || (named(self) && named(other))
        };
        let imports = self.names.facts.imports.iter().enumerate().map(|(at, import)| {
            !import.glob || !is_fixed(&import.path) || !other.globs.contains(&self.names.import(at))
        });
        Focus { imports: Some(imports.collect()), paths: None }
    }

    /// The focus on what `other` does not have alike.
    fn without(&self, other: &Self, turned: &FxHashSet<&str>) -> Focus {
        let turns = |path: &str| {
            let path = path.strip_prefix("::").unwrap_or(path);
            !turned.is_empty() && segments(path).next().is_some_and(|first| turned.contains(first))
        };
        let facts = self.names.facts;
        let imports = facts.imports.iter().enumerate().map(|(at, import)| {
            let known = if import.glob { &other.globs } else { &other.imports };
            turns(&import.path) || !known.contains(&self.names.import(at))
        });
        let paths = facts.paths.iter().enumerate();
        let paths = paths.map(|(at, path)| turns(&path.path) || !other.paths.contains(&self.names.path(at)));
        Focus { imports: Some(imports.collect()), paths: Some(paths.collect()) }
    }
}

/// Names of the scopes and items of a file, without their numbers.
struct Names<'f> {
    facts: &'f FileFacts,
    /// For each scope the modules and items around it.
    scopes: Vec<String>,
    /// For each item its name, behind those of the items around it.
    items: Vec<String>,
}

impl<'f> Names<'f> {
    fn of(facts: &'f FileFacts) -> Self {
        let items: Vec<String> =
            (0..).map(ItemId).zip(&facts.items).map(|(id, _)| item_name(facts, id)).collect();
        let mut scopes: Vec<String> = Vec::with_capacity(facts.scopes.len());
        for scope in &facts.scopes {
            let above = scope.parent.and_then(|parent| scopes.get(parent.0 as usize));
            let mut name = above.cloned().unwrap_or_default();
            match scope.kind {
                ScopeKind::File => {}
                ScopeKind::Module(item) => {
                    name.push_str("::");
                    name.push_str(&facts.items[item.0 as usize].name);
                }
                ScopeKind::Block(item) => {
                    name.push_str(item.map_or("", |item| &items[item.0 as usize]));
                    name.push_str("{}");
                }
            }
            scopes.push(name);
        }
        Self { facts, scopes, items }
    }

    fn scope(&self, scope: ScopeId) -> &str {
        self.scopes.get(scope.0 as usize).map_or("", String::as_str)
    }

    /// The scope and the item that something stands in.
    fn around(&self, scope: ScopeId, item: Option<ItemId>) -> (&str, &str) {
        (self.scope(scope), item.map_or("", |item| &self.items[item.0 as usize]))
    }

    fn condition(&self, cfg: CfgId) -> &str {
        &self.facts.cfgs[cfg.0 as usize].text
    }

    fn import(&self, at: usize) -> Import<'_> {
        let import = &self.facts.imports[at];
        Import {
            around: self.around(import.scope, import.item),
            name: &import.name,
            path: &import.path,
            handed_on: import.visibility != crate::facts::Visibility::Private,
            condition: self.condition(import.cfg),
        }
    }

    fn path(&self, at: usize) -> Path<'_> {
        let path = &self.facts.paths[at];
        let around = self.around(path.scope, path.item);
        Path { around, path: &path.path, kind: path.kind, condition: self.condition(path.cfg) }
    }
}

fn item_name(facts: &FileFacts, item: ItemId) -> String {
    let mut names = Vec::new();
    let mut at = Some(item);
    while let Some(id) = at {
        let item = &facts.items[id.0 as usize];
        names.push(&*item.name);
        at = item.parent;
    }
    names.iter().rev().flat_map(|name| ["/", name]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::rust::extract;

    #[track_caller]
    fn check(base: &str, head: &str, expected: &[&str]) {
        let (base, head) = (extract(base.as_bytes()), extract(head.as_bytes()));
        let (_, focus) = Focus::between(&base, &head);
        let imports = head.imports.iter().enumerate().filter(|(at, _)| focus.reads_import(*at));
        let paths = head.paths.iter().enumerate().filter(|(at, _)| focus.reads_path(*at));
        let imports = imports.map(|(_, import)| format!("use {}", import.path));
        let read: Vec<String> = imports.chain(paths.map(|(_, path)| path.path.to_string())).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn only_what_may_have_changed_is_read() {
        check("fn f() { a::b() }", "fn f() {\n a::b() }", &[]);
        check("fn f() { a::b() }", "fn f() { a::b(); a::c() }", &["a::c"]);
        check("fn f() { a::b() }", "fn g() { a::b() }", &["a::b"]);
        check("use x::a; fn f() { a::b() }", "use y::a; fn f() { a::b() }", &["use y::a", "a::b"]);
        check("use x::c; fn f() { a::b() }", "use y::c; fn f() { a::b() }", &["use y::c"]);
        check("fn f() { a::b() }", "mod a; fn f() { a::b() }", &["a::b"]);
        check("use x::*; fn f() { a::b() }", "use y::*; fn f() { a::b() }", &["use y", "a::b"]);
        check(
            "mod m; pub use m::*; use w::*; use self::x::*; fn f() { b() }",
            "mod m; pub use m::*; use w::*; use self::x::*; use self::y::*; fn f() { b() }",
            &["use w", "use self::y", "b"],
        );
        check("fn f() { a::b() }", "#[cfg(test)] fn f() { a::b() }", &["a::b"]);
        check("use a::b;", "pub use a::b;", &["use a::b"]);
        check("mod m { use a::b; }", "mod n { use a::b; }", &["use a::b"]);
    }
}
