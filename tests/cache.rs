//! The cache between runs, through the built program: whatever happens to it, the answer is the same and nothing is said.
#![allow(clippy::unwrap_used, reason = "a test ends by panicking, also in the functions it calls")]

#[path = "cache/served.rs"]
mod served;
mod support;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use support::files_below;
use support::repo::Repo;

const SPEC: &str = "gate = 1

[design]
layers = [\"api\", \"orders\"]

[module.api]
code = [\"crate::api\"]
why  = \"HTTP edge.\"

[module.orders]
code = [\"crate::orders\"]
why  = \"Order rules.\"
";

/// A shop in which a line is staged that its design forbids.
fn shop() -> Repo {
    let repo = Repo::new();
    repo.write("specs/shop.toml", SPEC)
        .write("Cargo.toml", "[package]\nname = \"shop\"\nedition = \"2021\"\n")
        .write("src/lib.rs", "pub mod api;\npub mod orders;\n")
        .write("src/api.rs", "pub struct User;\n")
        .write("src/orders.rs", "pub fn count() {}\n");
    repo.stage().commit("shop");
    repo.write("src/orders.rs", "use crate::api::User;\n\npub fn count(_: User) {}\n").stage();
    repo
}

fn gate(repo: &Repo) -> Command {
    let mut gate = repo.command(env!("CARGO_BIN_EXE_gate"));
    gate.args(["check", "--format", "json"]);
    gate
}

fn folder(repo: &Repo) -> PathBuf {
    repo.home().join(".cache/gate/facts")
}

fn segments(repo: &Repo) -> Vec<PathBuf> {
    files_below(&folder(repo), ".segment")
}

/// What gate says without a cache.
fn expected(repo: &Repo) -> Output {
    let output = gate(repo).arg("--no-cache").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(segments(repo).is_empty(), "--no-cache keeps nothing");
    output
}

#[track_caller]
fn assert_same(output: &Output, expected: &Output) {
    assert_eq!(output, expected, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_second_run_has_nothing_left_to_read() {
    let repo = shop();
    let expected = expected(&repo);
    assert_same(&gate(&repo).output().unwrap(), &expected);
    let kept = segments(&repo);
    assert_eq!(kept.len(), 1);
    assert_same(&gate(&repo).output().unwrap(), &expected);
    assert_eq!(segments(&repo), kept, "what is kept already is not kept again");
}

#[test]
fn a_damaged_cache_is_read_around() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let kept = segments(&repo).remove(0);
    let whole = std::fs::read(&kept).unwrap();
    let zeros = vec![0; whole.len()];
    let bent: Vec<u8> = whole.iter().map(|byte| byte ^ 0x20).collect();
    for bytes in [&whole[..whole.len() / 2], &whole[1..], &[], &zeros, &bent] {
        std::fs::write(&kept, bytes).unwrap();
        assert_same(&gate(&repo).output().unwrap(), &expected);
    }
}

#[test]
fn every_damaged_byte_is_noticed() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let kept = segments(&repo).remove(0);
    let whole = std::fs::read(&kept).unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut damaged = whole.clone();
        damaged[at] = !damaged[at];
        std::fs::write(&kept, &damaged).unwrap();
        assert_same(&gate(&repo).output().unwrap(), &expected);
        for extra in segments(&repo).into_iter().filter(|path| *path != kept) {
            std::fs::remove_file(extra).unwrap();
        }
    }
}

#[test]
fn what_another_version_wrote_is_not_read() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let version = segments(&repo)[0].parent().unwrap().to_owned();
    std::fs::rename(&version, version.with_file_name("0.0.1-0")).unwrap();
    assert_same(&gate(&repo).output().unwrap(), &expected);
    assert_eq!(segments(&repo).len(), 2, "it is read and kept anew, beside the other");
}

#[test]
fn a_place_that_cannot_be_written_is_no_matter() {
    let repo = shop();
    let expected = expected(&repo);
    let file = repo.home().join("file");
    std::fs::write(&file, "no folder").unwrap();
    assert_same(&gate(&repo).env("GATE_CACHE_DIR", &file).output().unwrap(), &expected);
    assert_same(&gate(&repo).env("GATE_CACHE_DIR", "relative/folder").output().unwrap(), &expected);
    assert!(!repo.path().join("relative").exists());
    assert_same(&gate(&repo).env("XDG_CACHE_HOME", &file).output().unwrap(), &expected);
    assert_same(&gate(&repo).env_remove("XDG_CACHE_HOME").env("HOME", &file).output().unwrap(), &expected);
    let homeless =
        gate(&repo).env_remove("XDG_CACHE_HOME").env_remove("HOME").env_remove("USERPROFILE").output();
    assert_same(&homeless.unwrap(), &expected);
}

/// A limit on the size of files stands for a full disk: what was written of the segment is taken away again.
#[cfg(unix)]
#[test]
fn a_full_disk_is_no_matter() {
    let repo = shop();
    let expected = expected(&repo);
    let mut shell = repo.command("sh");
    shell.args([
        "-c",
        "trap '' XFSZ; ulimit -f 1; exec \"$0\" check --format json",
        env!("CARGO_BIN_EXE_gate"),
    ]);
    assert_same(&shell.output().unwrap(), &expected);
    assert!(segments(&repo).is_empty());
    assert!(files_below(&folder(&repo), "").is_empty(), "nothing unfinished is left");
}

#[cfg(unix)]
#[test]
fn a_read_only_cache_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let version = segments(&repo)[0].parent().unwrap().to_owned();
    std::fs::set_permissions(&version, std::fs::Permissions::from_mode(0o500)).unwrap();
    repo.write("src/api.rs", "pub struct User;\npub struct Admin;\n").stage();
    let output = gate(&repo).output().unwrap();
    std::fs::set_permissions(&version, std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stderr, expected.stderr);
}

