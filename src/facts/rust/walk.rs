//! The syntax tree → facts, in one pass without recursion.
//!
//! On the way down each node is entered once: it tells what it declares or names, and whether its children matter. On the
//! way up what it had brought into scope is undone. What a child is seen as (a pattern, the header of an `impl`, a segment of
//! a path) follows from its parent alone.

use std::borrow::Cow;

use tree_sitter::{Node, Tree, TreeCursor};

use super::{
    attribute::{RawAttribute, attributes},
    builtin::{is_builtin_attribute, is_primitive},
    cfg::{Cfgs, parts},
    empty,
    grammar::{Children, Class, Enter, Grammar},
    names::Names,
    paths::{At, Paths},
    scan::mentions,
    source::{Source, cut, folded, plain},
};
use crate::{
    basis::{Reason, Span},
    facts::{CfgId, FileFacts, ItemId, ItemKind, PathKind, Scope, ScopeId, ScopeKind, Unread},
};

/// How long the text of something unreadable is told, in characters.
const UNREAD_TEXT: usize = 120;

/// The facts of the file that `tree` was parsed from.
pub(super) fn walk(source: &Source<'_>, tree: &Tree) -> FileFacts {
    let mut walk = Walk::new(source, tree.root_node().has_error());
    let mut cursor = tree.walk();
    loop {
        if walk.enter(&mut cursor) && cursor.goto_first_child() {
            continue;
        }
        walk.leave();
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return walk.finish();
            }
            walk.leave();
        }
    }
}

/// What a node is seen as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Plain,
    Pattern,
    Header,
    Segment,
}

/// A node that has been entered and not been left.
struct Level {
    children: Children,
    seen: Seen,
    undo: bool,
}

/// What leaving a node does to the names in scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// Nothing.
    Keep,
    /// What its patterns held comes into scope.
    Bind,
    /// What came into scope inside goes.
    Cut,
    /// The names around it come back.
    Restore,
}

/// What leaving a node restores.
struct Undo<'n> {
    at: At,
    leave: Leave,
    locals: usize,
    generics: usize,
    pending: usize,
    /// The function that the node is, until its body is entered.
    function: Option<(Node<'n>, ItemId)>,
}

/// The walk over one file.
pub(super) struct Walk<'s, 't, 'n> {
    pub(super) source: &'s Source<'t>,
    pub(super) grammar: &'static Grammar,
    pub(super) facts: FileFacts,
    pub(super) cfgs: Cfgs,
    pub(super) at: At,
    /// Attributes that belong to the next node, and where the first begins.
    pub(super) held: Vec<RawAttribute>,
    pub(super) held_start: usize,
    /// Where the name of what is being declared begins: it is no use of that name.
    pub(super) declared: usize,
    /// Bytes that written out `use` trees may still take.
    pub(super) budget: usize,
    paths: Paths<'t>,
    names: Vec<Names<'t>>,
    levels: Vec<Level>,
    undo: Vec<Undo<'n>>,
    broken: bool,
}

impl<'s, 't, 'n> Walk<'s, 't, 'n> {
    fn new(source: &'s Source<'t>, broken: bool) -> Self {
        Self {
            source,
            grammar: Grammar::get(),
            facts: empty(),
            cfgs: Cfgs::new(),
            at: At { scope: ScopeId(0), item: None, cfg: CfgId(0) },
            held: Vec::new(),
            held_start: 0,
            declared: usize::MAX,
            budget: source.text.len() * 16 + (64 << 10),
            paths: Paths::default(),
            names: vec![Names::default()],
            levels: Vec::new(),
            undo: Vec::new(),
            broken,
        }
    }

    fn finish(mut self) -> FileFacts {
        self.facts.paths = self.paths.finish(&self.facts);
        self.facts.cfgs = self.cfgs.list;
        self.facts
    }

