//! A call of a macro → the definitions of the repository that it may mean: one, or one for each condition.
//!
//! Of several in one scope the last before the call counts; where that one stands under a condition that may not hold, those before it
//! and those further out do too. Two that exclude each other are taken for all there are.

use std::rc::Rc;

use super::{Job, Pending, Through};
use crate::basis::Role;
use crate::facts::rust::expand::Rules;
use crate::facts::{Cfg, ItemId, ItemKind, MacroCall, ScopeId, TestMark, frameworks};
use crate::model::packages::PackageId;
use crate::model::resolve::{Def, MEANINGS, Namespace};
use crate::model::scopes::{excludes, holds};
use crate::model::told::{Leads, hides};
use crate::model::tree::conditions;

/// A definition that a call may mean.
pub(super) struct Definition {
    /// What it writes is written by it.
    pub(super) through: Through,
    /// It, among the items of its file.
    pub(super) item: ItemId,
    /// Whether it may declare something.
    pub(super) declares: bool,
    /// What it says, where that is kept, and what that may make of calls.
    pub(super) rules: Option<(Rules, Leads)>,
    /// The condition that it stands under, with those above its file.
    pub(super) cfg: Cfg,
}

impl Definition {
    /// Whether it stands in the same scope as another one.
    fn is_at(&self, other: &Self) -> bool {
        let place = |of: &Self| (of.through.in_crate, of.through.scope);
        place(self) == place(other) && self.through.file == other.through.file
    }

    /// Whether what it makes of a call may matter to code elsewhere.
    pub(super) fn leads_on(&self, call: &MacroCall) -> bool {
        self.rules
            .as_ref()
            .is_none_or(|(_, leads)| leads.on(&call.arguments, *call.path == *self.through.name))
    }

    /// Whether a call that could not be expanded is told what may declare something, and that is handed on.
    pub(super) fn may_hide(&self, call: &MacroCall, pending: &Pending) -> bool {
        let is_cut = || pending.tokens.is_none() && call.is_cut();
        let told = || is_cut() || hides(&call.arguments);
        self.rules.as_ref().is_some_and(|(_, leads)| leads.hands_on() && told())
    }
}

impl Job<'_, '_> {
    /// Remembers the definitions from the one with this index on.
    pub(super) fn note_macros(&mut self, first: usize) {
        for (index, rules) in self.facts.macros.iter().enumerate().skip(first) {
            let item = &self.facts.items[rules.item.0 as usize];
            let start =
                |index: &usize| self.facts.items[self.facts.macros[*index].item.0 as usize].site.span.start;
            let known = self.by_scope.entry((item.scope, item.name.clone())).or_default();
            let at = known.partition_point(|other| start(other) <= item.site.span.start);
            known.insert(at, index);
        }
    }

    /// The macros of the repository that a call may mean, those left out that its own condition excludes, or of which a later one has
    /// taken the place; `None` where there is none.
    pub(super) fn definitions(
        &mut self,
        call: &MacroCall,
        by: Option<PackageId>,
    ) -> Option<Vec<Rc<Definition>>> {
        let known = self.condition(call);
        let (mut found, is_open) =
            if call.path.contains("::") { (Vec::new(), true) } else { self.textual(call) };
        if is_open {
            found.extend(self.named(call).unwrap_or_default());
        }
        if found.is_empty() {
            return None;
        }
        let own = self.module.map(|module| self.names.module(module).in_crate.package);
        // A feature of another package is another one.
        let is_near = |one: &Definition| by.or(own) == Some(one.through.in_crate.package);
        let is_kept = |one: &Definition| !(is_near(one) && excludes(&known, &one.cfg.text));
        let is_replaced = |at: usize| {
            let one = &found[at];
            let holds_later = |other: &Definition| {
                is_near(other) && holds(&known, &other.cfg.text) || holds(&one.cfg.text, &other.cfg.text)
            };
            found[..at].iter().any(|other| other.is_at(one) && other.item == one.item)
                || found.iter().any(|other| other.is_at(one) && other.item > one.item && holds_later(other))
        };
        let kept = (0..found.len()).filter(|at| is_kept(&found[*at]) && !is_replaced(*at));
        Some(kept.map(|at| Rc::clone(&found[at])).take(MEANINGS).collect())
    }

    /// All conditions that a call stands under.
    pub(super) fn condition(&self, call: &MacroCall) -> Rc<str> {
        let around =
            self.module.map_or_else(|| "".into(), |module| self.names.module(module).condition.clone());
        conditions(&around, &self.facts.cfgs[call.cfg.0 as usize].text)
    }

