//! Lowering, seen through a small reader of files: items, imports and scopes of the file and its modules, no more.

use std::collections::BTreeMap;

use tree_sitter::{Node, Parser, Tree};

use super::{Owner, body, words};
use crate::basis::{LineIndex, Site, Span};
use crate::facts::{
    Attribute, Cfg, CfgId, Expr, ExprKind, FileFacts, Import, Item, ItemId, ItemKind, ModDecl, Scope,
    ScopeId, ScopeKind, Statement, TestMark, Visibility,
};

/// The facts of a text that the tests of routes need.
pub(crate) fn file(text: &str) -> FileFacts {
    let tree = parse(text);
    let lines = LineIndex::new(text);
    let mut reader = Reader { text, lines, facts: FileFacts::default(), cfgs: BTreeMap::new() };
    reader.facts.cfgs.push(Cfg::default());
    reader.facts.scopes.push(Scope { parent: None, kind: ScopeKind::File, cfg: CfgId(0) });
    reader.declarations(tree.root_node(), Around::default());
    reader.facts
}

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_rust::LANGUAGE.into()).expect("the grammar fits the library");
    parser.parse(text, None).expect("no time limit is set")
}

#[derive(Clone, Copy, Default)]
struct Around {
    scope: ScopeId,
    parent: Option<ItemId>,
    cfg: CfgId,
}

struct Reader<'t> {
    text: &'t str,
    lines: LineIndex,
    facts: FileFacts,
    cfgs: BTreeMap<String, CfgId>,
}

