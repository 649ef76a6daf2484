//! Rust → text of the same length that the grammar can read, without what nobody reads of its tree.
//!
//! Only the parser sees the masked text: offsets are the same, and every name is read from the text itself. What is masked
//! is decided by tokens alone, so only words that stand nowhere else in valid code can be. Parsing costs a hundred times what
//! telling tokens apart does, so whatever is read from tokens anyway is blanked.

use std::ops::Range;

use super::{
    builtin::{is_keyword, is_primitive},
    forms::{
        PATH, blank_before_bound_function, captured, empty_generics, inferred_generics, is_bound_itself,
        is_bound_unit, is_comma_of_closure, is_inferred_reference, is_lifetime_first, is_macro,
        is_number_of_field, is_qualifier, is_rest_of_assigned, is_separator_of_type, is_sign_of_argument,
        lifetimes, struct_pattern,
    },
    source::Source,
    token::{TokenKind, frontmatter},
};

/// `source`'s text with what the grammar does not know blanked or renamed, and what is read from tokens blanked:
///
/// - `safe` before the items of an `unsafe extern` block (Rust 1.82);
/// - who may name a type without a shape in an `extern` block (`pub type X;`): [`Source::masked_visibility`] reads it;
/// - the lifetimes of a bound that is not the first one (`A + for<'a> B<'a>`);
/// - lists of generics in which nothing stands (`impl<> A for B`), as macros write them, and those that leave all to be inferred
///   (`A::<_> { … }`), which the grammar does not know in patterns;
/// - what a bound is said of, where the grammar knows only types with a name there: `where dyn A: B`, `where (): B`, `where fn(A): B`;
/// - words that say nothing more than what they stand before: ways to leave a function (`become a()`, `do yeet a`), and `box a`;
/// - the rest of a struct that is assigned to (`A { b, .. } = c`);
/// - bounds that name no trait: what is captured (`A + use<'a, T>`), and a lifetime before all others (`dyn 'a + Fn()`);
/// - words with a meaning of their own in the grammar, where a pattern binds them (`default @ 0`);
/// - numbers of fields in patterns (`A { 0: b }`), and a constant that is called `default`;
/// - functions with the name of a primitive type, where they are given types (`char::<A>('b')`);
/// - the `::` before the arguments of a type where the grammar wants none (`-> A::<B>`, `c::<A::<B>>`, `<A::<B> as C>::d`), the sign of a
///   number among such arguments (`c::<-1>`), and the last comma before the parameters of a closure end;
/// - the patterns of structs whose types are written out (`A::<B> { c: d } => …`): the grammar knows those of tuples;
/// - references to what is to be inferred (`Fn(&_)`), which stand for what is named elsewhere;
/// - macros with a name of their own in the grammar: `try!(…)` (a macro in edition 2015) and `str![…]`;
/// - the frontmatter of single-file packages;
/// - comments, the arguments of macros and of attributes, the arms of `macro_rules!`, groups of `use` in which nothing is wrong.
pub(super) fn masked(source: &Source<'_>) -> Vec<u8> {
    let mut text = source.text.as_bytes().to_vec();
    if let Some(lines) = frontmatter(source.text) {
        blank(&mut text[lines]);
    }
    for (index, token) in source.tokens.iter().enumerate() {
        let bytes = token.start as usize..token.end as usize;
        if token.kind != TokenKind::Word {
            mask_mark(source, index, &mut text);
            continue;
        }
        match source.token(index) {
            "become" | "box" => blank(&mut text[bytes]),
            "do" if source.token(index + 1) == "yeet" => {
                blank(&mut text[source.site_of(index..index + 2).span.range()]);
            }
            "fn" => {
                if let Some(blank) = blank_before_bound_function(source, index) {
                    text[blank] = b'&';
                }
            }
            "safe" if is_qualifier(source, index) => blank(&mut text[bytes]),
            "use" => {
                if let Some(range) = captured(source, index) {
                    blank(&mut text[range]);
                }
            }
            "dyn" if is_bound_itself(source, index) => blank(&mut text[bytes]),
            "dyn" | "impl" if is_lifetime_first(source, index) => {
                blank(&mut text[source.site_of(index + 1..index + 3).span.range()]);
            }
            name if source.is_mark(index + 1, b'@') && (is_primitive(name) || name == "default") => {
                text[bytes].fill(b'_');
            }
            "default" if index.checked_sub(1).is_some_and(|before| source.token(before) == "const") => {
                text[bytes].fill(b'_');
            }
            "type" => {
                let ends = source.word(index + 1).is_some() && source.is_mark(index + 2, b';');
                if let Some(range) = source.masked_visibility(index).filter(|_| ends) {
                    blank(&mut text[range]);
                }
            }
            "for" => {
                if let Some(range) = lifetimes(source, index) {
                    blank(&mut text[range]);
                }
            }
            _ if is_name_of_code(source, index) => text[bytes].fill(b'_'),
            _ => {}
        }
    }
    for range in read_from_tokens(source) {
        blank(&mut text[range]);
    }
    text
}

