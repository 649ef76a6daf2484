//! A variant of an enum that makes the response itself → what its arm of the `match` there answers.

use super::answer::Answer;
use super::body::{Computed, endings, returns};
use super::bound::{Bound, bound, is_changed};
use super::failure::RESPONDERS;
use super::{Exchanges, Function, last};
use crate::facts::{Arm, CfgId, Expr, ExprKind, ItemId, TypeExpr};
use crate::model::tree::ModuleRef;
use crate::model::wire::Meaning;

impl Exchanges<'_, '_> {
    /// The enum of the repository that a path names a variant of.
    pub(super) fn owner_of(&self, path: &str, of: Computed<'_>) -> Option<(ModuleRef, ItemId)> {
        let (owner, name) = path.rsplit_once("::")?;
        let expr = TypeExpr::Path { path: owner.into(), arguments: Vec::new() };
        let Meaning::Own { module, item, .. } = self.meaning(&expr, of.function) else { return None };
        let (file, index, _) = self.wire.declaration_of(module, item)?;
        file.types[index].variants.iter().any(|variant| *variant.name == *name).then_some((module, item))
    }

    /// What a variant answers with; `None` where the path names none.
    pub(super) fn of_variant(&self, path: &str, of: Computed<'_>) -> Option<Answer> {
        let (module, item) = self.owner_of(path, of)?;
        let whole = || self.of_own(module, item, of.depth + 1);
        let Some(function) = self.responder((module, item), &RESPONDERS).filter(|_| self.spend()) else {
            return Some(whole());
        };
        let Some(arms) = arms(&function) else { return Some(whole()) };
        // Behind a guard an arm may leave it to the ones that take anything.
        let is_sure = |arm: &Arm| !arm.pattern.contains(" if ") && arm.cfg == CfgId(0);
        let is_taken = arms.iter().any(|arm| names(&arm.pattern, last(path)) && is_sure(arm));
        let may_be = |arm: &&Arm| names(&arm.pattern, last(path)) || (!is_taken && takes_any(&arm.pattern));
        let meant = arms.iter().filter(may_be);
        let inside = Computed { function: &function, depth: of.depth + 1 };
        if inside.depth > super::body::CALLS {
            return Some(Answer::hidden());
        }
        let values = meant.flat_map(|arm| endings(&arm.value)).map(|ending| ending.value);
        Some(self.only(values.collect(), inside, 0).unwrap_or_else(Answer::hidden))
    }
}

/// The arms of the `match` over `self` that a function ends with and that nothing goes before.
fn arms(function: &Function) -> Option<&[Arm]> {
    let value = function.declared.value.as_ref()?;
    if !returns(value).is_empty() {
        return None;
    }
    let mut next = value;
    loop {
        next = if let ExprKind::Match { subject, arms, .. } = &next.kind {
            let is_self = matches!(subject.trim_start_matches(['&', '*']), "self");
            return is_self.then_some(arms);
        } else if let ExprKind::Block { value: Some(value), .. } = &next.kind {
            value
        } else if let ExprKind::Method { receiver, name, .. } = &next.kind
            && &**name == "into_response"
        {
            receiver
        } else if let Some(name) = variable(next).filter(|name| !is_changed(function, name))
            && let Bound::Let(_, Some(value)) = bound(function, name)
        {
            value
        } else {
            return None;
        };
    }
}

fn variable(value: &Expr) -> Option<&str> {
    if let ExprKind::Path(path) = &value.kind { Some(path) } else { None }
}

/// Whether one of the alternatives of a pattern is a variant of this name.
fn names(pattern: &str, variant: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || matches!(char, '_' | ':');
    pattern.split('|').any(|one| {
        let one = one.trim().trim_start_matches('&');
        let path = &one[..one.find(|char| !is_part(char)).unwrap_or(one.len())];
        last(path) == variant
    })
}

/// Whether a pattern takes what no other one did: `_`, `error`.
fn takes_any(pattern: &str) -> bool {
    pattern.starts_with(|char: char| char == '_' || char.is_lowercase()) && !pattern.contains("::")
}

#[cfg(test)]
mod tests {
    use super::{names, takes_any};

    #[test]
    fn a_pattern_names_its_variants() {
        #[track_caller]
        fn check(pattern: &str, expected: bool) {
            assert_eq!(names(pattern, "Missing"), expected, "{pattern}");
        }
        check("Self::Missing", true);
        check("Error::Gone | Error::Missing(_)", true);
        check("&Error::Missing { id, .. } if id > 1", true);
        check("Self::MissingPart", false);
        check("_", false);
        assert!(takes_any("_") && takes_any("error") && !takes_any("Self::Gone") && !takes_any("crate::A"));
    }
}
