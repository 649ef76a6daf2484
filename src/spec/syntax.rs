//! The text of a spec file → its TOML tables, or what is no TOML in it, said once for one slip.
//!
//! What the tables hold is not looked at.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::design::{At, SpecFile};
use super::document::first_line;
use super::error::{Complaint, Errors};
use crate::basis::Span;

/// Syntax errors of one file beyond this number are left out: behind the first few they say the same thing again.
const SYNTAX_ERRORS: usize = 20;

/// A larger file is no spec that a person reads; the cap keeps its tables small enough to be walked and dropped.
const LARGEST: usize = 1 << 20;

/// Tables and arrays may lie so deep in each other. The TOML reader caps brackets and the parts of a key, 80 each; their
/// product is too deep for a table to be dropped on a small stack.
const DEEPEST: usize = 40;

/// A line with more dots than this counts towards [`DOTS`].
const DOTS_OF_A_LINE: usize = 20;

/// So many dots may stand in lines that have more than their share. Each level of a value takes a bracket, of which the TOML
/// reader allows 80, or a dot; so this bounds how deep a value can become that the reader drops itself.
const DOTS: usize = 1000;

/// Reads one file; what can be read of a text with errors is returned all the same.
pub(super) fn parse<'a>(file: u32, source: &'a SpecFile, errors: &mut Errors) -> DeTable<'a> {
    let text = &source.text[..];
    let start = At { file, span: first_line(text) };
    if text.len() > LARGEST {
        errors.syntax(start, Complaint::new(format!("the file is larger than {} MiB", LARGEST >> 20)));
        return DeTable::new();
    }
    if let Some(span) = too_many_dots(text) {
        errors.syntax(At { file, span }, Complaint::new("this has too many dots to be a key of a spec"));
        return DeTable::new();
    }
    let (table, found) = DeTable::parse_recoverable(text);
    let spans: Vec<(Span, &str)> = found
        .iter()
        .map(|error| (error.span().map_or(start.span, |span| visible(text, span)), error.message()))
        .collect();
    say_syntax(file, text, spans, errors);
    let table = table.into_inner();
    let Some(span) = too_deep(&table) else { return table };
    errors.syntax(At { file, span }, Complaint::new(format!("this lies more than {DEEPEST} deep")));
    take_apart(table);
    DeTable::new()
}

/// The line at which there are more than [`DOTS`] dots. A dot right behind another adds no level, so that dotted rules in
/// comments are not counted.
fn too_many_dots(text: &str) -> Option<Span> {
    let mut all = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let bytes = line.as_bytes();
        let dots =
            (0..bytes.len()).filter(|at| bytes[*at] == b'.' && (*at == 0 || bytes[*at - 1] != b'.')).count();
        if dots > DOTS_OF_A_LINE {
            all += dots;
        }
        if all > DOTS {
            return Some(Span::new(start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    None
}

/// Where the first value lies that is too deep.
fn too_deep(table: &DeTable<'_>) -> Option<Span> {
    let mut open: Vec<(&Spanned<DeValue<'_>>, usize)> = table.values().map(|value| (value, 1)).collect();
    while let Some((value, depth)) = open.pop() {
        if depth > DEEPEST {
            return Some(Span::new(value.span().start, value.span().end));
        }
        if let Some(table) = value.get_ref().as_table() {
            open.extend(table.values().map(|value| (value, depth + 1)));
        } else if let Some(array) = value.get_ref().as_array() {
            open.extend(array.iter().map(|value| (value, depth + 1)));
        }
    }
    None
}

/// Drops a table level by level, where dropping it whole would go as deep as it is.
fn take_apart(table: DeTable<'_>) {
    let mut open: Vec<DeValue<'_>> = vec![DeValue::Table(table)];
    while let Some(value) = open.pop() {
        match value {
            DeValue::Table(table) => open.extend(table.into_iter().map(|(_, value)| value.into_inner())),
            DeValue::Array(array) => open.extend(array.into_iter().map(Spanned::into_inner)),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }
}

/// The brackets that are open at the end of a text, outermost first.
fn open_brackets(text: &str) -> Vec<usize> {
    let mut open = Vec::new();
    for (at, byte) in brackets(text) {
        if matches!(byte, b'[' | b'{') {
            open.push(at);
        } else {
            open.pop();
        }
    }
    open
}

/// The brackets of a TOML text, with their places; what stands in strings and comments is left out.
fn brackets(text: &str) -> impl Iterator<Item = (usize, u8)> {
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
                byte @ (b'[' | b']' | b'{' | b'}') => {
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

/// Says what the TOML reader found: the first error of each line, since the others are its consequences, as a rule. Where
/// lines are wrong because a bracket before them is not closed, that is said, and comes out once.
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
        let goes_on = last_line.replace(line) == Some(line);
        if goes_on || listed >= SYNTAX_ERRORS {
            continue;
        }
        unread_below(at, text, errors);
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
        let files = [SpecFile { path: "specs/a.toml".into(), text: text.into(), is_linked: false }];
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
        check(&format!("a = {}1{}", "[".repeat(60), "]".repeat(60)));
        let key = ["a"; 79].join(".");
        check(&format!("[{key}]\n{}{key} = 1{}", format!("{key} = {{ ").repeat(79), " }".repeat(79)));
        check(&format!("[{key}]\n{}1{}", format!("{key} = [{{ ").repeat(39), " }]".repeat(39)));
        let key = ["a"; 20].join(".");
        let deep = format!("{}{key} = 1{}", format!("{key} = {{\n").repeat(79), " }".repeat(79));
        check(&format!("x = {{ {deep} }}\nx = {{ {deep} }}"));
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
    fn odd_texts_are_no_errors() {
        #[track_caller]
        fn check(text: &str) {
            assert_eq!(errors_of(text), []);
        }
        let many = "[".repeat(100);
        check(&format!("a = \"{many}\\\"{many}\" # {many}\nb = '{many}'"));
        check(&format!("a = {}1{}", "[".repeat(39), "]".repeat(39)));
        check(&format!("{}a = 1", format!("# {}\n", ".".repeat(80)).repeat(100)));
        check("\u{feff}a = 1");
        check("a = 1\r\nb = 2\r\n");
        check("");
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        #[track_caller]
        fn check(text: &str, expected: &[usize]) {
            assert_eq!(open_brackets(text), expected);
        }
        check("a = [ { ] ", &[4]);
        check("a = '[' # [\n[x]\nb = {", &[20]);
        check("a = \"[\\\"[\" [", &[11]);
        check("a = \"\"\"[\n\"[\"\"\" [", &[15]);
        check("a = '''['[''' [", &[14]);
        check("a = '[\n[", &[7]);
        check("]]}[", &[3]);
        check("a = \"[", &[]);
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
