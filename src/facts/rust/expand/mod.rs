//! The definition of a macro and a call of it → the facts of what the call is replaced by.
//!
//! A function of two texts: which definition a call means is for others to say, and so is what a macro call inside the
//! expansion means. Who wrote a path of the expansion, the definition or the call, is told with it. What is not plain gives
//! nothing: a fragment whose end only a parser of Rust could tell, a repetition that fits no pattern, tokens that make no code.

mod extent;
mod matching;
mod place;
mod rules;
mod transcribe;

use self::{matching::Matching, place::Places, rules::Rules, transcribe::Transcription};
use super::source::Source;
use crate::basis::Site;
use crate::facts::{Cfg, FileFacts, MacroCall};

/// The tokens between the brackets of a call.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// Their text.
    text: Box<str>,
    /// Where each was written in the file of the call that was expanded first; `None` for those of a definition.
    from: Vec<Option<Site>>,
}

/// What a call is replaced by.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// What it says, with places in the file of the call. The first scope and the first condition are those of the call.
    pub facts: FileFacts,
    /// Who wrote each of the paths.
    pub paths: Vec<Hand>,
    /// Who wrote each of the imports.
    pub imports: Vec<Hand>,
    /// The tokens of each of the macro calls.
    pub calls: Vec<Tokens>,
}

/// Who wrote a part of an expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// The call.
    Call,
    /// The definition.
    Definition,
    /// A part of it the one, a part the other.
    Both,
}

/// What is around a call.
pub struct Setting<'a> {
    /// The condition of the call.
    pub cfg: Cfg,
    /// Where the call stands: what the definition wrote is said to stand there.
    pub call: Site,
    /// The word that stands for `$crate`.
    pub own_crate: &'a str,
}

/// What may still be done, counted in tokens.
#[derive(Debug)]
pub struct Work {
    left: usize,
}

impl Work {
    /// Work on `tokens` tokens.
    pub fn new(tokens: usize) -> Self {
        Self { left: tokens }
    }

    /// Takes `tokens` from what is left; `None` where that is not enough, and then nothing is left.
    pub fn spend(&mut self, tokens: usize) -> Option<()> {
        let left = self.left.checked_sub(tokens);
        self.left = left.unwrap_or(0);
        left.map(|_| ())
    }

    fn is_spent(&self) -> bool {
        self.left == 0
    }
}

impl Tokens {
    /// The tokens of a call that somebody wrote; `None` where only a part of them is kept.
    pub fn of(call: &MacroCall) -> Option<Self> {
        let length = call.arguments_site.span.range().len();
        (length == call.arguments.len()).then(|| Self::at(&call.arguments, call.arguments_site))
    }
}

/// The facts of what a call with these tokens is replaced by; `rules` is what stands between the braces of the definition.
pub fn expand(rules: &str, tokens: &Tokens, setting: Setting<'_>, work: &mut Work) -> Option<Expansion> {
    let output = transcribed(rules, tokens, setting.own_crate, work)?;
    let source = Source::new(&output.text);
    let facts = super::read(&source, setting.cfg).filter(|facts| facts.unread.is_empty())?;
    Some(Places::new(output.tokens, setting.call).placed(facts))
}

fn transcribed(rules: &str, tokens: &Tokens, own_crate: &str, work: &mut Work) -> Option<transcribe::Output> {
    let rules = Rules::read(rules)?;
    let call = Source::new(&tokens.text);
    work.spend(rules.source.tokens.len() + call.tokens.len())?;
    for arm in &rules.arms {
        let bindings = Matching { rules: &rules.source, call: &call, work }.whole(&arm.pattern);
        if work.is_spent() {
            return None;
        }
        let Some(bindings) = bindings else { continue };
        let output = transcribe::Output::default();
        let transcription =
            Transcription { rules: &rules.source, call: &call, from: tokens, own_crate, work, output };
        return transcription.whole(&arm.body, &bindings);
    }
    None
}

#[cfg(test)]
mod tests;
