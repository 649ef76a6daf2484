//! A command line of a page → the library in process → what it would print.
//!
//! Only what a page can show: `check`, `model` and `spec diff`, without colour. Everything else about the command line is tested through
//! the program itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use gate::basis::Drift;
use gate::report::{Counts, Format, ModelFormat, Report, SpecDiffFormat, Style};
use gate::{CheckError, CheckOptions, Compare, ModelOptions, Reading, SpecDiffOptions, Trust};
use tempfile::TempDir;

/// The day on which pages are judged unless they say `GATE_TODAY=…`.
const TODAY: (u16, u8, u8) = (2026, 1, 15);

/// A parsed command line.
#[derive(Debug)]
pub(crate) struct CommandLine {
    question: Question,
    format: Format,
}

#[derive(Debug)]
enum Question {
    Check(CheckOptions),
    Model(ModelOptions),
    SpecDiff(SpecDiffOptions),
}

impl CommandLine {
    /// Reads `[GATE_TODAY=YYYY-MM-DD] gate check|model|spec diff [REV|A..B|A...B] [--flags]`, asked in `directory`.
    pub(crate) fn parse(line: &str, directory: &Path) -> Result<Self, String> {
        let mut today = TODAY;
        let mut words = line.split_whitespace().peekable();
        while let Some(day) = words.next_if(|word| word.contains('=')) {
            let day =
                day.strip_prefix("GATE_TODAY=").ok_or_else(|| format!("`{day}` is not GATE_TODAY=…"))?;
            today = date(day).ok_or_else(|| format!("`{day}` is no date"))?;
        }
        let (Some("gate"), Some(subcommand)) = (words.next(), words.next()) else {
            return Err(format!("`{line}` does not run gate"));
        };
        if subcommand == "spec" && words.next() != Some("diff") {
            return Err(format!("pages run `gate spec diff`, not `{line}`"));
        }
        let arguments = Arguments::parse(words, directory)?;
        let directory = directory.to_owned();
        let question = match subcommand {
            "check" => Question::Check(CheckOptions {
                directory,
                compare: arguments.compare(),
                spec: arguments.spec,
                standing: arguments.standing,
                today,
                trust: if arguments.trusts_base { Trust::Base } else { Trust::Head },
                accepts_loosened: arguments.accepts_loosened,
                cache: None,
                reading: Reading::AsNeeded,
            }),
            "spec" => Question::SpecDiff(SpecDiffOptions { directory, compare: arguments.compare() }),
            "model" => Question::Model(ModelOptions {
                directory,
                revision: arguments.revision,
                worktree: arguments.worktree,
                cache: None,
            }),
            other => return Err(format!("pages run `check`, `model` and `spec diff`, not `gate {other}`")),
        };
        let format =
            Format::named(&arguments.format).ok_or_else(|| format!("no format `{}`", arguments.format))?;
        Ok(Self { question, format })
    }

    /// What it prints, and its exit code.
    pub(crate) fn run(&self) -> (String, u8) {
        let failed =
            |error: CheckError, undone| ((self.format.failure)(&error.into_failure(undone), Style::Plain), 2);
        match &self.question {
            Question::Check(options) => match gate::check(options) {
                Ok(report) => {
                    judges_the_same_whole(options, &report);
                    judges_the_same_read_anew(options, self.format, &report);
                    judges_the_same_from_the_cache(options, self.format, &report);
                    ((self.format.report)(&report, Style::Plain), report.verdict.exit_code())
                }
                Err(error) => failed(error, "judge this change"),
            },
            Question::Model(options) => match (gate::model(options), ModelFormat::named(self.format.name)) {
                (Ok(listing), Some(format)) => ((format.listing)(&listing, Style::Plain), 0),
                (Ok(_), None) => (format!("`gate model` knows no format `{}`", self.format.name), 2),
                (Err(error), _) => failed(error, "read the code"),
            },
            Question::SpecDiff(options) => {
                match (gate::spec_diff(options), SpecDiffFormat::named(self.format.name)) {
                    (Ok(diff), Some(format)) => ((format.diff)(&diff, Style::Plain), 0),
                    (Ok(_), None) => (format!("`gate spec diff` knows no format `{}`", self.format.name), 2),
                    (Err(error), _) => failed(error, "compare the designs"),
                }
            }
        }
    }
}

