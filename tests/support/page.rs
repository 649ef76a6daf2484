//! An executable page: Markdown → cases, and recorded output put back into its text.
//!
//! What stands before the first `## ` heading is shared by all cases of the page; each `## ` heading is a case. The info
//! string of a fenced block says what it is:
//!
//! - `toml specs/shop.toml`: a file of both sides;
//! - `rust base:src/a.rs`: a file of base, which head has too unless it says otherwise;
//! - `rust head:src/a.rs`: a file of head;
//! - `text gone:src/a.rs`: head has no such file (the block is empty);
//! - `text renamed:src/a.rs → src/b.rs`: head has the file under another name (the block is empty);
//! - `console`: command lines behind `$ `, each followed by all it prints, and by `[exit N]` where that is not 0;
//! - `text expect`: what `gate check` prints.
//!
//! A block without such words illustrates, and is not run. Later blocks replace earlier ones of the same side and path.

use std::collections::BTreeMap;
use std::ops::Range;

/// A page.
pub(crate) struct Page {
    /// The text it was read from.
    pub(crate) text: String,
    /// Blocks before the first case.
    pub(crate) shared: Vec<Block>,
    /// The cases, in order.
    pub(crate) cases: Vec<Case>,
}

/// One case of a page.
pub(crate) struct Case {
    /// The words of the heading.
    pub(crate) heading: String,
    /// The line of the heading, from 1.
    pub(crate) line: usize,
    /// Its own blocks.
    pub(crate) blocks: Vec<Block>,
    /// Byte offset of the text at which the case ends.
    pub(crate) end: usize,
}

/// A fenced block that means something.
pub(crate) struct Block {
    /// What it is.
    pub(crate) kind: Kind,
    /// The line of the opening fence, from 1.
    pub(crate) line: usize,
    /// The bytes between the fences.
    pub(crate) body: Range<usize>,
}

/// What a block is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file of both sides.
    Both(String),
    /// A file of base.
    Base(String),
    /// A file of head.
    Head(String),
    /// A file that head does not have.
    Gone(String),
    /// A file that head has under another name.
    Renamed(String, String),
    /// Command lines with what they print.
    Console,
    /// What `gate check` prints.
    Expect,
}

/// A command line of a page and what stands below it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The line behind `$ `.
    pub(crate) command: String,
    /// What it shall print.
    pub(crate) expected: String,
}

/// The files of the two sides of a case, by path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sides {
    /// What is committed.
    pub(crate) base: BTreeMap<String, String>,
    /// What is staged over it.
    pub(crate) head: BTreeMap<String, String>,
}

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

