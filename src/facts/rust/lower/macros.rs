//! Macro calls: their tokens → arguments, each read as an expression where it is one.
//!
//! The tokens are parsed once more, as the elements of an array. `key => value` among them is a pair, and of `name: value` the value
//! counts. Tokens that are no such list (`select!`) are not understood; the paths among them are kept, so that a value handed to such
//! a macro is seen to leave.

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

use super::super::builtin::{is_keyword, is_primitive};
use super::super::token::{TokenKind, tokens};
use super::super::{branches, cfg};
use super::expression::parts;
use super::words::line;
use super::{Base, Lowering, column, slice};
use crate::basis::{Site, Span};
use crate::facts::{Expr, ExprKind, Statement};

/// The longest token text that is parsed once more, in bytes.
const LONGEST_PARSED: usize = 16 * 1024;
/// The longest token text that is kept, in bytes.
const LONGEST_KEPT: usize = 4 * 1024;
/// How many macro calls inside each other are parsed.
const NESTING: u32 = 4;
/// How many paths are kept of tokens that are no expressions.
const MOST_PATHS: usize = 200;
/// What is put before and behind the tokens.
const FRAME: (&str, &str) = ("fn f(){[", "];}");
/// What is put before and behind statements.
const BLOCK: (&str, &str) = ("fn f(){", "}");

impl<'t> Lowering<'t, '_> {
    /// Lowers a macro call.
    pub(super) fn macro_call(&mut self, node: Node<'_>, depth: u32) -> Expr {
        let path: Box<str> = node.child_by_field_name("macro").map_or("".into(), |name| self.path(name));
        let mut cursor = node.walk();
        let tree = node.named_children(&mut cursor).find(|child| child.kind() == "token_tree");
        let Some(tree) = tree else {
            return self
                .expr(node, ExprKind::Macro { path, arguments: Vec::new(), tokens: "".into(), call: None });
        };
        let arguments = self.arguments(tree, depth);
        if &*path == "vec" && !self.source(tree).contains(';') {
            return self.expr(node, ExprKind::List(arguments));
        }
        let tokens = shorten(inside(self.source(tree))).into();
        self.expr(node, ExprKind::Macro { path, arguments, tokens, call: None })
    }

    /// The statements in the branches of `cfg_if!` and the like, each under the conditions `above` the call and that of its branch;
    /// those of the last `else` first, so that what the others bind may be meant as well. They stand under none of their own, for
    /// one of all branches is taken; but where they are test code, or may end the function, they are one way of several. `None` for
    /// every other statement, and for one that is the value of its block.
    pub(super) fn branches(
        &mut self,
        node: Node<'_>,
        is_last: bool,
        above: &[String],
        depth: u32,
    ) -> Option<Vec<Statement>> {
        let is_ended = node.kind() == "expression_statement" && self.source(node).ends_with(';');
        let node = if node.kind() == "expression_statement" { *parts(node).first()? } else { node };
        if node.kind() != "macro_invocation" || self.base.nesting >= NESTING {
            return None;
        }
        let path = self.path(node.child_by_field_name("macro")?);
        let mut cursor = node.walk();
        let tree = node.named_children(&mut cursor).find(|child| child.kind() == "token_tree")?;
        let text = inside(self.source(tree));
        let start = self.range(tree).start + 1;
        let mut all = Vec::new();
        let branches = branches::of_call(&path, text)?;
        let when = |when: &Range<usize>| slice(text, when.clone()).to_owned();
        let others =
            branches.iter().filter_map(|(written, _)| written.as_ref()).map(when).collect::<Vec<_>>();
        for (when, code) in branches.into_iter().rev() {
            let before = slice(text, 0..code.start);
            let source = slice(text, code.clone());
            let (open, close) = BLOCK;
            let parsed = super::super::parse(format!("{open}{source}{close}").as_bytes(), usize::MAX)?;
            let function = parsed.root_node().named_child(0).filter(|_| !parsed.root_node().has_error())?;
            let line = before.rfind('\n').map(|at| start + at + 1);
            let inner = Base {
                byte: start + code.start,
                row: self.base.row + tree.start_position().row + before.matches('\n').count(),
                line: line.unwrap_or_else(|| self.line_start(tree)),
                skip: open.len(),
                nesting: self.base.nesting + 1,
            };
            let when = match when {
                Some(when) => Some(slice(text, when).to_owned()),
                None => Some(branches::otherwise(&others))
                    .filter(|when| source.contains("return") || cfg::is_test(when)),
            };
            let above: Vec<String> = above.iter().cloned().chain(when).collect();
            let cfg = self.cfg(&above);
            self.above = above;
            let outer = std::mem::replace(&mut self.base, inner);
            let block = self.expression(function.child_by_field_name("body")?, depth);
            self.base = outer;
            let ExprKind::Block { statements, value } = block.kind else { return None };
            if value.is_some() && is_last && !is_ended {
                return None;
            }
            all.extend(statements);
            all.extend(value.map(|value| Statement::Expr { value: *value, cfg }));
        }
        Some(all)
    }

    fn arguments(&mut self, tree: Node<'_>, depth: u32) -> Vec<Expr> {
        let tokens = inside(self.source(tree));
        if tokens.trim().is_empty() || tokens.len() > LONGEST_PARSED || self.base.nesting >= NESTING {
            return Vec::new();
        }
        let Some((tokens, pairs)) = pairs(tokens) else { return self.paths(tree) };
        match parse(&tokens) {
            Some(parsed) => {
                let inner = Base {
                    byte: self.range(tree).start + 1,
                    row: self.base.row + tree.start_position().row,
                    line: self.line_start(tree),
                    skip: FRAME.0.len(),
                    nesting: self.base.nesting + 1,
                };
                let outer = std::mem::replace(&mut self.base, inner);
                let elements = array(parsed.root_node()).map_or_else(Vec::new, parts);
                let mut values = elements.iter().map(|node| self.expression(*node, depth));
                let values = paired(&mut values, &pairs);
                self.base = outer;
                values
            }
            None => self.paths(tree),
        }
    }

    /// The paths among tokens: names that do not follow a dot. Read from the text, for the tree need not hold them.
    fn paths(&self, tree: Node<'_>) -> Vec<Expr> {
        let start = self.range(tree).start;
        let named = tokens(self.source(tree)).into_iter().filter_map(|token| {
            let span = start + token.start as usize..start + token.end as usize;
            let name = slice(self.text, span.clone());
            let is_name = token.kind == TokenKind::Word && !is_keyword(name) && !is_primitive(name);
            let follows = slice(self.text, 0..span.start).ends_with(['.', ':']);
            (is_name && !follows).then_some(span)
        });
        let named = named.take(MOST_PATHS);
        named
            .map(|span| {
                let kind = ExprKind::Path(line(slice(self.text, span.clone())));
                Expr { kind, site: self.site_in(tree, span) }
            })
            .collect()
    }

    /// The site of bytes of the file that lie inside of a node.
    fn site_in(&self, node: Node<'_>, bytes: Range<usize>) -> Site {
        let before = slice(self.text, self.range(node).start..bytes.start);
        let rows = before.matches('\n').count();
        let line = before.rfind('\n').map(|at| self.range(node).start + at + 1);
        let line = line.unwrap_or_else(|| self.line_start(node));
        Site {
            span: Span::new(bytes.start, bytes.end),
            line: Span::new(self.base.row + node.start_position().row + rows + 1, 0).start,
            column: column(self.text, line, bytes.start),
        }
    }
}

