//! `gate explain`: the page of a rule, or a finding by its id and then the page of its rule.

use std::path::PathBuf;

use anyhow::Result;
use gate::report::{Report, Style, Untrusted, id, render_finding};
use gate::{CheckError, CheckOptions, Compare, Reading, RuleRow, Trust};

use super::args::{self, Explain};
use super::distance::nearest;
use super::output::Output;
use super::{COULD_NOT_RUN, cache, check, failure, today};

/// Prints what was asked for; an unknown name is exit 2.
pub(crate) fn run(arguments: &Explain, output: Output) -> Result<u8> {
    let rules = gate::rules();
    let subject = arguments.subject.as_str();
    if let Some(rule) = rules.iter().find(|rule| rule.name == subject) {
        return output.answer(&page(rule));
    }
    if !is_id(subject) {
        output.error(&unknown(subject, &rules));
        return Ok(COULD_NOT_RUN);
    }
    match found(subject, arguments.cache, output.style()) {
        Ok(Some((block, rule))) => {
            let page = rules.iter().find(|row| row.name == rule).map(page).unwrap_or_default();
            output.answer(&format!("{block}\n{page}"))
        }
        Ok(None) => {
            output.error(&format!(
                "error: no finding has the id `{subject}`, neither between HEAD and the index nor under --all\n"
            ));
            Ok(COULD_NOT_RUN)
        }
        Err(error) => {
            output.failure(&error.into_failure(check::UNDONE));
            Ok(COULD_NOT_RUN)
        }
    }
}

/// The finding with this id as the human format prints it, and its rule: in what would be committed, else in all of the
/// code.
fn found(
    wanted: &str,
    cache: args::Cache,
    style: Style,
) -> Result<Option<(String, &'static str)>, CheckError> {
    let today = today::today().unwrap_or_default();
    let cache = cache::folder(cache);
    let all = Compare::All { revision: None, worktree: false };
    for compare in [Compare::Index { base: None }, all] {
        let options = CheckOptions {
            directory: PathBuf::from("."),
            compare,
            spec: Vec::new(),
            standing: true,
            today,
            trust: Trust::Head,
            accepts_loosened: false,
            cache: cache.clone(),
            reading: Reading::AsNeeded,
        };
        let report = failure::guarded(|| gate::check(&options))?;
        if let Some(found) = named(&report, wanted, style) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn named(report: &Report, wanted: &str, style: Style) -> Option<(String, &'static str)> {
    let finding = report.findings.iter().find(|finding| id(finding) == wanted)?;
    Some((render_finding(report, finding, style), finding.rule.0))
}

fn page(rule: &RuleRow) -> String {
    rule.page.trim_end().to_owned() + "\n"
}

/// Whether this has the form of an id: eight hexadecimal digits.
fn is_id(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn unknown(name: &str, rules: &[RuleRow]) -> String {
    let help = match nearest(name, rules.iter().map(|rule| rule.name)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`gate rules` lists them".to_owned(),
    };
    format!("error: there is no rule `{}`; {help}\n", Untrusted(name))
}

#[cfg(test)]
mod tests {
    use gate::basis::Severity;

    use super::*;

    #[test]
    fn unknown_names_get_a_suggestion() {
        #[track_caller]
        fn check(name: &str, expected: &str) {
            let rule =
                RuleRow { name: "private-use", severity: Severity::Deny, summary: "", page: "# page\n\n\n" };
            assert_eq!(unknown(name, &[rule]), format!("error: there is no rule {expected}\n"));
            assert_eq!(page(&rule), "# page\n");
        }
        check("private-us", "`private-us`; did you mean `private-use`?");
        check("x\u{1b}", "`x\\u{1b}`; `gate rules` lists them");
    }

    #[test]
    fn ids_are_eight_hexadecimal_digits() {
        #[track_caller]
        fn check(text: &str, expected: bool) {
            assert_eq!(is_id(text), expected);
        }
        check("7f3a9c21", true);
        check("7F3A9C21", false);
        check("7f3a9c2", false);
        check("7f3a9c2g", false);
    }
}
