//! The items of both sides → which of head's is which of base's. One to one.
//!
//! Level by level, so that the members of a block follow it: what stands where it stood, what was moved whole, what was edited and is
//! like enough, under another name or in another place too; at last what is held by something else. Several items can have one name
//! (`impl` blocks of a trait with other arguments, branches of `cfg`): each is matched by itself. What a match means for names is not said here.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use super::likeness::Words;
use crate::basis::{RepoPath, Span, SymbolPath};
use crate::facts::ItemKind;

/// How much of two items of the same name, or in the same place, must be equal for the one to be the other, in percent.
const SIMILAR: usize = 60;
/// How much of two items must be equal that share neither name nor place, in percent.
const ALIKE: usize = 80;
/// Shorter ones than this, in tokens, say too little to be told without a name or a place.
const TELLING: usize = 32;
/// More candidates than this on one side are a rewrite, not a renaming.
const MAX_CANDIDATES: usize = 400;

/// The text of a file, asked for only where items have to be compared word by word: most changes neither lose an item nor gain one.
pub(super) struct Text<'t> {
    of: Box<dyn Fn() -> Option<Arc<str>> + 't>,
    known: OnceCell<Option<Arc<str>>>,
}

impl<'t> Text<'t> {
    /// Not asked for yet.
    pub(super) fn new(of: impl Fn() -> Option<Arc<str>> + 't) -> Self {
        Self { of: Box::new(of), known: OnceCell::new() }
    }

    fn at(&self, span: Span) -> &str {
        let text = self.known.get_or_init(&self.of);
        text.as_ref().and_then(|text| text.get(span.range())).unwrap_or_default()
    }
}

/// An item of one side.
pub(super) struct Loose<'t> {
    /// The file.
    pub(super) file: RepoPath,
    /// Its full path in its own side.
    pub(super) symbol: SymbolPath,
    /// The item of the same side that it is a member of.
    pub(super) holder: Option<usize>,
    /// The module around it, under head's name.
    pub(super) around: SymbolPath,
    /// The name alone.
    pub(super) name: Box<str>,
    /// What it is.
    pub(super) kind: ItemKind,
    /// A hash of its tokens without the name.
    pub(super) tokens: u64,
    /// The text of its file.
    pub(super) text: Rc<Text<'t>>,
    /// Where it stands in that text.
    pub(super) span: Span,
    /// Where its name stands; of an `impl` block the whole header.
    pub(super) name_span: Span,
}

/// For each of `old` which of `new` it is; `None` for what head does not have.
pub(super) fn matches(old: &[Loose<'_>], new: &[Loose<'_>]) -> Vec<Option<usize>> {
    let mut matching = Matching { old, new, to: vec![None; old.len()], taken: vec![false; new.len()] };
    let (old_depths, new_depths) = (depths(old), depths(new));
    let at_depth = |depths: &[usize], depth: usize| -> Vec<usize> {
        depths.iter().enumerate().filter(|(_, it)| **it == depth).map(|(at, _)| at).collect()
    };
    for depth in 0..=old_depths.iter().copied().max().unwrap_or(0) {
        let level = Level { old: at_depth(&old_depths, depth), new: at_depth(&new_depths, depth) };
        matching.stays(&level);
        matching.moved(&level);
        matching.edited(&level);
        matching.keeps_its_name(&level);
    }
    matching.elsewhere((&old_depths, &new_depths));
    matching.to
}

impl Loose<'_> {
    fn words(&self) -> Words<'_> {
        Words::of(self.text.at(self.span))
    }

    /// What is written where an `impl` block has its name, which leaves generic arguments out; nothing for other items.
    fn header(&self) -> Words<'_> {
        let header = Some(self.name_span).filter(|_| self.kind == ItemKind::Impl);
        header.map(|span| Words::of(self.text.at(span))).unwrap_or_default()
    }
}

