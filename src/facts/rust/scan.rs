//! Tokens without a tree (macro arguments, unreadable code) → the paths that are named among them.
//!
//! It takes more for a path than a compiler would: a name that is none of this code's items resolves to nothing later. A
//! single name counts when it begins in upper case or stands before `(`, `!` or `::`; what `use` would write out is written
//! out.

use std::ops::Range;

use super::{
    builtin::{is_builtin_attribute, is_keyword, is_primitive, takes_no_code},
    source::Source,
    token::TokenKind,
};

/// How long the part of a path before a group may get, in bytes; longer ones are dropped.
const PREFIX: usize = 256;

/// Keywords before the name of what they define.
const DEFINING: &[&str] = &["const", "enum", "fn", "mod", "static", "struct", "trait", "type", "union"];

/// A path among tokens.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// The path as written, without generic arguments, blanks and `r#`.
    pub path: String,
    /// The tokens that it is made of, inside the innermost group.
    pub tokens: Range<usize>,
}

/// The paths among the tokens in `range`, in order, those inside generic arguments last.
pub(super) fn mentions(source: &Source<'_>, range: Range<usize>) -> Vec<Mention> {
    let mut scan = Scan {
        source,
        end: range.end,
        found: Vec::new(),
        inner: vec![range],
        groups: Vec::new(),
        in_use: false,
    };
    while let Some(range) = scan.inner.pop() {
        scan.end = range.end;
        scan.groups.clear();
        scan.in_use = false;
        let mut index = range.start;
        let mut depth = 0_usize;
        while index < range.end {
            index = scan.read(index, &mut depth);
        }
    }
    scan.found
}

struct Scan<'s, 't> {
    source: &'s Source<'t>,
    end: usize,
    found: Vec<Mention>,
    /// Ranges still to be read: generic arguments of paths.
    inner: Vec<Range<usize>>,
    /// The path before each open `::{`, and how deep in brackets it stands.
    groups: Vec<(String, usize)>,
    /// Whether a `use` has begun and not ended.
    in_use: bool,
}

/// What follows a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Nothing that belongs to it.
    None,
    /// `::{`.
    Group,
    /// `::` and something else: `*`, a metavariable.
    More,
}

impl Scan<'_, '_> {
    /// Reads what begins at `index`, and says where to go on.
    fn read(&mut self, index: usize, depth: &mut usize) -> usize {
        match self.source.kind(index) {
            Some(TokenKind::Mark(b'(' | b'[' | b'{')) => *depth += 1,
            Some(TokenKind::Mark(b')' | b']' | b'}')) => {
                *depth = depth.saturating_sub(1);
                while self.groups.last().is_some_and(|(_, opened)| opened > depth) {
                    self.groups.pop();
                }
            }
            Some(TokenKind::Mark(b';')) => self.in_use = false,
            Some(TokenKind::Mark(b'$')) => return self.dollar(index, *depth),
            Some(TokenKind::Separator) if self.begins_path(index) => {
                return self.path(index + 1, "::", *depth);
            }
            Some(TokenKind::Word) => return self.path(index, "", *depth),
            Some(TokenKind::Separator | TokenKind::Arrow | TokenKind::Lifetime | TokenKind::Literal)
            | Some(TokenKind::Mark(_))
            | None => {}
        }
        index + 1
    }

    /// Whether the `::` at `index` is the first of a path.
    fn begins_path(&self, index: usize) -> bool {
        let before = index.checked_sub(1);
        let joined = before.is_some_and(|before| {
            self.source.is_mark(before, b'>')
                || self.source.word(before).is_some_and(|word| !is_keyword(word) || word == "Self")
        });
        !joined && self.source.word(index + 1).is_some() && index + 1 < self.end
    }

    /// `$crate::…` is a path; what begins with another metavariable is not known.
    fn dollar(&mut self, index: usize, depth: usize) -> usize {
        match self.source.word(index + 1) {
            Some("crate") if self.source.is_separator(index + 2) => self.path(index + 1, "$", depth),
            Some(_) => {
                let mut next = index + 2;
                while next + 1 < self.end
                    && self.source.is_separator(next)
                    && self.source.word(next + 1).is_some()
                {
                    next += 2;
                }
                next
            }
            None => index + 1,
        }
    }

    /// Reads the path of which the first name stands at `first`.
    fn path(&mut self, first: usize, lead: &str, depth: usize) -> usize {
        let source = self.source;
        self.in_use |= source.token(first) == "use";
        let mut path = lead.to_owned();
        path.push_str(source.word(first).unwrap_or_default());
        let mut next = first + 1;
        let mut tail = Tail::None;
        while next + 1 < self.end && source.is_separator(next) {
            if let Some(word) = source.word(next + 1) {
                path.push_str("::");
                path.push_str(word);
                next += 2;
            } else if source.is_mark(next + 1, b'<') {
                let Some(close) = self.source.closing_angle(next + 1, self.end) else {
                    tail = Tail::More;
                    break;
                };
                self.inner.push(next + 2..close);
                next = close + 1;
            } else {
                tail = if source.is_mark(next + 1, b'{') { Tail::Group } else { Tail::More };
                break;
            }
        }
        let skips = source.is_mark(next, b'!') && source.opens(next + 1) && takes_no_code(&path);
        self.record(path, first..next, tail, depth);
        if skips {
            return source.behind_closing(next + 1, self.end);
        }
        match tail {
            Tail::None => next,
            Tail::Group | Tail::More => next + 1,
        }
    }

