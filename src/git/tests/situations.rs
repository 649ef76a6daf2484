//! One situation a test: what is compared in it, or which error says how to leave it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    super::{GitError, Mode, ReadError, Request, Snapshot, open::Environment},
    fixture::{Fixture, lines, range, since_merge_base, staged, worktree},
};
use crate::basis::RepoPath;

#[track_caller]
fn check(fixture: &Fixture, request: &Request, expected: &[&str]) {
    assert_eq!(fixture.changed(request), expected);
}

#[track_caller]
fn error(fixture: &Fixture, request: &Request) -> GitError {
    let error = fixture.open().change(request).err().expect("an error");
    assert!(!error.to_string().is_empty() && !error.help().is_empty());
    error
}

fn everything() -> Request {
    Request::All { revision: None, worktree: false }
}

#[test]
fn a_branch_without_commits_begins_at_nothing() {
    let fixture = Fixture::new();
    fixture.stage("a", "1");
    let change = fixture.open().change(&staged()).unwrap();
    assert_eq!(lines(&change.files), ["A a"]);
    assert_eq!((change.bases.len(), change.base_ids.len()), (1, 0));
    assert_eq!(change.base_label.as_deref(), Some("nothing (no commit yet)"));
    assert_eq!(
        error(&fixture, &range("HEAD", "HEAD")),
        GitError::Revision { name: "HEAD".into(), shallow: false }
    );
    fixture.git(&["rm", "-q", "--cached", "a"]);
    check(&fixture, &staged(), &[]);
}

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
fn labels_and_ids_say_what_is_compared() {
    let fixture = Fixture::with(&[("a", "1")]);
    fixture.stage("a", "2");
    fixture.commit("two");
    let (one, two) = (fixture.word(&["rev-parse", "HEAD~1"]), fixture.word(&["rev-parse", "HEAD"]));
    #[track_caller]
    fn labelled(fixture: &Fixture, request: &Request, expected: (Option<&str>, &[&str], &str, Option<&str>)) {
        let change = fixture.open().change(request).unwrap();
        let ids: Vec<&str> = change.base_ids.iter().map(String::as_str).collect();
        let found =
            (change.base_label.as_deref(), &ids[..], change.head_label.as_str(), change.head_id.as_deref());
        assert_eq!(found, expected);
    }
    let earlier = || Some("HEAD~1".to_owned());
    labelled(&fixture, &staged(), (Some("HEAD"), &[&two], "index", None));
    labelled(&fixture, &Request::Index { base: earlier() }, (Some("HEAD~1"), &[&one], "index", None));
    labelled(&fixture, &worktree(), (Some("HEAD"), &[&two], "working tree", None));
    labelled(&fixture, &range("HEAD~1", ""), (Some("HEAD~1"), &[&one], "HEAD", Some(&two)));
    labelled(
        &fixture,
        &since_merge_base(&one, "main"),
        (Some(&format!("merge base of {one} and main")), &[&one], "main", Some(&two)),
    );
    labelled(&fixture, &range("HEAD~1^{tree}", "@"), (Some("HEAD~1^{tree}"), &[], "@", Some(&two)));
    labelled(
        &fixture,
        &Request::All { revision: earlier(), worktree: false },
        (None, &[], "HEAD~1", Some(&one)),
    );
    labelled(&fixture, &everything(), (None, &[], "index", None));
}

#[test]
fn announced_files_are_not_staged_but_on_disk() {
    let fixture = Fixture::with(&[("a/b", "1")]);
    fixture.write("a/new.rs", "x");
    fixture.git(&["add", "-N", "a/new.rs"]);
    check(&fixture, &staged(), &[]);
    check(&fixture, &worktree(), &["A a/new.rs"]);
}

