//! A function, constant or static of a syntax tree → its lowered [`Body`], where it can matter to routes.
//!
//! Nothing is resolved and no framework is known here beyond the words that mark a body as worth keeping. Depth is capped:
//! what lies deeper than `DEPTH` becomes [`ExprKind::Other`]; method chains are followed in a loop, up to `LINKS` calls.

mod expression;
mod macros;
mod words;

use std::ops::Range;

use tree_sitter::Node;

use self::words::{fold, plain_path};
use crate::basis::{Site, Span};
use crate::facts::frameworks;
use crate::facts::{Body, CfgId, Expr, ExprKind, ItemId, Parameter, ScopeId};

/// How deep expressions are followed.
const DEPTH: u32 = 200;
/// How many calls of one method chain are followed.
const LINKS: usize = 1500;
/// The longest initializer of a constant that is lowered, in bytes.
const LONGEST_CONSTANT: usize = 16 * 1024;
/// The longest function that is lowered only because it returns a string or adds to a list, in bytes.
const LONGEST_STRING_FUNCTION: usize = 2 * 1024;
/// Types (the parts before generic arguments) whose values can become a part of a path.
const STRING_TYPES: [&str; 9] = [
    "String",
    "&str",
    "&'static str",
    "Cow<'static, str>",
    "Arc<str>",
    "Box<str>",
    "impl Into<String>",
    "impl AsRef<str>",
    "impl ToString",
];
/// How parameters begin in which a function may change texts that become parts of paths.
const CHANGED: [&str; 5] = ["&mut Vec<&", "&mut Vec<String>", "&mut Vec<(&", "&mut String", "&mut &"];
/// What parameters are written with that bring a text which a method may keep.
const BROUGHT: [&str; 3] = ["str", "String", "Cow<"];
/// What a method is written with that changes a text of its value.
const WRITTEN: [&str; 3] = [".push_str(", ".insert_str(", "= format!("];

/// Where a body belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The function, `const` or `static`.
    pub item: ItemId,
    /// The scope in which the body's paths are looked up: the one of its block, where that declares names.
    pub scope: ScopeId,
    /// Whether it is kept whatever it holds.
    pub asked: bool,
}

/// Lowers the function, `const` or `static` at `node` of `text`; `None` when it has no body or cannot matter to routes.
///
/// `condition` gives the id of a statement's own condition: it gets what stands between the parentheses of each `#[cfg(…)]` over
/// the statement, to be conjoined with the condition of the item.
pub fn body(
    node: Node<'_>,
    text: &str,
    owner: Owner,
    condition: &mut dyn FnMut(&[String]) -> CfgId,
) -> Option<Body> {
    let is_function = node.kind() == "function_item";
    let value = node.child_by_field_name(if is_function { "body" } else { "value" })?;
    let result_field = if is_function { "return_type" } else { "type" };
    let result = node.child_by_field_name(result_field).map_or("", |node| slice(text, node.byte_range()));
    let whole = slice(text, node.byte_range());
    let taken = node.child_by_field_name("parameters").map_or("", |list| slice(text, list.byte_range()));
    let worth = if is_function { function_matters(whole, taken, result) } else { constant_matters(whole) };
    let worth =
        worth || owner.asked || (whole.starts_with(super::expand::FRAME) && whole.len() <= LONGEST_CONSTANT);
    if !worth {
        return None;
    }
    let mut lowering = Lowering { text, condition, base: Base::default(), above: Vec::new() };
    let parameters =
        node.child_by_field_name("parameters").map_or_else(Vec::new, |list| lowering.parameters(list));
    let value = lowering.expression(value, 0);
    Some(Body { item: owner.item, scope: owner.scope, parameters, result: fold(result).into(), value })
}

/// Lowers what the function at `node` of `text` computes, whatever it matters to; `None` when it has no body. `condition` as for
/// [`body`].
pub fn value(node: Node<'_>, text: &str, condition: &mut dyn FnMut(&[String]) -> CfgId) -> Option<Expr> {
    let value = node.child_by_field_name("body")?;
    let mut lowering = Lowering { text, condition, base: Base::default(), above: Vec::new() };
    Some(lowering.expression(value, 0))
}

fn function_matters(whole: &str, taken: &str, result: &str) -> bool {
    // What a method changes of its value may be a text of it: one that it is given, or writes.
    let keeps_text = taken.contains("&mut self")
        && (whole.contains("\"/")
            || WRITTEN.iter().any(|word| whole.contains(word))
            || BROUGHT.iter().any(|word| taken.contains(word)));
    let is_string = keeps_text
        || CHANGED.iter().any(|list| taken.contains(list))
        || STRING_TYPES.contains(&fold(result).as_str())
        || result.contains("[&str")
        || result.contains("&'static str");
    (is_string && whole.len() <= LONGEST_STRING_FUNCTION)
        || frameworks::names_value(result)
        || frameworks::marks(whole)
}

