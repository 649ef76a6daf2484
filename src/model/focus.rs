//! Two versions of one file → the parts of each that can mean something else than in the other.
//!
//! A path that stands in both versions, in the same item, and whose first name is declared alike in both, means the same in both as
//! long as no other file changed what it leads to. Judging it would find the same on both sides; cost then follows the change and
//! not the file. Compared is what is written; nothing is resolved.

use std::collections::{BTreeMap, BTreeSet};

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
        let (left, right) = (Written::of(one), Written::of(other));
        if left.globs != right.globs {
            return (Self::all(), Self::all());
        }
        let turned: BTreeSet<&str> = left
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
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Declared<'f> {
    scope: String,
    name: &'f str,
    what: &'static str,
    condition: &'f str,
}

/// A `use` leaf as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Import<'f> {
    scope: String,
    name: &'f str,
    path: &'f str,
    handed_on: bool,
    condition: &'f str,
}

/// A path as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Path<'f> {
    around: String,
    path: &'f str,
    kind: crate::facts::PathKind,
    condition: &'f str,
}

/// One version of a file, without its places.
struct Written<'f> {
    facts: &'f FileFacts,
    declared: BTreeSet<Declared<'f>>,
    imports: BTreeSet<Import<'f>>,
    globs: BTreeSet<Import<'f>>,
    paths: BTreeSet<Path<'f>>,
}

impl<'f> Written<'f> {
    fn of(facts: &'f FileFacts) -> Self {
        let names = Names { facts, scopes: scope_names(facts) };
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
        let (globs, imports) = (0..facts.imports.len())
            .map(|at| (facts.imports[at].glob, names.import(at)))
            .partition::<Vec<_>, _>(|(glob, _)| *glob);
        let paths = (0..facts.paths.len()).map(|at| names.path(at)).collect();
        let only = |list: Vec<(bool, Import<'f>)>| list.into_iter().map(|(_, import)| import).collect();
        Self { facts, declared, imports: only(imports), globs: only(globs), paths }
    }

    /// The focus on what `other` does not have alike.
    fn without(&self, other: &Self, turned: &BTreeSet<&str>) -> Focus {
        let names = Names { facts: self.facts, scopes: scope_names(self.facts) };
        let turns =
            |path: &str| turned.contains(path.trim_start_matches("::").split("::").next().unwrap_or(path));
        let imports = self.facts.imports.iter().enumerate().map(|(at, import)| {
            let known = if import.glob { &other.globs } else { &other.imports };
            turns(&import.path) || !known.contains(&names.import(at))
        });
        let paths = self
            .facts
            .paths
            .iter()
            .enumerate()
            .map(|(at, path)| turns(&path.path) || !other.paths.contains(&names.path(at)));
        Focus { imports: Some(imports.collect()), paths: Some(paths.collect()) }
    }
}

/// Names of the scopes and items of a file, without their numbers.
struct Names<'f> {
    facts: &'f FileFacts,
    scopes: BTreeMap<ScopeId, String>,
}

impl<'f> Names<'f> {
    fn scope(&self, scope: ScopeId) -> String {
        self.scopes.get(&scope).cloned().unwrap_or_default()
    }

    fn condition(&self, cfg: CfgId) -> &'f str {
        &self.facts.cfgs[cfg.0 as usize].text
    }

    fn import(&self, at: usize) -> Import<'f> {
        let import = &self.facts.imports[at];
        let mut scope = self.scope(import.scope);
        scope.push_str(&item_name(self.facts, import.item));
        Import {
            scope,
            name: &import.name,
            path: &import.path,
            handed_on: import.visibility != crate::facts::Visibility::Private,
            condition: self.condition(import.cfg),
        }
    }

    fn path(&self, at: usize) -> Path<'f> {
        let path = &self.facts.paths[at];
        let around = self.scope(path.scope) + &item_name(self.facts, path.item);
        Path { around, path: &path.path, kind: path.kind, condition: self.condition(path.cfg) }
    }
}

fn scope_names(facts: &FileFacts) -> BTreeMap<ScopeId, String> {
    let mut names: BTreeMap<ScopeId, String> = BTreeMap::new();
    for (id, scope) in (0..).map(ScopeId).zip(&facts.scopes) {
        let above = scope.parent.and_then(|parent| names.get(&parent)).cloned().unwrap_or_default();
        let own = match scope.kind {
            ScopeKind::File => String::new(),
            ScopeKind::Module(item) => format!("::{}", facts.items[item.0 as usize].name),
            ScopeKind::Block(item) => format!("{}{{}}", item_name(facts, item)),
        };
        names.insert(id, above + &own);
    }
    names
}

fn item_name(facts: &FileFacts, item: Option<ItemId>) -> String {
    let mut name = String::new();
    let mut at = item;
    while let Some(id) = at {
        let item = &facts.items[id.0 as usize];
        name = format!("/{}{name}", item.name);
        at = item.parent;
    }
    name
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
        check("fn f() { a::b() }", "#[cfg(test)] fn f() { a::b() }", &["a::b"]);
        check("use a::b;", "pub use a::b;", &["use a::b"]);
        check("mod m { use a::b; }", "mod n { use a::b; }", &["use a::b"]);
    }
}
