//! The text of a `macro_rules!` definition → its arms, taken apart into what is matched and what is written out.
//!
//! Source: the Rust reference, *Macros By Example*. What only unstable Rust knows (`${count(x)}`, `$$`) makes a definition one
//! that cannot be expanded.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::super::source::Source;
use super::super::token::{Token, TokenKind};
use super::documents;
use crate::basis::BlobId;

/// How deep repetitions nest at most.
const NESTING: u32 = 16;

/// A definition, taken apart when it is first asked for: a macro that calls itself is it again and again.
#[derive(Debug)]
pub struct Rules {
    /// What stands between its braces.
    text: Box<str>,
    id: OnceCell<Option<BlobId>>,
    plain: OnceCell<Option<Plain>>,
}

/// A definition that is plain.
#[derive(Debug)]
pub(super) struct Plain {
    /// Its text, documentation turned into attributes.
    text: Box<str>,
    tokens: Vec<Token>,
    /// Its arms in order.
    pub arms: Vec<Arm>,
}

/// One arm: `(pattern) => { body }`.
#[derive(Debug)]
pub(super) struct Arm {
    /// What a call must look like.
    pub pattern: Vec<Part>,
    /// What is written out then.
    pub body: Vec<Part>,
}

/// A part of a pattern or of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The token with this index, brackets included.
    Token(usize),
    /// `$crate`.
    Crate,
    /// `$name:fragment` of a pattern, `$name` of a body (then there is no fragment). The index is that of the name.
    Variable(usize, Option<Fragment>),
    /// `$( … ) separator times`.
    Repeat {
        /// What is repeated.
        parts: Vec<Part>,
        /// The tokens between two repetitions; may be empty.
        separator: Range<usize>,
        /// How often.
        times: Times,
    },
}

/// How often a repetition may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    /// `*`.
    Any,
    /// `+`.
    Some,
    /// `?`.
    Once,
}

/// What a variable stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fragment {
    Block,
    Expr,
    Ident,
    Item,
    Lifetime,
    Literal,
    Meta,
    Pat,
    Path,
    Stmt,
    Tt,
    Ty,
    Vis,
}

impl Fragment {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "expr" | "expr_2021" => Self::Expr,
            "ident" => Self::Ident,
            "item" => Self::Item,
            "lifetime" => Self::Lifetime,
            "literal" => Self::Literal,
            "meta" => Self::Meta,
            "pat" | "pat_param" => Self::Pat,
            "path" => Self::Path,
            "stmt" => Self::Stmt,
            "tt" => Self::Tt,
            "ty" => Self::Ty,
            "vis" => Self::Vis,
            _ => return None,
        })
    }
}

impl Rules {
    /// The definition with this text between its braces.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), id: OnceCell::new(), plain: OnceCell::new() }
    }

    /// The name of its text, as `name` gives it.
    pub fn id(&self, name: impl FnOnce(&str) -> Option<BlobId>) -> Option<BlobId> {
        *self.id.get_or_init(|| name(&self.text))
    }

    /// What it says; `None` where that is not plain.
    pub(super) fn plain(&self) -> Option<&Plain> {
        let read = || {
            let text = documents::as_attributes(&self.text);
            let source = Source::new(&text);
            let arms = arms(&source)?;
            let tokens = source.tokens.into_owned();
            Some(Plain { text: text.into(), tokens, arms })
        };
        self.plain.get_or_init(read).as_ref()
    }
}

impl Plain {
    /// Its text and tokens.
    pub(super) fn source(&self) -> Source<'_> {
        Source::known(&self.text, Cow::Borrowed(&self.tokens))
    }
}

fn arms(source: &Source<'_>) -> Option<Vec<Arm>> {
    let mut arms = Vec::new();
    let mut at = 0;
    while at < source.tokens.len() {
        let pattern = group(source, at)?;
        at = pattern.end + 1;
        if source.token(at) != "=>" {
            return None;
        }
        let body = group(source, at + 1)?;
        at = body.end + 1;
        arms.push(Arm {
            pattern: parts(source, pattern, (NESTING, true))?,
            body: parts(source, body, (NESTING, false))?,
        });
        if at < source.tokens.len() && !source.is_mark(at, b';') {
            return None;
        }
        at += 1;
    }
    Some(arms)
}

