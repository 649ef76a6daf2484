//! A text and the spans to point at → lines of code with the spans underlined.
//!
//! It prints only the lines that are pointed at: the ends of a long span, the window of a long line around the span. Tabs become
//! four spaces and what [`Untrusted`](super::Untrusted) escapes is escaped, with the underlining still under its text.

use super::sources::{Source, file_name};
use super::style::{Ink, Style};
use super::untrusted::escape;
use super::width::width;
use crate::basis::{RepoPath, Span};

/// How many columns of a line are shown.
const COLUMNS: usize = 140;
/// How many characters stand before a span when the beginning of its line is cut off.
const BEFORE: usize = 40;
/// Up to so many bytes from the beginning of its line to a span, the beginning is not cut off.
const UNCUT: usize = 90;
/// Spans of up to so many lines have every line underlined; of longer ones only the first and the last.
const WHOLE: u32 = 4;

/// Something to point at.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The bytes.
    pub(super) span: Span,
    /// What is said about it; may be empty.
    pub(super) label: String,
    /// The colour of the underlining; [`Ink::Frame`] marks a second place, underlined with `-`.
    pub(super) ink: Ink,
}

/// The rows of one block of a report: what stands left of `|` is as wide as the largest line number of the block.
pub(super) struct Rows {
    width: usize,
    style: Style,
    out: String,
}

impl Rows {
    /// Rows whose line numbers go up to `last_line`.
    pub(super) fn new(style: Style, last_line: u32) -> Self {
        Self { width: last_line.to_string().len().max(2), style, out: String::new() }
    }

    /// The rows as text, each ended by a newline.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// `--> file:line:column` for the first place of a block, `:::` for further ones.
    pub(super) fn header(&mut self, arrow: &str, address: &str) {
        let arrow = self.style.paint(Ink::Frame, arrow);
        self.push(&format!("{:width$}{arrow} {address}", "", width = self.width));
    }

    /// An empty row.
    pub(super) fn gap(&mut self) {
        self.framed("", "|", "");
    }

    /// `= name: text` under the snippets.
    pub(super) fn footer(&mut self, name: &str, text: &str) {
        let name = self.style.paint(Ink::Strong, &format!("{name}:"));
        self.framed("", "=", &format!("{name} {text}"));
    }

    /// The lines of `source` that the marks point at, each with its underlining and label.
    pub(super) fn code(&mut self, source: &Source<'_>, marks: &[Mark]) {
        let mut strokes: Vec<Stroke<'_>> = marks.iter().flat_map(|mark| strokes(source, mark)).collect();
        strokes.sort_by_key(|stroke| (stroke.line, stroke.start));
        let mut previous: Option<u32> = None;
        for on_line in strokes.chunk_by(|one, next| one.line == next.line) {
            let Some(first) = on_line.first() else { continue };
            match previous.map(|line| first.line - line) {
                None | Some(1) => {}
                Some(2) => self.line(source, first.line - 1, &[]),
                Some(_) => self.push(&self.style.paint(Ink::Frame, "...")),
            }
            self.line(source, first.line, on_line);
            previous = Some(first.line);
        }
    }

    /// One line (from 1), and one row of underlining for each stroke on it.
    fn line(&mut self, source: &Source<'_>, line: u32, strokes: &[Stroke<'_>]) {
        let shown =
            Shown::new(source.text, line_span(source, line), strokes.first().map(|first| first.start));
        self.framed(&line.to_string(), "|", &shown.text);
        for stroke in strokes {
            let (start, end) = (shown.column(stroke.start), shown.column(stroke.end));
            let tip = if stroke.mark.ink == Ink::Frame { "-" } else { "^" };
            let text = format!("{} {}", tip.repeat(end.saturating_sub(start).max(1)), stroke.label);
            self.framed(
                "",
                "|",
                &format!("{:start$}{}", "", self.style.paint(stroke.mark.ink, text.trim_end())),
            );
        }
    }

    fn framed(&mut self, number: &str, bar: &str, text: &str) {
        let frame = self.style.paint(Ink::Frame, &format!("{number:>width$} {bar}", width = self.width));
        self.push(&format!("{frame} {text}"));
    }

    fn push(&mut self, row: &str) {
        self.out.push_str(row.trim_end());
        self.out.push('\n');
    }
}

/// The number (from 1) of the last line that [`Rows::code`] prints for this span.
pub(super) fn last_line(source: &Source<'_>, span: Span) -> u32 {
    line_of(source, trimmed(source.text, span).1)
}

/// The underlining of one mark on one line; bytes are of the whole text.
struct Stroke<'a> {
    /// The line, from 1.
    line: u32,
    start: usize,
    end: usize,
    label: &'a str,
    mark: &'a Mark,
}

