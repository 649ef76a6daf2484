//! Random repositories, judged by this floor, by libgit2 and by the git program: all must name the same files.

use std::{collections::BTreeSet, fs, path::Path};

use super::{
    super::{Change, Request, Snapshot, snapshot::Side},
    fixture::{Fixture, range, raw, staged, worktree},
};
use crate::basis::{Below, RepoPath};

/// A small generator of numbers (xorshift64*): the same repositories on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.roll(among.len())]
    }
}

/// A changed file as git's `--raw` has it: path, mode and id before, mode and id after.
type Raw = BTreeSet<(Vec<u8>, (String, String), (String, String))>;

fn of_change(files: &[super::super::ChangedFile]) -> Raw {
    files.iter().map(|file| (file.path.as_bytes().to_vec(), raw(file.before), raw(file.after))).collect()
}

/// What `git … --raw -z --no-abbrev --no-renames` prints.
fn of_git(printed: &[u8]) -> Raw {
    let mut fields = printed.split(|byte| *byte == 0);
    let mut found = Raw::new();
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let head = String::from_utf8(head.to_vec()).unwrap();
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let side = |mode: usize, id: usize| (words[mode].to_owned(), words[id].to_owned());
        found.insert((path.to_vec(), side(0, 2), side(1, 3)));
    }
    found
}

fn of_libgit2(root: &Path) -> Raw {
    let repository = git2::Repository::open(root).unwrap();
    let tree = repository.head().ok().map(|head| head.peel_to_tree().unwrap());
    let mut index = repository.index().unwrap();
    index.read(true).unwrap();
    let announced: BTreeSet<Vec<u8>> =
        index.iter().filter(|entry| entry.flags_extended & 0x2000 != 0).map(|entry| entry.path).collect();
    let mut options = git2::DiffOptions::new();
    options.include_typechange(true);
    let diff = repository.diff_tree_to_index(tree.as_ref(), Some(&index), Some(&mut options)).unwrap();
    let side = |file: git2::DiffFile<'_>| (format!("{:06o}", u32::from(file.mode())), file.id().to_string());
    let mut found = Raw::new();
    for delta in diff.deltas() {
        let path = delta.new_file().path_bytes().unwrap().to_vec();
        let mut after = side(delta.new_file());
        if announced.contains(&path) {
            after = raw(None);
        }
        if side(delta.old_file()) != after {
            found.insert((path, side(delta.old_file()), after));
        }
    }
    found
}

/// Names chosen so that files sort between a folder and its content, and fold into each other.
const FOLDERS: [&str; 9] = ["", "a/", "a.b/", "a-b/", "a/b/", "a/b/c/", "b/", "a0/", "z/y/x/w/"];
const NAMES: [&str; 8] = ["a", "b", "a.rs", "b.rs", "mod.rs", "a.b", "z", "lib.rs"];
const TEXTS: [&str; 5] = ["", "fn a() {}\n", "fn b() {}\n", "struct S;\n", "\u{fc}\r\n"];

fn random_path(dice: &mut Dice) -> String {
    format!("{}{}", dice.pick(&FOLDERS), dice.pick(&NAMES))
}

/// Makes way for a file at `path`: files where folders must be, a folder where the file will be, are removed.
fn clear(root: &Path, path: &str) {
    for (at, _) in path.match_indices('/') {
        if fs::symlink_metadata(root.join(&path[..at])).is_ok_and(|found| !found.is_dir()) {
            fs::remove_file(root.join(&path[..at])).unwrap();
        }
    }
    match fs::symlink_metadata(root.join(path)) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(root.join(path)).unwrap(),
        Ok(_) => fs::remove_file(root.join(path)).unwrap(),
        Err(_) => {}
    }
    fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
}

