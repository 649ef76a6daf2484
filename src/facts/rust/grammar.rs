//! The grammar's node kinds → what the walk does with each: a table by kind id, made once.
//!
//! The one place that knows the grammar's names. A kind that is not listed is walked through.

use std::sync::OnceLock;

use tree_sitter::Language;

use crate::facts::ItemKind;

/// What the walk does on entering a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enter {
    /// Nothing, and its children are of no interest.
    Skip,
    /// As [`Enter::Skip`], and attributes before it still belong to what follows.
    Comment,
    /// Nothing; its children are visited.
    Descend,
    /// An item with a name.
    Item(ItemKind),
    /// `mod`, with or without a body.
    Module,
    /// `impl`.
    Impl,
    /// `macro_rules!`.
    Macro,
    /// `use`.
    Use,
    /// `extern crate`.
    ExternCrate,
    /// `#[…]`.
    Attribute,
    /// `#![…]`.
    InnerAttribute,
    /// `path!(…)`.
    MacroCall,
    /// `pub`, `pub(…)`.
    Visibility,
    /// A bare name in an expression or pattern.
    Name,
    /// A bare name in a type.
    TypeName,
    /// A path in an expression or pattern.
    Path,
    /// A path in a type.
    TypePath,
    /// A field of a struct pattern that binds a name.
    Shorthand,
    /// A generic parameter, of a type or a constant.
    Generic,
    /// `Name = Type` among generic arguments: the name is the trait's.
    Binding,
    /// A block; names bound inside end with it, and it may declare items.
    Block,
    /// Names bound inside end with it.
    Region,
    /// `let`, or `let` in a condition: binds names when it ends.
    Let,
    /// `else`: names that the condition bound are gone.
    Else,
    /// A type that may name parameters; they bind nothing.
    FunctionType,
    /// What the grammar could not read.
    Error,
}

impl Enter {
    /// Whether the node declares something and stands for itself even among unreadable code.
    pub(super) fn declares(self) -> bool {
        match self {
            Self::Item(kind) => kind != ItemKind::Variant,
            Self::Module | Self::Impl | Self::Macro | Self::Use | Self::ExternCrate => true,
            Self::Attribute
            | Self::InnerAttribute
            | Self::Skip
            | Self::Comment
            | Self::Descend
            | Self::MacroCall
            | Self::Visibility
            | Self::Name
            | Self::TypeName
            | Self::Path
            | Self::TypePath
            | Self::Shorthand
            | Self::Generic
            | Self::Binding
            | Self::Block
            | Self::Region
            | Self::Let
            | Self::Else
            | Self::FunctionType
            | Self::Error => false,
        }
    }
}

/// What a node's children are, seen from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Children {
    /// Nothing particular.
    Plain,
    /// Members of a module: a macro call among them stands in item position.
    Members,
    /// A statement: what it is in depends on what the statement is in.
    Statement,
    /// The field `pattern` is a pattern.
    PatternField,
    /// As [`Children::PatternField`]; what it binds is in scope in the field `body`.
    Loop,
    /// All are patterns.
    Patterns,
    /// All but the field `type` are patterns.
    TypedPatterns,
    /// A pattern, then the field `value`, in which what it binds is in scope.
    Arm,
    /// A pattern; what it binds is in scope in the field `condition`.
    MatchPattern,
    /// Parameters; what they bind is in scope in the field `body`.
    Function,
    /// The fields `trait` and `type` are the header of an `impl`.
    Header,
    /// What the node itself is.
    Inherit,
    /// The field `type` is what the node itself is.
    InheritType,
    /// Segments of a path.
    Segments,
    /// Parts of unreadable code: only declarations are visited.
    Debris,
}

/// What the walk does with a kind of node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Class {
    /// On entering it.
    pub enter: Enter,
    /// With its children.
    pub children: Children,
}

/// Ids of the grammar's fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// `name`.
    pub name: u16,
    /// `body`.
    pub body: u16,
    /// `pattern`.
    pub pattern: u16,
    /// `condition`.
    pub condition: u16,
    /// `type`.
    pub r#type: u16,
    /// `trait`.
    pub r#trait: u16,
    /// `value`.
    pub value: u16,
    /// `path`.
    pub path: u16,
}

/// The grammar, and the tables made of it.
pub(super) struct Grammar {
    /// The grammar.
    pub language: Language,
    /// Its fields.
    pub fields: Fields,
    classes: Vec<Class>,
}

impl Grammar {
    /// The one grammar of the process.
    pub(super) fn get() -> &'static Self {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        GRAMMAR.get_or_init(|| {
            let language: Language = tree_sitter_rust::LANGUAGE.into();
            let kinds = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
            let classes = (0..kinds)
                .map(|id| match language.node_kind_for_id(id) {
                    Some(name) if language.node_kind_is_named(id) => class(name),
                    _ => Class { enter: Enter::Skip, children: Children::Plain },
                })
                .collect();
            let field = |name: &str| language.field_id_for_name(name).map_or(0, std::num::NonZeroU16::get);
            let fields = Fields {
                name: field("name"),
                body: field("body"),
                pattern: field("pattern"),
                condition: field("condition"),
                r#type: field("type"),
                r#trait: field("trait"),
                value: field("value"),
                path: field("path"),
            };
            Self { language, fields, classes }
        })
    }

    /// What to do with nodes of the kind `id`; the id of an error lies beyond all others.
    pub(super) fn class(&self, id: u16) -> Class {
        let error = Class { enter: Enter::Error, children: Children::Debris };
        self.classes.get(usize::from(id)).copied().unwrap_or(error)
    }
}

