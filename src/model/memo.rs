//! What name resolution has answered already, and how it ends where names lead in circles.
//!
//! `use` declarations may form circles (`use super::*` beside `pub use child::*` is one), so a question can lead back to itself. It
//! then counts as "nothing" there; whether an answer that was cut short like that may be kept is decided here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::crates::MacroFile;
use super::packages::{CrateId, PackageId};
use super::resolve::{Def, Namespace, Resolution};
use super::tree::ModuleRef;

/// Where something lies that no code in sight declares: a module, and the path in it.
pub(super) type OutOfSight = (ModuleRef, Rc<str>);

/// Look-ups that nest deeper than this lead nowhere in real code.
const MAX_DEPTH: u32 = 256;

/// Answers by question.
type Table<K, V> = RefCell<FxHashMap<K, V>>;

/// The state of name resolution: what has been answered, and what is being asked.
#[derive(Default)]
pub(super) struct Memo {
    /// What a `use` leaf means.
    pub(super) imports: Table<(ModuleRef, u32, Namespace), Rc<Resolution>>,
    /// What a name means as a member of a module.
    pub(super) names: Table<(ModuleRef, Box<str>, Namespace), Rc<Vec<Def>>>,
    /// What an exported macro of a crate means.
    pub(super) macros: Table<(CrateId, Box<str>), Vec<Def>>,
    /// Where a macro of another crate is told to declare a name that a module knows.
    pub(super) tellers: Table<(ModuleRef, Box<str>), Option<OutOfSight>>,
    /// The framework in the tree by which alone a package knows another one.
    pub(super) handed_on_by: Table<(PackageId, PackageId), Option<String>>,
    /// The files that may export the macros of a crate.
    pub(super) macro_files: Table<CrateId, Rc<[MacroFile]>>,
    /// Questions that are being answered, and whether they were met again meanwhile.
    open: RefCell<FxHashMap<Question, bool>>,
    /// Questions that found nothing, but only because they led back to an open one, with where an import got stuck. They hold until
    /// such a one is answered.
    empty_for_now: RefCell<FxHashMap<Question, Option<Rc<Resolution>>>>,
    /// How often a question met an open one.
    pub(super) cycles: Cell<u32>,
    depth: Cell<u32>,
}

/// Something that name resolution asks itself.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Question {
    Import(ModuleRef, u32, Namespace),
    Name(ModuleRef, Box<str>, Namespace),
}

impl Memo {
    /// Begins to answer a question; `false` when the answer is "nothing": it is being answered already, or it has just been
    /// seen to lead nowhere else.
    pub(super) fn begin(&self, question: &Question) -> bool {
        let mut open = self.open.borrow_mut();
        if let Some(met) = open.get_mut(question) {
            *met = true;
            self.cycles.set(self.cycles.get() + 1);
            return false;
        }
        if self.empty_for_now.borrow().contains_key(question) || self.depth.get() > MAX_DEPTH {
            self.cycles.set(self.cycles.get() + 1);
            return false;
        }
        open.insert(question.clone(), false);
        self.depth.set(self.depth.get() + 1);
        true
    }

    /// Whether somebody asks for a name, and has no answer yet.
    pub(super) fn is_asked_for(&self, name: &str) -> bool {
        let is_meant = |question: &Question| match question {
            Question::Name(_, asked, _) => **asked == *name,
            Question::Import(..) => false,
        };
        self.open.borrow().keys().any(is_meant)
    }

    /// Where an import got stuck that found nothing for now.
    pub(super) fn stuck_for_now(&self, question: &Question) -> Option<Rc<Resolution>> {
        self.empty_for_now.borrow().get(question).cloned().flatten()
    }

    /// Ends a question; whether its answer may be kept. `cycles` is what [`Memo::cycles`] was when it began, `stuck` where an import
    /// ended that found nothing.
    pub(super) fn end(
        &self,
        question: Question,
        cycles: u32,
        is_empty: bool,
        stuck: Option<&Rc<Resolution>>,
    ) -> bool {
        self.depth.set(self.depth.get() - 1);
        let mut open = self.open.borrow_mut();
        let met = open.remove(&question).unwrap_or(false);
        if !is_empty {
            // What led back to this question and found nothing has something to find now, and so may all where none is open.
            if met || open.is_empty() {
                self.empty_for_now.borrow_mut().clear();
            }
            return true;
        }
        let certain = cycles == self.cycles.get() || open.is_empty();
        if open.is_empty() {
            self.empty_for_now.borrow_mut().clear();
        } else if !certain {
            self.empty_for_now.borrow_mut().insert(question, stuck.cloned());
        }
        certain
    }
}
