//! Runs every executable page: `src/rules/*.md` and `tests/cases/**/*.md`.
//!
//! Each case becomes a real git repository, base committed and head staged; each command line of the case is put to the library
//! in process, and everything it prints is compared. All failures of all pages are listed. `GATE_BLESS=1` writes what came
//! out into the pages instead; read the diff before committing it.

mod support;

use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::command::CommandLine;
use support::page::{self, Block, Case, Kind, Page, Sides, Step};
use support::repo::{Repo, seclude, secluded};

/// What answers a command line asked in a folder.
type Judge = dyn Fn(&str, &Path) -> Result<String, String> + Sync;

/// What is wrong, and in which line of the page.
type Failure = (usize, String);

#[test]
fn pages() {
    if !secluded("pages") {
        return;
    }
    let mut paths = support::files_below(&support::root().join("src/rules"), ".md");
    paths.extend(support::files_below(&support::root().join("tests/cases"), ".md"));
    let bless = std::env::var_os("GATE_BLESS").is_some_and(|value| value == "1");
    let judge = |line: &str, folder: &Path| {
        let (printed, exit) = CommandLine::parse(line, folder)?.run();
        Ok(page::with_exit(printed, exit.into()))
    };
    let mut failures = in_parallel(&paths, &|path| run_file(path, &judge, bless));
    failures.sort();
    let total = failures.len();
    assert!(total == 0, "\n{}\n{total} failures in {} pages", failures.concat(), paths.len());
}

/// Calls `work` for every path, on all cores, and collects what it gives.
fn in_parallel(paths: &[PathBuf], work: &(dyn Fn(&Path) -> Vec<String> + Sync)) -> Vec<String> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = work(path);
                    results.lock().expect("no worker panics while it holds the lock").extend(found);
                }
            });
        }
    });
    results.into_inner().expect("no worker panics while it holds the lock")
}

/// Runs one page; with `bless` it is rewritten where it differs.
fn run_file(path: &Path, judge: &Judge, bless: bool) -> Vec<String> {
    let name = support::shown(path);
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text.replace("\r\n", "\n"),
        Err(error) => return vec![format!("{name}: {error}\n")],
    };
    let (blessed, failures) = run_page(&text, judge, bless);
    if blessed != text {
        std::fs::write(path, blessed).expect("a page that was read can be written");
    }
    failures.into_iter().map(|(line, message)| format!("{name}:{line}: {message}\n")).collect()
}

/// The page's text (with `bless`: with what came out), and what is wrong with it.
fn run_page(text: &str, judge: &Judge, bless: bool) -> (String, Vec<Failure>) {
    let page = match Page::parse(text) {
        Ok(page) => page,
        Err(failure) => return (text.to_owned(), vec![failure]),
    };
    let mut failures = Vec::new();
    if page.cases.is_empty() {
        failures.push((1, "a page has at least one case, a `## ` heading".to_owned()));
    }
    for block in page.shared.iter().filter(|block| matches!(block.kind, Kind::Console | Kind::Expect)) {
        failures.push((block.line, "this stands before the first case, where nothing is run".to_owned()));
    }
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for case in &page.cases {
        let run = AssertUnwindSafe(|| run_case(&page, case, judge, bless));
        match std::panic::catch_unwind(run) {
            Ok(Ok((found, wanted))) => {
                failures.extend(found);
                edits.extend(wanted);
            }
            Ok(Err((line, message))) => failures.push((line, format!("{}: {message}", case.heading))),
            Err(_) => failures.push((case.line, format!("{}: panicked, see above", case.heading))),
        }
    }
    let mut blessed = text.to_owned();
    for (range, replacement) in edits.into_iter().rev() {
        blessed.replace_range(range, &replacement);
    }
    (blessed, failures)
}

type Ran = (Vec<Failure>, Vec<(Range<usize>, String)>);

