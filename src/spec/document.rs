//! One spec file as TOML: its tables as views with places, its entries in the order in which they are written.
//!
//! What a table may hold is not known here.

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::design::{At, Declared, SpecFile};
use super::error::{Complaint, Errors};
use crate::basis::Span;

/// Syntax errors of one file beyond this number are left out: behind the first few they say the same thing again.
const SYNTAX_ERRORS: usize = 20;

/// A larger file is no spec that a person reads; the cap keeps its tables small enough to be walked and dropped.
const LARGEST: usize = 1 << 20;

/// Keys with more parts than this, or values inside more brackets, are no part of the language. The product of the two caps
/// of the TOML reader itself (80 each) would be too deep to be dropped on a small stack.
const DEEPEST: usize = 20;

/// A value with its place.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    /// The value as TOML has it.
    pub(super) value: &'a DeValue<'a>,
    /// The bytes of the value; of the header, where it is a table that has one.
    pub(super) at: At,
}

/// A key with its value.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The key, quotes and escapes undone.
    pub(super) key: &'a str,
    /// The bytes of the key.
    pub(super) key_at: At,
    /// The value.
    pub(super) node: Node<'a>,
}

/// A table.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    file: u32,
    table: &'a DeTable<'a>,
    /// The place of the key that the table stands under, or of the header of an element of an array of tables.
    pub(super) at: At,
}

/// Reads one file; what can be read of a text with errors is returned all the same.
pub(super) fn parse<'a>(file: u32, source: &'a SpecFile, errors: &mut Errors) -> DeTable<'a> {
    let text = &source.text[..];
    let start = At { file, span: first_line(text) };
    if text.len() > LARGEST {
        errors.syntax(start, Complaint::new(format!("the file is larger than {} MiB", LARGEST >> 20)));
        return DeTable::new();
    }
    if let Some(span) = too_deep(text) {
        errors.syntax(At { file, span }, Complaint::new("too many brackets or key parts inside each other"));
        return DeTable::new();
    }
    let (table, found) = DeTable::parse_recoverable(text);
    let spans: Vec<(Span, &str)> = found
        .iter()
        .map(|error| (error.span().map_or(start.span, |span| visible(text, span)), error.message()))
        .collect();
    say_syntax(file, text, spans, errors);
    table.into_inner()
}

impl<'a> View<'a> {
    /// The table of a whole file.
    pub(super) fn root(file: u32, table: &'a DeTable<'a>, text: &str) -> Self {
        Self { file, table, at: At { file, span: first_line(text) } }
    }

    /// The entries in the order in which they are written.
    pub(super) fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> =
            self.table.iter().map(|(key, value)| self.entry(key.get_ref(), key.span(), value)).collect();
        entries.sort_by_key(|entry| entry.key_at);
        entries
    }

    /// The entry with this key.
    pub(super) fn get(&self, key: &str) -> Option<Entry<'a>> {
        self.table.get_key_value(key).map(|(key, value)| self.entry(key.get_ref(), key.span(), value))
    }

    /// The string under this key; `None` where there is none, or something else.
    pub(super) fn text(&self, key: &str) -> Option<Declared<&'a str>> {
        self.get(key).and_then(|entry| entry.node.text())
    }

    /// The strings of the array under this key; what is no string is left out. `None` where there is no array.
    pub(super) fn texts(&self, key: &str) -> Option<Vec<Declared<&'a str>>> {
        let items = self.get(key)?.node.items()?;
        Some(items.into_iter().filter_map(|item| item.text()).collect())
    }

    /// The boolean under this key.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        self.get(key).and_then(|entry| entry.node.value.as_bool())
    }

    /// The table under this key.
    pub(super) fn table(&self, key: &str) -> Option<View<'a>> {
        self.get(key).and_then(Entry::table)
    }

    /// The tables under the keys of the table under this key, with their keys.
    pub(super) fn tables(&self, key: &str) -> Vec<(Declared<&'a str>, View<'a>)> {
        let entries = self.table(key).map_or_else(Vec::new, |table| table.entries());
        entries.into_iter().filter_map(|entry| Some((entry.name(), entry.table()?))).collect()
    }

    /// The elements of the array of tables under this key.
    pub(super) fn elements(&self, key: &str) -> Vec<View<'a>> {
        let items = self.get(key).and_then(|entry| entry.node.items()).unwrap_or_default();
        items.into_iter().filter_map(Node::table).collect()
    }

    fn entry(
        &self,
        key: &'a str,
        key_span: std::ops::Range<usize>,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Entry<'a> {
        let at = |span: std::ops::Range<usize>| At { file: self.file, span: Span::new(span.start, span.end) };
        Entry { key, key_at: at(key_span), node: Node { value: value.get_ref(), at: at(value.span()) } }
    }
}

impl<'a> Entry<'a> {
    /// The key with its place.
    pub(super) fn name(&self) -> Declared<&'a str> {
        Declared { value: self.key, at: self.key_at }
    }

    /// The value as a table that is known by its key.
    pub(super) fn table(self) -> Option<View<'a>> {
        Some(View { at: self.key_at, ..self.node.table()? })
    }
}

