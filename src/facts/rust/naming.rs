//! Names and paths of the tree → paths of the file, unless they are bound where they stand.

use std::{borrow::Cow, ops::Range};

use tree_sitter::Node;

use super::{
    builtin::is_primitive,
    scan::mentions,
    source::plain,
    token::is_word_byte,
    walk::{Seen, Walk},
};
use crate::facts::PathKind;

impl<'t, 'n> Walk<'_, 't, 'n> {
    pub(super) fn name(&mut self, node: Node<'n>, seen: Seen) -> bool {
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

    pub(super) fn type_name(&mut self, node: Node<'n>, seen: Seen) -> bool {
        if node.start_byte() != self.declared && seen != Seen::Segment {
            let kind = if seen == Seen::Header { PathKind::Impl } else { PathKind::Type };
            self.record(Cow::Borrowed(plain(self.text(node))), kind, node.byte_range());
        }
        false
    }

    /// A path of several segments; its children matter only where there are generic arguments among them.
    pub(super) fn path(&mut self, node: Node<'n>, kind: PathKind, seen: Seen) -> bool {
        if self.broken && node.has_error() {
            // What the grammar joined there may be no path: the tokens are read for paths, and what it left out is said.
            if seen != Seen::Segment {
                self.scan(self.source.between(node.start_byte(), node.end_byte()));
            }
            return true;
        }
        let text = self.text(node);
        let simple = text.bytes().all(|byte| is_word_byte(byte) || byte == b':');
        if seen != Seen::Segment {
            let path = if simple { Some(Cow::Borrowed(text)) } else { self.segments(node).map(Cow::Owned) };
            if let Some(path) = path {
                self.record(path, kind, node.byte_range());
            }
        }
        !simple && text.contains('<')
    }

    /// The segments of a path without generic arguments; `None` where it begins with `<`.
    fn segments(&self, node: Node<'n>) -> Option<String> {
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

    pub(super) fn generic(&mut self, node: Node<'n>, binds: bool) -> bool {
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
    pub(super) fn record(&mut self, path: Cow<'t, str>, kind: PathKind, bytes: Range<usize>) {
        let first = path.split("::").next().unwrap_or_default();
        if first == "Self" || self.names().generics.has(first) {
            return;
        }
        let (at, source) = (self.at, self.source);
        self.paths.add(path, kind, at, || source.site(bytes.start, bytes.end));
    }

    /// Records the paths among the tokens in `range`.
    pub(super) fn scan(&mut self, range: Range<usize>) {
        let source = self.source;
        for mention in mentions(source, range) {
            let behind = mention.tokens.end;
            let kind = match source.is_mark(behind, b'!') && source.opens(behind + 1) {
                true => PathKind::MacroInTokens,
                false => PathKind::MacroTokens,
            };
            if kind == PathKind::MacroInTokens || !self.names().locals.has(&mention.path) {
                let bytes = source.site_of(mention.tokens).span.range();
                self.record(Cow::Owned(mention.path), kind, bytes);
            }
        }
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
    fn paths_that_the_grammar_joins_over_what_it_cannot_read() {
        let read = |text: &str| (shown::paths(text), shown::unread(text.as_bytes()));
        for text in [
            "fn f() { a::b crate::c::d(); }",
            "fn f(a: b::c super::d::E) {}",
            "fn f() { a::b crate::c::d!(); }",
        ] {
            let (paths, unread) = read(text);
            assert!(paths.contains("crate::c::d") || paths.contains("super::d::E"), "{text}: {paths}");
            assert!(!unread.is_empty(), "{text}");
        }
        let (paths, unread) = read("fn f() { become crate::c::d(); do yeet a::b; A { b, .. } = c::d; }");
        assert_eq!(paths, "Value crate::c::d; Value a::b; Type A; Value b; Value c::d");
        assert_eq!(unread, "");
        let (paths, unread) = read("fn f() where fn(a::B) -> c::D: e::F {}");
        assert_eq!(paths, "Type a::B; Type c::D; Type e::F");
        assert_eq!(unread, "");
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
    fn headers_of_impls() {
        check("impl a::T for b::C {}", "Impl a::T; Impl b::C");
        check(
            "impl<X> From<a::T<X>> for &b::C<d::E> where X: g::H {}",
            "Impl From; Type a::T; Impl b::C; Type d::E; Type g::H",
        );
        check("impl<T> A<T> { fn f(x: T) -> B { T::g() } }", "Impl A; Type B");
    }
}
