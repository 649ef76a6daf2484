//! What can keep a repository from being judged, each with the way out of it.
//!
//! One variant per situation that a user can be told how to leave. Nothing here decides whether a situation is an error:
//! a branch without commits, a missing index or a missing blob can be fine, and whoever meets them knows.

use std::{fmt, path::PathBuf};

use crate::basis::{BlobId, RepoPath};

/// Why a repository, or one side of a change, could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitError {
    /// There is no repository at the folder or above it, or `GIT_DIR` names none.
    NotFound {
        /// Where the search began, or what `GIT_DIR` says.
        directory: PathBuf,
        /// Whether the folder comes from `GIT_DIR`.
        from_environment: bool,
    },
    /// The repository belongs to another user, and `safe.directory` does not name it.
    Owner {
        /// The repository, as `safe.directory` has to name it.
        directory: String,
    },
    /// A kind of repository that cannot be read here.
    Unsupported {
        /// The reason in git's own words.
        reason: String,
    },
    /// A bare repository has neither an index nor a working tree, and no range was asked for.
    BareWithoutRange,
    /// No commit or tree has this name.
    Revision {
        /// The name as it was given.
        name: String,
        /// Whether history is cut off, so that the name may be right and the commit missing.
        shallow: bool,
    },
    /// A short id or a name that fits several objects.
    Ambiguous {
        /// The name as it was given.
        name: String,
    },
    /// The name stands for something that is neither a commit nor a tree.
    NotATree {
        /// The name as it was given.
        name: String,
    },
    /// History is cut off before a merge base that can be trusted.
    Shallow {
        /// The left revision.
        from: String,
        /// The right revision.
        to: String,
    },
    /// Two revisions without a common ancestor, in a history that is complete.
    Unrelated {
        /// The left revision.
        from: String,
        /// The right revision.
        to: String,
    },
    /// The index has unmerged paths.
    Conflicted {
        /// The paths in order, each once.
        paths: Vec<RepoPath>,
    },
    /// A commit or tree that one side needs is not in this clone.
    MissingObject {
        /// The id in hexadecimal.
        id: String,
    },
    /// Something is there and could not be read.
    Unreadable {
        /// What was read.
        what: String,
        /// What the system or git says.
        why: String,
    },
}

impl GitError {
    /// The ways out, one line each, the best first.
    pub fn help(&self) -> Vec<String> {
        let lines: &[&str] = match self {
            Self::NotFound { from_environment: true, .. } => {
                &["unset `GIT_DIR`, or let it name a repository"]
            }
            Self::NotFound { from_environment: false, .. } => &["run this inside a git repository"],
            Self::Owner { directory } => {
                return vec![
                    format!(
                        "if you trust it: git config --global --add safe.directory {}",
                        quoted(directory)
                    ),
                    "or run as the user who owns it".to_owned(),
                ];
            }
            Self::Unsupported { .. } => {
                &["a clone in git's default formats (`git clone --ref-format=files`) can be judged"]
            }
            Self::BareWithoutRange => &["name the two sides, such as `main..topic`"],
            Self::Revision { shallow: true, .. } => &DEEPEN,
            Self::Revision { shallow: false, .. } => &[
                "`git rev-parse --verify <revision>` says whether git knows it",
                "`git fetch` brings what the remote has",
            ],
            Self::Ambiguous { .. } => &["give more digits of the id, or the full name of the reference"],
            Self::NotATree { .. } => &["name a commit, a branch, a tag or a tree"],
            Self::Shallow { .. } => &DEEPEN,
            Self::Unrelated { .. } => &["compare the two trees themselves: `A..B` in place of `A...B`"],
            Self::Conflicted { .. } => &["resolve the conflicts and `git add` the files"],
            Self::MissingObject { .. } => &[
                "`git fetch --refetch` without a filter completes a partial clone",
                "`git fsck` checks the repository",
            ],
            Self::Unreadable { .. } => &["`git fsck` checks the repository"],
        };
        lines.iter().map(|line| (*line).to_owned()).collect()
    }
}

