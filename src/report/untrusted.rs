//! Text that others wrote → text that is safe to print.
//!
//! File names, source lines, specs and messages come from the judged repository; each format prints them through here. A
//! character that could move the cursor, hide or reorder what stands beside it, or open a command of a CI runner is shown
//! escaped. JSON carries the text itself and escapes the same characters in JSON's own way. What a format gives a meaning of
//! its own beyond that (`%` in workflow commands) it escapes itself, on top.

use std::fmt::{self, Write as _};

/// How many characters of one piece of prose are printed.
const PROSE: usize = 2_000;

/// Text that others wrote; `Display` escapes what must not reach a terminal or a CI runner.
#[derive(Clone, Copy, Debug)]
pub struct Untrusted<'a>(pub &'a str);

impl fmt::Display for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, char) in self.0.char_indices() {
            match escape(&self.0[at..], char) {
                Some(escaped) => f.write_str(&escaped)?,
                None => f.write_char(char)?,
            }
        }
        Ok(())
    }
}

/// One paragraph: white space of any kind folded to single spaces, the rest escaped, cut where it is longer than anybody
/// reads.
pub fn prose(text: &str) -> String {
    let mut folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((cut, _)) = folded.char_indices().nth(PROSE) {
        folded.truncate(cut);
        folded.push('…');
    }
    Untrusted(&folded).to_string()
}

/// A JSON text with every character escaped that [`Untrusted`] would escape; the value stays the same.
pub(super) fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for (at, char) in text.char_indices() {
        if char == '\n' || escape(&text[at..], char).is_none() {
            safe.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    safe
}

/// What stands in place of `char`, the first character of `rest`; `None` when it can stand as it is.
pub(super) fn escape(rest: &str, char: char) -> Option<String> {
    if char.is_control() {
        Some(char.escape_default().to_string())
    } else if is_deceptive(char) || (char == '#' && opens_command(rest)) {
        Some(char.escape_unicode().to_string())
    } else {
        None
    }
}

/// Characters that reorder text or have no width: marks and embeddings of direction, separators that end a line in some
/// programs, invisible letters.
fn is_deceptive(char: char) -> bool {
    matches!(char,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a CI runner would read a command here: `##[` of GitHub Actions and `##vso[` of Azure Pipelines count anywhere in
/// a line.
fn opens_command(rest: &str) -> bool {
    let starts = |with: &str| rest.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    starts("##[") || starts("##vso[")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_forge_output_is_escaped() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Untrusted(text).to_string(), expected);
        }
        check("plain äöü 日本 👩‍💻", "plain äöü 日本 👩‍💻");
        check("a\n::error::b", "a\\n::error::b");
        check("a\r\tb", "a\\r\\tb");
        check("\u{1b}[31mred", "\\u{1b}[31mred");
        check("\u{9b}31m\u{7f}\0", "\\u{9b}31m\\u{7f}\\u{0}");
        check("a\u{202e}b\u{2066}c", "a\\u{202e}b\\u{2066}c");
        check("a\u{2028}b\u{feff}\u{e0041}", "a\\u{2028}b\\u{feff}\\u{e0041}");
        check("x ##[add-mask]y", "x \\u{23}#[add-mask]y");
        check("##VSO[task.x]", "\\u{23}#VSO[task.x]");
        check("r##\"#[x]\"##", "r##\"#[x]\"##");
        check("##é", "##é");
    }

    #[test]
    fn prose_is_one_paragraph() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(prose(text), expected);
        }
        check("  Knows no HTTP\n   and no SQL.\n", "Knows no HTTP and no SQL.");
        check("a\u{85}b\u{2028}c\td", "a b c d");
        check("\u{1b}x", "\\u{1b}x");
        assert_eq!(prose(&"é".repeat(PROSE + 1)).chars().count(), PROSE + 1);
        assert_eq!(prose(&"é".repeat(PROSE)).chars().count(), PROSE);
    }

    #[test]
    fn json_keeps_the_value() {
        let text = "a\u{202e}b\u{9b}c\u{7f}\u{e0041}##[x]é\n\u{1b}";
        let written = json(&serde_json::to_string(text).unwrap());
        assert_eq!(written, r###""a\u202eb\u009bc\u007f\udb40\udc41\u0023#[x]é\n\u001b""###);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }
}