/// The tokens of a macro as a list of expressions of the same length, and which of its elements are the keys of pairs; `None` where
/// what stands between two commas is more than a name or a key and its value.
fn pairs(text: &str) -> Option<(Cow<'_, str>, Vec<usize>)> {
    let (mut depth, mut element, mut is_first, mut is_one) = (0_u32, 0, true, true);
    let (mut keys, mut blanks) = (Vec::new(), Vec::new());
    let all = tokens(text);
    for (at, token) in all.iter().enumerate() {
        let bytes = token.start as usize..token.end as usize;
        let is_next = |kind: TokenKind| all.get(at + 1).is_some_and(|next| next.kind == kind);
        match token.kind {
            TokenKind::Mark(b'(' | b'[' | b'{') => depth += 1,
            TokenKind::Mark(b')' | b']' | b'}') => depth = depth.checked_sub(1)?,
            TokenKind::Mark(b',') if depth == 0 => {
                (element, is_first, is_one) = (element + 1, true, true);
                continue;
            }
            // A pattern with what it is matched with: `x = y => z`.
            TokenKind::Mark(b'=') if depth == 0 => is_one = false,
            TokenKind::Arrow if depth == 0 && &text[bytes.clone()] == "=>" => {
                if !is_one {
                    return None;
                }
                keys.push(element);
                blanks.push((bytes, ", "));
                (element, is_one) = (element + 1, false);
            }
            TokenKind::Word if is_first && depth == 0 && is_next(TokenKind::Mark(b':')) => {
                blanks.push((bytes.start..all[at + 1].end as usize, ""));
            }
            TokenKind::Mark(_)
            | TokenKind::Word
            | TokenKind::Lifetime
            | TokenKind::Literal
            | TokenKind::Separator
            | TokenKind::Arrow => {}
        }
        is_first = false;
    }
    if blanks.is_empty() {
        return Some((text.into(), keys));
    }
    let mut list = text.to_owned();
    for (bytes, between) in blanks {
        let width = bytes.len();
        list.replace_range(bytes, &format!("{between:width$}"));
    }
    Some((list.into(), keys))
}

/// The elements of a list, those that are a key and its value as one.
fn paired(values: &mut dyn Iterator<Item = Expr>, keys: &[usize]) -> Vec<Expr> {
    let (mut all, mut at) = (Vec::new(), 0);
    while let Some(first) = values.next() {
        let value = if keys.contains(&at) { values.next() } else { None };
        at += if value.is_some() { 2 } else { 1 };
        all.push(match value {
            Some(value) => Expr { site: first.site, kind: ExprKind::List(vec![first, value]) },
            None => first,
        });
    }
    all
}

/// The text between the delimiters of a token tree.
fn inside(tree: &str) -> &str {
    tree.get(1..tree.len().saturating_sub(1)).unwrap_or_default()
}

fn shorten(tokens: &str) -> &str {
    let mut end = tokens.len().min(LONGEST_KEPT);
    while !tokens.is_char_boundary(end) {
        end -= 1;
    }
    &tokens[..end]
}

fn parse(tokens: &str) -> Option<tree_sitter::Tree> {
    // So short a text is read to its end, whatever that takes.
    let tree = super::super::parse(format!("{}{tokens}{}", FRAME.0, FRAME.1).as_bytes(), usize::MAX)?;
    if tree.root_node().has_error() || array(tree.root_node()).is_none() { None } else { Some(tree) }
}

/// The array that the frame makes of the tokens, where it is the only thing in it.
fn array(root: Node<'_>) -> Option<Node<'_>> {
    let function = root.named_child(0).filter(|_| root.named_child_count() == 1)?;
    let block = function.child_by_field_name("body")?;
    let statement = block.named_child(0).filter(|_| block.named_child_count() == 1)?;
    statement.named_child(0).filter(|array| array.kind() == "array_expression")
}
