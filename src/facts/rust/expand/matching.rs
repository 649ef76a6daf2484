//! The tokens of a call, held against the pattern of an arm → what each variable stands for.
//!
//! A repetition takes as many rounds as match; one that begins to match and does not end is taken back. The compiler refuses
//! macros for which that is not the same as trying every way.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::source::Source;
use super::Work;
use super::extent::extent;
use super::rules::{Fragment, Part, Times};

/// What a variable stands for.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    /// Tokens of the call.
    Tokens(Range<usize>, Fragment),
    /// What it stands for in each round of a repetition.
    Rounds(Vec<Bound>),
}

/// Variables by name.
pub(super) type Bindings<'t> = BTreeMap<&'t str, Bound>;

/// One attempt.
pub(super) struct Matching<'m, 't> {
    /// The definition.
    pub rules: &'m Source<'t>,
    /// The call.
    pub call: &'m Source<'m>,
    /// What may still be done.
    pub work: &'m mut Work,
}

impl<'t> Matching<'_, 't> {
    /// What the variables of `pattern` stand for when it is all of the call.
    pub(super) fn whole(&mut self, pattern: &[Part]) -> Option<Bindings<'t>> {
        let mut bindings = Bindings::new();
        let end = self.call.tokens.len();
        (self.parts(pattern, 0, &mut bindings)? == end).then_some(bindings)
    }

    /// Matches `parts` from the token at `at`, and says where that ends. Nesting is that of the definition, which is bounded.
    fn parts(&mut self, parts: &[Part], mut at: usize, bindings: &mut Bindings<'t>) -> Option<usize> {
        let end = self.call.tokens.len();
        for part in parts {
            self.work.spend(1)?;
            at = match part {
                Part::Token(index) => {
                    (at < end && self.call.token(at) == self.rules.token(*index)).then_some(at + 1)?
                }
                Part::Crate => return None,
                Part::Variable(name, fragment) => {
                    let fragment = (*fragment)?;
                    let behind = extent(self.call, at, end, fragment)?;
                    self.work.spend(behind - at)?;
                    bindings.insert(self.rules.token(*name), Bound::Tokens(at..behind, fragment));
                    behind
                }
                Part::Repeat { parts, separator, times } => {
                    self.rounds(parts, separator.clone(), *times, (at, bindings))?
                }
            };
        }
        Some(at)
    }

    fn rounds(
        &mut self,
        parts: &[Part],
        separator: Range<usize>,
        times: Times,
        (mut at, bindings): (usize, &mut Bindings<'t>),
    ) -> Option<usize> {
        let mut names = Vec::new();
        variables(parts, self.rules, &mut names);
        let mut rounds: Vec<Vec<Bound>> = vec![Vec::new(); names.len()];
        let mut count = 0_usize;
        while times != Times::Once || count == 0 {
            let begin = if count == 0 { Some(at) } else { self.behind(separator.clone(), at) };
            let mut round = Bindings::new();
            let Some(behind) = begin.and_then(|begin| self.parts(parts, begin, &mut round)) else { break };
            if behind == at {
                break;
            }
            for (name, bound) in names.iter().zip(&mut rounds) {
                bound.push(round.remove(name)?);
            }
            at = behind;
            count += 1;
        }
        if self.work.is_spent() || (times == Times::Some && count == 0) {
            return None;
        }
        bindings.extend(names.into_iter().zip(rounds.into_iter().map(Bound::Rounds)));
        Some(at)
    }

    /// Behind the separator, where it stands at `at`.
    fn behind(&self, separator: Range<usize>, at: usize) -> Option<usize> {
        let length = separator.len();
        let stands =
            separator.zip(at..).all(|(wanted, index)| self.rules.token(wanted) == self.call.token(index));
        (stands && at + length <= self.call.tokens.len()).then_some(at + length)
    }
}

/// The names of the variables in `parts`, those in repetitions included.
pub(super) fn variables<'t>(parts: &[Part], source: &Source<'t>, names: &mut Vec<&'t str>) {
    for part in parts {
        match part {
            Part::Variable(name, _) => names.push(source.token(*name)),
            Part::Repeat { parts, .. } => variables(parts, source, names),
            Part::Token(_) | Part::Crate => {}
        }
    }
}