impl<'a> Node<'a> {
    /// The value as a string.
    pub(super) fn text(self) -> Option<Declared<&'a str>> {
        self.value.as_str().map(|value| Declared { value, at: self.at })
    }

    /// The value as an array.
    pub(super) fn items(self) -> Option<Vec<Node<'a>>> {
        let array: &'a DeArray<'a> = self.value.as_array()?;
        let node = |item: &'a Spanned<DeValue<'a>>| Node {
            value: item.get_ref(),
            at: At { file: self.at.file, span: Span::new(item.span().start, item.span().end) },
        };
        Some(array.iter().map(node).collect())
    }

    /// The value as a table.
    pub(super) fn table(self) -> Option<View<'a>> {
        self.value.as_table().map(|table| View { file: self.at.file, table, at: self.at })
    }

    /// The value as an integer from 0 to 4 294 967 295.
    pub(super) fn position(self) -> Option<u32> {
        let integer = self.value.as_integer()?;
        u32::from_str_radix(integer.as_str(), integer.radix()).ok()
    }
}

/// The first line that holds anything: where errors stand that are about a file as a whole.
fn first_line(text: &str) -> Span {
    let line = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    line.map(|(start, line)| (start, line.trim_end()))
        .find(|(_, line)| !line.is_empty())
        .map_or(Span::default(), |(start, line)| Span::new(start, start + line.len()))
}

/// Where brackets, or dots of keys, lie too deep; seen roughly, strings and comments left out.
fn too_deep(text: &str) -> Option<Span> {
    let mut open = 0_usize;
    let mut dots = 0_usize;
    for (at, byte) in structure(text) {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'.' => dots += 1,
            _ => dots = 0,
        }
        if open > DEEPEST || dots > DEEPEST {
            return Some(Span::new(at, at + 1));
        }
    }
    None
}

/// The brackets that are open at the end of a text, outermost first.
fn open_brackets(text: &str) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, byte) in structure(text) {
        match byte {
            b'[' | b'{' => open.push(at),
            b']' | b'}' => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// The bytes that give a TOML text its structure (brackets, dots, `=`, `,`, ends of lines), with their places; what stands in
/// strings and comments is left out.
fn structure(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let here = at;
            match bytes[here] {
                b'#' => {
                    at += bytes[here..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - here)
                }
                quote @ (b'"' | b'\'') => at = string_end(bytes, here, quote) + 1,
                byte @ (b'[' | b']' | b'{' | b'}' | b'.' | b'=' | b',' | b'\n') => {
                    at += 1;
                    return Some((here, byte));
                }
                _ => at += 1,
            }
        }
        None
    })
}

