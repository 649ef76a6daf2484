//! The text of a Rust file → [`Declarations`]: its types with their fields, its functions with their signatures and what they
//! compute, its `impl` blocks.
//!
//! Every declaration of the text is listed, also those inside bodies; what stands in macro calls is not: what they are replaced by
//! is a text of its own. One parse, one walk
//! without recursion.

use std::ops::Range;

use tree_sitter::Node;

use super::{
    BYTES, WORK,
    attribute::{RawAttribute, attributes},
    better,
    cfg::parts,
    given::given,
    is_lfs_pointer, lower, mask, parse,
    source::{Source, folded, plain},
    type_expr::type_of,
};
use crate::basis::Site;
use crate::facts::{
    Attribute, BlockDeclaration, CfgId, Declarations, Expr, ExprKind, FieldDeclaration, Fields,
    FunctionDeclaration, Generic, ItemKind, ParameterDeclaration, TypeDeclaration, TypeExpr,
    VariantDeclaration,
};

/// The largest text that is read as a type, in bytes.
const LONGEST_TYPE: usize = 4 << 10;

/// What the Rust file `text` declares about values that go over the wire; nothing of a file that cannot be read.
pub fn declarations(text: &[u8]) -> Declarations {
    if text.len() > BYTES || is_lfs_pointer(text) {
        return Declarations::default();
    }
    let Ok(text) = std::str::from_utf8(text) else { return Declarations::default() };
    let source = Source::new(text);
    let masked = mask::masked(&source);
    let tree = parse(&masked, WORK).map(|tree| better(&source, &masked, tree));
    let Some(tree) = tree else { return Declarations::default() };
    let mut reader = Reader { source: &source, found: Declarations::default() };
    reader.walk(tree.root_node());
    reader.found
}

/// The type that `text` writes: the argument of `#[serde(from = "…")]`, the type of a `let`. `None` where it is none.
pub fn type_expr(text: &str) -> Option<TypeExpr> {
    if text.len() > LONGEST_TYPE {
        return None;
    }
    let text = format!("type A = {text};");
    let tree = parse(text.as_bytes(), WORK)?;
    let root = tree.root_node();
    let item =
        root.named_child(0).filter(|item| root.named_child_count() == 1 && item.kind() == "type_item")?;
    if root.has_error() {
        return None;
    }
    item.child_by_field_name("type").map(|node| type_of(node, &text))
}

/// The expression that `text` writes: what is matched. `None` where it is none.
pub fn expression(text: &str) -> Option<Expr> {
    if text.len() > LONGEST_TYPE {
        return None;
    }
    let text = format!("fn a() {{ {text} }}");
    let tree = parse(text.as_bytes(), WORK)?;
    let root = tree.root_node();
    let function = root.named_child(0).filter(|_| root.named_child_count() == 1 && !root.has_error())?;
    let body = lower::value(function, &text, &mut |_: &[String]| CfgId(0))?;
    let ExprKind::Block { statements, value, .. } = body.kind else { return None };
    value.filter(|_| statements.is_empty()).map(|value| *value)
}

/// A node with the attributes over it, and where the first of them begins.
struct Held<'n> {
    node: Node<'n>,
    attributes: Vec<RawAttribute>,
    start: usize,
    /// The `impl` block around it, by its index among those found.
    block: Option<u32>,
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    found: Declarations,
}