/// Masks what begins at the token `index`, which is no word.
fn mask_mark(source: &Source<'_>, index: usize, text: &mut [u8]) {
    let token = &source.tokens[index];
    let bytes = token.start as usize..token.end as usize;
    if source.is_mark(index, b'<') {
        if let Some(range) = empty_generics(source, index).or_else(|| inferred_generics(source, index)) {
            blank(&mut text[range]);
        } else if let Some(pattern) = struct_pattern(source, index) {
            as_tuple(source, pattern, text);
        }
    }
    if is_number_of_field(source, index) {
        text[bytes.clone()].fill(b'n');
    }
    if is_bound_unit(source, index) {
        text[bytes.start..bytes.start + 2].copy_from_slice(b"u8");
    }
    if is_inferred_reference(source, index) {
        text[bytes.start..bytes.start + 2].copy_from_slice(b"()");
    }
    if is_rest_of_assigned(source, index) {
        blank(&mut text[source.site_of(index..index + 2).span.range()]);
    }
    if is_separator_of_type(source, index)
        || is_sign_of_argument(source, index)
        || is_comma_of_closure(source, index)
    {
        blank(&mut text[bytes]);
    }
}

/// Makes the braces of a pattern and what stands between them a tuple: the names of the fields that are bound by others are blanked.
fn as_tuple(source: &Source<'_>, pattern: Range<usize>, text: &mut [u8]) {
    text[source.tokens[pattern.start].start as usize] = b'(';
    text[source.tokens[pattern.end - 1].start as usize] = b')';
    let mut at = pattern.start + 1;
    while at < pattern.end - 1 {
        if source.word(at).is_some() && source.is_mark(at + 1, b':') {
            blank(&mut text[source.site_of(at..at + 2).span.range()]);
        }
        at = if source.opens(at) { source.behind_closing(at, pattern.end) } else { at + 1 };
    }
}

/// Whether the word at `index` names a macro of the code, or a function that is given types, and would mean something else to the grammar.
fn is_name_of_code(source: &Source<'_>, index: usize) -> bool {
    let name = source.token(index);
    let is_given_types = source.is_separator(index + 1) && source.is_mark(index + 2, b'<');
    is_primitive(name) && (is_given_types || is_macro(source, index))
        || name == "try" && is_macro(source, index)
}

/// The bytes that are read from tokens wherever they stand, disjoint: comments, and what stands in brackets that match and are those
/// of macros, attributes and `use`.
fn read_from_tokens(source: &Source<'_>) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut behind = 0;
    for (index, token) in source.tokens.iter().enumerate() {
        let (start, end) = (token.start as usize, token.end as usize);
        if source.text[behind..start].contains('/') {
            ranges.push(behind..start);
        }
        behind = end;
        match token.kind {
            TokenKind::Mark(mark @ (b'(' | b'[' | b'{')) => {
                let around = open.last().map_or(Role::Code, |around| around.role);
                open.push(Open { mark, at: index, role: role(source, index, around), ranges: ranges.len() });
            }
            TokenKind::Mark(mark @ (b')' | b']' | b'}')) => match open.pop() {
                Some(opened) if closes(opened.mark, mark) => {
                    let is_read = match opened.role {
                        Role::Code | Role::Attribute => false,
                        Role::Arguments => true,
                        Role::Group => {
                            source.is_mark(index + 1, b';') && is_list(source, opened.at + 1..index)
                        }
                    };
                    if is_read {
                        ranges.truncate(opened.ranges);
                        ranges.push(source.tokens[opened.at].end as usize..start);
                    }
                }
                // Which bracket is the wrong one is not known.
                Some(_) | None => open.clear(),
            },
            TokenKind::Mark(_)
            | TokenKind::Word
            | TokenKind::Lifetime
            | TokenKind::Literal
            | TokenKind::Separator
            | TokenKind::Arrow => {}
        }
    }
    if source.text[behind..].contains('/') {
        ranges.push(behind..source.text.len());
    }
    ranges
}

