//! The tables of formats: a name and the functions that print in it.

use super::{
    DesignDiff, Failure, ModelListing, Report, Style, concise, design_human, design_json, github, human,
    json, model_human, model_json,
};

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

/// A row of [`SPEC_DIFF_FORMATS`].
#[derive(Clone, Copy, Debug)]
pub struct SpecDiffFormat {
    /// The name after `--format`.
    pub name: &'static str,
    /// Prints a comparison; ends with a newline.
    pub diff: fn(&DesignDiff, Style) -> String,
}

/// The formats of `gate spec diff`, the default first.
pub const SPEC_DIFF_FORMATS: [SpecDiffFormat; 2] = [
    SpecDiffFormat { name: "human", diff: design_human::diff },
    SpecDiffFormat { name: "json", diff: design_json::diff },
];

impl SpecDiffFormat {
    /// The format with this name.
    pub fn named(name: &str) -> Option<Self> {
        SPEC_DIFF_FORMATS.into_iter().find(|format| format.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Untrusted, samples};
    use super::*;
    use crate::basis::{Origin, Span};

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

    /// A sequence of numbers that looks random and is the same in every run.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % end
        }

        fn text(&mut self) -> String {
            const PARTS: [&str; 24] = [
                "a",
                "\n",
                "\r\n",
                "\r",
                "\t",
                " ",
                "é",
                "日",
                "e\u{301}",
                "👩\u{200d}💻",
                "\u{1b}[2J",
                "\u{9b}",
                "\u{202e}",
                "\u{2028}",
                "\u{feff}",
                "::error::x",
                "\n::stop-commands::t",
                "##[error]",
                "##vso[x]",
                "%0A",
                "\0",
                "\u{7f}",
                "\u{e0041}",
                "`",
            ];
            let parts = self.below(40);
            let mut text = String::new();
            for _ in 0..parts {
                text.push_str(PARTS[usize::try_from(self.below(24)).unwrap()]);
                if self.below(60) == 0 {
                    text.push_str(&"long ".repeat(200));
                }
            }
            text
        }

        fn span(&mut self) -> Span {
            let mut offset = || u32::try_from(self.below(300)).unwrap();
            Span { start: offset(), end: offset() }
        }
    }

    /// Every text of a report is hostile; no format panics, none lets a character through that it should not.
    #[test]
    fn hostile_texts_forge_nothing_in_any_format() {
        let mut numbers = Numbers(7);
        for _ in 0..200 {
            let report = hostile_report(&mut numbers);
            for format in FORMATS {
                let text = (format.report)(&report, Style::Plain);
                let escaped: String = text.lines().map(|line| Untrusted(line).to_string() + "\n").collect();
                assert_eq!(text, escaped, "{}", format.name);
                for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
                    let is_own = format.name == "github" && line.starts_with("::error ");
                    assert!(is_own || line.starts_with("  ::: "), "{}: {line}", format.name);
                }
            }
            let json = (JSON.report)(&report, Style::Plain);
            assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
        }
    }

    fn hostile_report(numbers: &mut Numbers) -> Report {
        let (file, spec) = (numbers.text(), numbers.text());
        let mut finding = samples::finding();
        finding.message = numbers.text();
        let origins = [Origin::Head, Origin::Spec];
        finding.site = Some(samples::label(origins[0], &file, numbers.span(), &numbers.text()));
        // One time in two both labels are of one file.
        let declared = if numbers.below(2) == 0 { (origins[0], &file) } else { (origins[1], &spec) };
        finding.declared = Some(samples::label(declared.0, declared.1, numbers.span(), &numbers.text()));
        finding.also = vec![samples::place(origins[0], &file, numbers.span())];
        for text in [&mut finding.why, &mut finding.owner, &mut finding.see, &mut finding.subject.was] {
            *text = Some(numbers.text());
        }
        finding.allowed = vec![numbers.text()];
        finding.help = vec![numbers.text()];
        let mut report = samples::deviating(vec![finding]);
        report.notes = vec![numbers.text()];
        report.judging.base = Some(numbers.text());
        report.judging.head = numbers.text();
        report.judging.spec = numbers.text();
        report.unjudged = samples::unjudged();
        report.unjudged[0].text = numbers.text();
        report.unjudged[0].file = file.as_str().into();
        report.unjudged[0].line = u32::try_from(numbers.below(6)).unwrap();
        report.verdict = crate::basis::Verdict::Unjudged;
        report.sources = [
            ((origins[0], file.as_str().into()), numbers.text().into()),
            ((origins[1], spec.as_str().into()), numbers.text().into()),
        ]
        .into();
        report
    }
}