    /// Enters the node under the cursor; says whether its children are to be visited.
    fn enter(&mut self, cursor: &mut TreeCursor<'n>) -> bool {
        let node = cursor.node();
        let class = self.grammar.class(node.kind_id());
        let seen = self.seen(cursor);
        let debris = self.levels.last().is_some_and(|parent| parent.children == Children::Debris);
        self.levels.push(Level { children: class.children, seen, undo: false });
        if self.broken && node.is_missing() {
            self.missing(node.start_byte());
            return false;
        }
        if class.enter == Enter::Attribute {
            self.hold(node);
        }
        if matches!(class.enter, Enter::Attribute | Enter::Comment)
            || (class.enter == Enter::Skip && self.held.is_empty())
        {
            return false;
        }
        let outer = self.at;
        let depth = self.undo.len();
        let held = std::mem::take(&mut self.held);
        if debris && !class.enter.declares() {
            self.attribute_paths(&held, outer);
            return false;
        }
        if !held.is_empty() && !class.enter.declares() && class.enter != Enter::Item(ItemKind::Variant) {
            self.at.cfg = self.condition(&held, false);
            self.attribute_paths(&held, self.at);
        }
        let descend = self.enter_class(cursor, class, seen, held);
        if self.undo.len() > depth {
            self.undo[depth].at = outer;
        } else if self.at != outer && class.enter != Enter::InnerAttribute {
            let at = std::mem::replace(&mut self.at, outer);
            self.region(Leave::Keep);
            self.at = at;
        }
        descend
    }

    fn enter_class(
        &mut self,
        cursor: &mut TreeCursor<'n>,
        class: Class,
        seen: Seen,
        held: Vec<RawAttribute>,
    ) -> bool {
        let node = cursor.node();
        match class.enter {
            Enter::Skip | Enter::Comment | Enter::Attribute => false,
            Enter::Descend => true,
            Enter::Item(kind) => self.named_item(node, kind, &held),
            Enter::Module => self.module(node, &held),
            Enter::Impl => self.implementation(node, &held),
            Enter::Macro => self.macro_rules(node, &held),
            Enter::Use => self.import(node, &held),
            Enter::ExternCrate => self.extern_crate(node, &held),
            Enter::InnerAttribute => self.inner_attribute(node),
            Enter::MacroCall => {
                self.macro_call(node);
                false
            }
            Enter::Visibility => {
                self.visibility_path(node);
                false
            }
            Enter::Name => self.name(node, seen),
            Enter::TypeName => self.type_name(node, seen),
            Enter::Path => self.path(node, PathKind::Value, seen),
            Enter::TypePath => {
                let kind = if seen == Seen::Header { PathKind::Impl } else { PathKind::Type };
                self.path(node, kind, seen)
            }
            Enter::Shorthand => {
                let name = plain(self.text(node));
                self.names().pending.push(name);
                false
            }
            Enter::Generic | Enter::Binding => self.generic(node, class.enter == Enter::Generic),
            Enter::Block => {
                self.block(cursor);
                true
            }
            Enter::Region | Enter::FunctionType => {
                self.region(Leave::Cut);
                true
            }
            Enter::Let => {
                self.region(Leave::Bind);
                true
            }
            Enter::Else => {
                let mark = self.undo.last().map_or(0, |around| around.locals);
                self.names().locals.cut(mark);
                true
            }
            Enter::Error => self.debris(cursor),
        }
    }

    /// Leaves the innermost node.
    fn leave(&mut self) {
        if !self.levels.pop().is_some_and(|level| level.undo) {
            return;
        }
        let Some(undo) = self.undo.pop() else { return };
        self.at = undo.at;
        match undo.leave {
            Leave::Keep => {}
            Leave::Bind => self.names().commit(undo.pending),
            Leave::Cut => {
                let names = self.names();
                names.pending.truncate(undo.pending);
                names.locals.cut(undo.locals);
                names.generics.cut(undo.generics);
            }
            Leave::Restore => {
                self.names.pop();
            }
        }
    }

    /// Remembers what leaving the node being entered undoes.
    pub(super) fn region(&mut self, leave: Leave) {
        let at = self.at;
        if leave == Leave::Restore {
            self.names.push(Names::default());
        }
        let names = self.names();
        let undo = Undo {
            at,
            leave,
            locals: names.locals.mark(),
            generics: names.generics.mark(),
            pending: names.pending.len(),
            function: None,
        };
        self.undo.push(undo);
        if let Some(level) = self.levels.last_mut() {
            level.undo = true;
        }
    }

