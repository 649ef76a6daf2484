//! Extractors of the repository's own → what they take, from how they are derived or from what their code calls.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::body::{Computed, path_of};
use super::given::payload;
use super::implemented::Block;
use super::table::{self, Takes};
use super::{Exchanges, Function, is_named, last};
use crate::facts::rust::type_expr;
use crate::facts::{Attribute, BlockDeclaration, Expr, ExprKind, Statement, TypeExpr};
use crate::model::wire::{Bindings, Meaning, forgives};

/// Functions that take something out of a request.
const READERS: [&str; 2] = ["from_request", "from_request_parts"];

impl Exchanges<'_, '_> {
    /// What a type of the repository takes, with what it holds.
    pub(super) fn own(&self, meaning: &Meaning) -> Option<(Takes, Vec<Meaning>)> {
        let Meaning::Own { module, item, arguments } = meaning else { return None };
        let (file, index, at) = self.wire.declaration_of(*module, *item)?;
        let declared = &file.types[index];
        if let Some(via) = declared.attributes.iter().find_map(via) {
            let expr = TypeExpr::Path { path: via.into(), arguments: Vec::new() };
            let Meaning::Foreign { path, .. } = self.wire.resolved(&expr, at, &Bindings::new()) else {
                return Some((Takes::Request, Vec::new()));
            };
            return table::takes(&path).map(|takes| (takes, vec![meaning.clone()]));
        }
        let derives = |name: &str| declared.derives.iter().any(|derive| last(derive) == name);
        if derives("FromRequest") {
            return Some((Takes::Request, Vec::new()));
        }
        if derives("FromRequestParts") {
            return Some((Takes::Parts, Vec::new()));
        }
        let Some(block) = self.blocks((*module, *item), reads).into_iter().next() else {
            // A filter before the handler may have read it.
            return derives("Deserialize").then_some((Takes::Unseen, Vec::new()));
        };
        let reader = block.functions().find(|function| READERS.contains(&&*function.name));
        let at = block.at;
        let reader = reader.map(|reader| self.function_in(&block, reader, meaning));
        let called = reader.as_ref().map(|reader| self.called_extractors(reader)).unwrap_or_default();
        let mut called = called.into_iter();
        match (called.next(), called.next()) {
            (None, _) if let Some(parsed) = reader.as_ref().and_then(|reader| self.parsed(reader)) => {
                Some((Takes::Parsed("application/json"), vec![parsed]))
            }
            (Some(only), None) => Some((only, arguments.clone())),
            (Some(_), Some(_)) => Some((Takes::Request, Vec::new())),
            (None, _) if self.may_read_body(block.header(), at) => Some((Takes::Request, Vec::new())),
            (None, _)
                if is_of_trait(block.header(), "FromRequest")
                    && reader.as_ref().is_some_and(|reader| self.reads_payload(reader)) =>
            {
                Some((Takes::Request, Vec::new()))
            }
            (None, _) => Some((Takes::Parts, Vec::new())),
        }
    }

