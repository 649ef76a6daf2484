//! Arguments and environment → one call of the library → output and an exit code.
//!
//! It decides what is asked and where answers go. What is judged, and what a report says, is decided below.

mod args;
mod cache;
mod check;
mod distance;
mod explain;
mod failure;
mod model;
mod output;
mod revision;
mod rules;
mod spec;
mod today;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Arguments, Command};
use gate::report::Style;
use output::Output;

/// The exit code of a run that could not be made.
const COULD_NOT_RUN: u8 = 2;

/// Runs the command that the arguments of this process ask for; never panics.
pub(crate) fn run() -> ExitCode {
    failure::silence_panics();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let code = failure::caught(|| command(&arguments)).unwrap_or_else(|panic| {
        Output::default().error(&format!("gate could not judge this change: {panic}\n"));
        COULD_NOT_RUN
    });
    ExitCode::from(code)
}

fn command(arguments: &[OsString]) -> u8 {
    // Kept, so that a check that ends the program has not to take it apart.
    let mut known = Arguments::command();
    let parsed =
        known.try_get_matches_from_mut(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, arguments),
    };
    let output = Output::new(arguments.color);
    let done = match arguments.command {
        Command::Check(arguments) => check::run(&arguments, output),
        Command::Model(arguments) => model::run(&arguments, output),
        Command::Explain(arguments) => explain::run(&arguments, output),
        Command::Rules(arguments) => rules::run(&arguments, output),
        Command::Spec(arguments) => spec::run(&arguments, output),
        Command::Schema(arguments) => spec::schema(&arguments, output),
        Command::Completions(arguments) => completions(arguments.shell, output),
    };
    done.unwrap_or_else(|error| {
        output.error(&format!("error: {}\n", gate::report::prose(&format!("{error:#}"))));
        COULD_NOT_RUN
    })
}

/// Says what is wrong with the arguments, or the help that was asked for.
fn usage(error: &clap::Error, arguments: &[OsString]) -> u8 {
    let output = Output::default();
    if !error.use_stderr() {
        let text = match output.style() {
            Style::Plain => error.render().to_string(),
            Style::Coloured => error.render().ansi().to_string(),
        };
        return output.answer(&text).unwrap_or(COULD_NOT_RUN);
    }
    let text = error.render().to_string();
    match text.strip_prefix("error: ").filter(|_| is_check(arguments)) {
        Some(rest) => output.error(&format!("gate could not judge this change: {rest}")),
        None => output.error(&text),
    }
    COULD_NOT_RUN
}

/// Whether the command is `check`, as far as arguments that could not be parsed tell.
fn is_check(arguments: &[OsString]) -> bool {
    let mut rest = arguments.iter().skip(1);
    while let Some(argument) = rest.next() {
        if argument == "--color" {
            rest.next();
        } else if !argument.as_encoded_bytes().starts_with(b"-") {
            return argument == "check";
        }
    }
    false
}

fn completions(shell: clap_complete::Shell, output: Output) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "gate", &mut script);
    output.answer(&String::from_utf8_lossy(&script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_is_the_first_word() {
        #[track_caller]
        fn check(arguments: &[&str], expected: bool) {
            let arguments: Vec<_> = ["gate"].iter().chain(arguments).map(OsString::from).collect();
            assert_eq!(is_check(&arguments), expected);
        }
        check(&["check", "--x"], true);
        check(&["--color", "never", "check"], true);
        check(&["--color=never", "-x", "check"], true);
        check(&["spec", "check"], false);
        check(&["explain", "check"], false);
        check(&["--color"], false);
        check(&[], false);
    }
}
