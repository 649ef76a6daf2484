//! The text of a file → the one tree of values with places, whether it is JSON, YAML or a snapshot that holds either.
//!
//! What it is, is told by the text and never by the name of the file. What the values mean is not known here.

mod ascii;
mod json;
mod tree;
mod yaml;

pub(super) use tree::{Entry, Node, Value, number};

use super::unreadable::Complaint;
use crate::basis::Span;

/// Documents with more bytes than this are not read: 16 MiB, some ten times the largest public API.
pub(super) const LARGEST: usize = 16 << 20;

/// The value that a text is.
pub(super) fn read(text: &str) -> Result<Node, Complaint> {
    if text.len() > LARGEST {
        let message = format!("it has {} bytes, and more than {LARGEST} are not read", text.len());
        return Err(Complaint::new(Span::default(), message));
    }
    // Blanks in place of what is left out, so that places stay those of the file; in front of YAML ends of lines, for there blanks
    // mean something.
    let is_marked = text.starts_with('\u{feff}');
    let begin = if is_marked { '\u{feff}'.len_utf8() } else { snapshot(text) };
    if begin == 0 {
        return value(text);
    }
    let blanked: String =
        text[..begin].bytes().map(|byte| if is_marked || byte == b'\n' { '\n' } else { ' ' }).collect();
    value(&(blanked + &text[begin..]))
}

fn value(text: &str) -> Result<Node, Complaint> {
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::read(text);
    }
    // What begins like JSON can still be YAML, whose maps may be written in braces.
    json::read(text).or_else(|complaint| yaml::read(text).map_err(|_| complaint))
}

/// Where the value of an insta snapshot begins: behind the second of the lines `---` that hold its header. 0 where there is no
/// such header.
fn snapshot(text: &str) -> usize {
    let mut offset = 0;
    let mut header = false;
    for line in text.split_inclusive('\n').take(40) {
        let bare = line.trim_end();
        match (offset, bare) {
            (0, "---") => {}
            (0, _) => return 0,
            (_, "---") => return if header { offset + line.len() } else { 0 },
            _ => {
                let key = bare.split(':').next().unwrap_or_default();
                if matches!(key, "openapi" | "swagger") {
                    return 0;
                }
                header |=
                    matches!(key, "source" | "expression" | "assertion_line" | "snapshot_kind" | "info");
            }
        }
        offset += line.len();
    }
    0
}

#[cfg(test)]
mod tests;
