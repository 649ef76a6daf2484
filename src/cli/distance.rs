//! A name that nobody knows → the known one that was probably meant.

use gate::basis::letters_between;

/// The candidate nearest to `name`, if one is near: at most a third of its letters differ.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: String = name.chars().take(64).collect();
    let near = candidates.into_iter().map(|candidate| (letters_between(&name, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= candidate.len().max(name.chars().count())).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_near_names_are_suggested() {
        #[track_caller]
        fn check(name: &str, expected: Option<&str>) {
            assert_eq!(nearest(name, ["private-use", "private-leak", "module-cycle"]), expected);
        }
        check("private_use", Some("private-use"));
        check("module-cycles", Some("module-cycle"));
        check("private-lea", Some("private-leak"));
        check("endpoint", None);
        check("", None);
        check(&"x".repeat(100_000), None);
    }
}
