//! What the evaluator of routes asked of names already, and what it was told.
//!
//! A path stands in many places of a scope, and all is evaluated again when a file turns out to be missing. What was told stays true,
//! unless it depends on which files are known; then it is asked again when there are more.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::routes::{Found, Location};
use crate::facts::ScopeId;

/// Answers by path.
type OfScope = FxHashMap<Box<str>, Told>;

/// Answers by file, scope and path.
#[derive(Default)]
pub(super) struct Asked {
    told: RefCell<FxHashMap<(u32, ScopeId), OfScope>>,
    /// Whether what is being answered depends on which files are known.
    depends: Cell<bool>,
}

struct Told {
    found: Rc<[Found]>,
    /// The number of files for which it is true; `None` for any.
    files: Option<usize>,
}

impl Asked {
    /// What a path means at a place, while so many `files` are known: what was told before, or what `answer` says.
    pub(super) fn once(
        &self,
        (at, path): (Location, &str),
        files: usize,
        answer: impl FnOnce() -> Vec<Found>,
    ) -> Rc<[Found]> {
        let key = (at.file, at.scope);
        let known = |told: &Told| {
            let is_true = told.files.is_none_or(|then| then == files);
            is_true.then(|| told.found.clone())
        };
        if let Some(found) = self.told.borrow().get(&key).and_then(|of| of.get(path)).and_then(known) {
            return found;
        }
        let around = self.depends.replace(false);
        let found: Rc<[Found]> = answer().into();
        let depends = self.depends.replace(around);
        let told = Told { found: found.clone(), files: depends.then_some(files) };
        self.told.borrow_mut().entry(key).or_default().insert(path.into(), told);
        found
    }

    /// Notes that what is being answered depends on which files are known.
    pub(super) fn depends(&self) {
        self.depends.set(true);
    }
}
