//! The laws of the house: who may know whom, how large things are, what belongs together.
//!
//! Each law is a function from the text of this repository to what breaks it, so that the tests below can ask it of this
//! repository, which must keep it, and of a small one with a planted breach, which must not.

#[path = "house/code.rs"]
mod code;
#[path = "house/floors.rs"]
mod floors;
#[path = "house/papers.rs"]
mod papers;
#[path = "house/shape.rs"]
mod shape;
mod support;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use code::Source;
use support::command::CommandLine;

/// The texts of a repository that the laws look at.
#[derive(Default)]
struct House {
    /// `src/**/*.rs` and `tests/**/*.rs`.
    sources: Vec<Source>,
    /// Everything else that has a law, by path.
    papers: BTreeMap<String, String>,
}

type Law = fn(&House) -> Vec<String>;

impl House {
    /// This repository.
    fn standing() -> Self {
        let root = support::root();
        let mut house = Self::default();
        let read = |path: &std::path::Path| {
            std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        };
        for path in ["src", "tests"].iter().flat_map(|folder| support::files_below(&root.join(folder), ".rs"))
        {
            house.sources.push(Source::new(support::shown(&path), read(&path)));
        }
        let mut papers = Vec::new();
        for (folder, ending) in
            [("src", ".md"), ("docs", ".md"), ("tests", ".md"), ("specs", ".toml"), ("hooks", "")]
        {
            papers.extend(support::files_below(&root.join(folder), ending));
        }
        let documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
        for name in
            documents.into_iter().chain(["Cargo.toml", "Cargo.lock", "deny.toml", ".ci/run", ".github/judge"])
        {
            papers.push(root.join(name));
        }
        for path in papers {
            house.papers.insert(support::shown(&path), read(&path));
        }
        house.part_tests();
        house
    }

