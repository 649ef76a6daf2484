//! A small shop in a repository with the hook installed, and what gate and git say about it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use crate::support::repo::Repo;

/// The file in which the deviations are planted.
pub(crate) const ORDERS: &str = "src/orders.rs";
/// `orders` without a deviation.
pub(crate) const CLEAN: &str = "pub fn total(_: crate::store::Row) {}\n";
/// `orders` with one.
pub(crate) const DEVIATING: &str =
    "pub fn total(_: crate::store::Row) {}\n\npub fn show(_: crate::api::User) {}\n";

/// Its design.
pub(crate) const SPEC: &str = "gate = 1

[design]
layers   = [\"api\", \"orders\", \"store\"]
unmapped = \"allow\"

[module.api]
code = [\"crate::api\"]
why  = \"HTTP edge.\"

[module.orders]
code = [\"crate::orders\"]
why  = \"Order rules.\"

[module.store]
code = [\"crate::store\"]
why  = \"Rows.\"
";

/// A repository with the shop committed, clean, and the hooks installed.
pub(crate) fn shop() -> Repo {
    let repo = unborn();
    repo.stage().commit("shop");
    repo
}

/// The same, nothing committed or staged yet.
pub(crate) fn unborn() -> Repo {
    let repo = Repo::new();
    write(&repo);
    install(&repo, "pre-commit");
    install(&repo, "pre-merge-commit");
    repo
}

/// Writes the shop into the work tree.
pub(crate) fn write(repo: &Repo) {
    repo.write("specs/shop.toml", SPEC)
        .write("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
        .write("src/lib.rs", "pub mod api;\npub mod orders;\npub mod store;\n")
        .write("src/api.rs", "pub struct User;\n")
        .write("src/store.rs", "pub struct Row;\n")
        .write(ORDERS, CLEAN);
}

fn install(repo: &Repo, name: &str) {
    let script = crate::support::root().join("hooks/pre-commit");
    let hook = repo.path().join(".git/hooks").join(name);
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::copy(script, hook).unwrap();
}

/// A command in the work tree that finds the built program.
pub(crate) fn command(repo: &Repo, program: &str) -> Command {
    let folder = Path::new(env!("CARGO_BIN_EXE_gate")).parent().unwrap().to_owned();
    let known = std::env::var_os("PATH").unwrap_or_default();
    let path: OsString =
        std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&known))).unwrap();
    let mut command = repo.command(program);
    command.env("PATH", path).env_remove("CARGO_HOME").stdin(Stdio::null());
    command
}

/// What a program said, both streams, and its exit code.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) said: String,
}

impl Answer {
    pub(crate) fn of(output: &Output) -> Self {
        let streams = [&output.stdout, &output.stderr];
        let said = streams.map(|stream| String::from_utf8(stream.clone()).unwrap()).concat();
        Self { code: output.status.code().unwrap(), said }
    }

    /// The exit code and a text that must have been said.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, text: &str) {
        assert!(self.code == code && self.said.contains(text), "wanted {code} and `{text}`: {self:#?}");
    }
}

/// Asks gate in a folder, and sees to it that `.git` of the repository is as it was.
pub(crate) fn gate_in(repo: &Repo, folder: &Path, arguments: &[&str]) -> Answer {
    let before = fingerprint(repo.path());
    let mut gate = command(repo, env!("CARGO_BIN_EXE_gate"));
    let output = gate.args(arguments).current_dir(folder).output().unwrap();
    let after = fingerprint(repo.path());
    let touched: Vec<_> = before.iter().filter(|(path, state)| after.get(*path) != Some(state)).collect();
    assert!(touched.is_empty() && before.len() == after.len(), "gate changed {touched:?}");
    Answer::of(&output)
}

/// Asks gate in the work tree.
pub(crate) fn gate(repo: &Repo, arguments: &[&str]) -> Answer {
    gate_in(repo, repo.path(), arguments)
}

/// Commits with these arguments, through the hooks.
pub(crate) fn commit(repo: &Repo, arguments: &[&str]) -> Answer {
    let mut git = command(repo, "git");
    Answer::of(&git.args(["commit", "--message", "m"]).args(arguments).output().unwrap())
}

/// Commits, and the hook lets it pass.
#[track_caller]
pub(crate) fn passes(repo: &Repo, arguments: &[&str]) {
    let before = repo.try_git(&["rev-parse", "--verify", "HEAD"]).stdout;
    let answer = commit(repo, arguments);
    answer.is(0, "gate: conforms");
    assert_ne!(before, repo.head().into_bytes(), "nothing was committed: {answer:?}");
}

/// Commits, and the hook blocks it for this many new deviations.
#[track_caller]
pub(crate) fn blocked(repo: &Repo, arguments: &[&str], deviations: usize) {
    let before = repo.try_git(&["rev-parse", "--verify", "HEAD"]).stdout;
    let answer = commit(repo, arguments);
    let noun = if deviations == 1 { "deviation" } else { "deviations" };
    answer.is(1, &format!("gate: {deviations} introduced {noun}"));
    assert_eq!(before, repo.try_git(&["rev-parse", "--verify", "HEAD"]).stdout, "{answer:?}");
}

type State = (Vec<u8>, Option<SystemTime>);

/// Every file below a folder with its bytes, and when it and each folder were last written.
fn fingerprint(folder: &Path) -> BTreeMap<PathBuf, State> {
    let (mut found, mut open) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(path) = open.pop() {
        let data = std::fs::symlink_metadata(&path).unwrap();
        let bytes = if data.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        if data.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        found.insert(path, (bytes, data.modified().ok()));
    }
    found
}
