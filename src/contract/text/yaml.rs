//! YAML → the tree: the first document of the text, aliases and merge keys replaced by what they mean.
//!
//! A scalar without quotes is what the core schema of YAML 1.2 says: `yes` and `2026-01-01` are texts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Input, Parser, ScalarStyle, Tag};

use super::ascii::Ascii;
use super::tree::{DEEPEST, Entry, Map, Node, Value};
use crate::basis::Span;
use crate::contract::unreadable::Complaint;

/// Aliases may stand for so many values together: a few lines could otherwise mean billions.
const COPIED: usize = 500_000;

/// What the parser says of a line between `{` and `}` that begins too far left.
const DEDENTED: [&str; 2] = ["invalid indentation", "invalid indentation in flow construct"];
/// How many such lines a document may have.
const MOST_DEDENTED: usize = 100;

/// The first document of a text.
///
/// YAML 1.2 asks for an indentation within braces too, where it means nothing; documents that neglect it are common, and other readers
/// take them. Such a line counts as the rest of the line before it.
pub(super) fn read(text: &str) -> Result<Node, Complaint> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MOST_DEDENTED {
        let complaint = match document(&text) {
            Err(complaint) if DEDENTED.contains(&&*complaint.message) => complaint,
            done => return done,
        };
        let Some(blanks) = break_before(&text, complaint.span.start as usize) else { return Err(complaint) };
        text.to_mut().replace_range(blanks.clone(), &" ".repeat(blanks.len()));
    }
    document(&text)
}

/// The line break before the line that begins with what stands at `at`; `None` where something else does, or a comment ends there.
fn break_before(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?.trim_end_matches([' ', '\t']);
    let end = before.len();
    let line = before.strip_suffix('\n')?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let last = line.rsplit('\n').next().unwrap_or_default();
    let has_comment = last.trim_start().starts_with('#') || last.contains(" #") || last.contains("\t#");
    (!has_comment).then_some(line.len()..end)
}

fn document(text: &str) -> Result<Node, Complaint> {
    match Ascii::new(text) {
        Some(input) => built(text, Parser::new(input)),
        None => built(text, Parser::new_from_str(text)),
    }
}

fn built<'t, T: Input>(text: &str, parser: Parser<'t, T>) -> Result<Node, Complaint> {
    let mut bytes = Bytes::new(text);
    let mut building = Building::default();
    for event in parser {
        let (event, at) = event.map_err(|error| {
            let at = bytes.offset(error.marker().index());
            Complaint::new(Span::new(at, at), error.info())
        })?;
        let start = bytes.offset(at.start.index());
        let span = Span::new(start, bytes.offset(at.end.index()).max(start));
        building.take(event, span)?;
        if let Some(root) = building.root.take() {
            return Ok(root);
        }
    }
    Err(Complaint::new(Span::default(), "it is empty"))
}

/// From characters, which the parser counts, to bytes. Events come nearly in order, so the way is walked from where it last ended.
struct Bytes<'t> {
    text: &'t str,
    ascii: bool,
    characters: usize,
    bytes: usize,
}

impl<'t> Bytes<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, ascii: text.is_ascii(), characters: 0, bytes: 0 }
    }

    fn offset(&mut self, character: usize) -> usize {
        if self.ascii {
            return character.min(self.text.len());
        }
        while self.characters > character {
            let before = self.text[..self.bytes].chars().next_back();
            self.bytes -= before.map_or(0, char::len_utf8);
            self.characters -= 1;
        }
        while self.characters < character {
            let Some(next) = self.text[self.bytes..].chars().next() else { break };
            self.bytes += next.len_utf8();
            self.characters += 1;
        }
        self.bytes
    }
}

/// A list or map that is not finished.
struct Open {
    anchor: usize,
    start: Span,
    /// How many values it holds so far, at any depth.
    size: usize,
    parts: Parts,
}

