//! A type of the syntax tree → [`TypeExpr`]: its shape as written, nothing resolved.
//!
//! Depth is capped: what lies deeper than `DEPTH` is [`TypeExpr::Other`], so that no text makes a type that overflows the stack.

use tree_sitter::Node;

use super::source::{folded, plain};
use crate::facts::TypeExpr;

/// How deep types are followed.
const DEPTH: u32 = 60;
/// The longest text that is kept of a type without a shape, in characters.
const LONGEST: usize = 120;

/// The type at `node` of `text`.
pub(super) fn type_of(node: Node<'_>, text: &str) -> TypeExpr {
    lower(node, text, 0)
}

fn lower(node: Node<'_>, text: &str, depth: u32) -> TypeExpr {
    if depth >= DEPTH {
        return other(node, text);
    }
    let depth = depth + 1;
    match node.kind() {
        "type_identifier"
        | "identifier"
        | "primitive_type"
        | "self"
        | "scoped_type_identifier"
        | "scoped_identifier"
        | "generic_type" => path(node, text, depth),
        "reference_type" | "pointer_type" => match node.child_by_field_name("type") {
            Some(inner) => TypeExpr::Reference(Box::new(lower(inner, text, depth))),
            None => other(node, text),
        },
        "array_type" => match node.child_by_field_name("element") {
            Some(element) => array(node, lower(element, text, depth), text),
            None => other(node, text),
        },
        "unit_type" => TypeExpr::Tuple(Vec::new()),
        "tuple_type" => tuple(node, text, depth),
        "never_type" => TypeExpr::Never,
        "abstract_type" | "dynamic_type" | "bounded_type" => bounds(node, text, depth),
        _ => other(node, text),
    }
}

fn array(node: Node<'_>, element: TypeExpr, text: &str) -> TypeExpr {
    let Some(length) = node.child_by_field_name("length") else { return TypeExpr::Slice(Box::new(element)) };
    let digits = slice(length, text).replace('_', "");
    let digits = digits.strip_suffix("usize").unwrap_or(&digits);
    TypeExpr::Array(Box::new(element), digits.parse().ok())
}

/// `(T)` is `T`, `(T,)` is not.
fn tuple(node: Node<'_>, text: &str, depth: u32) -> TypeExpr {
    let inner = children(node);
    let mut cursor = node.walk();
    let is_tuple = node.children(&mut cursor).any(|child| child.kind() == ",");
    match inner.as_slice() {
        [only] if !is_tuple => TypeExpr::Reference(Box::new(lower(*only, text, depth))),
        several => TypeExpr::Tuple(several.iter().map(|inner| lower(*inner, text, depth)).collect()),
    }
}

/// The bounds of `impl A + B` and `dyn A + B` that are paths.
fn bounds(node: Node<'_>, text: &str, depth: u32) -> TypeExpr {
    let mut found = Vec::new();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node.kind() {
            "abstract_type" | "dynamic_type" | "bounded_type" => {
                open.extend(
                    children(node).into_iter().rev().filter(|inner| inner.kind() != "type_parameters"),
                );
            }
            "higher_ranked_trait_bound" => open.extend(node.child_by_field_name("type")),
            "type_identifier" | "scoped_type_identifier" | "generic_type" => {
                found.push(lower(node, text, depth));
            }
            _ => {}
        }
    }
    TypeExpr::Bounds(found)
}

/// A path is walked from its last segment to its first.
fn path(node: Node<'_>, text: &str, depth: u32) -> TypeExpr {
    let mut segments = Vec::new();
    let mut arguments = Vec::new();
    let mut next = Some(node);
    while let Some(node) = next {
        next = match node.kind() {
            "scoped_type_identifier" | "scoped_identifier" => {
                segments.extend(node.child_by_field_name("name").map(|name| plain(slice(name, text))));
                let path = node.child_by_field_name("path");
                if path.is_none() {
                    segments.push("");
                }
                path
            }
            "generic_type" => {
                let list = node.child_by_field_name("type_arguments").map_or_else(Vec::new, children);
                let types = list.into_iter().filter(|argument| is_type(*argument));
                let own: Vec<_> = types.map(|argument| lower(argument, text, depth)).collect();
                arguments.extend(own.into_iter().rev());
                node.child_by_field_name("type")
            }
            "bracketed_type" => {
                let inner = children(node).into_iter().next();
                let subject = inner.and_then(|inner| inner.child_by_field_name("type"));
                match subject {
                    Some(subject) => {
                        let r#trait = inner.and_then(|inner| inner.child_by_field_name("alias"));
                        let place = arguments.len();
                        arguments.push(lower(subject, text, depth));
                        // The type itself comes first, whatever the trait's own arguments are.
                        let mut own = arguments.split_off(place);
                        segments.extend(r#trait.map(|name| trait_path(name, text)));
                        arguments.append(&mut own);
                        None
                    }
                    // `<T>::Name`.
                    None => inner,
                }
            }
            _ => {
                segments.push(plain(slice(node, text)));
                None
            }
        };
    }
    segments.reverse();
    arguments.reverse();
    TypeExpr::Path { path: segments.join("::").into(), arguments }
}

/// The trait of `<T as Trait<A>>::Name`, in one word; its arguments say nothing about the value.
fn trait_path<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    let written = slice(node, text);
    written.split('<').next().unwrap_or(written).trim()
}

fn is_type(node: Node<'_>) -> bool {
    !matches!(node.kind(), "lifetime" | "type_binding" | "block" | "trait_bounds" | "negative_literal")
        && !node.kind().ends_with("_literal")
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named.filter(|child| !matches!(child.kind(), "line_comment" | "block_comment")).collect()
}

fn other(node: Node<'_>, text: &str) -> TypeExpr {
    // The cut comes first: a type can be as long as its file.
    let start: String = slice(node, text).chars().take(LONGEST * 4).collect();
    TypeExpr::Other(folded(&start).chars().take(LONGEST).collect())
}

fn slice<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}
