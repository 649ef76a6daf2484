//! Which bare names are bound at a place of the walk: locals by `let`, parameters and patterns, and generic parameters.
//!
//! Names are pushed when they come into scope and cut off when their region ends. An item inside a function sees neither
//! the locals nor the generic parameters around it, so it has a set of its own.

use rustc_hash::FxHashMap;

/// Names bound in one region, the innermost last.
#[derive(Debug, Default)]
pub(super) struct Bound<'t> {
    stack: Vec<&'t str>,
    counts: FxHashMap<&'t str, u32>,
}

impl<'t> Bound<'t> {
    /// Brings `name` into scope.
    pub(super) fn push(&mut self, name: &'t str) {
        self.stack.push(name);
        *self.counts.entry(name).or_default() += 1;
    }

    /// How many names are in scope, to come back to with [`Bound::cut`].
    pub(super) fn mark(&self) -> usize {
        self.stack.len()
    }

    /// Drops the names that came into scope since `mark`.
    pub(super) fn cut(&mut self, mark: usize) {
        while self.stack.len() > mark {
            if let Some(count) = self.stack.pop().and_then(|name| self.counts.get_mut(name)) {
                *count -= 1;
            }
        }
    }

    /// Whether `name` is in scope.
    pub(super) fn has(&self, name: &str) -> bool {
        self.counts.get(name).is_some_and(|count| *count > 0)
    }
}

/// What an item and its members see.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    /// Values bound by `let`, parameters and patterns.
    pub locals: Bound<'t>,
    /// Generic parameters, of types and constants.
    pub generics: Bound<'t>,
    /// Names that a pattern holds and that come into scope when its value has been read.
    pub pending: Vec<&'t str>,
}

impl Names<'_> {
    /// Brings the names that patterns held since `mark` into scope.
    pub(super) fn commit(&mut self, mark: usize) {
        for name in self.pending.drain(mark.min(self.pending.len())..) {
            self.locals.push(name);
        }
    }
}
