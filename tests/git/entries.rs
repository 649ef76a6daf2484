//! What an index can hold besides changed files: links, submodules, modes, conflicts, odd names.

use crate::shop::{CLEAN, DEVIATING, ORDERS, blocked, gate, passes, shop};
use crate::support::repo::Repo;

/// Puts an entry into the index whatever the disk can hold.
fn put(repo: &Repo, mode: &str, path: &str, text: &str) {
    repo.write("blob", text);
    let id = repo.git(&["hash-object", "-w", "blob"]);
    repo.remove("blob");
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("{mode},{},{path}", id.trim())]);
}

#[test]
fn an_announced_file_is_not_committed() {
    let repo = shop();
    repo.write("src/orders/cart.rs", "pub fn cart(_: crate::api::User) {}\n");
    repo.git(&["add", "--intent-to-add", "src/orders/cart.rs"]);
    repo.write("src/store.rs", "pub struct Row;\npub struct Line;\n").git(&["add", "src/store.rs"]);
    gate(&repo, &["check"]).is(0, "judging HEAD → index: 1 file,");
    passes(&repo, &[]);
    // It belongs to a module only when somebody declares it.
    repo.write(ORDERS, "pub mod cart;\n").stage();
    blocked(&repo, &[], 1);
}

#[test]
fn a_mode_alone_changes_nothing() {
    let repo = shop();
    repo.write(ORDERS, DEVIATING).stage().commit("past the hook");
    repo.git(&["update-index", "--chmod=+x", ORDERS]);
    gate(&repo, &["check"]).is(0, "0 standing");
    passes(&repo, &[]);
    repo.git(&["update-index", "--chmod=-x", ORDERS]);
    put(&repo, "100755", ORDERS, &format!("{DEVIATING}pub fn more(_: crate::api::User) {{}}\n"));
    blocked(&repo, &[], 1);
}

#[test]
fn a_link_is_never_followed() {
    let repo = shop();
    let secret = repo.home().join("secret.rs");
    std::fs::write(&secret, "pub fn leak(_: crate::api::User) { secret() }\n").unwrap();
    for target in [secret.to_str().unwrap(), "../../../home/secret.rs", "api.rs", "nowhere", "link.rs"] {
        put(&repo, "120000", "src/link.rs", target);
        gate(&repo, &["check"]).is(0, "gate: conforms");
        // A module behind a link is one that gate does not see.
        put(&repo, "100644", ORDERS, "#[path = \"link.rs\"]\npub mod link;\n");
        let answer = gate(&repo, &["check"]);
        answer.is(3, "mod link; and no file src/link.rs");
        assert!(!answer.said.contains("secret()"), "{answer:?}");
        put(&repo, "100644", ORDERS, CLEAN);
    }
}

#[cfg(unix)]
#[test]
fn a_link_on_disk_is_never_followed() {
    let repo = shop();
    let outside = repo.home().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("mod.rs"), "pub fn leak(_: crate::api::User) {}\n").unwrap();
    std::os::unix::fs::symlink(&outside, repo.path().join("src/orders")).unwrap();
    std::os::unix::fs::symlink(repo.path().join("src"), repo.path().join("src/circle")).unwrap();
    repo.write("src/lib.rs", "pub mod api;\npub mod orders;\npub mod store;\npub mod circle;\n");
    let answer = gate(&repo, &["check", "--worktree"]);
    assert!(answer.code == 0 && !answer.said.contains("leak"), "{answer:?}");
}

#[test]
fn a_spec_behind_a_link_is_none() {
    let repo = shop();
    repo.git(&["rm", "--quiet", "--cached", "specs/shop.toml"]);
    put(&repo, "120000", "specs/shop.toml", "../elsewhere.toml");
    gate(&repo, &["check"]).is(0, "specs/shop.toml is no regular file and is not read");
}

#[test]
fn a_submodule_is_not_entered() {
    let repo = shop();
    let inner = shop();
    inner.write(ORDERS, DEVIATING).stage().commit("inner");
    repo.git(&["submodule", "--quiet", "add", inner.path().to_str().unwrap(), "src/inner"]);
    repo.write("src/lib.rs", "pub mod api;\npub mod inner;\npub mod orders;\npub mod store;\n").stage();
    gate(&repo, &["check"]).is(0, "src/inner");
    passes(&repo, &[]);
    let before = inner.head();
    repo.git(&["-C", "src/inner", "checkout", "--quiet", "HEAD~1"]);
    repo.stage();
    assert_ne!(before, repo.git(&["-C", "src/inner", "rev-parse", "HEAD"]).trim());
    gate(&repo, &["check"]).is(0, "gate: conforms");
}

