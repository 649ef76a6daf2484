//! What the code of a side serves, as an earlier run found it, or found now and kept.
//!
//! It depends on the design, not on the documents that its APIs link, and on what was asked of the tree to find out. Both are kept
//! with it: the base of a change is mostly the head of an earlier one, and a change in a file that nobody asked for alters nothing.
//! Of other changes, head is read as far as it differs from base (`resumed.rs`).

use serde::{Deserialize, Serialize};

use crate::basis::{BlobId, RepoPath};
use crate::cache::{Cache, Form};
use crate::git::{self, Change};
use crate::model::World;
use crate::resumed;
use crate::served::{self, Found};
use crate::sources::{Marks, Side};
use crate::spec::Design;
use crate::traced::{Trace, Traced};

/// What is kept under one design.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// What was told from the texts of all source files.
    marks: Vec<(BlobId, Marks)>,
    /// Those of both sides of the last change.
    answers: Vec<Answer>,
}

/// What a side serves, with all that was asked to find out.
#[derive(Serialize, Deserialize)]
struct Answer {
    /// What was judged when it last was found to hold, so that the same need not be asked all over again.
    holds_for: Option<BlobId>,
    trace: Trace,
    found: Found,
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
        self.all.iter().position(|answer| id.is_some() && answer.holds_for == id)
    }

    /// The answer for a side: one that is known, or one found now.
    fn find(&mut self, side: &Side<'_>, id: Option<BlobId>, find: impl Fn(&World<'_>) -> Found) -> usize {
        if let Some(at) = self.of(id).or_else(|| self.all.iter().position(|answer| answer.trace.holds(side)))
        {
            if id.is_some() && self.all[at].holds_for != id {
                self.all[at].holds_for = id;
                self.is_fresh = true;
            }
            return at;
        }
        let traced = Traced::new(side);
        let found = find(&World::new(&traced));
        let is_uncertain = !traced.is_certain();
        self.add(Answer { holds_for: id, trace: traced.trace(), found, is_uncertain })
    }

    /// The answer for head, from what is known of base.
    fn beside(
        &mut self,
        base_at: usize,
        (base, head): (&Side<'_>, &Side<'_>),
        changed: &[&RepoPath],
        (id, design): (Option<BlobId>, &Design),
    ) -> Option<usize> {
        let Answer { trace, found, is_uncertain: false, .. } = &self.all[base_at] else { return None };
        let differs = trace.differs((base, head), changed)?;
        if differs.is_empty() {
            return Some(base_at);
        }
        let (found, more) = resumed::find(found, (base, head), &differs, design)?;
        let trace = trace.beside(head, &differs, more);
        Some(self.add(Answer { holds_for: id, trace, found, is_uncertain: false }))
    }
}

/// What `head` and each of the `bases` of a change serve; with what goes in and out where the APIs promise it (`with_exchanges`).
/// What head serves may follow from what base does where head `resumes`.
pub(crate) fn find(
    (change, resumes): (&Change, bool),
    (head, bases): (&Side<'_>, &[Side<'_>]),
    (design, single_package): (&Design, bool),
    with_exchanges: bool,
) -> (Found, Vec<Found>) {
    let texts: Vec<_> = design.own_files().map(|file| (&file.path, &*file.text)).collect();
    let question = (texts, single_package, with_exchanges, head.words());
    let key = Cache::written(&question).and_then(|question| git::id_of(&question));
    let kept = key.and_then(|key| head.cache().get::<Kept>(key, Form::Served)).unwrap_or_default();
    head.knows(&kept.marks);
    let mut answers = Answers { all: kept.answers, is_fresh: false };
    let read = |world: &World<'_>| served::find(world, (design, single_package), with_exchanges);
    let of_bases: Vec<usize> = bases.iter().map(|base| answers.find(base, base.tree(), read)).collect();
    let id = head.tree().or_else(|| staged(change, bases));
    let changed: Vec<&RepoPath> =
        change.files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.was)).collect();
    let resumed = |answers: &mut Answers| match (bases, of_bases.as_slice()) {
        ([base], [at]) if resumes => answers.beside(*at, (base, head), &changed, (id, design)),
        _ => None,
    };
    let of_head = answers.of(id).or_else(|| resumed(&mut answers));
    let of_head = of_head.unwrap_or_else(|| answers.find(head, id, read));
    let mut used = vec![of_head];
    used.extend(&of_bases);
    used.sort_unstable();
    used.dedup();
    // What is dropped is what neither side needed.
    let rest = (0..answers.all.len()).filter(|at| !used.contains(at));
    let order: Vec<usize> = used.iter().copied().chain(rest).take(used.len().max(2)).collect();
    if let Some(key) = key.filter(|_| answers.is_fresh) {
        let all = order.iter().map(|at| &answers.all[*at]);
        let all: Vec<&Answer> = all.filter(|answer| !answer.is_uncertain).collect();
        head.cache().put(key, Form::Served, &(head.known_marks(), all));
    }
    let of = |at: usize| answers.all[at].found.clone();
    (of(of_head), of_bases.iter().map(|at| of(*at)).collect())
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
