//! What a repository may do to whoever reads it, and what the reader may not do to a repository.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use super::{
    super::{GitError, Mode, ReadError, Request, Snapshot},
    fixture::{Fixture, TEN, check, error, everything, range, since_merge_base, staged, worktree},
};
use crate::basis::{Below, RepoPath};

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
            for (path, entry) in side.list(b"", Below::All).unwrap() {
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
                let _ = change.head.list(b"a", Below::All);
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
