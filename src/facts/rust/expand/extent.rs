//! Where a fragment of a macro call ends.
//!
//! The language restricts what may follow a fragment, so that most ends are known without a parser: an expression ends before
//! the next `,`, `;` or `=>` that stands outside brackets. Where an end cannot be told the answer is that nothing matches.

use super::super::{source::Source, token::TokenKind};
use super::rules::{Fragment, behind_token};

/// The index behind the fragment that begins at `at`; `None` where there is none before `end`.
pub(super) fn extent(source: &Source<'_>, at: usize, end: usize, fragment: Fragment) -> Option<usize> {
    let tokens = Tokens { source, end };
    let behind = match fragment {
        Fragment::Vis => Some(tokens.visibility(at)),
        Fragment::Ident => source.word(at).filter(|word| *word != "_").map(|_| at + 1),
        Fragment::Lifetime => (source.kind(at) == Some(TokenKind::Lifetime)).then_some(at + 1),
        Fragment::Literal => tokens.literal(at),
        Fragment::Block => source.is_mark(at, b'{').then(|| tokens.behind_group(at)),
        Fragment::Tt => tokens.tree(at),
        Fragment::Path => tokens.path(at),
        Fragment::Ty => tokens.r#type(at),
        Fragment::Meta => tokens.meta(at),
        Fragment::Expr | Fragment::Stmt => tokens.expression(at).filter(|_| tokens.may_begin(at)),
        Fragment::Pat => tokens.pattern(at).filter(|_| tokens.may_begin(at)),
        Fragment::Item => tokens.item(at),
    };
    behind.filter(|behind| *behind <= end && (*behind > at || fragment == Fragment::Vis))
}

struct Tokens<'s, 't> {
    source: &'s Source<'t>,
    end: usize,
}

impl Tokens<'_, '_> {
    fn is(&self, at: usize, mark: u8) -> bool {
        at < self.end && self.source.is_mark(at, mark)
    }

    fn word(&self, at: usize) -> &str {
        if at < self.end { self.source.word(at).unwrap_or_default() } else { "" }
    }

    fn opens(&self, at: usize) -> bool {
        self.is(at, b'(') || self.is(at, b'[') || self.is(at, b'{')
    }

    fn closes(&self, at: usize) -> bool {
        at >= self.end || self.is(at, b')') || self.is(at, b']') || self.is(at, b'}')
    }

    /// Whether what stands at `at` may begin an expression or a pattern: with other marks (`@inner`) macros tell their own calls apart.
    fn may_begin(&self, at: usize) -> bool {
        let is_alone = |mark| self.is(at, mark) && !self.is(at + 1, mark);
        !b"@=>,;+/%^?~".iter().any(|mark| self.is(at, *mark)) && !is_alone(b'.') && !is_alone(b':')
    }

    fn behind_group(&self, at: usize) -> usize {
        self.source.behind_closing(at, self.end)
    }

    fn tree(&self, at: usize) -> Option<usize> {
        if self.opens(at) {
            return Some(self.behind_group(at));
        }
        if self.closes(at) { None } else { behind_token(self.source, at, self.end) }
    }

    fn visibility(&self, at: usize) -> usize {
        if self.word(at) != "pub" {
            return at;
        }
        let restricts =
            self.is(at + 1, b'(') && matches!(self.word(at + 2), "crate" | "self" | "super" | "in");
        if restricts { self.behind_group(at + 1) } else { at + 1 }
    }

    fn literal(&self, at: usize) -> Option<usize> {
        let at = if self.is(at, b'-') { at + 1 } else { at };
        let is_literal = self.source.kind(at) == Some(TokenKind::Literal)
            || matches!(self.source.token(at), "true" | "false");
        is_literal.then_some(at + 1)
    }

    /// Behind the `>` that closes the `<` at `open`.
    fn behind_angles(&self, open: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = open;
        while !self.closes(at) {
            if self.is(at, b'<') {
                depth += 1;
            } else if self.is(at, b'>') {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            } else if self.is(at, b';') {
                return None;
            }
            at = if self.opens(at) { self.behind_group(at) } else { at + 1 };
        }
        None
    }

    /// A path with the generic arguments that a type may have.
    fn path(&self, at: usize) -> Option<usize> {
        let mut at = if self.is(at, b'<') { self.behind_angles(at)? } else { at };
        let mut any = false;
        loop {
            if at < self.end && self.source.is_separator(at) {
                at += 1;
            } else if any {
                return Some(at);
            }
            if self.is(at, b'$') && self.word(at + 1) == "crate" {
                at += 1;
            }
            if self.word(at).is_empty() {
                return None;
            }
            any = true;
            at += 1;
            if at < self.end && self.source.is_separator(at) && self.is(at + 1, b'<') {
                at += 1;
            }
            if self.is(at, b'<') {
                at = self.behind_angles(at)?;
            } else if self.is(at, b'(') && self.source.word(at - 1).is_some_and(|word| word.starts_with("Fn"))
            {
                at = self.behind_group(at);
                if self.source.token(at) == "->" && at < self.end {
                    at = self.r#type(at + 1)?;
                }
            }
        }
    }

