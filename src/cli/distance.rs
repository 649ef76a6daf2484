//! A name that nobody knows → the known one that was probably meant.

/// The candidate nearest to `name`, if one is near: at most a third of its letters differ.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(64).collect();
    let near = candidates.into_iter().map(|candidate| (distance(&name, candidate), candidate));
    let (distance, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= candidate.len().max(name.len())).then_some(candidate)
}

/// How many letters have to be added, dropped or replaced (Levenshtein).
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut diagonal = at;
        let mut left = at + 1;
        for (above, other) in row.iter_mut().skip(1).zip(&to) {
            let replaced = diagonal + usize::from(letter != other);
            diagonal = *above;
            left = replaced.min(*above + 1).min(left + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(from.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_letters() {
        #[track_caller]
        fn check(from: &str, to: &str, expected: usize) {
            assert_eq!(distance(&from.chars().collect::<Vec<_>>(), to), expected);
        }
        check("", "", 0);
        check("", "abc", 3);
        check("abc", "", 3);
        check("kitten", "sitting", 3);
        check("private-use", "private-use", 0);
        check("private_use", "private-use", 1);
    }

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
