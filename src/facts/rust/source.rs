//! One file's text with what is counted over and over: its tokens, where lines and columns are, hashes of token ranges.
//!
//! All look-ups are logarithmic or constant, so that a file of one line or of one token costs no more than any other.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::hash::Hasher;
use std::ops::Range;

use rustc_hash::FxHasher;

use super::token::{Token, TokenKind, tokens};
use crate::basis::{Site, Span};

/// How many tokens generic arguments in a path may take.
const ARGUMENTS: usize = 256;

/// Bytes between two remembered counts of characters.
const STRIDE: usize = 256;

/// The modulus of the hash, a Mersenne prime: products fit in 128 bits.
const PRIME: u64 = (1 << 61) - 1;

/// The base of the hash; any number with no short period does.
const BASE: u64 = 0x0123_4567_89ab_cdef % PRIME;

/// A text and what is known about it.
pub(super) struct Source<'t> {
    /// The text.
    pub text: &'t str,
    /// Words for whose sake a body is kept that nothing else would keep.
    pub words: &'t [Box<str>],
    /// Its tokens in order.
    pub tokens: Cow<'t, [Token]>,
    /// Where its lines begin, once a place was asked for.
    lines: OnceCell<Vec<u32>>,
    /// Characters before each stride of the text, likewise; empty when every byte is one.
    characters: OnceCell<Vec<u32>>,
    /// The polynomial hash of the tokens before each token, and of all; most texts of macros are asked for none.
    hashes: OnceCell<Vec<u64>>,
}

impl<'t> Source<'t> {
    /// Reads `text`, at most 4 GiB.
    pub(super) fn new(text: &'t str) -> Self {
        Self::known(text, Cow::Owned(tokens(text)))
    }

    /// A text of which the tokens are known.
    pub(super) fn known(text: &'t str, tokens: Cow<'t, [Token]>) -> Self {
        let (lines, characters, hashes) = Default::default();
        Self { text, words: &[], tokens, lines, characters, hashes }
    }

    /// The same text, read for the sake of these words too.
    pub(super) fn asked(self, words: &'t [Box<str>]) -> Self {
        Self { words, ..self }
    }

    /// The site of the bytes from `start` to `end`, both on character boundaries.
    pub(super) fn site(&self, start: usize, end: usize) -> Site {
        let span = Span::new(start, end);
        let lines = self.lines.get_or_init(|| lines(self.text));
        let line = lines.partition_point(|first| *first <= span.start).max(1);
        let column = self.count(start) - self.count(lines[line - 1] as usize) + 1;
        Site { span, line: Span::new(line, 0).start, column: Span::new(column, 0).start }
    }

    /// The site of the tokens in `range`; of the place behind the last token where it is empty.
    pub(super) fn site_of(&self, range: Range<usize>) -> Site {
        let start = self.tokens.get(range.start).map_or(self.text.len(), |token| token.start as usize);
        let end = range.end.checked_sub(1).and_then(|last| self.tokens.get(last));
        self.site(start, end.map_or(start, |token| token.end as usize).max(start))
    }

    /// The indices of the tokens that begin between `start` and `end` (bytes).
    pub(super) fn between(&self, start: usize, end: usize) -> Range<usize> {
        let index = |at: usize| self.tokens.partition_point(|token| (token.start as usize) < at);
        let first = index(start);
        first..index(end).max(first)
    }

