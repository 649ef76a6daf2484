//! The tables of formats: a name and the functions that print in it.

use super::{Failure, ModelListing, Report, Style, concise, github, human, json, model_human, model_json};

/// A row of [`FORMATS`].
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The name after `--format`.
    pub name: &'static str,
    /// Whether people read it: only then has it colour, and a failure in it belongs on the error stream.
    pub is_prose: bool,
    /// Prints a report; ends with a newline.
    pub report: fn(&Report, Style) -> String,
    /// Prints why there is no report; ends with a newline.
    pub failure: fn(&Failure, Style) -> String,
}

/// The formats of `gate check`, the default first.
pub const FORMATS: [Format; 4] = [HUMAN, CONCISE, JSON, GITHUB];

/// Blocks with the code and the spec, for people.
pub const HUMAN: Format =
    Format { name: "human", is_prose: true, report: human::report, failure: human::failure };
/// A line per finding.
pub const CONCISE: Format =
    Format { name: "concise", is_prose: true, report: concise::report, failure: concise::failure };
/// `gate.report/1`.
pub const JSON: Format =
    Format { name: "json", is_prose: false, report: json::report, failure: json::failure };
/// Annotations of GitHub Actions.
pub const GITHUB: Format =
    Format { name: "github", is_prose: false, report: github::report, failure: github::failure };

impl Format {
    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|format| format.name == name)
    }
}

/// A row of [`MODEL_FORMATS`].
#[derive(Clone, Copy, Debug)]
pub struct ModelFormat {
    /// The name after `--format`.
    pub name: &'static str,
    /// Whether people read it.
    pub is_prose: bool,
    /// Prints a listing; ends with a newline.
    pub listing: fn(&ModelListing, Style) -> String,
}

/// The formats of `gate model`, the default first.
pub const MODEL_FORMATS: [ModelFormat; 2] = [
    ModelFormat { name: "human", is_prose: true, listing: model_human::listing },
    ModelFormat { name: "json", is_prose: false, listing: model_json::listing },
];

impl ModelFormat {
    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        MODEL_FORMATS.into_iter().find(|format| format.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn every_format_prints_whole_lines_and_the_same_twice() {
        let mut report = samples::deviating(vec![samples::finding(), samples::absence()]);
        report.unjudged = samples::unjudged();
        for format in FORMATS {
            let prints =
                [(format.report)(&report, Style::Plain), (format.failure)(&samples::failure(), Style::Plain)];
            for text in &prints {
                assert!(text.ends_with('\n') && !text.contains('\u{1b}'), "{}", format.name);
            }
            assert_eq!((format.report)(&report, Style::Plain), prints[0]);
            assert_eq!(Format::named(format.name).map(|found| found.name), Some(format.name));
        }
        for format in MODEL_FORMATS {
            assert!((format.listing)(&samples::listing(), Style::Plain).ends_with('\n'), "{}", format.name);
            assert_eq!(ModelFormat::named(format.name).map(|found| found.name), Some(format.name));
        }
        assert!(Format::named("xml").is_none());
    }
}
