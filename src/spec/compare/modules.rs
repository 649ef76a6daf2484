//! `[module.*]` of two designs: modules that came, went, or were renamed, and whose code is whose.

use std::collections::BTreeSet;

use super::super::design::{Module, ModuleId};
use super::super::pattern::Pattern;
use super::lists::{differing, elements, lies_in};
use super::{Class, Difference, Pair, Table};

impl Pair<'_> {
    /// Every `[module.NAME]`.
    pub(super) fn modules(&mut self) {
        for id in self.base.module_ids() {
            match self.matching.modules.get(&id).copied() {
                Some(head) => self.module(id, head),
                None => self.dropped(id),
            }
        }
        for id in self
            .head
            .module_ids()
            .filter(|id| !self.matching.modules_of_head.contains_key(id))
            .collect::<Vec<_>>()
        {
            self.added(id);
        }
    }

    fn module(&mut self, base: ModuleId, head: ModuleId) {
        let (before, after) = (self.base_module(base).clone(), self.head_module(head).clone());
        let table = Table::module(&after.name.value, &before.name.value);
        if before.name.value != after.name.value {
            let reason = format!("`{}` has another name", before.name.value);
            self.say(Class::Neutral, (&table, ""), (Some(before.name.at), Some(after.name.at)), reason);
        }
        self.code(&table, &before, &after);
        self.rights(&table, base, head);
        let words = [
            ("why", before.why.value != after.why.value),
            ("owner", before.owner != after.owner),
            ("see", before.see != after.see),
        ];
        let names = [&before, &after].map(|module| format!("module.{}", module.name.value));
        self.words(&table.name, &words, (&names[0], &names[1]));
    }

    /// `code`: what a module takes in comes under its rights, what it lets go is no longer held to its rules.
    fn code(&mut self, table: &Table, before: &Module, after: &Module) {
        let (gone, new) = differing(&elements(&before.code), &elements(&after.code));
        let inside = |pattern: &Pattern, module: &Module| {
            module.code.iter().any(|code| code.value != *pattern && lies_in(pattern, &code.value))
        };
        let mut renamed = 0_usize;
        for (pattern, at) in gone {
            let (class, reason) = if inside(&pattern, after) {
                (Class::Neutral, format!("`{pattern}` lies in what else is its code"))
            } else if !(self.ground.in_head)(&pattern) {
                renamed += 1;
                (Class::Neutral, format!("`{pattern}` names nothing any more"))
            } else {
                (
                    Class::Loosened,
                    format!("`{pattern}` is no longer held to the rules of `{}`", before.name.value),
                )
            };
            self.say(class, (table, "code"), (Some(at), None), reason);
        }
        for (pattern, at) in new {
            let (class, reason) = if inside(&pattern, before) {
                (Class::Neutral, format!("`{pattern}` was its code before"))
            } else if renamed > 0 && self.is_new_ground(&pattern) {
                renamed -= 1;
                (Class::Neutral, format!("`{pattern}` stands for code that was renamed"))
            } else {
                (Class::Loosened, format!("`{pattern}` may do what `{}` may", after.name.value))
            };
            self.say(class, (table, "code"), (None, Some(at)), reason);
        }
    }

    fn dropped(&mut self, id: ModuleId) {
        let module = self.base_module(id).clone();
        let table = Table::module(&module.name.value, &module.name.value);
        let alive: Vec<&Pattern> =
            module.code.iter().map(|code| &code.value).filter(|code| (self.ground.in_head)(code)).collect();
        let (class, reason) = match alive.first() {
            None => (Class::Neutral, "nothing of its code is left".to_owned()),
            Some(code) => match self.head.modules.iter().find(|other| !self.is_huge && holds(other, code)) {
                Some(other) => {
                    (Class::Loosened, format!("its code is held to the rules of `{}`", other.name.value))
                }
                None => (Class::Loosened, "its code is held to no module's rules".to_owned()),
            },
        };
        self.say(class, (&table, ""), (Some(module.name.at), None), reason);
    }

    /// A module that base does not have: it grows over new code, or takes code out of modules that base has.
    fn added(&mut self, id: ModuleId) {
        let module = self.head_module(id).clone();
        let ends = (None, Some(module.name.at));
        if self.is_huge {
            let table = Table::module(&module.name.value, &module.name.value);
            let reason = "there are too many modules to tell whose code it takes";
            return self.say(Class::Loosened, (&table, ""), ends, reason);
        }
        let owners = self.owners(&module);
        let Some(first) = owners.first().copied() else {
            let table = Table::module(&module.name.value, &module.name.value);
            return self.say(Class::Extended, (&table, ""), ends, "a new module");
        };
        for owner in owners {
            let name = self.base_module(owner).name.value.clone();
            let table = Table::module(&module.name.value, &name);
            match self.gain(owner, id) {
                Some(gain) => {
                    let reason = format!("it takes code of `{name}` and holds it to less: {gain}");
                    return self.say(Class::Loosened, (&table, ""), ends, reason);
                }
                None if owner == first => {}
                None => continue,
            }
        }
        let name = self.base_module(first).name.value.clone();
        let reason = format!("it takes code of `{name}` and allows it no more");
        self.say(Class::Tightened, (&Table::module(&module.name.value, &name), ""), ends, reason);
    }

    /// The modules of base whose code a module of head takes.
    fn owners(&self, module: &Module) -> BTreeSet<ModuleId> {
        let mut found = BTreeSet::new();
        for code in &module.code {
            let theirs = self.base.module_ids().filter(|id| holds(self.base_module(*id), &code.value));
            found.extend(theirs);
            found.extend((self.ground.owners)(&code.value));
        }
        found
    }

    /// What code of base's module `from` gains by belonging to head's module `to`, if anything.
    fn gain(&mut self, from: ModuleId, to: ModuleId) -> Option<String> {
        let kept = std::mem::take(&mut self.found);
        let table = Table::module(&self.head_module(to).name.value.clone(), "");
        self.rights(&table, from, to);
        let differences: Vec<Difference> = std::mem::replace(&mut self.found, kept);
        let loosened = differences.into_iter().find(|difference| difference.class == Class::Loosened);
        loosened.map(|difference| difference.reason).or_else(|| self.reaches_more(from, to))
    }

    fn reaches_more(&self, from: ModuleId, to: ModuleId) -> Option<String> {
        let (before, after) = (&self.reach.0, &self.reach.1);
        let name = &self.head_module(to).name.value;
        self.matching.modules.iter().filter(|(other, _)| **other != from).find_map(|(other, head_other)| {
            let other_name = &self.head_module(*head_other).name.value;
            if after.allows(to, *head_other) && !before.allows(from, *other) {
                return Some(format!("`{name}` may use `{other_name}`"));
            }
            let reached = after.allows(*head_other, to) && !before.allows(*other, from);
            reached.then(|| format!("`{other_name}` may use `{name}`"))
        })
    }
}

/// Whether all that a pattern names surely belongs to the code of a module.
fn holds(module: &Module, pattern: &Pattern) -> bool {
    module.code.iter().any(|code| lies_in(pattern, &code.value))
}
