//! The text of a Rust file → its facts.
//!
//! The only place that knows the grammar. The text is parsed once, walked once without recursion, and everything that
//! depends on the tree is dropped before the facts are handed out. Names are kept as written; nothing is resolved.

mod attribute;
mod builtin;
mod cfg;
mod grammar;
mod item;
mod names;
mod paths;
mod scan;
#[cfg(test)]
mod shown;
mod source;
mod token;
mod usetree;
mod walk;

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use self::{grammar::Grammar, source::Source};
use super::{Cfg, CfgId, FileFacts, Scope, ScopeKind, Unread};
use crate::basis::{Reason, Site};

/// The largest file that is read, in bytes.
const BYTES: usize = 2 << 20;

/// How often the parser may report progress (every hundred of its steps) for each 1000 bytes of text. Real code needs
/// below 40; what needs more than this is text that the parser tries to repair over and over.
const WORK: usize = 200;

/// Progress reports that any file may take, however short.
const WORK_AT_LEAST: usize = 2_000;

/// What the Rust file `text` says.
///
/// The first scope and the first condition are always there. A file that is too large, takes the parser too much work, is
/// not UTF-8 or is a Git LFS pointer has no other facts than that, in [`FileFacts::unread`].
pub fn extract(text: &[u8]) -> FileFacts {
    if text.len() > BYTES {
        return unread(Reason::TooLarge);
    }
    if is_lfs_pointer(text) {
        return unread(Reason::LfsPointer);
    }
    let Ok(text) = std::str::from_utf8(text) else { return unread(Reason::NotUtf8) };
    match parse(text) {
        Some(tree) => walk::walk(&Source::new(text), &tree),
        None => unread(Reason::TooMuchWork),
    }
}

/// Facts that say nothing.
fn empty() -> FileFacts {
    FileFacts {
        scopes: vec![Scope { parent: None, kind: ScopeKind::File, cfg: CfgId(0) }],
        cfgs: vec![Cfg::default()],
        ..FileFacts::default()
    }
}

fn unread(reason: Reason) -> FileFacts {
    let whole = Unread { reason, site: Site::default(), text: Box::default() };
    FileFacts { unread: vec![whole], ..empty() }
}

/// Whether `text` stands for a file that Git LFS keeps elsewhere; source: the LFS specification, "The Pointer".
fn is_lfs_pointer(text: &[u8]) -> bool {
    text.len() < 1024 && text.starts_with(b"version https://git-lfs.github.com/spec/")
}

/// The tree of `text`; `None` when that takes the parser more steps than code needs. Steps are counted, not time, so that
/// the answer is the same everywhere.
fn parse(text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(&Grammar::get().language).ok()?;
    let mut left = WORK_AT_LEAST + text.len() / 1000 * WORK;
    let mut progress = |_: &ParseState| match left.checked_sub(1) {
        Some(rest) => {
            left = rest;
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    };
    let bytes = text.as_bytes();
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}
