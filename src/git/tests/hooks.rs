//! Each way to commit, through a real hook: the hook starts this test binary again, with the environment that git gives it, and
//! what that sees is compared with what the commit then holds.

use std::{fs, path::Path, process::Output};

use super::{
    super::{Mode, Repository, Request},
    fixture::{Fixture, lines},
};

/// Names the file that the inner process writes what it saw to.
const SEEN: &str = "GATE_TEST_SEEN";
/// Names a range for the inner process; without it the index is judged.
const RANGE: &str = "GATE_TEST_RANGE";

/// The inner process; does nothing when nobody asks.
#[test]
fn inner() {
    let Some(seen) = std::env::var_os(SEEN) else { return };
    let request = match std::env::var(RANGE).ok() {
        None => Request::Index { base: None },
        Some(range) => {
            let (from, to) = range.split_once("..").unwrap();
            Request::Range { from: from.to_owned(), to: to.to_owned(), merge_base: false }
        }
    };
    let change = Repository::open(Path::new(".")).and_then(|repository| repository.change(&request));
    let text = match change {
        Ok(change) => {
            for file in &change.files {
                if let Some(entry) = file.after.filter(|entry| entry.mode != Mode::Submodule) {
                    change.head.read(&file.path, entry).unwrap();
                }
            }
            format!("{} bases\n{}", change.bases.len(), lines(&change.files).join("\n"))
        }
        Err(error) => format!("error: {error}"),
    };
    fs::write(seen, text).unwrap();
}

/// Runs git with a hook of each name that judges; `prepare` is shell text in front of it.
fn run_with_hooks(fixture: &Fixture, directory: &Path, arguments: &[&str], prepare: &str) -> Output {
    let hooks = fixture.beside("hooks");
    fs::create_dir_all(&hooks).unwrap();
    let binary = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\n{prepare}\nexec '{}' --exact git::tests::hooks::inner >/dev/null 2>&1\n",
        binary.display()
    );
    for name in ["pre-commit", "pre-merge-commit", "pre-receive"] {
        fs::write(hooks.join(name), &script).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(hooks.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let seen = fixture.beside("seen");
    let _ = fs::remove_file(&seen);
    let mut command = fixture.command("git");
    command.current_dir(directory).env(SEEN, &seen);
    command.args(["-c", &format!("core.hooksPath={}", hooks.display()), "-c", "protocol.file.allow=always"]);
    command.args(arguments).stdin(std::process::Stdio::piped());
    let mut child =
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"y\ny\ny\n");
    child.wait_with_output().unwrap()
}

