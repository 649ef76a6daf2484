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
    // The last that was asked for stands first, so that what is dropped is what neither side needed.
    let (mut answers, mut is_fresh) = (kept.answers, false);
    let mut answer = |side: &Side<'_>| {
        if let Some(at) = answers.iter().position(|answer| answer.trace.holds(side)) {
            answers[..=at].rotate_right(1);
            return answers[0].found.clone();
        }
        let traced = Traced::new(side);
        let found = served::find(&World::new(&traced), (design, single_package), with_exchanges);
        if traced.is_certain() {
            answers.insert(0, Answer { trace: traced.trace(), found: found.clone() });
            is_fresh = true;
        }
        found
    };
    let of_bases = bases.iter().map(&mut answer).collect();
    let of_head = answer(head);
    if let Some(key) = key.filter(|_| is_fresh) {
        answers.truncate(1 + bases.len().max(1));
        head.cache().put(key, Form::Served, &Kept { marks: head.known_marks(), answers });
    }
    (of_head, of_bases)
}
