//! Macro definitions and calls → items, calls that may hold items, and the paths among their tokens.

use std::{borrow::Cow, ops::Range};

use tree_sitter::Node;

use super::{
    attribute::{RawAttribute, attributes},
    builtin::{is_macro_of_rust, takes_no_code},
    item::{Head, text_of},
    source::{cut, plain},
    token::TokenKind,
    walk::Walk,
};
use crate::facts::{Include, ItemKind, MacroCall, MacroRules, PathKind, Position, Visibility};

/// The longest definition that is kept, in bytes.
const KEPT: usize = 64 << 10;

/// Words that begin an item.
const ITEMS: &[&str] =
    &["const", "enum", "extern", "fn", "impl", "mod", "static", "struct", "trait", "type", "union", "use"];

/// Methods that register a route in one of the known frameworks, sorted.
const REGISTRATIONS: &[&str] = &[
    "at",
    "configure",
    "merge",
    "mount",
    "nest",
    "nest_service",
    "resource",
    "route",
    "route_service",
    "routes",
    "scope",
    "service",
];

impl<'n> Walk<'_, '_, 'n> {
    pub(super) fn macro_rules(&mut self, node: Node<'n>, held: &[RawAttribute]) -> bool {
        let Some(name) = node.child_by_field_id(self.grammar.fields.name) else { return false };
        let exported = held.iter().any(|attribute| attribute.path == "macro_export");
        let head = Head {
            kind: ItemKind::Macro,
            name: plain(self.text(name)).into(),
            name_bytes: name.byte_range(),
            visibility: if exported { Visibility::Public } else { Visibility::Private },
        };
        let fresh = self.at.item.is_some();
        let id = self.item(node, head, held);
        self.enter_item(id, fresh, None);
        let tokens = self.source.between(name.end_byte(), node.end_byte());
        // A `;` stands behind other brackets than braces.
        let tokens = tokens.start..self.source.behind_closing(tokens.start, tokens.end);
        let declares = tokens.clone().any(|index| self.may_declare(index));
        let item = &mut self.facts.items[id.0 as usize];
        (item.exported, item.declares) = (exported, declares);
        let rules = self.source.slice(tokens.start + 1..tokens.end.saturating_sub(1).max(tokens.start + 1));
        if rules.len() <= KEPT {
            self.facts.macros.push(MacroRules { item: id, rules: rules.into() });
        }
        self.arms(tokens);
        false
    }

    /// Reads the arms among the tokens of a definition; what is no arm is scanned.
    fn arms(&mut self, tokens: Range<usize>) {
        let source = self.source;
        let end = tokens.end;
        let mut at = tokens.start + 1;
        while at < end && source.opens(at) {
            let arrow = source.behind_closing(at, end);
            if source.token(arrow) != "=>" || !source.opens(arrow + 1) {
                break;
            }
            let behind = source.behind_closing(arrow + 1, end);
            self.arm(arrow + 1..behind);
            at = behind + usize::from(source.is_mark(behind, b';'));
        }
        self.scan(at..end);
    }

    /// Reads what an arm of a definition writes, where the test items in it are test code.
    fn arm(&mut self, tokens: Range<usize>) {
        let source = self.source;
        let (mut begin, mut at) = (tokens.start, tokens.start);
        while at < tokens.end {
            if !(source.is_mark(at, b'#') && source.is_mark(at + 1, b'[')) {
                at += 1;
                continue;
            }
            let first = at;
            let mut held = Vec::new();
            while at < tokens.end && source.is_mark(at, b'#') && source.is_mark(at + 1, b'[') {
                let behind = source.behind_closing(at + 1, tokens.end);
                held.extend(attributes(source, at..behind));
                at = behind;
            }
            let (around, cfg) = (self.at.cfg, self.condition(&held, true));
            if cfg != around
                && self.cfgs.is_test(cfg)
                && let Some(behind) = self.behind_item(at, tokens.end)
            {
                self.scan(begin..first);
                self.at.cfg = cfg;
                self.scan(first..behind);
                self.at.cfg = around;
                (begin, at) = (behind, behind);
            }
        }
        self.scan(begin..tokens.end);
    }

