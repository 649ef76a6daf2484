//! What cannot be judged, and the error that says how to leave it.

use std::fs;

use super::{
    super::{GitError, Repository, Request, open::Environment},
    fixture::{Fixture, check, error, everything, lines, range, since_merge_base, staged, worktree},
};
use crate::basis::RepoPath;

#[test]
fn a_head_that_names_no_branch_is_an_error() {
    for head in ["ref: refs/heads/.invalid\n", "ref: nonsense\n", "not a ref\n", "0000\n"] {
        let fixture = Fixture::with(&[("a", "1")]);
        fs::write(fixture.root.join(".git/HEAD"), head).unwrap();
        let opened = fixture.open_at(&fixture.root);
        let changed = opened.and_then(|repository| repository.change(&staged()));
        assert!(changed.is_err(), "{head:?}");
    }
}

#[test]
fn unmerged_paths_are_named() {
    let fixture = Fixture::with(&[("a", "1"), ("b", "1")]);
    fixture.git(&["switch", "-q", "-c", "topic"]);
    fixture.stage("a", "2");
    fixture.commit("topic");
    fixture.git(&["switch", "-q", "main"]);
    fixture.stage("a", "3");
    fixture.commit("main");
    assert!(!fixture.try_git(&["merge", "topic"]).status.success());
    let conflicted = GitError::Conflicted { paths: vec![RepoPath::from("a")] };
    assert_eq!(error(&fixture, &staged()), conflicted);
    assert_eq!(error(&fixture, &everything()), conflicted);
    check(&fixture, &worktree(), &["M a"]);
    check(&fixture, &range("HEAD", "topic"), &["M a"]);
}

#[test]
fn bare_repositories_need_a_range() {
    let source = Fixture::with(&[("a", "1")]);
    source.stage("a", "2");
    source.commit("two");
    let bare = source.beside("bare.git");
    source.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let repository = source.open_at(&bare).unwrap();
    for request in [staged(), worktree(), everything()] {
        assert_eq!(repository.change(&request).err(), Some(GitError::BareWithoutRange));
    }
    assert_eq!(lines(&repository.change(&range("HEAD~1", "HEAD")).unwrap().files), ["M a"]);
    let all = Request::All { revision: Some("main".into()), worktree: false };
    assert_eq!(lines(&repository.change(&all).unwrap().files), ["A a"]);
}

#[test]
fn names_that_stand_for_no_tree_are_told() {
    let fixture = Fixture::with(&[("a/b", "1")]);
    fixture.git(&["tag", "-a", "-m", "x", "v1"]);
    let unknown = |name: &str| GitError::Revision { name: name.into(), shallow: false };
    for name in ["nope", "HEAD~7", "main^{", "a..b", "", "-h", &"1".repeat(40), "HEAD:nope"] {
        let expected = if name.is_empty() { continue } else { unknown(name) };
        assert_eq!(error(&fixture, &range(name, "HEAD")), expected);
        assert_eq!(error(&fixture, &Request::Index { base: Some(name.into()) }), expected);
    }
    assert_eq!(error(&fixture, &range("HEAD:a/b", "HEAD")), GitError::NotATree { name: "HEAD:a/b".into() });
    check(&fixture, &range("v1", "HEAD"), &[]);
    check(&fixture, &range("HEAD", "HEAD:a"), &["R a/b -> b"]);
}

#[test]
fn a_merge_base_is_found_or_missed_in_words() {
    let fixture = Fixture::with(&[("a", "1")]);
    fixture.git(&["switch", "-q", "-c", "topic"]);
    fixture.stage("t", "1");
    fixture.commit("topic");
    fixture.git(&["switch", "-q", "main"]);
    fixture.stage("m", "2");
    fixture.commit("main");
    check(&fixture, &since_merge_base("main", "topic"), &["A t"]);
    check(&fixture, &range("main", "topic"), &["D m", "A t"]);
    fixture.git(&["switch", "-q", "--orphan", "other"]);
    fixture.stage("o", "1");
    fixture.commit("other");
    let unrelated = GitError::Unrelated { from: "main".into(), to: "HEAD".into() };
    assert_eq!(error(&fixture, &since_merge_base("main", "")), unrelated);
}