impl<'n> Reader<'_, '_> {
    fn walk(&mut self, root: Node<'n>) {
        let mut open = vec![Held { node: root, attributes: Vec::new(), start: 0, block: None }];
        while let Some(held) = open.pop() {
            let blocks = self.found.blocks.len();
            self.enter(&held);
            let is_block = self.found.blocks.len() > blocks;
            let around = if is_block { u32::try_from(blocks).ok() } else { held.block };
            let mut inside = self.held_children(held.node);
            inside.iter_mut().for_each(|inner| inner.block = around);
            inside.reverse();
            open.append(&mut inside);
        }
    }

    /// The named children of a node, each with the attributes before it.
    fn held_children(&self, node: Node<'n>) -> Vec<Held<'n>> {
        let mut cursor = node.walk();
        let mut children = Vec::new();
        let mut attributes_before = Vec::new();
        let mut start = None;
        for node in node.named_children(&mut cursor) {
            match node.kind() {
                "line_comment" | "block_comment" => {}
                "attribute_item" => {
                    start.get_or_insert(node.start_byte());
                    let tokens = self.source.between(node.start_byte(), node.end_byte());
                    attributes_before.append(&mut attributes(self.source, tokens));
                }
                _ => {
                    let attributes = std::mem::take(&mut attributes_before);
                    let start = start.take().unwrap_or(node.start_byte());
                    children.push(Held { node, attributes, start, block: None });
                }
            }
        }
        children
    }

    fn enter(&mut self, held: &Held<'n>) {
        match held.node.kind() {
            "struct_item" => self.type_declaration(held, ItemKind::Struct),
            "enum_item" => self.type_declaration(held, ItemKind::Enum),
            "union_item" => self.type_declaration(held, ItemKind::Union),
            "type_item" => self.type_declaration(held, ItemKind::TypeAlias),
            "function_item" | "function_signature_item" => self.function(held),
            "impl_item" => self.block(held),
            _ => {}
        }
    }

    fn type_declaration(&mut self, held: &Held<'n>, kind: ItemKind) {
        let Some(name) = held.node.child_by_field_name("name") else { return };
        let body = held.node.child_by_field_name("body");
        let (mut fields, mut variants) = (Fields::Unit, Vec::new());
        match (kind, body) {
            (ItemKind::Enum, Some(body)) => variants = self.variants(body),
            (_, Some(body)) => fields = self.fields(body),
            (_, None) => {}
        }
        let is_alias = kind == ItemKind::TypeAlias;
        let target = held.node.child_by_field_name("type").filter(|_| is_alias);
        let declaration = TypeDeclaration {
            name: plain(self.text(name)).into(),
            kind,
            site: self.site(held),
            name_site: self.site_of(name),
            generics: self.generics(held.node),
            derives: self.derives(&held.attributes),
            attributes: self.kept(&held.attributes),
            fields,
            variants,
            target: target.map(|target| type_of(target, self.source.text)),
        };
        self.found.types.push(declaration);
    }

    fn variants(&self, body: Node<'n>) -> Vec<VariantDeclaration> {
        let variants = self.held_children(body).into_iter().filter(|held| held.node.kind() == "enum_variant");
        let variant = |held: Held<'n>| {
            let name = held.node.child_by_field_name("name")?;
            let fields = held.node.child_by_field_name("body").map(|body| self.fields(body));
            let discriminant = held.node.child_by_field_name("value");
            Some(VariantDeclaration {
                name: plain(self.text(name)).into(),
                attributes: self.kept(&held.attributes),
                fields: fields.unwrap_or_default(),
                discriminant: discriminant.map(|value| folded(self.text(value)).into()),
                site: self.site_of(name),
            })
        };
        variants.filter_map(variant).collect()
    }

    fn fields(&self, body: Node<'n>) -> Fields {
        let children = self.held_children(body);
        if body.kind() == "field_declaration_list" {
            let fields = children.iter().filter(|held| held.node.kind() == "field_declaration");
            return Fields::Named(fields.filter_map(|held| self.named_field(held)).collect());
        }
        // What stands before the `pub` of a field by position belongs to the field.
        let mut before = Vec::new();
        let mut fields = Vec::new();
        for mut held in children {
            before.append(&mut held.attributes);
            if held.node.kind() != "visibility_modifier" {
                let name = fields.len().to_string().into();
                fields.push(self.field(name, held.node, (held.node, std::mem::take(&mut before))));
            }
        }
        Fields::Tuple(fields)
    }

    fn named_field(&self, held: &Held<'n>) -> Option<FieldDeclaration> {
        let name = held.node.child_by_field_name("name")?;
        let r#type = held.node.child_by_field_name("type")?;
        Some(self.field(plain(self.text(name)).into(), name, (r#type, held.attributes.clone())))
    }

    fn field(
        &self,
        name: Box<str>,
        place: Node<'n>,
        (r#type, attributes): (Node<'n>, Vec<RawAttribute>),
    ) -> FieldDeclaration {
        let conditions = attributes.iter().filter(|attribute| attribute.path == "cfg");
        let conditions = conditions.map(|attribute| folded(self.source.slice(attribute.arguments.clone())));
        FieldDeclaration {
            name,
            r#type: type_of(r#type, self.source.text),
            attributes: self.kept(&attributes),
            condition: conditions.collect::<Vec<_>>().join(" and ").into(),
            site: self.site_of(place),
        }
    }

    fn function(&mut self, held: &Held<'n>) {
        let Some(name) = held.node.child_by_field_name("name") else { return };
        let result = held.node.child_by_field_name("return_type");
        let declaration = FunctionDeclaration {
            name: plain(self.text(name)).into(),
            site: self.site(held),
            generics: self.generics(held.node),
            attributes: self.kept(&held.attributes),
            parameters: self.parameters(held.node),
            result: result.map(|result| type_of(result, self.source.text)),
            value: lower::value(held.node, self.source.text, &mut |_: &[String]| CfgId(0)),
            block: held.block,
        };
        self.found.functions.push(declaration);
    }

    fn parameters(&self, function: Node<'n>) -> Vec<ParameterDeclaration> {
        let list = function.child_by_field_name("parameters");
        let nodes = list.map_or_else(Vec::new, |list| self.held_children(list));
        let parameter = |held: Held<'n>| {
            let (pattern, r#type, gives) = match held.node.kind() {
                "self_parameter" => {
                    (held.node, TypeExpr::Path { path: "Self".into(), arguments: Vec::new() }, None)
                }
                "parameter" => {
                    let r#type = held.node.child_by_field_name("type")?;
                    let gives = given(function, r#type, self.source.text);
                    (held.node.child_by_field_name("pattern")?, type_of(r#type, self.source.text), gives)
                }
                _ => return None,
            };
            Some(ParameterDeclaration {
                pattern: folded(self.text(pattern)).into(),
                r#type,
                gives,
                site: self.site_of(held.node),
            })
        };
        nodes.into_iter().filter_map(parameter).collect()
    }

    fn block(&mut self, held: &Held<'n>) {
        let Some(of) = held.node.child_by_field_name("type") else { return };
        let r#trait = held.node.child_by_field_name("trait");
        let members = held.node.child_by_field_name("body").map(|body| self.held_children(body));
        let types = members.into_iter().flatten().filter(|member| member.node.kind() == "type_item");
        let types = types.filter_map(|member| {
            let name = member.node.child_by_field_name("name")?;
            let r#type = member.node.child_by_field_name("type")?;
            Some((plain(self.text(name)).into(), type_of(r#type, self.source.text)))
        });
        let declaration = BlockDeclaration {
            site: self.site(held),
            r#trait: r#trait.map(|r#trait| type_of(r#trait, self.source.text)),
            of: type_of(of, self.source.text),
            types: types.collect(),
        };
        self.found.blocks.push(declaration);
    }

    fn generics(&self, node: Node<'n>) -> Vec<Generic> {
        let list = node.child_by_field_name("type_parameters");
        let parameters = list.map_or_else(Vec::new, |list| self.held_children(list));
        let generic = |held: Held<'n>| {
            let name =
                held.node.child_by_field_name("name").filter(|_| held.node.kind() == "type_parameter")?;
            let default = held.node.child_by_field_name("default_type");
            let default = default.map(|default| type_of(default, self.source.text));
            Some(Generic { name: plain(self.text(name)).into(), default })
        };
        parameters.into_iter().filter_map(generic).collect()
    }

    fn derives(&self, attributes: &[RawAttribute]) -> Vec<Box<str>> {
        let derives = attributes.iter().filter(|attribute| attribute.path == "derive");
        let listed = derives.flat_map(|attribute| parts(self.source, attribute.arguments.clone()));
        let name = |part: Range<usize>| {
            let lead = if self.source.is_separator(part.start) { "::" } else { "" };
            let words: Vec<_> = part.filter_map(|index| self.source.word(index)).collect();
            format!("{lead}{}", words.join("::")).into()
        };
        listed.map(name).collect()
    }

    fn kept(&self, attributes: &[RawAttribute]) -> Vec<Attribute> {
        let kept = attributes.iter().filter(|attribute| !matches!(&*attribute.path, "doc" | "derive" | ""));
        let attribute = |attribute: &RawAttribute| Attribute {
            path: attribute.path.as_str().into(),
            arguments: self.source.slice(attribute.arguments.clone()).into(),
            site: attribute.site,
        };
        kept.map(attribute).collect()
    }

    fn site(&self, held: &Held<'n>) -> Site {
        self.source.site(held.start, held.node.end_byte())
    }

    fn site_of(&self, node: Node<'n>) -> Site {
        self.source.site(node.start_byte(), node.end_byte())
    }

    fn text(&self, node: Node<'n>) -> &str {
        self.source.text.get(node.byte_range()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