/// What the hook saw.
#[track_caller]
fn seen(fixture: &Fixture, output: &Output) -> String {
    match fs::read_to_string(fixture.beside("seen")) {
        Ok(seen) => seen,
        Err(_) => panic!("the hook did not run: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

#[track_caller]
fn check_in(fixture: &Fixture, directory: &Path, arguments: &[&str], expected: &str) {
    let output = run_with_hooks(fixture, directory, arguments, "");
    assert_eq!(seen(fixture, &output), expected);
}

/// Two files with changes, of which `b` is staged.
fn two_changes() -> Fixture {
    let fixture = Fixture::with(&[("a", "1\n"), ("b", "1\n"), ("sub/c", "1\n")]);
    fixture.write("a", "2\n");
    fixture.stage("b", "2\n");
    fixture
}

#[test]
fn every_way_to_commit_shows_what_will_be_committed() {
    #[track_caller]
    fn check(arguments: &[&str], expected: &str) {
        let fixture = two_changes();
        check_in(&fixture, &fixture.root, arguments, expected);
    }
    check(&["commit", "-m", "x"], "1 bases\nM b");
    check(&["commit", "-a", "-m", "x"], "1 bases\nM a\nM b");
    check(&["commit", "-m", "x", "--", "a"], "1 bases\nM a");
    check(&["commit", "-i", "-m", "x", "--", "a"], "1 bases\nM a\nM b");
    check(&["commit", "-p", "-m", "x"], "1 bases\nM a\nM b");
    check(&["commit", "--amend", "--no-edit"], "1 bases\nM b");
    check(&["--work-tree=.", "--git-dir=.git", "commit", "-a", "-m", "x"], "1 bases\nM a\nM b");
    check(&["-C", "sub", "commit", "-a", "-m", "x"], "1 bases\nM a\nM b");
}

#[test]
fn a_hook_may_change_its_folder() {
    for arguments in [&["commit", "-m", "x"][..], &["commit", "-a", "-m", "x"]] {
        let fixture = two_changes();
        let output = run_with_hooks(&fixture, &fixture.root, arguments, "cd sub");
        assert!(seen(&fixture, &output).ends_with("\nM b"), "{arguments:?}");
    }
}

#[test]
fn the_first_commit_is_all_added() {
    let fixture = Fixture::new();
    fixture.stage("a", "1\n");
    check_in(&fixture, &fixture.root, &["commit", "-m", "x"], "1 bases\nA a");
}

#[test]
fn linked_and_separate_repositories_are_found() {
    let fixture = two_changes();
    let linked = fixture.beside("linked");
    fixture.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    fs::write(linked.join("sub/c"), "3\n").unwrap();
    check_in(&fixture, &linked, &["commit", "-a", "-m", "x"], "1 bases\nM sub/c");

    let separate = Fixture::folder();
    let elsewhere = separate.beside("elsewhere.git");
    separate.git(&["init", "-q", "--separate-git-dir", elsewhere.to_str().unwrap()]);
    separate.stage("a", "1\n");
    separate.commit("one");
    separate.write("a", "2\n");
    check_in(&separate, &separate.root, &["commit", "-a", "-m", "x"], "1 bases\nM a");

    let inner = Fixture::with(&[("x", "1\n")]);
    let outer = Fixture::with(&[("y", "1\n")]);
    outer.git(&["submodule", "--quiet", "add", inner.root.to_str().unwrap(), "mod"]);
    outer.write("mod/x", "2\n");
    check_in(&outer, &outer.root.join("mod"), &["commit", "-a", "-m", "x"], "1 bases\nM x");
    check_in(
        &outer,
        &outer.root,
        &["commit", "-a", "-m", "x"],
        "1 bases\nA .gitmodules\nA mod (none -> submodule)",
    );
}

#[test]
fn a_bare_repository_with_a_working_tree_elsewhere_is_judged() {
    let fixture = Fixture::folder();
    let store = fixture.beside("dotfiles.git");
    fixture.git(&["init", "-q", "--bare", store.to_str().unwrap()]);
    fixture.write(".profile", "1\n");
    let git_dir = format!("--git-dir={}", store.display());
    fixture.git(&[&git_dir, "--work-tree=.", "add", ".profile"]);
    check_in(
        &fixture,
        &fixture.root,
        &[&git_dir, "--work-tree=.", "commit", "-m", "x"],
        "1 bases\nA .profile",
    );
}

/// Two branches that change different files, or the same one.
fn two_branches(same_file: bool) -> Fixture {
    let fixture = Fixture::with(&[("a", "1\n"), ("b", "1\n")]);
    fixture.git(&["switch", "-q", "-c", "topic"]);
    fixture.stage(if same_file { "a" } else { "b" }, "topic\n");
    fixture.commit("topic");
    fixture.git(&["switch", "-q", "main"]);
    fixture.stage("a", "main\n");
    fixture.commit("main");
    fixture
}

#[test]
fn a_merge_is_judged_against_all_its_parents() {
    let clean = two_branches(false);
    check_in(&clean, &clean.root, &["merge", "topic"], "2 bases\nM b");

    let conflict = two_branches(true);
    conflict.try_git(&["merge", "topic"]);
    conflict.stage("a", "both\n");
    check_in(&conflict, &conflict.root, &["commit", "-m", "x"], "2 bases\nM a");
}

#[test]
fn objects_in_quarantine_are_seen() {
    let server = Fixture::folder();
    server.git(&["init", "-q", "--bare", "-b", "main"]);
    let client = Fixture::with(&[("a", "1\n")]);
    let prepare = "read old new name\nexport GATE_TEST_RANGE=$(git rev-parse $new^)..$new";
    client.stage("a", "2\n");
    client.stage("b", "1\n");
    client.commit("two");
    // The server's hooks are the server's: configured there, not by the pusher.
    server.git(&["config", "core.hooksPath", client.beside("hooks").to_str().unwrap()]);
    let url = server.root.to_str().unwrap().to_owned();
    let output = run_with_hooks(&client, &client.root, &["push", "-q", &url, "main"], prepare);
    assert_eq!(seen(&client, &output), "1 bases\nM a\nA b");
}