#[test]
fn history_that_is_cut_off_is_not_trusted() {
    let source = Fixture::with(&[("a", "1")]);
    for n in 2..5 {
        source.stage("a", &n.to_string());
        source.commit("next");
    }
    for (topic, start) in [("near", "main~1"), ("far", "main~2")] {
        source.git(&["switch", "-q", "-c", topic, start]);
        source.stage(topic, "1");
        source.commit(topic);
    }
    let clone = Fixture::folder();
    let url = format!("file://{}", source.root.display());
    clone.git(&["clone", "-q", "--depth=2", "--no-single-branch", &url, "."]);
    let shallow = |name: &str| GitError::Revision { name: name.into(), shallow: true };
    assert_eq!(error(&clone, &range("HEAD~2", "HEAD")), shallow("HEAD~2"));
    assert!(error(&clone, &range("HEAD~2", "HEAD")).help()[0].contains("--deepen"));
    check(&clone, &range("HEAD~1", "HEAD"), &["A far"]);
    let cut_off = |to: &str| GitError::Shallow { from: "origin/main".into(), to: to.into() };
    assert_eq!(error(&clone, &since_merge_base("origin/main", "")), cut_off("HEAD"));
    // The true merge base lies on the boundary, behind which another might.
    assert_eq!(
        clone.word(&["merge-base", "origin/main", "origin/near"]),
        source.word(&["rev-parse", "main~1"])
    );
    assert_eq!(error(&clone, &since_merge_base("origin/main", "origin/near")), cut_off("origin/near"));
    let linked = clone.beside("linked");
    clone.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "linked"]);
    let repository = clone.open_at(&linked).unwrap();
    assert_eq!(repository.change(&since_merge_base("origin/main", "")).err(), Some(cut_off("HEAD")));
    assert_eq!(repository.change(&range("HEAD~2", "HEAD")).err(), Some(shallow("HEAD~2")));
    clone.git(&["fetch", "-q", "--unshallow"]);
    check(&clone, &since_merge_base("origin/main", ""), &["A far"]);
    check(&clone, &since_merge_base("origin/main", "origin/near"), &["A near"]);
}

#[test]
fn what_libgit2_cannot_open_is_told_in_words() {
    #[track_caller]
    fn unsupported(prepare: &[&[&str]], words: &str) {
        let fixture = Fixture::folder();
        for arguments in prepare {
            if !fixture.try_git(arguments).status.success() {
                return;
            }
        }
        match fixture.open_at(&fixture.root).err() {
            Some(GitError::Unsupported { reason }) => assert!(reason.contains(words), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
    unsupported(&[&["init", "-q", "--ref-format=reftable"]], "reftable");
    unsupported(&[&["init", "-q", "--object-format=sha256"]], "SHA-256");
    let version: &[&str] = &["config", "core.repositoryformatversion", "1"];
    unsupported(
        &[&["init", "-q"], version, &["config", "extensions.partialClone", "origin"]],
        "partial clone",
    );
    unsupported(&[&["init", "-q"], version, &["config", "extensions.frob", "x"]], "frob");
    unsupported(&[&["init", "-q"], &["config", "core.repositoryformatversion", "7"]], "version 7");
}

#[test]
fn no_repository_is_told_with_its_place() {
    let fixture = Fixture::folder();
    let directory = fixture.root.clone();
    let missing = GitError::NotFound { directory: directory.clone(), from_environment: false };
    assert_eq!(fixture.open_at(&directory).err(), Some(missing));
    let environment = Environment { git_dir: Some("nowhere".into()), ..Environment::default() };
    let missing = GitError::NotFound { directory: directory.join("nowhere"), from_environment: true };
    assert_eq!(Repository::open_with(&directory, environment).err(), Some(missing));
}
