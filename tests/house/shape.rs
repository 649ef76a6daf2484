//! The laws about files, functions and names.

use super::{House, broken};

const NOWHERE: &[&str] =
    &["utils", "util", "helpers", "helper", "common", "types", "errors", "misc", "prelude", "manager"];

const LINES_OF_A_FILE: usize = 600;
const LINES_OF_A_FUNCTION: usize = 70;
const LINES_OF_MAIN: usize = 20;

/// No room is named after what it is not about.
pub(crate) fn names(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for source in &house.sources {
        let inside = source.path.trim_end_matches(".rs");
        for name in inside.split('/').filter(|name| NOWHERE.contains(name)) {
            found.push(broken(
                &source.path,
                1,
                &format!("`{name}` says nothing; a helper lives beside its user"),
            ));
        }
    }
    found
}

/// Every file opens by saying what it turns into what.
pub(crate) fn openings(house: &House) -> Vec<String> {
    let silent = house.sources.iter().filter(|source| !source.text.starts_with("//!"));
    silent.map(|source| broken(&source.path, 1, "a file opens with `//!`")).collect()
}

/// Files, functions and `main.rs` stay small.
pub(crate) fn sizes(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for source in &house.sources {
        let (length, most) = match source.path.as_str() {
            "src/main.rs" => (source.text.lines().count(), LINES_OF_MAIN),
            _ => (source.length(), LINES_OF_A_FILE),
        };
        if length > most {
            found.push(broken(&source.path, 1, &format!("{length} lines; {most} are the most")));
        }
        for (line, name, length) in source.functions() {
            if length > LINES_OF_A_FUNCTION {
                let message = format!("`{name}` has {length} lines; {LINES_OF_A_FUNCTION} are the most");
                found.push(broken(&source.path, line, &message));
            }
        }
    }
    found
}

/// Nothing is left half done, and no value is taken out of its wrapping by force.
pub(crate) fn unfinished(house: &House) -> Vec<String> {
    let mut found = Vec::new();
    for source in house.shipped() {
        for word in [".unwrap()", "todo!(", "unimplemented!(", "dbg!("] {
            let lines = source.lines_with(word);
            found.extend(lines.into_iter().map(|line| broken(&source.path, line, &format!("`{word}`"))));
        }
    }
    for source in &house.sources {
        let lines = (1..).zip(source.code.lines()).filter(|(_, line)| line.contains("#[ignore"));
        found.extend(lines.map(|(line, _)| broken(&source.path, line, "a test is never ignored")));
    }
    found
}
