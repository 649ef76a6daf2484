//! Declarations of the tree → items and modules.

use std::{borrow::Cow, ops::Range};

use tree_sitter::Node;

use super::{
    attribute::RawAttribute,
    builtin::is_incidental,
    grammar::Enter,
    paths::At,
    source::{Source, cut, plain},
    token::TokenKind,
    walk::Walk,
};
use crate::{
    basis::{Site, Span},
    facts::{Attribute, CfgId, Item, ItemId, ItemKind, ModDecl, PathKind, ScopeId, ScopeKind, Visibility},
};

/// How long the name of an `impl` block gets, in bytes.
const IMPL_NAME: usize = 120;

/// What is known of an item before its own parts are read.
pub(super) struct Head {
    /// What it is.
    pub kind: ItemKind,
    /// The name without `r#`.
    pub name: Box<str>,
    /// Where the name stands.
    pub name_bytes: Range<usize>,
    /// Who may name it.
    pub visibility: Visibility,
}

/// Items.
impl<'n> Walk<'_, '_, 'n> {
    /// An item that has its name in the field `name`.
    pub(super) fn named_item(&mut self, node: Node<'n>, kind: ItemKind, held: &[RawAttribute]) -> bool {
        let Some(name) = node.child_by_field_id(self.grammar.fields.name) else { return true };
        self.declared = name.start_byte();
        let parent = self.parent_kind();
        let visibility = match (parent, kind, self.at.item) {
            (Some(ItemKind::Trait), _, Some(parent)) | (_, ItemKind::Variant, Some(parent)) => {
                self.facts.items[parent.0 as usize].visibility.clone()
            }
            (Some(ItemKind::Impl), _, Some(parent)) if self.implements_trait(parent) => Visibility::Public,
            _ => self.visibility(node),
        };
        let member = matches!(parent, Some(ItemKind::Impl | ItemKind::Trait | ItemKind::Enum));
        let fresh = self.at.item.is_some() && !member;
        let head =
            Head { kind, name: plain(self.text(name)).into(), name_bytes: name.byte_range(), visibility };
        let id = self.item(node, head, held);
        let body = node.child_by_field_id(self.grammar.fields.body);
        let function = (kind == ItemKind::Function && body.is_some()).then_some(node);
        self.enter_item(id, fresh, function);
        if matches!(kind, ItemKind::Const | ItemKind::Static) {
            self.lower(node, id, self.at.scope);
        }
        true
    }

    pub(super) fn module(&mut self, node: Node<'n>, held: &[RawAttribute]) -> bool {
        let Some(name) = node.child_by_field_id(self.grammar.fields.name) else { return true };
        self.declared = name.start_byte();
        let visibility = self.visibility(node);
        let plain_name: Box<str> = plain(self.text(name)).into();
        if node.child_by_field_id(self.grammar.fields.body).is_none() {
            self.visibility_in(node);
            self.module_elsewhere(node, plain_name, visibility, held);
            return false;
        }
        let head =
            Head { kind: ItemKind::Module, name: plain_name, name_bytes: name.byte_range(), visibility };
        let id = self.item(node, head, held);
        self.enter_item(id, true, None);
        self.at.scope = self.scope(ScopeKind::Module(id));
        self.at.item = None;
        true
    }

    /// `mod x;`. Each `cfg_attr(…, path = "…")` is a declaration of its own; a single one leaves the plain path possible.
    fn module_elsewhere(
        &mut self,
        node: Node<'n>,
        name: Box<str>,
        visibility: Visibility,
        held: &[RawAttribute],
    ) {
        let cfg = self.condition(held, false);
        self.attribute_paths(held, At { cfg, ..self.at });
        let site = self.item_site(node, held);
        let macro_use = held.iter().any(|attribute| attribute.path == "macro_use");
        let mut places: Vec<(CfgId, Option<Box<str>>)> = Vec::new();
        for attribute in held.iter().filter(|attribute| attribute.path == "path") {
            let cfg = match &attribute.condition {
                Some(condition) => self.cfgs.narrow(cfg, self.source, condition.clone()),
                None => cfg,
            };
            let text = text_of(self.source, attribute.arguments.clone());
            let text = text.unwrap_or_else(|| self.source.slice(attribute.arguments.clone()).to_owned());
            places.push((cfg, Some(text.into())));
        }
        let conditional =
            held.iter().filter(|attribute| attribute.path == "path" && attribute.condition.is_some());
        if places.is_empty() || (places.len() == 1 && conditional.count() == 1) {
            places.push((cfg, None));
        }
        for (cfg, path) in places {
            let (name, visibility) = (name.clone(), visibility.clone());
            self.facts.modules.push(ModDecl {
                name,
                scope: self.at.scope,
                path,
                visibility,
                cfg,
                site,
                macro_use,
            });
        }
    }