    /// The token behind the function or module that begins at `from`; `None` where that is not plain, because a metavariable may
    /// stand for its body.
    fn behind_item(&self, from: usize, end: usize) -> Option<usize> {
        let source = self.source;
        let (mut at, mut begun) = (from, None);
        while at < end {
            match source.kind(at) {
                // A function that ends so has no body, or the body is a metavariable.
                Some(TokenKind::Mark(b';')) => return (begun == Some("mod")).then_some(at + 1),
                Some(TokenKind::Mark(b'{')) => return begun.map(|_| source.behind_closing(at, end)),
                Some(TokenKind::Mark(b'(' | b'[')) => at = source.behind_closing(at, end),
                Some(TokenKind::Mark(b')' | b']' | b'}' | b'#' | b',')) => return None,
                Some(TokenKind::Word) => match source.word(at) {
                    Some("fn" | "mod") if begun.is_none() => (at, begun) = (at + 1, source.word(at)),
                    Some(word) if ITEMS.contains(&word) => return None,
                    Some(_) | None => at += 1,
                },
                Some(_) => at += 1,
                None => return None,
            }
        }
        None
    }

    /// Whether the token at `index` makes a macro's definition one that may declare modules, imports or routes.
    fn may_declare(&self, index: usize) -> bool {
        let source = self.source;
        match source.word(index) {
            Some("mod" | "use") => !source.is_mark(index.wrapping_sub(1), b'$'),
            Some("crate" | "self" | "super") => source.is_separator(index + 1),
            Some(name) => {
                source.is_mark(index.wrapping_sub(1), b'.')
                    && source.is_mark(index + 1, b'(')
                    && REGISTRATIONS.binary_search(&name).is_ok()
            }
            None => false,
        }
    }

    pub(super) fn macro_call(&mut self, node: Node<'n>) {
        let source = self.source;
        let all = source.between(node.start_byte(), node.end_byte());
        let Some(bang) = all.clone().find(|index| source.is_mark(*index, b'!')) else {
            self.scan(all);
            return;
        };
        let path: String = (all.start..bang)
            .filter_map(|index| source.word(index).or_else(|| source.is_separator(index).then_some("::")))
            .collect();
        let name_site = source.site_of(all.start..bang);
        self.record(Cow::Owned(path.clone()), PathKind::MacroName, name_site.span.range());
        let arguments = bang + 2..all.end.saturating_sub(1).max(bang + 2);
        self.include(&path, arguments.clone(), node);
        let position = if self.in_item_position() { Position::Item } else { Position::Body };
        if position == Position::Item || !is_macro_of_rust(&path) {
            self.facts.macro_calls.push(MacroCall {
                path: path.as_str().into(),
                scope: self.at.scope,
                item: self.at.item,
                cfg: self.at.cfg,
                position,
                arguments: cut(source.slice(arguments.clone()), MacroCall::KEPT).into(),
                arguments_site: source.site_of(arguments.clone()),
                name_site,
                site: source.site(node.start_byte(), node.end_byte()),
            });
        }
        if !takes_no_code(&path) {
            self.scan(arguments);
        }
    }

    /// Records an `include!` whose path is known without a build: a text, or one put together below the folder of the package.
    fn include(&mut self, path: &str, arguments: Range<usize>, node: Node<'n>) {
        let source = self.source;
        if !matches!(
            path,
            "include" | "std::include" | "core::include" | "::std::include" | "::core::include"
        ) {
            return;
        }
        let below = self.below_the_package(arguments.clone());
        let from_package = below.is_some();
        let text = text_of(source, below.unwrap_or(arguments)).filter(|text| !text.is_empty());
        if let Some(text) = text {
            self.facts.includes.push(Include {
                path: text.trim_start_matches(|first| from_package && first == '/').into(),
                from_package,
                scope: self.at.scope,
                cfg: self.at.cfg,
                of_items: self.in_item_position(),
                site: source.site(node.start_byte(), node.end_byte()),
            });
        }
    }

    /// What follows `concat!(env!("CARGO_MANIFEST_DIR"),`, where `range` begins so.
    fn below_the_package(&self, range: Range<usize>) -> Option<Range<usize>> {
        let source = self.source;
        let is_call = |at: usize, name: &str| source.word(at) == Some(name) && source.is_mark(at + 1, b'!');
        let at = range.start;
        let begins = range.len() > 9 && is_call(at, "concat") && is_call(at + 3, "env");
        let is_it =
            begins && source.token(at + 6) == "\"CARGO_MANIFEST_DIR\"" && source.is_mark(at + 8, b',');
        is_it.then_some(at + 9..range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{extract, shown};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown::paths(text), expected, "{text}");
    }