    /// What the token at `index` is; `None` behind the last.
    pub(super) fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The text of the token at `index`; empty behind the last.
    pub(super) fn token(&self, index: usize) -> &'t str {
        self.tokens.get(index).map_or("", |token| &self.text[token.start as usize..token.end as usize])
    }

    /// The identifier or keyword at `index`, without `r#`.
    pub(super) fn word(&self, index: usize) -> Option<&'t str> {
        matches!(self.kind(index), Some(TokenKind::Word)).then(|| plain(self.token(index)))
    }

    /// Whether the token at `index` is this byte.
    pub(super) fn is_mark(&self, index: usize, mark: u8) -> bool {
        self.kind(index) == Some(TokenKind::Mark(mark))
    }

    /// Whether a bracket is opened at `index`.
    pub(super) fn opens(&self, index: usize) -> bool {
        matches!(self.kind(index), Some(TokenKind::Mark(b'(' | b'[' | b'{')))
    }

    /// Whether the token at `index` is `::`.
    pub(super) fn is_separator(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Separator)
    }

    /// The text from the first to the last token of `range`, comments and blanks between them included.
    pub(super) fn slice(&self, range: Range<usize>) -> &'t str {
        let bytes = self.site_of(range).span.range();
        &self.text[bytes]
    }

    /// The index behind the bracket that closes the one at `open`, at most `end`.
    pub(super) fn behind_closing(&self, open: usize, end: usize) -> usize {
        let mut depth = 0_usize;
        for index in open..end {
            match self.kind(index) {
                Some(TokenKind::Mark(b'(' | b'[' | b'{')) => depth += 1,
                Some(TokenKind::Mark(b')' | b']' | b'}')) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return index + 1;
            }
        }
        end
    }

    /// Whether the innermost bracket that is open at the token `at` is a round one.
    pub(super) fn is_in_parentheses(&self, at: usize) -> bool {
        /// How many tokens the elements before have at most.
        const ELEMENTS: usize = 1024;
        let mut closed = 0_usize;
        for before in (at.saturating_sub(ELEMENTS)..at).rev() {
            match self.kind(before) {
                Some(TokenKind::Mark(b')' | b']' | b'}')) => closed += 1,
                Some(TokenKind::Mark(mark @ (b'(' | b'[' | b'{'))) if closed == 0 => return mark == b'(',
                Some(TokenKind::Mark(b'(' | b'[' | b'{')) => closed -= 1,
                Some(_) | None => {}
            }
        }
        false
    }

    /// The index of the `>` that closes the `<` at `open`, before `end`; `None` where generic arguments do not end soon.
    pub(super) fn closing_angle(&self, open: usize, end: usize) -> Option<usize> {
        let end = end.min(open + ARGUMENTS);
        let mut angles = 0_usize;
        let mut index = open;
        while index < end {
            match self.kind(index)? {
                TokenKind::Mark(b'<') => angles += 1,
                TokenKind::Mark(b'>') => angles -= 1,
                TokenKind::Mark(b'{') => index = self.behind_closing(index, end) - 1,
                TokenKind::Mark(b';' | b'}') => return None,
                TokenKind::Mark(_)
                | TokenKind::Arrow
                | TokenKind::Word
                | TokenKind::Lifetime
                | TokenKind::Literal
                | TokenKind::Separator => {}
            }
            if angles == 0 {
                return Some(index);
            }
            index += 1;
        }
        None
    }

    /// The bytes of `pub` or `pub(…)` right before the token at `index`.
    pub(super) fn masked_visibility(&self, index: usize) -> Option<Range<usize>> {
        let mut first = index.checked_sub(1)?;
        if self.is_mark(first, b')') {
            // `pub(in a::b::c)` and what is longer stands before nothing that is masked.
            const LONGEST: usize = 9;
            first = (first.saturating_sub(LONGEST)..first)
                .rev()
                .find(|at| self.is_mark(*at, b'('))?
                .checked_sub(1)?;
        }
        (self.word(first) == Some("pub")).then(|| self.site_of(first..index).span.range())
    }

    /// A hash of the tokens in `range`, equal for equal tokens wherever they stand.
    pub(super) fn hash(&self, range: Range<usize>) -> u64 {
        let hashes = self.hashes.get_or_init(|| hashes(self.text, &self.tokens));
        let (start, end) = (hashes[range.start], hashes[range.end]);
        let shifted = multiply(start, power(range.len()));
        (end + PRIME - shifted) % PRIME
    }

    /// Characters before the byte at `offset`.
    fn count(&self, offset: usize) -> usize {
        let characters = self.characters.get_or_init(|| characters(self.text));
        let Some(before) = characters.get(offset / STRIDE) else { return offset };
        let start = offset / STRIDE * STRIDE;
        *before as usize + self.text.as_bytes()[start..offset].iter().filter(|byte| begins(**byte)).count()
    }
}

/// An identifier without `r#`.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// `text` on one line, runs of blanks folded into one.
pub(super) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// The longest beginning of `text` of at most `limit` bytes that ends between characters.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn begins(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

fn lines(text: &str) -> Vec<u32> {
    let starts = text.match_indices('\n').map(|(at, _)| Span::new(at + 1, 0).start);
    std::iter::once(0).chain(starts).collect()
}

fn characters(text: &str) -> Vec<u32> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut counts = vec![0_u32];
    for stride in text.as_bytes().chunks(STRIDE) {
        let here = stride.iter().filter(|byte| begins(**byte)).count();
        let total = counts.last().map_or(0, |before| *before as usize) + here;
        counts.push(Span::new(total, 0).start);
    }
    counts
}

fn hashes(text: &str, tokens: &[Token]) -> Vec<u64> {
    let mut hashes = Vec::with_capacity(tokens.len() + 1);
    let mut hash = 0_u64;
    hashes.push(hash);
    for token in tokens {
        hash = (multiply(hash, BASE)
            + self::hash(&text.as_bytes()[token.start as usize..token.end as usize]))
            % PRIME;
        hashes.push(hash);
    }
    hashes
}

/// The hash of one token, reduced by [`PRIME`]. The same in every run: it is kept.
fn hash(token: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(token);
    hasher.finish() % PRIME
}

fn multiply(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    let low = u64::try_from(product & u128::from(PRIME)).unwrap_or(0);
    let high = u64::try_from(product >> 61).unwrap_or(0);
    (low + high) % PRIME
}

fn power(mut exponent: usize) -> u64 {
    let (mut result, mut base) = (1, BASE);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, offset: usize, line: u32, column: u32) {
        let site = Source::new(text).site(offset, offset);
        assert_eq!((site.line, site.column), (line, column));
    }

    #[test]
    fn columns_count_scalars() {
        check("", 0, 1, 1);
        check("ab\ncd", 3, 2, 1);
        check("ab\r\ncd", 5, 2, 2);
        check("äö x", 5, 1, 4);
        check("a\n", 2, 2, 1);
        let long = format!("{}\n{}x", "ä".repeat(400), "ö".repeat(700));
        check(&long, long.len() - 1, 2, 701);
        check(&long, long.len(), 2, 702);
    }

    #[test]
    fn equal_tokens_have_equal_hashes_wherever_they_stand() {
        let hash = |text: &str, from: &str, to: &str| {
            let source = Source::new(text);
            let start = text.find(from).expect("given");
            source.hash(source.between(start, text.rfind(to).expect("given") + to.len()))
        };
        assert_eq!(hash("fn f() { a + b }", "{", "}"), hash("x { /* c */ a+\nb }", "{", "}"));
        assert_ne!(hash("{ a + b }", "{", "}"), hash("{ b + a }", "{", "}"));
        assert_ne!(hash("{ ab }", "{", "}"), hash("{ a b }", "{", "}"));
    }
}
