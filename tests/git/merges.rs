//! Merges: what one parent has already is nobody's new deviation; what only the merge has is.

use crate::shop::{Answer, DEVIATING, ORDERS, SPEC, blocked, command, gate, passes, shop};
use crate::support::repo::Repo;

/// Two branches, `main` and `side`, each with a commit of its own past the hook.
fn branches(main: (&str, &str), side: (&str, &str)) -> Repo {
    let repo = shop();
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(side.0, side.1).stage().commit("side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(main.0, main.1).stage().commit("main");
    repo
}

fn merge(repo: &Repo, arguments: &[&str]) -> Answer {
    Answer::of(&command(repo, "git").args(["merge", "--no-edit"]).args(arguments).output().unwrap())
}

#[test]
fn a_deviation_of_one_parent_does_not_block_the_merge() {
    let repo = branches(("src/api.rs", "pub struct User;\npub struct Guest;\n"), (ORDERS, DEVIATING));
    merge(&repo, &["--no-commit", "side"]).is(0, "");
    gate(&repo, &["check"]).is(0, "gate: conforms");
    passes(&repo, &[]);
}

#[test]
fn one_that_only_the_merge_has_blocks_it() {
    let repo = branches(("src/api.rs", "pub struct User;\npub struct Guest;\n"), (ORDERS, DEVIATING));
    merge(&repo, &["--no-commit", "side"]).is(0, "");
    repo.write(ORDERS, format!("{DEVIATING}pub fn more(_: crate::api::Guest) {{}}\n")).stage();
    gate(&repo, &["check"]).is(1, "gate: 1 introduced deviation");
    blocked(&repo, &[], 1);
}

#[test]
fn a_merge_that_git_commits_itself() {
    let repo = branches(("src/api.rs", "pub struct User;\npub struct Guest;\n"), (ORDERS, DEVIATING));
    merge(&repo, &["side"]).is(0, "gate: conforms");
    assert_eq!(repo.git(&["rev-list", "--count", "--merges", "HEAD"]).trim(), "1");
}

/// Each side is right alone; together they are not.
#[test]
fn sides_that_do_not_go_together() {
    let repo = shop();
    repo.write("src/lib.rs", "pub mod api;\npub mod facade;\npub mod orders;\npub mod store;\n");
    repo.write("src/facade.rs", "pub use crate::store::Row as Thing;\n").stage().commit("facade");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(ORDERS, "pub fn total(_: crate::facade::Thing) {}\n").stage();
    passes(&repo, &[]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("src/facade.rs", "pub use crate::api::User as Thing;\n").stage();
    passes(&repo, &[]);
    merge(&repo, &["side"]).is(1, "`orders` may not use `api`");
    assert_eq!(repo.git(&["rev-list", "--count", "--merges", "HEAD"]).trim(), "0");
}

#[test]
fn a_conflict_that_was_resolved() {
    let repo = branches((ORDERS, "pub fn a() {}\n"), (ORDERS, DEVIATING));
    assert_ne!(merge(&repo, &["side"]).code, 0);
    gate(&repo, &["check"]).is(2, "gate could not judge this change: ");
    repo.write(ORDERS, DEVIATING).stage();
    passes(&repo, &[]);
}

#[test]
fn several_parents_at_once() {
    let repo = branches(("src/api.rs", "pub struct User;\npub struct Guest;\n"), (ORDERS, DEVIATING));
    repo.git(&["checkout", "--quiet", "-b", "third", "main~1"]);
    repo.write("src/store.rs", "pub struct Row;\npub struct Line;\n").stage().commit("third");
    repo.git(&["checkout", "--quiet", "main"]);
    merge(&repo, &["--no-commit", "side", "third"]).is(0, "");
    gate(&repo, &["check"]).is(0, "gate: conforms");
    passes(&repo, &[]);
}

#[test]
fn a_pick_and_a_revert_are_ordinary_commits() {
    let repo = branches(("src/api.rs", "pub struct User;\npub struct Guest;\n"), (ORDERS, DEVIATING));
    repo.git(&["cherry-pick", "--no-commit", "side"]);
    blocked(&repo, &[], 1);
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["cherry-pick", "side"]);
    repo.git(&["revert", "--no-commit", "HEAD"]);
    passes(&repo, &[]);
}

const OPEN: &str = "gate = 1

[design]
unmapped = \"allow\"

[module.api]
code = [\"crate::api\"]
why  = \"HTTP edge.\"
uses = [\"orders\"]

[module.orders]
code = [\"crate::orders\"]
why  = \"Order rules.\"
uses = [\"store\"]

[module.store]
code = [\"crate::store\"]
why  = \"Rows.\"
uses = [\"api\"]

[rules]
module-cycle     = \"deny\"
stale-permission = \"deny\"
";

/// Two branches of a shop in which some modules may use each other.
fn open_branches(main: &[(&str, &str)], side: &[(&str, &str)]) -> Repo {
    let repo = shop();
    repo.write("specs/shop.toml", OPEN);
    repo.write("src/api.rs", "pub struct User(crate::orders::Order);\n");
    repo.write(ORDERS, "pub struct Order;\n").stage().commit("open");
    for (branch, files) in [("side", side), ("main", main)] {
        repo.git(&["checkout", "--quiet", "-B", branch, "main"]);
        for (path, text) in files {
            repo.write(path, text);
        }
        repo.stage().commit(branch);
        if branch == "side" {
            repo.git(&["checkout", "--quiet", "main"]);
        }
    }
    repo
}

#[test]
fn a_circle_that_neither_branch_has() {
    let to_store = [(ORDERS, "pub struct Order(crate::store::Row);\n")];
    let to_api = [("src/store.rs", "pub struct Row(Option<Box<crate::api::User>>);\n")];
    let repo = open_branches(&to_store, &to_api);
    merge(&repo, &["--no-commit", "side"]);
    gate(&repo, &["check"]).is(1, "error[module-cycle]");
    blocked(&repo, &[], 1);
    let everything = [to_store[0], to_api[0]];
    let repo = open_branches(&[("src/api.rs", "pub struct User(crate::orders::Order);\n\n")], &everything);
    merge(&repo, &["--no-commit", "side"]);
    passes(&repo, &[]);
}

/// What one branch did without was said when it did so.
#[test]
fn a_permission_that_one_branch_does_without() {
    let unused = [("src/api.rs", "pub struct User;\n")];
    let repo = open_branches(&[("src/store.rs", "pub struct Row;\npub struct Line;\n")], &unused);
    merge(&repo, &["--no-commit", "side"]);
    passes(&repo, &[]);
    repo.write("src/api.rs", "pub struct User(crate::orders::Order);\n").stage().commit("again");
    repo.write("src/api.rs", "pub struct User;\n").stage();
    gate(&repo, &["check"]).is(1, "error[stale-permission]");
}

/// A design that one parent made looser, with the code that needs it, was accepted there.
#[test]
fn a_design_that_one_parent_made_looser() {
    let repo = shop();
    let trusting = |repo: &Repo| gate(repo, &["check", "--trust", "base"]);
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    let looser = SPEC.replace("[\"api\", \"orders\"", "[\"orders\", \"api\"");
    repo.write("specs/shop.toml", &looser).write(ORDERS, DEVIATING).stage();
    trusting(&repo).is(1, "error[spec-loosened]");
    gate(&repo, &["check", "--trust", "base", "--accept-loosened"]).is(0, "note[spec-loosened]");
    repo.commit("side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("src/api.rs", "pub struct User;\npub struct Guest;\n").stage().commit("main");
    merge(&repo, &["--no-commit", "side"]).is(0, "");
    trusting(&repo).is(0, "gate: conforms");
    repo.write("specs/shop.toml", looser.replace("\"api\", \"store\"", "\"store\", \"api\""));
    repo.write("src/store.rs", "pub struct Row(crate::api::Guest);\n").stage();
    trusting(&repo).is(1, "error[spec-loosened]");
}