/// One stroke for each line of the mark that is underlined, the label at the last.
fn strokes<'a>(source: &Source<'_>, mark: &'a Mark) -> Vec<Stroke<'a>> {
    let (start, end) = trimmed(source.text, mark.span);
    let (first, last) = (line_of(source, start), line_of(source, end));
    let between = if last - first < WHOLE { first + 1..last } else { first..first };
    let lines = std::iter::once(first).chain(between).chain((first < last).then_some(last));
    let mut strokes: Vec<Stroke<'_>> = lines
        .filter_map(|line| {
            let (from, to) = line_span(source, line);
            let text = &source.text[from..to];
            let from = if line == first { start } else { to - text.trim_start().len() };
            let to = if line == last { end } else { to };
            // Of several lines, those without text have nothing to underline.
            (from < to || first == last).then_some(Stroke { line, start: from, end: to, label: "", mark })
        })
        .collect();
    if let Some(stroke) = strokes.last_mut() {
        stroke.label = &mark.label;
    }
    strokes
}

/// The span inside the text, on boundaries of characters, without the line ends behind it.
fn trimmed(text: &str, span: Span) -> (usize, usize) {
    let inside = |offset: u32| {
        let mut at = (offset as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = inside(span.start);
    let end = inside(span.end).max(start);
    (start, start + text[start..end].trim_end_matches(['\n', '\r']).len())
}

/// The line (from 1) of the byte at `offset`.
fn line_of(source: &Source<'_>, offset: usize) -> u32 {
    source.lines().position(source.text, Span::new(offset, offset).start).line
}

/// The bytes of a line (from 1) without its line end.
fn line_span(source: &Source<'_>, line: u32) -> (usize, usize) {
    let start = source.lines().start(line).map_or(source.text.len(), |start| start as usize);
    let end = source.text[start..].find('\n').map_or(source.text.len(), |length| start + length);
    (start, start + source.text[start..end].trim_end_matches('\r').len())
}

/// One line as it is printed, and the column at which each of its characters stands.
struct Shown {
    text: String,
    /// Byte in the whole text and column from 0, ascending; the last entry is the end of what is shown.
    columns: Vec<(usize, usize)>,
}

impl Shown {
    /// The line between the bytes `start` and `end` of `text`, cut so that the byte `focus` is in sight.
    fn new(text: &str, (start, end): (usize, usize), focus: Option<usize>) -> Self {
        let focus = focus.unwrap_or(start).clamp(start, end);
        let from = if focus - start <= UNCUT { start } else { step_back(text, start, focus) };
        let mut shown = Self { text: String::new(), columns: Vec::new() };
        let mut column = 0;
        if from > start {
            shown.columns.push((start, 0));
            shown.text.push('…');
            column = 1;
        }
        for (at, char) in text[from..end].char_indices().map(|(at, char)| (from + at, char)) {
            shown.columns.push((at, column));
            if column >= COLUMNS {
                shown.text.push('…');
                return shown;
            }
            // A byte order mark at the beginning of a file is no part of the code.
            if at > 0 || char != '\u{feff}' {
                column += shown.push(&text[at..end], char);
            }
        }
        shown.columns.push((end, column));
        shown
    }

    /// Adds one character; says how many columns it takes.
    fn push(&mut self, rest: &str, char: char) -> usize {
        if char == '\t' {
            self.text.push_str("    ");
            return 4;
        }
        if let Some(escaped) = escape(rest, char) {
            self.text.push_str(&escaped);
            return escaped.len();
        }
        self.text.push(char);
        width(char)
    }

    /// The column (from 0) of the byte at `offset` of the whole text; the nearest one shown before it when it is cut off.
    fn column(&self, offset: usize) -> usize {
        let after = self.columns.partition_point(|(at, _)| *at <= offset);
        after.checked_sub(1).and_then(|at| self.columns.get(at)).map_or(0, |(_, column)| *column)
    }
}

/// The byte [`BEFORE`] characters before `focus`, not before `start`.
fn step_back(text: &str, start: usize, focus: usize) -> usize {
    let before = text[start..focus].char_indices().rev().take(BEFORE).last();
    before.map_or(start, |(at, _)| start + at)
}

/// The snippet of one span alone, header included.
pub(super) fn single(file: &RepoPath, source: &Source<'_>, mark: &Mark, style: Style) -> Rows {
    let (start, _) = source.range(mark.span);
    let mut rows = Rows::new(style, last_line(source, mark.span));
    rows.header("-->", &format!("{}:{}:{}", file_name(file), start.line, start.column));
    rows.gap();
    rows.code(source, std::slice::from_ref(mark));
    rows.gap();
    rows
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    /// The rows of code for marks given as parts of the text; a part is pointed at where it occurs first.
    #[track_caller]
    fn check(text: &str, marks: &[(&str, &str)], expected: &str) {
        let marks: Vec<_> = marks
            .iter()
            .enumerate()
            .map(|(number, (part, label))| Mark {
                span: samples::span(text, part),
                label: (*label).to_owned(),
                ink: if number == 0 { Ink::Error } else { Ink::Frame },
            })
            .collect();
        assert_eq!(code(text, &marks), expected.trim_start_matches('\n'));
    }

    fn code(text: &str, marks: &[Mark]) -> String {
        let mut rows = Rows::new(Style::Plain, 1);
        rows.code(&Source::new(text), marks);
        rows.finish()
    }

    #[test]
    fn underlining_stands_under_its_text() {
        check("let a = b;\n", &[("b", "here")], "\n 1 | let a = b;\n   |         ^ here\n");
        check("a\r\nb c\r\nd\r\n", &[("c\r\n", "x")], "\n 2 | b c\n   |   ^ x\n");
        check("\tif a {\tb }", &[("b", "tabs")], "\n 1 |     if a {    b }\n   |               ^ tabs\n");
        check("日本 = 語;", &[("語", "wide")], "\n 1 | 日本 = 語;\n   |        ^^ wide\n");
        check("e\u{301} = x;", &[("x", "")], "\n 1 | e\u{301} = x;\n   |     ^\n");
        check("a\u{1b}b c", &[("c", "")], "\n 1 | a\\u{1b}b c\n   |          ^\n");
        check("a\u{1b}b c", &[("\u{1b}", "")], "\n 1 | a\\u{1b}b c\n   |  ^^^^^^\n");
        check("\u{feff}use a;", &[("a", "")], "\n 1 | use a;\n   |     ^\n");
    }

    #[test]
    fn several_marks_have_a_row_each() {
        check(
            "use a::{b, c};\n",
            &[("c", "second"), ("b", "first")],
            "\n 1 | use a::{b, c};\n   |         - first\n   |            ^ second\n",
        );
        check("1\n2\n3\n", &[("1", "one"), ("2", "two")], "\n 1 | 1\n   | ^ one\n 2 | 2\n   | - two\n");
        check(
            "1\n2\n3\n",
            &[("1", "one"), ("3", "three")],
            "\n 1 | 1\n   | ^ one\n 2 | 2\n 3 | 3\n   | - three\n",
        );
        check("1\n2\n\n3\n", &[("3", "x"), ("1", "y")], "\n 1 | 1\n   | - y\n...\n 4 | 3\n   | ^ x\n");
    }

    #[test]
    fn long_spans_show_their_ends() {
        check(
            "use a::{\n\n    b,\n};\n",
            &[("use a::{\n\n    b,\n};", "label")],
            "\n 1 | use a::{\n   | ^^^^^^^^\n 2 |\n 3 |     b,\n   |     ^^\n 4 | };\n   | ^^ label\n",
        );
        check(
            "fn a() {\n  b;\n  c;\n  d;\n  e;\n}\n",
            &[("a() {\n  b;\n  c;\n  d;\n  e;\n}\n", "all")],
            "\n 1 | fn a() {\n   |    ^^^^^\n...\n 6 | }\n   | ^ all\n",
        );
    }

    #[test]
    fn long_lines_are_cut_around_the_span() {
        let text = format!("{}TARGET{}", "é".repeat(500), "b".repeat(500));
        let expected = format!(
            "\n 1 | …{}TARGET{}…\n   | {:41}^^^^^^ x\n",
            "é".repeat(BEFORE),
            "b".repeat(COLUMNS - BEFORE - 7),
            ""
        );
        check(&text, &[("TARGET", "x")], &expected);
        let far = [("TARGET", "x"), ("é", "y")];
        check(&text, &far, &format!("\n 1 | {}…\n   | - y\n   | {:COLUMNS$}^ x\n", "é".repeat(COLUMNS), ""));
        let long = "a".repeat(2_000_000);
        check(
            &long,
            &[(&long, "x")],
            &format!("\n 1 | {}…\n   | {} x\n", &long[..COLUMNS], "^".repeat(COLUMNS)),
        );
    }

    #[test]
    fn any_span_of_any_text_is_shown_somehow() {
        #[track_caller]
        fn check(text: &str, start: u32, end: u32, expected: &str) {
            let mark = Mark { span: Span { start, end }, label: String::new(), ink: Ink::Error };
            assert_eq!(code(text, &[mark]), expected, "{start}..{end} of {text:?}");
        }
        check("", 0, 0, " 1 |\n   | ^\n");
        check("", 7, 9, " 1 |\n   | ^\n");
        check("a\n", 2, 2, " 2 |\n   | ^\n");
        check("a\nb", 5, 1, " 2 | b\n   |  ^\n");
        check("aé", 2, 3, " 1 | aé\n   |  ^\n");
        check("a\n\n\n", 1, 4, " 1 | a\n   |  ^\n");
        check("\n\n\n", 0, u32::MAX, " 1 |\n   | ^\n");
        check("a\rb", 0, 3, " 1 | a\\rb\n   | ^^^^\n");
    }
}
