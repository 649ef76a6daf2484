//! Facts of an expansion → the same facts with places in the file of the call.
//!
//! What was written at the call stands where it was written; what the definition wrote stands at the call as a whole.

use std::ops::Range;

use super::super::source::Source;
use super::{Expansion, Hand, Tokens};
use crate::basis::{Site, Span};
use crate::facts::{Expr, FileFacts};

/// Where the tokens of an expansion were written.
pub(super) struct Places {
    /// Where each begins in the expansion, and where it was written in the file of the call.
    tokens: Vec<(u32, Option<Site>)>,
    /// How many tokens before each, and before the end, are the definition's own.
    own: Vec<u32>,
    /// The call.
    call: Site,
}

impl Places {
    pub(super) fn new(tokens: Vec<(u32, Option<Site>)>, call: Site) -> Self {
        let mut own = vec![0_u32];
        for (_, site) in &tokens {
            own.push(own.last().copied().unwrap_or(0) + u32::from(site.is_none()));
        }
        Self { tokens, own, call }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let index = |at: u32| self.tokens.partition_point(|token| token.0 < at);
        let first = index(span.start);
        first..index(span.end).max(first)
    }

    /// Where a part of the expansion stands, and who wrote it.
    fn place(&self, span: Span) -> (Site, Hand) {
        let range = self.range(span);
        let own = (self.own[range.end] - self.own[range.start]) as usize;
        if own == range.len() {
            return (self.call, Hand::Definition);
        }
        if own > 0 {
            return (self.call, Hand::Both);
        }
        match (self.tokens[range.start].1, self.tokens[range.end - 1].1) {
            (Some(first), Some(last)) if first.span.start <= last.span.start => {
                let span = Span { start: first.span.start, end: last.span.end };
                (Site { span, ..first }, Hand::Call)
            }
            _ => (self.call, Hand::Call),
        }
    }

    pub(super) fn turn(&self, site: &mut Site) -> Hand {
        let (place, hand) = self.place(site.span);
        *site = place;
        hand
    }

    /// The tokens between the brackets of a call inside the expansion.
    fn tokens_of(&self, text: &str, span: Span) -> Tokens {
        let from = self.tokens[self.range(span)].iter().map(|token| token.1).collect();
        Tokens { text: text.into(), from }
    }

    /// The facts of an expansion with their places in the file of the call.
    pub(super) fn placed(&self, mut facts: FileFacts, mut value: Option<Expr>) -> Expansion {
        let calls = facts.macro_calls.iter();
        let calls = calls.map(|call| self.tokens_of(&call.arguments, call.arguments_site.span)).collect();
        let paths = facts.paths.iter_mut().map(|path| self.turn(&mut path.site)).collect();
        let imports = facts.imports.iter_mut();
        let imports = imports
            .map(|import| {
                self.turn(&mut import.statement);
                self.turn(&mut import.site)
            })
            .collect();
        for item in &mut facts.items {
            self.turn(&mut item.site);
            self.turn(&mut item.name_site);
            item.attributes.iter_mut().for_each(|attribute| {
                self.turn(&mut attribute.site);
            });
        }
        for module in &mut facts.modules {
            self.turn(&mut module.site);
        }
        for include in &mut facts.includes {
            self.turn(&mut include.site);
        }
        for call in &mut facts.macro_calls {
            self.turn(&mut call.site);
            self.turn(&mut call.name_site);
            self.turn(&mut call.arguments_site);
        }
        for body in &mut facts.bodies {
            self.turn_all(&mut body.value);
        }
        value.iter_mut().for_each(|value| self.turn_all(value));
        Expansion { facts, paths, imports, calls, value, text: None, cost: 0 }
    }

    /// Turns the places of an expression and of all that is in it.
    fn turn_all(&self, expr: &mut Expr) {
        expr.turn(&mut |site| {
            self.turn(site);
        });
    }
}

impl Tokens {
    /// The tokens of a text that stands at `at` in its file.
    pub(super) fn at(text: &str, at: Site) -> Self {
        let source = Source::new(text);
        let site = |index: usize| {
            let site = source.site_of(index..index + 1);
            let column = if site.line == 1 { at.column + site.column - 1 } else { site.column };
            let span = Span { start: at.span.start + site.span.start, end: at.span.start + site.span.end };
            Some(Site { span, line: at.line + site.line - 1, column })
        };
        Self { text: text.into(), from: (0..source.tokens.len()).map(site).collect() }
    }
}
