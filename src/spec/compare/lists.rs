//! Two lists → what only one of them holds; and patterns that add nothing to others.

use std::collections::BTreeSet;

use super::super::design::{At, Declared};
use super::super::pattern::{Pattern, SymbolPattern};

/// Above so many comparisons a pattern is taken for one that adds something: no spec that a person reads is so long.
const MOST: usize = 1_000_000;

/// An element of a list with what it is compared by.
pub(super) type Element<K> = (K, At);

/// What base's list holds and head's does not, and the other way round.
pub(super) fn differing<K: Ord + Clone>(
    base: &[Element<K>],
    head: &[Element<K>],
) -> (Vec<Element<K>>, Vec<Element<K>>) {
    let only = |own: &[Element<K>], other: &[Element<K>]| -> Vec<Element<K>> {
        let known: BTreeSet<&K> = other.iter().map(|(key, _)| key).collect();
        own.iter().filter(|(key, _)| !known.contains(key)).cloned().collect()
    };
    (only(base, head), only(head, base))
}

/// The elements of a list, to be compared by their values.
pub(super) fn elements<T: Clone>(list: &[Declared<T>]) -> Vec<Element<T>> {
    list.iter().map(|declared| (declared.value.clone(), declared.at)).collect()
}

/// Whether one of `patterns` names all that `pattern` does.
pub(super) fn covered(pattern: &SymbolPattern, patterns: &[Element<SymbolPattern>]) -> bool {
    patterns.len() < MOST && patterns.iter().any(|(known, _)| known.covers(pattern))
}

/// Whether all that `narrow` names surely lies in `wide`.
pub(super) fn lies_in(narrow: &Pattern, wide: &Pattern) -> bool {
    match (narrow, wide) {
        (Pattern::Symbol(narrow), Pattern::Symbol(wide)) => wide.covers(narrow),
        (Pattern::File(narrow), Pattern::File(wide)) => {
            let folder = |glob: &str| glob.trim_end_matches("/**").trim_end_matches('/').to_owned();
            let (narrow, wide) = (folder(&narrow.glob), folder(&wide.glob));
            let below =
                narrow.strip_prefix(&wide).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            below && !wide.contains(['*', '?', '[', '{'])
        }
        (Pattern::Symbol(_), Pattern::File(_)) | (Pattern::File(_), Pattern::Symbol(_)) => false,
    }
}
