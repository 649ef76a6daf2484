//! `stale-permission`: the change removes the last use of an entry that permits something.

use super::words::{bare_finding, name, spec_label};
use super::{Check, Rule};
use crate::basis::{Finding, RuleId, Severity};
use crate::reflexion::{List, Permission, Reflexion};

pub(super) const RULE: Rule = Rule {
    id: RuleId("stale-permission"),
    severity: Severity::Note,
    summary: "the change removes the last use of an entry in `uses`, `external` or `public`",
    page: include_str!("stale_permission.md"),
    check: Check::Code(check),
};

fn check(reflexion: &Reflexion<'_>, findings: &mut Vec<Finding>) {
    findings.extend(reflexion.unneeded.iter().map(|permission| finding(reflexion, *permission)));
}

fn finding(reflexion: &Reflexion<'_>, permission: Permission) -> Finding {
    let design = reflexion.design;
    let module = name(design, permission.module);
    let (table, key) = (format!("module.{module}"), permission.list.key());
    let written = permission.written(design);
    let no_longer = if reflexion.whole { "" } else { " any more" };
    let message = match permission.list {
        List::Uses if written == "*" => format!("`{module}` uses no other module{no_longer}"),
        List::Uses | List::External => format!("nothing in `{module}` uses `{written}`{no_longer}"),
        List::Public => format!("nothing outside `{module}` names `{written}`{no_longer}"),
    };
    let identity = vec![table.clone(), key.to_owned(), written];
    let mut finding = bare_finding(RULE.id, RULE.severity, identity, message);
    let text = if reflexion.whole { "no use needs this" } else { "the change removes the last use of this" };
    finding.declared = Some(spec_label(design, permission.at(design), text));
    finding.help =
        vec![format!("take it out of `{key}` of `{table}`: what nobody needs, nobody should be permitted")];
    finding
}
