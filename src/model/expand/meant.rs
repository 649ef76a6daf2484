//! A call of a macro → the definitions of the repository that it may mean: one, or one for each condition.
//!
//! Of several in one scope the last before the call counts; where that one stands under a condition, those before it do too.

use std::rc::Rc;

use super::{Job, Pending, Through};
use crate::facts::rust::expand::Rules;
use crate::facts::{Cfg, ItemId, ItemKind, MacroCall, ScopeId, frameworks};
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
    /// The condition that it stands under.
    pub(super) cfg: Cfg,
    /// Whether it stands under one that code beside it does not.
    is_conditional: bool,
}

impl Definition {
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

    /// The macros of the repository that a call may mean, those left out that its own condition excludes; `None` where there is none.
    pub(super) fn definitions(&mut self, call: &MacroCall) -> Option<Vec<Rc<Definition>>> {
        let cfg = self.facts.cfgs[call.cfg.0 as usize].text.clone();
        let (mut found, mut is_open) = (Vec::new(), true);
        if !call.path.contains("::") {
            (found, is_open) = self.textual(call, &cfg);
        }
        if is_open {
            found.extend(self.named(call).unwrap_or_default());
        }
        let is_known = !found.is_empty();
        found.retain(|definition| !excludes(&cfg, &definition.cfg.text));
        found.truncate(MEANINGS);
        is_known.then_some(found)
    }

    /// The macros that the file itself defines before the call, in the scopes around it; and whether in some configurations none of
    /// them is there.
    fn textual(&mut self, call: &MacroCall, cfg: &str) -> (Vec<Rc<Definition>>, bool) {
        let mut found = Vec::new();
        let mut at = Some(call.scope);
        while let Some(scope) = at {
            let known = self.by_scope.get(&(scope, call.path.clone())).map_or(&[][..], Vec::as_slice);
            let item = |index: &usize| &self.facts.items[self.facts.macros[*index].item.0 as usize];
            let before = known.partition_point(|index| item(index).site.span.start <= call.site.span.start);
            let before: Vec<usize> = known[..before].iter().rev().copied().take(MEANINGS).collect();
            let many = before.len() > 1;
            for index in before {
                let Some(definition) = self.own(index) else { return (found, false) };
                let is_certain = holds(cfg, &definition.cfg.text);
                found.push(definition);
                if is_certain {
                    return (found, false);
                }
            }
            if many {
                return (found, false);
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
            is_conditional: item.cfg != self.facts.scopes[item.scope.0 as usize].cfg,
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
        let mut found: Vec<Definition> = defs.iter().filter_map(|def| self.definition(def)).collect();
        let replaces = |one: &Definition, other: &Definition| {
            let place = |of: &Definition| (of.through.in_crate, of.through.file.clone(), of.through.scope);
            place(one) == place(other) && one.item > other.item && !one.is_conditional
        };
        let is_last: Vec<bool> =
            found.iter().map(|other| !found.iter().any(|one| replaces(one, other))).collect();
        let mut is_last = is_last.into_iter();
        found.retain(|_| is_last.next().unwrap_or_default());
        Some(found)
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
        let text = conditions(&data.condition, &own.text);
        Some(Definition {
            through,
            item: *id,
            declares: item.declares,
            rules,
            cfg: Cfg { text: (*text).into(), test: own.test.clone() },
            is_conditional: self.names.is_conditional(def),
        })
    }
}
