//! A name in a lexical scope → what it means there: declared, imported, brought by a glob, or found further out.
//!
//! What is declared hides what globs bring, in its own namespace and where it stands under no condition; all branches of
//! conditions count.

use super::crates::COME_WITH_RUST;
use super::names::Binding;
use super::resolve::{Def, Head, MEANINGS, Namespace, Via, in_namespace};
use super::tree::{ModuleRef, World};
use crate::facts::{CfgId, FileFacts, ItemKind, ScopeId, ScopeKind};

/// Where a name stands that is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The module around the scope.
    pub(super) module: ModuleRef,
    /// The scope, of the file of that module.
    pub(super) scope: ScopeId,
    /// The condition that the place is compiled under; what stands under the same one is there for it.
    pub(super) under: CfgId,
}

impl World<'_> {
    /// A scope as a place, under no further condition.
    pub(super) fn place(&self, module: ModuleRef, scope: ScopeId) -> Place {
        let facts = self.facts_of(module);
        let under = facts.map_or(CfgId(0), |facts| facts.scopes[scope.0 as usize].cfg);
        Place { module, scope, under }
    }

    /// Looks through the scopes around a place, up to the module and its globs.
    pub(super) fn lexical(&self, place: Place, name: &str, namespace: Namespace) -> Option<Head> {
        let mut found: Option<Head> = None;
        let mut at = place;
        loop {
            let next = self.in_scope(at, name, namespace);
            found = match found {
                Some(found) => Some(found.or(next)),
                None => next,
            };
            if found.as_ref().is_some_and(|found| !found.open) {
                return found;
            }
            let data = self.module(at.module);
            let facts = self.facts_of(at.module)?;
            let here = &facts.scopes[at.scope.0 as usize];
            if at.scope == data.scope {
                let Some(part_of) = data.part_of else { return found };
                at = self.place(part_of.module, part_of.scope);
            } else if let (ScopeKind::Block(_), Some(around)) = (&here.kind, here.parent) {
                at.scope = around;
            } else {
                return found;
            }
        }
    }

    /// What a scope gives a name: declared, imported or brought by a glob there.
    pub(super) fn in_scope(&self, place: Place, name: &str, namespace: Namespace) -> Option<Head> {
        let own = self.own_names(place, name, namespace);
        if COME_WITH_RUST.contains(&name) {
            // No glob is worth reading for these: whoever handed out a module `std` would be read as the standard library.
            return own;
        }
        match own {
            // What looks like a macro of another crate is meant where nothing else is.
            None => self
                .through_globs(place, name, namespace)
                .or_else(|| self.own_names(place, name, Namespace::Macro).filter(Head::is_external)),
            Some(head) if head.open => {
                let open = head.open;
                let through = self.through_globs(place, name, namespace);
                let stays_open = through.as_ref().map_or(open, |through| through.open);
                Some(Head { open: stays_open, ..head.or(through) })
            }
            // A name that is declared in one namespace comes through a glob in the others.
            Some(mut head) if namespace == Namespace::Any && !head.defs.is_empty() => {
                for namespace in [Namespace::Type, Namespace::Value, Namespace::Macro] {
                    if !head.defs.iter().any(|def| self.def_in(def, namespace)) {
                        let more = self.through_globs(place, name, namespace);
                        let more = more.into_iter().flat_map(|more| more.defs);
                        head.defs.extend(more.filter(|def| self.def_in(def, namespace)));
                    }
                }
                Some(head)
            }
            Some(head) => Some(head),
        }
    }

    /// What a scope itself declares or imports under this name, the files that are part of it included.
    fn own_names(&self, place: Place, name: &str, namespace: Namespace) -> Option<Head> {
        let Place { module, scope, under } = place;
        let facts = self.facts_of(module)?;
        let names = self.names(self.module(module).file?);
        let mut found: Option<Head> = None;
        let mut add = |next: Head| match &mut found {
            None => found = Some(next),
            Some(found) => {
                found.defs.extend(next.defs);
                found.open = false;
            }
        };
        for (_, binding) in names.named(scope, name) {
            let open = !implies(&facts, under, binding.cfg(&facts));
            if let Some(head) = self.binding(module, scope, *binding, namespace) {
                add(Head { open, ..head });
            }
        }
        for part in self.parts(module, scope).iter() {
            self.in_scope(self.place(*part, ScopeId(0)), name, namespace).into_iter().for_each(&mut add);
        }
        found
    }

    /// What the globs of a scope bring under this name. Two bring it only under conditions, or where both mean the same.
    fn through_globs(&self, place: Place, name: &str, namespace: Namespace) -> Option<Head> {
        let Place { module, scope, under } = place;
        let facts = self.facts_of(module)?;
        let names = self.names(self.module(module).file?);
        let mut found: Option<Head> = None;
        for glob in names.globs(scope) {
            let opened = self.import(module, glob);
            let defs = self.through_glob(&opened.defs, name, namespace, module);
            if defs.is_empty() {
                continue;
            }
            let open = !implies(&facts, under, facts.imports[glob as usize].cfg)
                || defs.iter().any(|def| self.is_conditional(def));
            let head = Head { defs, named: format!("{}::{name}", opened.named), via: Via::Glob, open };
            found = match found {
                Some(found) => Some(found.or(Some(head))),
                None => Some(head),
            };
            // Nobody writes more branches than a name can mean things.
            if !open || found.as_ref().is_some_and(|found| found.defs.len() >= MEANINGS) {
                break;
            }
        }
        found
    }

    /// Whether an item stands under a condition of its own.
    pub(super) fn is_conditional(&self, def: &Def) -> bool {
        match def {
            Def::Item(module, id) => self.facts_of(*module).is_some_and(|facts| {
                let item = &facts.items[id.0 as usize];
                item.cfg != facts.scopes[item.scope.0 as usize].cfg
            }),
            Def::Module(_) | Def::External(_) => false,
        }
    }

    pub(super) fn binding(
        &self,
        module: ModuleRef,
        scope: ScopeId,
        binding: Binding,
        namespace: Namespace,
    ) -> Option<Head> {
        let facts = self.facts_of(module)?;
        let data = self.module(module);
        match binding {
            Binding::Item(id) => {
                let item = &facts.items[id.0 as usize];
                if !in_namespace(item, namespace) {
                    return None;
                }
                let defs = match item.kind == ItemKind::Module {
                    true if scope == data.scope => {
                        self.children(module, &item.name).iter().copied().map(Def::Module).collect()
                    }
                    true => self.module_in_body(module, id).into_iter().map(Def::Module).collect(),
                    false => vec![Def::Item(module, id)],
                };
                Some(Head::direct(data.path.join(&item.name).to_string(), defs))
            }
            Binding::Derive(id) if matches!(namespace, Namespace::Macro | Namespace::Any) => {
                let item = &facts.items[id.0 as usize];
                Some(Head::direct(data.path.join(&item.name).to_string(), vec![Def::Item(module, id)]))
            }
            Binding::Derive(_) => None,
            Binding::Declaration(id) if matches!(namespace, Namespace::Type | Namespace::Any) => {
                let name = &facts.modules[id as usize].name;
                let defs = self.children(module, name).iter().copied().map(Def::Module).collect();
                Some(Head::direct(data.path.join(name).to_string(), defs))
            }
            Binding::Declaration(_) => None,
            Binding::Import(id) => {
                let mut found = self.import(module, id);
                let is_module = |def: &Def| matches!(def, Def::Module(_));
                // A macro that a crate exports may have the name of a module.
                if namespace == Namespace::Macro && found.defs.iter().any(is_module) {
                    found = self.import_in(module, id, namespace);
                    if found.defs.is_empty() {
                        return None;
                    }
                }
                let fits = |def: &&Def| self.def_in(def, namespace);
                let defs: Vec<Def> = found.defs.iter().filter(fits).cloned().collect();
                let known = !defs.is_empty() || found.stuck.is_some();
                let via = Via::Import(module, id);
                known.then(|| Head { defs, named: found.named.clone(), via, open: false })
            }
        }
    }

    pub(super) fn through_glob(
        &self,
        opened: &[Def],
        name: &str,
        namespace: Namespace,
        from: ModuleRef,
    ) -> Vec<Def> {
        let mut found = Vec::new();
        for def in opened {
            match def {
                Def::External(_) => {}
                Def::Module(module) => {
                    let defs = self.lookup(*module, name, namespace);
                    found.extend(
                        defs.iter()
                            .filter(|def| self.may_see(*module, (name, namespace), def, from))
                            .cloned(),
                    );
                }
                Def::Item(module, id) => {
                    let member =
                        self.module(*module).file.and_then(|file| self.names(file).member(*id, name));
                    found.extend(member.map(|member| Def::Item(*module, member)));
                }
            }
        }
        found
    }
}

