//! The scripts in `hooks/`, run by git itself with a stand-in for gate on the path.
#![cfg(unix)]

mod support;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Output;

use support::repo::Repo;

/// How the script comes into the repository.
#[derive(Clone, Copy, Debug)]
enum Installed {
    Linked,
    Copied,
}

/// A repository with the hook installed under `name`, and a stand-in for gate that tells its arguments and exits with `exit`.
fn repository(name: &str, how: Installed, exit: u8) -> Repo {
    let repo = Repo::new();
    let script = support::root().join("hooks/pre-commit");
    let hook = repo.path().join(".git/hooks").join(name);
    std::fs::create_dir_all(hook.parent().expect("a hook lies in a folder"))
        .expect("the work tree is writable");
    match how {
        Installed::Linked => symlink(script, hook).expect("nothing lies there yet"),
        Installed::Copied => drop(std::fs::copy(script, hook).expect("nothing lies there yet")),
    }
    stand_in(&repo.home().join("bin"), exit);
    repo
}

fn stand_in(folder: &Path, exit: u8) {
    std::fs::create_dir_all(folder).expect("the home is writable");
    let gate = folder.join("gate");
    let script = format!("#!/bin/sh\necho \"gate $* in $(pwd), index $GIT_INDEX_FILE\"\nexit {exit}\n");
    std::fs::write(&gate, script).expect("the home is writable");
    std::fs::set_permissions(gate, PermissionsExt::from_mode(0o755)).expect("it was just written");
}

fn commit(repo: &Repo, path: &str) -> Output {
    repo.write("a.txt", "a").git(&["add", "a.txt"]);
    let mut git = repo.command("git");
    git.args(["commit", "--quiet", "--message", "a"]).env("PATH", path).env_remove("CARGO_HOME");
    git.output().expect("git is installed")
}

/// The path that the tests run with, the stand-in's folder first.
fn with_gate(repo: &Repo) -> String {
    format!("{}:{}", repo.home().join("bin").display(), std::env::var("PATH").unwrap_or_default())
}

#[test]
fn its_verdict_decides_about_the_commit() {
    #[track_caller]
    fn check(how: Installed, exit: u8) {
        let repo = repository("pre-commit", how, exit);
        let output = commit(&repo, &with_gate(&repo));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.success(), exit == 0, "{how:?}, exit {exit}: {said}");
        assert!(said.contains("gate check in "), "gate is asked without further arguments: {said}");
        assert_eq!(repo.try_git(&["rev-parse", "--verify", "HEAD"]).status.success(), exit == 0);
    }
    check(Installed::Linked, 0);
    check(Installed::Copied, 0);
    check(Installed::Linked, 1);
    check(Installed::Copied, 2);
    check(Installed::Copied, 3);
}

#[test]
fn a_merge_is_judged_too() {
    let repo = repository("pre-merge-commit", Installed::Copied, 1);
    repo.write("a.txt", "a").stage().commit("a");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write("b.txt", "b").stage().commit("b");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("c.txt", "c").stage().commit("c");
    let mut git = repo.command("git");
    let merge = git
        .args(["merge", "--no-edit", "side"])
        .env("PATH", with_gate(&repo))
        .output()
        .expect("git is installed");
    assert!(!merge.status.success(), "{merge:?}");
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]).trim(), "2", "no merge was made");
}

#[test]
fn without_gate_nothing_passes() {
    // A folder with what git and the script need, and no gate in it.
    let repo = repository("pre-commit", Installed::Copied, 0);
    let bare = repo.home().join("bare");
    std::fs::create_dir(&bare).expect("the home is writable");
    for program in ["git", "sh", "cat"] {
        let find =
            repo.command("sh").args(["-c", &format!("command -v {program}")]).output().expect("sh is there");
        let found = String::from_utf8_lossy(&find.stdout).trim().to_owned();
        symlink(found, bare.join(program)).expect("nothing lies there yet");
    }
    let path = bare.to_string_lossy().into_owned();
    let output = commit(&repo, &path);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("cargo install --locked"), "{said}");

    // Installed, but not on the path that git sees.
    stand_in(&repo.home().join(".cargo/bin"), 0);
    let output = commit(&repo, &path);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