    pub(super) fn implementation(&mut self, node: Node<'n>, held: &[RawAttribute]) -> bool {
        let fields = self.grammar.fields;
        let short = |field: u16| {
            let node = node.child_by_field_id(field)?;
            Some(short_name(self.source, self.source.between(node.start_byte(), node.end_byte())))
        };
        let (r#trait, r#type) = (short(fields.r#trait), short(fields.r#type).unwrap_or_default());
        let name = match r#trait {
            Some(r#trait) => format!("<{} as {}>", cut(&r#type, IMPL_NAME), cut(&r#trait, IMPL_NAME)),
            None => format!("<{}>", cut(&r#type, IMPL_NAME)),
        };
        let body = node.child_by_field_id(fields.body);
        let header_end = body.map_or(node.end_byte(), |body| body.start_byte());
        let header = self.source.text[node.start_byte()..header_end].trim_end().trim_end_matches(';');
        let head = Head {
            kind: ItemKind::Impl,
            name: name.into(),
            name_bytes: node.start_byte()..node.start_byte() + header.len(),
            visibility: Visibility::Public,
        };
        let fresh = self.at.item.is_some();
        let id = self.item(node, head, held);
        self.enter_item(id, fresh, None);
        true
    }

    /// Adds an item and records what its attributes name.
    pub(super) fn item(&mut self, node: Node<'n>, head: Head, held: &[RawAttribute]) -> ItemId {
        let id = ItemId(Span::new(self.facts.items.len(), 0).start);
        let cfg = self.condition(held, head.kind == ItemKind::Function);
        let hash = |start: usize, end: usize| self.source.hash(self.source.between(start, end));
        let before = hash(node.start_byte(), head.name_bytes.start);
        let behind = hash(head.name_bytes.end, node.end_byte());
        let body = node.child_by_field_id(self.grammar.fields.body);
        let header_end = body.map_or(node.end_byte(), |body| body.start_byte());
        let attributes =
            held.iter().filter(|attribute| !is_incidental(&attribute.path) && !attribute.path.is_empty());
        let item = Item {
            name: head.name,
            kind: head.kind,
            scope: self.at.scope,
            parent: self.at.item,
            visibility: head.visibility,
            site: self.item_site(node, held),
            name_site: self.source.site(head.name_bytes.start, head.name_bytes.end),
            cfg,
            attributes: attributes.map(|attribute| self.attribute(attribute)).collect(),
            exported: false,
            declares: false,
            tokens: before.rotate_left(23) ^ behind,
            header: hash(node.start_byte(), header_end),
        };
        self.facts.items.push(item);
        self.attribute_paths(held, At { item: Some(id), cfg, ..self.at });
        id
    }

    fn attribute(&self, attribute: &RawAttribute) -> Attribute {
        Attribute {
            path: attribute.path.as_str().into(),
            arguments: self.source.slice(attribute.arguments.clone()).into(),
            site: attribute.site,
        }
    }

    /// The whole item, attributes included.
    fn item_site(&self, node: Node<'n>, held: &[RawAttribute]) -> Site {
        let start = if held.is_empty() { node.start_byte() } else { self.held_start };
        self.source.site(start, node.end_byte())
    }

    fn parent_kind(&self) -> Option<ItemKind> {
        self.at.item.map(|parent| self.facts.items[parent.0 as usize].kind)
    }

    fn implements_trait(&self, item: ItemId) -> bool {
        self.facts.items[item.0 as usize].name.contains(" as ")
    }
}

/// Visibility.
impl<'n> Walk<'_, '_, 'n> {
    pub(super) fn visibility(&self, node: Node<'n>) -> Visibility {
        match node.child(0) {
            Some(first) if self.grammar.class(first.kind_id()).enter == Enter::Visibility => {
                self.visibility_of(first.byte_range())
            }
            // In an `extern` block the parser does not see it.
            _ if node.kind() == "associated_type" => {
                let first = self.source.between(node.start_byte(), node.end_byte()).start;
                let masked = self.source.masked_visibility(first);
                masked.map_or(Visibility::Private, |bytes| self.visibility_of(bytes))
            }
            _ => Visibility::Private,
        }
    }

    fn visibility_of(&self, bytes: Range<usize>) -> Visibility {
        let tokens = self.source.between(bytes.start, bytes.end);
        let path: String = tokens
            .filter_map(|index| match self.source.kind(index)? {
                TokenKind::Word => self.source.word(index).filter(|word| !matches!(*word, "pub" | "in")),
                TokenKind::Separator => Some("::"),
                TokenKind::Lifetime | TokenKind::Literal | TokenKind::Arrow | TokenKind::Mark(_) => None,
            })
            .collect();
        match path.as_str() {
            "" => Visibility::Public,
            "self" => Visibility::Private,
            _ => Visibility::Restricted(path.into()),
        }
    }

    /// Records the module that a visibility names, once for each scope.
    pub(super) fn visibility_path(&mut self, node: Node<'n>) {
        let Visibility::Restricted(path) = self.visibility_of(node.byte_range()) else { return };
        let tokens = self.source.between(node.start_byte(), node.end_byte());
        let is_in = self.source.word(tokens.start + 2) == Some("in");
        let first = tokens.start + if is_in { 3 } else { 2 };
        let bytes = self.source.site_of(first..tokens.end.saturating_sub(1)).span.range();
        let around = self.at;
        self.at = At { scope: self.scope_of_visibility(node), item: None, ..around };
        self.record(Cow::Owned(path.into()), PathKind::Visibility, bytes);
        self.at = around;
    }

    /// A `mod x { … }` is already entered where its own visibility is met, which belongs to the scope around it.
    fn scope_of_visibility(&self, node: Node<'n>) -> ScopeId {
        let scope = &self.facts.scopes[self.at.scope.0 as usize];
        match (&scope.kind, scope.parent) {
            (ScopeKind::Module(module), Some(parent))
                if node.start_byte() < self.facts.items[module.0 as usize].name_site.span.range().start =>
            {
                parent
            }
            (ScopeKind::Module(_) | ScopeKind::File | ScopeKind::Block(_), _) => self.at.scope,
        }
    }

    /// Records what the visibility of a declaration names whose parts are not read one by one.
    pub(super) fn visibility_in(&mut self, node: Node<'n>) {
        if let Some(first) = node.child(0)
            && self.grammar.class(first.kind_id()).enter == Enter::Visibility
        {
            self.visibility_path(first);
        }
    }
}

/// The text that `"…"`, `concat!(…)` or `stringify!(…)` stands for; `None` where that is not known.
pub(super) fn text_of(source: &Source<'_>, range: Range<usize>) -> Option<String> {
    let mut text = String::new();
    let mut at = range.start;
    while at < range.end {
        let is_call = source.is_mark(at + 1, b'!') && at + 2 < range.end;
        let behind = if is_call { source.behind_closing(at + 2, range.end) } else { at + 1 };
        match source.word(at) {
            // What stands in `concat!` is put together like the parts themselves.
            Some("concat") if is_call => {
                at += 3;
                continue;
            }
            Some("stringify") if is_call => {
                text.extend((at + 3..behind - 1).map(|index| source.token(index)));
            }
            Some(_) => return None,
            None if source.kind(at) == Some(TokenKind::Literal) => {
                text.push_str(string_text(source.token(at)))
            }
            None if [b',', b')', b']', b'}'].iter().any(|mark| source.is_mark(at, *mark)) => {}
            None => return None,
        }
        at = behind;
    }
    Some(text)
}

/// What stands between the quotes of a string literal.
pub(super) fn string_text(literal: &str) -> &str {
    match literal.strip_prefix('\'') {
        Some(character) => character.trim_end_matches('\''),
        None if literal.starts_with(|first: char| first.is_ascii_digit()) => literal,
        None => literal.trim_start_matches(['r', 'b', 'c']).trim_matches('#').trim_matches('"'),
    }
}

/// A type or trait with its paths cut down to their last segments, without generic arguments and lifetimes.
fn short_name(source: &Source<'_>, range: Range<usize>) -> String {
    let mut name = String::new();
    let mut index = range.start;
    while index < range.end {
        match source.kind(index) {
            Some(TokenKind::Word) if index + 1 < range.end && source.is_separator(index + 1) => index += 1,
            Some(TokenKind::Word) => {
                if name.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '_' | ')' | ']')) {
                    name.push(' ');
                }
                name.push_str(source.word(index).unwrap_or_default());
            }
            Some(TokenKind::Mark(b'<')) => index = behind_angles(source, index, range.end) - 1,
            Some(TokenKind::Mark(b',' | b';')) => {
                name.push_str(source.token(index));
                name.push(' ');
            }
            Some(TokenKind::Arrow | TokenKind::Mark(b'+')) => {
                name.push(' ');
                name.push_str(source.token(index));
                name.push(' ');
            }
            Some(TokenKind::Mark(b'[' | b'(')) => {
                if name.ends_with("mut") || name.ends_with("const") {
                    name.push(' ');
                }
                name.push_str(source.token(index));
            }
            Some(TokenKind::Literal) if source.token(index).starts_with('"') => {}
            Some(TokenKind::Literal | TokenKind::Mark(_)) => name.push_str(source.token(index)),
            Some(TokenKind::Lifetime | TokenKind::Separator) | None => {}
        }
        index += 1;
    }
    name
}

/// The index behind the `>` that closes the `<` at `open`, at most `end`.
fn behind_angles(source: &Source<'_>, open: usize, end: usize) -> usize {
    let mut depth = 0_usize;
    for index in open..end {
        if source.is_mark(index, b'<') {
            depth += 1;
        } else if source.is_mark(index, b'>') {
            depth -= 1;
            if depth == 0 {
                return index + 1;
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::super::{extract, shown};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown::items(text), expected, "{text}");
    }

    #[test]
    fn items_of_each_kind() {
        check("pub fn f() {}", "pub Function f");
        check("struct A; struct B(u8); struct C { x: u8 }", "Struct A; Struct B; Struct C");
        check(
            "pub enum E { A, B(u8), C { x: u8 } }",
            "pub Enum E; pub Variant A of=E; pub Variant B of=E; pub Variant C of=E",
        );
        check("union U { x: u8 }", "Union U");
        check(
            "pub(crate) const C: u8 = 1; static mut S: u8 = 1; const _: () = ();",
            "pub(crate) Const C; Static S; Const _",
        );
        check("pub(in crate::a) type T = u8;", "pub(crate::a) TypeAlias T");
        check("pub(super) mod m { pub fn f() {} }", "pub(super) Module m; pub Function f in=mod m");
        check("fn r#type() {}", "Function type");
        check("extern \"C\" { fn f(); static S: u8; }", "Function f; Static S");
        check(
            "extern { pub type A; pub(crate) type B; type C; }",
            "pub TypeAlias A; pub(crate) TypeAlias B; TypeAlias C",
        );
        check(
            "#[macro_export] macro_rules! m { () => {} } macro_rules! n { () => {} }",
            "pub Macro m; Macro n",
        );
    }

    #[test]
    fn members_belong_to_their_block() {
        check(
            "pub trait T { type A; const C: u8; fn f(); fn g() {} }",
            "pub Trait T; pub TypeAlias A of=T; pub Const C of=T; pub Function f of=T; pub Function g of=T",
        );
        check("impl A { pub fn f() {} fn g() {} }", "pub Impl <A>; pub Function f of=<A>; Function g of=<A>");
        check("impl a::T<X> for b::C<'a, Y> { fn f() {} }", "pub Impl <C as T>; pub Function f of=<C as T>");
        check("impl<'a, T> Tr for &'a mut [a::T; 2] {}", "pub Impl <&mut [T; 2] as Tr>");
        check("impl Tr for (a::A, Vec<B>) {}", "pub Impl <(A, Vec) as Tr>");
        check("impl Tr for fn(A) -> B {}", "pub Impl <fn(A) -> B as Tr>");
        check("impl Tr for <A as b::C>::D {}", "pub Impl <D as Tr>");
        check("impl dyn a::Tr + Send {}", "pub Impl <dyn Tr + Send>");
        check("unsafe impl !Send for A {}", "pub Impl <A as Send>");
    }

    #[test]
    fn items_inside_bodies_have_a_scope_of_their_own() {
        check(
            "fn f() { fn g() {} struct S; }",
            "Function f; Function g in=block f of=f; Struct S in=block f of=f",
        );
        check("fn f() { if x { fn g() {} } }", "Function f; Function g in=block f of=f");
        check("fn f() { mod m { fn g() {} } }", "Function f; Module m in=block f of=f; Function g in=mod m");
        check("const C: u8 = { fn g() {} 1 };", "Const C; Function g in=block C of=C");
        check("fn f() { let x = 1; }", "Function f");
    }

    #[test]
    fn conditions_add_up() {
        check(
            "#[cfg(unix)] mod m { #[cfg(test)] fn f() {} }",
            "Module m if=unix; Function f in=mod m if=unix and test (test)",
        );
        check(
            "#[test] fn f() {} #[tokio::test(flavor = \"x\")] fn g() {} #[rstest] fn h() {}",
            "Function f if=test (test); Function g if=test (test); Function h if=test (test)",
        );
        check("#![cfg(test)] fn f() {}", "Function f if=test (test)");
        check(
            "mod m { #![cfg(any(test, feature = \"a\"))] fn f() {} } fn g() {}",
            "Module m if=any(test, feature = \"a\") (test unless a); Function f in=mod m if=any(test, feature = \"a\") (test unless a); Function g",
        );
        check(
            "fn f() { #[cfg(test)] { fn g() {} } fn h() {} }",
            "Function f; Function g in=block f of=f if=test (test); Function h in=block f of=f",
        );
        check("#[cfg(test)]\n/// doc\n// c\nfn f() {} fn g() {}", "Function f if=test (test); Function g");
        check("enum E { #[cfg(test)] A, B }", "Enum E; Variant A of=E if=test (test); Variant B of=E");
    }

    #[test]
    fn modules_elsewhere() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(shown::modules(text), expected, "{text}");
        }
        check("pub mod a; mod r#b;", "pub a; b");
        check("#[path = \"x/y.rs\"] mod a;", "a at=x/y.rs");
        check("#[path = concat!(\"x\", '/', stringify!(y), concat!(\".\", \"rs\"))] mod a;", "a at=x/y.rs");
        check(
            "#[path = concat!(env!(\"OUT_DIR\"), \"/x.rs\")] mod a;",
            "a at=concat!(env!(\"OUT_DIR\"), \"/x.rs\")",
        );
        check("#[path = r#\"x.rs\"#] #[macro_use] mod a;", "a at=x.rs macro_use");
        check("#[cfg(unix)] mod a; mod m { mod b; }", "a if=unix; b in=mod m");
        check("#[cfg_attr(unix, path = \"u.rs\")] mod a;", "a at=u.rs if=unix; a");
        check(
            "#[cfg_attr(unix, path = \"u.rs\")] #[cfg_attr(windows, path = \"w.rs\")] mod a;",
            "a at=u.rs if=unix; a at=w.rs if=windows",
        );
    }

