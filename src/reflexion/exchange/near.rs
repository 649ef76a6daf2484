//! Two names of fields → whether a slip makes one of the other.

use crate::basis::letters_between;

/// How many letters a slip may be.
const SLIPS: usize = 2;
/// From how many letters on so many of them do not make another word.
const LONG: usize = 5;

/// Whether two names are nearly the same: but for case, `_` and `-`, a plural, or at most two letters of a name that is long enough to
/// tell.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars().filter(|char| !matches!(char, '_' | '-')).flat_map(char::to_lowercase).collect()
    };
    let words = (one.to_owned(), other.to_owned());
    let (one, other) = (plain(one), plain(other));
    if one.chars().count().abs_diff(other.chars().count()) > SLIPS {
        return false;
    }
    let plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    let long = one.chars().count().min(other.chars().count()) >= LONG && !is_another_word(&words.0, &words.1);
    one == other
        || plural(&one, &other)
        || plural(&other, &one)
        || (long && letters_between(&one, &other) <= SLIPS)
}

/// Whether two names differ in one whole word: `min_price` is not a slip of `max_price`.
fn is_another_word(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        let mut words = vec![String::new()];
        for char in name.chars() {
            if matches!(char, '_' | '-')
                || (char.is_uppercase() && words.last().is_some_and(|word| !word.is_empty()))
            {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut().filter(|_| char.is_alphanumeric()) {
                word.extend(char.to_lowercase());
            }
        }
        words
    };
    let (one, other) = (words(one), words(other));
    one.len() == other.len()
        && one.len() > 1
        && one.iter().zip(&other).any(|(one, other)| {
            let longer = one.chars().count().max(other.chars().count());
            one != other && letters_between(one, other) * 2 > longer
        })
}

#[cfg(test)]
mod tests {
    use super::is_near;

    #[test]
    fn names_are_near_when_a_slip_makes_one_of_the_other() {
        #[track_caller]
        fn check(one: &str, other: &str, expected: bool) {
            assert_eq!(is_near(one, other), expected, "{one} {other}");
            assert_eq!(is_near(other, one), expected, "{other} {one}");
        }
        check("createdAt", "created_at", true);
        check("note", "notes", true);
        check("customer", "custmer", true);
        check("customer_id", "customer", true);
        check("note", "name", false);
        check("id", "ip", false);
        check("first", "last", false);
        check("created", "updated", false);
        check("min_price", "max_price", false);
        check("minPrice", "maxPrice", false);
        check("unit_price", "unit_prise", true);
    }
}
