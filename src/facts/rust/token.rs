//! Text → Rust's tokens, flat, whatever the text holds.
//!
//! Where the grammar does not build a tree (macro arguments, broken code), names are read from these tokens; `use` trees,
//! attributes and the hash of an item are read from them as well. Comments and blanks are no tokens. Only what one of those
//! readers must tell apart is told apart: an operator is one token a byte, save `::` and the two arrows.

/// One token: half-open byte range and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
    /// What it is.
    pub kind: TokenKind,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An identifier, raw or not, or a keyword.
    Word,
    /// `'a`.
    Lifetime,
    /// A string, character or number.
    Literal,
    /// `::`.
    Separator,
    /// `->` or `=>`; apart, so that their `>` closes no angle bracket.
    Arrow,
    /// Any other byte.
    Mark(u8),
}

/// The tokens of `text` in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let start = frontmatter(text).map_or_else(|| shebang(text), |lines| lines.end);
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: start };
    let mut tokens = Vec::with_capacity(text.len() / 5);
    while let Some(byte) = lexer.peek(0) {
        let start = lexer.at;
        if let Some(kind) = lexer.next(byte) {
            let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
            tokens.push(Token { start: narrow(start), end: narrow(lexer.at), kind });
        }
    }
    tokens
}

/// The lines before the code that name the package of a single-file program: between two lines of the same three or more
/// dashes, behind a byte order mark, a `#!` line and blank lines.
pub(super) fn frontmatter(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = shebang(text);
    start += text[start..].len() - text[start..].trim_start().len();
    let rest = &text[start..];
    let dashes = rest.len() - rest.trim_start_matches('-').len();
    if dashes < 3 {
        return None;
    }
    let mut end = start;
    for (number, line) in rest.split_inclusive('\n').enumerate() {
        end += line.len();
        if number > 0 && line.trim_end() == &rest[..dashes] {
            return Some(start..end);
        }
    }
    None
}

/// How many bytes a byte order mark and a `#!` line take.
fn shebang(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let rest = &text[mark..];
    match rest.strip_prefix("#!") {
        Some(line) if !line.trim_start().starts_with('[') => mark + rest.find('\n').unwrap_or(rest.len()),
        Some(_) | None => mark,
    }
}