    fn r#type(&self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            at = self.before_type(at);
            match self.word(at) {
                "fn" => {
                    at = if self.is(at + 1, b'(') { self.behind_group(at + 1) } else { return None };
                    if at < self.end && self.source.token(at) == "->" {
                        at += 1;
                        continue;
                    }
                }
                _ if self.is(at, b'(') || self.is(at, b'[') => at = self.behind_group(at),
                _ if self.is(at, b'!') => at += 1,
                _ if self.source.kind(at) == Some(TokenKind::Lifetime) && at < self.end => at += 1,
                _ => {
                    at = self.path(if self.is(at, b'?') { at + 1 } else { at })?;
                    if self.is(at, b'!') && self.opens(at + 1) {
                        at = self.behind_group(at + 1);
                    }
                }
            }
            // The bounds of `dyn A + B`.
            if self.is(at, b'+') && !self.is(at + 1, b'=') {
                at += 1;
            } else {
                return Some(at);
            }
        }
    }

    /// Behind what may stand before the name of a type: references, pointers, `dyn`, `for<'a>`, `unsafe extern "C"`.
    fn before_type(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.end {
            at = match self.word(at) {
                "mut" | "const" | "dyn" | "impl" | "unsafe" | "extern" => at + 1,
                "for" if self.is(at + 1, b'<') => self.behind_angles(at + 1).unwrap_or(at + 1),
                _ if self.is(at, b'&') || self.is(at, b'*') => at + 1,
                _ if self.source.kind(at) == Some(TokenKind::Literal) => at + 1,
                _ if self.source.kind(at) == Some(TokenKind::Lifetime)
                    && !self.is(at + 1, b'+')
                    && at > from =>
                {
                    at + 1
                }
                _ => return at,
            };
        }
        at
    }

    fn meta(&self, at: usize) -> Option<usize> {
        let behind = self.path(at)?;
        if self.opens(behind) {
            return Some(self.behind_group(behind));
        }
        if self.is(behind, b'=') { self.expression(behind + 1) } else { Some(behind) }
    }

    /// Up to the next `,`, `;` or `=>`; commas of generic arguments and of a closure's parameters belong to it.
    fn expression(&self, from: usize) -> Option<usize> {
        let mut at = from;
        let mut before_operand = true;
        while !self.closes(at) && !self.is(at, b',') && !self.is(at, b';') && self.source.token(at) != "=>" {
            let operand = before_operand;
            before_operand = matches!(
                self.word(at),
                "return" | "break" | "move" | "async" | "in" | "match" | "if"
            ) || matches!(self.source.kind(at), Some(TokenKind::Mark(mark)) if !b"?)]}".contains(&mark));
            at = if operand && self.is(at, b'|') {
                before_operand = true;
                self.behind_parameters(at)?
            } else if self.is(at, b'|') && self.is(at + 1, b'|') {
                at + 2
            } else if operand && self.is(at, b'<') {
                self.behind_angles(at)?
            } else if self.source.is_separator(at) && self.is(at + 1, b'<') {
                self.behind_angles(at + 1)?
            } else if self.word(at) == "as" {
                self.r#type(at + 1)?
            } else if self.opens(at) {
                before_operand = false;
                self.behind_group(at)
            } else {
                at + 1
            };
        }
        Some(at)
    }

    /// Behind the second `|` of a closure's parameters.
    fn behind_parameters(&self, open: usize) -> Option<usize> {
        let mut at = open + 1;
        while !self.closes(at) {
            if self.is(at, b'|') {
                return Some(at + 1);
            }
            at = if self.opens(at) { self.behind_group(at) } else { at + 1 };
        }
        None
    }

    /// Up to the next `,`, `=`, `=>`, `if` or `in`.
    fn pattern(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while !self.closes(at) && !self.is(at, b',') && !self.is(at, b';') {
            if self.source.token(at) == "=>" || matches!(self.word(at), "if" | "in") {
                break;
            }
            let of_range = at > from && self.is(at - 1, b'.');
            if self.is(at, b'=') && !of_range {
                break;
            }
            at = if self.source.is_separator(at) && self.is(at + 1, b'<') {
                self.behind_angles(at + 1)?
            } else if self.opens(at) {
                self.behind_group(at)
            } else {
                at + 1
            };
        }
        Some(at)
    }

    /// One item with its attributes.
    fn item(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while self.is(at, b'#') && self.is(at + 1, b'[') {
            at = self.behind_group(at + 1);
        }
        at = self.visibility(at);
        let begins = self.word(at);
        let is_function = (at..at + 5).any(|near| self.word(near) == "fn");
        let until_semicolon = match begins {
            "use" | "static" | "type" => true,
            "const" => !is_function && self.word(at + 1) != "trait",
            "extern" => self.word(at + 1) == "crate",
            "fn" | "struct" | "enum" | "union" | "trait" | "impl" | "mod" | "unsafe" | "async" | "auto" => {
                false
            }
            "" => return None,
            _ => return self.macro_item(at),
        };
        while !self.closes(at) {
            if self.is(at, b';') {
                return Some(at + 1);
            }
            if self.is(at, b'{') && !until_semicolon {
                return Some(self.behind_group(at));
            }
            at = if self.opens(at) { self.behind_group(at) } else { at + 1 };
        }
        None
    }

    /// `name! { … }`, `name!(…);`, `macro_rules! name { … }`.
    fn macro_item(&self, at: usize) -> Option<usize> {
        let bang = self.path(at).filter(|bang| self.is(*bang, b'!'))?;
        let open = if self.word(bang + 1).is_empty() { bang + 1 } else { bang + 2 };
        let behind = if self.opens(open) { self.behind_group(open) } else { return None };
        let ends = !self.is(open, b'{') && self.is(behind, b';');
        Some(if ends { behind + 1 } else { behind })
    }
}
