//! Paths of git ↔ paths of the system.
//!
//! On Unix both are bytes; elsewhere a path of git must be UTF-8 to exist on disk.

use std::path::{Path, PathBuf};

/// The relative path of the system that a path of git means; `None` when it cannot exist there or would leave the tree.
pub(super) fn path_of(path: &[u8]) -> Option<PathBuf> {
    let parts = path.strip_suffix(b"/").unwrap_or(path).split(|byte| *byte == b'/');
    let strange = |part: &[u8]| matches!(part, b"" | b"." | b"..") || part.contains(&0);
    if !path.is_empty() && parts.into_iter().any(strange) {
        return None;
    }
    system(path)
}

#[cfg(unix)]
fn system(path: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(path)))
}

#[cfg(not(unix))]
fn system(path: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(path).ok()?;
    (!text.contains(['\\', ':'])).then(|| PathBuf::from(text))
}

/// The bytes that git has for a name or a link's target; `None` when the system's name has none.
#[cfg(unix)]
pub(super) fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    Some(path.as_os_str().as_bytes().to_vec())
}

/// The bytes that git has for a name or a link's target; `None` when the system's name has none.
#[cfg(not(unix))]
pub(super) fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    path.to_str().map(|text| text.replace('\\', "/").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_tree() {
        #[track_caller]
        fn check(path: &str, stays: bool) {
            assert_eq!(path_of(path.as_bytes()).is_some(), stays, "{path:?}");
        }
        check("a/b.rs", true);
        check("a/", true);
        check("", true);
        check("..", false);
        check("a/../../b", false);
        check("/etc/passwd", false);
        check("a//b", false);
        check("a\0b", false);
    }
}