/// How many items are around each.
fn depths(items: &[Loose<'_>]) -> Vec<usize> {
    let mut depths: Vec<usize> = Vec::with_capacity(items.len());
    for item in items {
        depths.push(item.holder.and_then(|holder| depths.get(holder)).map_or(0, |depth| depth + 1));
    }
    depths
}

/// Where an item stands, told for both sides alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum At<'a> {
    Module(&'a SymbolPath),
    /// In this item of head.
    Inside(usize),
}

/// Items of one depth on both sides.
struct Level {
    old: Vec<usize>,
    new: Vec<usize>,
}

/// What makes an item of head a candidate for one of base.
struct Claim {
    /// How much of both must be equal, in percent.
    least: usize,
    /// What puts it before one that is equally alike: its place, then its name.
    preferred: (bool, bool),
}

struct Matching<'a> {
    old: &'a [Loose<'a>],
    new: &'a [Loose<'a>],
    to: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl<'a> Matching<'a> {
    fn stays(&mut self, level: &Level) {
        let of = |item: &'a Loose<'a>| (&*item.name, item.kind, item.header());
        let whole = |item: &'a Loose<'a>| (of(item), item.tokens);
        self.pair(
            level,
            |it, at| Some((it.at_of_old(at)?, whole(&it.old[at]))),
            |it, at| (it.at_of_new(at), whole(&it.new[at])),
        );
        self.pair(
            level,
            |it, at| Some((it.at_of_old(at)?, of(&it.old[at]))),
            |it, at| (it.at_of_new(at), of(&it.new[at])),
        );
    }

    /// Best inside its crate.
    fn moved(&mut self, level: &Level) {
        let of = |item: &'a Loose<'a>| (&*item.name, item.kind, item.header(), item.tokens);
        let inside = |item: &'a Loose<'a>| (item.around.segments().next(), of(item));
        self.pair(level, |it, at| Some(inside(&it.old[at])), |it, at| inside(&it.new[at]));
        self.pair(level, |it, at| Some(of(&it.old[at])), |it, at| of(&it.new[at]));
    }

    /// The more alike the better, whatever still has its name or its place: what only took another's place is not that one.
    fn edited(&mut self, level: &Level) {
        self.most_alike(level, |it, old, new| {
            let in_place = it.at_of_old(old) == Some(it.at_of_new(new));
            let same_name = it.old[old].name == it.new[new].name;
            let least = if in_place || same_name { SIMILAR } else { ALIKE };
            Some(Claim { least, preferred: (in_place, same_name) })
        });
    }

    /// What is left of several of one name is at least called the same.
    fn keeps_its_name(&mut self, level: &Level) {
        let of = |item: &'a Loose<'a>| (&*item.name, item.kind);
        self.pair(
            level,
            |it, at| Some((it.at_of_old(at)?, of(&it.old[at]))),
            |it, at| (it.at_of_new(at), of(&it.new[at])),
        );
    }

    /// What is held by more or less than before.
    fn elsewhere(&mut self, (old_depths, new_depths): (&[usize], &[usize])) {
        let all = Level { old: (0..self.old.len()).collect(), new: (0..self.new.len()).collect() };
        self.most_alike(&all, |_, old, new| {
            let is_other = old_depths[old] != new_depths[new];
            is_other.then_some(Claim { least: ALIKE, preferred: (false, false) })
        });
    }

    fn at_of_old(&self, at: usize) -> Option<At<'a>> {
        let old = self.old;
        match old[at].holder {
            None => Some(At::Module(&old[at].around)),
            Some(holder) => self.to[holder].map(At::Inside),
        }
    }

    fn at_of_new(&self, at: usize) -> At<'a> {
        let new = self.new;
        new[at].holder.map_or(At::Module(&new[at].around), At::Inside)
    }

    fn take(&mut self, old: usize, new: usize) {
        self.to[old] = Some(new);
        self.taken[new] = true;
    }

    fn free(&self, level: &Level) -> (Vec<usize>, Vec<usize>) {
        let old = level.old.iter().copied().filter(|at| self.to[*at].is_none());
        let new = level.new.iter().copied().filter(|at| !self.taken[*at]);
        (old.collect(), new.collect())
    }

    /// Matches those of one key, in source order.
    fn pair<K: Ord>(
        &mut self,
        level: &Level,
        old_key: impl Fn(&Self, usize) -> Option<K>,
        new_key: impl Fn(&Self, usize) -> K,
    ) {
        let (old, new) = self.free(level);
        let mut waiting: BTreeMap<K, VecDeque<usize>> = BTreeMap::new();
        if !old.is_empty() {
            new.into_iter().for_each(|at| waiting.entry(new_key(self, at)).or_default().push_back(at));
        }
        for at in old {
            let found = old_key(self, at).and_then(|key| waiting.get_mut(&key)?.pop_front());
            found.into_iter().for_each(|found| self.take(at, found));
        }
    }

    /// Matches those of one kind that are most alike, of equals those that are preferred, else in source order. What has no claim
    /// is not compared.
    fn most_alike(&mut self, level: &Level, claim: impl Fn(&Self, usize, usize) -> Option<Claim>) {
        let (old, new) = self.free(level);
        if old.is_empty() || new.is_empty() || old.len().max(new.len()) > MAX_CANDIDATES {
            return;
        }
        let new: Vec<(usize, Words<'a>)> = new.into_iter().map(|at| (at, self.new[at].words())).collect();
        let mut found = Vec::new();
        for at in old {
            let words = self.old[at].words();
            for (other, others) in new.iter().filter(|(other, _)| self.new[*other].kind == self.old[at].kind)
            {
                let Some(Claim { least, preferred }) = claim(self, at, *other) else { continue };
                let tells = least < ALIKE || words.len().min(others.len()) >= TELLING;
                let percent = if tells { words.equal_percent(others, least) } else { 0 };
                if percent >= least {
                    found.push((Reverse(percent), Reverse(preferred), at, *other));
                }
            }
        }
        found.sort_unstable();
        for (_, _, at, other) in found {
            if self.to[at].is_none() && !self.taken[other] {
                self.take(at, other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn texts_are_asked_for_only_where_words_have_to_be_compared() {
        let text: Arc<str> = "fn one() { a(b, c) } fn two() { a(b, c) }".into();
        let asked = Cell::new(0);
        let of = || {
            asked.set(asked.get() + 1);
            Some(Arc::clone(&text))
        };
        let shared = Rc::new(Text::new(of));
        let item = |name: &str, start: u32, tokens: u64| Loose {
            file: RepoPath::from("a.rs"),
            symbol: SymbolPath::new(format!("shop::{name}")),
            holder: None,
            around: SymbolPath::new("shop"),
            name: name.into(),
            kind: ItemKind::Function,
            tokens,
            text: Rc::clone(&shared),
            span: Span { start, end: start + 20 },
            name_span: Span { start: start + 3, end: start + 6 },
        };
        // One edited in its place; the other as it was.
        let (old, new) = ([item("one", 0, 1), item("two", 21, 2)], [item("one", 0, 3), item("two", 21, 2)]);
        assert_eq!(matches(&old, &new), [Some(0), Some(1)]);
        assert_eq!(asked.get(), 0);
        // One under another name, which only its words tell.
        assert_eq!(matches(&old[..1], &new[1..]), [Some(0)]);
        assert_eq!(asked.get(), 1, "a text is asked for once");
    }
}