impl Reader<'_> {
    fn source(&self, node: Node<'_>) -> String {
        self.text[node.byte_range()].to_owned()
    }

    fn site(&self, node: Node<'_>) -> Site {
        let span = Span::new(node.start_byte(), node.end_byte());
        let position = self.lines.position(self.text, span.start);
        Site { span, line: position.line, column: position.column }
    }

    fn declarations(&mut self, node: Node<'_>, around: Around) {
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        let mut attributes = Vec::new();
        for child in children {
            match child.kind() {
                "attribute_item" => attributes.extend(self.attribute(child)),
                "line_comment" | "block_comment" => {}
                _ => {
                    let attributes = std::mem::take(&mut attributes);
                    self.declaration(child, attributes, around);
                }
            }
        }
    }

    fn attribute(&self, node: Node<'_>) -> Option<Attribute> {
        let inner = node.named_child(0)?;
        let source = self.source(inner);
        let (path, arguments) = match source.split_once('(') {
            Some((path, rest)) => (path.trim().to_owned(), rest.strip_suffix(')')?.to_owned()),
            None => (source.clone(), String::new()),
        };
        Some(Attribute { path: path.into(), arguments: arguments.into(), site: self.site(node) })
    }

    fn cfg(&mut self, around: CfgId, text: &str) -> CfgId {
        let outer = self.facts.cfgs[around.0 as usize].clone();
        let joined =
            if outer.text.is_empty() { text.to_owned() } else { format!("{} and {text}", outer.text) };
        let is_test = text == "test" || outer.test == TestMark::Yes;
        let next = CfgId(u32::try_from(self.facts.cfgs.len()).expect("few conditions"));
        let cfg = *self.cfgs.entry(joined.clone()).or_insert(next);
        if cfg == next {
            let test = if is_test { TestMark::Yes } else { TestMark::No };
            self.facts.cfgs.push(Cfg { text: joined.into(), test });
        }
        cfg
    }

    fn declaration(&mut self, node: Node<'_>, attributes: Vec<Attribute>, mut around: Around) {
        for attribute in &attributes {
            match &*attribute.path {
                "cfg" => around.cfg = self.cfg(around.cfg, &attribute.arguments),
                "test" | "tokio::test" | "actix_web::test" => around.cfg = self.cfg(around.cfg, "test"),
                _ => {}
            }
        }
        let kind = match node.kind() {
            "function_item" => ItemKind::Function,
            "const_item" => ItemKind::Const,
            "static_item" => ItemKind::Static,
            "struct_item" => ItemKind::Struct,
            "type_item" => ItemKind::TypeAlias,
            "macro_definition" => ItemKind::Macro,
            "impl_item" => ItemKind::Impl,
            "mod_item" => return self.module(node, attributes, around),
            "use_declaration" => {
                return if let Some(tree) = node.child_by_field_name("argument") {
                    let is_public = self.source(node).starts_with("pub");
                    self.imports(tree, "", is_public, around);
                };
            }
            _ => return,
        };
        let id = self.item(node, kind, attributes, around);
        if kind == ItemKind::Impl
            && let Some(list) = node.child_by_field_name("body")
        {
            return self.declarations(list, Around { parent: Some(id), ..around });
        }
        let owner = Owner { item: id, scope: around.scope, asked: false };
        let text = self.text;
        let mut condition =
            |written: &[String]| written.iter().fold(around.cfg, |outer, text| self.cfg(outer, text));
        let lowered = body(node, text, owner, &mut condition);
        self.facts.bodies.extend(lowered);
        if let Some(block) = node.child_by_field_name("body").filter(|_| kind == ItemKind::Function) {
            self.declarations(block, Around { parent: Some(id), ..around });
        }
    }

    fn item(&mut self, node: Node<'_>, kind: ItemKind, attributes: Vec<Attribute>, around: Around) -> ItemId {
        let named = |field: &str| node.child_by_field_name(field).map(|node| self.source(node));
        let name = match (kind, named("trait"), named("type")) {
            (ItemKind::Impl, Some(of), Some(subject)) => format!("<{subject} as {of}>"),
            (ItemKind::Impl, None, Some(subject)) => format!("<{subject}>"),
            _ => named("name").unwrap_or_default(),
        };
        let id = ItemId(u32::try_from(self.facts.items.len()).expect("few items"));
        let source = self.source(node);
        self.facts.items.push(Item {
            name: name.into(),
            kind,
            scope: around.scope,
            parent: around.parent,
            visibility: Visibility::Public,
            site: self.site(node),
            name_site: self.site(node),
            cfg: around.cfg,
            attributes,
            exported: false,
            declares: kind == ItemKind::Macro && source.contains("route"),
            tokens: 0,
            header: 0,
        });
        id
    }

    fn module(&mut self, node: Node<'_>, attributes: Vec<Attribute>, around: Around) {
        let name = node.child_by_field_name("name").map(|name| self.source(name)).unwrap_or_default();
        let Some(list) = node.child_by_field_name("body") else {
            let path = attributes.iter().find(|attribute| &*attribute.path == "path");
            self.facts.modules.push(ModDecl {
                name: name.into(),
                scope: around.scope,
                path: path.map(|attribute| attribute.arguments.clone()),
                visibility: Visibility::Public,
                cfg: around.cfg,
                site: self.site(node),
                macro_use: false,
            });
            return;
        };
        let id = self.item(node, ItemKind::Module, attributes, around);
        let scope = ScopeId(u32::try_from(self.facts.scopes.len()).expect("few scopes"));
        let kind = ScopeKind::Module(id);
        self.facts.scopes.push(Scope { parent: Some(around.scope), kind, cfg: around.cfg });
        self.declarations(list, Around { scope, parent: None, cfg: around.cfg });
    }

    fn imports(&mut self, node: Node<'_>, before: &str, is_public: bool, around: Around) {
        let join = |path: String| if before.is_empty() { path } else { format!("{before}::{path}") };
        let mut cursor = node.walk();
        let children: Vec<_> = node.named_children(&mut cursor).collect();
        match node.kind() {
            "use_list" => {
                children.into_iter().for_each(|child| self.imports(child, before, is_public, around))
            }
            "scoped_use_list" => {
                let path = node.child_by_field_name("path").map(|path| self.source(path)).unwrap_or_default();
                if let Some(list) = node.child_by_field_name("list") {
                    self.imports(list, &join(path), is_public, around);
                }
            }
            "use_wildcard" => {
                let path = self.source(node).trim_end_matches("::*").trim_end_matches('*').to_owned();
                self.import(join(path), "", true, (is_public, around));
            }
            "use_as_clause" => {
                let part = |field| node.child_by_field_name(field).map(|part| self.source(part));
                let path = join(part("path").unwrap_or_default());
                self.import(path, &part("alias").unwrap_or_default(), false, (is_public, around));
            }
            "self" => {
                let name = before.rsplit("::").next().unwrap_or_default().to_owned();
                self.import(before.to_owned(), &name, false, (is_public, around));
            }
            _ => {
                let path = join(self.source(node));
                let name = path.rsplit("::").next().unwrap_or_default().to_owned();
                self.import(path, &name, false, (is_public, around));
            }
        }
    }

    fn import(&mut self, path: String, name: &str, glob: bool, how: (bool, Around)) {
        let (is_public, around) = how;
        self.facts.imports.push(Import {
            path: path.into(),
            name: name.into(),
            glob,
            is_self: false,
            extern_crate: false,
            scope: around.scope,
            item: around.parent,
            visibility: if is_public { Visibility::Public } else { Visibility::Private },
            cfg: around.cfg,
            site: Site::default(),
            statement: Site::default(),
        });
    }
}

