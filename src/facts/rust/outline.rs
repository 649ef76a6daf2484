//! Text → the tokens of it that declare names: what stands inside functions and `impl` blocks is left out, and so are comments.
//!
//! Whoever only asks what names a file declares or hands on does not need the bodies, and they are most of a file. What macros
//! say and are told stays, for it may declare names. Tokens alone decide; where they are not what they seem, less is left out, never something that declares a name others can see.
//! Places in the result are not places of the text.

use super::token::{Token, TokenKind, tokens};

/// The declaring part of `text`.
pub(super) fn outlined(text: &str) -> String {
    let tokens = tokens(text);
    let mut outline = String::with_capacity(text.len() / 4);
    let mut at = 0;
    let mut kept_until = 0;
    while at < tokens.len() {
        let body = match word(text, &tokens, at) {
            "fn" if is_word(&tokens, at + 1) => body(&tokens, at + 2),
            "impl" => body(&tokens, at + 1),
            _ => None,
        };
        let (last, next) = match body {
            Some((open, close)) => (open, close),
            None => call(&tokens, at).map_or((at, at + 1), |close| (close, close + 1)),
        };
        for token in &tokens[at..=last] {
            if token.start != kept_until {
                outline.push(' ');
            }
            outline.push_str(&text[token.start as usize..token.end as usize]);
            kept_until = token.end;
        }
        at = next;
    }
    outline
}

fn word<'t>(text: &'t str, tokens: &[Token], at: usize) -> &'t str {
    let token = tokens[at];
    match token.kind {
        TokenKind::Word => &text[token.start as usize..token.end as usize],
        TokenKind::Lifetime
        | TokenKind::Literal
        | TokenKind::Separator
        | TokenKind::Arrow
        | TokenKind::Mark(_) => "",
    }
}

fn is_word(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word)
}

/// Where the macro call (or definition) ends of which the `!` stands at `at`.
fn call(tokens: &[Token], at: usize) -> Option<usize> {
    let is_bang = tokens[at].kind == TokenKind::Mark(b'!') && at > 0 && is_word(tokens, at - 1);
    let open = if is_word(tokens, at + 1) { at + 2 } else { at + 1 };
    let opens = matches!(tokens.get(open)?.kind, TokenKind::Mark(b'(' | b'[' | b'{'));
    if is_bang && opens { closing(tokens, open) } else { None }
}

/// The bracket that closes the one at `open`; `None` when none does.
fn closing(tokens: &[Token], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        let TokenKind::Mark(mark) = token.kind else { continue };
        match mark {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The braces of the first block behind `from`, before any `;`, not inside parentheses or brackets; `None` when it is not closed.
fn body(tokens: &[Token], from: usize) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    let mut open = None;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        let TokenKind::Mark(mark) = token.kind else { continue };
        match mark {
            b'{' if depth == 0 && open.is_none() => {
                open = Some(at);
                depth = 1;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if let Some(open) = open.filter(|_| depth == 0) {
                    return Some((open, at));
                }
            }
            b';' if depth == 0 && open.is_none() => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_left_out_and_declarations_stay() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(outlined(text).trim(), expected);
        }
        check("fn a() { b() } struct C { d: E }", "fn a() { } struct C { d: E }");
        check("impl A { fn b() {} } mod m { fn c() { x } }", "impl A { } mod m { fn c() { } }");
        check("trait T { fn a(); fn b() { c } }", "trait T { fn a(); fn b() { } }");
        check("fn a(x: [u8; { N }]) -> impl B { c }", "fn a(x: [u8; { N }]) -> impl B { }");
        check("type F = fn(u8) -> u8; fn g() {\n ä }", "type F = fn(u8) -> u8; fn g() { }");
        check(
            "macro_rules! m { (a) => { fn b() {c}}; } use c;",
            "macro_rules! m { (a) => { fn b() {c}}; } use c;",
        );
        check("m! { fn a() { b } } n!(impl A { c }); use d;", "m! { fn a() { b } } n!(impl A { c }); use d;");
        check("m! { fn a() { b } use c;", "m! { fn a() { } use c;");
        check("fn a() { \"}\" } // }\nuse b;", "fn a() { } use b;");
        check("fn a() { b( } use c;", "fn a() { b( } use c;");
        check("/** doc */ pub(crate) use a::{b,c};", "pub(crate) use a::{b,c};");
        check("r#fn x { y }", "r#fn x { y }");
    }
}