/// The last byte of the string that begins at `start`; of the line, where a one-line string is not closed.
fn string_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if long { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at - 1,
            byte if byte == quote && !long => return at,
            _ if long && bytes[at..].starts_with(&[quote; 3]) => return at + 2,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The span that is underlined for a syntax error: at least one letter of its line, where the line has one.
fn visible(text: &str, span: std::ops::Range<usize>) -> Span {
    let end = span.end.min(text.len());
    let start = span.start.min(end);
    if start < end {
        return Span::new(start, end);
    }
    let length = |char: Option<char>| char.filter(|char| !"\r\n".contains(*char)).map(char::len_utf8);
    let behind = length(text[start..].chars().next()).unwrap_or(0);
    let before = length(text[..start].chars().next_back()).filter(|_| behind == 0).unwrap_or(0);
    Span::new(start - before, start + behind)
}

/// Says what the TOML reader found. Its errors on the lines right behind one that has an error are consequences, as a rule:
/// they go on until it is in step again.
fn say_syntax(file: u32, text: &str, mut found: Vec<(Span, &str)>, errors: &mut Errors) {
    found.sort_by_key(|(span, _)| *span);
    let mut last_line = None;
    let mut read_to = 0;
    let mut line = 0_usize;
    let mut listed = 0;
    for (span, message) in found {
        let start = span.start as usize;
        line += text.as_bytes()[read_to..start].iter().filter(|byte| **byte == b'\n').count();
        read_to = start;
        let at = At { file, span };
        if message == "duplicate key" && listed < SYNTAX_ERRORS {
            errors.syntax(at, declared_twice(text, span));
            listed += 1;
            continue;
        }
        errors.unread(at);
        if last_line != Some(line) {
            unread_below(At { file, span }, text, errors);
        }
        let goes_on = last_line.is_some_and(|last| line <= last + 1);
        last_line = Some(line);
        if goes_on || listed >= SYNTAX_ERRORS {
            continue;
        }
        listed += 1;
        match unclosed(text, span) {
            Some(span) => errors.syntax(At { file, span }, not_closed(text, span)),
            None => errors.syntax(at, Complaint::new(format!("this is not TOML: {message}"))),
        }
    }
}

/// Where a header could not be read, the keys below it were put into another table.
fn unread_below(header: At, text: &str, errors: &mut Errors) {
    let mut start = text[..header.span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    for (index, line) in text[start..].split_inclusive('\n').enumerate() {
        let is_header = line.trim_start().starts_with('[');
        if is_header != (index == 0) {
            break;
        }
        errors.unread(At { file: header.file, span: Span::new(start, start) });
        start += line.len();
    }
}

fn not_closed(text: &str, bracket: Span) -> Complaint {
    let bracket = text.get(bracket.range()).unwrap_or_default();
    let complaint = Complaint::new(format!("this `{bracket}` is not closed"));
    // Inside braces a key may well begin the next line, behind a comma.
    complaint.maybe_help((bracket == "{").then(|| "or a comma is missing behind it".to_owned()))
}

fn declared_twice(text: &str, span: Span) -> Complaint {
    let written = text.get(span.range()).unwrap_or_default();
    Complaint::new(format!("`{}` is declared twice", written.trim_matches(['"', '\''])))
        .maybe_help(earlier(text, span))
}

/// The bracket of an earlier line that is still open where a line goes on as if it were closed: with a key or a header.
fn unclosed(text: &str, span: Span) -> Option<Span> {
    let start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let written = line.trim_start();
    let quoted = written
        .starts_with(['"', '\''])
        .then(|| string_end(written.as_bytes(), 0, written.as_bytes()[0]) + 1);
    let bare = || written.find(|char: char| !(char.is_alphanumeric() || "-_.".contains(char))).unwrap_or(0);
    let behind = written.get(quoted.unwrap_or_else(bare)..).unwrap_or_default();
    let is_key = behind.len() < written.len() && behind.trim_start().starts_with('=');
    let is_header = line.starts_with('[') && line.trim_end().ends_with(']');
    if !is_key && !is_header {
        return None;
    }
    let at = open_brackets(&text[..start]).pop()?;
    Some(Span::new(at, at + 1))
}

/// The line on which the key at `span` stands for the first time, found by its text: in a table before it, or as its header.
fn earlier(text: &str, span: Span) -> Option<String> {
    let key = text.get(span.range())?;
    let start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let header = text[start..].lines().next().unwrap_or_default().trim();
    let is_header = header.starts_with('[');
    let assigns = |line: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
    };
    let mut found = None;
    for (index, line) in text[..start].lines().enumerate() {
        let line = line.trim();
        if is_header && line == header || !is_header && assigns(line) {
            found = Some(index + 1);
        } else if !is_header && line.starts_with('[') {
            found = None;
        }
    }
    found.map(|line| format!("it stands on line {line} already"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn errors_of(text: &str) -> Vec<(String, String)> {
        let files = [SpecFile { path: "specs/a.toml".into(), text: text.into() }];
        let mut errors = Errors::default();
        let _table = parse(0, &files[0], &mut errors);
        let shown = |error: super::super::error::SpecError| {
            let message =
                [Some(error.message), error.help].into_iter().flatten().collect::<Vec<_>>().join("; ");
            (text[error.span.range()].to_owned(), message)
        };
        errors.finish(&files).into_iter().map(shown).collect()
    }

    #[test]
    fn hostile_texts_are_errors_and_nothing_worse() {
        #[track_caller]
        fn check(text: &str) {
            assert!(!errors_of(text).is_empty());
        }
        check(&"[".repeat(1 << 20));
        check(&format!("a = {}", "[".repeat(1 << 20)));
        check(&format!("a = {}", "{b=".repeat(1 << 18)));
        check(&format!("a = {}1{}", "[".repeat(30), "]".repeat(30)));
        check(&format!("[{}a]", "a.".repeat(1 << 18)));
        check(&format!("{}a = 1", "a.".repeat(79)));
        check(&format!("a = {}", "{".repeat(1 << 20)));
        check(&"a\n".repeat(1 << 19));
        check(&"'".repeat(1 << 20));
        check("a = \"\u{0}\"");
        check("a = \"\\");
        check(&"x".repeat(LARGEST + 1));
        check("ä");
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(errors_of(text), []);
        }
        let many = "[".repeat(100);
        check(&format!("a = \"{many}\\\"{many}\" # {many}\nb = '{many}'"));
        check(&format!("a = \"\"\"{many}\n\"{many}\"\"\"\nb = '''{many}'{many}'''"));
        check("\u{feff}a = 1");
        check("a = 1\r\nb = 2\r\n");
        check("");
    }

    #[test]
    fn what_stands_twice_is_named_with_its_first_place() {
        #[track_caller]
        fn check(text: &str, underlined: &str, message: &str) {
            assert_eq!(errors_of(text), [(underlined.to_owned(), message.to_owned())]);
        }
        check("a = 1\na = 2", "a", "`a` is declared twice; it stands on line 1 already");
        check("[x]\na = 1\n[y]\n[x]\n", "x", "`x` is declared twice; it stands on line 1 already");
        check("a = 1\n[x]\n[y]\na = 1\n\"a\" = 2", "\"a\"", "`a` is declared twice");
        check(
            "[x]\n\"GET /a\" = 1\n\"GET /a\" = 1",
            "\"GET /a\"",
            "`GET /a` is declared twice; it stands on line 2 already",
        );
    }
}