/// An expression in a compact notation that shows its shape.
pub(crate) fn show(expr: &Expr) -> String {
    let all = |list: &[Expr]| list.iter().map(show).collect::<Vec<_>>().join(", ");
    let maybe = |value: &Option<Box<Expr>>| value.as_deref().map(show).unwrap_or_default();
    match &expr.kind {
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Literal(text) => format!("#{text}"),
        ExprKind::Path(path) => path.to_string(),
        ExprKind::Call { callee, types, arguments } if types.is_empty() => {
            format!("{}({})", show(callee), all(arguments))
        }
        ExprKind::Call { callee, types, arguments } => {
            format!("{}::<{}>({})", show(callee), types.join(", "), all(arguments))
        }
        ExprKind::Method { receiver, name, arguments, .. } => {
            format!("{}.{name}({})", show(receiver), all(arguments))
        }
        ExprKind::Field { receiver, name } => format!("{}.{name}", show(receiver)),
        ExprKind::Macro { path, arguments, .. } => format!("{path}!({})", all(arguments)),
        ExprKind::Closure { parameters, value } => {
            let names: Vec<_> = parameters.iter().map(|parameter| &*parameter.pattern).collect();
            format!("|{}| {}", names.join(", "), show(value))
        }
        ExprKind::Async(value) => format!("async {}", show(value)),
        ExprKind::Block { statements, value, .. } => {
            let statements: String = statements.iter().map(show_statement).collect();
            format!("{{{statements}{}}}", maybe(value))
        }
        ExprKind::If { condition, then, otherwise, .. } => {
            format!("if <{condition}> {} else {}", show(then), maybe(otherwise))
        }
        ExprKind::Match { subject, arms, .. } => {
            let arms: Vec<_> =
                arms.iter().map(|arm| format!("<{}> {}", arm.pattern, show(&arm.value))).collect();
            format!("match <{subject}> [{}]", arms.join(", "))
        }
        ExprKind::Loop { pattern, iterator, body } => {
            format!("for <{pattern}> in {} {}", maybe(iterator), show(body))
        }
        ExprKind::List(values) => format!("[{}]", all(values)),
        ExprKind::Struct { path, fields } => {
            let fields: Vec<_> =
                fields.iter().map(|(name, value)| format!("{name}: {}", show(value))).collect();
            format!("{path}{{{}}}", fields.join(", "))
        }
        ExprKind::Add(left, right) => format!("({} + {})", show(left), show(right)),
        ExprKind::Return(value) => format!("return {}", maybe(value)),
        ExprKind::Compiled(ways) => {
            let ways: Vec<_> =
                ways.iter().map(|(cfg, value)| format!("{} {}", mark(*cfg), show(value))).collect();
            format!("compiled [{}]", ways.join(", "))
        }
        ExprKind::Cut => "…".to_owned(),
        ExprKind::Lent(place) => format!("&mut {}", show(place)),
        ExprKind::Other(parts) => format!("?({})", all(parts)),
    }
}

