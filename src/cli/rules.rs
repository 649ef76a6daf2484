//! `gate rules`: the table of rules, for people or tools.

use anyhow::Result;
use gate::RuleRow;
use gate::report::Document;
use serde::Serialize;

use super::args::{Rules, TableFormat};
use super::output::Output;

/// Lists the rules.
pub(crate) fn run(arguments: &Rules, output: Output) -> Result<u8> {
    let rules = gate::rules();
    match arguments.format {
        TableFormat::Human => output.answer(&human(&rules)),
        TableFormat::Json => output.answer(&json(&rules)),
    }
}

fn human(rules: &[RuleRow]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let row =
        |rule: &RuleRow| format!("{:width$}  {:4}  {}\n", rule.name, rule.severity.as_str(), rule.summary);
    rules.iter().map(row).chain(["\nSee `gate explain RULE`.\n".to_owned()]).collect()
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    severity: &'static str,
    summary: &'static str,
}

fn json(rules: &[RuleRow]) -> String {
    let row =
        |rule: &RuleRow| Row { name: rule.name, severity: rule.severity.as_str(), summary: rule.summary };
    let mut document = Document::new("gate.rules/1");
    document.rows("rules", rules.iter().map(row));
    document.finish()
}

#[cfg(test)]
mod tests {
    use gate::basis::Severity;

    use super::*;

    const RULES: [RuleRow; 2] = [
        RuleRow { name: "private-use", severity: Severity::Deny, summary: "uses what is private", page: "" },
        RuleRow { name: "module-cycle", severity: Severity::Note, summary: "closes a cycle", page: "" },
    ];

    #[test]
    fn rules_are_a_table() {
        let expected = "\
private-use   deny  uses what is private
module-cycle  note  closes a cycle

See `gate explain RULE`.
";
        assert_eq!(human(&RULES), expected);
    }

    #[test]
    fn rules_are_rows_for_tools() {
        let expected = r#"{
  "schema": "gate.rules/1",
  "rules": [
    {"name":"private-use","severity":"deny","summary":"uses what is private"},
    {"name":"module-cycle","severity":"note","summary":"closes a cycle"}
  ]
}
"#;
        assert_eq!(json(&RULES), expected);
    }
}
