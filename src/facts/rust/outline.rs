//! Text → the tokens of it that declare names: what stands inside functions, `impl` blocks and `macro_rules!` is left out, and so
//! are comments.
//!
//! Whoever only asks what names a file declares or hands on does not need the bodies, and they are most of a file. Tokens
//! alone decide; where they are not what they seem, less is left out, never something that declares a name others can see.
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
            "impl" | "macro_rules" => body(&tokens, at + 1),
            _ => None,
        };
        let (last, next) = body.map_or((at, at + 1), |(open, close)| (open, close));
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
        check("macro_rules! m { (a) => { b }; } use c;", "macro_rules! m { } use c;");
        check("fn a() { \"}\" } // }\nuse b;", "fn a() { } use b;");
        check("fn a() { b( } use c;", "fn a() { b( } use c;");
        check("/** doc */ pub(crate) use a::{b,c};", "pub(crate) use a::{b,c};");
        check("r#fn x { y }", "r#fn x { y }");
    }
}