/// One random step on disk; the path it touched.
fn step(dice: &mut Dice, root: &Path) -> String {
    let path = random_path(dice);
    match dice.roll(11) {
        10 => {
            let folder = dice.pick(&["", "a/", "b/"]);
            let patterns = ["*.rs", "!b.rs", "/a", "b/", "a/b", "z", "**/c/*", "!a.rs", "mod.*", "#x"];
            let text = format!("{}\n{}\n", dice.pick(&patterns), dice.pick(&patterns));
            clear(root, &format!("{folder}.gitignore"));
            fs::write(root.join(format!("{folder}.gitignore")), text).unwrap();
            return format!("{folder}.gitignore");
        }
        0..=3 => {
            clear(root, &path);
            fs::write(root.join(&path), format!("{}{}", dice.pick(&TEXTS), dice.roll(3))).unwrap();
        }
        4 => {
            clear(root, &path);
            #[cfg(unix)]
            std::os::unix::fs::symlink(dice.pick(&["a", "../x", "nowhere"]), root.join(&path)).unwrap();
        }
        5 | 6 => clear(root, &path),
        7 => {
            let target = random_path(dice);
            let inside = path.starts_with(&format!("{target}/")) || target.starts_with(&format!("{path}/"));
            if !inside && target != path && fs::symlink_metadata(root.join(&path)).is_ok() {
                clear(root, &target);
                let _ = fs::rename(root.join(&path), root.join(&target));
            }
        }
        8 =>
        {
            #[cfg(unix)]
            if fs::symlink_metadata(root.join(&path)).is_ok_and(|found| found.is_file()) {
                use std::os::unix::fs::PermissionsExt;
                let mode = if dice.roll(2) == 0 { 0o755 } else { 0o644 };
                fs::set_permissions(root.join(&path), fs::Permissions::from_mode(mode)).unwrap();
            }
        }
        _ => {
            let folder = dice.pick(&FOLDERS[1..]);
            let _ = fs::remove_dir_all(root.join(folder));
        }
    }
    path
}

/// Stages all, some, or only the announcement of what changed, and leaves the index in one of its forms.
fn stage(dice: &mut Dice, fixture: &Fixture, touched: &[String]) {
    match dice.roll(4) {
        0 | 1 => drop(fixture.git(&["add", "-A"])),
        2 => {
            for path in touched {
                fixture.try_git(&["add", "-A", "--", path]);
            }
        }
        _ => {
            fixture.try_git(&["add", "-N", "."]);
            fixture.try_git(&["add", "-u", "--", "a", "b"]);
        }
    }
    match dice.roll(8) {
        0 => drop(fixture.git(&["update-index", "--index-version", "4"])),
        1 => drop(fixture.git(&["update-index", "--index-version", "2"])),
        2 => drop(fixture.try_git(&["write-tree"])),
        3 => without_cached_folders(fixture),
        _ => {}
    }
}

/// Writes the index anew, entry by entry, so that it caches no folder.
fn without_cached_folders(fixture: &Fixture) {
    let entries = fixture.git(&["ls-files", "--stage", "-z"]);
    let announced = !fixture.git(&["diff", "--name-only", "--diff-filter=A"]).is_empty();
    if announced {
        return;
    }
    let _ = fs::remove_file(fixture.root.join(".git/index"));
    let mut command = fixture.command("git");
    command.args(["update-index", "-z", "--index-info"]).stdin(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &entries).unwrap();
    assert!(child.wait().unwrap().success());
}

const RAW: [&str; 4] = ["--raw", "-z", "--no-abbrev", "--no-renames"];

fn git_staged(fixture: &Fixture) -> Raw {
    of_git(&fixture.git(&[&["diff", "--cached"], &RAW[..]].concat()))
}

/// A change without its renames, to be compared with what git says without them.
fn unjoined(change: &Change) -> Raw {
    let base = change.bases.first().cloned().unwrap();
    of_change(&super::super::compare::changed_files(&base, &change.head).unwrap())
}

