//! A function, module or `serde_as` that stands in for a type's own way → the shape, where it is a known one.

use super::definition::Owner;
use super::foreign::{bytes, list, object};
use super::table;
use super::{Direction, Meaning, Wire, unknown};
use crate::basis::wire::{Format, Rest, Shape, Spot, Type, Width};
use crate::facts::{TypeExpr, rust::type_expr};
use crate::model::resolve::{Def, Namespace};

/// What a known module makes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Int,
    Number,
    Text,
    DateTime,
    Uuid,
    Format(&'static str),
    Status,
    Bytes,
    /// What the type itself says.
    Same,
}

/// Modules that `with` names, by their path. Below each of them lies `option` or `…_option` for what may be missing.
const MODULES: &[(&str, As)] = &[
    ("chrono::serde::ts_seconds", As::Int),
    ("chrono::serde::ts_milliseconds", As::Int),
    ("chrono::serde::ts_microseconds", As::Int),
    ("chrono::serde::ts_nanoseconds", As::Int),
    ("chrono::naive::serde::ts_seconds", As::Int),
    ("chrono::naive::serde::ts_milliseconds", As::Int),
    ("chrono::naive::serde::ts_microseconds", As::Int),
    ("chrono::naive::serde::ts_nanoseconds", As::Int),
    ("time::serde::rfc3339", As::DateTime),
    ("time::serde::iso8601", As::DateTime),
    ("time::serde::rfc2822", As::Text),
    ("time::serde::timestamp", As::Int),
    ("time::serde::timestamp::milliseconds", As::Int),
    ("time::serde::timestamp::microseconds", As::Int),
    ("time::serde::timestamp::nanoseconds", As::Int),
    ("jiff::fmt::serde::timestamp::second", As::Int),
    ("jiff::fmt::serde::timestamp::millisecond", As::Int),
    ("jiff::fmt::serde::timestamp::microsecond", As::Int),
    ("jiff::fmt::serde::timestamp::nanosecond", As::Int),
    ("uuid::serde::simple", As::Format("uuid-simple")),
    ("uuid::serde::hyphenated", As::Uuid),
    ("uuid::serde::urn", As::Format("uuid-urn")),
    ("uuid::serde::braced", As::Format("uuid-braced")),
    ("hex", As::Format("hex")),
    ("hex::serde", As::Format("hex")),
    ("serde_bytes", As::Bytes),
    ("humantime_serde", As::Format("human-duration")),
    ("http_serde::uri", As::Format("uri")),
    ("http_serde::method", As::Text),
    ("http_serde::status_code", As::Status),
    ("rust_decimal::serde::str", As::Format("decimal")),
    ("rust_decimal::serde::float", As::Number),
    ("rust_decimal::serde::arbitrary_precision", As::Number),
    ("bigdecimal::serde::json_num", As::Number),
    ("serde_with::rust::display_fromstr", As::Text),
    ("serde_with::rust::string_empty_as_none", As::Text),
    ("serde_with::rust::double_option", As::Same),
    ("serde_with::rust::unwrap_or_skip", As::Same),
    ("serde_with::json::nested", As::Text),
];

