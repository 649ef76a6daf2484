//! What the tests share: real git repositories, executable pages, and gate's library behind a command line.
//!
//! Nothing here asserts anything about gate; a test target takes what it needs.
#![allow(dead_code, reason = "every test target uses a part of this")]

pub(crate) mod command;
pub(crate) mod page;
pub(crate) mod repo;

use std::path::{Path, PathBuf};

/// The root of this repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` whose names end in `ending`, sorted; none when there is no such folder.
pub(crate) fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("a folder of the repository can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `path` as it is written in this repository: from the root, `/` between components.
pub(crate) fn shown(path: &Path) -> String {
    let relative = path.strip_prefix(root()).unwrap_or(path);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// What differs, line by line: `-` is what was expected, `+` what came out.
pub(crate) fn difference(expected: &str, actual: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, actual);
    let mut lines = String::new();
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            similar::ChangeTag::Equal => ' ',
            similar::ChangeTag::Delete => '-',
            similar::ChangeTag::Insert => '+',
        };
        lines.push_str(&format!("    {sign} {}\n", change.to_string_lossy().trim_end_matches('\n')));
    }
    lines
}