/// A bracket that has been opened.
struct Open {
    mark: u8,
    /// Which token it is.
    at: usize,
    role: Role,
    /// How many ranges were found before it.
    ranges: usize,
}

/// What stands in a pair of brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// What only the grammar takes apart.
    Code,
    /// `#[…]`.
    Attribute,
    /// What a macro or an attribute is given.
    Arguments,
    /// What `use` writes out.
    Group,
}

/// What stands in the bracket at `index`, inside one of the role `around`.
fn role(source: &Source<'_>, index: usize, around: Role) -> Role {
    let Some(before) = index.checked_sub(1) else { return Role::Code };
    let names = |at: usize| {
        source.kind(at) == Some(TokenKind::Word)
            && (!is_keyword(source.token(at)) || source.token(at) == "try")
    };
    let is_bang = |at: usize| source.is_mark(at, b'!');
    if source.is_mark(before, b'#') || is_bang(before) && before > 0 && source.is_mark(before - 1, b'#') {
        return if source.is_mark(index, b'[') { Role::Attribute } else { Role::Code };
    }
    let is_call = is_bang(before) && before > 0 && names(before - 1);
    let is_definition =
        before > 1 && names(before) && is_bang(before - 1) && source.token(before - 2) == "macro_rules";
    let is_argument = around == Role::Attribute && names(before);
    if is_call || is_definition || is_argument {
        Role::Arguments
    } else if source.is_mark(index, b'{') && is_group(source, before) {
        Role::Group
    } else {
        Role::Code
    }
}

/// Whether `use` and the beginning of a path end with the token at `last`.
fn is_group(source: &Source<'_>, last: usize) -> bool {
    if !source.is_separator(last) && source.token(last) != "use" {
        return false;
    }
    let is_path = |at: &usize| source.is_separator(*at) || source.word(*at).is_some_and(|word| word != "use");
    (last.saturating_sub(PATH)..=last)
        .rev()
        .find(|at| !is_path(at))
        .is_some_and(|at| source.token(at) == "use")
}

/// Whether the tokens between the braces of a group are such as the language allows there.
fn is_list(source: &Source<'_>, tokens: Range<usize>) -> bool {
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Behind {
        Comma,
        Name,
        Separator,
        As,
        Tree,
    }
    let mut behind = Behind::Comma;
    let mut depth = 0_usize;
    for at in tokens {
        let word = source.word(at);
        let names = word
            .is_some_and(|word| !is_keyword(source.token(at)) || matches!(word, "crate" | "self" | "super"));
        behind = match (behind, source.kind(at)) {
            (Behind::Comma | Behind::Separator, Some(TokenKind::Word)) if names => Behind::Name,
            (Behind::As, Some(TokenKind::Word)) if names || word == Some("_") => Behind::Tree,
            (Behind::Name, Some(TokenKind::Word)) if word == Some("as") => Behind::As,
            (Behind::Comma | Behind::Name, Some(TokenKind::Separator)) => Behind::Separator,
            (Behind::Comma | Behind::Separator, Some(TokenKind::Mark(b'*'))) => Behind::Tree,
            (Behind::Comma | Behind::Separator, Some(TokenKind::Mark(b'{'))) => {
                depth += 1;
                Behind::Comma
            }
            (Behind::Name | Behind::Tree, Some(TokenKind::Mark(b','))) => Behind::Comma,
            (Behind::Comma | Behind::Name | Behind::Tree, Some(TokenKind::Mark(b'}'))) if depth > 0 => {
                depth -= 1;
                Behind::Tree
            }
            _ => return false,
        };
    }
    depth == 0 && matches!(behind, Behind::Comma | Behind::Name | Behind::Tree)
}

fn closes(open: u8, close: u8) -> bool {
    matches!((open, close), (b'(', b')') | (b'[', b']') | (b'{', b'}'))
}

/// Blanks a part of a text; lines stay.
fn blank(text: &mut [u8]) {
    for byte in text {
        *byte = if *byte == b'\n' { b'\n' } else { b' ' };
    }
}

