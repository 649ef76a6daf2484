//! What is wrong with a spec, each error with its place; and the list they are gathered in.
//!
//! How an error is shown is not decided here.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::design::{At, Declared, SpecFile};
use super::nearest::did_you_mean;
use crate::basis::{LineIndex, RepoPath, Span};

/// More errors than this are counted, not listed: a file that is no spec at all would say the same thing a million times.
const LISTED: usize = 200;

/// So many pairs of an unknown and a known name are compared at most.
const COMPARED: usize = 500_000;

/// One error of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecError {
    /// The file.
    pub file: RepoPath,
    /// The whole text of the file.
    pub text: Arc<str>,
    /// What is underlined, in bytes of the text.
    pub span: Span,
    /// One sentence, lower case, no full stop, names in backticks.
    pub message: String,
    /// "did you mean …", and the like; `None` where there is nothing to propose.
    pub help: Option<String>,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let position = LineIndex::new(&self.text).position(&self.text, self.span.start);
        write!(f, "{}:{}:{}: {}", self.file, position.line, position.column, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " ({help})"))
    }
}

impl std::error::Error for SpecError {}

/// What is wrong with a value, before it is known where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// One sentence.
    pub(super) message: String,
    /// What to do about it.
    pub(super) help: Option<String>,
}

impl Complaint {
    /// A complaint that nothing can be proposed for.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// The same, with a proposal.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same, with a proposal if there is one.
    pub(super) fn maybe_help(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }

    /// Both in one sentence.
    pub(super) fn into_text(self) -> String {
        match self.help {
            Some(help) => format!("{} ({help})", self.message),
            None => self.message,
        }
    }
}

/// Which errors can be mere consequences of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// The text is no TOML.
    Syntax,
    /// The text could not be read here, for a reason that is told elsewhere; never listed.
    Unread,
    /// A value is wrong in itself.
    Value,
    /// Something is not there, or names what is not there. Where a text could not be read whole, it may well stand in the
    /// part that was not read.
    Missing,
}

/// The errors found so far.
#[derive(Debug, Default)]
pub(super) struct Errors {
    found: Vec<Found>,
    /// How many pairs of an unknown and a known name were compared.
    compared: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    at: At,
    sort: Sort,
    complaint: Complaint,
    /// Another place that belongs to it.
    other: Option<At>,
}

impl Errors {
    /// Adds an error about the value at `at`.
    pub(super) fn value(&mut self, at: At, complaint: Complaint) {
        self.found.push(Found { at, sort: Sort::Value, complaint, other: None });
    }

    /// Adds an error about something that stands at `at` and, as it may not, at `first` too.
    pub(super) fn twice(&mut self, at: At, first: At, complaint: Complaint) {
        self.found.push(Found { at, sort: Sort::Value, complaint, other: Some(first) });
    }

    /// Adds an error about something that is not there.
    pub(super) fn missing(&mut self, at: At, complaint: Complaint) {
        self.found.push(Found { at, sort: Sort::Missing, complaint, other: None });
    }

    /// Adds an error about a name that none of the `known` is: the one that was probably meant is proposed, else `otherwise`.
    /// That takes longer than anything else here, so a spec that is nothing but unknown names is not told all of them.
    pub(super) fn unknown<'a>(
        &mut self,
        what: &str,
        name: Declared<&str>,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: &str,
    ) {
        let complaint = Complaint::new(format!("there is no {what} `{}`", name.value.escape_debug()));
        let mut meant = None;
        if self.compared < COMPARED {
            let counted = known.into_iter().inspect(|_| self.compared += 1);
            meant = did_you_mean(name.value, counted);
        }
        self.missing(name.at, complaint.help(meant.unwrap_or_else(|| otherwise.to_owned())));
    }

    /// Adds an error about text that is no TOML.
    pub(super) fn syntax(&mut self, at: At, complaint: Complaint) {
        self.found.push(Found { at, sort: Sort::Syntax, complaint, other: None });
    }

    /// Remembers that the line of `at` could not be read.
    pub(super) fn unread(&mut self, at: At) {
        self.found.push(Found { at, sort: Sort::Unread, complaint: Complaint::new(""), other: None });
    }

    /// Whether a part of a text could not be read.
    pub(super) fn hide_text(&self) -> bool {
        self.found.iter().any(|found| found.sort <= Sort::Unread)
    }

    /// The errors in the order of files and bytes, without those that syntax errors may have brought about.
    pub(super) fn finish(mut self, files: &[SpecFile]) -> Vec<SpecError> {
        let starts: Vec<Vec<u32>> = files.iter().map(|file| line_starts(&file.text)).collect();
        let line_of =
            |at: At| (at.file, starts[at.file as usize].partition_point(|start| *start <= at.span.start));
        let unread: BTreeSet<(u32, usize)> = self
            .found
            .iter()
            .filter(|found| found.sort <= Sort::Unread)
            .map(|found| line_of(found.at))
            .collect();
        if !unread.is_empty() {
            self.found.retain(|found| match found.sort {
                Sort::Syntax => true,
                Sort::Value => !unread.contains(&line_of(found.at)),
                Sort::Missing | Sort::Unread => false,
            });
        }
        self.found.sort_by(|left, right| {
            (left.at, left.sort, &left.complaint.message).cmp(&(
                right.at,
                right.sort,
                &right.complaint.message,
            ))
        });
        self.found.dedup();
        let unlisted = self.found.len().saturating_sub(LISTED);
        self.found.truncate(LISTED);
        if let (true, Some(last)) = (unlisted > 0, self.found.last_mut()) {
            last.complaint.help = Some(format!("{unlisted} more errors are not listed"));
            last.other = None;
        }
        let place = |at: At| {
            let (file, line) = line_of(at);
            format!("it stands at {}:{} already", files[file as usize].path, line + 1)
        };
        self.found
            .into_iter()
            .map(|found| {
                let file = &files[found.at.file as usize];
                SpecError {
                    file: file.path.clone(),
                    text: Arc::clone(&file.text),
                    span: found.at.span,
                    message: found.complaint.message,
                    help: found.complaint.help.or_else(|| found.other.map(place)),
                }
            })
            .collect()
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    text.bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'\n')
        .map(|(at, _)| Span::new(at + 1, at).start)
        .collect()
}
