//! What a module may do, and who may use it: `uses`, `users`, `bans`, `public`, `owns`, `external`, `reexports`.

use std::rc::Rc;

use super::super::design::{Declared, Design, Module, ModuleId, Name};
use super::super::pattern::{Pattern, SymbolPattern};
use super::lists::{Element, covered, differing, elements};
use super::permissions::Reach;
use super::{Class, Ends, Pair, Table, either};

/// A list that bounds; `None` where nothing is bounded.
type Bound = Option<Vec<Element<SymbolPattern>>>;

/// A name in a list, modules by head's name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Any,
    Module(String),
    Symbol(SymbolPattern),
}

impl Pair<'_> {
    /// All rights of a module of base against those of one of head.
    pub(super) fn rights(&mut self, table: &Table, base: ModuleId, head: ModuleId) {
        let (before, after) = (self.base_module(base).clone(), self.head_module(head).clone());
        self.uses(table, (base, &before), (head, &after));
        self.users(table, &before, &after);
        self.bans(table, &before, &after);
        let public = (optional(&before.public), optional(&after.public));
        self.listed((table, "public"), public, (before.public_at, after.public_at));
        self.owns(table, (base, &before), &after);
        let external = (optional(&before.external), optional(&after.external));
        self.listed((table, "external"), external, (before.external_at, after.external_at));
        self.reexports(table, &before, &after);
    }

    fn uses(&mut self, table: &Table, base: (ModuleId, &Module), head: (ModuleId, &Module)) {
        let (before, after) = (self.named_by_base(&base.1.uses), named(self.head, &head.1.uses));
        let (gone, new) = differing(&before, &after);
        let reach = Rc::clone(&self.reach);
        let name = head.1.name.value.clone();
        let symbols = |list: &[Element<Named>]| -> Vec<Element<SymbolPattern>> {
            let symbol = |(named, at): &Element<Named>| match named {
                Named::Symbol(symbol) => Some((symbol.clone(), *at)),
                Named::Any | Named::Module(_) => None,
            };
            list.iter().filter_map(symbol).collect()
        };
        let (known, kept) = (symbols(&before), symbols(&after));
        for (named, at) in new {
            let (class, reason) = match &named {
                Named::Any => (Class::Loosened, format!("`{name}` may use every module")),
                Named::Module(other) => self.use_gained(&name, (base.0, &reach.0), other),
                Named::Symbol(symbol)
                    if covered(symbol, &known) || self.reaches(self.base, (base.0, &reach.0), symbol) =>
                {
                    (Class::Neutral, format!("`{symbol}` lies in what it may use"))
                }
                Named::Symbol(symbol) if self.is_new_ground(&Pattern::Symbol(symbol.clone())) => {
                    (Class::Extended, format!("`{name}` may use `{symbol}`, which is new"))
                }
                Named::Symbol(symbol) => (Class::Loosened, format!("`{name}` may use `{symbol}`")),
            };
            self.say(class, (table, "uses"), (None, Some(at)), reason);
        }
        for (named, at) in gone {
            let still = match &named {
                Named::Any => false,
                Named::Module(other) => {
                    self.head.module_named(other).is_none_or(|other| reach.1.allows(head.0, other))
                }
                Named::Symbol(symbol) => {
                    covered(symbol, &kept) || self.reaches(self.head, (head.0, &reach.1), symbol)
                }
            };
            let class = if still { Class::Neutral } else { Class::Tightened };
            let what = shown(&named);
            let reason = match still {
                true => format!("that `{name}` may use {what} is said elsewhere, or needs no saying"),
                false => format!("`{name}` may no longer use {what}"),
            };
            self.say(class, (table, "uses"), (Some(at), None), reason);
        }
    }

    /// What it means that a module may use another one, named as head does.
    fn use_gained(&self, name: &str, (base, reach): (ModuleId, &Reach), other: &str) -> (Class, String) {
        let before =
            self.head.module_named(other).and_then(|id| self.matching.modules_of_head.get(&id)).copied();
        match before {
            Some(before) if before == base => {
                (Class::Neutral, format!("`{other}` is where its code comes from"))
            }
            Some(before) if reach.allows(base, before) => {
                (Class::Neutral, format!("`{name}` might use `{other}` before"))
            }
            None if self.is_new(other) => {
                (Class::Extended, format!("`{name}` may use `{other}`, which is new"))
            }
            Some(_) | None => (Class::Loosened, format!("`{name}` may use `{other}`")),
        }
    }

    /// Whether a module of head names only code that no module of base's has.
    fn is_new(&self, name: &str) -> bool {
        let module = self.head.module_named(name).map(|id| self.head_module(id));
        module.is_some_and(|module| module.code.iter().all(|code| self.is_new_ground(&code.value)))
    }

    fn users(&mut self, table: &Table, before: &Module, after: &Module) {
        let name = after.name.value.clone();
        let (known, now) = match (&before.users, &after.users) {
            (None, None) => return,
            (None, Some(_)) => {
                let reason = format!("only some may use `{name}`");
                return self.say(Class::Tightened, (table, "users"), (None, after.users_at), reason);
            }
            (Some(_), None) => {
                let reason = format!("whoever layers and `uses` allow may use `{name}`");
                return self.say(Class::Loosened, (table, "users"), (before.users_at, None), reason);
            }
            (Some(known), Some(now)) => (self.named_by_base(known), named(self.head, now)),
        };
        let (gone, new) = differing(&known, &now);
        for (named, at) in new {
            let is_new = matches!(&named, Named::Module(other) if self.is_new(other));
            let class = if is_new { Class::Extended } else { Class::Loosened };
            let reason = format!("{} may use `{name}`", shown(&named));
            self.say(class, (table, "users"), (None, Some(at)), reason);
        }
        for (named, at) in gone {
            let reason = format!("{} may no longer use `{name}`", shown(&named));
            self.say(Class::Tightened, (table, "users"), (Some(at), None), reason);
        }
    }

    fn bans(&mut self, table: &Table, before: &Module, after: &Module) {
        let (known, now) = (self.named_by_base(&before.bans), named(self.head, &after.bans));
        let (gone, new) = differing(&known, &now);
        for (elements, loosened) in [(gone, true), (new, false)] {
            for (named, at) in elements {
                let bans = if loosened { "no longer bans" } else { "bans" };
                let reason = format!("`{}` {bans} {}", after.name.value, shown(&named));
                let ends = if loosened { (Some(at), None) } else { (None, Some(at)) };
                self.say(either(loosened), (table, "bans"), ends, reason);
            }
        }
    }

    /// `public` and `external`: a list that bounds; without it nothing is bounded.
    fn listed(&mut self, (table, key): (&Table, &'static str), (before, after): (Bound, Bound), whole: Ends) {
        let open =
            if key == "public" { "all of it may be named" } else { "any crate that nobody owns may be used" };
        let (before, after) = match (before, after) {
            (None, None) => return,
            (None, Some(_)) => {
                return self.say(Class::Tightened, (table, key), whole, "only what it lists is open");
            }
            (Some(_), None) => return self.say(Class::Loosened, (table, key), whole, open),
            (Some(before), Some(after)) => (before, after),
        };
        let (gone, new) = differing(&before, &after);
        for (symbol, at) in new {
            let is_new = key == "public" && self.is_new_code(&symbol);
            let (class, reason) = match () {
                () if covered(&symbol, &before) => (Class::Neutral, format!("`{symbol}` was open before")),
                () if is_new => (Class::Extended, format!("`{symbol}` is new, and open")),
                () => (Class::Loosened, format!("`{symbol}` is open")),
            };
            self.say(class, (table, key), (None, Some(at)), reason);
        }
        for (symbol, at) in gone {
            let is_dead = key == "public" && !(self.ground.in_head)(&Pattern::Symbol(symbol.clone()));
            let (class, reason) = match () {
                () if covered(&symbol, &after) => (Class::Neutral, format!("`{symbol}` is open still")),
                () if is_dead => (Class::Neutral, format!("`{symbol}` names nothing any more")),
                () => (Class::Tightened, format!("`{symbol}` is no longer open")),
            };
            self.say(class, (table, key), (Some(at), None), reason);
        }
    }

    /// Whether a pattern names no code of base, whatever module it lies in.
    pub(super) fn is_new_code(&self, symbol: &SymbolPattern) -> bool {
        !(self.ground.in_base)(&Pattern::Symbol(symbol.clone()))
    }

    /// `owns` closes a crate to others and opens it to its owner.
    fn owns(&mut self, table: &Table, (base, before): (ModuleId, &Module), after: &Module) {
        let (gone, new) = differing(&elements(&before.owns), &elements(&after.owns));
        let name = after.name.value.clone();
        let others = |design: &Design, own: &str, symbol: &SymbolPattern| {
            let mut others = design.modules.iter().filter(|module| module.name.value != own);
            others.any(|module| module.owns.iter().any(|owns| owns.value.covers(symbol)))
        };
        for (symbol, at) in new {
            let listed = before
                .external
                .as_ref()
                .is_none_or(|listed| listed.iter().any(|it| it.value.covers(&symbol)));
            let was_open = listed && !others(self.base, &self.base_module(base).name.value, &symbol);
            let had = before.owns.iter().any(|owns| owns.value.covers(&symbol));
            let reason = match had || was_open {
                true => format!("only its owners may use `{symbol}`"),
                false => format!("`{name}` may use `{symbol}`"),
            };
            self.say(either(!(had || was_open)), (table, "owns"), (None, Some(at)), reason);
        }
        for (symbol, at) in gone {
            let owned =
                others(self.head, &name, &symbol) || after.owns.iter().any(|owns| owns.value.covers(&symbol));
            let reason = match owned {
                true => format!("`{name}` no longer owns `{symbol}`"),
                false => format!("`{symbol}` belongs to nobody, so that others may use it"),
            };
            self.say(either(!owned), (table, "owns"), (Some(at), None), reason);
        }
    }

    fn reexports(&mut self, table: &Table, before: &Module, after: &Module) {
        let known: Vec<Element<String>> =
            before.reexports.iter().map(|module| (self.name_in_head(module.value), module.at)).collect();
        let now = after.reexports.iter();
        let now: Vec<Element<String>> =
            now.map(|module| (self.head_module(module.value).name.value.clone(), module.at)).collect();
        let (gone, new) = differing(&known, &now);
        let name = &after.name.value;
        for (other, at) in new {
            let class = if self.is_new(&other) { Class::Extended } else { Class::Loosened };
            let reason = format!("whoever may use `{name}` reaches `{other}` through it");
            self.say(class, (table, "reexports"), (None, Some(at)), reason);
        }
        for (other, at) in gone {
            let reason = format!("what `{name}` hands out of `{other}` counts as `{other}`");
            self.say(Class::Tightened, (table, "reexports"), (Some(at), None), reason);
        }
    }

    /// Whether all that a symbol names is a public part of modules that `from` may use as a whole.
    fn reaches(&self, design: &Design, (from, reach): (ModuleId, &Reach), symbol: &SymbolPattern) -> bool {
        if self.is_huge {
            return false;
        }
        let touches = |code: &Declared<Pattern>| match &code.value {
            Pattern::Symbol(code) => code.covers(symbol) || symbol.covers(code),
            Pattern::File(_) => false,
        };
        let touched = |id: &ModuleId| *id != from && design.module(*id).code.iter().any(touches);
        let is_open = |id: ModuleId| {
            let public = design.module(id).public.as_ref();
            let is_open = public.is_none_or(|public| public.iter().any(|open| open.value.covers(symbol)));
            reach.allows(from, id) && is_open
        };
        let mut all = design.module_ids().filter(touched).peekable();
        all.peek().is_some() && all.all(is_open)
    }

    /// The names of a list of base, modules by head's name.
    fn named_by_base(&self, list: &[Declared<Name>]) -> Vec<Element<Named>> {
        let named = |name: &Declared<Name>| {
            let named = match &name.value {
                Name::Any => Named::Any,
                Name::Module(id) => Named::Module(self.name_in_head(*id)),
                Name::Symbol(symbol) => Named::Symbol(symbol.clone()),
            };
            (named, name.at)
        };
        list.iter().map(named).collect()
    }

    /// What head calls a module of base; base's own name where head does not have it.
    fn name_in_head(&self, id: ModuleId) -> String {
        match self.matching.modules.get(&id) {
            Some(head) => self.head_module(*head).name.value.clone(),
            None => self.base_module(id).name.value.clone(),
        }
    }
}

fn named(design: &Design, list: &[Declared<Name>]) -> Vec<Element<Named>> {
    let named = |name: &Declared<Name>| {
        let named = match &name.value {
            Name::Any => Named::Any,
            Name::Module(id) => Named::Module(design.module(*id).name.value.clone()),
            Name::Symbol(symbol) => Named::Symbol(symbol.clone()),
        };
        (named, name.at)
    };
    list.iter().map(named).collect()
}

fn optional(list: &Option<Vec<Declared<SymbolPattern>>>) -> Bound {
    list.as_ref().map(|list| elements(list))
}

fn shown(named: &Named) -> String {
    match named {
        Named::Any => "every module".to_owned(),
        Named::Module(name) => format!("`{name}`"),
        Named::Symbol(symbol) => format!("`{symbol}`"),
    }
}