/// What completes a history that is cut off, by hand and in continuous integration.
const DEEPEN: [&str; 2] = [
    "fetch more history: git fetch --deepen=100 (or --unshallow)",
    "in a GitHub workflow: `fetch-depth: 0` for actions/checkout",
];

/// How many unmerged paths a message names.
const NAMED_CONFLICTS: usize = 5;

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { directory, from_environment: true } => {
                write!(f, "`GIT_DIR` is `{}`, where there is no git repository", shown(directory))
            }
            Self::NotFound { directory, from_environment: false } => {
                write!(f, "there is no git repository at `{}` or above it", shown(directory))
            }
            Self::Owner { directory } => {
                write!(f, "the repository `{}` belongs to another user", RepoPath::from(directory.as_str()))
            }
            Self::Unsupported { reason } => write!(f, "this kind of repository cannot be read: {reason}"),
            Self::BareWithoutRange => {
                f.write_str("a bare repository has no index and no working tree to judge")
            }
            Self::Revision { name, shallow: true } => {
                write!(f, "the revision `{}` is not in this clone, whose history is cut off", visible(name))
            }
            Self::Revision { name, shallow: false } => {
                write!(f, "the revision `{}` is not in this repository", visible(name))
            }
            Self::Ambiguous { name } => write!(f, "the revision `{}` fits several objects", visible(name)),
            Self::NotATree { name } => write!(f, "the revision `{}` names no commit or tree", visible(name)),
            Self::Shallow { from, to } => write!(
                f,
                "history is cut off before a certain merge base of `{}` and `{}`",
                visible(from),
                visible(to)
            ),
            Self::Unrelated { from, to } => {
                write!(f, "`{}` and `{}` have no common ancestor", visible(from), visible(to))
            }
            Self::Conflicted { paths } => {
                f.write_str("the index has unmerged paths: ")?;
                for (at, path) in paths.iter().take(NAMED_CONFLICTS).enumerate() {
                    write!(f, "{}`{path}`", if at == 0 { "" } else { ", " })?;
                }
                match paths.len().saturating_sub(NAMED_CONFLICTS) {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
            Self::MissingObject { id } => write!(f, "the object {id} is not in this clone"),
            Self::Unreadable { what, why } => {
                write!(f, "{} could not be read: {}", visible(what), visible(why))
            }
        }
    }
}

impl std::error::Error for GitError {}

/// Why the content of one file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The repository does not hold the object (a partial clone), or the file left the disk meanwhile.
    Missing {
        /// The object; for a submodule the commit that is pinned.
        id: BlobId,
    },
    /// The object or file is there and cannot be read.
    Io {
        /// What the system or git says.
        why: String,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { id } => write!(f, "the object {id} is not in this clone"),
            Self::Io { why } => f.write_str(&visible(why)),
        }
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    /// What libgit2 says about reading the object `id`.
    pub(super) fn of_object(id: BlobId, error: &git2::Error) -> Self {
        if error.code() == git2::ErrorCode::NotFound {
            return Self::Missing { id };
        }
        Self::Io { why: format!("object {id}: {}", error.message()) }
    }
}

impl From<ReadError> for GitError {
    /// For commits and trees, without which a side cannot be known at all.
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Missing { id } => Self::MissingObject { id: id.to_string() },
            ReadError::Io { why } => Self::Unreadable { what: "the repository".to_owned(), why },
        }
    }
}