fn show_statement(statement: &Statement) -> String {
    match statement {
        Statement::Let { name, r#type, value, otherwise, cfg, .. } => {
            let value = value.as_ref().map(show).unwrap_or_default();
            let otherwise = otherwise.as_ref().map(|block| format!(" else {}", show(block)));
            format!("let{} {name}:{type} = {value}{}; ", mark(*cfg), otherwise.unwrap_or_default())
        }
        Statement::Assign { name, value, cfg } => format!("{name} ={} {}; ", mark(*cfg), show(value)),
        Statement::Expr { value, cfg } => format!("{}{}; ", mark(*cfg), show(value)),
    }
}

fn mark(cfg: CfgId) -> String {
    if cfg == CfgId(0) { String::new() } else { format!("@{}", cfg.0) }
}

fn lowered(code: &str) -> String {
    let text = format!("fn f() -> Router {{ {code} }}");
    let facts = file(&text);
    let shown = facts.bodies.first().map(|body| show(&body.value)).unwrap_or_default();
    shown.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(&shown).to_owned()
}

#[test]
fn expressions_keep_what_matters() {
    #[track_caller]
    fn check(code: &str, expected: &str) {
        assert_eq!(lowered(code), expected);
    }
    check(r#"Router::<S>::new().route("/a", get(h))"#, r#"Router::new().route("/a", get(h))"#);
    check("r.with_state::<()>(s)", "r.with_state(s)");
    check("(&*a).b?.c.await", "a.b.c");
    check("x as &str", "x");
    check("-x + y", "(?() + y)");
    check("let mut r: Router<S> = a(); r = r.b(); r", "let r:Router<S> = a(); r = r.b(); r");
    check("let (a, b) = c; x += 1;", "let (a, b): = c; x = (x + #1); ");
    check(
        "if a && b { c() } else if let Some(d) = e { f() } else { g() }",
        "if <a && b> {c()} else if <let Some(d) = e> {f()} else {g()}",
    );
    check("match m { A::B(x) if x > 1 => y, _ => { z } }", "match <m> [<A::B(x) if x > 1> y, <_> {z}]");
    check(
        "for (p, h) in [(\"/a\", get(b))] { r = r.route(p, h); }",
        "for <(p, h)> in [[\"/a\", get(b)]] {r = r.route(p, h); }",
    );
    check("move |cfg: &mut ServiceConfig, x| { cfg.service(x); }", "|cfg, x| {cfg.service(x); }");
    check("S { a: b(), c, ..d() }", "S{a: b(), c: c, ..: d()}");
    check("return ret.merge(x);", "return ret.merge(x); ");
    check("async move { a().await }", "async {a()}");
    check("unsafe { a() }", "{a()}");
    check("let a = r\"/x\"; b\"y\"", "let a: = \"/x\"; #b\"y\"");
    check("a[b()]", "?(b())");
    check("(f)(x)(y)", "f(x)(y)");
    check("<A as B>::c(d)", "A::c(d)");
    check("{ use a::b; fn g() {} c() }", "{c()}");
}

#[test]
fn macros_are_read_as_expressions_where_they_are() {
    #[track_caller]
    fn check(code: &str, expected: &str) {
        assert_eq!(lowered(code), expected);
    }
    check(r#"format!("/{A}/{}", b, c = d())"#, r#"format!("/{A}/{}", b, {c = d(); })"#);
    check("routes!(a, m::b)", "routes!(a, m::b)");
    check("vec![a, b()]", "[a, b()]");
    check("vec![a; 3]", "vec!(a, #3)");
    check("x! { a, format!(\"b\") }", "x!(a, format!(\"b\"))");
    check("select! { r = serve(l, app) => {}, _ = s => {} }", "select!(r, serve, l, app, s)");
    check("x! { a, \"/b\" => c(), d => e, }", "x!(a, [\"/b\", c()], [d, e])");
    check("x![a: b, c::d, e]", "x!(b, c::d, e)");
    check("x! { a => b => c }", "x!(a, b, c)");
    check("x! { a = b => c }", "x!(a, b, c)");
    check("x!()", "x!()");
    check("x!(] [)", "x!()");
}

#[test]
fn statements_keep_their_conditions() {
    #[track_caller]
    fn check(code: &str, expected: &str) {
        assert_eq!(lowered(code), expected);
    }
    check("#[cfg(a)] c.d(); e()", "@1c.d(); e()");
    check("#[cfg(a)] let x = 1; #[cfg(not(a))] let x = 2;", "let@1 x: = #1; let@2 x: = #2; ");
    check("#[cfg(a)] if b { return c } d", "@1if <b> {return c} else ; d");
    check("#[allow(x)] c.d();", "c.d(); ");
    check("#[cfg(a)] #[ cfg ( b ) ] c.d();", "@2c.d(); ");
    check("#[cfg(a) c.d();", "c.d(); ");
}

#[test]
fn sites_point_into_the_file() {
    let text = "\nfn f() -> Router {\n    äö(); x!(a,\n  b(y!(c)))\n}\n";
    let facts = file(text);
    let mut sites = Vec::new();
    let mut open = vec![&facts.bodies[0].value];
    while let Some(expr) = open.pop() {
        if let ExprKind::Path(path) = &expr.kind {
            let written = &text[expr.site.span.range()];
            sites.push(format!("{path}={written}@{}:{}", expr.site.line, expr.site.column));
        } else if let ExprKind::Call { callee, arguments, .. } = &expr.kind {
            open.push(callee);
            open.extend(arguments);
        } else if let ExprKind::Macro { arguments, .. } = &expr.kind {
            open.extend(arguments);
        } else if let ExprKind::Block { statements, value, .. } = &expr.kind {
            open.extend(value.as_deref());
            for statement in statements {
                if let Statement::Expr { value, .. } = statement {
                    open.push(value);
                }
            }
        }
    }
    sites.sort();
    assert_eq!(sites, ["a=a@3:14", "b=b@4:3", "c=c@4:8", "äö=äö@3:5"]);
}

#[test]
fn only_what_matters_to_routes_is_kept() {
    #[track_caller]
    fn check(text: &str, kept: usize) {
        assert_eq!(file(text).bodies.len(), kept, "{text}");
    }
    check("fn f() -> u8 { 1 }", 0);
    check("fn f() -> Router { x() }", 1);
    check("fn f(cfg: &mut web::ServiceConfig) {}", 1);
    check("fn f() -> String { x() }", 1);
    check("fn f() -> Vec<String> { x() }", 0);
    check("fn f() -> &'static str { x() }", 1);
    check("const A: &str = \"/a\";", 1);
    check("const A: u32 = 1;", 0);
    check("static A: LazyLock<String> = LazyLock::new(|| x());", 1);
    check("fn f() { new(|cfg| { app!(cfg, x); }) }", 1);
    check("fn f() { g(!app, app != x); user_routes![a] }", 1);
    check("fn f() { g(!app(x), app != x); mapping!(a); }", 0);
    check("trait T { fn f(&self) -> Router; }", 0);
    check(&format!("const A: &str = \"{}\";", "x".repeat(20_000)), 0);
}

#[test]
fn hostile_code_ends() {
    let deep = |open: &str, inner: &str, close: &str| {
        format!("fn f() -> Router {{ {}{inner}{} }}", open.repeat(5_000), close.repeat(5_000))
    };
    let texts = [
        deep("(", "a", ")"),
        deep("[", "a", "]"),
        deep("{", "a", "}"),
        deep("a(", "b", ")"),
        deep("x!(", "b", ")"),
        deep("|| ", "b", ""),
        deep("if a {", "b", "}"),
        deep("a + ", "b", ""),
        deep("<", "b", ">"),
        deep("S { a: ", "b", "}"),
        format!("fn f() -> Router {{ a{} }}", ".b(c)".repeat(20_000)),
        format!("fn f() -> Router {{ a{} }}", "()".repeat(20_000)),
        format!("fn f() -> Router {{ {} }}", "x.route(\"/a\", get(b));".repeat(5_000)),
    ];
    for text in texts {
        let facts = file(&text);
        assert!(facts.bodies.len() <= 1);
        drop(facts.clone());
    }
    let nasty =
        "fn f() -> Router { r\"\u{e4}\".x!(a, b'c', \"\\u{1}\" + 'd).e::<F>()?; #[cfg(g)] h { i: j } }";
    for end in (0..nasty.len()).filter(|end| nasty.is_char_boundary(*end)) {
        file(&nasty[..end]);
    }
    assert_eq!(words::plain_path("<"), "");
}