#[test]
fn modes_are_changes_and_links_are_not_followed() {
    let fixture = Fixture::with(&[("a", "1"), ("b", "1"), ("d/c", "1")]);
    fixture.git(&["update-index", "--chmod=+x", "a"]);
    check(&fixture, &staged(), &["M a (file -> executable)"]);
    #[cfg(unix)]
    {
        fixture.git(&["reset", "-q", "--hard"]);
        fs::remove_file(fixture.root.join("b")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", fixture.root.join("b")).unwrap();
        fs::remove_dir_all(fixture.root.join("d")).unwrap();
        std::os::unix::fs::symlink("/", fixture.root.join("d")).unwrap();
        let expected = ["M b (file -> symlink)", "A d (none -> symlink)", "D d/c"];
        check(&fixture, &worktree(), &expected);
        fixture.git(&["add", "-A"]);
        check(&fixture, &staged(), &expected);
        for request in [staged(), worktree()] {
            let head = fixture.open().change(&request).unwrap().head;
            let link = head.entry(&RepoPath::from("b")).unwrap().unwrap();
            assert_eq!(head.read(&RepoPath::from("b"), link).unwrap(), b"/etc/passwd");
        }
    }
}

#[test]
fn submodules_are_told_and_not_entered() {
    let inner = Fixture::with(&[("x", "1")]);
    let fixture = Fixture::with(&[("a", "1")]);
    fixture.git(&["submodule", "--quiet", "add", inner.root.to_str().unwrap(), "mod"]);
    let change = fixture.open().change(&staged()).unwrap();
    assert_eq!(lines(&change.files), ["A .gitmodules", "A mod (none -> submodule)"]);
    assert_eq!(change.notes, ["submodule `mod` was added; its content is not judged"]);
    let entry = change.files[1].after.unwrap();
    assert_eq!(entry.id.to_string(), inner.word(&["rev-parse", "HEAD"]));
    assert!(matches!(change.head.read(&RepoPath::from("mod"), entry), Err(ReadError::Missing { .. })));
    fixture.commit("two");
    let module = fixture.root.join("mod");
    fixture.git(&["-C", module.to_str().unwrap(), "commit", "-q", "--allow-empty", "-m", "next"]);
    check(&fixture, &staged(), &[]);
    check(&fixture, &worktree(), &["M mod (submodule -> submodule)"]);
    fixture.git(&["rm", "-q", "-f", "mod"]);
    let notes = fixture.open().change(&staged()).unwrap().notes;
    assert_eq!(notes, ["submodule `mod` was removed; its content is not judged"]);
}

const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n";

#[test]
fn renames_are_joined_as_git_joins_them() {
    #[track_caller]
    fn renamed(before: &[(&str, &str)], after: &[(&str, &str)], expected: &[&str]) {
        let fixture = Fixture::with(before);
        fixture.git(&["rm", "-q", "-r", "."]);
        for (path, text) in after {
            fixture.write(path, text);
        }
        fixture.git(&["add", "-A"]);
        check(&fixture, &staged(), expected);
        let theirs = fixture.word(&["diff", "--cached", "-M", "--summary"]).matches("rename ").count();
        let ours = expected.iter().filter(|line| line.starts_with('R')).count();
        assert_eq!(ours, theirs, "renames in git's opinion");
    }
    renamed(&[("a.rs", TEN)], &[("d/b.rs", TEN)], &["R a.rs -> d/b.rs"]);
    renamed(&[("a.rs", TEN)], &[("b.rs", &TEN.replace('0', "x"))], &["R a.rs -> b.rs"]);
    renamed(&[("a.rs", TEN)], &[("b.rs", "completely\ndifferent\n")], &["D a.rs", "A b.rs"]);
    renamed(
        &[("x/m.rs", TEN), ("y/n.rs", TEN)],
        &[("z/m.rs", TEN), ("z/n.rs", TEN)],
        &["R x/m.rs -> z/m.rs", "R y/n.rs -> z/n.rs"],
    );
    renamed(&[("a.rs", TEN)], &[("b.rs", TEN), ("c.rs", TEN)], &["R a.rs -> b.rs", "A c.rs"]);
    renamed(&[("a/m.rs", TEN)], &[("a", TEN)], &["R a/m.rs -> a"]);
    renamed(&[("A.rs", TEN)], &[("a.rs", TEN)], &["R A.rs -> a.rs"]);
}

#[test]
fn a_rename_keeps_what_was_there() {
    let fixture = Fixture::with(&[("a.rs", TEN)]);
    fixture.git(&["mv", "a.rs", "b.rs"]);
    fixture.stage("b.rs", &TEN.replace('0', "x"));
    let change = fixture.open().change(&staged()).unwrap();
    let [file] = &change.files[..] else { panic!("{:?}", change.files) };
    assert_eq!(file.was, Some(RepoPath::from("a.rs")));
    assert_eq!(change.bases[0].read(&RepoPath::from("a.rs"), file.before.unwrap()).unwrap(), TEN.as_bytes());
    assert!(change.head.read(&file.path, file.after.unwrap()).unwrap().ends_with(b"x\n"));
}

#[test]
fn too_many_moves_are_not_compared_line_by_line() {
    let fixture = Fixture::new();
    for n in 0..201 {
        fixture.write(&format!("old/{n}.rs"), &format!("{TEN}{n}\n"));
    }
    fixture.git(&["add", "-A"]);
    fixture.commit("one");
    fs::rename(fixture.root.join("old"), fixture.root.join("new")).unwrap();
    fixture.write("new/0.rs", &format!("{TEN}changed\n"));
    fixture.git(&["add", "-A"]);
    let change = fixture.open().change(&staged()).unwrap();
    // One pair is left once equal contents are joined.
    assert!(change.notes.is_empty() && change.files.iter().all(|file| file.was.is_some()));
    for n in 0..201 {
        fixture.write(&format!("new/{n}.rs"), &format!("{TEN}{n} changed\n"));
    }
    fixture.git(&["add", "-A"]);
    let change = fixture.open().change(&staged()).unwrap();
    assert_eq!(change.notes, ["too many files moved at once: only unchanged ones count as renamed"]);
    assert!(change.files.iter().all(|file| file.was.is_none()));
}

#[cfg(unix)]
#[test]
fn paths_are_bytes() {
    use std::os::unix::ffi::OsStrExt;
    let fixture = Fixture::with(&[("a", "1")]);
    let name = b"\xff\n::error::.rs";
    fs::write(fixture.root.join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    fixture.git(&["add", "-A"]);
    for request in [staged(), worktree()] {
        let change = fixture.open().change(&request).unwrap();
        let path = &change.files[0].path;
        assert_eq!(path.as_bytes(), name);
        assert_eq!(change.head.read(path, change.files[0].after.unwrap()).unwrap(), b"x");
    }
}

#[test]
fn attributes_hide_nothing() {
    let fixture = Fixture::with(&[(".gitattributes", "*.rs binary -diff\n"), ("a.rs", TEN)]);
    fixture.stage("a.rs", "nul \0 byte");
    fixture.git(&["mv", "a.rs", "b.rs"]);
    check(&fixture, &staged(), &["D a.rs", "A b.rs"]);
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
fn all_parents_of_a_merge_are_bases() {
    let fixture = Fixture::with(&[("a", "1")]);
    for topic in ["one", "two"] {
        fixture.git(&["switch", "-q", "-c", topic, "main"]);
        fixture.stage(topic, "x");
        fixture.commit(topic);
    }
    fixture.git(&["switch", "-q", "main"]);
    fixture.stage("main", "x");
    fixture.commit("main");
    fixture.git(&["merge", "-q", "--no-commit", "one", "two"]);
    let ids: Vec<String> =
        ["HEAD", "one", "two"].iter().map(|name| fixture.word(&["rev-parse", name])).collect();
    let change = fixture.open().change(&staged()).unwrap();
    assert_eq!((change.base_ids, change.bases.len()), (ids, 3));
    assert_eq!(lines(&change.files), ["A one", "A two"]);
    assert_eq!(change.notes, ["a merge of 3 parents is being concluded: new is what none of them has"]);
    let named = fixture.open().change(&Request::Index { base: Some("HEAD".into()) }).unwrap();
    assert_eq!(named.bases.len(), 1);
    let files = fixture.open().compare(&change.bases[1], &change.head).unwrap();
    assert_eq!(lines(&files), ["A main", "A two"]);
}

#[test]
fn announced_parents_must_be_commits() {
    let fixture = Fixture::with(&[("a", "1")]);
    fixture.git(&["switch", "-q", "-c", "topic"]);
    fixture.stage("b", "2");
    fixture.commit("topic");
    fixture.git(&["switch", "-q", "main"]);
    let topic = fixture.word(&["rev-parse", "topic"]);
    let merge_heads = vec![
        topic.clone(),
        fixture.word(&["rev-parse", "HEAD"]),
        fixture.word(&["rev-parse", "HEAD^{tree}"]),
        "1".repeat(40),
        topic[..10].to_owned(),
        "nonsense".to_owned(),
    ];
    let environment = Environment { merge_heads, ..Environment::default() };
    let repository = super::super::Repository::open_with(&fixture.root, environment).unwrap();
    assert_eq!(repository.change(&staged()).unwrap().base_ids[1..], [topic]);
    assert_eq!(repository.change(&worktree()).unwrap().bases.len(), 1);
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
    source.git(&["switch", "-q", "-c", "topic", "HEAD~2"]);
    source.stage("t", "1");
    source.commit("topic");
    let clone = Fixture::folder();
    let url = format!("file://{}", source.root.display());
    clone.git(&["clone", "-q", "--depth=2", "--no-single-branch", &url, "."]);
    let shallow = |name: &str| GitError::Revision { name: name.into(), shallow: true };
    assert_eq!(error(&clone, &range("HEAD~2", "HEAD")), shallow("HEAD~2"));
    assert!(error(&clone, &range("HEAD~2", "HEAD")).help()[0].contains("--deepen"));
    check(&clone, &range("HEAD~1", "HEAD"), &["A t"]);
    // `HEAD~1` is the true merge base and lies on the boundary, behind which another might.
    let cut_off = GitError::Shallow { from: "origin/main".into(), to: "HEAD".into() };
    assert_eq!(error(&clone, &since_merge_base("origin/main", "")), cut_off);
    let linked = clone.beside("linked");
    clone.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "linked"]);
    let repository = clone.open_at(&linked).unwrap();
    assert_eq!(repository.change(&since_merge_base("origin/main", "")).err(), Some(cut_off));
    assert_eq!(repository.change(&range("HEAD~2", "HEAD")).err(), Some(shallow("HEAD~2")));
    clone.git(&["fetch", "-q", "--unshallow"]);
    check(&clone, &since_merge_base("origin/main", ""), &["A t"]);
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
    assert_eq!(super::super::Repository::open_with(&directory, environment).err(), Some(missing));
}

#[test]
fn a_repository_is_found_from_a_folder_inside() {
    let fixture = Fixture::with(&[("a/b/c", "1")]);
    fixture.stage("a/b/c", "2");
    let repository = fixture.open_at(&fixture.root.join("a/b")).unwrap();
    assert_eq!(lines(&repository.change(&staged()).unwrap().files), ["M a/b/c"]);
    assert_eq!(repository.work_tree().map(Path::to_owned), Some(fixture.root.join("")));
}

#[test]
fn the_environment_names_another_index_and_working_tree() {
    let fixture = Fixture::with(&[("a", "1"), ("d/b", "1")]);
    fixture.git(&["read-tree", "--index-output=.git/other", "HEAD"]);
    fixture.stage("a", "2");
    let index_file = Some(PathBuf::from(".git/other"));
    for directory in ["", "d"] {
        let environment = Environment { index_file: index_file.clone(), ..Environment::default() };
        let repository =
            super::super::Repository::open_with(&fixture.root.join(directory), environment).unwrap();
        assert_eq!(lines(&repository.change(&staged()).unwrap().files), [""; 0], "from {directory:?}");
    }
    let other = fixture.beside("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("a"), "3").unwrap();
    let environment = Environment {
        git_dir: Some(".git".into()),
        work_tree: Some("../other".into()),
        ..Environment::default()
    };
    let repository = super::super::Repository::open_with(&fixture.root, environment).unwrap();
    assert_eq!(lines(&repository.change(&worktree()).unwrap().files), ["M a", "D d/b"]);
}

#[test]
fn equal_folders_are_not_even_read() {
    let fixture = Fixture::with(&[("same/deep/a", "1"), ("other/b", "1"), ("c", "1")]);
    fixture.stage("c", "2");
    fixture.git(&["write-tree"]);
    let remove = |name: &str| {
        let id = fixture.word(&["rev-parse", name]);
        let loose = fixture.root.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
        fs::remove_file(loose).unwrap();
    };
    remove("HEAD:same/deep");
    remove("HEAD:same");
    check(&fixture, &staged(), &["M c"]);
    // Without the cached folder the tree is needed, and its absence is told.
    fixture.write("same/deep/a", "2");
    fixture.git(&["update-index", "same/deep/a"]);
    let missing = error(&fixture, &staged());
    assert!(matches!(missing, GitError::MissingObject { .. }), "{missing}");
    let all = Request::All { revision: Some("HEAD".into()), worktree: false };
    assert!(matches!(error(&fixture, &all), GitError::MissingObject { .. }));
}

#[test]
fn a_missing_blob_is_missed_only_when_read() {
    let fixture = Fixture::with(&[("a", "1"), ("b", "1x")]);
    fixture.stage("a", "2");
    let id = fixture.word(&["rev-parse", "HEAD:b"]);
    fs::remove_file(fixture.root.join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
    let change = fixture.open().change(&staged()).unwrap();
    let path = RepoPath::from("b");
    let entry = change.head.entry(&path).unwrap().unwrap();
    assert_eq!(change.head.read(&path, entry), Err(ReadError::Missing { id: entry.id }));
    assert_eq!(change.head.size(&path, entry), Err(ReadError::Missing { id: entry.id }));
    assert_eq!(fixture.open().objects().read(entry.id), Err(ReadError::Missing { id: entry.id }));
}

#[test]
fn split_and_sparse_indexes_are_read() {
    let fixture = Fixture::with(&[("a/x", "1"), ("b/c/y", "1"), ("b/z", "1"), ("top", "1")]);
    fixture.git(&["update-index", "--split-index"]);
    fixture.stage("a/x", "2");
    check(&fixture, &staged(), &["M a/x"]);
    fixture.git(&["update-index", "--no-split-index"]);
    fixture.commit("two");
    fixture.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "a"]);
    assert!(fixture.word(&["ls-files", "--sparse"]).contains("b/"), "the index is sparse");
    fixture.stage("a/x", "3");
    check(&fixture, &staged(), &["M a/x"]);
    check(&fixture, &worktree(), &["M a/x"]);
    check(&fixture, &Request::Index { base: Some("HEAD~1".into()) }, &["M a/x"]);
    let head = fixture.open().change(&staged()).unwrap().head;
    let paths = |files: Vec<(RepoPath, _)>| files.iter().map(|file| file.0.to_string()).collect::<Vec<_>>();
    assert_eq!(paths(head.list(b"").unwrap()), ["a/x", "b/c/y", "b/z", "top"]);
    assert_eq!(paths(head.list(b"b").unwrap()), ["b/c/y", "b/z"]);
    assert_eq!(paths(head.list(b"b/c").unwrap()), ["b/c/y"]);
    let path = RepoPath::from("b/c/y");
    let entry = head.entry(&path).unwrap().unwrap();
    assert_eq!(head.read(&path, entry).unwrap(), b"1");
    fixture.git(&["sparse-checkout", "set", "--no-cone", "--no-sparse-index", "/a/"]);
    check(&fixture, &worktree(), &["M a/x"]);
}

#[test]
fn the_disk_is_what_git_add_would_stage() {
    let files = [(".gitignore", "target\n*.log\n"), ("kept.log", "1"), ("gone", "0"), ("a/b.rs", "1")];
    let fixture = Fixture::new();
    for (path, text) in files {
        fixture.stage(path, text);
    }
    fixture.commit("one");
    fs::remove_file(fixture.root.join("gone")).unwrap();
    fixture.write("kept.log", "2");
    fixture.write("new.log", "1");
    fixture.write("target/debug/x.rs", "1");
    fixture.write("sub/target/y.rs", "1");
    fixture.write("sub/new.rs", "1");
    fixture.write("nested/file.rs", "1");
    fixture.git(&["init", "-q", "nested"]);
    #[cfg(unix)]
    assert!(fixture.command("mkfifo").arg("pipe").status().unwrap().success());
    check(&fixture, &worktree(), &["D gone", "M kept.log", "A sub/new.rs"]);
    check(&fixture, &staged(), &[]);
    let all = fixture.open().change(&Request::All { revision: None, worktree: true }).unwrap();
    assert_eq!(lines(&all.files), ["A .gitignore", "A a/b.rs", "A kept.log", "A sub/new.rs"]);
    assert_eq!(all.head_label, "working tree");
}

#[test]
fn line_ends_of_the_system_are_no_change() {
    let fixture = Fixture::with(&[("a.rs", "1\n2\n"), ("b.rs", "1\n")]);
    fixture.write("a.rs", "1\r\n2\r\n");
    fixture.write("b.rs", "1\r\nnew\r\n");
    let change = fixture.open().change(&worktree()).unwrap();
    assert_eq!(lines(&change.files), ["M b.rs"]);
    let read = |path: &str| {
        let path = RepoPath::from(path);
        change.head.read(&path, change.head.entry(&path).unwrap().unwrap()).unwrap()
    };
    assert_eq!(read("a.rs"), b"1\n2\n");
    assert_eq!(read("b.rs"), b"1\r\nnew\r\n");
}

#[test]
fn sides_are_read_from_many_threads() {
    fn shareable<T: Send + Sync + Clone>(_: &T) {}
    let fixture = Fixture::new();
    for n in 0..50 {
        fixture.write(&format!("f{n}"), &n.to_string());
    }
    fixture.git(&["add", "-A"]);
    let repository = fixture.open();
    let change = repository.change(&staged()).unwrap();
    shareable(&change.head);
    shareable(&repository.objects());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for file in &change.files {
                    let text = change.head.read(&file.path, file.after.unwrap()).unwrap();
                    assert_eq!(format!("f{}", String::from_utf8(text).unwrap()), file.path.to_string());
                }
            });
        }
    });
}

