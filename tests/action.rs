//! The script behind the GitHub Action: what the event is about → a question to gate, put by bash to a stand-in for gate.
#![cfg(unix)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use support::repo::Repo;

/// A repository with a commit `one` and a commit `two` over it.
fn history() -> Repo {
    let repo = Repo::new();
    repo.write("a.txt", "1").stage().commit("one");
    repo.write("a.txt", "2").stage().commit("two");
    repo
}

/// The same with a side branch merged into `main`, as GitHub merges a pull request.
fn merged() -> Repo {
    let repo = history();
    repo.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    repo.write("b.txt", "1").stage().commit("side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-edit", "--no-ff", "side"]);
    repo
}

/// A clone of `repo` with the newest `depth` commits of each line.
fn clone(repo: &Repo, depth: u32) -> Repo {
    let copy = Repo::new();
    let source = format!("file://{}", repo.path().display());
    copy.git(&["fetch", "--quiet", &format!("--depth={depth}"), &source, "main"]);
    copy.git(&["checkout", "--quiet", "--detach", "FETCH_HEAD"]);
    copy
}

/// Runs the script; the stand-in prints each argument in brackets and exits with `exit`.
fn judge(repo: &Repo, variables: &[(&str, &str)], exit: u8) -> Output {
    let program = repo.home().join("gate");
    let script = format!("#!/bin/sh\nfor word in \"$@\"; do printf '[%s]' \"$word\"; done\nexit {exit}\n");
    std::fs::write(&program, script).expect("the home is writable");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).expect("it was just written");
    let head = repo.try_git(&["rev-parse", "HEAD"]);
    let head = String::from_utf8_lossy(&head.stdout).trim().to_owned();
    let mut command = repo.command("bash");
    command.arg(support::root().join(".github/judge")).env("PROGRAM", program);
    let told = repo.home().join("output");
    std::fs::write(&told, "").expect("the home is writable");
    command.env("GITHUB_OUTPUT", told).env("GITHUB_SHA", head);
    for name in ["INPUT_SPEC", "INPUT_RANGE", "INPUT_ARGS", "EVENT", "BEFORE", "QUEUE_BASE"] {
        command.env(name, "");
    }
    command.envs(variables.iter().copied()).output().expect("bash is installed")
}

#[track_caller]
fn asks(repo: &Repo, variables: &[(&str, &str)], question: &str) {
    let output = judge(repo, variables, 0);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!((said.as_str(), output.status.code()), (question, Some(0)), "{output:?}");
}

#[track_caller]
fn refuses(repo: &Repo, variables: &[(&str, &str)], reason: &str) {
    let output = judge(repo, variables, 0);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains(reason) && output.status.code() == Some(2), "{output:?}");
    let told = std::fs::read_to_string(repo.home().join("output")).expect("the script tells its verdict");
    assert_eq!(told, "verdict=error\nexit-code=2\n");
}

#[test]
fn a_pull_request_is_judged_against_the_first_parent_of_its_merge() {
    let event = ("EVENT", "pull_request");
    asks(&merged(), &[event], "[check][HEAD^1..HEAD][--trust][base]");
    asks(&clone(&merged(), 2), &[event], "[check][HEAD^1..HEAD][--trust][base]");
    refuses(&clone(&merged(), 1), &[event], "fetch-depth: 2");
    refuses(&history(), &[event], "is not a merge commit");
    refuses(&merged(), &[event, ("GITHUB_SHA", "0123456789")], "HEAD is not the merge commit");
    refuses(&merged(), &[("EVENT", "pull_request_target")], "use pull_request");
}

#[test]
fn a_push_is_judged_against_what_was_there_before() {
    let event = ("EVENT", "push");
    let repo = merged();
    let first = repo.git(&["rev-parse", "HEAD~2"]);
    asks(
        &repo,
        &[event, ("BEFORE", first.trim())],
        &format!("[check][{}..HEAD][--trust][base]", first.trim()),
    );
    asks(&repo, &[event, ("BEFORE", &"0".repeat(40))], "[check][HEAD~1..HEAD][--trust][base]");
    asks(&repo, &[event], "[check][HEAD~1..HEAD][--trust][base]");
    refuses(&clone(&repo, 1), &[event, ("BEFORE", first.trim())], "too shallow");
    let repo = Repo::new();
    repo.commit("root");
    asks(&repo, &[event], "[check][--all][HEAD][--trust][base]");
}

#[test]
fn other_events_and_inputs() {
    let repo = history();
    let first = repo.git(&["rev-parse", "HEAD~1"]);
    let queue = [("EVENT", "merge_group"), ("QUEUE_BASE", first.trim())];
    asks(&repo, &queue, &format!("[check][{}..HEAD][--trust][base]", first.trim()));
    refuses(&repo, &[("EVENT", "merge_group"), ("QUEUE_BASE", "1234")], "fetch-depth: 0");
    asks(&repo, &[("EVENT", "schedule")], "[check][--all][HEAD][--trust][base]");
    asks(&repo, &[("INPUT_RANGE", "a...b; echo $HOME")], "[check][a...b; echo $HOME][--trust][base]");
    refuses(&repo, &[("INPUT_RANGE", "--all")], "is no range");
    let inputs = [
        ("INPUT_RANGE", "A..B"),
        ("INPUT_SPEC", "a b.toml\nc.toml\n"),
        ("INPUT_ARGS", "--standing\n --format  json"),
    ];
    asks(
        &repo,
        &inputs,
        "[check][A..B][--spec][a b.toml][--spec][c.toml][--trust][base][--standing][--format][json]",
    );
    refuses(&Repo::new(), &[("EVENT", "push"), ("GITHUB_SHA", "1")], "no commit to judge");
}

#[test]
fn the_verdict_is_passed_on() {
    for (exit, verdict) in [(0, "conforms"), (1, "deviates"), (2, "error"), (3, "unjudged"), (101, "error")] {
        let repo = history();
        let output = judge(&repo, &[("EVENT", "push")], exit);
        let code = if exit > 3 { 2 } else { exit };
        assert_eq!(output.status.code(), Some(code.into()));
        let told = std::fs::read_to_string(repo.home().join("output")).expect("the script tells its verdict");
        assert_eq!(told, format!("verdict={verdict}\nexit-code={code}\n"));
    }
}