/// Reading changed files only where they changed introduces what reading them whole does: on every case of every page.
fn judges_the_same_whole(options: &CheckOptions, report: &Report) {
    let whole = CheckOptions { standing: true, ..options.clone() };
    let whole = gate::check(&whole).expect("what was judged in part can be judged whole");
    let introduced = |report: &Report| -> BTreeSet<(&str, Vec<String>)> {
        let findings = report.findings.iter().filter(|finding| finding.drift == Drift::Introduced);
        findings.map(|finding| (finding.rule.0, finding.identity.0.clone())).collect()
    };
    assert_eq!(introduced(report), introduced(&whole), "in part, and whole");
}

/// What head serves is what reading all of it finds, where the change is said to leave it alone and where it follows from base: on
/// every case of every page.
fn judges_the_same_read_anew(options: &CheckOptions, format: Format, report: &Report) {
    let anew = CheckOptions { reading: Reading::Whole, ..options.clone() };
    let mut anew = gate::check(&anew).expect("what was judged in short can be judged at length");
    if report.counts.endpoints.is_none() {
        // Nothing about endpoints was asked, so that none is counted, and none of base's deviations.
        let Counts { endpoints, unhandled, standing, .. } = report.counts;
        anew.counts = Counts { endpoints, unhandled, standing, ..anew.counts };
        anew.findings.retain(|finding| finding.drift != Drift::Standing || report.findings.contains(finding));
        anew.unjudged.retain(|place| place.drift != Drift::Standing || report.unjudged.contains(place));
    }
    let printed = [report, &anew].map(|report| (format.report)(report, Style::Plain));
    assert_eq!(printed[0], printed[1], "in short, and at length");
}

/// What earlier runs kept is what a run reads: on every case of every page, all of them sharing one cache.
fn judges_the_same_from_the_cache(options: &CheckOptions, format: Format, report: &Report) {
    static CACHE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder for the cache"));
    let options = CheckOptions { cache: Some(CACHE.path().to_owned()), ..options.clone() };
    let expected = (format.report)(report, Style::Plain);
    for run in ["the first run", "the second run"] {
        let report = gate::check(&options).expect("what was judged without a cache can be judged with one");
        assert_eq!((format.report)(&report, Style::Plain), expected, "{run} with a cache, and without");
    }
}

/// The arguments that pages use.
#[derive(Default)]
struct Arguments {
    revision: Option<String>,
    worktree: bool,
    all: bool,
    standing: bool,
    trusts_base: bool,
    accepts_loosened: bool,
    spec: Vec<PathBuf>,
    format: String,
}

impl Arguments {
    fn parse<'a>(mut words: impl Iterator<Item = &'a str>, directory: &Path) -> Result<Self, String> {
        let mut found = Self { format: "human".to_owned(), ..Self::default() };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
            match word {
                "--worktree" => found.worktree = true,
                "--all" => found.all = true,
                "--standing" => found.standing = true,
                "--accept-loosened" => found.accepts_loosened = true,
                "--trust" => found.trusts_base = value()? == "base",
                "--spec" => found.spec.push(directory.join(value()?)),
                "--format" => value()?.clone_into(&mut found.format),
                flag if flag.starts_with('-') => return Err(format!("pages know no `{flag}`")),
                revision if found.revision.is_none() => found.revision = Some(revision.to_owned()),
                extra => return Err(format!("`{extra}` is one argument too many")),
            }
        }
        Ok(found)
    }

    fn compare(&self) -> Compare {
        let revision = self.revision.clone();
        if self.all {
            return Compare::All { revision, worktree: self.worktree };
        }
        if self.worktree {
            return Compare::Worktree { base: revision };
        }
        let range = revision.as_deref().and_then(|text| {
            let split = |dots| {
                text.split_once(dots).map(|(from, to)| (from.to_owned(), to.to_owned(), dots == "..."))
            };
            split("...").or_else(|| split(".."))
        });
        match range {
            Some((from, to, merge_base)) => Compare::Range { from, to, merge_base },
            None => Compare::Index { base: revision },
        }
    }
}

fn date(text: &str) -> Option<(u16, u8, u8)> {
    let mut parts = text.split('-');
    let day = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(day)
}