/// Everything under a folder: path → bytes and time of the last change.
fn fingerprint(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let bytes = if metadata.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
            found.insert(path.clone(), (bytes, metadata.modified().unwrap()));
            if metadata.is_dir() {
                pending.push(path);
            }
        }
    }
    found
}

#[test]
fn nothing_is_written() {
    let fixture = Fixture::with(&[("a", "1"), ("d/b.rs", TEN), ("c", "1")]);
    fixture.git(&["mv", "d/b.rs", "d/e.rs"]);
    fixture.stage("a", "2");
    fixture.write("c", "1");
    fixture.write("new", "1");
    let before = fingerprint(&fixture.root);
    let all = Request::All { revision: None, worktree: true };
    for request in [staged(), worktree(), range("HEAD", "HEAD"), since_merge_base("", ""), everything(), all]
    {
        let change = fixture.open().change(&request).unwrap();
        let read = |side: &Snapshot| {
            for (path, entry) in side.list(b"").unwrap() {
                side.read(&path, entry).unwrap();
            }
        };
        change.bases.iter().for_each(read);
        read(&change.head);
    }
    assert_eq!(fingerprint(&fixture.root), before);
}

#[test]
fn damaged_indexes_neither_panic_nor_hang() {
    let fixture = Fixture::with(&[("a/b/c", "1"), ("a/d", "1"), ("e", "1")]);
    for version in ["2", "4"] {
        fixture.git(&["update-index", "--index-version", version]);
        let path = fixture.root.join(".git/index");
        let sound = fs::read(&path).unwrap();
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            damaged[at] = (state >> 56) as u8;
            if state >> 32 & 7 == 0 {
                damaged.truncate(at);
            }
            fs::write(&path, &damaged).unwrap();
            if let Ok(change) = fixture.open().change(&staged()) {
                let _ = change.head.list(b"a");
            }
        }
        fs::write(&path, &sound).unwrap();
    }
}