    /// Takes files that are modules for tests alone out of what is shipped.
    fn part_tests(&mut self) {
        let tests: Vec<String> = self.sources.iter().flat_map(Source::test_modules).collect();
        let is_test = |path: &str| {
            let behind = |module: &String| path.strip_prefix(module.as_str()).map(str::to_owned);
            tests.iter().filter_map(behind).any(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        for source in self.sources.iter_mut().filter(|source| is_test(&source.path)) {
            source.is_for_tests();
        }
    }

    /// Files of `src/`.
    fn shipped(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.path.starts_with("src/"))
    }

    /// The names in `[dependencies]` of `Cargo.toml`.
    fn dependencies(&self) -> Vec<String> {
        let manifest = self.papers.get("Cargo.toml").map_or("", String::as_str);
        let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
        let lines = lines.take_while(|line| !line.starts_with('['));
        lines.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect()
    }

    /// Whether `target`, as seen from `folder`, is something that this repository has.
    fn exists(&self, folder: &str, target: &str) -> bool {
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." if parts.pop().is_none() => return false,
                ".." => {}
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        self.papers.contains_key(&path) || support::root().join(path).exists()
    }
}

/// How a breach is shown.
fn broken(path: &str, line: usize, message: &str) -> String {
    format!("{path}:{line}: {message}")
}

#[track_caller]
fn keeps(law: Law) {
    static HOUSE: OnceLock<House> = OnceLock::new();
    let broken = law(HOUSE.get_or_init(House::standing));
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn a_floor_knows_only_lower_floors() {
    keeps(floors::floors);
}

#[test]
fn nothing_beside_lib_needs_itself_in_a_circle() {
    keeps(floors::straight);
}

#[test]
fn a_foreign_crate_has_one_home() {
    keeps(floors::homes);
}

#[test]
fn every_dependency_is_needed() {
    keeps(floors::needed);
}

#[test]
fn the_floors_between_are_pure() {
    keeps(floors::pure);
}

#[test]
fn the_design_declares_every_room() {
    keeps(floors::declared);
}

#[test]
fn gate_conforms_to_its_own_design() {
    let root = support::root();
    if !root.join(".git").exists() {
        return; // A packaged crate has no repository that could be judged.
    }
    let question = CommandLine::parse("gate check --all --worktree", root).expect("this is a question");
    let (report, exit) = question.run();
    assert_eq!(exit, 0, "\n{report}");
}

#[test]
fn no_room_for_odds_and_ends() {
    keeps(shape::names);
}

#[test]
fn every_file_says_what_it_is() {
    keeps(shape::openings);
}

#[test]
fn files_and_functions_are_small() {
    keeps(shape::sizes);
}

#[test]
fn nothing_is_left_unfinished() {
    keeps(shape::unfinished);
}

#[test]
fn a_rule_is_a_file_a_page_and_a_row() {
    keeps(papers::rules);
}

#[test]
fn every_page_has_a_case_that_fires_and_one_that_does_not() {
    keeps(papers::pages);
}

#[test]
fn the_map_of_the_house_is_true() {
    keeps(papers::architecture);
}

#[test]
fn links_lead_somewhere() {
    keeps(papers::links);
}

#[test]
fn nothing_in_the_tree_can_reach_the_network() {
    keeps(papers::offline);
}

#[test]
fn scripts_run_everywhere() {
    keeps(papers::scripts);
}

#[cfg(unix)]
#[test]
fn scripts_are_executable() {
    use std::os::unix::fs::PermissionsExt;
    let mut scripts = support::files_below(&support::root().join("hooks"), "");
    scripts.extend([".ci/run", ".github/judge"].map(|script| support::root().join(script)));
    for script in scripts {
        let mode = std::fs::metadata(&script).map(|file| file.permissions().mode()).unwrap_or(0);
        assert_eq!(mode & 0o111, 0o111, "{}", script.display());
    }
}

/// A house of these files breaks `law`, saying `message`; without the last file it keeps it.
#[track_caller]
fn bites(law: Law, files: &[(&str, &str)], message: &str) {
    let build = |files: &[(&str, &str)]| {
        let mut house = House::default();
        for (path, text) in files {
            match path.ends_with(".rs") {
                true => house.sources.push(Source::new(*path, *text)),
                false => drop(house.papers.insert((*path).to_owned(), (*text).to_owned())),
            }
        }
        house.part_tests();
        law(&house)
    };
    let found = build(files);
    assert!(found.iter().any(|line| line.contains(message)), "{message}: {found:?}");
    let kept = build(&files[..files.len() - 1]);
    assert!(!kept.iter().any(|line| line.contains(message)), "{message}: {kept:?}");
}

#[test]
fn laws_about_floors_bite() {
    bites(
        floors::floors,
        &[("src/facts/a.rs", "use crate::model::X;")],
        "src/facts/a.rs:1: `facts` (floor 1) may not",
    );
    bites(floors::floors, &[("src/facts/a.rs", "\nfn f() { super::super::git::g() }")], "a.rs:2: `facts`");
    bites(
        floors::floors,
        &[("src/spec/mod.rs", "use super::facts::X;")],
        "`spec` (floor 1) may not know `facts`",
    );
    bites(
        floors::floors,
        &[("src/rules/mod.rs", "use crate::CheckOptions;")],
        "may not know `CheckOptions` (`lib`)",
    );
    bites(floors::floors, &[("src/judge.rs", "use crate::cli::X;")], "`lib` (floor 5) may not know `cli`");
    bites(floors::floors, &[("src/attic/mod.rs", "")], "`attic` stands on no floor");
    let circle = [
        ("src/judge.rs", "use crate::scene;"),
        ("src/scene.rs", "use crate::{turn::Turn, CheckOptions};"),
        ("src/turn.rs", "fn f() { crate::judge::check() }"),
    ];
    bites(floors::straight, &circle, "`turn` needs itself in a circle");
    let manifest = ("Cargo.toml", "[dependencies]\ngit2 = \"1\"\n[x]\na = 1");
    bites(
        floors::homes,
        &[manifest, ("src/model/a.rs", "use git2::Oid;")],
        "`git2` may be named only in git",
    );
    bites(floors::homes, &[("Cargo.toml", "[dependencies]\nleft-pad = \"1\"")], "`left-pad` has no home");
    let rooms = ["facts", "reflexion", "rules", "cli"].map(|room| (format!("src/{room}/mod.rs"), ""));
    let mut files: Vec<(&str, &str)> = rooms.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    files.extend([manifest, ("src/git/mod.rs", "// git2::Oid")]);
    bites(floors::needed, &files, "no code names `git2`");
    bites(floors::pure, &[("src/facts/a.rs", "use std::fs;")], "`facts` is pure");
    let spec = ("specs/gate.toml", "[module.git]");
    bites(floors::declared, &[("src/git/a.rs", ""), spec, ("src/facts/a.rs", "")], "`facts` is not declared");
    bites(
        floors::declared,
        &[("specs/gate.toml", "\n[module.attic]")],
        "gate.toml:2: `attic` stands on no floor",
    );
}

#[test]
fn laws_about_shape_bite() {
    bites(shape::names, &[("src/facts/utils.rs", "")], "`utils` says nothing");
    bites(shape::openings, &[("src/facts/a.rs", "use x;")], "opens with");
    bites(shape::sizes, &[("src/a/b.rs", &"\n".repeat(601))], "601 lines; 600");
    bites(shape::sizes, &[("src/main.rs", &"\n".repeat(21))], "21 lines; 20");
    let long = format!("fn long() {{\n{}}}", "a();\n".repeat(69));
    bites(shape::sizes, &[("src/a/b.rs", &long)], "src/a/b.rs:1: `long` has 71 lines");
    bites(shape::unfinished, &[("src/a/b.rs", "x\n.unwrap() ;")], "src/a/b.rs:2: `.unwrap()`");
    let part = ("src/a/mod.rs", "#[cfg(test)] mod b;\nmod c;");
    bites(
        shape::unfinished,
        &[part, ("src/a/b.rs", "x.unwrap()"), ("src/a/c.rs", "x.unwrap()")],
        "c.rs:1: `.unwrap",
    );
    bites(shape::unfinished, &[("src/a/b.rs", "todo!()")], "`todo!(`");
    bites(shape::unfinished, &[("tests/a.rs", "#[ignore = \"slow\"]")], "never ignored");
}

#[test]
fn laws_about_papers_bite() {
    let rule = ("src/rules/a_b.rs", "const RULE: Rule = x;");
    let row = ("src/rules/mod.rs", "const RULES: &[Rule] = &[\n    a_b::RULE,\n];");
    bites(
        papers::rules,
        &[row, ("src/rules/a_b.md", ""), rule, ("src/rules/c.rs", "RULE: Rule")],
        "c.md is not there",
    );
    bites(papers::rules, &[("src/rules/a_b.md", "")], "a_b.rs states no rule");
    bites(papers::rules, &[rule], "`a_b::RULE,` is no row");
    let page = |printed: &str| format!("# `a-b`\n## A case\n```console\n$ gate check\n{printed}\n```\n");
    bites(papers::pages, &[("src/rules/a_b.md", &page("error[a-b]: no"))], "on which the rule is silent");
    bites(papers::pages, &[("src/rules/a_b.md", &page("gate: fine"))], "on which the rule fires");
    bites(papers::pages, &[("src/rules/a_b.md", "# a")], "begins with # `a-b`");
    bites(papers::pages, &[("src/rules/a_b.md", &page("x"))], "has no **Cannot see.**");
    bites(
        papers::architecture,
        &[("ARCHITECTURE.md", "x"), ("src/git/a.rs", "")],
        "does not name `src/git/`",
    );
    bites(papers::architecture, &[("ARCHITECTURE.md", &"\n".repeat(201))], "201 lines");
    bites(
        papers::architecture,
        &[("ARCHITECTURE.md", "\nkept by `house::no_such_test`")],
        "ARCHITECTURE.md:2: there is no test",
    );
    bites(
        papers::links,
        &[("docs/a.md", "\n[x](../no/such.md#y)")],
        "docs/a.md:2: the link to ../no/such.md",
    );
    let crates: String = (0..10).map(|n| format!("    {{ crate = \"tls{n}\" }},\n")).collect();
    let deny = ("deny.toml", crates.as_str());
    bites(papers::offline, &[deny, ("Cargo.lock", "name = \"tls3\"")], "`tls3` is banned");
    bites(papers::offline, &[("Cargo.lock", ""), ("deny.toml", "")], "not where it is looked for");
    bites(papers::scripts, &[("hooks/x", "#!/bin/sh\r\n")], "carriage return");
    bites(papers::scripts, &[("hooks/x", "exec gate")], "begins with `#!/`");
}
