//! What the code of a side serves, as an earlier run found it, or found now and kept.
//!
//! It depends on the design, not on the documents that its APIs link, and on what was asked of the tree to find out. Both are kept
//! with it: the base of a change is mostly the head of an earlier one, and a change in a file that nobody asked for alters nothing.

use serde::{Deserialize, Serialize};

use crate::basis::BlobId;
use crate::cache::{Cache, Form};
use crate::git;
use crate::model::World;
use crate::served::{self, Found};
use crate::sources::{Marks, Side};
use crate::spec::Design;
use crate::traced::{Trace, Traced};

/// How many answers are kept under one design: those of both sides of a change.
const KEPT: usize = 2;

/// What is kept under one design.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// What was told from the texts of all source files.
    marks: Vec<(BlobId, Marks)>,
    answers: Vec<Answer>,
}

/// What a side serves, with all that was asked to find out.
#[derive(Serialize, Deserialize)]
struct Answer {
    trace: Trace,
    found: Found,
}

/// What `head` and each of the `bases` serve; with what goes in and out where the APIs promise it (`with_exchanges`).
pub(crate) fn find(
    (head, bases): (&Side<'_>, &[Side<'_>]),
    (design, single_package): (&Design, bool),
    with_exchanges: bool,
) -> (Found, Vec<Found>) {
    let own = design.files.iter().filter(|file| !file.is_linked);
    let texts: Vec<_> = own.map(|file| (&file.path, &*file.text)).collect();
    let question = (texts, single_package, with_exchanges, head.words());
    let key = Cache::written(&question).and_then(|question| git::id_of(&question));
    let kept = key.and_then(|key| head.cache().get::<Kept>(key, Form::Served)).unwrap_or_default();
    head.knows(&kept.marks);
    let (mut known, mut fresh) = (kept.answers, Vec::new());
    let mut answer = |side: &Side<'_>| {
        if let Some(answer) = known.iter().chain(&fresh).find(|answer: &&Answer| answer.trace.holds(side)) {
            return answer.found.clone();
        }
        let traced = Traced::new(side);
        let found = served::find(&World::new(&traced), (design, single_package), with_exchanges);
        if traced.is_certain() {
            fresh.push(Answer { trace: traced.trace(), found: found.clone() });
        }
        found
    };
    let bases = bases.iter().map(&mut answer).collect();
    let found = answer(head);
    if let Some(key) = key.filter(|_| !fresh.is_empty()) {
        fresh.reverse();
        fresh.append(&mut known);
        fresh.truncate(KEPT);
        head.cache().put(key, Form::Served, &Kept { marks: head.known_marks(), answers: fresh });
    }
    (found, bases)
}
