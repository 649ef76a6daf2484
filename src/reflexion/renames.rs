//! What the change renamed or moved: names of base → names of head, so that a standing deviation stays the same one.
//!
//! Files that git calls renamed carry their modules over; which item is which says `moves.rs`, asked only where base has a name that
//! head does not have. A name means one item, as a rule; where several have it, the place in the file tells them apart.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::moves::{self, Loose, Text};
use crate::basis::{RepoPath, Span, SymbolPath};
use crate::facts::{FileFacts, ItemId, ItemKind, ScopeId, ScopeKind};
use crate::model::{ModuleRef, World};

/// One file of the change with its two sides.
#[derive(Clone, Debug)]
pub struct FilePair {
    /// The path in base, `None` for an added file.
    pub base: Option<RepoPath>,
    /// The path in head, `None` for a deleted file.
    pub head: Option<RepoPath>,
}

/// Gives the text of a file of one side.
pub type Texts<'a> = &'a dyn Fn(&RepoPath) -> Option<Arc<str>>;

/// Names of base with what head calls them.
#[derive(Clone, Debug, Default)]
pub struct Renames {
    files: BTreeMap<RepoPath, RepoPath>,
    symbols: BTreeMap<SymbolPath, SymbolPath>,
    /// Items of base whose name means others too: by their files, with what head calls them.
    namesakes: BTreeMap<RepoPath, Vec<Namesake>>,
    /// Modules between which functions and blocks moved, both under head's names.
    sent: BTreeSet<(SymbolPath, SymbolPath)>,
    /// Head's modules that files are which base does not have.
    fresh: BTreeSet<SymbolPath>,
}

/// One of several items of a name.
#[derive(Clone, Debug)]
struct Namesake {
    span: Span,
    symbol: SymbolPath,
    head: SymbolPath,
}

impl Renames {
    /// Compares the items of the files in `pairs` on both sides. The files of `rehomed` did not change, but are other modules now.
    pub fn find(
        pairs: &[FilePair],
        rehomed: &BTreeSet<RepoPath>,
        base: (&World<'_>, Texts<'_>),
        head: (&World<'_>, Texts<'_>),
    ) -> Self {
        let mut renames = Self::default();
        for file in rehomed.iter().filter(|file| base.0.source().exists(file)) {
            renames.modules(&base.0.locate(file), base.0, &head.0.locate(file), head.0);
        }
        for pair in pairs {
            if let (Some(old), Some(new)) = (&pair.base, &pair.head)
                && old != new
            {
                renames.files.insert(old.clone(), new.clone());
                renames.modules(&base.0.locate(old), base.0, &head.0.locate(new), head.0);
            }
        }
        if !renames.any() && pairs.iter().all(|pair| keeps_names(pair, base.0, head.0)) {
            return renames;
        }
        let mut old = items(pairs.iter().filter_map(|pair| pair.base.as_ref()), base);
        let new = items(pairs.iter().filter_map(|pair| pair.head.as_ref()), head);
        for item in &mut old {
            item.around = SymbolPath::new(renames.symbol(item.around.as_str()));
        }
        renames.items(&old, &new);
        if !renames.sent.is_empty() {
            let added = pairs.iter().filter(|pair| pair.base.is_none()).filter_map(|pair| pair.head.as_ref());
            let modules = added.flat_map(|file| head.0.locate(file));
            renames.fresh.extend(modules.map(|module| head.0.module(module).path.clone()));
        }
        renames
    }

    /// Whether something is called otherwise in head.
    pub fn any(&self) -> bool {
        !self.symbols.is_empty() || !self.namesakes.is_empty()
    }

    /// Whether code of base's module `from` moved into head's module `to`.
    pub(super) fn sends(&self, from: &SymbolPath, to: &SymbolPath) -> bool {
        self.sent.contains(&(SymbolPath::new(self.symbol(from.as_str())), to.clone()))
    }

    /// The modules of base whose code moved into head's module `to`, under head's names, where that is new: what was there already
    /// takes nothing over.
    pub(super) fn senders(&self, to: &SymbolPath) -> impl Iterator<Item = &SymbolPath> {
        let is_fresh = self.fresh.contains(to);
        self.sent.iter().filter(move |(_, into)| is_fresh && into == to).map(|(from, _)| from)
    }

    /// What head calls the file that base calls `path`.
    pub fn file(&self, path: &RepoPath) -> RepoPath {
        self.files.get(path).unwrap_or(path).clone()
    }

    /// What head calls the symbol that base calls `symbol`: the longest renamed part of it is replaced.
    pub fn symbol(&self, symbol: &str) -> String {
        if self.symbols.is_empty() {
            return symbol.to_owned();
        }
        let mut end = symbol.len();
        loop {
            if let Some(new) = self.symbols.get(&SymbolPath::new(&symbol[..end])) {
                return format!("{new}{}", &symbol[end..]);
            }
            match symbol[..end].rfind("::") {
                Some(at) => end = at,
                None => return symbol.to_owned(),
            }
        }
    }

    /// What head calls the item of base that is called `symbol` and that `span` of `file` lies in.
    pub(super) fn item(&self, symbol: &SymbolPath, (file, span): (&RepoPath, Span)) -> String {
        let is_it = |namesake: &&Namesake| {
            let around = namesake.span.range();
            namesake.symbol == *symbol && around.start <= span.range().start && span.range().end <= around.end
        };
        match self.namesakes.get(file).and_then(|namesakes| namesakes.iter().find(is_it)) {
            Some(namesake) => namesake.head.to_string(),
            None => self.symbol(symbol.as_str()),
        }
    }