/// Runs one case: what differs, or with `bless` what to write where.
fn run_case(page: &Page, case: &Case, judge: &Judge, bless: bool) -> Result<Ran, Failure> {
    let mut blocks: Vec<(&Block, Vec<Step>)> = Vec::new();
    for block in &case.blocks {
        blocks.extend(page.steps(block)?.map(|steps| (block, steps)));
    }
    let repo = build(&page.sides(case)?);
    let (mut failures, mut edits) = (Vec::new(), Vec::new());
    if blocks.is_empty() && bless {
        let printed = judge("gate check", repo.path()).map_err(|message| (case.line, message))?;
        let body = page::console(&[("gate check".to_owned(), printed)]);
        let end = page.text[..case.end].trim_end().len();
        edits.push((end..end, format!("\n\n```console\n{body}```")));
    } else if blocks.is_empty() {
        failures.push((case.line, format!("{}: nothing is run; GATE_BLESS=1 adds a block", case.heading)));
    }
    for (block, steps) in blocks {
        let mut recorded = Vec::new();
        for step in steps {
            let printed = judge(&step.command, repo.path()).map_err(|message| (block.line, message))?;
            if printed != step.expected && !bless {
                let difference = support::difference(&step.expected, &printed);
                failures.push((block.line, format!("{}: `{}`\n{difference}", case.heading, step.command)));
            }
            recorded.push((step.command, printed));
        }
        let body = match block.kind {
            Kind::Expect => recorded.remove(0).1,
            Kind::Console
            | Kind::Both(_)
            | Kind::Base(_)
            | Kind::Head(_)
            | Kind::Gone(_)
            | Kind::Renamed(..) => page::console(&recorded),
        };
        if bless && body != page.body(block) {
            edits.push((block.body.clone(), body));
        }
    }
    Ok((failures, edits))
}

/// The repository of a case: base committed, head staged.
fn build(sides: &Sides) -> Repo {
    let repo = Repo::new();
    for (path, text) in &sides.base {
        repo.write(path, text);
    }
    repo.stage().commit("base");
    for path in sides.base.keys().filter(|path| !sides.head.contains_key(*path)) {
        repo.remove(path);
    }
    for (path, text) in sides.head.iter().filter(|(path, text)| sides.base.get(*path) != Some(text)) {
        repo.write(path, text);
    }
    repo.stage();
    repo
}

/// A judge that prints what git says is staged; a line `-` where nothing is.
fn staged(line: &str, folder: &Path) -> Result<String, String> {
    if !line.starts_with("gate check") {
        return Err(format!("unknown command `{line}`"));
    }
    let mut git = std::process::Command::new("git");
    seclude(&mut git, folder);
    git.args(["diff", "--cached", "--no-renames", "--name-status"]).current_dir(folder);
    let output = git.output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).replace('\t', " ");
    Ok(if text.is_empty() { "-\n".to_owned() } else { text })
}

const SHARED: &str =
    "# A page\n\n```rust src/a.rs\nfn a() {}\n```\n\n```rust base:src/b.rs\nfn b() {}\n```\n\n";

#[track_caller]
fn check(case: &str, printed: &str) {
    let text = format!("{SHARED}## A case\n\n{case}```console\n$ gate check\n{printed}```\n");
    let (same, failures) = run_page(&text, &staged, false);
    assert_eq!(failures, [], "{text}");
    assert_eq!(same, text);
    let spoilt = text.replace("$ gate check\n", "$ gate check\nspoilt\n");
    assert_eq!(run_page(&spoilt, &staged, false).1.len(), 1, "a difference is seen");
    assert_eq!(run_page(&spoilt, &staged, true), (text, Vec::new()), "and blessed away");
}

#[test]
fn blocks_become_the_two_sides_of_a_repository() {
    check("", "-\n");
    check("```rust head:src/b.rs\nfn c() {}\n```\n", "M src/b.rs\n");
    check("```rust head:src/c.rs\nfn c() {}\n```\n", "A src/c.rs\n");
    check("```rust src/c.rs\nfn c() {}\n```\n", "-\n");
    check("```text gone:src/b.rs\n```\n", "D src/b.rs\n");
    check("```text renamed:src/b.rs → src/d/b.rs\n```\n", "D src/b.rs\nA src/d/b.rs\n");
    check("```rust head:src/a.rs\n```\n```rust base:src/a.rs\nfn x() {}\n```\n", "M src/a.rs\n");
    check("````md head:a.md\n```rust head:not/a/file.rs\n## no heading\n```\n````\n", "A a.md\n");
    check("```rust\nillustration\n```\n", "-\n");
}

