//! A word that is not known → the known word that was probably meant.
//!
//! It only proposes; nothing is ever read as the word it resembles.

/// Words beyond this length (in scalar values) are not compared: nobody mistypes a name of that length by two letters, and
/// the comparison is quadratic.
const LONGEST: usize = 64;

/// The one of `known` that `word` resembles most; `None` when it resembles none. The first wins among equals.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let allowed = if length < 3 { 1 } else { (length / 3).clamp(1, 3) };
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (candidate.chars().count(), candidate))
        .filter(|(other, _)| *other <= LONGEST && length.abs_diff(*other) <= allowed)
        .map(|(other, candidate)| (distance(&word, &candidate.to_lowercase()), other, candidate))
        .filter(|(distance, other, _)| *distance <= allowed && distance < other)
        .min_by_key(|(distance, _, _)| *distance)
        .map(|(_, _, candidate)| candidate)
}

/// `did you mean …?` for the word that [`nearest`] finds.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|found| format!("did you mean `{found}`?"))
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour to make one word the other (optimal
/// string alignment: no letter is touched twice).
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let swapped = row > 0 && column > 0 && *letter == right[column - 1] && left[row - 1] == *other;
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_proposed() {
        #[track_caller]
        fn check(word: &str, known: &[&str], expected: Option<&str>) {
            assert_eq!(nearest(word, known.iter().copied()), expected);
        }
        check("use", &["users", "uses"], Some("uses"));
        check("laeyrs", &["layers", "lawyers"], Some("layers"));
        check("GETT", &["GET", "PUT"], Some("GET"));
        check("get", &["POST", "GET"], Some("GET"));
        check("x", &["yz"], None);
        check("x", &["y"], None);
        check("", &["a"], None);
        check("whatever", &["code", "why"], None);
        check("ordérs", &["orders"], Some("orders"));
        check(&"a".repeat(100_000), &["a"], None);
        check("a", &[&"a".repeat(100_000)], None);
    }
}
