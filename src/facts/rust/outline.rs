//! Text → the same text without what stands inside functions, `impl` blocks and `macro_rules!`.
//!
//! Whoever only asks what names a file declares or hands on does not need the bodies, and they are most of a file. They are
//! blanked by tokens alone, newlines kept, so that every offset and line stays what it was. Where the tokens are not what they
//! seem, less is blanked, never something that declares a name others can see.

use super::token::{Token, TokenKind, tokens};

/// `text` with bodies blanked.
pub(super) fn outlined(text: &str) -> String {
    let tokens = tokens(text);
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < tokens.len() {
        let word = word(text, &tokens, at);
        let body = match word {
            "fn" if is_word(&tokens, at + 1) => body(&tokens, at + 2),
            "impl" => body(&tokens, at + 1),
            "macro_rules" => body(&tokens, at + 1),
            _ => None,
        };
        let Some((open, close)) = body else {
            at += 1;
            continue;
        };
        let (start, end) = (tokens[open].end as usize, tokens[close].start as usize);
        bytes[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        at = close + 1;
    }
    String::from_utf8(bytes).expect("whole tokens were replaced by blanks")
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
    fn bodies_are_blank_and_declarations_stay() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(outlined(text), expected);
            assert_eq!(outlined(text).len(), text.len());
        }
        check("fn a() { b() } struct C { d: E }", "fn a() {     } struct C { d: E }");
        check("impl A { fn b() {} } mod m { fn c() { x } }", "impl A {           } mod m { fn c() {   } }");
        check("trait T { fn a(); fn b() { c } }", "trait T { fn a(); fn b() {   } }");
        check("fn a(x: [u8; { N }]) -> impl B { c }", "fn a(x: [u8; { N }]) -> impl B {   }");
        check("type F = fn(u8) -> u8; fn g() {\n ä }", "type F = fn(u8) -> u8; fn g() {\n    }");
        check("macro_rules! m { (a) => { b }; } use c;", "macro_rules! m {               } use c;");
        check("fn a() { \"}\" } // }\nuse b;", "fn a() {     } // }\nuse b;");
        check("fn a() { b( } use c;", "fn a() { b( } use c;");
        check("r#fn x { y }", "r#fn x { y }");
    }
}
