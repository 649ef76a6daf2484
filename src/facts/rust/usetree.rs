//! The tokens of a `use` tree → its leaves, groups written out.

use std::ops::Range;

use super::{source::Source, token::TokenKind};

/// One name, or one glob, that a `use` tree brings in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Leaf<'t> {
    /// The path with all groups around it, `r#` left out; without `::*`.
    pub path: String,
    /// The name it brings in; empty for a glob.
    pub name: &'t str,
    /// Whether it is a glob.
    pub glob: bool,
    /// Whether it is `self` in a group.
    pub is_self: bool,
    /// The tokens of its path inside the innermost braces.
    pub tokens: Range<usize>,
}

/// The leaves of the tree in `range`, the tokens between `use` and `;`.
///
/// `None` when the written out paths take more than `budget` bytes (groups in groups make them grow with the square of the
/// text); what they take is subtracted.
pub(super) fn leaves<'t>(
    source: &Source<'t>,
    range: Range<usize>,
    budget: &mut usize,
) -> Option<Vec<Leaf<'t>>> {
    let mut tree = Tree { path: String::new(), name: "", groups: Vec::new(), leaves: Vec::new(), open: None };
    let mut index = range.start;
    while index < range.end {
        let word = source.word(index);
        match source.kind(index)? {
            TokenKind::Word if source.token(index) == "as" && tree.open.is_some() => {
                index += 1;
                tree.name = source.word(index).unwrap_or_default();
            }
            TokenKind::Word => tree.segment(word.unwrap_or_default(), index),
            TokenKind::Mark(b'*') => tree.open(index).glob = true,
            TokenKind::Mark(b'{') => {
                tree.groups.push((tree.path.len(), tree.name));
                tree.open = None;
            }
            TokenKind::Mark(b',') => tree.close(budget)?,
            TokenKind::Mark(b'}') => {
                tree.close(budget)?;
                tree.groups.pop();
                tree.restart();
            }
            TokenKind::Separator if tree.path.is_empty() => tree.path.push_str("::"),
            TokenKind::Separator
            | TokenKind::Lifetime
            | TokenKind::Literal
            | TokenKind::Arrow
            | TokenKind::Mark(_) => {}
        }
        index += 1;
    }
    tree.close(budget)?;
    Some(tree.leaves)
}

struct Tree<'t> {
    /// What has been read of the path, the groups around it included.
    path: String,
    /// Its last segment, or the alias.
    name: &'t str,
    /// Path length and last segment before each open brace.
    groups: Vec<(usize, &'t str)>,
    leaves: Vec<Leaf<'t>>,
    open: Option<Open>,
}

/// A leaf of which something has been read.
struct Open {
    tokens: Range<usize>,
    glob: bool,
    is_self: bool,
}

impl<'t> Tree<'t> {
    fn segment(&mut self, name: &'t str, index: usize) {
        if name == "self" && self.open.is_none() && !self.path.is_empty() {
            self.open(index).is_self = true;
            return;
        }
        if !self.path.is_empty() && !self.path.ends_with("::") {
            self.path.push_str("::");
        }
        self.path.push_str(name);
        self.name = name;
        self.open(index);
    }

    /// The leaf that the token at `index` belongs to.
    fn open(&mut self, index: usize) -> &mut Open {
        let open = self.open.get_or_insert(Open { tokens: index..index, glob: false, is_self: false });
        open.tokens.end = index + 1;
        open
    }

    fn close(&mut self, budget: &mut usize) -> Option<()> {
        if let Some(Open { tokens, glob, is_self }) = self.open.take() {
            *budget = budget.checked_sub(self.path.len())?;
            let path = if self.path == "::" { String::new() } else { self.path.clone() };
            let name = if glob { "" } else { self.name };
            self.leaves.push(Leaf { path, name, glob, is_self, tokens });
        }
        self.restart();
        Some(())
    }

    /// Goes back to the path of the innermost group.
    fn restart(&mut self) {
        let (length, name) = self.groups.last().copied().unwrap_or_default();
        self.path.truncate(length);
        self.name = name;
        self.open = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let source = Source::new(text);
        let leaves = leaves(&source, 0..source.tokens.len(), &mut 1000).expect("within the budget");
        let shown: Vec<String> = leaves
            .iter()
            .map(|leaf| {
                let mark = if leaf.glob { "::*" } else { "" };
                let own = if leaf.is_self { " self" } else { "" };
                format!("{}{mark} as {}{own} [{}]", leaf.path, leaf.name, source.slice(leaf.tokens.clone()))
            })
            .collect();
        assert_eq!(shown.join("; "), expected);
    }

    #[test]
    fn groups_are_written_out() {
        check("a", "a as a [a]");
        check("a::b as c", "a::b as c [a::b]");
        check(
            "a::{b, c::{self, d as e}, *}",
            "a::b as b [b]; a::c as c self [self]; a::c::d as e [d]; a::* as  [*]",
        );
        check("a::{self as x}", "a as x self [self]");
        check("{a, b::c}", "a as a [a]; b::c as c [b::c]");
        check("::a::b", "::a::b as b [a::b]");
        check("::{a, b}", "::a as a [a]; ::b as b [b]");
        check("a::b::*", "a::b::* as  [a::b::*]");
        check("*", "::* as  [*]");
        check("::*", "::* as  [*]");
        check("super::super::x", "super::super::x as x [super::super::x]");
        check("self::x as _", "self::x as _ [self::x]");
        check("crate as root", "crate as root [crate]");
        check("r#type::r#fn", "type::fn as fn [r#type::r#fn]");
        check("a :: /* x */ b", "a::b as b [a :: /* x */ b]");
        check("a::{}", "");
        check("a::{b::{c}, d,}", "a::b::c as c [c]; a::d as d [d]");
    }

    #[test]
    fn broken_trees_end() {
        check("a::{b", "a::b as b [b]");
        check("}}a", "a as a [a]");
        check("as as as", "as as as [as]");
        check("", "");
    }

    #[test]
    fn paths_that_grow_with_the_square_are_given_up() {
        let text = "a::{b,".repeat(1000);
        let source = Source::new(&text);
        assert_eq!(leaves(&source, 0..source.tokens.len(), &mut 100_000), None);
    }
}
