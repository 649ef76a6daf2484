//! The bounds of a function → what a future or a closure that is handed to it gives in the end.

use tree_sitter::Node;

use super::type_expr::type_of;
use crate::facts::TypeExpr;

/// How many bounds are followed: a closure that gives a future that gives a result.
const STEPS: u32 = 4;

/// What a parameter of this type gives when it is called or awaited; `None` for what is neither a future nor a closure.
pub(super) fn given(function: Node<'_>, r#type: Node<'_>, text: &str) -> Option<TypeExpr> {
    let mut found = None;
    let mut at = r#type;
    for _ in 0..STEPS {
        let next = match at.kind() {
            "type_identifier" => {
                let name = &text[at.byte_range()];
                bounds_of(function, name, text).into_iter().find_map(|bounds| output(bounds, text))
            }
            "abstract_type" => output(at, text),
            _ => None,
        };
        let Some(next) = next else { break };
        (found, at) = (Some(next), next);
    }
    found.map(|found| type_of(found, text))
}

/// The bounds of a type parameter, those behind `where` included.
fn bounds_of<'n>(function: Node<'n>, name: &str, text: &str) -> Vec<Node<'n>> {
    let mut found = Vec::new();
    let mut cursor = function.walk();
    let lists = function
        .named_children(&mut cursor)
        .filter(|child| matches!(child.kind(), "type_parameters" | "where_clause"));
    for list in lists.collect::<Vec<_>>() {
        let mut cursor = list.walk();
        for part in list.named_children(&mut cursor) {
            let named = part.child_by_field_name("name").or_else(|| part.child_by_field_name("left"));
            if named.is_some_and(|named| &text[named.byte_range()] == name) {
                found.extend(part.child_by_field_name("bounds"));
            }
        }
    }
    found
}

/// The type behind `Output =` or the arrow, in the bounds below a node.
fn output<'n>(bounds: Node<'n>, text: &str) -> Option<Node<'n>> {
    let mut cursor = bounds.walk();
    let parts: Vec<Node<'n>> = bounds.named_children(&mut cursor).collect();
    parts.into_iter().find_map(|part| match part.kind() {
        "generic_type" => {
            let name = &text[part.child_by_field_name("type")?.byte_range()];
            let is_future = matches!(name.rsplit("::").next(), Some("Future" | "IntoFuture"));
            is_future.then(|| binding(part, text)).flatten()
        }
        "function_type" => {
            let name = part.child_by_field_name("trait").map(|name| &text[name.byte_range()]);
            let is_closure =
                matches!(name, Some("Fn" | "FnMut" | "FnOnce" | "AsyncFn" | "AsyncFnMut" | "AsyncFnOnce"));
            part.child_by_field_name("return_type").filter(|_| is_closure)
        }
        "bounded_type" | "higher_ranked_trait_bound" => output(part, text),
        _ => None,
    })
}

/// The type behind `Output =` in the arguments of a bound.
fn binding<'n>(bound: Node<'n>, text: &str) -> Option<Node<'n>> {
    let arguments = bound.child_by_field_name("type_arguments")?;
    let mut cursor = arguments.walk();
    let bindings: Vec<Node<'n>> = arguments.named_children(&mut cursor).collect();
    let is_output = |part: &&Node<'_>| {
        part.child_by_field_name("name").is_some_and(|name| &text[name.byte_range()] == "Output")
    };
    bindings.iter().filter(|part| part.kind() == "type_binding").find(is_output)?.child_by_field_name("type")
}