enum Parts {
    Items(Vec<Node>),
    Entries { done: Vec<Entry>, key: Option<(Box<str>, Span)> },
}

#[derive(Default)]
struct Building {
    open: Vec<Open>,
    anchors: BTreeMap<usize, (Node, usize)>,
    copied: usize,
    root: Option<Node>,
}

impl Building {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Complaint> {
        match event {
            Event::SequenceStart(anchor, _) => self.begin(anchor, span, Parts::Items(Vec::new())),
            Event::MappingStart(anchor, _) => {
                self.begin(anchor, span, Parts::Entries { done: Vec::new(), key: None })
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(text, style, tag.as_deref());
                self.put(Node { value, span }, 1, anchor)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, anchor: usize, start: Span, parts: Parts) -> Result<(), Complaint> {
        if self.open.len() >= DEEPEST {
            return Err(Complaint::new(start, format!("values lie more than {DEEPEST} deep in each other")));
        }
        self.open.push(Open { anchor, start, size: 1, parts });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Complaint> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let (value, last) = match open.parts {
            Parts::Items(items) => {
                let last = items.last().map_or(open.start.end, |item| item.span.end);
                (Value::List(items), last)
            }
            Parts::Entries { done, .. } => {
                let last = done.last().map_or(open.start.end, |entry| entry.node.span.end);
                (Value::Map(Map::new(merged(done))), last)
            }
        };
        // A block ends where the next thing begins; what is underlined ends with its last value.
        let end = if span.start == span.end { last } else { span.end };
        let span = Span { start: open.start.start, end: end.max(open.start.start) };
        self.put(Node { value, span }, open.size, open.anchor)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Complaint> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(Complaint::new(span, "an alias lies within what it stands for"));
        };
        self.copied += size;
        if self.copied > COPIED {
            return Err(Complaint::new(span, format!("aliases stand for more than {COPIED} values")));
        }
        let (node, size) = (node.clone(), *size);
        self.put(node, size, 0)
    }

    fn put(&mut self, node: Node, size: usize, anchor: usize) -> Result<(), Complaint> {
        if anchor != 0 {
            self.copied += size;
            if self.copied > COPIED {
                return Err(Complaint::new(node.span, format!("anchors mark more than {COPIED} values")));
            }
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.size += size;
        match &mut open.parts {
            Parts::Items(items) => items.push(node),
            Parts::Entries { done, key } => match key.take() {
                None => {
                    let at = node.span;
                    *key = Some((self::key(node), at));
                }
                Some((key, at)) => done.push(Entry { key, at, node }),
            },
        }
        Ok(())
    }
}

/// A key as text; a list or map as a key has no counterpart in JSON and is named by its JSON.
fn key(node: Node) -> Box<str> {
    match node.value {
        Value::Text(text) | Value::Number(text) => text,
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => node.json().into(),
    }
}

/// Entries with what `<<` brings in; what a map says itself counts before that.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    if !entries.iter().any(|entry| &*entry.key == "<<") {
        return entries;
    }
    let (merges, own): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| &*entry.key == "<<");
    let mut all = Vec::new();
    for merge in &merges {
        let maps = if merge.node.is_map() { std::slice::from_ref(&merge.node) } else { merge.node.items() };
        // Of several maps the earlier counts, and of several entries the later.
        all.extend(maps.iter().rev().flat_map(|map| map.entries().iter().cloned()));
    }
    all.extend(own);
    all
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
    if style != ScalarStyle::Plain || core == Some("str") {
        return Value::Text(text.into());
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        plain => number(plain).map_or_else(|| Value::Text(plain.into()), Value::Number),
    }
}

/// The digits, when a scalar is a number.
fn number(text: &str) -> Option<Box<str>> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return i128::from_str_radix(digits, radix).ok().map(|value| value.to_string().into());
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let only = unsigned.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'-' | b'+'));
    (digits && only && text.parse::<f64>().is_ok()).then(|| text.into())
}
