//! The syntax tree → facts, in one pass without recursion.
//!
//! On the way down each node is entered once: it tells what it declares or names, and whether its children matter. On the
//! way up what it had brought into scope is undone. What a child is seen as (a pattern, the header of an `impl`, a segment of
//! a path) follows from its parent alone.

use std::collections::BTreeMap;

use tree_sitter::{Node, Tree, TreeCursor};

use super::{
    attribute::RawAttribute,
    cfg::Cfgs,
    empty,
    grammar::{Children, Class, Enter, Grammar},
    names::Names,
    paths::{At, Paths},
    source::{Source, plain},
};
use crate::{
    basis::Span,
    facts::{Cfg, CfgId, ExprKind, FileFacts, ItemId, ItemKind, PathKind, Scope, ScopeId, ScopeKind},
};

/// The facts of the text that `tree` was parsed from and that stands under the condition `around`.
pub(super) fn walk(source: &Source<'_>, tree: &Tree, around: Cfg) -> FileFacts {
    let mut walk = Walk::new(source, tree.root_node().has_error());
    walk.cfgs.list[0] = around;
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
pub(super) enum Seen {
    /// Nothing particular.
    Plain,
    /// A pattern, or a part of one.
    Pattern,
    /// The trait or the type of an `impl`.
    Header,
    /// A segment of a path that has been told as a whole.
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
    pub(super) paths: Paths<'t>,
    /// The scopes of blocks inside of bodies, by where the blocks begin.
    blocks: BTreeMap<u32, ScopeId>,
    names: Vec<Names<'t>>,
    levels: Vec<Level>,
    undo: Vec<Undo<'n>>,
    pub(super) broken: bool,
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
            blocks: BTreeMap::new(),
            names: vec![Names::default()],
            levels: Vec::new(),
            undo: Vec::new(),
            broken,
        }
    }

    fn finish(mut self) -> FileFacts {
        self.facts.paths = self.paths.finish(&self.facts);
        self.facts.cfgs = self.cfgs.list;
        if !self.blocks.is_empty() {
            for body in &mut self.facts.bodies {
                body.value.visit(&mut |expr| {
                    if let ExprKind::Block { scope, .. } = &mut expr.kind {
                        *scope = self.blocks.get(&expr.site.span.start).copied();
                    }
                });
            }
        }
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
            Enter::Use => {
                self.visibility_in(node);
                self.import(node, &held)
            }
            Enter::ExternCrate => self.extern_crate(node, &held),
            Enter::InnerAttribute => self.inner_attribute(node),
            Enter::MacroCall => {
                self.macro_call(node);
                self.broken && node.has_error()
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
    pub(super) fn lower(&mut self, node: Node<'n>, item: ItemId, scope: ScopeId) {
        // What lies deeper makes the whole file unread, and looking through each body would take the square of its length.
        let above = |item: &ItemId| self.facts.items[item.0 as usize].parent;
        if std::iter::successors(Some(item), above).nth(super::NESTING).is_some() {
            return;
        }
        let around = self.facts.items[item.0 as usize].cfg;
        let (cfgs, source) = (&mut self.cfgs, self.source);
        let mut condition = |written: &[String]| {
            written.iter().fold(around, |outer, text| {
                let predicate = Source::new(text);
                cfgs.narrow(outer, &predicate, 0..predicate.tokens.len())
            })
        };
        let whole = source.text.get(node.byte_range()).unwrap_or_default();
        let asked = source.words.iter().any(|word| whole.contains(&**word));
        let owner = super::lower::Owner { item, scope, asked };
        self.facts.bodies.extend(super::lower::body(node, source.text, owner, &mut condition));
    }

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

    pub(super) fn names(&mut self) -> &mut Names<'t> {
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

/// Scopes.
impl<'n> Walk<'_, '_, 'n> {
    fn block(&mut self, cursor: &mut TreeCursor<'n>) {
        let function = self.undo.last_mut().and_then(|around| around.function.take());
        self.region(Leave::Cut);
        if self.declares_items(cursor) {
            let kind = ScopeKind::Block(self.at.item);
            self.at.scope = self.scope(kind);
            if function.is_none() {
                self.blocks.insert(Span::new(cursor.node().start_byte(), 0).start, self.at.scope);
            }
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

#[cfg(test)]
mod tests {
    use super::super::shown;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(shown::paths(text), expected, "{text}");
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
}