impl Page {
    /// Reads a page, or says what is wrong with it and in which line.
    pub(crate) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut page = Self { text: text.to_owned(), shared: Vec::new(), cases: Vec::new() };
        let mut open: Option<(usize, String, usize, String)> = None;
        let mut offset = 0;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let start = offset;
            offset += line.len();
            let line = line.trim_end();
            if let Some((opened, fence, body, info)) = &open {
                if line.starts_with(fence.as_str()) && line.trim_start_matches('`').is_empty() {
                    if let Some(kind) = kind(info).map_err(|message| (*opened, message))? {
                        let block = Block { kind, line: *opened, body: *body..start };
                        page.cases.last_mut().map_or(&mut page.shared, |case| &mut case.blocks).push(block);
                    }
                    open = None;
                }
            } else if line.starts_with("```") {
                let ticks = line.len() - line.trim_start_matches('`').len();
                open = Some((number, line[..ticks].to_owned(), offset, line[ticks..].trim().to_owned()));
            } else if let Some(heading) = line.strip_prefix("## ") {
                if let Some(last) = page.cases.last_mut() {
                    last.end = start;
                }
                let heading = heading.trim().to_owned();
                page.cases.push(Case { heading, line: number, blocks: Vec::new(), end: text.len() });
            }
        }
        match open {
            Some((line, ..)) => Err((line, "this block is never closed".to_owned())),
            None => Ok(page),
        }
    }

    /// The text of a block.
    pub(crate) fn body(&self, block: &Block) -> &str {
        &self.text[block.body.clone()]
    }

    /// The files of a case: shared blocks first, then its own; a package `shop` where no block is a `Cargo.toml`.
    pub(crate) fn sides(&self, case: &Case) -> Result<Sides, (usize, String)> {
        let blocks = || self.shared.iter().chain(&case.blocks);
        let mut sides = Sides::default();
        for block in blocks() {
            if let Kind::Both(path) | Kind::Base(path) = &block.kind {
                sides.base.insert(path.clone(), self.body(block).to_owned());
            }
        }
        sides.base.entry("Cargo.toml".to_owned()).or_insert_with(|| MANIFEST.to_owned());
        sides.head = sides.base.clone();
        for block in blocks() {
            let missing = |path: &str| (block.line, format!("base has no file {path}"));
            match &block.kind {
                Kind::Head(path) => {
                    sides.head.insert(path.clone(), self.body(block).to_owned());
                }
                Kind::Gone(path) => {
                    sides.head.remove(path).ok_or_else(|| missing(path))?;
                }
                Kind::Renamed(from, to) => {
                    let text = sides.head.remove(from).ok_or_else(|| missing(from))?;
                    sides.head.insert(to.clone(), text);
                }
                Kind::Both(_) | Kind::Base(_) | Kind::Console | Kind::Expect => {}
            }
        }
        Ok(sides)
    }

    /// The steps of a block; `None` when it is a file.
    pub(crate) fn steps(&self, block: &Block) -> Result<Option<Vec<Step>>, (usize, String)> {
        match &block.kind {
            Kind::Console => steps(self.body(block)).map(Some).map_err(|message| (block.line, message)),
            Kind::Expect => Ok(Some(vec![Step {
                command: "gate check".to_owned(),
                expected: self.body(block).to_owned(),
            }])),
            Kind::Both(_) | Kind::Base(_) | Kind::Head(_) | Kind::Gone(_) | Kind::Renamed(..) => Ok(None),
        }
    }
}

/// The steps of a `console` block.
pub(crate) fn steps(body: &str) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for line in body.split_inclusive('\n') {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => {
                steps.push(Step { command: command.trim_end().to_owned(), expected: String::new() });
            }
            (None, Some(step)) => step.expected.push_str(line),
            (None, None) => return Err("a console block begins with `$ ` and a command".to_owned()),
        }
    }
    if steps.is_empty() { Err("a console block without a command".to_owned()) } else { Ok(steps) }
}

/// The body of a `console` block with these commands, each above what it printed.
pub(crate) fn console(recorded: &[(String, String)]) -> String {
    recorded.iter().map(|(command, printed)| format!("$ {command}\n{printed}")).collect()
}

/// What a command printed, as a block shows it: a last line `[exit N]` where the exit code is not 0.
pub(crate) fn with_exit(mut printed: String, exit: i32) -> String {
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push('\n');
    }
    if exit != 0 {
        printed.push_str(&format!("[exit {exit}]\n"));
    }
    printed
}

/// What an info string means; `None` for a block that illustrates.
fn kind(info: &str) -> Result<Option<Kind>, String> {
    let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
    let rest = rest.trim();
    let path = |text: &str| {
        let text = text.trim();
        let odd = text.is_empty() || text.starts_with('/') || text.split('/').any(|part| part == "..");
        if odd || text.contains([' ', ':']) {
            Err(format!("`{text}` is no path"))
        } else {
            Ok(text.to_owned())
        }
    };
    if rest.is_empty() {
        return Ok((language == "console").then_some(Kind::Console));
    }
    let kind = match rest.split_once(':') {
        None if rest == "expect" => Kind::Expect,
        None => Kind::Both(path(rest)?),
        Some(("base", rest)) => Kind::Base(path(rest)?),
        Some(("head", rest)) => Kind::Head(path(rest)?),
        Some(("gone", rest)) => Kind::Gone(path(rest)?),
        Some(("renamed", rest)) => {
            let (from, to) = rest.split_once('→').ok_or("`renamed:old → new` names two paths")?;
            Kind::Renamed(path(from)?, path(to)?)
        }
        Some((side, _)) => return Err(format!("`{side}:` is none of base, head, gone, renamed")),
    };
    Ok(Some(kind))
}