/// What git says `git add --all` would stage, asked of a copy of the index.
fn git_worktree(fixture: &Fixture) -> Raw {
    let copy = fixture.beside("copy-of-index");
    let _ = fs::copy(fixture.root.join(".git/index"), &copy);
    let run = |arguments: &[&str]| {
        let output = fixture.command("git").env("GIT_INDEX_FILE", &copy).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    run(&["add", "-A"]);
    of_git(&run(&[&["diff", "--cached"], &RAW[..]].concat()))
}

/// A side listed, asked file by file and folder by folder must agree with itself.
#[track_caller]
fn agrees_with_itself(side: &Snapshot) {
    let all = side.list(b"", Below::All).unwrap();
    assert!(all.is_sorted_by(|a, b| a.0 < b.0));
    for (path, entry) in &all {
        assert_eq!(side.entry(path).unwrap(), Some(*entry), "{path}");
        assert_eq!(side.list(path.as_bytes(), Below::All).unwrap(), [], "{path} is no folder");
        side.read(path, *entry).unwrap();
    }
    for folder in FOLDERS {
        let below: Vec<_> =
            all.iter().filter(|(path, _)| path.as_bytes().starts_with(folder.as_bytes())).cloned().collect();
        let name = folder.trim_end_matches('/');
        assert_eq!(side.list(name.as_bytes(), Below::All).unwrap(), below, "{folder}");
        let is_near = |path: &RepoPath| path.to_string()[folder.len()..].matches('/').count() <= 1;
        let near: Vec<_> = below.iter().filter(|(path, _)| is_near(path)).cloned().collect();
        assert_eq!(side.list(name.as_bytes(), Below::Near).unwrap(), near, "near {folder}");
        if !below.is_empty() && !name.is_empty() {
            assert_eq!(side.entry(&RepoPath::from(name)).unwrap(), None, "{folder} is no file");
        }
    }
}

/// The base of what is staged is asked through the index, and must say what its tree does.
#[track_caller]
fn agrees_with_its_tree(change: &Change) {
    let side = &change.bases[0];
    agrees_with_itself(side);
    let Some(tree) = side.tree() else { return };
    assert!(matches!(side.side, Side::Beside { .. }));
    let plain = Snapshot { side: Side::Tree(tree), ..side.clone() };
    assert_eq!(side.list(b"", Below::All).unwrap(), plain.list(b"", Below::All).unwrap());
    for folder in FOLDERS.map(|folder| folder.trim_end_matches('/').as_bytes()) {
        assert_eq!(side.list(folder, Below::All).unwrap(), plain.list(folder, Below::All).unwrap());
    }
    for (path, _) in change.head.list(b"", Below::All).unwrap() {
        assert_eq!(side.entry(&path).unwrap(), plain.entry(&path).unwrap(), "{path}");
    }
}

fn round(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let fixture = Fixture::new();
    let split = seed.is_multiple_of(7);
    if split {
        fixture.git(&["config", "core.splitIndex", "true"]);
    }
    let mut commits = 0;
    for turn in 0..4 {
        let touched: Vec<String> = (0..1 + dice.roll(8)).map(|_| step(&mut dice, &fixture.root)).collect();
        stage(&mut dice, &fixture, &touched);
        let context = format!("seed {seed}, turn {turn}");
        let change = fixture.open().change(&staged()).unwrap();
        let found = unjoined(&change);
        assert_eq!(found, git_staged(&fixture), "git, {context}");
        if !split {
            assert_eq!(found, of_libgit2(&fixture.root), "libgit2, {context}");
        }
        agrees_with_itself(&change.head);
        agrees_with_its_tree(&change);
        let disk = fixture.open().change(&worktree()).unwrap();
        assert_eq!(unjoined(&disk), git_worktree(&fixture), "worktree, {context}");
        agrees_with_itself(&disk.head);
        if dice.roll(3) > 0 {
            fixture.commit("next");
            commits += 1;
        }
        if commits > 1 {
            let change = fixture.open().change(&range("HEAD~1", "HEAD")).unwrap();
            let expected = of_git(&fixture.git(&[&["diff", "HEAD~1", "HEAD"], &RAW[..]].concat()));
            assert_eq!(unjoined(&change), expected, "range, {context}");
            agrees_with_itself(&change.head);
        }
    }
}

#[test]
fn random_repositories_differ_where_git_says_first_part() {
    (1..30).for_each(round);
}

#[test]
fn random_repositories_differ_where_git_says_second_part() {
    (30..60).for_each(round);
}

#[test]
fn everything_is_what_the_index_lists() {
    let fixture = Fixture::with(&[("a/b.rs", "x"), ("c", "y")]);
    let everything = Request::All { revision: None, worktree: false };
    let change = fixture.open().change(&everything).unwrap();
    assert!(change.bases.is_empty() && change.base_label.is_none());
    assert_eq!(super::fixture::lines(&change.files), ["A a/b.rs", "A c"]);
}
