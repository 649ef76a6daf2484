//! The texts of two items → how much of them is equal.
//!
//! Blanks and line comments do not count. What the words mean is not asked.

use rustc_hash::FxHashMap;

/// More tokens than this are not compared: the effort grows with the product of both.
const MAX_TOKENS: usize = 4000;

/// The words and signs of a text, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Words<'t>(Vec<&'t str>);

impl<'t> Words<'t> {
    /// The words and signs of `text`.
    pub(super) fn of(text: &'t str) -> Self {
        let mut found = Vec::new();
        for line in text.lines() {
            let mut rest = line.split("//").next().unwrap_or(line);
            while let Some(first) = rest.chars().next() {
                let in_word = |char: char| char.is_alphanumeric() || char == '_';
                let end = match rest.find(|char| !in_word(char)) {
                    Some(0) => first.len_utf8(),
                    Some(end) => end,
                    None => rest.len(),
                };
                if !first.is_whitespace() {
                    found.push(&rest[..end]);
                }
                rest = &rest[end..];
            }
        }
        Self(found)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How much of both is equal and in the same order, in percent, where that is at least `least`; else 0.
    pub(super) fn equal_percent(&self, other: &Self, least: usize) -> usize {
        let all = self.len() + other.len();
        let percent = |equal: usize| 2 * equal * 100 / all;
        let too_long = self.len().max(other.len()) > MAX_TOKENS;
        if all == 0 || too_long || percent(self.len().min(other.len())) < least {
            return 0;
        }
        // What is not even there in another order is quickly told.
        if percent(self.shared(other)) < least {
            return 0;
        }
        let changes = similar::capture_diff_slices(similar::Algorithm::Myers, &self.0, &other.0);
        let equal = changes.iter().map(|change| match change {
            similar::DiffOp::Equal { len, .. } => *len,
            similar::DiffOp::Delete { .. }
            | similar::DiffOp::Insert { .. }
            | similar::DiffOp::Replace { .. } => 0,
        });
        let found = percent(equal.sum());
        if found < least { 0 } else { found }
    }

    /// How many words are in both, in whatever order.
    fn shared(&self, other: &Self) -> usize {
        let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
        for word in &self.0 {
            *counts.entry(word).or_default() += 1;
        }
        let taken = other.0.iter().filter(|word| match counts.get_mut(**word) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            Some(_) | None => false,
        });
        taken.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_counted_in_tokens() {
        #[track_caller]
        fn check(old: &str, new: &str, percent: usize) {
            assert_eq!(Words::of(old).equal_percent(&Words::of(new), 0), percent);
        }
        check("fn a() { b() }", "fn a() { b() }", 100);
        check("fn a() { b() }", "fn   a() {\n b() // c\n}", 100);
        check("fn a() {}", "struct X;", 0);
        check("a b c d", "a b x y", 50);
        check("a b", "b a", 50);
    }

    #[test]
    fn what_is_too_little_is_nothing() {
        let percent = |least| Words::of("a b c d").equal_percent(&Words::of("a b x y"), least);
        assert_eq!((percent(50), percent(51)), (50, 0));
    }
}