    fn record(&mut self, path: String, tokens: Range<usize>, tail: Tail, depth: usize) {
        let around =
            self.groups.last().map(|(prefix, _)| prefix.as_str()).filter(|prefix| !prefix.is_empty());
        let wanted = self.wanted(&path, &tokens, around.is_some(), tail);
        let whole = match around {
            Some(prefix) if path == "self" => prefix.to_owned(),
            Some(prefix) => format!("{prefix}::{path}"),
            None => path,
        };
        if tail == Tail::Group {
            let prefix = if whole.len() > PREFIX { String::new() } else { whole };
            self.groups.push((prefix, depth + 1));
        } else if wanted {
            self.found.push(Mention { path: whole, tokens });
        }
    }

    /// Whether the path that `tokens` make is one to tell.
    fn wanted(&self, path: &str, tokens: &Range<usize>, in_group: bool, tail: Tail) -> bool {
        let source = self.source;
        let before = |back: usize| tokens.start.checked_sub(back);
        let dot = |back: usize| before(back).is_some_and(|index| source.is_mark(index, b'.'));
        let word_before = before(1).and_then(|index| source.word(index)).unwrap_or_default();
        let first = path.split("::").find(|segment| !segment.is_empty()).unwrap_or_default();
        let raw = source.token(tokens.start).starts_with("r#");
        let leads = matches!(first, "self" | "super" | "crate" | "$crate");
        if in_group || self.in_use {
            return word_before != "as" && (raw || leads || !is_keyword(first));
        }
        if dot(1) && !dot(2) {
            return false;
        }
        if path.contains("::") {
            return first != "Self";
        }
        (raw || !is_keyword(first))
            && !is_primitive(first)
            && !DEFINING.contains(&word_before)
            && self.counts(first, tokens, tail)
    }

    /// Whether a single name looks like one of an item.
    fn counts(&self, name: &str, tokens: &Range<usize>, tail: Tail) -> bool {
        let source = self.source;
        let next = tokens.end;
        let in_attribute = tokens.start >= 2
            && source.is_mark(tokens.start - 1, b'[')
            && source.is_mark(tokens.start - 2, b'#');
        if in_attribute {
            return !is_builtin_attribute(name);
        }
        let called = next < self.end && source.is_mark(next, b'(');
        let macro_call = next < self.end && source.is_mark(next, b'!') && !source.is_mark(next + 1, b'=');
        name.chars().next().is_some_and(char::is_uppercase) || called || macro_call || tail != Tail::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let source = Source::new(text);
        let found: Vec<String> =
            mentions(&source, 0..source.tokens.len()).into_iter().map(|mention| mention.path).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }

    #[test]
    fn paths_and_names_that_look_like_items() {
        check("a::b, c, D, e(), f!(x), g::h()", "a::b D e f g::h");
        check("crate::x + self::y + super::super::z", "crate::x self::y super::super::z");
        check("::a::b x::*, y::{}", "::a::b x");
        check("$crate::db::get($x, $y::z, $x::D) q::$x", "$crate::db::get q");
        check("x.method(y.field.Other()) ..all(1)", "all");
        check("r#type() r#fn::g", "type fn::g");
    }

    #[test]
    fn what_is_no_path_is_left_out() {
        check("\"a::b\" 'A' // C\n/* D */ 'life: 1u32", "");
        check("if (x) match (y) Self::new() Self u32::MAX u8 return (1)", "u32::MAX");
        check("fn Foo() struct Bar enum Baz let x = 1; a != b", "");
        check("#[derive(Clone)] #[get(x)]", "Clone get");
        check("x as u32 as Y", "Y");
    }

    #[test]
    fn generic_arguments_are_looked_into() {
        check("Vec::<a::T>::new()", "Vec::new a::T");
        check("x.collect::<Vec<b::C>>()", "Vec b::C");
        check("Vec<a::B>", "Vec a::B");
        check("f::<fn(A) -> B>::g", "f::g A B");
        check("a::<b::<c::<d::E>>>", "d::E");
        check("a::<B", "a B");
    }

    #[test]
    fn use_trees_are_written_out() {
        check("use a::{b, c::{self, D as E}, *}; F", "a::b a::c a::c::D F");
        check("use x; use y as Z;", "x y");
        check("pub use crate::{m::N};", "crate::m::N");
    }

    #[test]
    fn broken_tokens_end() {
        for text in ["a::", "::", "$", "$crate", "a::{", "a::<", "}}}", "a::<b::<c::<", "x.", "a::{b::{c::{"]
        {
            let source = Source::new(text);
            let _found = mentions(&source, 0..source.tokens.len());
        }
        let deep = "a::{b::<".repeat(20_000);
        let source = Source::new(&deep);
        assert!(mentions(&source, 0..source.tokens.len()).len() < 60_000);
    }
}