#[track_caller]
fn refused(case: &str, line: usize, message: &str) {
    let (_, failures) = run_page(&format!("{SHARED}## A case\n{case}"), &staged, false);
    let found = failures.iter().any(|(at, text)| *at == line && text.contains(message));
    assert!(found, "{failures:?}");
}

#[test]
fn a_page_that_cannot_mean_what_it_says_is_refused() {
    refused("", 11, "nothing is run");
    refused("```console\n$ gate check\n-\n", 12, "never closed");
    refused("```console\n-\n```\n", 12, "begins with `$ `");
    refused("```console\n```\n", 12, "without a command");
    refused("```console\n$ gate explain\n```\n", 12, "unknown command");
    refused("```rust hed:src/a.rs\n```\n", 12, "none of base, head");
    refused("```rust head: src/a.rs b\n```\n", 12, "is no path");
    refused("```rust ../a.rs\n```\n", 12, "is no path");
    refused("```text gone:src/z.rs\n```\n", 12, "base has no file");
    refused("```text renamed:src/b.rs\n```\n", 12, "names two paths");
    assert_eq!(run_page("# no case\n", &staged, false).1.len(), 1);
    assert_eq!(
        run_page("```console\n$ gate check\n```\n## A\n```text expect\n-\n```\n", &staged, false).1.len(),
        1
    );
}

#[test]
fn blessing_adds_a_missing_block_and_keeps_every_other_byte() {
    let text = format!("{SHARED}## One\n\nProse.\n\n## Two\n\n```text expect\nold\n```\n\nMore prose.\n");
    let wanted = format!(
        "{SHARED}## One\n\nProse.\n\n```console\n$ gate check\n-\n```\n\n## Two\n\n```text expect\n-\n```\n\nMore prose.\n"
    );
    assert_eq!(run_page(&text, &staged, true), (wanted, Vec::new()));
}

#[test]
fn command_lines_are_read_like_the_program_reads_them() {
    #[track_caller]
    fn check(line: &str, expected: &str) {
        let shown = match CommandLine::parse(line, Path::new("r")) {
            Ok(command) => format!("{command:?}"),
            Err(message) => message,
        };
        assert!(shown.contains(expected), "{line}: {shown}");
    }
    check("gate check", "Index { base: None }");
    check("gate check HEAD~1", "Index { base: Some(\"HEAD~1\") }");
    check("gate check A..B", "Range { from: \"A\", to: \"B\", merge_base: false }");
    check("gate check A...", "Range { from: \"A\", to: \"\", merge_base: true }");
    check("gate check --worktree", "Worktree { base: None }");
    check("gate check --all --worktree", "All { revision: None, worktree: true }");
    check("gate check --standing --spec s.toml", "spec: [\"r/s.toml\"], standing: true");
    check(
        "GATE_TODAY=2026-02-01 gate check --format json",
        "today: (2026, 2, 1), trust: Head, accepts_loosened: false, cache: None, reading: AsNeeded }), format: Format { name: \"json\"",
    );
    check("gate check --trust base --accept-loosened", "trust: Base, accepts_loosened: true");
    check("gate spec diff A..B", "SpecDiff(SpecDiffOptions { directory: \"r\", compare: Range { from: \"A\"");
    check("gate spec check", "not `gate spec check`");
    check("gate model HEAD", "Model(ModelOptions { directory: \"r\", revision: Some(\"HEAD\")");
    check("gate check --alll", "pages know no `--alll`");
    check("gate check --format xml", "no format `xml`");
    check("gate check --spec", "--spec wants a value");
    check("gate check A B", "one argument too many");
    check("gate rules", "not `gate rules`");
    check("cargo test", "does not run gate");
    check("GATE_TODAY=2026-02 gate check", "is no date");
}
