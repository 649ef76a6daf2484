//! `gate spec check` and `gate schema spec`: what the spec declares, and how a spec is written.

use std::path::PathBuf;

use anyhow::Result;
use gate::report::prose;
use gate::{SpecOptions, SpecSummary};

use super::args::{Schema, SchemaSubject, Spec, SpecCommand};
use super::output::Output;
use super::{COULD_NOT_RUN, failure};

/// Reads the spec and says what it declares.
pub(crate) fn check(arguments: &Spec, output: Output) -> Result<u8> {
    let SpecCommand::Check(arguments) = &arguments.command;
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
