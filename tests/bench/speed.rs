//! `cargo bench --bench speed [-- [--rounds N] REPOSITORY…]`: what a question costs, beside what git and a plain parser cost in the same minutes.
//!
//! Three workspaces that it makes up, and clones of the repositories that are named. It prints figures and asserts nothing: a
//! machine that others use, too, proves nothing about a single figure, and the ratios are for people to judge.

mod clock;
mod ground;
mod scratch;
#[path = "../support/mod.rs"]
mod support;

use std::io::{self, Write as _};
use std::path::PathBuf;

use clock::{Cost, Work};
use ground::Ground;

/// How many Rust files the made-up workspaces have, with half as many others: a service, a project of many people, and all the code of
/// a company in one repository.
const SIZES: [usize; 3] = [100, 2700, 36_000];
/// How many files a change has.
const CHANGES: [usize; 4] = [1, 10, 100, 1000];
/// With more Rust files than this, judging everything takes too long to be repeated.
const WHOLE: usize = 10_000;
const ROUNDS: usize = 9;

fn main() -> io::Result<()> {
    let mut rounds = ROUNDS;
    let (mut repositories, mut asked) = (Vec::new(), false);
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--bench") => asked = true, // What cargo says to every benchmark.
            Some("--rounds") => {
                let number = arguments.next().and_then(|number| number.to_str()?.parse().ok());
                rounds = number.filter(|number| *number > 0).ok_or(io::ErrorKind::InvalidInput)?;
            }
            _ => repositories.push(PathBuf::from(argument)),
        }
    }
    if !asked {
        return Ok(()); // `cargo test --all-targets` runs this, too, and wants no figures.
    }
    let scratch = SIZES.into_iter().map(Ground::scratch);
    let grounds: Vec<Ground> =
        scratch.chain(repositories.iter().map(|path| Ground::clone_of(path))).collect();
    changes(&grounds, rounds)?;
    whole(&grounds, rounds)
}

/// What it costs to judge what is staged.
fn changes(grounds: &[Ground], rounds: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "\n{} of one run in ms, medians of {rounds} rounds in turn; ratios are medians of the rounds' ratios\n\n\
         | repository | .rs files | staged | `gate check` | cold cache | `git status` | `git diff --cached` | empty process | gate − empty | gate ÷ status | cold ÷ warm |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        unit()
    )?;
    for ground in grounds {
        for change in CHANGES {
            let staged = ground.stage(change);
            let exit = ground.gate(&[]).output()?.status.code();
            let mut works = [
                Work::child(ground.gate(&[])),
                Work::cold(ground.gate(&[]), ground.cache()),
                Work::child(ground.command("git", &["status", "--short"])),
                Work::child(ground.command("git", &["diff", "--cached", "--name-only"])),
                Work::child(ground.command(env!("CARGO_BIN_EXE_gate"), &["--version"])),
            ];
            let costs = clock::in_turn(&mut works, rounds);
            ground.reset();
            let medians: Vec<f64> = costs.iter().map(|costs| median(costs, Cost::main)).collect();
            let [gate, cold, status, diff, empty] = medians.as_slice() else { continue };
            let (to_status, to_warm) =
                (ratio(&costs[0], &costs[2], Cost::main), ratio(&costs[1], &costs[0], Cost::main));
            write!(out, "| {} | {} | {staged} | {gate:.1} | {cold:.1} ", ground.name, ground.rust.len())?;
            write!(out, "| {status:.1} | {diff:.1} | {empty:.1} | {:.1} ", gate - empty)?;
            write!(out, "| {to_status:.2} | {to_warm:.2} |")?;
            writeln!(out, "{}", remark(exit))?;
            out.flush()?;
        }
    }
    Ok(())
}

/// What it costs to judge everything.
fn whole(grounds: &[Ground], rounds: usize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "\n`gate check --all` beside tree-sitter parsing all Rust files, read before, in one thread\n\n\
         | repository | .rs files | MB | cold: {0} ms | wall ms | warm: {0} ms | wall ms | parser: {0} ms | wall ms | cold ÷ parser, {0} | cold ÷ parser, wall | warm ÷ cold, {0} | peak MB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        unit()
    )?;
    for ground in grounds.iter().filter(|ground| ground.rust.len() <= WHOLE) {
        let texts = ground.texts();
        let exit = ground.gate(&["--all"]).output()?.status.code();
        let mut works = [
            Work::cold(ground.gate(&["--all"]), ground.cache()),
            Work::child(ground.gate(&["--all"])),
            Work::own(|| parse(&texts)),
        ];
        let costs = clock::in_turn(&mut works, rounds);
        let size = texts.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
        write!(out, "| {} | {} | {size:.1} ", ground.name, ground.rust.len())?;
        for costs in &costs {
            write!(out, "| {:.0} | {:.0} ", median(costs, Cost::main), median(costs, |cost| cost.wall))?;
        }
        write!(out, "| {:.2} ", ratio(&costs[0], &costs[2], Cost::main))?;
        write!(out, "| {:.2} ", ratio(&costs[0], &costs[2], |cost| cost.wall))?;
        write!(out, "| {:.2} ", ratio(&costs[1], &costs[0], Cost::main))?;
        match clock::peak(ground.gate(&["--all", "--no-cache"])) {
            Some(peak) => write!(out, "| {peak:.0} |")?,
            None => write!(out, "| |")?,
        }
        writeln!(out, "{}", remark(exit))?;
        out.flush()?;
    }
    Ok(())
}

/// Parses every text and lets the tree go.
fn parse(texts: &[Vec<u8>]) {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_rust::LANGUAGE.into()).expect("parser and grammar are of one version");
    for text in texts {
        std::hint::black_box(parser.parse(text, None));
    }
}

fn median(costs: &[Cost], part: fn(Cost) -> f64) -> f64 {
    clock::median(costs.iter().copied().map(part))
}

/// The median of what `one` costs as a multiple of `other`, round by round.
fn ratio(one: &[Cost], other: &[Cost], part: fn(Cost) -> f64) -> f64 {
    clock::median(one.iter().zip(other).map(|(one, other)| part(*one) / part(*other)))
}

fn unit() -> &'static str {
    if cfg!(target_os = "linux") { "CPU" } else { "wall" }
}

/// What to know about a row whose question does not end in "conforms": with 2 its figures say nothing.
fn remark(exit: Option<i32>) -> String {
    match exit {
        Some(0) => String::new(),
        Some(code) => format!(" exit {code}"),
        None => " killed".to_owned(),
    }
}
