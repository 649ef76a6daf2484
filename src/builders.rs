//! What a source file says → the types that have methods in it which may matter to routes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facts::{Body, FileFacts};

/// The names of types as the heads of `impl` blocks write them, without arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Builders(BTreeSet<Box<str>>);

impl Builders {
    /// Those of a file: of functions that cannot matter nothing was kept.
    pub(crate) fn of(facts: &FileFacts) -> Self {
        let owner = |body: &Body| {
            let block = facts.items.get(body.item.0 as usize)?.parent?;
            let head = facts.items.get(block.0 as usize)?.name.strip_prefix('<')?;
            head.split(['>', ' ', '<']).next().map(Into::into)
        };
        Self(facts.bodies.iter().filter_map(owner).collect())
    }

    /// Whether a type of this name is one of them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl FromIterator<Arc<Builders>> for Builders {
    fn from_iter<I: IntoIterator<Item = Arc<Self>>>(all: I) -> Self {
        Self(all.into_iter().flat_map(|one| one.0.iter().cloned().collect::<Vec<_>>()).collect())
    }
}
