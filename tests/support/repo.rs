//! A real git repository in a temporary folder, built by the `git` program, deaf to the machine it runs on.
//!
//! Own home, no system or global configuration, fixed author and time: the same calls give the same ids everywhere.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A repository; the folder goes when it is dropped.
pub(crate) struct Repo {
    work: PathBuf,
    home: PathBuf,
    _folder: TempDir,
}

impl Repo {
    /// An empty repository on an unborn branch `main`.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let root = folder.path().canonicalize().expect("it was just made");
        let (work, home) = (root.join("work"), root.join("home"));
        std::fs::create_dir(&work).expect("the temporary folder is empty");
        std::fs::create_dir(&home).expect("the temporary folder is empty");
        let config = "[core]\n\tautocrlf = false\n\tfsync = none\n[gc]\n\tauto = 0\n[protocol \"file\"]\n\tallow = always\n";
        std::fs::write(home.join(".gitconfig"), config).expect("the temporary folder is writable");
        let repo = Self { work, home, _folder: folder };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// The top of the work tree.
    pub(crate) fn path(&self) -> &Path {
        &self.work
    }

    /// The home that its commands see.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// Writes a file of the work tree, folders included.
    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let full = self.work.join(path);
        let folder = full.parent().expect("a path below the work tree has a parent");
        std::fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{path}: {error}"));
        std::fs::write(full, bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
        self
    }

    /// Deletes a file of the work tree.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.work.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        self
    }

    /// Moves a file of the work tree.
    pub(crate) fn rename(&self, from: &str, to: &str) -> &Self {
        let bytes = std::fs::read(self.work.join(from)).unwrap_or_else(|error| panic!("{from}: {error}"));
        self.remove(from).write(to, bytes)
    }

    /// Stages everything that differs, deletions included.
    pub(crate) fn stage(&self) -> &Self {
        self.git(&["add", "--all", "--force", "."]);
        self
    }

    /// Commits what is staged, be it nothing, past all hooks; gives the new commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["commit", "--quiet", "--allow-empty", "--no-verify", "--message", message]);
        self.head()
    }

    /// The id of `HEAD`.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "--verify", "HEAD"]).trim_end().to_owned()
    }

    /// Runs git in the work tree and gives what it printed; panics with what it complained of when it fails.
    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {}: {complaint}", arguments.join(" "));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs git in the work tree, however it ends.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        self.command("git").args(arguments).output().expect("git is installed")
    }

    /// A command that runs in the work tree and sees this repository's home instead of the user's.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        seclude(&mut command, &self.home);
        command.current_dir(&self.work);
        command
    }
}

/// Cuts a command off from the user's git: its environment variables, configuration, names, clock and language.
pub(crate) fn seclude(command: &mut Command, home: &Path) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["GIT_", "GITHUB_", "XDG_", "CLICOLOR", "GATE_CACHE"].iter().any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
        .env("HOME", home)
        .env("USERPROFILE", home)
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"))
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .env("RUST_BACKTRACE", "0")
        .env("NO_COLOR", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{who}_NAME"), "A Tester")
            .env(format!("GIT_{who}_EMAIL"), "tester@example.org")
            .env(format!("GIT_{who}_DATE"), "2026-01-15T12:00:00 +0000");
    }
}

/// Runs the test `name` of this test program once more, in a process that is cut off from the user's git, and gives `true` there.
///
/// gate reads git's environment variables; a test that calls it in process would otherwise judge the repository whose hook
/// runs the tests. In the outer process this passes on the outcome and gives `false`.
#[track_caller]
pub(crate) fn secluded(name: &str) -> bool {
    const INSIDE: &str = "GATE_TEST_SECLUDED";
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let home = TempDir::new().expect("a temporary folder can be made");
    let program = std::env::current_exe().expect("a running program has a path");
    let mut command = Command::new(program);
    seclude(&mut command, home.path());
    let command = command.args([name, "--exact", "--nocapture", "--test-threads=1"]).env(INSIDE, "1");
    let output = command.output().expect("this program runs already");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("1 passed") || !output.status.success(), "there is no test {name}: {said}");
    assert!(output.status.success(), "{}\n{said}", String::from_utf8_lossy(&output.stderr));
    false
}
