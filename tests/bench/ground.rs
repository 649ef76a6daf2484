//! A workspace made up, or somebody's repository → a repository in a temporary folder in which files can be staged and measured.
//!
//! The user's repository is only read: it is cloned, sharing its objects. Nothing of the user's configuration or caches is seen.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::scratch;
use crate::support::repo::seclude;

/// A repository; the folder goes when it is dropped.
pub(crate) struct Ground {
    /// As the table shows it.
    pub(crate) name: String,
    /// The tracked Rust files, smallest first.
    pub(crate) rust: Vec<String>,
    work: PathBuf,
    home: PathBuf,
    /// The spec, where it is not in the repository.
    spec: Option<PathBuf>,
    _folder: TempDir,
}

impl Ground {
    /// A made-up workspace of that many Rust files, with a design in layers.
    pub(crate) fn scratch(files: usize) -> Self {
        let mut ground = Self::empty("made up".to_owned());
        fs::create_dir(&ground.work).expect("the temporary folder is empty");
        ground.git(&["init", "--quiet", "--initial-branch=main"]);
        for (path, text) in scratch::workspace(files).into_iter().chain(scratch::papers(files / 2)) {
            let full = ground.work.join(&path);
            let folder = full.parent().expect("a path below the work tree has a parent");
            fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{path}: {error}"));
            fs::write(full, text).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        ground.git(&["add", "."]);
        ground.git(&["commit", "--quiet", "--message=all"]);
        ground.look();
        ground
    }

    /// A clone of `repository` with a spec in which every package is a module and may use all others.
    pub(crate) fn clone_of(repository: &Path) -> Self {
        let repository =
            repository.canonicalize().unwrap_or_else(|e| panic!("{}: {e}", repository.display()));
        let name = repository.file_name().map(|name| name.to_string_lossy().into_owned());
        let mut ground = Self::empty(name.unwrap_or_default());
        let mut clone = Command::new("git");
        seclude(&mut clone, &ground.home);
        clone.args(["clone", "--quiet", "--shared", "--no-tags"]).arg(repository).arg(&ground.work);
        assert!(clone.status().is_ok_and(|status| status.success()), "{} cannot be cloned", ground.name);
        let spec = ground.home.join("design.toml");
        fs::write(&spec, ground.design()).expect("the temporary folder is writable");
        ground.spec = Some(spec);
        ground.look();
        ground
    }

    fn empty(name: String) -> Self {
        let folder = TempDir::new().expect("a temporary folder can be made");
        let root = folder.path().canonicalize().expect("it was just made");
        let (work, home) = (root.join("work"), root.join("home"));
        fs::create_dir(&home).expect("the temporary folder is empty");
        let config =
            "[core]\n\tautocrlf = false\n\tfsync = none\n[gc]\n\tauto = 0\n[safe]\n\tdirectory = *\n";
        fs::write(home.join(".gitconfig"), config).expect("the temporary folder is writable");
        Self { name, rust: Vec::new(), work, home, spec: None, _folder: folder }
    }

    /// A command that runs at the top of the work tree.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        seclude(&mut command, &self.home);
        command.env("GIT_OPTIONAL_LOCKS", "0").args(arguments).current_dir(&self.work);
        command
    }

    /// `gate check` with these arguments and this repository's spec.
    pub(crate) fn gate(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_gate"), &["check"]);
        command.args(arguments);
        if let Some(spec) = &self.spec {
            command.arg("--spec").arg(spec);
        }
        command
    }

    /// Where gate keeps what it read.
    pub(crate) fn cache(&self) -> PathBuf {
        self.home.join(".cache/gate")
    }