/// Whether code under the one condition is only there where the other holds.
pub(super) fn implies(facts: &FileFacts, under: CfgId, cfg: CfgId) -> bool {
    under == cfg || holds(&facts.cfgs[under.0 as usize].text, &facts.cfgs[cfg.0 as usize].text)
}

/// Whether a condition holds wherever another one does: every part of it is a part of that one.
pub(super) fn holds(under: &str, cfg: &str) -> bool {
    if cfg.is_empty() {
        return true;
    }
    let known = parts(under);
    parts(cfg).iter().all(|part| known.contains(part))
}

/// Whether two conditions cannot both hold.
pub(super) fn excludes(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let (one, other) = (parts(one), parts(other));
    one.iter().any(|one| other.iter().any(|other| are_apart(one, other)))
}

/// Keys of which each target has one value.
const ONE_VALUE: [&str; 5] =
    ["target_os", "target_arch", "target_env", "target_endian", "target_pointer_width"];

fn are_apart(one: &str, other: &str) -> bool {
    let denies = |one: &str, other: &str| {
        one.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')).is_some_and(|part| part == other)
    };
    let values = one.split_once('=').zip(other.split_once('='));
    denies(one, other)
        || denies(other, one)
        || matches!((one, other), ("unix", "windows") | ("windows", "unix"))
        || values
            .is_some_and(|((key, one), (of, other))| key == of && one != other && ONE_VALUE.contains(&key))
}

