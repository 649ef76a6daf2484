//! Macro calls: their tokens → arguments, each read as an expression where it is one.
//!
//! The tokens are parsed once more, as the elements of an array. `key => value` among them is a pair, and of `name: value` the value
//! counts. Of tokens that are neither such a list nor statements (`select!`) the parts that are expressions are read, and the paths among them are kept, so that a
//! value handed to such a macro is seen to leave.

use std::borrow::Cow;
use std::ops::Range;

use tree_sitter::Node;

use super::super::builtin::{is_keyword, is_primitive};
use super::super::token::{Token, TokenKind, tokens};
use super::super::{branches, cfg};
use super::expression::parts;
use super::words::line;
use super::{Base, Lowering, column, slice};
use crate::basis::{Site, Span};
use crate::facts::{Expr, ExprKind, Statement, frameworks};

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

/// A branch of a macro call.
struct Branch<'t> {
    /// The conditions that hold together under which it is compiled.
    when: Vec<String>,
    /// Whether it is the last `else`.
    is_last: bool,
    source: &'t str,
    /// Where it lies among the tokens.
    code: Range<usize>,
}

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
        if let Some(value) = self.branching_value(node, depth) {
            return value;
        }
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
        let tree = self.branching(node)?;
        let mut all = Vec::new();
        for branch in self.divided(node, tree)?.into_iter().rev() {
            let is_named = !branch.is_last
                || branch.source.contains("return")
                || branch.when.iter().any(|when| cfg::is_test(when));
            let when = if is_named { branch.when } else { Vec::new() };
            let above: Vec<String> = above.iter().cloned().chain(when).collect();
            let cfg = self.cfg(&above);
            self.above = above;
            let block = self.branch((tree, branch.code), depth)?;
            let ExprKind::Block { statements, value, .. } = block.kind else { return None };
            if value.is_some() && is_last && !is_ended {
                return None;
            }
            all.extend(statements);
            all.extend(value.map(|value| Statement::Expr { value: *value, cfg }));
        }
        Some(all)
    }

    /// The value of `cfg_if!` and the like: that of one of its branches.
    fn branching_value(&mut self, node: Node<'_>, depth: u32) -> Option<Expr> {
        let tree = self.branching(node)?;
        let mut ways = Vec::new();
        for branch in self.divided(node, tree)? {
            let cfg = self.cfg(&branch.when);
            ways.push((cfg, self.branch((tree, branch.code), depth)?));
        }
        Some(self.expr(node, ExprKind::Compiled(ways)))
    }

    /// The tokens of a macro call, where they may be branches.
    fn branching<'n>(&self, node: Node<'n>) -> Option<Node<'n>> {
        if node.kind() != "macro_invocation" || self.base.nesting >= NESTING {
            return None;
        }
        let mut cursor = node.walk();
        node.named_children(&mut cursor).find(|child| child.kind() == "token_tree")
    }

    /// The branches among the tokens of a macro call.
    fn divided(&self, node: Node<'_>, tree: Node<'_>) -> Option<Vec<Branch<'t>>> {
        let path = self.path(node.child_by_field_name("macro")?);
        let text = inside(self.source(tree));
        let branches = branches::of_call(&path, text)?;
        let written = branches.iter().map(|(when, _)| Some(slice(text, when.clone()?).to_owned()));
        let all = branches::conditions(&written.collect::<Vec<_>>());
        let branch = |((when, code), conditions): (branches::Branch, Vec<String>)| {
            let (is_last, source) = (when.is_none(), slice(text, code.clone()));
            Branch { when: conditions, is_last, source, code }
        };
        Some(branches.into_iter().zip(all).map(branch).collect())
    }

    /// The block of statements that lie at these bytes of the tokens, as those of a branch do.
    fn branch(&mut self, (tree, code): (Node<'_>, Range<usize>), depth: u32) -> Option<Expr> {
        let text = inside(self.source(tree));
        let start = self.range(tree).start + 1;
        let (before, source) = (slice(text, 0..code.start), slice(text, code.clone()));
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
        let outer = std::mem::replace(&mut self.base, inner);
        let block = function.child_by_field_name("body").map(|body| self.expression(body, depth));
        self.base = outer;
        block
    }

    fn arguments(&mut self, tree: Node<'_>, depth: u32) -> Vec<Expr> {
        let tokens = inside(self.source(tree));
        if tokens.trim().is_empty() {
            return Vec::new();
        }
        if self.base.nesting >= NESTING {
            return vec![self.cut(tree)];
        }
        let is_short = tokens.len() <= LONGEST_PARSED;
        if is_short
            && let Some((list, pairs)) = pairs(tokens)
            && let Some(values) = self.listed((tree, 0..tokens.len()), &list, depth)
        {
            return paired(&mut values.into_iter(), &pairs);
        }
        if is_short
            && frameworks::marks(tokens)
            && let Some(block) = self.branch((tree, 0..tokens.len()), depth)
        {
            return vec![block];
        }
        // Of what is no list, parts may be expressions: `pattern = call(x) => { … }`.
        let mut values = if is_short { self.paths(tree) } else { Vec::new() };
        for part in cuts(tokens) {
            let text = slice(tokens, part.clone());
            if text.len() > LONGEST_PARSED && frameworks::names(text) {
                values.push(self.cut(tree));
            } else if text.len() <= LONGEST_PARSED && (!is_short || frameworks::marks(text)) {
                values.extend(self.listed((tree, part), text, depth).unwrap_or_default());
            }
        }
        values
    }

    /// The expressions in a list that lies at these bytes of the tokens of a macro call; `None` where it is no such list.
    fn listed(
        &mut self,
        (tree, bytes): (Node<'_>, Range<usize>),
        list: &str,
        depth: u32,
    ) -> Option<Vec<Expr>> {
        let parsed = parse(list)?;
        let before = slice(inside(self.source(tree)), 0..bytes.start);
        let start = self.range(tree).start + 1;
        let line = before.rfind('\n').map(|at| start + at + 1);
        let inner = Base {
            byte: start + bytes.start,
            row: self.base.row + tree.start_position().row + before.matches('\n').count(),
            line: line.unwrap_or_else(|| self.line_start(tree)),
            skip: FRAME.0.len(),
            nesting: self.base.nesting + 1,
        };
        let outer = std::mem::replace(&mut self.base, inner);
        let list = array(parsed.root_node());
        let values = list.map_or_else(Vec::new, |list| self.elements(list, depth));
        self.base = outer;
        Some(values)
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

/// The parts of tokens between `,`, `;`, `=` and `=>` that stand in no parentheses, and behind braces.
fn cuts(text: &str) -> Vec<Range<usize>> {
    let (mut depth, mut start, mut found) = (0_u32, 0, Vec::new());
    let all = tokens(text);
    for (at, token) in all.iter().enumerate() {
        let bytes = token.start as usize..token.end as usize;
        let is_beside = |other: Option<&Token>| {
            other.is_some_and(|other| matches!(other.kind, TokenKind::Mark(b'=' | b'!' | b'<' | b'>')))
        };
        match token.kind {
            TokenKind::Mark(b'(' | b'[' | b'{') => depth += 1,
            TokenKind::Mark(b')' | b']') => depth = depth.saturating_sub(1),
            TokenKind::Mark(b'}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.push(start..bytes.end);
                    start = bytes.end;
                }
            }
            TokenKind::Mark(b'=')
                if depth > 0 || is_beside(all.get(at + 1)) || is_beside(all.get(at.wrapping_sub(1))) => {}
            TokenKind::Arrow if &text[bytes.clone()] != "=>" => {}
            TokenKind::Mark(b',' | b';' | b'=') | TokenKind::Arrow if depth == 0 => {
                found.push(start..bytes.start);
                start = bytes.end;
            }
            TokenKind::Mark(_)
            | TokenKind::Word
            | TokenKind::Lifetime
            | TokenKind::Literal
            | TokenKind::Separator
            | TokenKind::Arrow => {}
        }
    }
    found.push(start..text.len());
    found.retain(|part| !text[part.clone()].trim().is_empty());
    found
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
