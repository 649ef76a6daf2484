//! The waivers of two designs: one more, or one that holds longer, is a rule that holds less.

use std::collections::BTreeMap;

use super::super::design::{Waiver, WaiverSubject};
use super::{Class, Pair, Subject, Table};
use crate::basis::RuleId;

impl Pair<'_> {
    /// `[[waiver]]`.
    pub(super) fn waivers(&mut self) {
        let (base, head) = (self.base, self.head);
        let mut known: BTreeMap<_, &Waiver> =
            base.waivers.iter().map(|waiver| (key(waiver), waiver)).collect();
        for (index, waiver) in head.waivers.iter().enumerate() {
            let table = Table { name: "waiver".to_owned(), subject: Subject::Waiver(index), rules: &[] };
            let Some(before) = known.remove(&key(waiver)) else {
                let reason = format!("{} is put up with", shown(waiver));
                self.say(Class::Loosened, (&table, ""), (None, Some(waiver.at)), reason);
                continue;
            };
            let ends = (Some(before.expires.at), Some(waiver.expires.at));
            let (until, now) = (before.expires.value, waiver.expires.value);
            if until != now {
                let (class, holds) =
                    if now > until { (Class::Loosened, "longer") } else { (Class::Tightened, "shorter") };
                let (year, month, day) = now;
                let what = shown(waiver);
                let reason =
                    format!("{what} is put up with for {holds}, until {year:04}-{month:02}-{day:02}");
                self.say(class, (&table, "expires"), ends, reason);
            }
            if (&before.why, &before.owner) != (&waiver.why, &waiver.owner) {
                let table = table.about(Subject::Words);
                self.say(
                    Class::Neutral,
                    (&table, ""),
                    (Some(before.at), Some(waiver.at)),
                    "words for people",
                );
            }
        }
        for gone in base.waivers.iter().filter(|waiver| known.contains_key(&key(waiver))) {
            let table = Table { name: "waiver".to_owned(), subject: Subject::Words, rules: &[] };
            let reason = format!("{} is no longer put up with", shown(gone));
            self.say(Class::Tightened, (&table, ""), (Some(gone.at), None), reason);
        }
    }
}

/// What a waiver excuses, in words.
fn shown(waiver: &Waiver) -> String {
    let of = match &waiver.subject {
        WaiverSubject::Dependency { from, .. } => &from.value,
        WaiverSubject::Endpoint { endpoint, .. } => &endpoint.value,
    };
    format!("`{}` of `{of}`", waiver.rule.value)
}

/// What two waivers of one deviation have in common.
pub(super) fn key(waiver: &Waiver) -> (RuleId, [Option<String>; 3]) {
    let subject = match &waiver.subject {
        WaiverSubject::Dependency { from, to } => {
            [Some(from.value.clone()), to.as_ref().map(|to| to.value.clone()), None]
        }
        WaiverSubject::Endpoint { endpoint, api, pointer } => {
            let words: Vec<&str> = endpoint.value.split_whitespace().collect();
            [api.clone(), pointer.as_ref().map(|pointer| pointer.value.clone()), Some(words.join(" "))]
        }
    };
    (waiver.rule.value, subject)
}