/// Whether `byte` can stand in an identifier; every byte beyond ASCII can.
pub(super) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Moves behind the token (or blank, or comment) that begins with `byte`; `None` for what is no token.
    fn next(&mut self, byte: u8) -> Option<TokenKind> {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => {
                self.at += 1;
                None
            }
            b'/' if matches!(self.peek(1), Some(b'/' | b'*')) => {
                self.skip_comment();
                None
            }
            b'"' => {
                self.skip_string();
                Some(TokenKind::Literal)
            }
            b'\'' => Some(self.quote()),
            b'0'..=b'9' => {
                self.skip_number();
                Some(TokenKind::Literal)
            }
            b':' if self.peek(1) == Some(b':') => {
                self.at += 2;
                Some(TokenKind::Separator)
            }
            b'-' | b'=' if self.peek(1) == Some(b'>') => {
                self.at += 2;
                Some(TokenKind::Arrow)
            }
            _ if is_word_byte(byte) => Some(self.word()),
            _ => {
                self.at += 1;
                Some(TokenKind::Mark(byte))
            }
        }
    }

    fn skip_comment(&mut self) {
        if self.peek(1) == Some(b'/') {
            self.skip_until(|byte| byte == b'\n');
            return;
        }
        let mut depth = 0_usize;
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'/', Some(b'*')) => depth += 1,
                (b'*', Some(b'/')) => depth -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_until(&mut self, stop: impl Fn(u8) -> bool) {
        while self.peek(0).is_some_and(|byte| !stop(byte)) {
            self.at += 1;
        }
    }

    /// From an opening quote to behind the closing one.
    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        self.at = self.at.min(self.bytes.len());
    }

    /// A character or a lifetime: what begins with `'`.
    fn quote(&mut self) -> TokenKind {
        if self.peek(1) == Some(b'\\') {
            self.at += 3;
            self.skip_until(|byte| matches!(byte, b'\'' | b'\n'));
            self.at = (self.at + 1).min(self.bytes.len());
            return TokenKind::Literal;
        }
        let first = self.text.get(self.at + 1..).and_then(|rest| rest.chars().next());
        let width = first.map_or(0, char::len_utf8);
        if width > 0 && self.peek(1 + width) == Some(b'\'') {
            self.at += width + 2;
            return TokenKind::Literal;
        }
        self.at += 1;
        if !self.peek(0).is_some_and(|byte| is_word_byte(byte) && !byte.is_ascii_digit()) {
            return TokenKind::Mark(b'\'');
        }
        self.skip_until(|byte| !is_word_byte(byte) && byte != b'#');
        TokenKind::Lifetime
    }

    fn skip_number(&mut self) {
        let start = self.at;
        let hexadecimal = self.peek(0) == Some(b'0') && matches!(self.peek(1), Some(b'x' | b'X'));
        while let Some(byte) = self.peek(0) {
            let inside = is_word_byte(byte)
                || (byte == b'.' && self.peek(1).is_some_and(|next| next.is_ascii_digit()))
                || (matches!(byte, b'+' | b'-')
                    && !hexadecimal
                    && self.at > start
                    && matches!(self.bytes[self.at - 1], b'e' | b'E')
                    && self.peek(1).is_some_and(|next| next.is_ascii_digit()));
            if !inside {
                break;
            }
            self.at += 1;
        }
    }

    /// An identifier, a keyword, or a literal with a prefix.
    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_until(|byte| !is_word_byte(byte));
        let raw = match &self.text[start..self.at] {
            "b" | "c" => false,
            "r" | "br" | "cr" => true,
            _ => return TokenKind::Word,
        };
        match self.peek(0) {
            Some(b'"') if raw => self.skip_raw_string(0),
            Some(b'"') => self.skip_string(),
            Some(b'\'') if self.at == start + 1 && self.bytes[start] == b'b' => return self.quote(),
            Some(b'#') if raw => {
                let hashes = self.bytes[self.at..].iter().take_while(|byte| **byte == b'#').count();
                match self.peek(hashes) {
                    Some(b'"') => {
                        self.at += hashes;
                        self.skip_raw_string(hashes);
                    }
                    Some(byte) if hashes == 1 && self.bytes[start] == b'r' && is_word_byte(byte) => {
                        self.at += 1;
                        self.skip_until(|byte| !is_word_byte(byte));
                        return TokenKind::Word;
                    }
                    _ => return TokenKind::Word,
                }
            }
            _ => return TokenKind::Word,
        }
        TokenKind::Literal
    }

    /// From the opening quote of a raw string to behind its end, a quote and as many hashes.
    fn skip_raw_string(&mut self, hashes: usize) {
        self.at += 1;
        while self.at < self.bytes.len() {
            self.skip_until(|byte| byte == b'"');
            self.at = (self.at + 1).min(self.bytes.len());
            let closing = self.bytes[self.at..].iter().take(hashes).take_while(|byte| **byte == b'#').count();
            if closing == hashes {
                self.at += hashes;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found: Vec<String> = tokens(text)
            .iter()
            .map(|token| {
                let text = &text[token.start as usize..token.end as usize];
                let mark = match token.kind {
                    TokenKind::Word => "w",
                    TokenKind::Lifetime => "l",
                    TokenKind::Literal => "t",
                    TokenKind::Separator | TokenKind::Arrow | TokenKind::Mark(_) => "",
                };
                format!("{mark}{text}")
            })
            .collect();
        assert_eq!(found.join(" "), expected);
    }

    #[test]
    fn literals_hide_what_is_in_them() {
        check(
            r#"f("a::b \" c", 'x', '\'', b'"', b"x")"#,
            r#"wf ( t"a::b \" c" , t'x' , t'\'' , tb'"' , tb"x" )"#,
        );
        check("r#\"a\"b\"# r\"\\\" br##\"x\"#\"## c\"z\"", "tr#\"a\"b\"# tr\"\\\" tbr##\"x\"#\"## tc\"z\"");
        check("'ä' 'a 'static '_ '", "t'ä' l'a l'static l'_ '");
        check("1.0 1..2 0xffu8 1e-5 0xe-1 x.0.1", "t1.0 t1 . . t2 t0xffu8 t1e-5 t0xe - t1 wx . t0.1");
    }

    #[test]
    fn comments_and_preambles_are_no_tokens() {
        check("a /* b /* c */ d */ e // f\ng", "wa we wg");
        check("#!/usr/bin/env run\nfn", "wfn");
        check("#![a]", "# ! [ wa ]");
        check("\u{feff}#!x\nb", "wb");
        check("#!x\n\n---cargo\na = 1\n----\n---\nb", "wb");
        check("---\na", "- - - wa");
    }

    #[test]
    fn words_keep_their_prefix() {
        check("r#type r br b c r# x", "wr#type wr wbr wb wc wr # wx");
        check("a::b->c=>d>=e", "wa :: wb -> wc => wd > = we");
        check("größe", "wgröße");
    }

    #[test]
    fn what_never_ends_ends_with_the_text() {
        for text in ["\"abc", "\"\\", "r#\"a\"", "/* a", "'\\", "'", "'\\x", "b'", "r#", "0x", "1e-"] {
            assert!(tokens(text).iter().all(|token| token.end as usize <= text.len()), "{text}");
        }
    }
}
