//! Repositories for tests, made by the git program in an environment of their own: no user's settings, fixed author and time.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use super::super::{ChangedFile, Entry, GitError, Mode, Repository, Request, open::Environment};

/// A repository in a folder of its own, removed when dropped.
pub(super) struct Fixture {
    folder: tempfile::TempDir,
    pub(super) root: PathBuf,
}

impl Fixture {
    /// An empty repository.
    pub(super) fn new() -> Self {
        let fixture = Self::folder();
        fixture.git(&["init", "-q", "-b", "main"]);
        fixture
    }

    /// A folder that is no repository yet.
    pub(super) fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&root).unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        Self { folder, root }
    }

    /// Another folder beside the repository.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// A command that sees nothing of the user's environment.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env_clear();
        for name in ["PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.folder.path().join("home"));
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        command.env("GIT_EDITOR", "true").env("GIT_MERGE_AUTOEDIT", "no");
        for role in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{role}_NAME"), "A U Thor");
            command.env(format!("GIT_{role}_EMAIL"), "author@example.com");
            command.env(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        command
    }

    /// Runs git, whatever comes of it.
    pub(super) fn try_git(&self, arguments: &[&str]) -> Output {
        let mut command = self.command("git");
        command.args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]);
        command.args(arguments).output().unwrap()
    }

    /// Runs git, which must succeed; what it printed.
    #[track_caller]
    pub(super) fn git(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Runs git for one word.
    #[track_caller]
    pub(super) fn word(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.git(arguments)).unwrap().trim().to_owned()
    }

    /// Writes a file and the folders above it.
    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes and stages a file.
    pub(super) fn stage(&self, path: &str, text: &str) {
        self.write(path, text);
        self.git(&["add", "-f", "--", path]);
    }

    /// Commits what is staged.
    pub(super) fn commit(&self, message: &str) {
        self.git(&["commit", "-q", "--allow-empty", "--no-verify", "-m", message]);
    }

    /// A repository with one commit of `files`.
    pub(super) fn with(files: &[(&str, &str)]) -> Self {
        let fixture = Self::new();
        for (path, text) in files {
            fixture.write(path, text);
        }
        fixture.git(&["add", "-A"]);
        fixture.commit("one");
        fixture
    }

    /// Opens the repository as a process without git's variables would.
    pub(super) fn open(&self) -> Repository {
        self.open_at(&self.root).unwrap()
    }

    pub(super) fn open_at(&self, directory: &Path) -> Result<Repository, GitError> {
        Repository::open_with(directory, Environment::default())
    }

    /// The files of a change, one a line: see [`lines`].
    #[track_caller]
    pub(super) fn changed(&self, request: &Request) -> Vec<String> {
        lines(&self.open().change(request).unwrap().files)
    }
}

/// What is staged against `HEAD`.
pub(super) fn staged() -> Request {
    Request::Index { base: None }
}

/// Two revisions.
pub(super) fn range(from: &str, to: &str) -> Request {
    Request::Range { from: from.to_owned(), to: to.to_owned(), merge_base: false }
}

/// From the merge base of two revisions.
pub(super) fn since_merge_base(from: &str, to: &str) -> Request {
    Request::Range { from: from.to_owned(), to: to.to_owned(), merge_base: true }
}

/// The disk against `HEAD`.
pub(super) fn worktree() -> Request {
    Request::Worktree { base: None }
}

/// Changed files as people would write them: `A path`, `D path`, `M path`, `R old -> new`; with a mode when it is not that of a
/// plain file on both sides.
pub(super) fn lines(files: &[ChangedFile]) -> Vec<String> {
    let line = |file: &ChangedFile| {
        let letter = match (&file.was, file.before, file.after) {
            (Some(was), ..) => format!("R {was} -> "),
            (None, None, _) => "A ".to_owned(),
            (None, _, None) => "D ".to_owned(),
            (None, Some(_), Some(_)) => "M ".to_owned(),
        };
        let kind = |entry: Option<Entry>| entry.map_or("none", |entry| kind(entry.mode));
        let kinds = match (kind(file.before), kind(file.after)) {
            ("file" | "none", "file" | "none") => String::new(),
            (before, after) => format!(" ({before} -> {after})"),
        };
        format!("{letter}{}{kinds}", file.path)
    };
    files.iter().map(line).collect()
}

fn kind(mode: Mode) -> &'static str {
    match mode {
        Mode::File => "file",
        Mode::Executable => "executable",
        Mode::Symlink => "symlink",
        Mode::Submodule => "submodule",
    }
}

/// An entry as git's `--raw` output has it: six digits of mode and the id, or zeros.
pub(super) fn raw(entry: Option<Entry>) -> (String, String) {
    let mode = match entry.map(|entry| entry.mode) {
        None => "000000",
        Some(Mode::File) => "100644",
        Some(Mode::Executable) => "100755",
        Some(Mode::Symlink) => "120000",
        Some(Mode::Submodule) => "160000",
    };
    (mode.to_owned(), entry.map_or("0".repeat(40), |entry| entry.id.to_string()))
}
