//! JSON → the tree.

use jsonc_parser::ast::{ObjectProp, Value as Parsed};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::tree::{DEEPEST, Entry, Map, Node, Value};
use crate::basis::Span;
use crate::contract::unreadable::Complaint;

/// Nothing but JSON itself.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The value that a text is.
pub(super) fn read(text: &str) -> Result<Node, Complaint> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let mut message = error.kind().to_string();
        if let Some(first) = message.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        Complaint::new(span(error.range()), message)
    })?;
    match parsed.value {
        Some(value) => node(value, 0),
        None => Err(Complaint::new(Span::default(), "it is empty")),
    }
}

fn span(range: Range) -> Span {
    Span::new(range.start, range.end)
}

fn node(parsed: Parsed<'_>, depth: usize) -> Result<Node, Complaint> {
    let span = span(parsed.range());
    if depth > DEEPEST {
        return Err(Complaint::new(span, format!("values lie more than {DEEPEST} deep in each other")));
    }
    let value = match parsed {
        Parsed::NullKeyword(_) => Value::Null,
        Parsed::BooleanLit(literal) => Value::Bool(literal.value),
        Parsed::NumberLit(literal) => Value::Number(literal.value.into()),
        Parsed::StringLit(literal) => Value::Text(literal.value.into()),
        Parsed::Array(array) => {
            let items = array.elements.into_iter().map(|item| node(item, depth + 1));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        Parsed::Object(object) => {
            let entries = object.properties.into_iter().map(|entry| self::entry(entry, depth + 1));
            Value::Map(Map::new(entries.collect::<Result<_, _>>()?))
        }
    };
    Ok(Node { value, span })
}

fn entry(parsed: ObjectProp<'_>, depth: usize) -> Result<Entry, Complaint> {
    let at = span(parsed.name.range());
    Ok(Entry { key: parsed.name.into_string().into(), at, node: node(parsed.value, depth)? })
}