#[test]
fn a_conflict_cannot_be_judged() {
    let repo = shop();
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.write(ORDERS, "pub fn a() {}\n").stage().commit("a");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write(ORDERS, "pub fn b() {}\n").stage().commit("b");
    assert!(!repo.try_git(&["merge", "side"]).status.success());
    let answer = gate(&repo, &["check"]);
    answer.is(2, "gate could not judge this change: ");
    answer.is(2, ORDERS);
    gate(&repo, &["check", "HEAD~1..HEAD"]).is(0, "gate: conforms");
}

#[test]
fn attributes_hide_nothing() {
    for attributes in ["*.rs binary\n", "*.rs -diff -text -merge\n", "*.rs diff=none linguist-generated\n"] {
        let repo = shop();
        repo.write(".gitattributes", attributes).stage().commit("attributes");
        repo.write(ORDERS, DEVIATING).stage();
        gate(&repo, &["check"]).is(1, "gate: 1 introduced deviation");
        blocked(&repo, &[], 1);
    }
}

#[test]
fn what_git_is_told_to_ignore_or_skip_is_judged_when_staged() {
    let repo = shop();
    repo.write(".gitignore", "src/\n").stage().commit("ignore");
    repo.write(ORDERS, DEVIATING).stage();
    blocked(&repo, &[], 1);
    repo.git(&["update-index", "--skip-worktree", ORDERS]);
    gate(&repo, &["check"]).is(1, "gate: 1 introduced deviation");
}

#[test]
fn a_path_with_a_space_and_other_signs() {
    let repo = shop();
    let odd = "src/my orders/a, b 'c'.rs";
    repo.write(ORDERS, format!("#[path = \"{}\"]\npub mod cart;\n", odd.trim_start_matches("src/")));
    repo.write(odd, "pub fn cart(_: crate::api::User) {}\n").stage();
    gate(&repo, &["check"]).is(1, &format!("--> {odd}:1:16"));
    blocked(&repo, &[], 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_text() {
    use std::os::unix::ffi::OsStrExt;
    let repo = shop();
    let name = std::ffi::OsStr::from_bytes(b"src/b\xffd\n\x1b[31m.rs");
    std::fs::write(repo.path().join(name), "pub fn cart(_: crate::api::User) {}\n").unwrap();
    let name = std::ffi::OsStr::from_bytes(b"src/b\xffd.txt");
    std::fs::write(repo.path().join(name), "text").unwrap();
    repo.write(ORDERS, DEVIATING).stage();
    let answer = gate(&repo, &["check"]);
    answer.is(1, "gate: 1 introduced deviation");
    assert!(!answer.said.contains('\u{1b}'), "{answer:?}");
    for format in ["json", "concise", "github"] {
        gate(&repo, &["check", "--format", format]).is(1, "");
    }
    blocked(&repo, &[], 1);
}

#[test]
fn text_that_is_no_text() {
    let repo = shop();
    let mut text = DEVIATING.as_bytes().to_vec();
    text.extend(b"// \xff\xfe\n");
    repo.write(ORDERS, &text).stage();
    gate(&repo, &["check"]).is(3, "unjudged[not-utf8]");
    repo.write(ORDERS, [0u8, 159, 146, 150]).stage();
    gate(&repo, &["check"]).is(3, "unjudged[not-utf8]");
    repo.write(ORDERS, "\u{feff}pub fn a(_: crate::api::User) { \0 }\n").stage();
    gate(&repo, &["check"]).is(1, "gate: 1 introduced deviation");
    repo.write(ORDERS, CLEAN).write("specs/shop.toml", b"gate = 1\n# \xff\n").stage();
    gate(&repo, &["check"]).is(2, "specs/shop.toml cannot be read: it is not UTF-8");
    repo.git(&["checkout", "--quiet", "HEAD", "--", "specs"]);
    repo.write("Cargo.toml", b"[package]\nname = \"sh\xffop\"\n").write(ORDERS, DEVIATING).stage();
    assert_ne!(gate(&repo, &["check"]).code, 0);
}