/// The parts of a condition in one spelling: none of several is neither of them.
fn parts(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in conjuncts(text) {
        let part: String = part.chars().filter(|char| !char.is_whitespace()).collect();
        match part.strip_prefix("not(any(").and_then(|rest| rest.strip_suffix("))")) {
            Some(inner) => {
                let all = format!("all({inner})");
                found.extend(conjuncts(&all).iter().map(|part| format!("not({part})")));
            }
            None if part == "target_family=\"unix\"" => found.push("unix".to_owned()),
            None if part == "target_family=\"windows\"" => found.push("windows".to_owned()),
            None => found.push(part),
        }
    }
    found
}

/// The conditions that a text joins with ` and ` or `all(…)`.
pub(super) fn conjuncts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open: Vec<&str> = text.split(" and ").collect();
    while let Some(part) = open.pop() {
        let Some(inner) = part.strip_prefix("all(").and_then(|rest| rest.strip_suffix(')')) else {
            found.push(part);
            continue;
        };
        let (mut depth, mut start) = (0_usize, 0);
        for (at, byte) in inner.bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                b',' if depth == 0 => {
                    open.push(inner[start..at].trim());
                    start = at + 1;
                }
                _ => {}
            }
        }
        open.push(inner[start..].trim());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{conjuncts, excludes, holds};

    #[test]
    fn one_condition_against_another() {
        let unix = "all(unix, feature = \"a\") and not(test)";
        assert!(holds(unix, "feature = \"a\"") && holds(unix, "") && !holds(unix, "feature = \"b\""));
        assert!(excludes(unix, "not(unix)") && excludes("windows and test", unix));
        assert!(
            holds(unix, "feature=\"a\"")
                && excludes(unix, "windows")
                && excludes(unix, "not(any(windows, unix))")
        );
        assert!(excludes("target_os = \"linux\"", "target_os = \"macos\""));
        assert!(!excludes("target_feature = \"a\"", "target_feature = \"b\""));
        assert!(!excludes(unix, "not(feature = \"b\")") && !excludes(unix, "") && !excludes("", "not(unix)"));
    }

    #[test]
    fn conditions_fall_into_parts() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            let mut found = conjuncts(text);
            found.sort_unstable();
            assert_eq!(found, expected, "{text}");
        }
        check("windows", &["windows"]);
        check("unix and feature = \"a\"", &["feature = \"a\"", "unix"]);
        check("all(unix, any(a, b), all(c, d))", &["any(a, b)", "c", "d", "unix"]);
        check("not(all(a, b))", &["not(all(a, b))"]);
        check("all(a", &["all(a"]);
    }
}
