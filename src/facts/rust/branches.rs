//! Calls of `cfg_if!` and `cfg_select!` → the items of their branches, each under the condition of its branch.
//!
//! The one is another crate's, the other the standard library's, and both are known by their names alone:
//! `if #[cfg(a)] { … } else if #[cfg(b)] { … } else { … }`, and `a => { … } b => { … } _ => { … }`. All branches are code, as under
//! `#[cfg]`. What does not look like that stays a macro call.

use std::ops::Range;

use super::expand::{Setting, Tokens, read_at_call};
use super::{cfg::Cfgs, source::Source};
use crate::basis::Span;
use crate::facts::{Around, Cfg, CfgId, FileFacts, MacroCall, Position};

/// How deep branches in branches are read.
pub(super) const DEPTH: u32 = 8;

/// A branch: the tokens of its condition, `None` for the last `else`, and those of its code.
pub(super) type Branch = (Option<Range<usize>>, Range<usize>);

/// Finds the branches among the tokens of a call; `None` where it has none.
type Finder = fn(&Source<'_>) -> Option<Vec<Branch>>;

/// How the branches of a macro are written; `None` for one that has none.
fn form(path: &str) -> Option<Finder> {
    match path.trim_start_matches("::") {
        "cfg_if" | "cfg_if::cfg_if" => Some(chain),
        "cfg_select" | "std::cfg_select" | "core::cfg_select" => Some(arms),
        _ => None,
    }
}

/// The branches of a call that is told `text`: the bytes of the condition, `None` for the last `else`, and those of the code.
pub(super) fn of_call(path: &str, text: &str) -> Option<Vec<Branch>> {
    let source = Source::new(text);
    let bytes = |tokens: &Range<usize>| source.site_of(tokens.clone()).span.range();
    let branches = form(path)?(&source)?;
    Some(branches.iter().map(|(when, code)| (when.as_ref().map(bytes), bytes(code))).collect())
}

/// Adds what the branches among the macro calls of a file say.
pub(super) fn open(facts: &mut FileFacts, depth: u32) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let is_branching = |call: &MacroCall| call.position == Position::Item && form(&call.path).is_some();
    let opened: Vec<(MacroCall, Vec<Part>)> = facts
        .macro_calls
        .iter()
        .filter(|call| is_branching(call))
        .filter_map(|call| Some((call.clone(), parts(call, &facts.cfgs[call.cfg.0 as usize], depth)?)))
        .collect();
    if opened.is_empty() {
        return;
    }
    // In the order of the text, none inside another.
    let is_inside = |span: Span| {
        let behind = opened.partition_point(|(call, _)| call.site.span.start <= span.start);
        behind > 0 && opened[behind - 1].0.site.span.contains(span)
    };
    facts.macro_calls.retain(|call| !(is_branching(call) && is_inside(call.site.span)));
    facts.paths.retain(|path| !path.kind.is_among_tokens() || path.count > 1 || !is_inside(path.site.span));
    for (call, parts) in opened {
        for (part, cfg) in parts {
            let cfg = facts.add_cfg(cfg);
            facts.splice(part, None, Around { scope: call.scope, item: call.item, cfg });
        }
    }
}

/// What a branch says, and its condition.
type Part = (FileFacts, Cfg);

/// What the branches of a call say; `None` where it has no branches.
fn parts(call: &MacroCall, around: &Cfg, depth: u32) -> Option<Vec<Part>> {
    let tokens = Tokens::in_place(call)?;
    let source = Source::new(&call.arguments);
    let branches = form(&call.path)?(&source)?;
    let cfgs = conditions(&source, around, &branches).into_iter();
    let parts = branches.iter().zip(cfgs).map(|((_, code), cfg)| {
        let position = Position::Item;
        let setting = Setting { cfg: &cfg, call: call.name_site, position, own_crate: "" };
        Some((read_at_call((&source, &tokens), code.clone(), setting, depth)?, cfg))
    });
    parts.collect()
}

/// The branches of `cfg_select!`, in order: a predicate or `_`, an arrow, and code in braces.
fn arms(source: &Source<'_>) -> Option<Vec<Branch>> {
    let end = source.tokens.len();
    let mut branches = Vec::new();
    let mut at = 0;
    while at < end {
        let arrow = (at..end).find(|at| source.token(*at) == "=>")?;
        if !source.is_mark(arrow + 1, b'{') {
            return None;
        }
        let condition = Some(at..arrow).filter(|_| source.word(at) != Some("_"));
        let close = source.behind_closing(arrow + 1, end);
        branches.push((condition, arrow + 2..close - 1));
        at = if source.is_mark(close, b',') { close + 1 } else { close };
    }
    Some(branches).filter(|branches| !branches.is_empty())
}

/// The branches of `cfg_if!`, in order.
fn chain(source: &Source<'_>) -> Option<Vec<Branch>> {
    let end = source.tokens.len();
    let mut branches = Vec::new();
    let mut at = 0;
    loop {
        let condition = if source.word(at) == Some("if") {
            let is_cfg = source.is_mark(at + 1, b'#') && source.word(at + 3) == Some("cfg");
            let close = source.behind_closing(at + 2, end);
            let condition = at + 5..close.checked_sub(2).filter(|last| is_cfg && *last >= at + 5)?;
            at = close;
            Some(condition)
        } else {
            None
        };
        if !source.is_mark(at, b'{') {
            return None;
        }
        let close = source.behind_closing(at, end);
        let is_last = condition.is_none();
        branches.push((condition, at + 1..close - 1));
        if close == end {
            return Some(branches);
        }
        if is_last || source.word(close) != Some("else") {
            return None;
        }
        at = close + 1;
    }
}

/// The condition of the last `else` behind the branches with these.
pub(super) fn otherwise(before: &[String]) -> String {
    match before {
        [single] => format!("not({single})"),
        several => format!("not(any({}))", several.join(", ")),
    }
}

/// The condition of each branch, that around the call included.
fn conditions(source: &Source<'_>, around: &Cfg, branches: &[Branch]) -> Vec<Cfg> {
    let written = |range: &Range<usize>| source.slice(range.clone()).to_owned();
    let before: Vec<String> = branches.iter().filter_map(|branch| branch.0.as_ref()).map(written).collect();
    let condition = |branch: &Branch| {
        let text = match &branch.0 {
            Some(range) => written(range),
            None => otherwise(&before),
        };
        let predicate = Source::new(&text);
        let mut cfgs = Cfgs::new();
        cfgs.list[0] = around.clone();
        let id = cfgs.narrow(CfgId(0), &predicate, 0..predicate.tokens.len());
        cfgs.list.swap_remove(id.0 as usize)
    };
    branches.iter().map(condition).collect()
}
