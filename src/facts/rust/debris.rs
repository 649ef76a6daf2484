//! What the grammar could not read → where that is, and the paths among its tokens.
//!
//! Declarations that stand whole among unreadable code are read like any other; everything else there is only scanned.

use tree_sitter::{Node, TreeCursor};

use super::{
    attribute::attributes,
    grammar::Enter,
    source::{cut, folded},
    walk::Walk,
};
use crate::{basis::Reason, facts::Unread};

/// How long the text of something unreadable is told, in characters.
const UNREAD_TEXT: usize = 120;

impl<'n> Walk<'_, '_, 'n> {
    /// Notes unreadable code, and records the paths among what is no declaration in it.
    pub(super) fn debris(&mut self, cursor: &mut TreeCursor<'n>) -> bool {
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
    pub(super) fn missing(&mut self, at: usize) {
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

    #[test]
    fn what_the_grammar_cannot_read() {
        #[track_caller]
        fn check(text: &str, unread: &str, paths: &str) {
            assert_eq!(shown::unread(text.as_bytes()), unread, "{text}");
            assert_eq!(shown::paths(text), paths, "{text}");
        }
        check("fn f() { a::b() }", "", "Value a::b");
        check("unsafe extern \"C\" { pub safe fn f(x: a::B); }", "", "Type a::B");
        check("extern \"C\" { pub type A; pub(super) type B; }", "", "");
        check(
            "fn f() -> impl a::B + for<'s> Fn(&'s c::D) + Send {}",
            "",
            "Type a::B; Type Fn; Type c::D; Type Send",
        );
        check(
            "fn f() -> impl a::B + use<> { c::d() } fn g<'s>() -> impl use<'s> + a::B {}",
            "",
            "Type a::B; Value c::d; Type a::B",
        );
        check(
            "fn f() { let a::B { 0: c, 10: d::E } = g::H { 0: i::j }; }",
            "",
            "Type a::B; Value d::E; Type g::H; Value i::j",
        );
        check(
            "fn f(g: &dyn Fn(&_, a::B)) -> c::D::<e::F> { o::<h::I::<j::K>>(); l::<-1>(m::N) }",
            "",
            "Type Fn; Type a::B; Type c::D; Type e::F; Value o; Type h::I; Type j::K; Value l; Value m::N",
        );
        check(
            "const default: a::B = c::D; fn f() { g(|h: i::J,| { k::l() }) }",
            "",
            "Type a::B; Value c::D; Value g; Type i::J; Value k::l",
        );
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