#[test]
fn an_index_of_endless_folders_is_refused() {
    let fixture = Fixture::with(&[("a", "1")]);
    let path = fixture.root.join(".git/index");
    let mut index = b"DIRC\0\0\0\x02\0\0\0\0TREE".to_vec();
    let nodes = b"x\0-1 1\n".repeat(300_000);
    index.extend(u32::try_from(nodes.len()).unwrap().to_be_bytes());
    index.extend(nodes);
    index.extend([0; 20]);
    fs::write(&path, index).unwrap();
    assert!(matches!(error(&fixture, &staged()), GitError::Unreadable { .. }));
}

/// Stores a tree with two rows, both naming `inner`, and gives its id.
fn doubled(repository: &git2::Repository, inner: git2::Oid) -> git2::Oid {
    let mut builder = repository.treebuilder(None).unwrap();
    builder.insert("a", inner, 0o040_000).unwrap();
    builder.insert("b", inner, 0o040_000).unwrap();
    builder.write().unwrap()
}

#[test]
fn trees_that_multiply_are_refused() {
    let fixture = Fixture::with(&[("a", "1")]);
    let raw = git2::Repository::open(&fixture.root).unwrap();
    let mut id = raw.treebuilder(None).unwrap().write().unwrap();
    for _ in 0..60 {
        id = doubled(&raw, id);
    }
    let all = Request::All { revision: Some(id.to_string()), worktree: false };
    assert!(matches!(error(&fixture, &all), GitError::Unreadable { .. }));
    // Compared with a copy of itself it is equal, whatever it stands for.
    check(&fixture, &range(&id.to_string(), &id.to_string()), &[]);
}

#[test]
fn trees_with_names_that_are_none_are_refused() {
    let fixture = Fixture::with(&[("a", "1")]);
    let raw = git2::Repository::open(&fixture.root).unwrap();
    let blob = raw.blob(b"x").unwrap();
    for name in ["..", ".", "a/b"] {
        let mut tree = format!("100644 {name}\0").into_bytes();
        tree.extend(blob.as_bytes());
        let id = raw.odb().unwrap().write(git2::ObjectType::Tree, &tree).unwrap();
        let refused = error(&fixture, &range("HEAD", &id.to_string()));
        assert!(matches!(refused, GitError::Unreadable { .. }), "{name}: {refused}");
    }
}

#[test]
fn odd_modes_are_read_as_git_reads_them() {
    #[track_caller]
    fn reads(bits: i32, expected: Option<Mode>) {
        assert_eq!(Mode::of_bits(bits), expected);
    }
    reads(0o100_664, Some(Mode::File));
    reads(0o100_744, Some(Mode::Executable));
    reads(0o120_777, Some(Mode::Symlink));
    reads(0o040_755, None);
    reads(0o160_000, Some(Mode::Submodule));
}
