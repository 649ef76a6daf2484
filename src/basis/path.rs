//! Names of things in git: paths of a tree and ids of blobs.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// A path inside a git tree: bytes, `/` between components, never beginning with `/`.
///
/// Git paths need not be UTF-8; [`RepoPath::as_str`] says when they are. `Display` shows control characters and bytes that
/// are not UTF-8 escaped, so that a hostile name cannot forge output.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepoPath(Arc<[u8]>);

/// Which files below a folder are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Below {
    /// Those in it, and those in the folders in it.
    Near,
    /// All.
    All,
}

impl Below {
    /// Whether the file at `path` is one of those below `folder` (no slash at its end, `""` is the root).
    pub fn holds(self, folder: &[u8], path: &[u8]) -> bool {
        let inside = path.strip_prefix(folder);
        let inside =
            inside.and_then(|rest| if folder.is_empty() { Some(rest) } else { rest.strip_prefix(b"/") });
        inside.is_some_and(|inside| match self {
            Self::Near => inside.iter().filter(|byte| **byte == b'/').take(2).count() < 2,
            Self::All => true,
        })
    }
}

impl RepoPath {
    /// The path with these bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(bytes.as_ref().into())
    }

    /// The bytes as git has them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text; `None` when it is not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The folder the file lies in: `""` at the root.
    pub fn folder(&self) -> &[u8] {
        self.0.iter().rposition(|byte| *byte == b'/').map_or(&[], |at| &self.0[..at])
    }

    /// The last component.
    pub fn file_name(&self) -> &[u8] {
        self.0.iter().rposition(|byte| *byte == b'/').map_or(&self.0[..], |at| &self.0[at + 1..])
    }

    /// Whether the file name ends in `.` and `extension`.
    pub fn has_extension(&self, extension: &str) -> bool {
        self.file_name()
            .strip_suffix(extension.as_bytes())
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with(b"."))
    }

    /// This path, lexically joined with `relative` (`.` and `..` resolved) as seen from the folder `folder`; `None` when it
    /// would leave the tree or is absolute. A folder outside of any tree, `/etc/gate` or `../specs`, is taken as it is.
    pub fn resolve(folder: &[u8], relative: &str) -> Option<Self> {
        if relative.starts_with('/') {
            return None;
        }
        let mut parts: Vec<&[u8]> =
            folder.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
        for part in relative.as_bytes().split(|byte| *byte == b'/' || *byte == b'\\') {
            match part {
                b"" | b"." => {}
                b".." if parts.last() == Some(&b"..".as_slice()) => parts.push(part),
                b".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        let root: &[u8] = if folder.starts_with(b"/") { b"/" } else { b"" };
        Some(Self::new([root, &parts.join(&b'/')].concat()))
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for char in chunk.valid().chars() {
                if char.is_control() { write!(f, "{}", char.escape_default())? } else { write!(f, "{char}")? }
            }
            chunk.invalid().iter().try_for_each(|byte| write!(f, "\\x{byte:02x}"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoPath({self})")
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The object id of a blob: 20 bytes (SHA-1) or 32 (SHA-256), or a hash of a file on disk that git has not stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BlobId {
    bytes: [u8; 32],
    length: u8,
}

impl BlobId {
    /// The id with these bytes; `None` when there are more than 32.
    pub fn new(id: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.get_mut(..id.len())?.copy_from_slice(id);
        Some(Self { bytes, length: u8::try_from(id.len()).ok()? })
    }

    /// The bytes of the id.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length as usize]
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_escaped() {
        assert_eq!(RepoPath::new(b"a\n::error::\xff.rs").to_string(), "a\\n::error::\\xff.rs");
    }

    #[test]
    fn joining_never_leaves_the_tree() {
        #[track_caller]
        fn check(folder: &str, relative: &str, expected: Option<&str>) {
            assert_eq!(RepoPath::resolve(folder.as_bytes(), relative), expected.map(RepoPath::from));
        }
        check("a/b", "c.rs", Some("a/b/c.rs"));
        check("a/b", "../c.rs", Some("a/c.rs"));
        check("a", "../../c.rs", None);
        check("", "./x/./y.rs", Some("x/y.rs"));
        check("a", "/etc/passwd", None);
        check("/etc/gate", "./api.yaml", Some("/etc/gate/api.yaml"));
        check("/etc/gate", "../api.yaml", Some("/etc/api.yaml"));
        check("/", "../api.yaml", None);
        check("..", "api.yaml", Some("../api.yaml"));
        check("../specs", "../../api.yaml", Some("../../api.yaml"));
    }

    #[test]
    fn extensions_belong_to_the_file_name() {
        assert!(RepoPath::from("a.b/c.rs").has_extension("rs"));
        assert!(!RepoPath::from("a/.rs").has_extension("rs"));
        assert!(!RepoPath::from("a.rs/c").has_extension("rs"));
    }
}
