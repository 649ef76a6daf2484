//! A file with what is known of it, each part once somebody has asked.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::expand::Made;
use super::names::Names;
use crate::basis::RepoPath;
use crate::facts::Declarations;

/// A file with what it says.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: RepoPath,
    pub(super) made: OnceCell<Rc<Made>>,
    /// What it declares about values that go over the wire.
    pub(super) declared: OnceCell<Option<Arc<Declarations>>>,
    pub(super) names: OnceCell<Rc<Names>>,
}

impl File {
    pub(super) fn new(path: &RepoPath) -> Self {
        let (made, declared, names) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { path: path.clone(), made, declared, names }
    }
}
