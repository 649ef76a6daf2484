//! A character → how many columns of a terminal it takes.
//!
//! The ranges are those of Unicode 16 as far as terminals agree on them: East Asian wide and full-width characters and
//! emoji take two columns, combining marks and joiners none. A wrong answer shifts an underline and nothing else.

/// Ranges of characters that take no column, ascending.
const NONE: [(char, char); 20] = [
    ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{489}'),
    ('\u{591}', '\u{5bd}'),
    ('\u{610}', '\u{61a}'),
    ('\u{64b}', '\u{65f}'),
    ('\u{6d6}', '\u{6dc}'),
    ('\u{900}', '\u{902}'),
    ('\u{941}', '\u{948}'),
    ('\u{94d}', '\u{94d}'),
    ('\u{e31}', '\u{e31}'),
    ('\u{e34}', '\u{e3a}'),
    ('\u{e47}', '\u{e4e}'),
    ('\u{1ab0}', '\u{1ace}'),
    ('\u{1dc0}', '\u{1dff}'),
    ('\u{200c}', '\u{200d}'),
    ('\u{20d0}', '\u{20f0}'),
    ('\u{302a}', '\u{302d}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{fe20}', '\u{fe2f}'),
];

/// Ranges of characters that take two columns, ascending.
const WIDE: [(char, char); 31] = [
    ('\u{1100}', '\u{115f}'),
    ('\u{231a}', '\u{231b}'),
    ('\u{23e9}', '\u{23ec}'),
    ('\u{25fd}', '\u{25fe}'),
    ('\u{2614}', '\u{2615}'),
    ('\u{2648}', '\u{2653}'),
    ('\u{26a1}', '\u{26a1}'),
    ('\u{26d4}', '\u{26d4}'),
    ('\u{2705}', '\u{2705}'),
    ('\u{2728}', '\u{2728}'),
    ('\u{274c}', '\u{274c}'),
    ('\u{2753}', '\u{2755}'),
    ('\u{2757}', '\u{2757}'),
    ('\u{2795}', '\u{2797}'),
    ('\u{2b50}', '\u{2b50}'),
    ('\u{2b55}', '\u{2b55}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{a4cf}'),
    ('\u{a960}', '\u{a97c}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe10}', '\u{fe19}'),
    ('\u{fe30}', '\u{fe6b}'),
    ('\u{ff01}', '\u{ff60}'),
    ('\u{ffe0}', '\u{ffe6}'),
    ('\u{16fe0}', '\u{1b2fb}'),
    ('\u{1f18e}', '\u{1f19a}'),
    ('\u{1f200}', '\u{1f320}'),
    ('\u{1f32d}', '\u{1f64f}'),
    ('\u{1f680}', '\u{1faff}'),
    ('\u{20000}', '\u{3fffd}'),
];

/// How many columns a printable character takes.
pub(super) fn width(char: char) -> usize {
    if char < '\u{300}' {
        1
    } else if lies_in(&NONE, char) {
        0
    } else if lies_in(&WIDE, char) {
        2
    } else {
        1
    }
}

fn lies_in(ranges: &[(char, char)], char: char) -> bool {
    let after = ranges.partition_point(|(first, _)| *first <= char);
    after.checked_sub(1).and_then(|at| ranges.get(at)).is_some_and(|(_, last)| char <= *last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_a_terminal() {
        #[track_caller]
        fn check(text: &str, expected: usize) {
            assert_eq!(text.chars().map(width).sum::<usize>(), expected, "{text}");
        }
        check("plain", 5);
        check("äöü", 3);
        check("e\u{301}", 1);
        check("日本語", 6);
        check("한국", 4);
        check("ｆｕ", 4);
        check("🦀", 2);
        check("…→·", 3);
    }

    #[test]
    fn ranges_ascend() {
        for ranges in [&NONE[..], &WIDE[..]] {
            assert!(ranges.iter().all(|(first, last)| first <= last));
            assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
