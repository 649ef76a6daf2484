//! Documentation among the tokens of a macro → the attribute that it is to a macro.
//!
//! `/// text` is `#[doc = "text"]` where a macro is told it. The text is left out: what it says means nothing to an expansion, and the
//! attribute has to fit between the tokens around the comment, so that each of them stays in its place and its line.

use std::borrow::Cow;

use crate::facts::rust::source::Source;

/// What stands for a documentation comment, in parts that a line may end between.
const ATTRIBUTE: [&str; 6] = ["#", "[", "doc", "=", "\"\"", "]"];

/// Likewise where there is no room for that: an attribute all the same.
const SHORT: [&str; 4] = ["#", "[", "doc", "]"];

/// The text with every documentation comment turned into an attribute of the same length.
pub(super) fn as_attributes(text: &str) -> Cow<'_, str> {
    if !text.contains("///") && !text.contains("/**") {
        return Cow::Borrowed(text);
    }
    let source = Source::new(text);
    let starts = source.tokens.iter().map(|token| token.start as usize).chain([text.len()]);
    let (mut shown, mut end) = (String::with_capacity(text.len()), 0);
    for (index, start) in starts.enumerate() {
        shown.push_str(&gap(text.get(end..start).unwrap_or_default()));
        let next = source.tokens.get(index).map_or(text.len(), |token| token.end as usize);
        shown.push_str(text.get(start..next).unwrap_or_default());
        end = next;
    }
    Cow::Owned(shown)
}

/// Blanks and comments between two tokens.
fn gap(text: &str) -> Cow<'_, str> {
    if !text.contains('/') {
        return Cow::Borrowed(text);
    }
    let (mut documents, mut at) = (Vec::new(), 0);
    while let Some(start) = text[at..].find('/').map(|found| at + found) {
        let comment = &text[start..];
        let end = match comment.starts_with("/*") {
            true => comment.find("*/").map_or(comment.len(), |at| at + 2),
            false => comment.find('\n').unwrap_or(comment.len()),
        };
        if is_document(&comment[..end]) {
            documents.push(start);
        }
        at = start + end;
    }
    if documents.is_empty() {
        return Cow::Borrowed(text);
    }
    let shown = filled(text, &documents, &ATTRIBUTE).or_else(|| filled(text, &documents, &SHORT));
    shown.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn is_document(comment: &str) -> bool {
    let is_line = comment.starts_with("///") && !comment.starts_with("////");
    is_line || comment.starts_with("/**") && !comment.starts_with("/***") && comment != "/**/"
}

/// Blanks of the length of `text`, its lines kept, with an attribute at or behind each of these places; `None` where there is no room.
fn filled(text: &str, places: &[usize], attribute: &[&str]) -> Option<String> {
    let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
    let mut shown: String = text.bytes().map(blank).collect();
    let mut at = 0;
    for place in places {
        at = at.max(*place);
        for part in attribute {
            let fits = |start: &usize| {
                shown.get(*start..start + part.len()).is_some_and(|blanks| !blanks.contains('\n'))
            };
            let start = (at..shown.len()).find(fits)?;
            shown.replace_range(start..start + part.len(), part);
            at = start + part.len();
        }
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::as_attributes;

    #[test]
    fn documentation_becomes_attributes() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let shown = as_attributes(text);
            assert_eq!(shown, expected);
            assert_eq!(shown.len(), text.len());
        }
        check("/// Text.\nget, GET", "#[doc=\"\"]\nget, GET");
        check("a /** b */ c // d\n//// e\n", "a #[doc=\"\"]c // d\n//// e\n");
        check("///\n/// a\nb", "///\n/// a\nb");
        check("///\n    ///\n    a", "#[ \ndoc]#[ \ndoc]a");
        check("    /// a\n    // b\n    c", "    #[doc\n=\"\"]    \n    c");
        check("\"/// a b c\" /* /// a */", "\"/// a b c\" /* /// a */");
        check("/// ä ö ü\nx", "#[doc=\"\"]   \nx");
        check("a / b", "a / b");
    }
}
