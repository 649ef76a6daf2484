//! The definition of a macro and a call of it → the facts of what the call is replaced by.
//!
//! A function of two texts: which definition a call means is for others to say, and so is what a macro call inside the
//! expansion means. Who wrote a path of the expansion, the definition or the call, is told with it. What is not plain gives
//! nothing: a fragment whose end only a parser of Rust could tell, a repetition that fits no pattern, tokens that make no code.

mod documents;
mod extent;
mod matching;
mod place;
mod rules;
mod transcribe;

use std::ops::Range;

use serde::{Deserialize, Serialize};

use self::{documents::as_attributes, matching::Matching, place::Places, transcribe::Transcription};
use super::{declarations, source::Source, token::Token};
use crate::basis::Site;
use crate::facts::{
    Body, Cfg, Declarations, Expr, FileFacts, ItemId, ItemKind, MacroCall, Position, ScopeKind,
};
pub use rules::Rules;

/// How deep branches of `cfg_if!` in an expansion are read.
const BRANCHES: u32 = 2;

/// What is put before the expansion of a call in a body, so that it is read as one.
pub(super) const FRAME: &str = "fn __() {";

/// The tokens between the brackets of a call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tokens {
    /// Their text.
    text: Box<str>,
    /// Where each was written in the file of the call that was expanded first; `None` for those of a definition.
    from: Vec<Option<Site>>,
}

/// What a call is replaced by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Expansion {
    /// What it says, with places in the file of the call. The first scope and the first condition are those of the call.
    pub facts: FileFacts,
    /// Who wrote each of the paths.
    pub paths: Vec<Hand>,
    /// Who wrote each of the imports.
    pub imports: Vec<Hand>,
    /// The tokens of each of the macro calls.
    pub calls: Vec<Tokens>,
    /// What the call stands for where a value stands, lowered; `None` where items stand and of very long ones.
    pub value: Option<Expr>,
    /// The text, where items stand and it declares more than names.
    pub text: Option<Text>,
    /// How many tokens it took to make.
    pub cost: usize,
}

/// The text of an expansion, and where its parts were written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Text {
    text: Box<str>,
    /// Where those of its tokens begin that the call wrote, and where they stand in its file.
    from: Vec<(u32, Site)>,
    /// The call.
    call: Site,
}

/// Who wrote a part of an expansion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hand {
    /// The call.
    Call,
    /// The definition.
    Definition,
    /// A part of it the one, a part the other.
    Both,
}

/// What is around a call.
#[derive(Clone, Copy, Serialize)]
pub struct Setting<'a> {
    /// The condition of the call.
    pub cfg: &'a Cfg,
    /// Where the call stands: what the definition wrote is said to stand there.
    pub call: Site,
    /// Whether it stands among items or in a body.
    pub position: Position,
    /// The word that stands for `$crate`.
    pub own_crate: &'a str,
}

/// A call together with the definition that it means: all that its expansion depends on.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The definition.
    pub rules: &'a Rules,
    /// What the call is told.
    pub tokens: &'a Tokens,
    /// What is around it.
    pub setting: Setting<'a>,
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
    /// The tokens of a call that somebody wrote; `None` where the text is not as long as the place: cut, or not as written.
    pub fn of(call: &MacroCall) -> Option<Self> {
        is_whole(call).then(|| Self::at(&as_attributes(&call.arguments), call.arguments_site))
    }

    /// The same as code that stands in its place, to which documentation is a comment.
    pub(super) fn in_place(call: &MacroCall) -> Option<Self> {
        is_whole(call).then(|| Self::at(&call.arguments, call.arguments_site))
    }
}

/// Whether the text of what a call is told is as long as its place.
fn is_whole(call: &MacroCall) -> bool {
    call.arguments_site.span.range().len() == call.arguments.len()
}

impl Text {
    /// What it declares about values that go over the wire, with places in the file of the call.
    pub fn declarations(&self) -> Declarations {
        let Self { text, from, call } = self;
        let mut declared = declarations(text.as_bytes());
        let place = |token: &Token| {
            let at = from.binary_search_by_key(&token.start, |(at, _)| *at);
            (token.start, at.ok().map(|at| from[at].1))
        };
        let places = Places::new(Source::new(text).tokens.iter().map(place).collect(), *call);
        declared.turn(&mut |site| {
            places.turn(site);
        });
        declared
    }
}

impl Call<'_> {
    /// The facts of what the call is replaced by.
    pub fn expand(&self, work: &mut Work) -> Option<Expansion> {
        let before = work.left;
        let expansion = made(self.rules, self.tokens, self.setting, work)?;
        Some(Expansion { cost: before - work.left, ..expansion })
    }
}

