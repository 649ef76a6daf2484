//! Calls of `cfg_if!` and `cfg_select!` → the items of their branches, each under the condition of its branch; calls of `lazy_static!` and
//! `thread_local!` → the statics that they declare.
//!
//! The one is another crate's, the other the standard library's, and both are known by their names alone:
//! `if #[cfg(a)] { … } else if #[cfg(b)] { … } else { … }`, and `a => { … } b => { … } _ => { … }`. All branches are code, as under
//! `#[cfg]`. What does not look like that stays a macro call.

use std::ops::Range;

use super::cfg::Cfgs;
use super::expand::{Setting, Tokens, read_at_call};
use super::source::Source;
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
    let is_branching =
        |call: &MacroCall| call.position == Position::Item && (form(&call.path).is_some() || is_static(call));
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
    let text = if is_static(call) { statics(&call.arguments) } else { call.arguments.to_string() };
    let source = Source::new(&text);
    let branches = match form(&call.path) {
        Some(form) => form(&source)?,
        None => vec![(None, 0..source.tokens.len())],
    };
    let cfgs = narrowed(&source, around, &branches).into_iter();
    let parts = branches.iter().zip(cfgs).map(|((_, code), cfg)| {
        let position = Position::Item;
        let setting = Setting { cfg: &cfg, call: call.name_site, position, own_crate: "" };
        Some((read_at_call((&source, &tokens), code.clone(), setting, depth)?, cfg))
    });
    parts.collect()
}

/// Whether a call declares statics that are made when they are first used.
fn is_static(call: &MacroCall) -> bool {
    matches!(call.path.rsplit("::").next(), Some("lazy_static" | "thread_local"))
}

/// Statics as the language has them, token by token: `static ref NAME: T = …;`.
fn statics(text: &str) -> String {
    let source = Source::new(text);
    let mut written = text.to_owned();
    for (at, token) in source.tokens.iter().enumerate().skip(1) {
        if source.word(at) == Some("ref") && source.word(at - 1) == Some("static") {
            written.replace_range(token.start as usize..token.end as usize, "mut");
        }
    }
    written
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

/// The conditions that hold together over each branch, by those that are written over it; `None` over the last `else`. None of those
/// before it holds.
pub(super) fn conditions(written: &[Option<String>]) -> Vec<Vec<String>> {
    let mut before = Vec::new();
    let mut all = Vec::new();
    for own in written {
        let otherwise = match &*before {
            [] => None,
            [single] => Some(format!("not({single})")),
            several => Some(format!("not(any({}))", several.join(", "))),
        };
        all.push(otherwise.into_iter().chain(own.clone()).collect());
        before.extend(own.clone());
    }
    all
}

/// The condition of each branch, that around the call included.
fn narrowed(source: &Source<'_>, around: &Cfg, branches: &[Branch]) -> Vec<Cfg> {
    let written = branches.iter().map(|branch| Some(source.slice(branch.0.clone()?).to_owned()));
    let narrowed = |together: Vec<String>| {
        let mut cfgs = Cfgs::new();
        cfgs.list[0] = around.clone();
        let id = together.iter().fold(CfgId(0), |outer, text| {
            let predicate = Source::new(text);
            cfgs.narrow(outer, &predicate, 0..predicate.tokens.len())
        });
        cfgs.list.swap_remove(id.0 as usize)
    };
    conditions(&written.collect::<Vec<_>>()).into_iter().map(narrowed).collect()
}