impl GitError {
    /// What libgit2 says about opening a repository from `directory`.
    pub(super) fn of_opening(directory: PathBuf, from_environment: bool, error: &git2::Error) -> Self {
        let message = error.message();
        if error.code() == git2::ErrorCode::Owner {
            let named = message.split('\'').nth(1).map(|path| path.trim_end_matches('/').to_owned());
            return Self::Owner { directory: named.unwrap_or_else(|| directory.display().to_string()) };
        }
        if let Some(reason) = unsupported(message) {
            return Self::Unsupported { reason };
        }
        if error.code() == git2::ErrorCode::NotFound {
            return Self::NotFound { directory, from_environment };
        }
        Self::Unreadable {
            what: format!("the repository at {}", directory.display()),
            why: message.to_owned(),
        }
    }

    /// What libgit2 says while it reads `what`.
    pub(super) fn of_reading(what: &str, error: &git2::Error) -> Self {
        Self::Unreadable { what: what.to_owned(), why: error.message().to_owned() }
    }
}

/// The reason in git's words when libgit2's message says that it does not know this kind of repository.
fn unsupported(message: &str) -> Option<String> {
    let lower = message.to_ascii_lowercase();
    let known = [
        ("extensions.refstorage", "its references are not kept as files (`extensions.refStorage`: reftable)"),
        ("extensions.partialclone", "it is a partial clone (`extensions.partialClone`)"),
        ("extensions.compatobjectformat", "it keeps two object formats (`extensions.compatObjectFormat`)"),
        ("unknown object format 'sha256'", "its object format is SHA-256 (`extensions.objectFormat`)"),
    ];
    if let Some((_, reason)) = known.iter().find(|(words, _)| lower.contains(words)) {
        return Some((*reason).to_owned());
    }
    let others = ["unsupported extension name", "unknown object format", "unsupported repository version"];
    others.iter().any(|words| lower.contains(words)).then(|| message.to_owned())
}

/// A text whose control characters cannot forge output.
fn visible(text: &str) -> String {
    RepoPath::from(text).to_string()
}

/// A path of the system whose control characters cannot forge output.
fn shown(path: &std::path::Path) -> String {
    visible(&path.display().to_string())
}

/// An argument that a POSIX shell reads as it stands.
fn quoted(text: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "/._-+@%:,".contains(char);
    if text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", visible(text).replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_what_is_meant_and_forge_nothing() {
        #[track_caller]
        fn check(error: GitError, message: &str) {
            assert_eq!(error.to_string(), message);
            assert!(!error.help().is_empty());
            assert!(error.help().iter().all(|line| !line.contains('\n')));
        }
        check(
            GitError::Revision { name: "a\n::error::".into(), shallow: false },
            "the revision `a\\n::error::` is not in this repository",
        );
        check(
            GitError::Conflicted { paths: (0..7).map(|n| RepoPath::new(format!("f{n}"))).collect() },
            "the index has unmerged paths: `f0`, `f1`, `f2`, `f3`, `f4` and 2 more",
        );
        check(GitError::BareWithoutRange, "a bare repository has no index and no working tree to judge");
        check(
            GitError::NotFound { directory: "/x".into(), from_environment: true },
            "`GIT_DIR` is `/x`, where there is no git repository",
        );
    }

    #[test]
    fn kinds_of_repositories_are_told_in_words() {
        #[track_caller]
        fn check(message: &str, expected: Option<&str>) {
            assert_eq!(unsupported(message).as_deref(), expected);
        }
        check(
            "unknown object format 'sha256'",
            Some("its object format is SHA-256 (`extensions.objectFormat`)"),
        );
        check(
            "unsupported extension name extensions.frob",
            Some("unsupported extension name extensions.frob"),
        );
        check(
            "unsupported repository version 9; only versions up to 1 are supported",
            Some("unsupported repository version 9; only versions up to 1 are supported"),
        );
        check("could not find repository", None);
    }

    #[test]
    fn folders_are_quoted_for_the_shell() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(quoted(text), expected);
        }
        check("/srv/repo.git", "/srv/repo.git");
        check("/srv/it's here", r"'/srv/it'\''s here'");
        check("$(x)", "'$(x)'");
    }
}
