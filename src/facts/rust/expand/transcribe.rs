//! The body of an arm, its variables replaced → the text of the expansion, and where each of its tokens was written.

use std::ops::Range;

use super::super::source::Source;
use super::matching::{Bindings, Bound, variables};
use super::rules::{Fragment, Part};
use super::{Tokens, Work};
use crate::basis::Site;

/// The text that a call is replaced by.
pub(super) struct Output {
    /// The text, one line.
    pub text: String,
    /// Where in the text each token begins, and where in the file of the call it was written; `None` for a definition's own.
    pub tokens: Vec<(u32, Option<Site>)>,
}

/// One transcription.
pub(super) struct Transcription<'m, 't> {
    /// The definition.
    pub rules: &'m Source<'t>,
    /// The call.
    pub call: &'m Source<'m>,
    /// The tokens of the call.
    pub from: &'m Tokens,
    /// The word for the crate of the definition.
    pub own_crate: &'m str,
    /// What may still be done.
    pub work: &'m mut Work,
    /// What is written.
    pub output: Output,
}

/// What the variables stand for, in the round that is being written.
type Meanings<'m, 't> = Vec<(&'t str, &'m Bound)>;

impl<'m, 't> Transcription<'m, 't> {
    /// Writes `body` out; `None` where that is too much, or no plain repetition.
    pub(super) fn whole(mut self, body: &[Part], bindings: &'m Bindings<'t>) -> Option<Output> {
        let meanings = bindings.iter().map(|(name, bound)| (*name, bound)).collect();
        self.parts(body, &meanings)?;
        Some(self.output)
    }

    /// Nesting is that of the definition, which is bounded.
    fn parts(&mut self, parts: &[Part], meanings: &Meanings<'m, 't>) -> Option<()> {
        for part in parts {
            self.work.spend(1)?;
            match part {
                Part::Token(index) => self.own(*index),
                Part::Crate => self.word(self.own_crate, None),
                Part::Variable(name, _) => self.variable(*name, meanings)?,
                Part::Repeat { parts, separator, .. } => self.rounds(parts, separator.clone(), meanings)?,
            }
        }
        Some(())
    }

    fn variable(&mut self, name: usize, meanings: &Meanings<'m, 't>) -> Option<()> {
        let wanted = self.rules.token(name);
        let Some((_, bound)) = meanings.iter().find(|(name, _)| *name == wanted) else {
            // A variable of a macro that the expansion defines.
            self.own(name - 1);
            self.own(name);
            return Some(());
        };
        let Bound::Tokens(range, fragment) = bound else { return None };
        self.work.spend(range.len())?;
        // An expression stays one, whatever stands beside it.
        let is_list = *fragment == Fragment::Expr && range.len() > 1 && !self.is_simple(range.clone());
        if is_list {
            self.word("(", None);
        }
        for index in range.clone() {
            let site = self.from.from.get(index).copied().flatten();
            let joined = index > range.start && self.is_joined(self.call, index);
            self.write(self.call.token(index), site, joined);
        }
        if is_list {
            self.word(")", None);
        }
        Some(())
    }

    /// Whether an expression is one in every place: a path, a call or a negative number.
    fn is_simple(&self, range: Range<usize>) -> bool {
        let first = range.start;
        if self.call.is_mark(first, b'-') {
            return range.len() == 2;
        }
        if self.call.is_mark(first, b'(') || self.call.is_mark(first, b'[') || self.call.is_mark(first, b'{')
        {
            return self.call.behind_closing(first, range.end) == range.end;
        }
        range.clone().all(|index| self.call.word(index).is_some() || self.call.is_separator(index))
    }

    fn rounds(&mut self, parts: &[Part], separator: Range<usize>, meanings: &Meanings<'m, 't>) -> Option<()> {
        let mut names = Vec::new();
        variables(parts, self.rules, &mut names);
        let rounds = |(name, bound): &(&'t str, &'m Bound)| match bound {
            Bound::Rounds(rounds) if names.contains(name) => Some((*name, rounds)),
            Bound::Rounds(_) | Bound::Tokens(..) => None,
        };
        let repeated: Vec<(&'t str, &'m Vec<Bound>)> = meanings.iter().filter_map(rounds).collect();
        let count = repeated.first()?.1.len();
        if repeated.iter().any(|(_, rounds)| rounds.len() != count) {
            return None;
        }
        for round in 0..count {
            if round > 0 {
                separator.clone().for_each(|index| self.own(index));
            }
            self.work.spend(meanings.len())?;
            let mut inner: Meanings<'m, 't> =
                repeated.iter().map(|(name, rounds)| (*name, &rounds[round])).collect();
            inner
                .extend(meanings.iter().filter(|(name, _)| !repeated.iter().any(|(other, _)| other == name)));
            self.parts(parts, &inner)?;
        }
        Some(())
    }

    /// A token of the definition itself.
    fn own(&mut self, index: usize) {
        let joined = index > 0 && self.is_joined(self.rules, index);
        self.write(self.rules.token(index), None, joined);
    }

    fn is_joined(&self, source: &Source<'_>, index: usize) -> bool {
        let (before, token) = (source.tokens[index - 1], source.tokens[index]);
        before.end == token.start && self.output.text.ends_with(source.token(index - 1))
    }

    fn word(&mut self, word: &str, site: Option<Site>) {
        self.write(word, site, false);
    }

    fn write(&mut self, token: &str, site: Option<Site>, joined: bool) {
        let output = &mut self.output;
        if !joined {
            output.text.push(' ');
        }
        output.tokens.push((u32::try_from(output.text.len()).unwrap_or(u32::MAX), site));
        output.text.push_str(token);
    }
}
