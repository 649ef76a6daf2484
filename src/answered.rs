//! What the code of a side serves, as an earlier run found it, or found now and kept.
//!
//! It depends on the design, not on the documents that its APIs link, and on what was asked of the tree to find out. Both are kept
//! with it, and beside it what came of holding it against those documents, under their name: the base of a change is mostly the head of an earlier one, and a change in a file that nobody asked for alters nothing.
//! Of other changes, head is read as far as it differs from base (`resumed.rs`).

use serde::{Deserialize, Serialize};

use crate::alike::Seen;
use crate::basis::{BlobId, RepoPath};
use crate::cache::{Cache, Form, Packed};
use crate::git::{self, Change};
use crate::model::World;
use crate::reflexion::{self, Promise};
use crate::served::{self, Found};
use crate::sources::Side;
use crate::spec::Design;
use crate::traced::{Trace, Traced};
use crate::{documents, resumed};

/// What a side serves, with all that was asked to find out.
#[derive(Serialize, Deserialize)]
struct Answer {
    /// What was judged when it last was found to hold, so that the same need not be asked all over again.
    holds_for: Option<BlobId>,
    trace: Packed<Trace>,
    found: Packed<Found>,
    /// Whether something could not be had that may be there the next time; such an answer is not kept.
    #[serde(skip)]
    is_uncertain: bool,
}

/// The answers of a run.
struct Answers {
    all: Vec<Answer>,
    /// Whether there is something to be kept.
    is_fresh: bool,
}

impl Answers {
    fn add(&mut self, answer: Answer) -> usize {
        self.is_fresh |= !answer.is_uncertain;
        self.all.push(answer);
        self.all.len() - 1
    }

    /// The answer that was found to hold for exactly what is judged.
    fn of(&self, id: Option<BlobId>) -> Option<usize> {
        let is_it = |answer: &Answer| id.is_some() && answer.holds_for == id && answer.found.get().is_some();
        self.all.iter().position(is_it)
    }

    /// The answer of which all that was asked is answered alike.
    fn holding(&self, side: &Side<'_>) -> Option<usize> {
        let holds = |answer: &Answer| {
            answer.trace.get().is_some_and(|trace| trace.holds(side)) && answer.found.get().is_some()
        };
        self.all.iter().position(holds)
    }

    /// The answer for a side: one that is known, or one found now.
    fn find(&mut self, side: &Side<'_>, id: Option<BlobId>, find: impl Fn(&World<'_>) -> Found) -> usize {
        if let Some(at) = self.of(id).or_else(|| self.holding(side)) {
            if id.is_some() && self.all[at].holds_for != id {
                self.all[at].holds_for = id;
                self.is_fresh = true;
            }
            return at;
        }
        let traced = Traced::new(side);
        let found = Packed::new(find(&World::new(&traced)));
        let is_uncertain = !traced.is_certain();
        self.add(Answer { holds_for: id, trace: Packed::new(traced.trace()), found, is_uncertain })
    }

    /// The answer for head, from what is known of base.
    fn beside(
        &mut self,
        base_at: usize,
        (base, head): (Seen<'_>, Seen<'_>),
        changed: &[&RepoPath],
        (id, (design, single_package)): (Option<BlobId>, (&Design, bool)),
    ) -> Option<usize> {
        let Answer { trace, found, is_uncertain: false, .. } = &self.all[base_at] else { return None };
        let (trace, found) = (trace.get()?, found.get()?);
        let differs = trace.differs((base.0, head.0), changed)?;
        if differs.is_empty() {
            return Some(base_at);
        }
        let rerouted = || resumed::rerouted(found, (base, head), &differs, (design, single_package));
        let resumed = resumed::find(found, (base, head), &differs, design);
        let (found, more) = resumed.or_else(rerouted)?;
        let (trace, found) = (Packed::new(trace.beside(head.0, &differs, more)), Packed::new(found));
        Some(self.add(Answer { holds_for: id, trace, found, is_uncertain: false }))
    }

    /// Holds what an answer says is served against what APIs promise, unless an earlier run did.
    fn hold(&mut self, at: usize, (design, promises): (&Design, &[Promise])) {
        let name = documents::name(promises);
        let found = &mut self.all[at].found;
        let is_done = |found: &Found| {
            let mut endpoints = found.side.endpoints.iter();
            found.documents.is_some() && found.documents == name && endpoints.all(|one| one.held.is_some())
        };
        if found.get().is_none_or(is_done) {
            return;
        }
        let Some(found) = found.get_mut() else { return };
        if found.documents.is_none() || found.documents != name {
            found.side.endpoints.iter_mut().for_each(|endpoint| endpoint.held = None);
            found.documents = name;
        }
        reflexion::hold(design, promises, &mut found.side);
        self.is_fresh |= !self.all[at].is_uncertain;
    }

    /// What these answers say, in their order.
    fn told(self, wanted: &[usize]) -> Vec<Found> {
        let mut all: Vec<Option<Packed<Found>>> =
            self.all.into_iter().map(|answer| Some(answer.found)).collect();
        let last = |at: usize| !wanted[at + 1..].contains(&wanted[at]);
        let mut told = |at: usize| {
            let found = all.get_mut(wanted[at])?;
            if last(at) { found.take()?.into_value() } else { found.as_ref()?.get().cloned() }
        };
        (0..wanted.len()).map(|at| told(at).unwrap_or_default()).collect()
    }
}

