//! Which two sides are compared, and what each holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    super::{GitError, ReadError, Repository, Request, open::Environment},
    fixture::{Fixture, TEN, check, error, everything, lines, range, since_merge_base, staged, worktree},
};
use crate::basis::{Below, RepoPath};

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
        &[("x/n.rs", TEN), ("y/m.rs", TEN)],
        &[("z/m.rs", TEN), ("z/n.rs", TEN)],
        &["R y/m.rs -> z/m.rs", "R x/n.rs -> z/n.rs"],
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
    let repository = Repository::open_with(&fixture.root, environment).unwrap();
    assert_eq!(repository.change(&staged()).unwrap().base_ids[1..], [topic]);
    assert_eq!(repository.change(&worktree()).unwrap().bases.len(), 1);
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
        let repository = Repository::open_with(&fixture.root.join(directory), environment).unwrap();
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
    let repository = Repository::open_with(&fixture.root, environment).unwrap();
    assert_eq!(lines(&repository.change(&worktree()).unwrap().files), ["M a", "D d/b"]);
}

#[test]
fn split_and_sparse_indexes_are_read() {
    let fixture =
        Fixture::with(&[("a/x", "1"), ("b/c/d/w", "1"), ("b/c/y", "1"), ("b/z", "1"), ("top", "1")]);
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
    let list = |folder: &[u8], below| paths(head.list(folder, below).unwrap());
    assert_eq!(list(b"", Below::All), ["a/x", "b/c/d/w", "b/c/y", "b/z", "top"]);
    assert_eq!(list(b"", Below::Near), ["a/x", "b/z", "top"]);
    assert_eq!(list(b"b", Below::All), ["b/c/d/w", "b/c/y", "b/z"]);
    assert_eq!(list(b"b", Below::Near), ["b/c/y", "b/z"]);
    assert_eq!(list(b"b/c", Below::All), ["b/c/d/w", "b/c/y"]);
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
