//! Where gate is asked: no repository, bare ones, cut-off history, formats that it cannot open.

use std::path::Path;

use crate::shop::{DEVIATING, ORDERS, command, gate, gate_in, shop, write};
use crate::support::repo::Repo;

const FAILED: &str = "gate could not judge this change: ";

fn clone(repo: &Repo, arguments: &[&str], name: &str) -> std::path::PathBuf {
    let target = repo.home().join(name);
    let url = format!("file://{}", repo.path().display());
    repo.git(&[&["clone", "--quiet"], arguments, &[&url, target.to_str().unwrap()]].concat());
    target
}

fn two_commits() -> Repo {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).stage().commit("two");
    repo.write("src/store.rs", "pub struct Row;\npub struct Line;\n").stage().commit("three");
    repo
}

#[test]
fn outside_any_repository() {
    let repo = shop();
    let answer = gate_in(&repo, repo.home(), &["check"]);
    answer.is(2, FAILED);
    answer.is(2, "repository");
}

#[test]
fn a_folder_that_only_looks_like_one() {
    let repo = shop();
    let fake = repo.home().join("fake");
    std::fs::create_dir_all(fake.join(".git")).unwrap();
    gate_in(&repo, &fake, &["check"]).is(2, FAILED);
    std::fs::remove_dir(fake.join(".git")).unwrap();
    std::fs::write(fake.join(".git"), "gitdir: nowhere\n").unwrap();
    gate_in(&repo, &fake, &["check"]).is(2, FAILED);
}

#[test]
fn a_bare_repository_needs_a_range() {
    let repo = two_commits();
    let bare = clone(&repo, &["--bare"], "bare.git");
    let ask = |arguments: &[&str]| gate_in(&repo, &bare, arguments);
    ask(&["check"]).is(2, FAILED);
    ask(&["check"]).is(2, "such as `main..topic`");
    ask(&["check", "--worktree"]).is(2, FAILED);
    ask(&["check", "HEAD~2..HEAD~1"]).is(1, "gate: 1 introduced deviation");
    ask(&["check", "HEAD~1..HEAD"]).is(0, "gate: conforms");
    ask(&["check", "HEAD~2...HEAD"]).is(1, "gate: 1 introduced deviation");
    ask(&["check", "--all", "HEAD"]).is(1, "gate: 1 deviation");
}

#[test]
fn ranges_and_revisions() {
    let repo = two_commits();
    gate(&repo, &["check", "HEAD~1"]).is(0, "gate: conforms");
    gate(&repo, &["check", "HEAD~2"]).is(1, "gate: 1 introduced deviation");
    gate(&repo, &["check", "HEAD..HEAD~2"]).is(0, "gate: conforms");
    gate(&repo, &["check", "--all"]).is(1, "gate: 1 deviation");
}

#[test]
fn an_unknown_revision_is_named() {
    let repo = two_commits();
    for asked in ["nonsense", "HEAD~9", "nonsense..HEAD", "HEAD..nonsense", "nonsense...HEAD", "-x..HEAD"] {
        let answer = gate(&repo, &["check", "--", asked]);
        answer.is(2, FAILED);
        let name = asked.split("..").map(|part| part.trim_start_matches('.')).find(|part| *part != "HEAD");
        answer.is(2, name.unwrap());
    }
}

#[test]
fn a_shallow_clone_says_how_to_get_more() {
    let repo = two_commits();
    let shallow = clone(&repo, &["--depth", "1"], "shallow");
    let first = repo.git(&["rev-parse", "HEAD~2"]);
    for asked in ["HEAD~1", first.trim(), "HEAD~1..HEAD", "HEAD~1...HEAD"] {
        let answer = gate_in(&repo, &shallow, &["check", asked]);
        answer.is(2, FAILED);
        answer.is(2, "git fetch");
    }
    gate_in(&repo, &shallow, &["check"]).is(0, "gate: conforms");
    gate_in(&repo, &shallow, &["check", "--all"]).is(1, "gate: 1 deviation");
}

#[test]
fn references_in_tables_cannot_be_read() {
    let repo = Repo::new();
    let folder = repo.home().join("tables");
    let made = repo.try_git(&["init", "--quiet", "--ref-format=reftable", folder.to_str().unwrap()]);
    if !made.status.success() {
        return; // A git before 2.45 knows no such format.
    }
    let answer = gate_in(&repo, &folder, &["check"]);
    answer.is(2, FAILED);
    answer.is(2, "reftable");
}

#[test]
fn long_object_names_cannot_be_read() {
    let repo = Repo::new();
    let folder = repo.home().join("long");
    repo.git(&["init", "--quiet", "--object-format=sha256", folder.to_str().unwrap()]);
    gate_in(&repo, &folder, &["check"]).is(2, FAILED);
}

#[test]
fn without_a_spec() {
    let repo = Repo::new();
    write(&repo);
    repo.remove("specs/shop.toml").stage().commit("no spec");
    let answer = gate(&repo, &["check"]);
    answer.is(2, FAILED);
    answer.is(2, "specs/design.toml");
    // On disk alone it is not there yet: what is committed is what is staged.
    write(&repo);
    gate(&repo, &["check"]).is(2, "there is no spec");
    gate(&repo, &["check", "--worktree"]).is(0, "gate: conforms");
    gate(&repo, &["check", "--spec", "specs/shop.toml"]).is(0, "gate: conforms");
    gate(&repo, &["check", "--spec", "specs/nothing.toml"]).is(2, "specs/nothing.toml");
    repo.stage();
    gate(&repo, &["check"]).is(0, "the base has no spec");
}

#[test]
fn a_cache_that_cannot_be_written_changes_nothing() {
    let repo = two_commits();
    let mut gate = command(&repo, env!("CARGO_BIN_EXE_gate"));
    let nowhere = Path::new("/nonexistent/cache");
    let output = gate.args(["check", "HEAD~2"]).env("XDG_CACHE_HOME", nowhere).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}

const CROSSING: &str = "gate = 1

[design]
unmapped = \"allow\"

[module.errors]
code = [\"crate::*::errors\"]
why  = \"What goes wrong.\"

[module.store]
code = [\"crate::store::*\"]
why  = \"Rows.\"
";

/// Two patterns that cross are told from the tree, whatever of it a change would show.
#[test]
fn crossing_patterns_are_an_error_of_the_spec() {
    #[track_caller]
    fn check(files: &[&str], code: i32, said: &str) {
        let repo = shop();
        repo.write("specs/shop.toml", CROSSING);
        for file in files {
            repo.write(file, "pub mod errors;\n");
        }
        repo.stage();
        gate(&repo, &["spec", "check"]).is(code, said);
        repo.commit("crossing");
        gate(&repo, &["spec", "check"]).is(code, said);
    }
    let claimed = "modules `errors` and `store` both claim `shop::store::errors`";
    check(&["src/store.rs", "src/store/errors.rs"], 2, claimed);
    check(&["src/api.rs", "src/api/errors.rs", "src/store.rs", "src/store/errors.rs"], 2, claimed);
    check(&["src/api.rs", "src/api/errors.rs"], 0, "2 modules");
}