/// What `head` and each of the `bases` of a change serve; with what goes in and out where the APIs promise it (`with_exchanges`).
/// What head serves may follow from what base does where head `resumes`.
pub(crate) fn find(
    (change, resumes): (&Change, bool),
    ((head, world), bases, base_worlds): (Seen<'_>, &[Side<'_>], &[World<'_>]),
    (design, single_package): (&Design, bool),
    (promises, with_exchanges): (&[Promise], bool),
) -> (Found, Vec<Found>) {
    let texts: Vec<_> = design.own_files().map(|file| (&file.path, &*file.text)).collect();
    let question = (texts, single_package, with_exchanges, head.words());
    let key = Cache::written(&question).and_then(|question| git::id_of(&question));
    // Those of both sides of the last change.
    let kept = key.and_then(|key| head.cache().get::<Vec<Answer>>(key, Form::Served)).unwrap_or_default();
    let mut answers = Answers { all: kept, is_fresh: false };
    let read = |world: &World<'_>| served::find(world, (design, single_package), with_exchanges);
    let of_bases: Vec<usize> = bases.iter().map(|base| answers.find(base, base.tree(), read)).collect();
    let id = head.tree().or_else(|| staged(change, bases));
    let changed: Vec<&RepoPath> =
        change.files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.was)).collect();
    let resumed = |answers: &mut Answers| match (bases, base_worlds, of_bases.as_slice()) {
        ([base], [base_world], [at]) if resumes => {
            answers.beside(*at, ((base, base_world), (head, world)), &changed, (id, (design, single_package)))
        }
        _ => None,
    };
    let of_head = answers.of(id).or_else(|| resumed(&mut answers));
    let of_head = of_head.unwrap_or_else(|| answers.find(head, id, read));
    let mut used = vec![of_head];
    used.extend(&of_bases);
    used.sort_unstable();
    used.dedup();
    used.iter().for_each(|at| answers.hold(*at, (design, promises)));
    // What is dropped is what neither side needed.
    let rest = (0..answers.all.len()).filter(|at| !used.contains(at));
    let order: Vec<usize> = used.iter().copied().chain(rest).take(used.len().max(2)).collect();
    if let Some(key) = key.filter(|_| answers.is_fresh) {
        let all = order.iter().map(|at| &answers.all[*at]);
        let all: Vec<&Answer> = all.filter(|answer| !answer.is_uncertain).collect();
        head.cache().put(key, Form::Served, &all);
    }
    let wanted: Vec<usize> = std::iter::once(of_head).chain(of_bases).collect();
    let mut told = answers.told(&wanted).into_iter();
    (told.next().unwrap_or_default(), told.collect())
}

/// The name of what is judged where it is no tree of its own: the only base, and what differs from it.
fn staged(change: &Change, bases: &[Side<'_>]) -> Option<BlobId> {
    let [base] = bases else { return None };
    let files = change.files.iter().map(|file| {
        let after = file.after.map(|entry| (entry.id, format!("{:?}", entry.mode)));
        (&file.path, &file.was, after)
    });
    git::id_of(&Cache::written(&(base.tree()?, files.collect::<Vec<_>>()))?)
}