    fn modules(&mut self, old: &[ModuleRef], base: &World<'_>, new: &[ModuleRef], head: &World<'_>) {
        for (old, new) in old.iter().zip(new) {
            let (old, new) = (base.module(*old).path.clone(), head.module(*new).path.clone());
            if old != new {
                self.symbols.insert(old, new);
            }
        }
    }

    fn items(&mut self, old: &[Loose<'_>], new: &[Loose<'_>]) {
        let mut named: Vec<SymbolPath> = Vec::with_capacity(old.len());
        let mut of_symbol: BTreeMap<&SymbolPath, Vec<usize>> = BTreeMap::new();
        for (at, (item, to)) in old.iter().zip(moves::matches(old, new)).enumerate() {
            let holder = item.holder.map_or(&item.around, |holder| &named[holder]);
            let runs = matches!(item.kind, ItemKind::Function | ItemKind::Impl | ItemKind::Trait);
            if let Some(to) = to.filter(|to| runs && new[*to].around != item.around) {
                self.sent.insert((item.around.clone(), new[to].around.clone()));
            }
            named.push(to.map_or_else(|| holder.join(&item.name), |to| new[to].symbol.clone()));
            of_symbol.entry(&item.symbol).or_default().push(at);
        }
        for (item, name) in old.iter().zip(&named) {
            let symbol = &item.symbol;
            if self.symbol(symbol.as_str()) == name.as_str() {
                continue;
            }
            if of_symbol[symbol].iter().all(|other| named[*other] == *name) {
                self.symbols.insert(symbol.clone(), name.clone());
                continue;
            }
            let (span, symbol, head) = (item.span, symbol.clone(), name.clone());
            self.namesakes.entry(item.file.clone()).or_default().push(Namesake { span, symbol, head });
        }
    }
}

/// Whether everything that base's version of a file declares is declared in head's under the same name, in the same place. Blocks of
/// one name are told apart by more than that, so that head may have no further ones.
fn keeps_names(pair: &FilePair, base: &World<'_>, head: &World<'_>) -> bool {
    let (old, new) = match (&pair.base, &pair.head) {
        (Some(old), Some(new)) if old == new => (old, new),
        (None, Some(new)) => {
            let mut facts = head.locate(new).into_iter().filter_map(|begins| head.facts_of(begins));
            return facts.all(|facts| facts.items.iter().all(|item| item.kind != ItemKind::Impl));
        }
        (_, None) | (Some(_), Some(_)) => return false,
    };
    let (from, to) = (base.locate(old), head.locate(new));
    let mut modules = from.iter().zip(&to);
    from.len() == to.len()
        && modules.all(|(from, to)| {
            base.module(*from).path == head.module(*to).path
                && match (base.facts_of(*from), head.facts_of(*to)) {
                    (Some(from), Some(to)) => names_all(&from, &to),
                    (from, _) => from.is_none(),
                }
        })
}

/// Whether each name that `from` declares is declared in `to` as the same kind of thing in the same place, at least as often.
fn names_all(from: &FileFacts, to: &FileFacts) -> bool {
    let mut places = FxHashMap::default();
    for (facts, step) in [(to, 1), (from, -1)] {
        let mut of_items: Vec<usize> = Vec::with_capacity(facts.items.len());
        for item in &facts.items {
            let around = match item.parent {
                Some(parent) => of_items.get(parent.0 as usize).copied(),
                None => holder(facts, item.scope).and_then(|holder| of_items.get(holder.0 as usize).copied()),
            };
            let next = places.len();
            let (place, count) = places.entry((around, &*item.name, item.kind)).or_insert((next, 0_i64));
            *count += step;
            of_items.push(*place);
        }
    }
    places.iter().all(|((_, _, kind), (_, count))| *count == 0 || (*count > 0 && *kind != ItemKind::Impl))
}

/// The item that the scope lies in.
fn holder(facts: &FileFacts, scope: ScopeId) -> Option<ItemId> {
    let scope = facts.scopes.get(scope.0 as usize)?;
    match scope.kind {
        ScopeKind::Module(item) | ScopeKind::Block(Some(item)) => Some(item),
        ScopeKind::File | ScopeKind::Block(None) => holder(facts, scope.parent?),
    }
}

fn items<'p>(
    files: impl Iterator<Item = &'p RepoPath>,
    (world, texts): (&World<'_>, Texts<'p>),
) -> Vec<Loose<'p>> {
    let mut found = Vec::new();
    for file in files {
        let text = Rc::new(Text::new(move || texts(file)));
        for begins in world.locate(file) {
            let Some(facts) = world.facts_of(begins) else { continue };
            let first = found.len();
            for (id, item) in (0..).map(ItemId).zip(&facts.items) {
                let module = world.module_at(begins, item.scope);
                found.push(Loose {
                    file: file.clone(),
                    symbol: world.symbol(module, id),
                    holder: item.parent.map(|parent| first + parent.0 as usize),
                    around: world.module(module).path.clone(),
                    name: item.name.clone(),
                    kind: item.kind,
                    tokens: item.tokens,
                    text: Rc::clone(&text),
                    span: item.site.span,
                    name_span: item.name_site.span,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_renamed_part_is_replaced() {
        let mut renames = Renames::default();
        renames.symbols.insert("a::b".into(), "a::c".into());
        renames.symbols.insert("a::b::x".into(), "a::d::y".into());
        assert_eq!(renames.symbol("a::b::x::z"), "a::d::y::z");
        assert_eq!(renames.symbol("a::b::w"), "a::c::w");
        assert_eq!(renames.symbol("a::bb"), "a::bb");
    }
}