#[test]
fn many_at_once_agree_and_the_cache_stays_small() {
    let repo = shop();
    let expected = expected(&repo);
    for round in 0..4 {
        // Another text in each round, so that every process has something to add.
        repo.write("src/extra.rs", format!("pub fn f{round}() {{}}\n"));
        repo.write("src/lib.rs", format!("pub mod api;\npub mod orders;\n// {round}\n")).stage();
        let start = |_| gate(&repo).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let running: Vec<_> = (0..6).map(start).collect();
        for process in running {
            let output = process.wait_with_output().unwrap();
            assert_eq!(output.status.code(), expected.status.code());
            assert_eq!(output.stderr, expected.stderr);
        }
        assert!(segments(&repo).len() <= 8 + 6, "{:?}", segments(&repo));
    }
    // A run alone merges what the crowd left.
    repo.write("src/lib.rs", "pub mod api;\npub mod orders;\n// alone\n").stage();
    gate(&repo).output().unwrap();
    assert!(segments(&repo).len() <= 8, "{:?}", segments(&repo));
}

/// A process that is killed leaves at most a file without its final name: nobody reads it, and in time it is taken away.
#[test]
fn what_a_killed_run_leaves_is_no_matter() {
    let repo = shop();
    let expected = expected(&repo);
    gate(&repo).output().unwrap();
    let unfinished = segments(&repo)[0].with_file_name("0.unfinished");
    std::fs::write(&unfinished, "half of a").unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::open(&unfinished).unwrap().set_modified(long_ago).unwrap();
    for round in 0..9 {
        repo.write("src/lib.rs", format!("pub mod api;\npub mod orders;\n// {round}\n")).stage();
        assert_eq!(gate(&repo).output().unwrap().status.code(), expected.status.code());
    }
    assert!(!unfinished.exists());
}

/// What a package says is kept with all that it depends on: other packages, files that are not there, manifests.
#[test]
fn what_is_known_of_a_package_holds_only_while_nothing_that_it_needs_differs() {
    let repo = Repo::new();
    let package = |name: &str, needs: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2021\"\n\n[dependencies]\n{needs}\n")
    };
    let module = |name: &str| format!("\n[module.{name}]\ncode = [\"{name}\"]\nwhy  = \"A part.\"\n");
    let layers = "gate = 1\n\n[design]\nlayers = [[\"web\", \"jobs\"], \"rules\", \"rows\"]\n";
    let spec: String = ["web", "jobs", "rules", "rows"].map(module).concat();
    repo.write("specs/shop.toml", format!("{layers}{spec}"))
        .write("Cargo.toml", "[workspace]\nmembers = [\"web\", \"jobs\", \"rules\", \"rows\"]\n")
        .write("web/Cargo.toml", package("web", "rules = { path = \"../rules\" }"))
        .write("web/src/lib.rs", "use rules::facade::Thing;\npub fn show(_: Thing) {}\n")
        .write("jobs/Cargo.toml", package("jobs", "rows = { path = \"../rows\" }"))
        .write("jobs/src/lib.rs", "pub struct Job(rows::Row);\n")
        .write("rules/Cargo.toml", package("rules", "rows = { path = \"../rows\" }"))
        .write("rules/src/lib.rs", "pub mod facade { pub use crate::own::Thing; }\npub mod own;\n")
        .write("rules/src/own.rs", "pub struct Thing(rows::Row);\n")
        .write("rows/Cargo.toml", package("rows", ""))
        .write("rows/src/lib.rs", "pub struct Row;\n");
    let ask = |cache: bool| {
        let mut gate = repo.command(env!("CARGO_BIN_EXE_gate"));
        gate.args(["check", "--all", "--format", "json"]).args((!cache).then_some("--no-cache"));
        gate.output().unwrap()
    };
    let steps: &[(&str, &str)] = &[
        ("README.md", "A file of no language."),
        // The facade of another package leads elsewhere; the user's own file stays.
        (
            "rules/src/lib.rs",
            "pub mod facade { pub use crate::own::Thing; pub use jobs::Job; }\npub mod own;\n",
        ),
        ("rules/src/lib.rs", "pub mod facade { pub use jobs::Job as Thing; }\npub mod own;\n"),
        (
            "rules/Cargo.toml",
            &package("rules", "jobs = { path = \"../jobs\" }\nrows = { path = \"../rows\" }"),
        ),
        ("jobs/src/lib.rs", "pub struct Job;\npub use web::show;\n"),
        // A file comes to be that a declaration asked for.
        ("rows/src/lib.rs", "pub struct Row;\npub mod late;\n"),
        ("rows/src/late.rs", "pub use rules::own::Thing;\n"),
        // A target comes to be that no manifest names.
        ("rows/src/bin/tool.rs", "fn main() { web::show(todo!()) }\n"),
        // Another package by the same name, somewhere else.
        ("other/Cargo.toml", &package("web", "")),
        ("other/src/lib.rs", "pub struct Row;\n"),
        (
            "specs/shop.toml",
            &format!("{}{spec}", layers.replace("\"rules\", \"rows\"", "\"rows\", \"rules\"")),
        ),
    ];
    for (path, text) in steps {
        repo.write(path, text).stage();
        let (cold, warm) = (ask(false), ask(true));
        assert_same(&warm, &cold);
        assert_same(&ask(true), &cold);
    }
    for path in ["rows/src/bin/tool.rs", "rows/src/late.rs", "other/Cargo.toml"] {
        repo.remove(path).stage();
        assert_same(&ask(true), &ask(false));
    }
}
