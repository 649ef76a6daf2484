//! `cargo run --release --example demo`: gate on its own last commit, then on a shop with a planted deviation.
//!
//! Exits with 0 when the last commit conforms and the planted deviations are found, with 1 when not, with 2 when there was
//! nothing to judge. It writes to a temporary folder only.

#[path = "shop.rs"]
mod shop;
#[path = "../support/mod.rs"]
mod support;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use support::command::CommandLine;

fn main() -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "1. gate judges the last commit of its own repository by its own design, specs/gate.toml\n"
    )?;
    let own = ask(&mut out, "gate check HEAD~1", support::root())?;

    writeln!(
        out,
        "\n2. gate judges what is staged in a small shop: a new import, and a route with another path\n"
    )?;
    let repository = shop::repository();
    let planted = ask(&mut out, "gate check", repository.path())?;

    let verdict = match (own, planted) {
        (0, 1) => "Both are as they should be: the commit conforms, and the planted deviations are found.",
        (1 | 3, _) => "The last commit of this repository does not conform.",
        (0, _) => "The planted deviations were not found: this gate is broken.",
        (_, _) => "The last commit could not be judged; a full clone of the repository has what it takes.",
    };
    writeln!(out, "\n{verdict}")?;
    Ok(ExitCode::from(match (own, planted) {
        (0, 1) => 0,
        (0 | 1 | 3, _) => 1,
        (_, _) => 2,
    }))
}

/// Prints a command line and what it prints, and gives its exit code.
fn ask(out: &mut impl io::Write, line: &str, folder: &Path) -> io::Result<u8> {
    let command = CommandLine::parse(line, folder).map_err(io::Error::other)?;
    let (text, exit) = command.run();
    writeln!(out, "$ {line}\n{text}")?;
    Ok(exit)
}