    /// The extractors of frameworks that a function calls, but for those of the path.
    fn called_extractors(&self, reader: &Function) -> BTreeSet<Takes> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Expr> = reader.declared.value.iter().collect();
        while let Some(value) = open.pop() {
            let takes = self.extractor_called(value, reader);
            found.extend(
                takes.filter(|takes| matches!(takes, Takes::Body(_) | Takes::Query | Takes::OptionalQuery)),
            );
            open.extend(value.inside());
        }
        found
    }

    /// What the extractor takes of which a path names a function.
    fn extractor_called(&self, value: &Expr, reader: &Function) -> Option<Takes> {
        table::takes(&self.foreign_owner(value, reader)?)
    }

    /// The type of another crate of which a path names a function.
    fn foreign_owner(&self, value: &Expr, reader: &Function) -> Option<Rc<str>> {
        let (owner, _) = path_of(value)?.rsplit_once("::")?;
        let expr = TypeExpr::Path { path: owner.into(), arguments: Vec::new() };
        match self.meaning(&expr, reader) {
            Meaning::Foreign { path, .. } => Some(path),
            Meaning::Own { .. } | Meaning::List(_) | Meaning::Tuple(_) | Meaning::Unknown(_) => None,
        }
    }

    /// The one type that a function makes of the whole body, which is JSON.
    fn parsed(&self, reader: &Function) -> Option<Meaning> {
        let of = Computed { function: reader, depth: 0 };
        // What goes on where it cannot be read takes more than the type does.
        if reader.declared.value.as_ref().is_some_and(forgives) {
            return None;
        }
        let names = self.names_of_body(reader);
        let (mut is_json, mut found) = (false, None);
        let mut open: Vec<(&Expr, &str)> = reader.declared.value.iter().map(|value| (value, "")).collect();
        while let Some((value, r#type)) = open.pop() {
            if let ExprKind::Call { callee, types, arguments } = &value.kind
                && let ExprKind::Path(path) = &callee.kind
            {
                let written = types.first().map_or(r#type, |first| first);
                for outside in self.outside(path, of) {
                    let parses = parser(&outside)?;
                    is_json |= matches!(parses, Parser::Json | Parser::Prepared);
                    if let Parser::Json | Parser::Any = parses {
                        // A header or a cookie may be JSON too.
                        arguments.iter().find(|argument| self.is_of_body(argument, &names, reader))?;
                        let meaning = self.meaning(&type_expr(written)?, reader);
                        let meaning = payload(&meaning).unwrap_or(meaning);
                        if found.as_ref().is_some_and(|known| *known != meaning) {
                            return None;
                        }
                        found = Some(meaning);
                    }
                }
            }
            if let ExprKind::Block { statements, value, .. } = &value.kind {
                for statement in statements {
                    let typed = if let Statement::Let { r#type, .. } = statement { &**r#type } else { "" };
                    open.extend(statement.inside().into_iter().map(|inner| (inner, typed)));
                }
                open.extend(value.as_deref().map(|value| (value, "")));
            } else if let ExprKind::Method { receiver, arguments, .. } = &value.kind {
                open.push((receiver, r#type));
                open.extend(arguments.iter().map(|argument| (argument, "")));
            } else {
                open.extend(value.inside().into_iter().map(|inner| (inner, "")));
            }
        }
        found.filter(|found| is_json && !matches!(found, Meaning::Unknown(_)))
    }

    /// The variables of a function that hold the whole body, or something that was made of it.
    fn names_of_body<'f>(&self, reader: &'f Function) -> BTreeSet<&'f str> {
        let mut bound = Vec::new();
        let mut open: Vec<&Expr> = reader.declared.value.iter().collect();
        while let Some(value) = open.pop() {
            if let ExprKind::Block { statements, .. } = &value.kind {
                bound.extend(statements.iter().filter_map(|statement| match statement {
                    Statement::Let { name, value: Some(value), .. } => Some((&**name, value)),
                    Statement::Let { .. } | Statement::Assign { .. } | Statement::Expr { .. } => None,
                }));
            }
            open.extend(value.inside());
        }
        let mut names = BTreeSet::new();
        let is_word = |char: char| char.is_alphanumeric() || char == '_';
        loop {
            let known = names.len();
            for (pattern, value) in &bound {
                if self.is_of_body(value, &names, reader) {
                    names.extend(pattern.split(|char| !is_word(char)).filter(|word| !word.is_empty()));
                }
            }
            if names.len() == known {
                return names;
            }
        }
    }

    /// Whether a value is made of the whole body, which it reads or has under one of the `names`.
    fn is_of_body(&self, value: &Expr, names: &BTreeSet<&str>, reader: &Function) -> bool {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            let reads = path_of(value).is_some_and(|path| names.contains(path) || last(path) == "to_bytes");
            if reads || matches!(self.extractor_called(value, reader), Some(Takes::RawBody(_))) {
                return true;
            }
            open.extend(value.inside());
        }
        false
    }

    /// Whether a function of actix reads the payload that it is handed, rather than hand it on to an extractor that does not.
    fn reads_payload(&self, reader: &Function) -> bool {
        let Some(payload) = reader.declared.parameters.get(1) else { return false };
        let mut open: Vec<&Expr> = reader.declared.value.iter().collect();
        while let Some(value) = open.pop() {
            if path_of(value).is_some_and(|path| *path == *payload.pattern) {
                return true;
            }
            if matches!(&value.kind, ExprKind::Method { name, .. } if **name == *"extract") {
                return true;
            }
            if let ExprKind::Call { callee, .. } = &value.kind
                && path_of(callee).is_some_and(|path| matches!(last(path), "from_request" | "extract"))
            {
                if self.may_read(callee, reader) {
                    return true;
                }
                continue;
            }
            open.extend(value.inside());
        }
        false
    }

    /// Whether the extractor of which a path names a function may read the body: what other crates bring leaves it alone.
    fn may_read(&self, value: &Expr, reader: &Function) -> bool {
        let Some(path) = self.foreign_owner(value, reader) else { return true };
        match table::takes(&path) {
            Some(
                Takes::Body(_)
                | Takes::Parsed(_)
                | Takes::RawBody(_)
                | Takes::Request
                | Takes::Inner
                | Takes::Unseen
                | Takes::Elsewhere
                | Takes::Maybe,
            ) => true,
            Some(
                Takes::Query
                | Takes::OptionalQuery
                | Takes::RawQuery
                | Takes::Parameter
                | Takes::Path
                | Takes::Parts
                | Takes::Nothing,
            ) => false,
            None => path.starts_with("actix_web::"),
        }
    }

    /// Whether the trait of a block hands the body over too; actix has one trait for both.
    fn may_read_body(&self, block: &BlockDeclaration, at: super::At) -> bool {
        let Some(of) = &block.r#trait else { return false };
        let is_actix = matches!(self.wire.resolved(of, at, &Bindings::new()),
            Meaning::Foreign { path, .. } if path.starts_with("actix") || path.starts_with("rocket"));
        is_of_trait(block, "FromRequest") && !is_actix
    }
}

/// Whether a block is one of a trait of this name.
fn is_of_trait(block: &BlockDeclaration, name: &str) -> bool {
    block.r#trait.as_ref().is_some_and(|of| is_named(of, name))
}

/// What a function of a library does on the way from a text to a value.
enum Parser {
    /// It makes a value of JSON.
    Json,
    /// It makes one of what was prepared.
    Any,
    /// It prepares to read JSON.
    Prepared,
    /// It has to do with something else.
    None,
}

/// What a function does, by its path; `None` for one that reads something else than JSON.
fn parser(path: &str) -> Option<Parser> {
    let (krate, name) = table::ends(path);
    let is_reading = name.starts_with("from_") || name.starts_with("deserialize");
    match krate {
        "serde_json" if !is_reading => Some(Parser::None),
        "serde_json" if path.contains("::Deserializer::") => Some(Parser::Prepared),
        "serde_json" => Some(Parser::Json),
        "serde_path_to_error" => Some(if is_reading { Parser::Any } else { Parser::None }),
        "rmp_serde" | "ciborium" | "bincode" | "toml" | "quick_xml" | "prost" | "form_urlencoded" => None,
        other if other.starts_with("serde_") => None,
        _ => Some(Parser::None),
    }
}

/// Whether a block takes a type out of a request.
fn reads(block: &Block) -> bool {
    let reads = |of: &TypeExpr| is_named(of, "FromRequest") || is_named(of, "FromRequestParts");
    block.header().r#trait.as_ref().is_some_and(reads)
}

/// The extractor in `#[from_request(via(Query))]`.
fn via(attribute: &Attribute) -> Option<&str> {
    if last(&attribute.path) != "from_request" {
        return None;
    }
    let (_, rest) = attribute.arguments.split_once("via(")?;
    rest.split_once(')').map(|(name, _)| name.trim())
}