impl Wire<'_, '_> {
    /// What a field is that `#[serde(with = "…")]` and its like write and read.
    pub(super) fn with(&self, path: &str, meaning: &Meaning, (owner, at): (&Owner<'_>, Spot)) -> Type {
        if path.contains('<') {
            return self.as_type(path, meaning, (owner, at));
        }
        let path = path.trim();
        let module = path.strip_suffix("::serialize").or_else(|| path.strip_suffix("::deserialize"));
        let module = module.unwrap_or(path);
        let (place, scope) = owner.declared.at;
        let mut found = self.world.resolve(place, scope, module, Namespace::Type).defs;
        if found.is_empty() {
            found.push(Def::External(module.into()));
        }
        for def in &found {
            match def {
                Def::External(path) => {
                    if let Some((is, option)) = known(&table::original(path)) {
                        return self.made(is, option, meaning, (owner, at));
                    }
                }
                Def::Item(module, item) => {
                    let same = Meaning::Own { module: *module, item: *item, arguments: Vec::new() };
                    return Type { at, ..self.remote(&same, owner.direction, owner.depth + 1) };
                }
                Def::Module(_) => {}
            }
        }
        self.function_of(path, (owner, at))
            .unwrap_or_else(|| unknown(format!("`{module}` decides what it is"), at))
    }

    fn made(&self, is: As, option: bool, meaning: &Meaning, (owner, at): (&Owner<'_>, Spot)) -> Type {
        let nullable = option || meaning.is("std", "Option").is_some();
        let int = |bits, signed| Shape::Int(Some(Width { bits, signed }));
        let shape = match is {
            As::Int => int(64, true),
            As::Status => int(16, false),
            As::Number => Shape::Number,
            As::Text => Shape::Text(Format::Plain),
            As::DateTime => Shape::Text(Format::DateTime),
            As::Uuid => Shape::Text(Format::Uuid),
            As::Format(name) => Shape::Text(Format::Other(name.into())),
            As::Bytes => return Type { nullable, ..bytes(at, owner.direction) },
            As::Same => return self.shaped(meaning, at, owner.direction),
        };
        Type { nullable, ..Type::new(shape, at) }
    }

    /// `As::<T>` in a `with`.
    fn as_type(&self, path: &str, meaning: &Meaning, (owner, at): (&Owner<'_>, Spot)) -> Type {
        match type_expr(path) {
            Some(TypeExpr::Path { path, arguments }) if path.rsplit("::").next() == Some("As") => {
                match arguments.as_slice() {
                    [only] => self.converted(only, meaning, (owner, at)),
                    _ => unknown(format!("`{path}` decides what it is"), at),
                }
            }
            Some(_) | None => unknown(format!("`{path}` decides what it is"), at),
        }
    }

    /// What a field is under `#[serde_as(as = "…")]`.
    pub(super) fn as_written(&self, text: &str, meaning: &Meaning, (owner, at): (&Owner<'_>, Spot)) -> Type {
        match type_expr(text) {
            Some(expr) => self.converted(&expr, meaning, (owner, at)),
            None => unknown(format!("`{text}` cannot be read as a type"), at),
        }
    }

    /// A type that is converted as another says, part by part.
    fn converted(&self, to: &TypeExpr, meaning: &Meaning, (owner, at): (&Owner<'_>, Spot)) -> Type {
        let opaque = |text: &str| unknown(format!("`{text}` decides what it is"), at);
        let (path, arguments) = match to {
            TypeExpr::Path { path, arguments } => (path, arguments.as_slice()),
            TypeExpr::Slice(of) | TypeExpr::Array(of, _) => {
                return list(self.converted(of, &held(meaning, 0), (owner, at)), at);
            }
            TypeExpr::Reference(_)
            | TypeExpr::Tuple(_)
            | TypeExpr::Bounds(_)
            | TypeExpr::Never
            | TypeExpr::Other(_) => return opaque("serde_as"),
        };
        let inner = |index: usize| match arguments.get(index) {
            Some(to) => self.converted(to, &held(meaning, index), (owner, at)),
            None => self.shaped(&held(meaning, index), at, owner.direction),
        };
        let text = |format: Format| Type::new(Shape::Text(format), at);
        match path.rsplit("::").next().unwrap_or(path) {
            "_" | "Same" => self.shaped(meaning, at, owner.direction),
            "Option" => Type { nullable: true, ..inner(0) },
            "Vec" | "VecDeque" | "HashSet" | "BTreeSet" | "IndexSet" | "LinkedList" | "BinaryHeap" => {
                list(inner(0), at)
            }
            "HashMap" | "BTreeMap" | "IndexMap" => object(Vec::new(), Rest::Of(Box::new(inner(1))), at),
            "Box" | "Rc" | "Arc" => inner(0),
            "DisplayFromStr" | "StringWithSeparator" | "JsonString" => text(Format::Plain),
            "Hex" => text(Format::Other("hex".into())),
            "NoneAsEmptyString" => {
                Type { nullable: owner.direction == Direction::Accepts, ..text(Format::Plain) }
            }
            "Base64" => text(Format::Bytes),
            "Bytes" => bytes(at, owner.direction),
            "BoolFromInt" => Type::new(Shape::Int(Some(Width { bits: 8, signed: false })), at),
            "FromInto" | "TryFromInto" | "FromIntoRef" | "TryFromIntoRef" => match arguments {
                [only] => {
                    let meaning = self.meaning(only, (owner.declared.at, &owner.bindings), 0);
                    self.shaped(&meaning, at, owner.direction)
                }
                _ => opaque(path),
            },
            "DefaultOnNull" => {
                let given = match arguments.first() {
                    Some(to) => self.converted(to, meaning, (owner, at)),
                    None => self.shaped(meaning, at, owner.direction),
                };
                Type { nullable: given.nullable || owner.direction == Direction::Accepts, ..given }
            }
            name if name.starts_with("DurationSeconds") || name.starts_with("TimestampSeconds") => {
                self.seconds(arguments, (owner, at))
            }
            name if name.starts_with("DurationM") || name.starts_with("TimestampM") => {
                self.seconds(arguments, (owner, at))
            }
            _ => opaque(path),
        }
    }

    /// Seconds, and parts of them, as the first argument says.
    fn seconds(&self, arguments: &[TypeExpr], (owner, at): (&Owner<'_>, Spot)) -> Type {
        match arguments.first() {
            Some(to) => {
                let meaning = self.meaning(to, (owner.declared.at, &owner.bindings), 0);
                self.shaped(&meaning, at, owner.direction)
            }
            None => Type::new(Shape::Int(Some(Width { bits: 64, signed: true })), at),
        }
    }
}

/// What a known module makes of a value, and whether nothing is a value too.
fn known(path: &str) -> Option<(As, bool)> {
    let find = |path: &str| MODULES.iter().find(|(module, _)| *module == path).map(|(_, is)| *is);
    if let Some(is) = find(path) {
        return Some((is, false));
    }
    let plain = path.strip_suffix("::option").or_else(|| path.strip_suffix("_option"));
    if let Some(is) = plain.or_else(|| path.strip_suffix("::optional")).and_then(find) {
        return Some((is, true));
    }
    path.strip_suffix("::required").and_then(find).map(|is| (is, false))
}

/// What a type holds at a position of its arguments.
fn held(meaning: &Meaning, index: usize) -> Meaning {
    match meaning {
        Meaning::Foreign { arguments, .. } => arguments.get(index).cloned(),
        Meaning::List(of) => Some((**of).clone()),
        Meaning::Own { .. } | Meaning::Tuple(_) | Meaning::Unknown(_) => None,
    }
    .unwrap_or_else(|| Meaning::unknown("what it holds cannot be seen"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_have_forms_for_what_may_be_missing() {
        assert_eq!(known("chrono::serde::ts_seconds"), Some((As::Int, false)));
        assert_eq!(known("chrono::serde::ts_seconds_option"), Some((As::Int, true)));
        assert_eq!(known("time::serde::rfc3339::option"), Some((As::DateTime, true)));
        assert_eq!(known("jiff::fmt::serde::timestamp::second::required"), Some((As::Int, false)));
        assert_eq!(known("shop::money"), None);
    }
}