    /// Enters the item `id`, the node being entered; `fresh` hides the names around it.
    pub(super) fn enter_item(&mut self, id: ItemId, fresh: bool, function: Option<Node<'n>>) {
        self.region(if fresh { Leave::Restore } else { Leave::Cut });
        if let Some(undo) = self.undo.last_mut() {
            undo.function = function.map(|node| (node, id));
        }
        let cfg = self.facts.items[id.0 as usize].cfg;
        self.at = At { item: Some(id), cfg, ..self.at };
    }

    /// The body of a function, or the whole of a `const` or `static`: `node` is the item's node, `scope` where the paths of
    /// its value are looked up. [`FileFacts::bodies`] is filled from here.
    pub(super) fn lower(&mut self, _node: Node<'n>, _item: ItemId, _scope: ScopeId) {}

    /// What the node under the cursor is seen as; binds what its parent's patterns held where they are in scope from here.
    fn seen(&mut self, cursor: &TreeCursor<'n>) -> Seen {
        let Some(parent) = self.levels.last() else { return Seen::Plain };
        let (children, inherited) = (parent.children, parent.seen);
        let fields = self.grammar.fields;
        let is = |field: u16| cursor.field_id().is_some_and(|id| id.get() == field);
        let pattern = |yes: bool| if yes { Seen::Pattern } else { Seen::Plain };
        match children {
            Children::Plain | Children::Members | Children::Statement | Children::Debris => Seen::Plain,
            Children::PatternField => pattern(is(fields.pattern)),
            Children::Loop | Children::Function => {
                if is(fields.body) {
                    self.commit();
                }
                pattern(is(fields.pattern))
            }
            Children::Arm => {
                if is(fields.value) {
                    self.commit();
                }
                Seen::Plain
            }
            Children::MatchPattern => {
                let condition = is(fields.condition);
                if condition {
                    self.commit();
                }
                pattern(!condition)
            }
            Children::Patterns => Seen::Pattern,
            Children::TypedPatterns => pattern(!is(fields.r#type)),
            Children::Header if is(fields.r#trait) || is(fields.r#type) => Seen::Header,
            Children::Header => Seen::Plain,
            Children::Inherit => inherited,
            Children::InheritType if is(fields.r#type) => inherited,
            Children::InheritType => Seen::Plain,
            Children::Segments => Seen::Segment,
        }
    }

    fn commit(&mut self) {
        let mark = self.undo.last().map_or(0, |region| region.pending);
        self.names().commit(mark);
    }

    fn names(&mut self) -> &mut Names<'t> {
        self.names.last_mut().expect("the file's own names are never popped")
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        self.source.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Whether a macro call in the node being entered stands where items stand.
    pub(super) fn in_item_position(&self) -> bool {
        let around = |back: usize| self.levels.iter().rev().nth(back).map(|level| level.children);
        match around(1) {
            Some(Children::Statement) => around(2) == Some(Children::Members),
            parent => parent == Some(Children::Members),
        }
    }
}

/// Names and paths.
impl<'t, 'n> Walk<'_, 't, 'n> {
    fn name(&mut self, node: Node<'n>, seen: Seen) -> bool {
        let name = plain(self.text(node));
        if node.start_byte() == self.declared || seen == Seen::Segment || name == "_" {
            return false;
        }
        if seen == Seen::Pattern && !name.starts_with(char::is_uppercase) {
            self.names().pending.push(name);
        } else if !self.names().locals.has(name) && !is_primitive(name) {
            self.record(Cow::Borrowed(name), PathKind::Value, node.start_byte()..node.end_byte());
        }
        false
    }

    fn type_name(&mut self, node: Node<'n>, seen: Seen) -> bool {
        if node.start_byte() != self.declared && seen != Seen::Segment {
            let kind = if seen == Seen::Header { PathKind::Impl } else { PathKind::Type };
            self.record(Cow::Borrowed(plain(self.text(node))), kind, node.byte_range());
        }
        false
    }

    /// A path of several segments; its children matter only where there are generic arguments among them.
    fn path(&mut self, node: Node<'n>, kind: PathKind, seen: Seen) -> bool {
        let text = self.text(node);
        let simple = text.bytes().all(|byte| super::token::is_word_byte(byte) || byte == b':');
        if seen != Seen::Segment {
            let path = if simple { Some(Cow::Borrowed(text)) } else { self.segments(node).map(Cow::Owned) };
            if let Some(path) = path {
                self.record(path, kind, node.byte_range());
            }
        }
        !simple && text.contains('<')
    }

    /// The segments of a path without generic arguments; `None` where it begins with `<`.
    pub(super) fn segments(&self, node: Node<'n>) -> Option<String> {
        let fields = self.grammar.fields;
        let mut segments = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            next = match node.kind() {
                "scoped_identifier" | "scoped_type_identifier" => {
                    segments.push(plain(self.text(node.child_by_field_id(fields.name)?)));
                    let path = node.child_by_field_id(fields.path);
                    if path.is_none() {
                        segments.push("");
                    }
                    path
                }
                "generic_type" => node.child_by_field_id(fields.r#type),
                "bracketed_type" => return None,
                _ => {
                    segments.push(plain(self.text(node)));
                    None
                }
            };
        }
        segments.reverse();
        Some(segments.join("::"))
    }

    fn generic(&mut self, node: Node<'n>, binds: bool) -> bool {
        if let Some(name) = node.child_by_field_id(self.grammar.fields.name) {
            self.declared = name.start_byte();
            let name = plain(self.text(name));
            if binds {
                self.names().generics.push(name);
            }
        }
        true
    }

    /// Records a path of the tree at the place of the walk, unless it begins with `Self` or a generic parameter.
    pub(super) fn record(&mut self, path: Cow<'t, str>, kind: PathKind, bytes: std::ops::Range<usize>) {
        let first = path.split("::").next().unwrap_or_default();
        if first == "Self" || self.names().generics.has(first) {
            return;
        }
        let (at, source) = (self.at, self.source);
        self.paths.add(path, kind, at, || source.site(bytes.start, bytes.end));
    }

    /// Records the paths among the tokens in `range`.
    pub(super) fn scan(&mut self, range: std::ops::Range<usize>) {
        let source = self.source;
        for mention in mentions(source, range) {
            let called = source.is_mark(mention.tokens.end, b'!');
            if called || !self.names().locals.has(&mention.path) {
                let bytes = source.site_of(mention.tokens).span.range();
                self.record(Cow::Owned(mention.path), PathKind::MacroTokens, bytes);
            }
        }
    }

    fn block(&mut self, cursor: &mut TreeCursor<'n>) {
        let function = self.undo.last_mut().and_then(|around| around.function.take());
        self.region(Leave::Cut);
        if self.declares_items(cursor) {
            let kind = ScopeKind::Block(self.at.item);
            self.at.scope = self.scope(kind);
        }
        if let Some((node, item)) = function {
            self.lower(node, item, self.at.scope);
        }
    }

    /// Opens a scope inside the current one.
    pub(super) fn scope(&mut self, kind: ScopeKind) -> ScopeId {
        let id = ScopeId(Span::new(self.facts.scopes.len(), 0).start);
        self.facts.scopes.push(Scope { parent: Some(self.at.scope), kind, cfg: self.at.cfg });
        id
    }

    fn declares_items(&self, cursor: &mut TreeCursor<'n>) -> bool {
        let mut declares = false;
        if cursor.goto_first_child() {
            declares = self.grammar.class(cursor.node().kind_id()).enter.declares();
            while !declares && cursor.goto_next_sibling() {
                declares = self.grammar.class(cursor.node().kind_id()).enter.declares();
            }
            cursor.goto_parent();
        }
        declares
    }
}

/// Attributes and conditions.
impl<'n> Walk<'_, '_, 'n> {
    fn hold(&mut self, node: Node<'n>) {
        if self.held.is_empty() {
            self.held_start = node.start_byte();
        }
        let tokens = self.source.between(node.start_byte(), node.end_byte());
        self.held.append(&mut attributes(self.source, tokens));
    }

    fn inner_attribute(&mut self, node: Node<'n>) -> bool {
        let held = attributes(self.source, self.source.between(node.start_byte(), node.end_byte()));
        self.at.cfg = self.condition(&held, false);
        self.attribute_paths(&held, self.at);
        if self.at.item.is_none() {
            let scope = &mut self.facts.scopes[self.at.scope.0 as usize];
            scope.cfg = self.at.cfg;
            if let ScopeKind::Module(item) = scope.kind {
                self.facts.items[item.0 as usize].cfg = self.at.cfg;
            }
        }
        false
    }

    /// The condition of what these attributes stand over.
    pub(super) fn condition(&mut self, held: &[RawAttribute], function: bool) -> CfgId {
        let mut cfg = self.at.cfg;
        for attribute in held.iter().filter(|attribute| attribute.condition.is_none()) {
            if attribute.path == "cfg" {
                cfg = self.cfgs.narrow(cfg, self.source, attribute.arguments.clone());
            } else if function && super::cfg::marks_test(&attribute.path) {
                cfg = self.cfgs.test(cfg);
            }
        }
        cfg
    }

    /// Records what attributes name, at `at`.
    pub(super) fn attribute_paths(&mut self, held: &[RawAttribute], at: At) {
        let around = std::mem::replace(&mut self.at, at);
        for attribute in held {
            if attribute.path == "derive" {
                for part in parts(self.source, attribute.arguments.clone()) {
                    let path: String = part
                        .clone()
                        .filter_map(|index| self.source.word(index))
                        .collect::<Vec<_>>()
                        .join("::");
                    let lead = if self.source.is_separator(part.start) { "::" } else { "" };
                    let bytes = self.source.site_of(part).span.range();
                    self.record(Cow::Owned(format!("{lead}{path}")), PathKind::Attribute, bytes);
                }
            } else if !attribute.path.is_empty() && !is_builtin_attribute(&attribute.path) {
                let bytes = self.source.site_of(attribute.path_tokens.clone()).span.range();
                self.record(Cow::Owned(attribute.path.clone()), PathKind::Attribute, bytes);
                for mention in mentions(self.source, attribute.arguments.clone()) {
                    if mention.path.contains("::") || mention.path.starts_with(char::is_uppercase) {
                        let bytes = self.source.site_of(mention.tokens).span.range();
                        self.record(Cow::Owned(mention.path), PathKind::MacroTokens, bytes);
                    }
                }
            }
        }
        self.at = around;
    }
}

/// What cannot be read.
impl<'n> Walk<'_, '_, 'n> {
    /// Notes unreadable code, and records the paths among what is no declaration in it.
    fn debris(&mut self, cursor: &mut TreeCursor<'n>) -> bool {
        let node = cursor.node();
        if self.stray_attribute(node) {
            return false;
        }
        self.unread(Reason::Syntax, node.start_byte(), node.end_byte());
        let mut gap = node.start_byte();
        let mut gaps = Vec::new();
        if cursor.goto_first_child() {
            loop {
                let child = cursor.node();
                let enter = self.grammar.class(child.kind_id()).enter;
                if enter.declares() || enter == Enter::Attribute {
                    gaps.push(gap..child.start_byte());
                    gap = child.end_byte();
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            cursor.goto_parent();
        }
        gaps.push(gap..node.end_byte());
        for gap in gaps {
            self.scan(self.source.between(gap.start, gap.end));
        }
        true
    }

    /// Whether all that the grammar could not read is one attribute, where it knows none: in a struct pattern, a second one
    /// of a parameter. It is read like any other, only its condition is not applied.
    fn stray_attribute(&mut self, node: Node<'n>) -> bool {
        let tokens = self.source.between(node.start_byte(), node.end_byte());
        let is_attribute = self.source.is_mark(tokens.start, b'#')
            && self.source.is_mark(tokens.start + 1, b'[')
            && self.source.behind_closing(tokens.start + 1, tokens.end) == tokens.end
            && self.source.is_mark(tokens.end - 1, b']');
        if is_attribute {
            self.attribute_paths(&attributes(self.source, tokens), self.at);
        }
        is_attribute
    }

    /// Notes that the grammar had to invent a token at `at`.
    fn missing(&mut self, at: usize) {
        self.unread(Reason::Syntax, at, at);
    }

    /// Notes that the bytes from `start` to `end` are not read; what touches the part noted before is joined with it.
    pub(super) fn unread(&mut self, reason: Reason, start: usize, end: usize) {
        let site = self.source.site(start, end);
        if let Some(last) = self.facts.unread.last_mut()
            && last.reason == reason
            && last.site.span.end >= site.span.start
        {
            last.site.span.end = last.site.span.end.max(site.span.end);
            return;
        }
        let text = self.source.text;
        let line = if start == end {
            let before = text[..start].len().saturating_sub(UNREAD_TEXT);
            let before = (before..=start).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
            let line_start = text[before..start].rfind('\n').map_or(before, |at| before + at + 1);
            let rest = cut(&text[start..], UNREAD_TEXT);
            &text[line_start..start + rest.find('\n').unwrap_or(rest.len())]
        } else {
            cut(&text[start..end], 8 * UNREAD_TEXT)
        };
        let line = folded(line);
        let text: String = line.chars().take(UNREAD_TEXT).collect();
        self.facts.unread.push(Unread { reason, site, text: text.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::super::shown;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown::paths(text), expected, "{text}");
    }

    #[test]
    fn paths_in_types() {
        check("fn f(x: crate::db::T) -> super::U {}", "Type crate::db::T; Type super::U");
        check(
            "struct S<T: a::B> where T: c::D { x: Vec<e::F<T>>, y: &'static dyn g::H, z: [i::J; K] }",
            "Type a::B; Type c::D; Type Vec; Type e::F; Type g::H; Type i::J; Value K",
        );
        check("type A = <b::C as d::E>::F; type G = <h::I>::J;", "Type b::C; Type d::E; Type h::I");
        check(
            "type A = Box<dyn Fn(b::C) -> d::E>; type F = fn(g::H);",
            "Type Box; Type Fn; Type b::C; Type d::E; Type g::H",
        );
        check("type A = impl Iterator<Item = b::C>;", "Type Iterator; Type b::C");
        check("type A = Vec<b::C>; type D = a::b::<E>::F;", "Type Vec; Type b::C; Type a::b::F; Type E");
        check("fn f<T, const N: usize>(x: T, y: [T; N]) -> Self { T::new() }", "");
        check("trait A: b::C { type D: e::F; } ", "Type b::C; Type e::F");
        check("fn f(x: u8, y: bool) -> str {}", "");
        check("struct S(pub a::B, r#C);", "Type a::B; Type C");
    }

    #[test]
    fn paths_in_expressions() {
        check("fn f() { crate::db::conn::pool(); }", "Value crate::db::conn::pool");
        check("fn f() { Vec::<a::T>::new(); x::<b::U>(); }", "Value Vec::new; Type a::T; Value x; Type b::U");
        check("fn f() { <a::T as b::U>::g(); <c::V>::h(); }", "Type a::T; Type b::U; Type c::V");
        check("fn f() { A { b: c(), ..d() }; e::F { g: 1 }; }", "Type A; Value c; Value d; Type e::F");
        check("fn f() { x.method::<a::B>(y).field.0; }", "Value x; Type a::B; Value y");
        check("fn f() { get(list) }", "Value get; Value list");
        check("fn f() { self.g(); Self::h(); u32::MAX; }", "");
        check("use std::u32; fn f() { u32::MAX; }", "Value u32::MAX");
        check("fn f() { 'a: loop { break 'a; } }", "");
        check("fn f() { x as a::B; a :: b (); }", "Value x; Type a::B; Value a::b");
        check("fn f() { ::a::b() }", "Value ::a::b");
        check("fn f() { a::b(); a::b(); } fn g() { a::b() }", "Value a::b*2; Value a::b");
    }

    #[test]
    fn bound_names_are_no_paths() {
        check("fn f(a: u8, (b, c): D) { a; b; c; d; }", "Type D; Value d");
        check("fn f() { let a = a(); a; }", "Value a");
        check("fn f() { { let a = 1; a; } a; }", "Value a");
        check("fn f() { let Some(a) = g() else { a }; a; }", "Value Some; Value g; Value a");
        check("fn f() { if let A(b) = c { b } else { b } }", "Value A; Value c; Value b");
        check("fn f() { while let Some(a) = a.next() { a } }", "Value Some; Value a");
        check("fn f() { if let A(b) = g && let C(d) = b { d } d }", "Value A; Value g; Value C; Value d");
        check(
            "fn f() { match a { B::C { d, e: g, .. } if d => g, h @ I | h => h, J => d } }",
            "Value a; Type B::C; Value I; Value J; Value d",
        );
        check("fn f() { for a in a { a; } a }", "Value a*2");
        check("fn f() { |a, (b, c): D| a + b + c + d; a }", "Type D; Value d; Value a");
        check("fn f() { let g = |x| x; g(1); } fn h() { g(1) }", "Value g");
        check("fn f() { let a = 1; fn g() { a } S { a } }", "Value a; Type S");
        check("fn f() { let a = |b| { fn g(c: u8) { c } b }; }", "");
        check("fn f() { let x: fn(a: u8) = y; a }", "Value y; Value a");
        check("fn f() { let &mut ref mut a = b; let [c, .., d] = a; c; d }", "Value b");
        check("fn f() { let a = 1; m!(a(), b(), C); }", "MacroName m; MacroTokens b; MacroTokens C");
    }

    #[test]
    fn paths_in_macros_and_attributes() {
        check("fn f() { sqlx::query!(\"a::b\", x::Y); }", "MacroName sqlx::query; MacroTokens x::Y");
        check(
            "macro_rules! m { ($a:ty) => { $crate::x::<$a>(); B::c() }; (D) => { e!() } }",
            "MacroTokens $crate::x; MacroTokens B::c; MacroTokens e",
        );
        check("#[derive(Debug, sqlx::FromRow)] struct A;", "Attribute Debug; Attribute sqlx::FromRow");
        check("#[cfg_attr(x, derive(a::B), c::d)] struct A;", "Attribute a::B; Attribute c::d");
        check("#[tokio::main] #[inline] async fn f() {}", "Attribute tokio::main");
        check(
            "#[utoipa::path(get, responses((body = a::B, x = C)))] fn f() {}",
            "Attribute utoipa::path; MacroTokens a::B; MacroTokens C",
        );
        check("struct S { #[serde(with = \"a::b\")] x: u8 }", "Attribute serde");
        check("pub(in crate::a) fn f() {} pub(crate) struct S;", "Visibility crate::a");
        check("/// [a::B]\n//! c::D\nfn f() { \"e::F\"; }", "");
    }

    #[test]
    fn headers_of_impls() {
        check("impl a::T for b::C {}", "Impl a::T; Impl b::C");
        check(
            "impl<X> From<a::T<X>> for &b::C<d::E> where X: g::H {}",
            "Impl From; Type a::T; Impl b::C; Type d::E; Type g::H",
        );
        check("impl<T> A<T> { fn f(x: T) -> B { T::g() } }", "Impl A; Type B");
    }

    #[test]
    fn places_of_paths() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(shown::places(text), expected, "{text}");
        }
        check("impl A { fn f() { b::c() } }", "A of=<A>; b::c of=f");
        check("mod m { type A = B; fn f() { use x::y; c::d() } }", "B in=mod m of=A; c::d in=block f of=f");
        check("enum E { V(a::B) }", "a::B of=V");
        check("#[a::b] mod m { #[c::d] m!{} }", "a::b of=m; c::d in=mod m; m in=mod m");
        check(
            "#[cfg(test)] #[a::b] fn f() { #[cfg(unix)] c::d(); e::g(); }",
            "a::b of=f if=test (test); c::d of=f if=test and unix (test); e::g of=f if=test (test)",
        );
        check("fn f() { g(); fn g() {} }", "g in=block f of=f");
    }

    #[test]
    fn what_the_grammar_cannot_read() {
        #[track_caller]
        fn check(text: &str, unread: &str, paths: &str) {
            assert_eq!(shown::unread(text.as_bytes()), unread, "{text}");
            assert_eq!(shown::paths(text), paths, "{text}");
        }
        check("fn f() { a::b() }", "", "Value a::b");
        check("unsafe extern \"C\" { pub safe fn f(x: a::B); }", "", "Type a::B");
        check(
            "use a::{b, c d};",
            "syntax 1:1 use a::{b, c d};",
            "MacroTokens a::b; MacroTokens a::c; MacroTokens a::d",
        );
        check("fn f( { a::b(); }\nstruct S(c::D);", "syntax 1:6 fn f( { a::b(); }", "Value a::b; Type c::D");
        check("fn f() { let x = ; a::b(x) }", "syntax 1:16 =", "Value a::b");
        check("fn f() { a::b()", "syntax 1:1 fn f() { a::b()", "MacroTokens a::b");
        check(
            "fn f() { fn g() -> a::B {} c::d(",
            "syntax 1:1 fn f() { fn g() -> a::B {} c::d(",
            "Type a::B; MacroTokens c::d",
        );
        check("mod m { fn f() {}\n\nfn g() {}", "syntax 3:10 fn g() {}", "");
        check("#[test] ) fn f() { a::b() }", "syntax 1:9 )", "Value a::b");
    }
}
