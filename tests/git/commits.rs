//! The ways to commit: the hook judges what the commit will hold, neither more nor less.

use std::io::Write;
use std::process::Stdio;

use crate::shop::{Answer, CLEAN, DEVIATING, ORDERS, blocked, command, gate, passes, shop, unborn};

const MORE: &str = "pub fn total(_: crate::store::Row) {}\n\npub fn count() {}\n";

#[test]
fn what_is_staged_is_judged() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).stage();
    gate(&repo, &["check"]).is(1, "`orders` may not use `api`");
    blocked(&repo, &[], 1);
    repo.write(ORDERS, MORE).stage();
    gate(&repo, &["check"]).is(0, "gate: conforms");
    passes(&repo, &[]);
}

#[test]
fn a_commit_of_everything() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING);
    blocked(&repo, &["--all"], 1);
    repo.write(ORDERS, MORE);
    passes(&repo, &["--all"]);
}

#[test]
fn only_the_working_tree_deviates() {
    let repo = shop();
    repo.write(ORDERS, MORE).stage().write(ORDERS, DEVIATING);
    gate(&repo, &["check", "--worktree"]).is(1, "gate: 1 introduced deviation");
    passes(&repo, &[]);
}

#[test]
fn the_working_tree_is_clean_of_what_is_staged() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).stage().write(ORDERS, CLEAN);
    gate(&repo, &["check", "--worktree"]).is(0, "gate: conforms");
    blocked(&repo, &[], 1);
}

#[test]
fn a_commit_of_some_hunks() {
    #[track_caller]
    fn pick(answers: &[u8], code: i32, said: &str) {
        let repo = shop();
        let gap = "\n".repeat(20);
        repo.write(ORDERS, format!("{CLEAN}{gap}pub fn last() {{}}\n")).stage().commit("gap");
        repo.write(
            ORDERS,
            format!("pub fn first() {{}}\n{CLEAN}{gap}pub fn last(_: crate::api::User) {{}}\n"),
        );
        let mut git = command(&repo, "git");
        git.args(["commit", "--patch", "--message", "m"]);
        git.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut git = git.spawn().unwrap();
        git.stdin.take().unwrap().write_all(answers).unwrap();
        Answer::of(&git.wait_with_output().unwrap()).is(code, said);
    }
    pick(b"y\nn\n", 0, "gate: conforms");
    pick(b"n\ny\n", 1, "gate: 1 introduced deviation");
    pick(b"y\ny\n", 1, "gate: 1 introduced deviation");
}

#[test]
fn a_commit_of_some_paths() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).write("src/store.rs", "pub struct Row;\npub struct Line;\n").stage();
    passes(&repo, &["--", "src/store.rs"]);
    blocked(&repo, &["--", ORDERS], 1);
    repo.git(&["reset", "--quiet"]);
    repo.write("src/store.rs", "pub struct Row;\n").git(&["add", "src/store.rs"]);
    blocked(&repo, &["--include", "--", ORDERS], 1);
    repo.write(ORDERS, MORE);
    passes(&repo, &["--include", "--", ORDERS]);
}

#[test]
fn an_amended_commit_is_judged_against_what_it_replaces() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).stage().commit("past the hook");
    repo.write("src/store.rs", "pub struct Row;\npub struct Line;\n").stage();
    let answer = crate::shop::commit(&repo, &["--amend"]);
    answer.is(0, "1 file judged");
    repo.write(ORDERS, format!("{DEVIATING}pub fn more(_: crate::api::User) {{}}\n")).stage();
    blocked(&repo, &["--amend"], 1);
}

#[test]
fn the_first_commit_brings_everything() {
    let repo = unborn();
    repo.write(ORDERS, DEVIATING).stage();
    gate(&repo, &["check"]).is(1, "gate: 1 introduced deviation");
    blocked(&repo, &[], 1);
    repo.write(ORDERS, CLEAN).stage();
    passes(&repo, &[]);
}

#[test]
fn an_empty_commit_passes() {
    let repo = shop();
    passes(&repo, &["--allow-empty"]);
}

#[test]
fn from_a_folder_below_the_top() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING);
    let mut git = command(&repo, "git");
    let git = git.args(["commit", "-m", "m", "--", "orders.rs"]).current_dir(repo.path().join("src"));
    Answer::of(&git.output().unwrap()).is(1, "--> src/orders.rs:3:16");
}

#[test]
fn in_a_linked_working_tree() {
    let repo = shop();
    let side = repo.home().join("side");
    repo.git(&["worktree", "add", "--quiet", "-b", "side", side.to_str().unwrap()]);
    let commit = |text: &str| {
        std::fs::write(side.join(ORDERS), text).unwrap();
        let mut git = command(&repo, "git");
        Answer::of(&git.args(["commit", "--all", "-m", "m"]).current_dir(&side).output().unwrap())
    };
    commit(DEVIATING).is(1, "gate: 1 introduced deviation");
    crate::shop::gate_in(&repo, &side, &["check", "--worktree"]).is(1, "gate: 1 introduced deviation");
    commit(MORE).is(0, "gate: conforms");
    gate(&repo, &["check"]).is(0, "0 files");
}

#[test]
fn a_rename_keeps_what_was_there() {
    let repo = shop();
    repo.write("src/lib.rs", "pub mod api;\n#[path = \"orders.rs\"]\npub mod orders;\npub mod store;\n");
    repo.write(ORDERS, DEVIATING).stage().commit("past the hook");
    repo.git(&["mv", ORDERS, "src/ordering.rs"]);
    repo.write("src/lib.rs", "pub mod api;\n#[path = \"ordering.rs\"]\npub mod orders;\npub mod store;\n")
        .stage();
    passes(&repo, &[]);
    repo.git(&["mv", "src/ordering.rs", "src/store.rs", "-f"]);
    repo.write("src/lib.rs", "pub mod api;\npub mod store;\n").stage();
    gate(&repo, &["check"]).is(1, "`store` may not use `api`");
}

#[test]
fn a_deletion_is_judged() {
    let repo = shop();
    repo.write("src/orders/cart.rs", "pub fn cart(_: crate::api::User) {}\n");
    repo.write(ORDERS, "pub mod cart;\n").stage().commit("past the hook");
    repo.git(&["rm", "--quiet", "src/orders/cart.rs"]);
    repo.write(ORDERS, CLEAN).stage();
    gate(&repo, &["check"]).is(0, "1 resolved");
    passes(&repo, &[]);
    repo.git(&["rm", "--quiet", ORDERS]);
    repo.write("src/lib.rs", "pub mod api;\npub mod store;\n").stage();
    gate(&repo, &["check"]).is(1, "error[stale-spec]: `crate::orders`");
}

#[test]
fn a_deviation_that_comes_back_is_new() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).stage().commit("past the hook");
    repo.write(ORDERS, CLEAN).stage();
    gate(&repo, &["check"]).is(0, "1 resolved");
    passes(&repo, &[]);
    repo.write(ORDERS, DEVIATING).stage();
    blocked(&repo, &[], 1);
}
