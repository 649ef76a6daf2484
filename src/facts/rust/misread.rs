//! A tree with errors → the attributes that may have led to them.
//!
//! The grammar knows no attributes before the fields of a struct pattern, nor before any but the first element of a tuple, and
//! what it makes of the rest then is anything. Only attributes of the compiler may stand there, and they name nothing, so the
//! rest can be read without them.

use std::ops::Range;

use tree_sitter::Tree;

use super::{attribute::attributes, builtin::is_builtin_attribute, source::Source};

/// How many tokens of an attribute are looked at; longer ones stand where the grammar knows them.
const ATTRIBUTE: usize = 256;

/// How many attributes one field or element may have.
const ATTRIBUTES: usize = 8;

/// What went wrong in a tree.
pub(super) struct Misread {
    /// How many parts were not read, or had to be invented.
    pub(super) errors: usize,
    /// Attributes of the compiler among them, before what looks like the field of a pattern or an element of a tuple; bytes.
    pub(super) attributes: Vec<Range<usize>>,
}

/// The errors of `tree`, which was made of `source`.
pub(super) fn find(source: &Source<'_>, tree: &Tree) -> Misread {
    let mut found = Misread { errors: 0, attributes: Vec::new() };
    let mut cursor = tree.walk();
    if !cursor.node().has_error() {
        return found;
    }
    loop {
        let node = cursor.node();
        found.errors += usize::from(node.is_error() || node.is_missing());
        if matches!(node.kind(), "#" | "attribute_item") {
            found.attributes.extend(of_part(source, node.start_byte()));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                found.attributes.sort_by_key(|range| range.start);
                found.attributes.dedup();
                return found;
            }
        }
    }
}

/// The attributes that begin at the byte `start`, when they may stand before the field of a pattern or an element of a tuple and do.
fn of_part(source: &Source<'_>, start: usize) -> Option<Range<usize>> {
    let first = source.between(start, start + 1).next().filter(|first| source.is_mark(*first, b'#'))?;
    let mut end = behind(source, first)?;
    let before = first.checked_sub(1)?;
    for _ in 1..ATTRIBUTES {
        end = behind(source, end).unwrap_or(end);
    }
    let binds = |word: &str| matches!(word, "ref" | "mut");
    let mut field = end;
    while source.word(field).is_some_and(binds) {
        field += 1;
    }
    let is_field = source.word(field).is_some()
        && [b',', b'}', b':'].iter().any(|mark| source.is_mark(field + 1, *mark))
        || source.is_mark(field, b'.') && source.is_mark(field + 1, b'.');
    let begins = [b',', b'{', b']'].iter().any(|mark| source.is_mark(before, *mark));
    let is_part = begins && is_field || source.is_mark(before, b',') && source.is_in_parentheses(before);
    let of_compiler =
        || attributes(source, first..end).iter().all(|attribute| is_builtin_attribute(&attribute.path));
    (is_part && of_compiler()).then(|| source.site_of(first..end).span.range())
}

/// The token behind the attribute that begins at `first`; `None` where none does.
fn behind(source: &Source<'_>, first: usize) -> Option<usize> {
    if !source.is_mark(first, b'#') || !source.is_mark(first + 1, b'[') {
        return None;
    }
    let end = source.behind_closing(first + 1, (first + ATTRIBUTE).min(source.tokens.len()));
    source.is_mark(end - 1, b']').then_some(end)
}

#[cfg(test)]
mod tests {
    use super::super::shown;

    #[test]
    fn attributes_in_patterns_and_tuples_hide_nothing() {
        #[track_caller]
        fn check(text: &str, unread: &str, paths: &str) {
            assert_eq!(shown::unread(text.as_bytes()), unread, "{text}");
            assert_eq!(shown::paths(text), paths, "{text}");
        }
        let fields = "a, #[allow(deprecated)]\nb, c, d: _, #[cfg(x)] #[expect(y)] ref mut e, f: _, ";
        check(&format!("fn f() {{ let m::S {{ {fields} }} = g::h(); }}"), "", "Type m::S; Value g::h");
        check(
            &format!("fn f() {{ match 1 {{ m::S {{ {fields} }} => g::h(), }} }}"),
            "",
            "Type m::S; Value g::h",
        );
        check(
            &format!("fn f() {{ |m::S {{ {fields} #[cfg(x)] .. }}: n::T| g::h() }}"),
            "",
            "Type m::S; Type n::T; Value g::h",
        );
        check(
            "fn f() { (a::b, #[cfg(x)] c::d(), #[cfg(y)] &e.f, #[cfg(z)] #[allow(w)] (), g::h) }",
            "",
            "Value a::b; Value c::d; Value e; Value g::h",
        );
        check("fn f() { let S { #[allow(x)] a } = ; m::n() }", "syntax 1:34 =", "Type S; Value m::n");
        let other = "fn f() { let S { #[x::y] a, b, c, d, e } = 1; }";
        check(
            other,
            "syntax 1:10 let S {; syntax 1:26 a, b, c, d,; syntax 1:40 }",
            "MacroTokens S; Attribute x::y; Value e",
        );
        check("fn f() { let S { #[#[#[#[", "syntax 1:1 fn f() { let S { #[#[#[#[", "MacroTokens S");
        check("#[cfg(test)] ) #[allow(x)] mod m { fn f() { a::b() } }", "syntax 1:14 )", "Value a::b");
    }
}
