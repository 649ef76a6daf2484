//! Valid Rust that the grammar cannot read → text of the same length that it can.
//!
//! Only the parser sees the masked text: offsets are the same, and every name is read from the text itself. What is masked
//! is decided by tokens alone, so only words that stand nowhere else in valid code can be.

use super::{
    builtin::is_primitive,
    source::Source,
    token::{TokenKind, frontmatter},
};

/// `source`'s text with what the grammar does not know blanked or renamed; `None` where nothing has to be.
///
/// - `safe` before the items of an `unsafe extern` block (Rust 1.82);
/// - who may name a type without a shape in an `extern` block (`pub type X;`): [`Source::masked_visibility`] reads it;
/// - the lifetimes of a bound that is not the first one (`A + for<'a> B<'a>`);
/// - macros with a name of their own in the grammar: `try!(…)` (a macro in edition 2015) and `str![…]`;
/// - the frontmatter of single-file packages.
pub(super) fn masked(source: &Source<'_>) -> Option<Vec<u8>> {
    let mut changes: Vec<(std::ops::Range<usize>, u8)> = Vec::new();
    if let Some(lines) = frontmatter(source.text) {
        changes.push((lines, b' '));
    }
    for (index, token) in source.tokens.iter().enumerate() {
        let bytes = token.start as usize..token.end as usize;
        if is_macro(source, index) && (is_primitive(source.token(index)) || source.token(index) == "try") {
            changes.push((bytes, b'_'));
        } else if bytes.len() == "safe".len() && source.token(index) == "safe" && is_qualifier(source, index)
        {
            changes.push((bytes, b' '));
        } else if bytes.len() == "type".len() && source.token(index) == "type" {
            let ends = source.word(index + 1).is_some() && source.is_mark(index + 2, b';');
            changes.extend(source.masked_visibility(index).filter(|_| ends).map(|range| (range, b' ')));
        } else if bytes.len() == "for".len() && source.token(index) == "for" {
            changes.extend(lifetimes(source, index).map(|range| (range, b' ')));
        }
    }
    if changes.is_empty() {
        return None;
    }
    let mut text = source.text.as_bytes().to_vec();
    for (bytes, with) in changes {
        for byte in text[bytes].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = with;
        }
    }
    Some(text)
}

/// `text` with the bytes of `ranges` blanked; lines stay.
pub(super) fn blanked(text: &[u8], ranges: &[std::ops::Range<usize>]) -> Vec<u8> {
    let mut text = text.to_vec();
    for range in ranges {
        for byte in text[range.clone()].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    text
}

/// The bytes of `for<…>` at `index` where it stands behind another bound: nothing in an expression begins so.
fn lifetimes(source: &Source<'_>, index: usize) -> Option<std::ops::Range<usize>> {
    let follows = index.checked_sub(1).is_some_and(|before| source.is_mark(before, b'+'));
    if !follows || !source.is_mark(index + 1, b'<') {
        return None;
    }
    let mut end = index + 2;
    while matches!(source.kind(end), Some(TokenKind::Lifetime)) || source.is_mark(end, b',') {
        end += 1;
    }
    source.is_mark(end, b'>').then(|| source.site_of(index..end + 1).span.range())
}

/// Whether the word at `index` stands between what can precede an item and `fn` or `static`.
fn is_qualifier(source: &Source<'_>, index: usize) -> bool {
    let begins = match index.checked_sub(1) {
        Some(before) => matches!(source.token(before), "{" | "}" | ";" | "]" | ")" | "pub"),
        None => true,
    };
    begins && matches!(source.token(index + 1), "fn" | "static")
}

/// Whether a macro of this name is called at `index`.
fn is_macro(source: &Source<'_>, index: usize) -> bool {
    source.is_mark(index + 1, b'!') && matches!(source.token(index + 2), "(" | "[" | "{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let masked = masked(&Source::new(text)).map(|bytes| String::from_utf8(bytes).expect("still text"));
        assert_eq!(masked.as_deref(), expected);
    }

    #[test]
    fn only_what_the_grammar_does_not_know_is_masked() {
        check("unsafe extern { pub safe fn f(); }", Some("unsafe extern { pub      fn f(); }"));
        check("extern { safe static A: u8; }", Some("extern {      static A: u8; }"));
        check("let safe = 1; safe.f(); fn safe() {}", None);
        check("try!(a); r#try!(b)", Some("___!(a); r#try!(b)"));
        check("str![[\"a\"]]; x as u8 != (y)", Some("___![[\"a\"]]; x as u8 != (y)"));
        check("---\nä = 1\n---\nfn f() {}", Some("   \n      \n   \nfn f() {}"));
        check(
            "extern { pub type A; pub(crate) type B; type C; }",
            Some("extern {     type A;            type B; type C; }"),
        );
        check("trait T { type A; } pub type B = u8;", None);
        check("x: impl A + for<'a, 'b> B<'a>", Some("x: impl A +             B<'a>"));
        check("impl<T: for<'a> A<'a>> for B {} for _ in a + b {}", None);
        check("fn f() {}", None);
    }
}