    /// The texts of the Rust files.
    pub(crate) fn texts(&self) -> Vec<Vec<u8>> {
        let read =
            |path: &String| fs::read(self.work.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        self.rust.iter().map(read).collect()
    }

    /// Stages a change of `count` Rust files of all sizes, less when there are less, and says how many.
    ///
    /// The change is a function that imports what its file imports already: names have to be resolved, and nothing deviates.
    pub(crate) fn stage(&self, count: usize) -> usize {
        let production = |path: &&String| {
            !["tests", "benches", "examples"].iter().any(|folder| path.split('/').any(|part| part == *folder))
        };
        let files: Vec<&String> = self.rust.iter().filter(production).collect();
        let count = count.min(files.len());
        let chosen = (0..count).map(|at| files[(2 * at + 1) * files.len() / (2 * count)].as_str());
        let chosen: Vec<&str> = chosen.collect();
        for path in &chosen {
            let full = self.work.join(path);
            let text = String::from_utf8_lossy(&fs::read(&full).unwrap_or_default()).into_owned();
            let import = text.lines().find(|line| line.starts_with("use ") && line.ends_with(';'));
            let fresh =
                format!("\nfn measured() {{\n    {}\n}}\n", import.unwrap_or("use std::mem::size_of;"));
            let file = fs::OpenOptions::new().append(true).open(&full);
            let written = file.and_then(|mut file| file.write_all(fresh.as_bytes()));
            written.unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        self.settle(&chosen);
        self.git(&["add", "--update"]);
        count
    }

    /// Takes back what was staged.
    pub(crate) fn reset(&self) {
        let changed = self.git(&["diff", "--cached", "--name-only", "-z"]);
        self.git(&["reset", "--quiet", "--hard"]);
        self.settle(&changed.split_terminator('\0').collect::<Vec<_>>());
        self.git(&["update-index", "-q", "--refresh"]);
    }

    /// Finds the Rust files and lets everything settle.
    fn look(&mut self) {
        let paths = self.git(&["ls-files", "-z"]);
        let paths: Vec<&str> = paths.split_terminator('\0').collect();
        self.settle(&paths);
        self.git(&["update-index", "-q", "--refresh"]);
        let size = |path: &str| fs::symlink_metadata(self.work.join(path)).ok().filter(fs::Metadata::is_file);
        let rust = paths.iter().filter(|path| path.ends_with(".rs"));
        let mut rust: Vec<(u64, &str)> = rust.filter_map(|path| Some((size(path)?.len(), *path))).collect();
        rust.sort_unstable();
        self.rust = rust.into_iter().map(|(_, path)| path.to_owned()).collect();
    }

    /// Makes files an hour old. git reads a file anew whenever it is not older than the index, which a repository that has
    /// just been written is full of, and which would make `git status` look slow.
    fn settle(&self, paths: &[&str]) {
        let past = SystemTime::now() - Duration::from_secs(3600);
        for full in paths.iter().map(|path| self.work.join(path)) {
            if fs::symlink_metadata(&full).is_ok_and(|file| file.is_file()) {
                let file = fs::OpenOptions::new().append(true).open(&full);
                let _ = file.and_then(|file| file.set_modified(past)); // A read-only file costs git a little more.
            }
        }
    }

    /// One module for each package.
    fn design(&self) -> String {
        let mut names = BTreeMap::new();
        for path in self.git(&["ls-files", "-z", "*Cargo.toml"]).split_terminator('\0') {
            let text = fs::read_to_string(self.work.join(path)).unwrap_or_default();
            let manifest: toml::Table = text.parse().unwrap_or_default();
            let package = manifest.get("package").and_then(|package| package.get("name"));
            if let Some(name) = package.and_then(toml::Value::as_str) {
                names.insert(name.replace('-', "_"), name.to_owned());
            }
        }
        let mut text = "gate = 1\n[design]\nunmapped = \"allow\"\n".to_owned();
        for (module, package) in names {
            let _ = write!(
                text,
                "[module.{module}]\ncode = [\"{package}\"]\nwhy = \"A package.\"\nuses = \"*\"\n"
            );
        }
        text
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git", arguments).output().expect("git is installed");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {}: {complaint}", arguments.join(" "));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
