//! `gate check`: flags → the library's question; its answer → reports in the formats that were asked for.

use std::convert::Infallible;
use std::path::PathBuf;

use anyhow::Result;
use gate::report::{Failure, Format, GITHUB, HUMAN, Report, Style, prose, shielded};
use gate::{CheckError, CheckOptions, ErrorKind, Reading, Trust};

use super::args::{Check, Side, Sink};
use super::output::{self, Output};
use super::{COULD_NOT_RUN, cache, failure, revision, today};

/// After "gate could not" when this command fails.
pub(crate) const UNDONE: &str = "judge this change";

/// Judges and reports; the exit code is that of the verdict.
pub(crate) fn run(arguments: &Check, output: Output) -> Result<u8> {
    let is_actions = std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let sinks = Sinks::new(&arguments.format, is_actions);
    let judged = options(arguments).and_then(|options| {
        failure::guarded(|| {
            gate::check_then(&options, |report| -> Infallible {
                let code = arrived(sinks.report(&report, output), output);
                // Nobody waits until all that was read is taken apart.
                std::process::exit(code.into())
            })
        })
    });
    let Err(error) = judged;
    Ok(arrived(sinks.failure(&error.into_failure(UNDONE), output), output))
}

/// The exit code. A report that did not arrive has judged nothing for whoever waits for it.
fn arrived(printed: Result<u8>, output: Output) -> u8 {
    printed.unwrap_or_else(|error| {
        output.error(&format!("gate could not {UNDONE}: {}\n", prose(&format!("{error:#}"))));
        COULD_NOT_RUN
    })
}

fn options(arguments: &Check) -> Result<CheckOptions, CheckError> {
    let refused = |kind: ErrorKind, message: String| CheckError {
        kind,
        message,
        help: vec!["gate check --help".to_owned()],
        spec_errors: Vec::new(),
    };
    let compare = revision::compare(arguments.revision.as_deref(), arguments.worktree, arguments.all)
        .map_err(|message| refused(ErrorKind::Revision, message))?;
    let today = today::today().map_err(|error| refused(ErrorKind::Read, error.to_string()))?;
    Ok(CheckOptions {
        directory: PathBuf::from("."),
        compare,
        spec: arguments.spec.clone(),
        standing: arguments.standing,
        today,
        trust: match arguments.trust {
            Side::Head => Trust::Head,
            Side::Base => Trust::Base,
        },
        accepts_loosened: arguments.accept_loosened,
        cache: cache::folder(arguments.cache),
        reading: Reading::AsNeeded,
    })
}

/// The formats of a run, each with where it goes.
struct Sinks {
    sinks: Vec<Sink>,
    /// Whether text for people on standard output is wrapped, because a runner reads commands there.
    is_shielded: bool,
}

impl Sinks {
    /// What was asked for; else the human report, in GitHub Actions with annotations before it.
    fn new(asked: &[Sink], is_actions: bool) -> Self {
        if !asked.is_empty() {
            let has_commands =
                asked.iter().any(|sink| sink.file.is_none() && sink.format.name == GITHUB.name);
            return Self { sinks: asked.to_vec(), is_shielded: has_commands };
        }
        let formats = if is_actions { vec![GITHUB, HUMAN] } else { vec![HUMAN] };
        Self { sinks: formats.into_iter().map(Sink::stdout).collect(), is_shielded: is_actions }
    }

    fn report(&self, report: &Report, output: Output) -> Result<u8> {
        let code = report.verdict.exit_code();
        self.print(output, |format, style| (format.report)(report, style))?;
        Ok(code)
    }

    /// Failures for tools go where their reports go; those for people go to the error stream, once, unless a runner reads
    /// commands there.
    fn failure(&self, failure: &Failure, output: Output) -> Result<u8> {
        let is_stdout = |sink: &&Sink| sink.file.is_none();
        let prose =
            self.sinks.iter().filter(is_stdout).map(|sink| sink.format).find(|format| format.is_prose);
        let is_told = self.sinks.iter().any(|sink| is_stdout(&sink));
        let on_errors = if is_told { prose } else { Some(HUMAN) }.filter(|_| !self.is_shielded);
        if let Some(format) = on_errors {
            output.error(&(format.failure)(failure, output.error_style()));
        }
        let is_left = |sink: &&Sink| self.is_shielded || !(is_stdout(sink) && sink.format.is_prose);
        let sinks = self.sinks.iter().filter(is_left).cloned().collect();
        let rest = Self { sinks, is_shielded: self.is_shielded };
        rest.print(output, |format, style| (format.failure)(failure, style))?;
        Ok(COULD_NOT_RUN)
    }

    fn print(&self, output: Output, text: impl Fn(Format, Style) -> String) -> Result<()> {
        for Sink { format, file } in &self.sinks {
            match file {
                Some(path) => output::file(path, &text(*format, Style::Plain))?,
                None => {
                    let text = text(*format, output.style());
                    let is_shielded = self.is_shielded && format.is_prose;
                    output.print(&if is_shielded { shielded(&text) } else { text })?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_go_where_they_were_asked_to() {
        #[track_caller]
        fn check(asked: &[(&str, Option<&str>)], is_actions: bool, expected: &[&str], is_shielded: bool) {
            let sink = |(name, file): &(&str, Option<&str>)| Sink {
                format: Format::named(name).unwrap(),
                file: file.map(PathBuf::from),
            };
            let sinks = Sinks::new(&asked.iter().map(sink).collect::<Vec<_>>(), is_actions);
            let names: Vec<_> = sinks.sinks.iter().map(|sink| sink.format.name).collect();
            assert_eq!((names.as_slice(), sinks.is_shielded), (expected, is_shielded));
        }
        check(&[], false, &["human"], false);
        check(&[], true, &["github", "human"], true);
        check(&[("json", None)], true, &["json"], false);
        check(&[("github", None), ("human", None)], false, &["github", "human"], true);
        check(&[("github", Some("f")), ("human", None)], false, &["github", "human"], false);
    }
}
