//! What the README shows is what the program prints.
//!
//! A `console` block below a line `<!-- real -->` is run through the program itself, in the shop of the demonstration; the whole
//! output is compared. `GATE_BLESS=1` writes what came out into the README instead.

#[path = "demo/shop.rs"]
mod shop;
mod support;

use std::ops::Range;
use std::path::Path;

use support::page;
use support::repo::Repo;

const MARK: &str = "<!-- real -->\n```console\n";

/// The bodies of the marked blocks, as bytes of `text`.
fn marked(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices(MARK).map(|(at, _)| at + MARK.len());
    starts.map(|start| start..text[start..].find("```\n").map_or(text.len(), |end| start + end)).collect()
}

/// Runs a command line the way a shell in `repo` does; `gate` is the program under test.
fn run(repo: &Repo, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["gate", arguments @ ..] = words.as_slice() else { panic!("`{line}` does not run gate") };
    let output =
        repo.command(env!("CARGO_BIN_EXE_gate")).args(arguments).output().expect("the program is built");
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    page::with_exit(text, output.status.code().unwrap_or(-1))
}

/// The text with every marked block run again.
fn renewed(text: &str, run: &dyn Fn(&str) -> String) -> String {
    let mut renewed = text.to_owned();
    for body in marked(text).into_iter().rev() {
        let steps = page::steps(&text[body.clone()]).unwrap_or_else(|message| panic!("{message}"));
        let record = |step: page::Step| (step.command.clone(), run(&step.command));
        let recorded: Vec<_> = steps.into_iter().map(record).collect();
        renewed.replace_range(body, &page::console(&recorded));
    }
    renewed
}

#[test]
fn shown_output_is_real() {
    let repo = shop::repository();
    let path = support::root().join("README.md");
    let text = read(&path);
    assert!(!marked(&text).is_empty(), "the README shows nothing real");
    let renewed = renewed(&text, &|line| run(&repo, line));
    if std::env::var_os("GATE_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, renewed).expect("the README can be written");
    } else {
        assert!(text == renewed, "\n{}", support::difference(&text, &renewed));
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .replace("\r\n", "\n")
}

#[test]
fn the_design_shown_is_one() {
    const OPEN: &str = "```toml\n";
    let text = read(&support::root().join("README.md"));
    let start = text.find(&format!("{OPEN}gate = 1")).expect("the README shows a design") + OPEN.len();
    let design = &text[start..start + text[start..].find("```\n").expect("the block is closed")];
    let repo = Repo::new();
    repo.write("specs/shop.toml", design).stage();
    let said = run(&repo, "gate spec check");
    assert!(!said.contains("[exit"), "{said}");
}

#[test]
fn only_marked_blocks_are_run() {
    let text = "```console\n$ gate a\n```\n<!-- real -->\n```console\n$ gate b\nold\n$ gate c\n```\n\nEnd.\n";
    let wanted = "```console\n$ gate a\n```\n<!-- real -->\n```console\n$ gate b\n<gate b>\n$ gate c\n<gate c>\n```\n\nEnd.\n";
    assert_eq!(renewed(text, &|line| format!("<{line}>\n")), wanted);
}