/// `text` with the bytes of `ranges` blanked; lines stay.
pub(super) fn blanked(text: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut text = text.to_vec();
    ranges.iter().for_each(|range| blank(&mut text[range.clone()]));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let masked = String::from_utf8(masked(&Source::new(text))).expect("still text");
        assert_eq!(masked, expected);
    }

    #[test]
    fn what_the_grammar_does_not_know_is_masked() {
        check("unsafe extern { pub safe fn f(); }", "unsafe extern { pub      fn f(); }");
        check("extern { safe static A: u8; }", "extern {      static A: u8; }");
        check("let safe = 1; safe.f(); fn safe() {}", "let safe = 1; safe.f(); fn safe() {}");
        check("try!(a); r#try!(b)", "___!( ); r#try!( )");
        check("str![[\"a\"]]; x as u8 != (y)", "___![     ]; x as u8 != (y)");
        check("---\nä = 1\n---\nfn f() {}", "   \n      \n   \nfn f() {}");
        check(
            "extern { pub type A; pub(crate) type B; type C; }",
            "extern {     type A;            type B; type C; }",
        );
        check("trait T { type A; } pub type B = u8;", "trait T { type A; } pub type B = u8;");
        check("x: impl A + for<'a, 'b> B<'a>", "x: impl A +             B<'a>");
        check("impl<T: for<'a> A<'a>> for B {}", "impl<T: for<'a> A<'a>> for B {}");
        check("for _ in a + b {}", "for _ in a + b {}");
        check(
            "impl< > A<> for B<C<>> { fn f<>() { g::<>(1); h<> } }",
            "impl    A   for B<C  > { fn f  () { g    (1); h   } }",
        );
        check("a: for<> fn(), <>::b", "a: for<> fn(), <>::b");
        check("let A { 0: b, 1: (c, 2) } = d; e! { 3: f }", "let A { n: b, n: (c, 2) } = d; e! {      }");
        check("let A::<_, _> { b } = c::<_>();", "let A         { b } = c     ();");
        check("let box A { b: box c } = d;", "let     A { b:     c } = d;");
        check(
            "let A::<B> { c, d: E { f: g }, .. } = h; |A::<B> { c }| d; match a { A::<B> { c } if d => e }",
            "let A::<B> ( c,    E { f: g },    ) = h; |A::<B> ( c )| d; match a { A::<B> ( c ) if d => e }",
        );
        check("a(A::<B> { c: d }); A::<B> { c: d } == e", "a(A::<B> { c: d }); A::<B> { c: d } == e");
        check(
            "fn a(b: C, d: &mut E::<F>) { G { h: i, j: k::<L> } }",
            "fn a(b: C, d: &mut E  <F>) { G { h: i, j: k::<L> } }",
        );
        check("a::<_, B>(); Vec<_>; <_>::a()", "a::<_, B>(); Vec<_>; <_>::a()");
        check("-> a::B::<C::<D>> { f::<C::<D>>() }", "-> a::B  <C  <D>> { f::<C  <D>>() }");
        check("a < f::<B>(); -> <A>::b::<C>", "a < f::<B>(); -> <A>::b::<C>");
        check("A<::b::C::<D>>, E<F, G::<H<I>>> J<K::<L>, M>", "A<::b::C  <D>>, E<F, G  <H<I>>> J<K  <L>, M>");
        check("-> &'a mut A::<B> { c(d, e::<F>, g::<H>) }", "-> &'a mut A  <B> { c(d, e::<F>, g::<H>) }");
        check("{ pub a: B::<C>, pub(d) e: F::<G> }", "{ pub a: B  <C>, pub(d) e: F  <G> }");
        check("fn a(b: C::<D>); A { b: c::<D>, e: f::<G> }", "fn a(b: C  <D>); A { b: c::<D>, e: f::<G> }");
        check("1 << a & m::<T>(), 1 << g::<U, V>()", "1 << a & m::<T>(), 1 << g::<U, V>()");
        check("a < b::<C>(), d < e::<F>::G", "a < b::<C>(), d < e::<F>::G");
        check("(a) < f::<B>(); (<c::D::<E>>::g)", "(a) < f::<B>(); (<c::D  <E>>::g)");
        check("A => B::<C>.d(), E => Ok::<_, F>(())", "A => B::<C>.d(), E => Ok::<_, F>(())");
        check("= <a::B::<C> as D>::e::<F>(g)", "= <a::B  <C> as D>::e::<F>(g)");
        check("A => <B::<C>>::d(), a() < b::<C>()", "A => <B  <C>>::d(), a() < b::<C>()");
        check("f(char::<&str, _>('b'), char('c'), u8::MAX)", "f(____::<&str, _>('b'), char('c'), u8::MAX)");
        check("f::<-1>(); A<-1>; A<1, -2>; a -1; (a, -1)", "f::< 1>(); A< 1>; A<1,  2>; a -1; (a, -1)");
        check("f(|a, b,| { c }, |d: E,| -> F { g })", "f(|a, b | { c }, |d: E | -> F { g })");
        check("f(a, |b| { c }); f(a, || { b }); f(a, |b| c)", "f(a, |b| { c }); f(a, || { b }); f(a, |b| c)");
        check("const default: A = 0; default const fn b()", "const _______: A = 0; default const fn b()");
        check("dyn Fn(&_, _) -> &_; &mut _; a & _b", "dyn Fn((), _) -> (); &mut _; a & _b");
        check("fn f() -> impl A + use<'a, T, Self> {}", "fn f() -> impl A                    {}");
        check("impl use<> + A + B", "impl         A + B");
        check("Box<dyn 'a + Fn()> impl 'a { dyn 'a }", "Box<dyn      Fn()> impl 'a { dyn 'a }");
        check("where dyn A: B, dyn a::B<C, &'a D>: E", "where     A: B,     a::B<C, &'a D>: E");
        check("A<B, dyn C>; f(a, dyn: B); (dyn A, dyn B)", "A<B, dyn C>; f(a, dyn: B); (dyn A, dyn B)");
        check("become a(); do yeet b; r#do; do_yeet", "       a();         b; r#do; do_yeet");
        check("A { b, .. } = c; A { .. } = d; (a, ..) = b", "A { b,    } = c; A {    } = d; (a, ..) = b");
        check("A { ..b } = c; { a.. } = d; A { b, .. }.c", "A { ..b } = c; { a.. } = d; A { b, .. }.c");
        check("where fn(A): B, fn(C) -> D: E, F: fn()", "where&fn(A): B,&fn(C) -> D: E, F: fn()");
        check("where (): A, B: C, (): D", "where u8: A, B: C, u8: D");
        check("let (): () = (); |(): ()| f(()); A { b: () }", "let (): () = (); |(): ()| f(()); A { b: () }");
        check(
            "match a { default @ 0 => default, b => 1, str @ _ => 2 }",
            "match a { _______ @ 0 => default, b => 1, ___ @ _ => 2 }",
        );
    }

    #[test]
    fn groups_in_which_something_is_wrong_stay() {
        for text in [
            "use a::{b c};",
            "use a::{b}",
            "use a::{b,, c};",
            "use a::{b::};",
            "use a::{fn};",
            "use a::{b as};",
            "use a::{b(c)};",
            "a::{b};",
            "use a::{*::b};",
        ] {
            let masked = String::from_utf8(masked(&Source::new(text))).expect("still text");
            assert_eq!(masked, text);
        }
    }

    #[test]
    fn what_is_read_from_tokens_is_blanked() {
        check("a /* b\n */ c // d\n/// e\nf", "a     \n    c     \n     \nf");
        check("m!(a, n![b]); x::m! { c\n }", "m!(        ); x::m! {  \n }");
        check("if !(a) { return !(b) } while ![c][0] {}", "if !(a) { return !(b) } while ![c][0] {}");
        check("a != (b); c!=[d]; impl !A for B {}", "a != (b); c!=[d]; impl !A for B {}");
        check("macro_rules! m { (a) => { b }; } m();", "macro_rules! m {               } m();");
        check(
            "#[a(b)] #![c::d[e]] #[f = g(h)] fn i(j: [k; l(m)]) {}",
            "#[a( )] #![c::d[ ]] #[f = g( )] fn i(j: [k; l(m)]) {}",
        );
        check("#[unsafe(no_mangle)] #[a]", "#[unsafe(no_mangle)] #[a]");
        check("use a::{b, c::{self as d, *}}; pub use {e};", "use a::{                    }; pub use { };");
        check("use crate::a::{\n    b,\n}; use ::c::{};", "use crate::a::{\n      \n}; use ::c::{};");
        check("m!(a]; n!(b) (c", "m!(a]; n!( ) (c");
        check("m!(\")\", ')', /* ) */ r#\")\"#) a", "m!(                        ) a");
    }
}
