//! Macro calls: their tokens → arguments, each read as an expression where it is one.
//!
//! The tokens are parsed once more, as the elements of an array. Tokens that are no list of expressions (`select!`) are not
//! understood; the paths among them are kept, so that a value handed to such a macro is seen to leave.

use tree_sitter::Node;

use super::expression::parts;
use super::words::line;
use super::{Base, Lowering, slice};
use crate::facts::{Expr, ExprKind};

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

    fn arguments(&mut self, tree: Node<'_>, depth: u32) -> Vec<Expr> {
        let tokens = inside(self.source(tree));
        if tokens.trim().is_empty() || tokens.len() > LONGEST_PARSED || self.base.nesting >= NESTING {
            return Vec::new();
        }
        match parse(tokens) {
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
                let values = elements.iter().map(|node| self.expression(*node, depth)).collect();
                self.base = outer;
                values
            }
            None => self.paths(tree),
        }
    }

    /// The paths among tokens: identifiers that do not follow a dot.
    fn paths(&self, tree: Node<'_>) -> Vec<Expr> {
        let mut found = Vec::new();
        let mut open = vec![tree];
        while let Some(node) = open.pop() {
            if found.len() == MOST_PATHS {
                break;
            }
            if node.kind() == "identifier" {
                let before = slice(self.text, 0..self.range(node).start);
                if !before.ends_with(['.', ':']) {
                    found.push(self.expr(node, ExprKind::Path(line(self.source(node)))));
                }
            }
            let mut cursor = node.walk();
            let mut children: Vec<_> = node.named_children(&mut cursor).collect();
            children.reverse();
            open.extend(children);
        }
        found
    }
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
