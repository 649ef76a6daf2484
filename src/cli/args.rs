//! The commands and their flags, with the words of `--help`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gate::report::{FORMATS, Format, MODEL_FORMATS, ModelFormat, SPEC_DIFF_FORMATS, SpecDiffFormat};

/// Judges a git change against the design that the repository declares
#[derive(Debug, Parser)]
#[command(name = "gate", version, arg_required_else_help = true, max_term_width = 100)]
#[command(after_help = "\
EXAMPLES
  gate check                   judge what would be committed
  gate check HEAD~1            judge the last commit (on a clean tree)
  gate check main...HEAD       judge a branch
  gate check --all             judge the whole code, not a change
  gate model                   show the endpoints and dependencies that gate sees
  gate explain private-use     show what a rule means
  gate spec diff main...HEAD   show what a branch does to the design

EXIT CODES
  0 conforms   1 deviates   2 could not run   3 something could not be judged")]
pub(crate) struct Arguments {
    /// When to colour output for people.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Colour,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// When there is colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR or TERM=dumb is set; CLICOLOR_FORCE asks for it elsewhere.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a change against the design.
    Check(Check),
    /// Show what gate sees in the code: endpoints, dependencies, what it cannot judge.
    Model(Model),
    /// Show what a rule means, or a finding by its id.
    Explain(Explain),
    /// List the rules.
    Rules(Rules),
    /// Work with the spec.
    Spec(Spec),
    /// Print a JSON Schema.
    Schema(Schema),
    /// Print a completion script for a shell.
    Completions(Completions),
}

#[derive(Args, Debug)]
#[command(after_help = "\
EXAMPLES
  gate check                                what would be committed (HEAD → index)
  gate check HEAD~1                         HEAD~1 → index; on a clean tree the last commit
  gate check origin/main...HEAD             what a branch adds to main
  gate check --worktree                     HEAD → the files on disk
  gate check --all                          the whole design against the whole code
  gate check --trust base main...HEAD       fail where the change loosens the design for itself
  gate check --format json                  for tools
  gate check --format human --format json=report.json

ENVIRONMENT
  GITHUB_ACTIONS=true   without --format: annotations, then the human report
  GATE_CACHE_DIR        the folder of the cache, in place of the user's cache directory
  GATE_TODAY            YYYY-MM-DD in place of today, for the expiry of waivers
  GATE_CACHE_DIR        where to keep what was read of texts; default gate/ in the user's cache directory

EXIT CODES
  0 conforms   1 deviates   2 could not run   3 something could not be judged")]
pub(crate) struct Check {
    /// What to compare: REV (with the index), A..B, or A...B (from their merge base); default HEAD.
    #[arg(value_name = "REV | A..B | A...B")]
    pub(crate) revision: Option<String>,
    /// Judge the files on disk in place of the index, untracked files included.
    #[arg(long)]
    pub(crate) worktree: bool,
    /// Judge all of the code, not a change.
    #[arg(long)]
    pub(crate) all: bool,
    /// Read the design from this file or folder on disk in place of specs/ of the judged tree; repeats.
    #[arg(long, value_name = "PATH")]
    pub(crate) spec: Vec<PathBuf>,
    /// How to print the report, and optionally into which file; repeats.
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = Sink::parse, long_help = format!("\
How to print the report, and optionally into which file; repeats. Formats: {}", names(FORMATS.iter().map(|it| it.name))))]
    pub(crate) format: Vec<Sink>,
    /// List standing deviations too, not only their number.
    #[arg(long)]
    pub(crate) standing: bool,
    /// Whose design is believed where the change makes it looser and its code needs that: head's (it is said) or base's (it
    /// fails).
    #[arg(long, value_name = "SIDE", default_value = "head")]
    pub(crate) trust: Side,
    /// Say where the change makes the design looser, and fail nothing for it, whatever the design says.
    #[arg(long)]
    pub(crate) accept_loosened: bool,
    #[command(flatten)]
    pub(crate) cache: Cache,
}

/// A side of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    /// What is changed to: for work on the design.
    Head,
    /// What is changed: for changes that others made, before they are merged.
    Base,
}

/// Whether readings are kept.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Cache {
    /// Read every text anew, and keep nothing for later runs.
    #[arg(long)]
    pub(crate) no_cache: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "\
EXAMPLES
  gate model                       what gate sees in the index
  gate model v1.2                  in a revision
  gate model --format json         every row, for tools")]
pub(crate) struct Model {
    /// The revision; default the index.
    #[arg(value_name = "REV")]
    pub(crate) revision: Option<String>,
    /// Read the files on disk.
    #[arg(long, conflicts_with = "revision")]
    pub(crate) worktree: bool,
    /// How to print it: human or json.
    #[arg(long, value_parser = model_format, default_value = "human")]
    pub(crate) format: ModelFormat,
    #[command(flatten)]
    pub(crate) cache: Cache,
}

#[derive(Args, Debug)]
#[command(after_help = "\
EXAMPLES
  gate explain dependency-divergence      what a rule means
  gate explain 7f3a9c21                   a finding of `gate check` or `gate check --all`, then its rule")]