/// The tokens inside the brackets that open at `open`.
fn group(source: &Source<'_>, open: usize) -> Option<Range<usize>> {
    let opens = matches!(source.kind(open)?, TokenKind::Mark(b'(' | b'[' | b'{'));
    let end = source.behind_closing(open, source.tokens.len());
    let closes = matches!(source.kind(end - 1)?, TokenKind::Mark(b')' | b']' | b'}'));
    (opens && closes && end - 1 > open).then(|| open + 1..end - 1)
}

fn parts(source: &Source<'_>, range: Range<usize>, (depth, in_pattern): (u32, bool)) -> Option<Vec<Part>> {
    let depth = depth.checked_sub(1)?;
    let mut parts_ = Vec::with_capacity(range.len());
    let mut at = range.start;
    while at < range.end {
        if !source.is_mark(at, b'$') || at + 1 >= range.end {
            parts_.push(Part::Token(at));
            at += 1;
            continue;
        }
        match source.kind(at + 1)? {
            TokenKind::Mark(b'(') => {
                let inner = group(source, at + 1)?;
                let (separator, times) = repetition(source, inner.end + 1..range.end)?;
                at = separator.end + 1;
                let inner = parts(source, inner, (depth, in_pattern))?;
                parts_.push(Part::Repeat { parts: inner, separator, times });
            }
            TokenKind::Word if source.token(at + 1) == "crate" => {
                parts_.push(Part::Crate);
                at += 2;
            }
            TokenKind::Word if in_pattern => {
                let fragment = source.is_mark(at + 2, b':').then(|| source.word(at + 3)).flatten();
                parts_.push(Part::Variable(at + 1, Some(Fragment::of(fragment?)?)));
                at += 4;
            }
            TokenKind::Word => {
                parts_.push(Part::Variable(at + 1, None));
                at += 2;
            }
            // The last token between brackets: a `$` for a macro that is called or defined there.
            TokenKind::Mark(b')' | b']' | b'}') => {
                parts_.push(Part::Token(at));
                at += 1;
            }
            TokenKind::Mark(_)
            | TokenKind::Lifetime
            | TokenKind::Literal
            | TokenKind::Separator
            | TokenKind::Arrow => return None,
        }
    }
    Some(parts_)
}

/// What stands behind `$( … )`: the separator, and how often.
fn repetition(source: &Source<'_>, range: Range<usize>) -> Option<(Range<usize>, Times)> {
    let times = |at: usize| match source.kind(at)? {
        TokenKind::Mark(b'*') => Some(Times::Any),
        TokenKind::Mark(b'+') => Some(Times::Some),
        TokenKind::Mark(b'?') => Some(Times::Once),
        TokenKind::Mark(_)
        | TokenKind::Word
        | TokenKind::Lifetime
        | TokenKind::Literal
        | TokenKind::Separator
        | TokenKind::Arrow => None,
    };
    let start = range.start;
    if let Some(times) = times(start) {
        return Some((start..start, times));
    }
    let behind = behind_token(source, start, range.end)?;
    Some((start..behind, times(behind)?))
}

/// The index behind the token at `at`, operators of several bytes taken as one, brackets not.
pub(super) fn behind_token(source: &Source<'_>, at: usize, end: usize) -> Option<usize> {
    const OPERATORS: [&str; 21] = [
        "<<=", ">>=", "...", "..=", "&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "^=",
        "&=", "|=", "<<", ">>", "..",
    ];
    let first = source.tokens.get(at).filter(|_| at < end)?;
    if !matches!(first.kind, TokenKind::Mark(_)) {
        return Some(at + 1);
    }
    let rest = &source.text[first.start as usize..];
    let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
    // Its bytes are marks of their own, save where another token begins among them (`=` of `=>`).
    let length = operator.map_or(1, |operator| operator.len());
    let is_one = (at..at + length).all(|index| matches!(source.kind(index), Some(TokenKind::Mark(_))));
    Some(if is_one { (at + length).min(end) } else { at + 1 })
}
