//! `gate spec check`, `gate spec diff` and `gate schema spec`: what the spec declares, what a change does to it, and how one is
//! written.

use std::path::PathBuf;

use anyhow::Result;
use gate::report::{Format, prose};
use gate::{CheckError, ErrorKind, SpecDiffOptions, SpecOptions, SpecSummary};

use super::args::{Schema, SchemaSubject, Spec, SpecCheck, SpecCommand, SpecDiff};
use super::output::Output;
use super::{COULD_NOT_RUN, failure, revision};

/// Does what the subcommand says.
pub(crate) fn run(arguments: &Spec, output: Output) -> Result<u8> {
    match &arguments.command {
        SpecCommand::Check(arguments) => check(arguments, output),
        SpecCommand::Diff(arguments) => diff(arguments, output),
    }
}

/// Compares the designs of two sides.
fn diff(arguments: &SpecDiff, output: Output) -> Result<u8> {
    let compare = revision::compare(arguments.revision.as_deref(), arguments.worktree, false);
    let answer = compare.map_err(|message| CheckError {
        kind: ErrorKind::Revision,
        message,
        help: vec!["gate spec diff --help".to_owned()],
        spec_errors: Vec::new(),
    });
    let options = answer.map(|compare| SpecDiffOptions { directory: PathBuf::from("."), compare });
    match options.and_then(|options| failure::guarded(|| gate::spec_diff(&options))) {
        Ok(diff) => output.answer(&(arguments.format.diff)(&diff, output.style())),
        Err(error) => {
            let failure = error.into_failure("compare the designs");
            match Format::named(arguments.format.name).filter(|format| !format.is_prose) {
                Some(format) => output.print(&(format.failure)(&failure, output.style()))?,
                None => output.failure(&failure),
            }
            Ok(COULD_NOT_RUN)
        }
    }
}

/// Reads the spec and says what it declares.
fn check(arguments: &SpecCheck, output: Output) -> Result<u8> {
    let options = SpecOptions {
        directory: PathBuf::from("."),
        revision: arguments.revision.clone(),
        worktree: arguments.worktree,
        spec: arguments.spec.clone(),
    };
    match failure::guarded(|| gate::spec_summary(&options)) {
        Ok(summary) => output.answer(&text(&summary)),
        Err(error) => {
            output.failure(&error.into_failure("read the spec"));
            Ok(COULD_NOT_RUN)
        }
    }
}

/// Prints the schema of what was named.
pub(crate) fn schema(arguments: &Schema, output: Output) -> Result<u8> {
    match arguments.subject {
        SchemaSubject::Spec => output.answer(&(gate::spec_schema().trim_end().to_owned() + "\n")),
    }
}

fn text(summary: &SpecSummary) -> String {
    let name = summary.name.as_deref().map(|name| format!(" `{}`", prose(name))).unwrap_or_default();
    let counts = [
        count(summary.files.len(), "file", "files"),
        count(summary.modules, "module", "modules"),
        format!(
            "{} with {}",
            count(summary.apis, "API", "APIs"),
            count(summary.endpoints, "endpoint", "endpoints")
        ),
        count(summary.waivers, "waiver", "waivers"),
    ];
    let files: String = summary.files.iter().map(|file| format!("- {}\n", prose(file))).collect();
    let notes: String = summary.notes.iter().map(|note| format!("note: {}\n", prose(note))).collect();
    format!("the spec{name} is valid: {}\n{files}{notes}", counts.join(", "))
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_spec_is_summed_up() {
        #[track_caller]
        fn check(summary: &SpecSummary, expected: &str) {
            assert_eq!(text(summary), expected);
        }
        let summary = SpecSummary {
            files: vec!["specs/a.toml".to_owned(), "specs/b\n.toml".to_owned()],
            name: Some("shop".to_owned()),
            modules: 7,
            apis: 1,
            endpoints: 19,
            waivers: 0,
            notes: vec!["`src/x/**` matches nothing".to_owned()],
        };
        let rest = "is valid: 2 files, 7 modules, 1 API with 19 endpoints, 0 waivers\n- specs/a.toml\n- specs/b .toml\n\
                    note: `src/x/**` matches nothing\n";
        check(&summary, &format!("the spec `shop` {rest}"));
        check(&SpecSummary { name: None, ..summary }, &format!("the spec {rest}"));
    }
}