/// Fields and aliases of other types hold text, too: then a literal tells of it. HTTP methods have the name of their type.
fn constant_matters(whole: &str) -> bool {
    whole.len() <= LONGEST_CONSTANT
        && (whole.contains('"')
            || whole.contains("str")
            || whole.contains("String")
            || whole.contains("Method")
            || frameworks::marks(whole))
}

/// The part of `text`, or nothing when the range does not fit it.
fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// Where a parsed text lies in the file it was cut out of.
#[derive(Clone, Copy, Debug, Default)]
struct Base {
    /// Byte of the file at which byte `skip` of the parsed text lies.
    byte: usize,
    /// Lines of the file before the parsed text's first.
    row: usize,
    /// Byte of the file at which that line begins.
    line: usize,
    /// Bytes that were put before it.
    skip: usize,
    /// How many texts it was cut out of, one inside the other.
    nesting: u32,
}

/// One lowering in progress. Nodes belong to the parsed text, which is cut out of the file at `base`.
struct Lowering<'t, 'c> {
    text: &'t str,
    condition: &'c mut dyn FnMut(&[String]) -> CfgId,
    base: Base,
    /// The conditions of the branch of which the statements are lowered next.
    above: Vec<String>,
}

impl<'t> Lowering<'t, '_> {
    fn range(&self, node: Node<'_>) -> Range<usize> {
        let shift = |byte: usize| (byte + self.base.byte).saturating_sub(self.base.skip);
        shift(node.start_byte())..shift(node.end_byte())
    }

    fn source(&self, node: Node<'_>) -> &'t str {
        slice(self.text, self.range(node))
    }

    fn site(&self, node: Node<'_>) -> Site {
        let range = self.range(node);
        let line = Span::new(self.base.row + node.start_position().row + 1, 0).start;
        let column = column(self.text, self.line_start(node), range.start);
        Site { span: Span::new(range.start, range.end), line, column }
    }

    /// The byte of the file at which the node's line begins.
    fn line_start(&self, node: Node<'_>) -> usize {
        let position = node.start_position();
        let is_first_of_part = position.row == 0 && self.base.nesting > 0;
        if is_first_of_part { self.base.line } else { self.range(node).start.saturating_sub(position.column) }
    }

    fn expr(&self, node: Node<'_>, kind: ExprKind) -> Expr {
        Expr { kind, site: self.site(node) }
    }

    fn path(&self, node: Node<'_>) -> Box<str> {
        plain_path(self.source(node)).into()
    }

    fn parameters(&self, list: Node<'_>) -> Vec<Parameter> {
        let mut cursor = list.walk();
        let nodes: Vec<_> = list.named_children(&mut cursor).collect();
        nodes.into_iter().filter_map(|node| self.parameter(node)).collect()
    }

    fn parameter(&self, node: Node<'_>) -> Option<Parameter> {
        match node.kind() {
            "line_comment" | "block_comment" | "attribute_item" => None,
            "self_parameter" => {
                let source = fold(self.source(node)).into();
                Some(Parameter { name: "self".into(), pattern: source, r#type: "Self".into() })
            }
            "parameter" => {
                let pattern = node.child_by_field_name("pattern")?;
                let r#type = node.child_by_field_name("type").map_or("", |node| self.source(node));
                let (name, mut pattern) = self.pattern(pattern);
                // The grammar sets it beside the pattern of a single name.
                let mut cursor = node.walk();
                if node.named_children(&mut cursor).any(|part| part.kind() == "mutable_specifier") {
                    pattern = format!("mut {pattern}").into();
                }
                Some(Parameter { name, pattern, r#type: fold(r#type).into() })
            }
            _ => {
                let (name, pattern) = self.pattern(node);
                Some(Parameter { name, pattern, r#type: "".into() })
            }
        }
    }

    /// The bound name (empty when it is not a single one), and the pattern as written.
    fn pattern(&self, node: Node<'_>) -> (Box<str>, Box<str>) {
        let source = fold(self.source(node));
        let bare = source.strip_prefix("mut ").unwrap_or(&source);
        let bare = bare.strip_prefix("r#").unwrap_or(bare);
        let is_name = bare.chars().all(|char| char.is_alphanumeric() || char == '_') && !bare.is_empty();
        (if is_name { bare.into() } else { "".into() }, source.into_boxed_str())
    }
}

/// The column of the byte at `at` in Unicode scalars, from 1; its line begins at `start`. Far into a line, bytes are counted: such
/// a line is no source that a person reads, and counting its scalars for every node would cost the square of its length.
fn column(text: &str, start: usize, at: usize) -> u32 {
    const FAR: usize = 2_000;
    let bytes = text.as_bytes().get(start..at).unwrap_or_default();
    let count = if bytes.len() > FAR {
        bytes.len()
    } else {
        bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
    };
    Span::new(count + 1, 0).start
}

#[cfg(test)]
pub(crate) mod tests;