    /// The macros that the file itself defines before the call, in the scopes around it; and whether in some configurations none of
    /// them is there.
    fn textual(&mut self, call: &MacroCall) -> (Vec<Rc<Definition>>, bool) {
        let known = self.condition(call);
        let mut found: Vec<Rc<Definition>> = Vec::new();
        let mut at = Some(call.scope);
        while let Some(scope) = at {
            let defined = self.by_scope.get(&(scope, call.path.clone())).map_or(&[][..], Vec::as_slice);
            let item = |index: &usize| &self.facts.items[self.facts.macros[*index].item.0 as usize];
            let before = defined.partition_point(|index| item(index).site.span.start <= call.site.span.start);
            let before: Vec<usize> = defined[..before].iter().rev().copied().take(MEANINGS).collect();
            for index in before {
                let Some(definition) = self.own(index) else { return (found, false) };
                let cfg = &definition.cfg.text;
                let is_certain =
                    holds(&known, cfg) || found.iter().any(|other| excludes(cfg, &other.cfg.text));
                found.push(definition);
                if is_certain {
                    return (found, false);
                }
            }
            at = self.facts.scopes[scope.0 as usize].parent;
        }
        (found, true)
    }

    /// The macro that the file itself defines with this index.
    fn own(&mut self, index: usize) -> Option<Rc<Definition>> {
        if let Some(known) = self.own.get(&index) {
            return Some(Rc::clone(known));
        }
        let rules = &self.facts.macros[index];
        let item = &self.facts.items[rules.item.0 as usize];
        let through = Through {
            name: item.name.clone(),
            file: self.path.clone(),
            in_crate: self.names.module(self.module?).in_crate,
            scope: item.scope,
        };
        let leads = Leads::of(&item.name, &rules.rules);
        let found = Rc::new(Definition {
            through,
            item: rules.item,
            declares: item.declares,
            rules: Some((Rules::new(&rules.rules), leads)),
            cfg: self.facts.cfgs[item.cfg.0 as usize].clone(),
        });
        self.own.insert(index, Rc::clone(&found));
        Some(found)
    }

    /// The macros that the path of a call names where it stands.
    fn named(&mut self, call: &MacroCall) -> Option<Vec<Rc<Definition>>> {
        let mut scope = call.scope;
        while scope.0 as usize >= self.scopes {
            scope = self.facts.scopes[scope.0 as usize].parent?;
        }
        let key = (scope, call.path.clone());
        if let Some(known) = self.known.get(&key) {
            return Some(known.clone());
        }
        let found: Vec<_> = self.by_name(scope, &call.path)?.into_iter().map(Rc::new).collect();
        self.known.insert(key, found.clone());
        Some(found)
    }

    fn by_name(&self, scope: ScopeId, path: &str) -> Option<Vec<Definition>> {
        let module = self.names.module_at(self.module?, scope);
        let defs = self.names.resolve(module, scope, path, Namespace::Macro).defs;
        Some(defs.iter().filter_map(|def| self.definition(def)).collect())
    }

    fn definition(&self, def: &Def) -> Option<Definition> {
        let Def::Item(module, id) = def else { return None };
        let (facts, data) = (self.names.facts_of(*module)?, self.names.module(*module));
        let item = facts.items.get(id.0 as usize).filter(|item| item.kind == ItemKind::Macro)?;
        // What a framework's macro is told says what it registers; what it makes of that is the framework's own affair.
        let framework = self.names.framework_of_others(self.module?, *module);
        if framework.is_some_and(|framework| frameworks::is_macro_of(&framework, &item.name)) {
            return None;
        }
        let rules = facts.macros.iter().find(|rules| rules.item == *id);
        let rules = rules.map(|rules| (Rules::new(&rules.rules), Leads::of(&item.name, &rules.rules)));
        let through = Through {
            name: item.name.clone(),
            file: self.names.path(data.file?),
            in_crate: data.in_crate,
            scope: item.scope,
        };
        let own = &facts.cfgs[item.cfg.0 as usize];
        let is_foreign = data.in_crate.package != self.names.module(self.module?).in_crate.package;
        let test = if data.role == Role::Test { TestMark::Yes } else { own.test.clone() };
        // What a package keeps for its own tests is not there for others.
        if is_foreign && test == TestMark::Yes {
            return None;
        }
        let text = conditions(&data.condition, &own.text);
        Some(Definition {
            through,
            item: *id,
            declares: item.declares,
            rules,
            cfg: Cfg { text: (*text).into(), test },
        })
    }
}
