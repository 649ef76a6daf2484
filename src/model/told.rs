//! The text of a macro's definition, or of what a call is told → whether it could declare something that nobody sees.
//!
//! Words and signs alone decide; what stands in a literal or a comment counts like code, so that more is said to hide something than does.

/// Whether a definition, or what a call is told, may say where macros are defined: a module, an import, a macro or a call of one.
pub(super) fn leads_to_macros(text: &str) -> bool {
    declares(text) || text.contains("macro") || text.contains('!')
}

/// Whether a text holds a module or an import.
fn declares(text: &str) -> bool {
    words(text).any(|word| matches!(word, "mod" | "use"))
}

/// Whether what another crate's macro is told could bring names that nobody sees: a module, or an import that is not one path,
/// written out. Such a path is judged among the tokens; a group or a part that is put together is not.
pub(super) fn hides(arguments: &str) -> bool {
    let mut words = words(arguments);
    while let Some(word) = words.next() {
        let is_hidden = match word {
            "mod" => true,
            "use" => !is_written_out(words.by_ref().take_while(|word| *word != ";")),
            _ => false,
        };
        if is_hidden {
            return true;
        }
    }
    false
}

/// Whether the words of an import are `a::b`, or that and `as c`.
fn is_written_out<'t>(words: impl Iterator<Item = &'t str>) -> bool {
    let parts: Vec<&str> = words.collect();
    let path = parts.iter().position(|word| *word == "as").map_or(&parts[..], |at| &parts[..at]);
    let in_place = |(at, word): (usize, &&str)| if at % 2 == 0 { is_word(word) } else { *word == "::" };
    let alias = &parts[path.len()..];
    path.len() >= 3
        && path.len() % 2 == 1
        && path.iter().enumerate().all(in_place)
        && matches!(alias, [] | [_, _])
}

fn is_word(text: &str) -> bool {
    text.chars().all(|char| char.is_alphanumeric() || char == '_')
}

/// The words of a text and the signs between them; `::` is one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = match rest.find(|char: char| !(char.is_alphanumeric() || char == '_')) {
            Some(0) if rest.starts_with("::") => 2,
            Some(0) => first.len_utf8(),
            Some(end) => end,
            None => rest.len(),
        };
        let (word, behind) = rest.split_at(end);
        rest = behind;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_that_are_written_out_hide_nothing() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(hides(text), expected, "{text}");
        }
        check("struct [<A B>];", false);
        check("fn f() { use crate::a::B; }", false);
        check("use crate :: a :: B as C ; use d::e;", false);
        check("use self::a; use super::super::b::C;", false);
        check("mod a {}", true);
        check("use a::B; mod b;", true);
        check("use crate::a::*;", true);
        check("use crate::{a::B, c::D};", true);
        check("use crate::[<a b>]::C;", true);
        check("use crate::a::[<B C>];", true);
        check("use $x::y;", true);
        check("use a;", true);
        check("use a::b", false);
        check("use a::b as;", true);
        check("use", true);
        check("fn f() -> impl T + use<'a> {}", true);
    }
}