    #[test]
    fn attributes_that_matter_are_kept() {
        let text = "/// d\n#[derive(A)]\n#[get(\"/x\", data = \"<y>\")]\n#[inline]\n#[utoipa::path { a }]\n#[cfg_attr(x, b(c))]\n#[name = \"v\"]\nfn f() {}";
        let facts = extract(text.as_bytes());
        let shown: Vec<String> = facts.items[0]
            .attributes
            .iter()
            .map(|attribute| format!("{}({}) {}", attribute.path, attribute.arguments, attribute.site.line))
            .collect();
        assert_eq!(
            shown.join("; "),
            "get(\"/x\", data = \"<y>\") 3; utoipa::path(a) 5; b(c) 6; name(\"v\") 7"
        );
        assert_eq!(facts.items[0].site.line, 2);
        assert_eq!(facts.items[0].name_site.line, 8);
    }

    #[test]
    fn moved_items_keep_their_hash() {
        let tokens = |text: &str| extract(text.as_bytes()).items.last().map(|item| item.tokens);
        assert_eq!(tokens("fn f(a: u8) { g() }"), tokens("mod m { /// d\n#[x] fn h(a: u8) {\n g() } }"));
        assert_ne!(tokens("fn f(a: u8) { g() }"), tokens("fn f(a: u8) { h() }"));
        assert_ne!(tokens("fn f() { g() }"), tokens("pub fn f() { g() }"));
        assert_eq!(tokens("impl A { }"), tokens("impl B { }"));
    }

    #[test]
    fn a_header_is_what_stands_before_the_body() {
        let header = |text: &str| extract(text.as_bytes()).items.first().map(|item| item.header);
        assert_eq!(header("fn f(a: u8) -> B { g() }"), header("#[x] fn f(a: u8) -> B {}"));
        assert_ne!(header("fn f(a: u8) { g() }"), header("fn f(a: u16) { g() }"));
        assert_ne!(header("fn f() -> A { g() }"), header("fn f() -> B { g() }"));
        assert_eq!(header("impl a::A { fn f() {} }"), header("impl a::A { }"));
        assert_ne!(header("impl a::A { }"), header("impl b::A { }"));
        assert_eq!(header("struct A { b: B }"), header("struct A { c: C }"));
    }
}