fn made(rules: &Rules, tokens: &Tokens, setting: Setting<'_>, work: &mut Work) -> Option<Expansion> {
    // What begins a file in another way than a program does not begin an expansion.
    let (before, behind) = match setting.position {
        Position::Item => (" ", ""),
        Position::Body => (FRAME, "}"),
    };
    let mut output = transcribed(rules, tokens, (setting.own_crate, before), work)?;
    output.text.push_str(behind);
    let source = Source::new(&output.text);
    let mut facts =
        super::read(&source, setting.cfg.clone(), BRANCHES).filter(|facts| facts.unread.is_empty())?;
    let value = match setting.position {
        Position::Item => None,
        Position::Body => unframe(&mut facts),
    };
    let text = declares(&facts).then(|| Text {
        from: output.tokens.iter().filter_map(|(at, from)| Some((*at, (*from)?))).collect(),
        text: output.text.as_str().into(),
        call: setting.call,
    });
    let text = text.filter(|_| setting.position == Position::Item);
    Some(Expansion { text, ..Places::new(output.tokens, setting.call).placed(facts, value) })
}

/// Whether there is something that has a form of its own: a type, a function.
fn declares(facts: &FileFacts) -> bool {
    facts.items.iter().any(|item| match item.kind {
        ItemKind::Struct
        | ItemKind::Enum
        | ItemKind::Union
        | ItemKind::TypeAlias
        | ItemKind::Function
        | ItemKind::Impl => true,
        ItemKind::Trait
        | ItemKind::Variant
        | ItemKind::Const
        | ItemKind::Static
        | ItemKind::Macro
        | ItemKind::Module => false,
    })
}

/// The facts of a part of a call's tokens, `range` of `source` and of `tokens`, that stands in its place as it is.
pub(super) fn read_at_call(
    (source, tokens): (&Source<'_>, &Tokens),
    range: Range<usize>,
    setting: Setting<'_>,
    depth: u32,
) -> Option<FileFacts> {
    let text = format!(" {}", source.slice(range.clone()));
    let start = source.tokens.get(range.start).map_or(0, |token| token.start);
    let places = range.map(|index| (source.tokens[index].start - start + 1, tokens.from[index])).collect();
    let facts = super::read(&Source::new(&text), setting.cfg.clone(), depth)
        .filter(|facts| facts.unread.is_empty())?;
    Some(Places::new(places, setting.call).placed(facts, None).facts)
}

/// Takes away the function that was put around the expansion of a call in a body; gives what it computes.
fn unframe(facts: &mut FileFacts) -> Option<Expr> {
    let own = |id: &mut ItemId| id.0 -= 1;
    let around = |id: &mut Option<ItemId>| *id = id.and_then(|id| id.0.checked_sub(1)).map(ItemId);
    facts.items.remove(0);
    facts.items.iter_mut().for_each(|item| around(&mut item.parent));
    facts.imports.iter_mut().for_each(|import| around(&mut import.item));
    facts.paths.iter_mut().for_each(|path| around(&mut path.item));
    facts.macro_calls.iter_mut().for_each(|call| around(&mut call.item));
    facts.macros.iter_mut().for_each(|rules| own(&mut rules.item));
    for scope in &mut facts.scopes {
        match &mut scope.kind {
            ScopeKind::File => {}
            ScopeKind::Module(item) => own(item),
            ScopeKind::Block(item) => around(item),
        }
    }
    let (frame, bodies) = std::mem::take(&mut facts.bodies).into_iter().partition(|body| body.item.0 == 0);
    facts.bodies = bodies;
    facts.bodies.iter_mut().for_each(|body| own(&mut body.item));
    let mut frame: Vec<Body> = frame;
    frame.pop().map(|body| body.value)
}

fn transcribed(
    rules: &Rules,
    tokens: &Tokens,
    (own_crate, before): (&str, &str),
    work: &mut Work,
) -> Option<transcribe::Output> {
    let plain = rules.plain()?;
    let (rules, call) = (plain.source(), Source::new(&tokens.text));
    work.spend(rules.tokens.len() + call.tokens.len())?;
    for arm in &plain.arms {
        let bindings = Matching { rules: &rules, call: &call, work }.whole(&arm.pattern);
        if work.is_spent() {
            return None;
        }
        let Some(bindings) = bindings else { continue };
        let output = transcribe::Output { text: before.to_owned(), tokens: Vec::new() };
        let transcription =
            Transcription { rules: &rules, call: &call, from: tokens, own_crate, work, output };
        return transcription.whole(&arm.body, &bindings);
    }
    None
}

#[cfg(test)]
mod tests;
