//! The arguments of an attribute as written → a list of words, calls and named values.
//!
//! Understands brackets, strings and characters, no more: what an argument means is the framework's part.

use crate::facts::literal::string;
use crate::facts::{Item, ItemKind};

/// A path in an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathText {
    /// A string literal, unescaped.
    Literal(String),
    /// Another expression, as written: a constant.
    Written(String),
}

impl PathText {
    /// Reads a literal or expression.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        match string(text) {
            Some(value) => Self::Literal(value.into()),
            None => Self::Written(text.to_owned()),
        }
    }
}

/// Whether attributes of a function make of it a public type of its name, whatever is written in front of `fn`: ntex does that with
/// its handlers, and actix-web did before it was 4. Of another one, nobody who compiles hands on what is private.
pub fn opens(item: &Item) -> bool {
    let is_method = |name: &str| name == "route" || super::verb(name).is_some();
    item.kind == ItemKind::Function
        && item.attributes.iter().any(|attribute| {
            attribute.path.rsplit("::").next().is_some_and(is_method) && attribute.arguments.starts_with('"')
        })
}

/// One argument of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument<'t> {
    /// `name` of `name = value` or `name(…)`, or the whole word.
    pub name: &'t str,
    /// What stands behind `=` or between the parentheses; `None` for a word or a literal.
    pub value: Option<&'t str>,
}

impl Argument<'_> {
    /// The value, where it is a string literal.
    pub fn text(&self) -> Option<Box<str>> {
        self.value.and_then(string)
    }
}

/// The arguments between top-level commas.
pub fn arguments(text: &str) -> Vec<Argument<'_>> {
    pieces(text).into_iter().filter(|piece| !piece.is_empty()).map(argument).collect()
}

fn argument(piece: &str) -> Argument<'_> {
    let word =
        piece.find(|char: char| !char.is_alphanumeric() && !matches!(char, '_' | ':')).unwrap_or(piece.len());
    let (name, rest) = piece.split_at(word);
    let rest = rest.trim_start();
    if name.is_empty() || rest.is_empty() {
        return Argument { name: piece, value: None };
    }
    match rest.strip_prefix('=') {
        Some(value) => Argument { name, value: Some(value.trim()) },
        None => match rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inside) => Argument { name, value: Some(inside.trim()) },
            None => Argument { name: piece, value: None },
        },
    }
}

/// The parts of a text between commas outside of brackets and strings, without the blanks around them.
fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0_i32;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '"' => skip_string(&mut chars, raw_hashes(&text[..at])),
            '/' => {
                let end = at + comment(&text[at..]);
                while chars.next_if(|(next, _)| *next < end).is_some() {}
            }
            ',' if depth <= 0 => {
                found.push(without_comments(&text[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(without_comments(&text[start..]));
    found
}

/// The text without the comments and blanks in front, and the blanks behind.
fn without_comments(text: &str) -> &str {
    let mut bare = text.trim();
    loop {
        let length = comment(bare);
        if length == 0 {
            return bare;
        }
        bare = bare[length..].trim_start();
    }
}

/// How long the comment is that a text begins with; comments inside comments are not followed.
fn comment(text: &str) -> usize {
    let end = |mark: &str| text.find(mark).map_or(text.len(), |at| at + mark.len());
    match text {
        _ if text.starts_with("//") => end("\n"),
        _ if text.starts_with("/*") => end("*/"),
        _ => 0,
    }
}

/// How many `#` stand between `r` and the quote that follows `before`; `None` for a string with escapes.
fn raw_hashes(before: &str) -> Option<usize> {
    let bare = before.trim_end_matches('#');
    bare.ends_with('r').then(|| before.len() - bare.len())
}

fn skip_string(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, raw: Option<usize>) {
    while let Some((_, char)) = chars.next() {
        match (char, raw) {
            ('\\', None) => {
                chars.next();
            }
            ('"', None) => return,
            ('"', Some(hashes)) => {
                let mut seen = 0;
                while seen < hashes && chars.next_if(|(_, char)| *char == '#').is_some() {
                    seen += 1;
                }
                if seen == hashes {
                    return;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_split_outside_of_brackets_and_strings() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let list: Vec<_> = arguments(text)
                .iter()
                .map(|argument| match argument.value {
                    Some(value) => format!("{}={value}", argument.name),
                    None => argument.name.to_owned(),
                })
                .collect();
            assert_eq!(list.join(" | "), expected);
        }
        check("", "");
        check(r#""/a,b""#, r#""/a,b""#);
        check(r#"get, path = "/x", tag = "a, (b""#, r#"get | path="/x" | tag="a, (b""#);
        check(r#"method(get, head), path = r"/{id:\d+}""#, r#"method=get, head | path=r"/{id:\d+}""#);
        check(r##"path = r#"a"b,c"#, x"##, r##"path=r#"a"b,c"# | x"##);
        check(
            "responses((status = 200, body = A), (status = 404)),",
            "responses=(status = 200, body = A), (status = 404)",
        );
        check("path = concat!(A, \"b\")", "path=concat!(A, \"b\")");
        check(r#""a\"b", c"#, r#""a\"b" | c"#);
        check("a, // it's \"b, c\n/* d, */ e = 1, f / g", "a | e=1 | f / g");
        check("/* open", "");
        check("))),a", "))) | a");
        check("\"open, x", "\"open, x");
    }
}
