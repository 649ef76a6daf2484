//! A comparison of designs → text for people: a block per class, each statement with what it means and both of its ends.

use super::sources::{Source, file_name};
use super::style::Ink;
use super::summary::count;
use super::{DesignDiff, DesignRow, DesignSide, PlacedText, Style, Untrusted, prose};

/// The comparison, with the counts of each class at the end.
pub(super) fn diff(diff: &DesignDiff, style: Style) -> String {
    let first = format!("comparing the design of {} with that of {}", side(&diff.base), side(&diff.head));
    let mut text = style.paint(Ink::Strong, &first) + "\n";
    for row in &diff.rows {
        text.push('\n');
        text.push_str(&block(row, style));
    }
    if !diff.rows.is_empty() {
        text.push('\n');
    }
    for note in &diff.notes {
        text.push_str(&format!("{}: {}\n", style.paint(Ink::Note, "note"), prose(note)));
    }
    let outcome =
        if diff.is_compared { diff.counts.words() } else { "there is nothing to compare with".to_owned() };
    text + &format!("gate: {outcome}\n")
}

fn side(side: &DesignSide) -> String {
    let files = match side.files {
        0 => "no spec".to_owned(),
        files => count(files, "file", "files"),
    };
    format!("{} ({files})", Untrusted(&side.label))
}

fn block(row: &DesignRow, style: Style) -> String {
    let ink = match row.class {
        "loosened" => Ink::Error,
        "extended" => Ink::Unjudged,
        "tightened" => Ink::Pass,
        _ => Ink::Note,
    };
    let subject = match row.key {
        "" => format!("`{}`", prose(&row.table)),
        key => format!("`{key}` of `{}`", prose(&row.table)),
    };
    let title = format!("{}: {subject}: {}\n", style.paint(ink, row.class), prose(&row.reason));
    title + &end("base", row.base.as_ref()) + &end("head", row.head.as_ref())
}

/// `  base specs/shop.toml:6:13  "api"`.
fn end(name: &str, end: Option<&PlacedText>) -> String {
    match end {
        None => format!("  {name} -\n"),
        Some(end) => {
            let (start, _) = Source::new(&end.text).range(end.span);
            let at = format!("{}:{}:{}", file_name(&end.file), start.line, start.column);
            format!("  {name} {at}  {}\n", prose(&end.written))
        }
    }
}
