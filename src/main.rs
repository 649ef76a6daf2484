//! The program: reads its arguments, runs, and ends with the exit code of the verdict.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
