//! What the change renamed or moved: names of base → names of head, so that a standing deviation stays the same one.
//!
//! Three steps: files that git calls renamed carry their modules over; items of the same name and equal tokens elsewhere were
//! moved; of items of the same kind with at least 60 % equal tokens, those with the same parent were renamed and those with the
//! same name moved and edited. One to one, ties in source order.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::basis::{RepoPath, Span, SymbolPath};
use crate::facts::{ItemId, ItemKind};
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

/// How much of two items must be equal for the one to be the other under a new name, in percent.
const SIMILAR: usize = 60;
/// Comparing is quadratic in the worst case; items with more tokens than this are only ever moved whole.
const MAX_TOKENS: usize = 4000;
/// More candidates than this on one side are a rewrite, not a renaming.
const MAX_CANDIDATES: usize = 400;

/// Names of base with what head calls them.
#[derive(Clone, Debug, Default)]
pub struct Renames {
    files: BTreeMap<RepoPath, RepoPath>,
    symbols: BTreeMap<SymbolPath, SymbolPath>,
}

/// An item that only one side has.
struct Loose {
    symbol: SymbolPath,
    parent: SymbolPath,
    name: Box<str>,
    kind: ItemKind,
    tokens: u64,
    file: RepoPath,
    span: Span,
}

/// The texts of one side, each asked for once, and only where two items have to be compared word by word.
struct Words<'a> {
    texts: Texts<'a>,
    known: RefCell<BTreeMap<RepoPath, Option<Arc<str>>>>,
}

impl<'a> Words<'a> {
    fn new(texts: Texts<'a>) -> Self {
        Self { texts, known: RefCell::default() }
    }

    fn of(&self, item: &Loose) -> Vec<String> {
        let mut known = self.known.borrow_mut();
        let text = known.entry(item.file.clone()).or_insert_with(|| (self.texts)(&item.file));
        text.as_ref().and_then(|text| text.get(item.span.range())).map(tokens).unwrap_or_default()
    }
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
        let old = items(pairs.iter().filter_map(|pair| pair.base.as_ref()), base.0);
        let new = items(pairs.iter().filter_map(|pair| pair.head.as_ref()), head.0);
        renames.items((old, Words::new(base.1)), (new, Words::new(head.1)));
        renames
    }

    /// Whether something is called otherwise in head.
    pub fn any(&self) -> bool {
        !self.symbols.is_empty()
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

    fn modules(&mut self, old: &[ModuleRef], base: &World<'_>, new: &[ModuleRef], head: &World<'_>) {
        for (old, new) in old.iter().zip(new) {
            let (old, new) = (base.module(*old).path.clone(), head.module(*new).path.clone());
            if old != new {
                self.symbols.insert(old, new);
            }
        }
    }

    fn items(
        &mut self,
        (old, old_words): (Vec<Loose>, Words<'_>),
        (new, new_words): (Vec<Loose>, Words<'_>),
    ) {
        let olds: BTreeSet<SymbolPath> =
            old.iter().map(|item| SymbolPath::new(self.symbol(item.symbol.as_str()))).collect();
        let news: BTreeSet<&SymbolPath> = new.iter().map(|item| &item.symbol).collect();
        let gone: Vec<&Loose> = old
            .iter()
            .filter(|item| !news.contains(&SymbolPath::new(self.symbol(item.symbol.as_str()))))
            .collect();
        let come: Vec<&Loose> = new.iter().filter(|item| !olds.contains(&item.symbol)).collect();
        if gone.is_empty() || come.is_empty() || gone.len().max(come.len()) > MAX_CANDIDATES {
            return;
        }
        let mut taken = vec![false; come.len()];
        let mut rest = Vec::new();
        for item in gone {
            let moved = |at: &usize| {
                let other = come[*at];
                !taken[*at]
                    && other.kind == item.kind
                    && other.name == item.name
                    && other.tokens == item.tokens
            };
            match (0..come.len()).find(moved) {
                Some(at) => {
                    taken[at] = true;
                    self.symbols.insert(item.symbol.clone(), come[at].symbol.clone());
                }
                None => rest.push(item),
            }
        }
        for item in rest {
            let parent = SymbolPath::new(self.symbol(item.parent.as_str()));
            let alike = |at: usize| {
                let other = come[at];
                let related = other.parent == parent || other.name == item.name;
                let fits = !taken[at] && other.kind == item.kind && related;
                if fits { equal_percent(&old_words.of(item), &new_words.of(other)) } else { 0 }
            };
            // The most similar one; of equals the first in source order.
            let best =
                (0..come.len()).map(|at| (alike(at), at)).max_by_key(|(alike, at)| (*alike, usize::MAX - at));
            if let Some((_, at)) = best.filter(|(alike, _)| *alike >= SIMILAR) {
                taken[at] = true;
                self.symbols.insert(item.symbol.clone(), come[at].symbol.clone());
            }
        }
    }
}

fn items<'p>(files: impl Iterator<Item = &'p RepoPath>, world: &World<'_>) -> Vec<Loose> {
    let mut found = Vec::new();
    for file in files {
        for module in world.locate(file) {
            let Some(facts) = world.facts_of(module) else { continue };
            for (id, item) in (0..).map(ItemId).zip(&facts.items) {
                let around = world.module_at(module, item.scope);
                let symbol = world.symbol(around, id);
                let parent = symbol.parent().unwrap_or_else(|| symbol.clone());
                let (file, span) = (file.clone(), item.site.span);
                let (name, kind, tokens) = (item.name.clone(), item.kind, item.tokens);
                found.push(Loose { symbol, parent, name, kind, tokens, file, span });
            }
        }
    }
    found
}

/// The words and signs of a text; blanks and line comments left out.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or(line);
        let mut word = String::new();
        for char in line.chars() {
            if char.is_alphanumeric() || char == '_' {
                word.push(char);
                continue;
            }
            if !word.is_empty() {
                found.push(std::mem::take(&mut word));
            }
            if !char.is_whitespace() {
                found.push(char.to_string());
            }
        }
        if !word.is_empty() {
            found.push(word);
        }
    }
    found
}

fn equal_percent(old: &[String], new: &[String]) -> usize {
    let all = old.len() + new.len();
    if all == 0 || old.len().max(new.len()) > MAX_TOKENS {
        return 0;
    }
    let changes = similar::capture_diff_slices(similar::Algorithm::Myers, old, new);
    let equal: usize = changes
        .iter()
        .map(|change| match change {
            similar::DiffOp::Equal { len, .. } => *len,
            similar::DiffOp::Delete { .. }
            | similar::DiffOp::Insert { .. }
            | similar::DiffOp::Replace { .. } => 0,
        })
        .sum();
    2 * equal * 100 / all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_counted_in_tokens() {
        #[track_caller]
        fn check(old: &str, new: &str, percent: usize) {
            assert_eq!(equal_percent(&tokens(old), &tokens(new)), percent);
        }
        check("fn a() { b() }", "fn a() { b() }", 100);
        check("fn a() { b() }", "fn   a() {\n b() // c\n}", 100);
        check("fn a() {}", "struct X;", 0);
        check("a b c d", "a b x y", 50);
    }

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