    #[test]
    fn paths_in_macros_and_attributes() {
        check("fn f() { sqlx::query!(\"a::b\", x::Y); }", "MacroName sqlx::query; MacroTokens x::Y");
        check(
            "macro_rules! m { ($a:ty) => { $crate::x::<$a>(); B::c() }; (D) => { e!() } }",
            "MacroTokens $crate::x; MacroTokens B::c; MacroInTokens e",
        );
        check(
            "fn f() { stringify!(a::b); quote::quote! { crate::c } }",
            "MacroName stringify; MacroName quote::quote",
        );
        check(
            "fn f() { m!(a::b, quote!{ c::d }, e::f) }",
            "MacroName m; MacroTokens a::b; MacroInTokens quote; MacroTokens e::f",
        );
        check("#[derive(Debug, sqlx::FromRow)] struct A;", "Attribute Debug; Attribute sqlx::FromRow");
        check("#[cfg_attr(x, derive(a::B), c::d)] struct A;", "Attribute a::B; Attribute c::d");
        check("#[tokio::main] #[inline] async fn f() {}", "Attribute tokio::main");
        check(
            "#[utoipa::path(get, responses((body = a::B, x = C)))] fn f() {}",
            "Attribute utoipa::path; MacroTokens a::B; MacroTokens C",
        );
        check("struct S { #[serde(with = \"a::b\")] x: u8 }", "Attribute serde");
        check("pub(in crate::a) fn f() {} pub(crate) struct S;", "Visibility crate::a; Visibility crate");
        check(
            "pub(super) use a::B; pub(self) mod b; mod c { pub(super) struct D(pub(crate) u8); }",
            "Visibility super; Visibility super; Visibility crate",
        );
        check("pub(in crate::a) mod b {} pub(in crate::a) mod c {}", "Visibility crate::a*2");
        check("/// [a::B]\n//! c::D\nfn f() { \"e::F\"; }", "");
    }

    #[test]
    fn macro_calls_where_items_stand() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(shown::macro_calls(text), expected, "{text}");
        }
        check("a::m! { x y } n!(z);", "a::m!(x y); n!(z)");
        check("fn f() { m!(x); println!(y); let n!(z) = std::format!(\"\"); }", "m!(x) of=f; n!(z) of=f");
        check("fn f() { m! { fn g() {} } }", "m!(fn g() {}) of=f");
        check("impl A { m!(); }", "m!() of=<A>");
        check("#[cfg(test)] m!{}", "m!() if=test (test)");
    }

    #[test]
    fn includes_of_known_texts() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let facts = extract(text.as_bytes());
            let shown = facts.includes.iter().map(|include| {
                let place = if include.of_items { "items" } else { "expression" };
                let root = if include.from_package { "/" } else { "" };
                format!("{root}{} {place} {}", include.path, facts.cfgs[include.cfg.0 as usize].text)
            });
            assert_eq!(shown.map(|line| line.trim().to_owned()).collect::<Vec<_>>().join("; "), expected);
        }
        check("include!(\"a.rs\"); mod m { include!{r\"b.rs\"} }", "a.rs items; b.rs items");
        check("#[cfg(unix)] std::include!(\"a.rs\",);", "a.rs items unix");
        check(
            "const A: u8 = include!(\"a.in\"); fn f() { x(core::include![\"b\"]) }",
            "a.in expression; b expression",
        );
        check("include_str!(\"a\"); own::include!(\"a\"); include!();", "");
        check("include!(concat!(\"a\", '/', \"b.rs\",));", "a/b.rs items");
        check("include!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/a/\", \"b.rs\"));", "/a/b.rs items");
        check("include!(concat!(env!(\"OUT_DIR\"), \"/a.rs\")); include!(env!(\"CARGO_MANIFEST_DIR\"));", "");
        check(
            "// include!(\"a\")\nconst A: &str = \"include!(a)\"; macro_rules! m { () => { include!(\"a\"); } }",
            "",
        );
    }

    #[test]
    fn macros_tell_whether_they_may_declare() {
        #[track_caller]
        fn check(body: &str, expected: bool) {
            let text = format!("macro_rules! m {{ ($x:ident) => {{ {body} }} }}");
            assert_eq!(extract(text.as_bytes()).items[0].declares, expected, "{body}");
        }
        check("mod a { }", true);
        check("use a::b;", true);
        check("$crate::x()", true);
        check("r.route(\"/\", get($x))", true);
        check("println!(\"mod use crate::\")", false);
        check("self.x + route(y)", false);
    }
}