fn class(name: &str) -> Class {
    let (enter, children) = match name {
        "line_comment" | "block_comment" => (Enter::Comment, Children::Plain),
        "string_literal"
        | "raw_string_literal"
        | "char_literal"
        | "boolean_literal"
        | "integer_literal"
        | "float_literal"
        | "negative_literal"
        | "primitive_type"
        | "lifetime"
        | "label"
        | "self"
        | "super"
        | "crate"
        | "metavariable"
        | "mutable_specifier"
        | "field_identifier"
        | "function_modifiers"
        | "extern_modifier"
        | "self_parameter"
        | "empty_statement"
        | "token_tree"
        | "shebang"
        | "for_lifetimes"
        | "never_type"
        | "unit_type"
        | "unit_expression"
        | "remaining_field_pattern" => (Enter::Skip, Children::Plain),
        "source_file" | "declaration_list" => (Enter::Descend, Children::Members),
        "expression_statement" => (Enter::Descend, Children::Statement),
        "attribute_item" => (Enter::Attribute, Children::Plain),
        "inner_attribute_item" => (Enter::InnerAttribute, Children::Plain),
        "macro_invocation" => (Enter::MacroCall, Children::Plain),
        "visibility_modifier" => (Enter::Visibility, Children::Plain),
        "block" => (Enter::Block, Children::Plain),
        "else_clause" => (Enter::Else, Children::Plain),
        "if_expression" | "while_expression" => (Enter::Region, Children::Plain),
        "match_arm" => (Enter::Region, Children::Arm),
        "for_expression" => (Enter::Region, Children::Loop),
        "closure_expression" => (Enter::Region, Children::Function),
        "let_declaration" | "let_condition" => (Enter::Let, Children::PatternField),
        "match_pattern" => (Enter::Descend, Children::MatchPattern),
        "function_type" => (Enter::FunctionType, Children::Plain),
        "type_parameter" | "const_parameter" => (Enter::Generic, Children::Plain),
        "type_binding" => (Enter::Binding, Children::Plain),
        "ERROR" => (Enter::Error, Children::Debris),
        _ => {
            return item_class(name)
                .or_else(|| name_class(name))
                .unwrap_or(Class { enter: Enter::Descend, children: Children::Plain });
        }
    };
    Class { enter, children }
}

fn item_class(name: &str) -> Option<Class> {
    let (enter, children) = match name {
        "function_item" => (Enter::Item(ItemKind::Function), Children::Function),
        "function_signature_item" => (Enter::Item(ItemKind::Function), Children::Plain),
        "struct_item" => (Enter::Item(ItemKind::Struct), Children::Plain),
        "enum_item" => (Enter::Item(ItemKind::Enum), Children::Plain),
        "enum_variant" => (Enter::Item(ItemKind::Variant), Children::Plain),
        "union_item" => (Enter::Item(ItemKind::Union), Children::Plain),
        "trait_item" => (Enter::Item(ItemKind::Trait), Children::Plain),
        "type_item" | "associated_type" => (Enter::Item(ItemKind::TypeAlias), Children::Plain),
        "const_item" => (Enter::Item(ItemKind::Const), Children::Plain),
        "static_item" => (Enter::Item(ItemKind::Static), Children::Plain),
        "mod_item" => (Enter::Module, Children::Plain),
        "impl_item" => (Enter::Impl, Children::Header),
        "macro_definition" => (Enter::Macro, Children::Plain),
        "use_declaration" => (Enter::Use, Children::Plain),
        "extern_crate_declaration" => (Enter::ExternCrate, Children::Plain),
        _ => return None,
    };
    Some(Class { enter, children })
}

fn name_class(name: &str) -> Option<Class> {
    let (enter, children) = match name {
        "identifier" => (Enter::Name, Children::Plain),
        "type_identifier" => (Enter::TypeName, Children::Plain),
        "scoped_identifier" => (Enter::Path, Children::Segments),
        "scoped_type_identifier" => (Enter::TypePath, Children::Segments),
        "shorthand_field_identifier" => (Enter::Shorthand, Children::Plain),
        "parameter" => (Enter::Descend, Children::PatternField),
        "closure_parameters" | "tuple_pattern" | "slice_pattern" | "ref_pattern" | "mut_pattern"
        | "captured_pattern" | "reference_pattern" | "or_pattern" | "field_pattern" => {
            (Enter::Descend, Children::Patterns)
        }
        "tuple_struct_pattern" | "struct_pattern" => (Enter::Descend, Children::TypedPatterns),
        "reference_type" | "pointer_type" | "array_type" | "tuple_type" | "dynamic_type" => {
            (Enter::Descend, Children::Inherit)
        }
        "generic_type" | "generic_type_with_turbofish" => (Enter::Descend, Children::InheritType),
        _ => return None,
    };
    Some(Class { enter, children })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_in_the_table_is_one_of_the_grammar() {
        let grammar = Grammar::get();
        let source = include_str!("grammar.rs");
        let arms =
            source.split("fn class(").nth(1).expect("given").split("#[cfg(test)]").next().expect("given");
        for name in arms.split('"').skip(1).step_by(2).filter(|name| *name != "ERROR") {
            assert_ne!(grammar.language.id_for_node_kind(name, true), 0, "{name}");
        }
        let Fields { name, body, pattern, condition, r#type, r#trait, value, path } = grammar.fields;
        assert!(
            [name, body, pattern, condition, r#type, r#trait, value, path].iter().all(|field| *field != 0)
        );
    }
}
