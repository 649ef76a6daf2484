//! `[design]` and `[rules]` of two designs: policies, roles, tests, absent code, severities.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::design::{Declared, Design, Policy};
use super::super::pattern::Pattern;
use super::lists::{differing, elements, lies_in};
use super::{Class, Pair, Subject, Table, either};
use crate::basis::{Role, RuleId, Severity};

impl Pair<'_> {
    /// `[design]`, `layers` aside.
    pub(super) fn design(&mut self) {
        let (base, head) = (self.base, self.head);
        let name = |design: &Design| design.name.as_ref().map(|name| name.value.clone());
        self.words(
            "design",
            &[("name", name(base) != name(head)), ("why", base.why != head.why)],
            ("design", "design"),
        );
        let needs = |design: &Design| design.needs.map(|needs| needs.value);
        let table = Table::whole("design");
        if needs(base) != needs(head) {
            let (class, reason) = match needs(head) < needs(base) {
                true => (Class::Loosened, "an older gate, which judges less, may judge again"),
                false => (Class::Tightened, "an older gate may no longer judge"),
            };
            let ends = (base.needs.map(|needs| needs.at), head.needs.map(|needs| needs.at));
            self.say(class, (&table.about(Subject::Words), "needs"), ends, reason);
        }
        let policies = [
            ("unmapped", base.unmapped, head.unmapped, "new code may belong to no module"),
            ("unjudged", base.unjudged, head.unjudged, "what cannot be judged no longer fails a change"),
        ];
        for (key, before, after, reason) in policies {
            if before != after {
                let ends = self.ends(("design", "design"), key);
                let loosened = after == Policy::Tolerate;
                let reason = if loosened { reason } else { "it fails a change now" };
                self.say(either(loosened), (&table, key), ends, reason);
            }
        }
        self.judge();
        self.code_apart("tests", (&base.tests, &head.tests));
        self.code_apart("absent", (&base.absent, &head.absent));
    }

    fn judge(&mut self) {
        let roles = |design: &Design| design.judge.iter().copied().collect::<BTreeSet<Role>>();
        let (before, after) = (roles(self.base), roles(self.head));
        let ends = self.ends(("design", "design"), "judge");
        let words = |roles: BTreeSet<Role>| {
            roles.into_iter().map(|role| format!("`{}`", role.as_str())).collect::<Vec<_>>().join(", ")
        };
        let gone: BTreeSet<Role> = before.difference(&after).copied().collect();
        let new: BTreeSet<Role> = after.difference(&before).copied().collect();
        let table = Table::whole("design");
        if !gone.is_empty() {
            let reason = format!("code of role {} is no longer judged", words(gone));
            self.say(Class::Loosened, (&table, "judge"), ends, reason);
        }
        if !new.is_empty() {
            let reason = format!("code of role {} is judged now", words(new));
            self.say(Class::Tightened, (&table, "judge"), ends, reason);
        }
    }

    /// `tests` and `absent`: code that is judged otherwise, or not at all.
    fn code_apart(&mut self, key: &'static str, (base, head): (&[Declared<Pattern>], &[Declared<Pattern>])) {
        let table = Table::whole("design");
        let (gone, new) = differing(&elements(base), &elements(head));
        let inside = |pattern: &Pattern, list: &[Declared<Pattern>]| {
            list.iter().any(|known| known.value != *pattern && lies_in(pattern, &known.value))
        };
        for (pattern, at) in new {
            // What is absent is a file of no tree, and its path does not say whose it would be.
            let may_be_new = key != "absent" || matches!(pattern, Pattern::Symbol(_));
            let (class, reason) = if inside(&pattern, base) {
                (Class::Neutral, format!("`{pattern}` lies in what base names"))
            } else if may_be_new && self.is_new_ground(&pattern) {
                (Class::Extended, format!("`{pattern}` names code that is new"))
            } else {
                (Class::Loosened, format!("`{pattern}` is judged as code of another kind, or not at all"))
            };
            self.say(class, (&table, key), (None, Some(at)), reason);
        }
        for (pattern, at) in gone {
            let class = if inside(&pattern, head) { Class::Neutral } else { Class::Tightened };
            let reason = format!("`{pattern}` is judged like other code");
            self.say(class, (&table, key), (Some(at), None), reason);
        }
    }

    /// Whether a pattern names no code of base, and none that lies in a module of base's.
    pub(super) fn is_new_ground(&self, pattern: &Pattern) -> bool {
        if self.is_huge {
            return false;
        }
        let mut code = self.base.modules.iter().flat_map(|module| &module.code);
        !code.any(|code| lies_in(pattern, &code.value)) && !(self.ground.in_base)(pattern)
    }

    /// `[rules]`: severities, as they hold.
    pub(super) fn severities(&mut self) {
        let rules: BTreeSet<RuleId> =
            self.base.severities.keys().chain(self.head.severities.keys()).copied().collect();
        for rule in rules {
            let (written, now) = (self.base.severities.get(&rule), self.head.severities.get(&rule));
            let holds = |written: Option<&Declared<Severity>>| {
                written.map_or_else(|| (self.ground.severity)(rule), |severity| Some(severity.value))
            };
            let (before, after) = (holds(written), holds(now));
            let ends = (written.map(|severity| severity.at), now.map(|severity| severity.at));
            // What the caller decides lies between both.
            let weight = |severity: Option<Severity>| match severity {
                Some(Severity::Deny) => 2,
                None => 1,
                Some(Severity::Note) => 0,
            };
            let (class, reason) = match weight(after).cmp(&weight(before)) {
                Ordering::Less => (Class::Loosened, format!("`{rule}` no longer fails a change")),
                Ordering::Greater => (Class::Tightened, format!("`{rule}` fails a change now")),
                Ordering::Equal if written.is_some() == now.is_some() => continue,
                Ordering::Equal => (Class::Neutral, format!("`{rule}` has this severity anyway")),
            };
            let table = Table { name: "rules".to_owned(), subject: Subject::Rule(rule), rules: &[] };
            self.say(class, (&table, rule.0), ends, reason);
        }
    }
}