pub(crate) struct Explain {
    /// The name of a rule, or the id of a finding.
    #[arg(value_name = "RULE | ID")]
    pub(crate) subject: String,
    #[command(flatten)]
    pub(crate) cache: Cache,
}

#[derive(Args, Debug)]
#[command(after_help = "\
EXAMPLES
  gate rules
  gate rules --format json")]
pub(crate) struct Rules {
    /// How to print them.
    #[arg(long, default_value = "human")]
    pub(crate) format: TableFormat,
}

/// The formats of tables that the program prints by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TableFormat {
    /// For people.
    Human,
    /// For tools.
    Json,
}

#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "\
EXAMPLES
  gate spec check                  is the spec in the index valid?
  gate spec check --worktree       the one on disk
  gate spec diff main...HEAD       what does a branch do to the design?"
)]
pub(crate) struct Spec {
    #[command(subcommand)]
    pub(crate) command: SpecCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SpecCommand {
    /// Read the spec and say what it declares, or what is wrong with it.
    #[command(after_help = "\
EXAMPLES
  gate spec check                  the spec in the index
  gate spec check HEAD~3           as it was
  gate spec check --worktree       as it is on disk
  gate spec check --spec draft/    a draft somewhere else")]
    Check(SpecCheck),
    /// Compare the design of two sides, statement by statement: loosened, extended, tightened, neutral.
    #[command(after_help = "\
EXAMPLES
  gate spec diff                   what would be committed (HEAD → index)
  gate spec diff main...HEAD       what a branch does to the design
  gate spec diff v1.0..v2.0        what became of it between two tags
  gate spec diff --format json     for tools")]
    Diff(SpecDiff),
}

#[derive(Args, Debug)]
pub(crate) struct SpecDiff {
    /// What to compare: REV (with the index), A..B, or A...B (from their merge base); default HEAD.
    #[arg(value_name = "REV | A..B | A...B")]
    pub(crate) revision: Option<String>,
    /// Read the spec on disk in place of the one in the index.
    #[arg(long)]
    pub(crate) worktree: bool,
    /// How to print it: human or json.
    #[arg(long, value_parser = spec_diff_format, default_value = "human")]
    pub(crate) format: SpecDiffFormat,
}

#[derive(Args, Debug)]
pub(crate) struct SpecCheck {
    /// The revision; default the index.
    #[arg(value_name = "REV")]
    pub(crate) revision: Option<String>,
    /// Read the spec on disk.
    #[arg(long, conflicts_with = "revision")]
    pub(crate) worktree: bool,
    /// Read this file or folder on disk in place of specs/; repeats.
    #[arg(long, value_name = "PATH")]
    pub(crate) spec: Vec<PathBuf>,
}

#[derive(Args, Debug)]
#[command(after_help = "\
EXAMPLES
  gate schema spec > gate-spec.schema.json      for editors: completion and errors while typing")]
pub(crate) struct Schema {
    /// What the schema describes.
    pub(crate) subject: SchemaSubject,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaSubject {
    /// The TOML files of a spec.
    Spec,
}

#[derive(Args, Debug)]
#[command(after_help = "\
EXAMPLES
  gate completions bash > ~/.local/share/bash-completion/completions/gate
  gate completions fish > ~/.config/fish/completions/gate.fish
  gate completions zsh  > \"${fpath[1]}/_gate\"")]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

/// A format, and the file that it goes to; the standard output without one.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    /// The format.
    pub(crate) format: Format,
    /// The file.
    pub(crate) file: Option<PathBuf>,
}

impl Sink {
    /// Standard output in this format.
    pub(crate) fn stdout(format: Format) -> Self {
        Self { format, file: None }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("there is no file name behind `=`".to_owned()),
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        match Format::named(name) {
            Some(format) => Ok(Self { format, file }),
            None => Err(format!("formats are {}", names(FORMATS.iter().map(|format| format.name)))),
        }
    }
}

fn model_format(name: &str) -> Result<ModelFormat, String> {
    ModelFormat::named(name)
        .ok_or_else(|| format!("formats are {}", names(MODEL_FORMATS.iter().map(|format| format.name))))
}

fn spec_diff_format(name: &str) -> Result<SpecDiffFormat, String> {
    SpecDiffFormat::named(name)
        .ok_or_else(|| format!("formats are {}", names(SPEC_DIFF_FORMATS.iter().map(|format| format.name))))
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_commands_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_shows_examples() {
        let mut commands = vec![Arguments::command()];
        while let Some(command) = commands.pop() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.starts_with("EXAMPLES\n"), "{}", command.get_name());
            commands.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn formats_have_a_name_and_maybe_a_file() {
        #[track_caller]
        fn check(text: &str, expected: Result<(&str, Option<&str>), &str>) {
            let sink = Sink::parse(text);
            let sink =
                sink.as_ref().map(|sink| (sink.format.name, sink.file.as_deref().and_then(|it| it.to_str())));
            assert_eq!(sink.map_err(String::as_str), expected);
        }
        check("json", Ok(("json", None)));
        check("json=a=b.json", Ok(("json", Some("a=b.json"))));
        check("human=", Err("there is no file name behind `=`"));
        check("xml", Err("formats are human, concise, json, github"));
    }
}
