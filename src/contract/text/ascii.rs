//! A text of ASCII alone → what the YAML parser asks of its input, a byte for a character.
//!
//! The parser has an input for any text of its own, which decodes every character it looks at; most documents have none to decode. Which
//! events come out is the same.

use saphyr_parser::Input;

/// So many characters the parser looks at ahead, and so much more room it makes for each word: less than it has at hand.
const AHEAD: usize = 16;

/// What is left of a text of ASCII alone.
pub(super) struct Ascii<'t> {
    rest: &'t [u8],
    ahead: usize,
}

impl<'t> Ascii<'t> {
    /// The text, if it is one of ASCII alone.
    pub(super) fn new(text: &'t str) -> Option<Self> {
        text.is_ascii().then_some(Self { rest: text.as_bytes(), ahead: 0 })
    }

    /// The byte behind the next `n`; behind the end there are zeros, as the parser expects.
    #[inline]
    fn at(&self, n: usize) -> u8 {
        self.rest.get(n).copied().unwrap_or(0)
    }

    /// Whether the next line is three of this byte and nothing else.
    fn is_line_of(&self, byte: u8) -> bool {
        self.rest.starts_with(&[byte; 3]) && ends_a_word(self.at(3))
    }
}

#[inline]
fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

#[inline]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[inline]
fn ends_a_word(byte: u8) -> bool {
    is_blank(byte) || is_break(byte) || byte == 0
}

#[inline]
fn is_flow(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

impl Input for Ascii<'_> {
    #[inline]
    fn lookahead(&mut self, count: usize) {
        self.ahead = self.ahead.max(count);
    }

    #[inline]
    fn buflen(&self) -> usize {
        self.ahead
    }

    #[inline]
    fn bufmaxlen(&self) -> usize {
        AHEAD
    }

    #[inline]
    fn raw_read_ch(&mut self) -> char {
        let next = self.peek();
        self.skip();
        next
    }

    #[inline]
    fn raw_read_non_breakz_ch(&mut self) -> Option<char> {
        let next = self.at(0);
        if is_break(next) || next == 0 {
            return None;
        }
        self.skip();
        Some(char::from(next))
    }

    #[inline]
    fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    #[inline]
    fn skip_n(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    #[inline]
    fn peek(&self) -> char {
        char::from(self.at(0))
    }

    #[inline]
    fn peek_nth(&self, n: usize) -> char {
        char::from(self.at(n))
    }

    #[inline]
    fn peek_opt(&self) -> Option<char> {
        self.rest.first().copied().map(char::from)
    }

    #[inline]
    fn next_is_document_indicator(&self) -> bool {
        self.is_line_of(b'-') || self.is_line_of(b'.')
    }

    #[inline]
    fn next_is_document_start(&self) -> bool {
        self.is_line_of(b'-')
    }

    #[inline]
    fn next_is_document_end(&self) -> bool {
        self.is_line_of(b'.')
    }

    #[inline]
    fn next_can_be_plain_scalar(&self, in_flow: bool) -> bool {
        match (self.at(0), self.at(1)) {
            (b':', next) if ends_a_word(next) || in_flow && is_flow(next) => false,
            (next, _) => !(in_flow && is_flow(next)),
        }
    }

    #[inline]
    fn next_is_blank_or_break(&self) -> bool {
        is_blank(self.at(0)) || is_break(self.at(0))
    }

    #[inline]
    fn next_is_blank_or_breakz(&self) -> bool {
        ends_a_word(self.at(0))
    }

    #[inline]
    fn next_is_blank(&self) -> bool {
        is_blank(self.at(0))
    }

    #[inline]
    fn next_is_break(&self) -> bool {
        is_break(self.at(0))
    }

    #[inline]
    fn next_is_breakz(&self) -> bool {
        is_break(self.at(0)) || self.at(0) == 0
    }

    #[inline]
    fn skip_while_blank(&mut self) -> usize {
        let blanks = self.rest.iter().take_while(|byte| is_blank(**byte)).count();
        self.skip_n(blanks);
        blanks
    }
}

#[cfg(test)]
mod tests {
    use saphyr_parser::Parser;

    use super::*;

    /// The events that come out of a text, and the error that ends them, as one text.
    fn events<T: Input>(input: T) -> String {
        format!("{:?}", Parser::new(input).take(1_000).collect::<Vec<_>>())
    }

    #[track_caller]
    fn check(text: &str) {
        let expected = events(saphyr_parser::StrInput::new(text));
        assert_eq!(events(Ascii::new(text).expect("it is ASCII")), expected, "{text:?}");
    }

    const TEXTS: [&str; 6] = [
        "a: b\nlist:\n  - one two   three # four\n  - {x: 1, y: [2, 3,], 'z': \"q\\tr\"}\n---\n",
        "%YAML 1.2\n--- !t &a\nkey with words and more words than there is room for at once: |\n  text\n\n   more\n...\n*a",
        "? >-\n     folded\n  text\n: \"two\n  lines\"\n\nx:y: [a:b, c: d, {e}, -f, - g, a#b, a #b\n]\n",
        "                    deep:\n                        deeper: |+\n                          text\n\n\tend",
        "- - - a\n  - b\n-\tc\r\n- 'it''s'\r- !!str 1\n- ? x\n- : y\n- @ `",
        "a: \u{0}b\u{0}\nc: ---\n--- d\n...e\n... f\n---",
    ];

    #[test]
    fn the_same_events_come_out_as_of_any_text() {
        for text in TEXTS {
            for end in 0..=text.len() {
                check(&text[..end]);
                check(&text[end..]);
                // One character more, and one less.
                for more in ["\n", " ", "\t", "#", ":", "-", "}", "\u{0}", "'"] {
                    check(&format!("{}{more}{}", &text[..end], &text[end..]));
                }
                check(&format!("{}{}", &text[..end], text.get(end + 1..).unwrap_or_default()));
            }
        }
    }
}
