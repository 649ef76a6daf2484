//! Conditions of compilation: conjunctions of `cfg` predicates, and whether one makes code test code.
//!
//! No predicate is evaluated against a target: all branches are kept. Only `test` and features have a meaning here.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::source::{Source, folded};
use crate::facts::{Cfg, CfgId, TestMark};

/// How deep predicates are read; deeper ones mean nothing.
const DEPTH: u32 = 32;

/// How long the text of a condition gets, in bytes; what would be longer keeps the text of the condition around it.
const TEXT: usize = 512;

/// Attributes (their last segment) that make a function a test.
const TESTS: &[&str] =
    &["test", "bench", "rstest", "test_case", "test_matrix", "wasm_bindgen_test", "quickcheck", "proptest"];

/// The conditions of one file.
pub(super) struct Cfgs {
    /// All conditions; the first is "always".
    pub list: Vec<Cfg>,
    known: FxHashMap<(CfgId, Box<str>), CfgId>,
}

impl Cfgs {
    /// The condition "always" alone.
    pub(super) fn new() -> Self {
        Self { list: vec![Cfg::default()], known: FxHashMap::default() }
    }

    /// `outer`, and the predicate of which the tokens stand in `range`.
    pub(super) fn narrow(&mut self, outer: CfgId, source: &Source<'_>, range: Range<usize>) -> CfgId {
        let text = folded(source.slice(range.clone()));
        if let Some(known) = self.known.get(&(outer, text.as_str().into())) {
            return *known;
        }
        let mark = Alternative::read(source, range).mark();
        self.add(outer, &text, mark)
    }

    /// Whether a condition makes all code under it test code.
    pub(super) fn is_test(&self, cfg: CfgId) -> bool {
        self.list[cfg.0 as usize].test == TestMark::Yes
    }

    /// `outer`, in a test function.
    pub(super) fn test(&mut self, outer: CfgId) -> CfgId {
        match self.known.get(&(outer, "test".into())) {
            Some(known) => *known,
            None => self.add(outer, "test", TestMark::Yes),
        }
    }

    fn add(&mut self, outer: CfgId, text: &str, mark: TestMark) -> CfgId {
        let inner = Cfg { text: text.into(), test: mark };
        let cfg = self.list[outer.0 as usize].and(&inner);
        let id = CfgId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(cfg);
        self.known.insert((outer, text.into()), id);
        id
    }
}

impl Cfg {
    /// This condition and one under it that both hold. Where their text gets too long, this one's is kept.
    pub fn and(&self, inner: &Self) -> Self {
        let text = if inner.text.is_empty() || self.text.len() + inner.text.len() > TEXT {
            self.text.clone()
        } else if self.text.is_empty() {
            inner.text.clone()
        } else {
            format!("{} and {}", self.text, inner.text).into()
        };
        Self { text, test: both(&self.test, inner.test.clone()) }
    }
}

/// Whether a predicate makes the code under it test code.
pub(super) fn is_test(predicate: &str) -> bool {
    let source = Source::new(predicate);
    Alternative::read(&source, 0..source.tokens.len()).mark() == TestMark::Yes
}

/// Whether an attribute with this path makes a function a test.
pub(super) fn marks_test(path: &str) -> bool {
    TESTS.contains(&path.rsplit("::").next().unwrap_or(path))
}

/// The mark of two conditions that both hold. Where features of both decide, any of them makes it production code: code is
/// rather judged as production than overlooked.
fn both(outer: &TestMark, inner: TestMark) -> TestMark {
    match (outer, inner) {
        (TestMark::Yes, _) | (_, TestMark::Yes) => TestMark::Yes,
        (TestMark::No, inner) => inner,
        (outer, TestMark::No) => outer.clone(),
        (TestMark::UnlessDefault(outer), TestMark::UnlessDefault(inner)) => {
            TestMark::UnlessDefault(union(outer.clone(), inner))
        }
    }
}

fn union(mut left: Vec<Box<str>>, right: Vec<Box<str>>) -> Vec<Box<str>> {
    for feature in right {
        if !left.contains(&feature) {
            left.push(feature);
        }
    }
    left
}

/// When production code can meet a predicate.
enum Alternative {
    /// Never: it implies `test`.
    Test,
    /// With one of these features; the flag says whether `test` alone meets it too.
    Features(Vec<Box<str>>, bool),
    /// Always, as far as is known.
    Free,
}

impl Alternative {
    fn read(source: &Source<'_>, range: Range<usize>) -> Self {
        Self::read_at(source, range, DEPTH)
    }

    fn read_at(source: &Source<'_>, range: Range<usize>, depth: u32) -> Self {
        let Some(inner_depth) = depth.checked_sub(1) else { return Self::Free };
        let word = if range.is_empty() { "" } else { source.word(range.start).unwrap_or_default() };
        if range.len() == 1 {
            return if matches!(word, "test" | "doctest") { Self::Test } else { Self::Free };
        }
        if word == "feature" && range.len() == 3 && source.is_mark(range.start + 1, b'=') {
            let name = source.token(range.start + 2).trim_matches('"');
            return Self::Features(vec![name.into()], false);
        }
        if !source.is_mark(range.start + 1, b'(') {
            return Self::Free;
        }
        let close = source.behind_closing(range.start + 1, range.end).saturating_sub(1);
        let parts = parts(source, range.start + 2..close.max(range.start + 2))
            .into_iter()
            .map(|part| Self::read_at(source, part, inner_depth));
        match word {
            "all" => Self::all(parts),
            "any" => Self::any(parts),
            "not" => Self::read_not(source, range.start + 2..close.max(range.start + 2), inner_depth),
            _ => Self::Free,
        }
    }

    /// What `not(…)` around a predicate says: `not(not(test))` is `test`. Of all else it is not known to forbid anything.
    fn read_not(source: &Source<'_>, range: Range<usize>, depth: u32) -> Self {
        let Some(inner_depth) = depth.checked_sub(1) else { return Self::Free };
        if range.is_empty() || !source.is_mark(range.start + 1, b'(') {
            return Self::Free;
        }
        let close = source.behind_closing(range.start + 1, range.end).saturating_sub(1);
        let inside = range.start + 2..close.max(range.start + 2);
        let parts = parts(source, inside.clone()).into_iter();
        let parts = parts.map(|part| Self::read_not(source, part, inner_depth));
        match source.word(range.start).unwrap_or_default() {
            "all" => Self::any(parts),
            "any" => Self::all(parts),
            "not" => Self::read_at(source, inside, inner_depth),
            _ => Self::Free,
        }
    }

    fn all(parts: impl Iterator<Item = Self>) -> Self {
        let (mut plain, mut with_test) = (Vec::new(), None);
        for part in parts {
            match part {
                Self::Test => return Self::Test,
                Self::Free => {}
                Self::Features(features, false) => plain = union(plain, features),
                Self::Features(features, true) => {
                    with_test = Some(union(with_test.unwrap_or_default(), features));
                }
            }
        }
        match with_test {
            Some(features) => Self::Features(features, true),
            None if plain.is_empty() => Self::Free,
            None => Self::Features(plain, false),
        }
    }

    fn any(parts: impl Iterator<Item = Self>) -> Self {
        let (mut all, mut test) = (Vec::new(), false);
        let mut count = 0;
        for part in parts {
            count += 1;
            match part {
                Self::Test => test = true,
                Self::Free => return Self::Free,
                Self::Features(features, with_test) => {
                    all = union(all, features);
                    test |= with_test;
                }
            }
        }
        if all.is_empty() && count > 0 { Self::Test } else { Self::Features(all, test) }
    }

    fn mark(self) -> TestMark {
        match self {
            Self::Test => TestMark::Yes,
            Self::Features(features, true) => TestMark::UnlessDefault(features),
            Self::Features(_, false) | Self::Free => TestMark::No,
        }
    }
}

/// The parts of `range` between commas that stand in no bracket; empty parts left out.
pub(super) fn parts(source: &Source<'_>, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut index) = (range.start, range.start);
    while index < range.end {
        if source.is_mark(index, b',') {
            parts.push(start..index);
            start = index + 1;
        }
        index = if source.opens(index) { source.behind_closing(index, range.end) } else { index + 1 };
    }
    parts.push(start..range.end);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(predicate: &str, expected: &TestMark) {
        let source = Source::new(predicate);
        let mut cfgs = Cfgs::new();
        let id = cfgs.narrow(CfgId(0), &source, 0..source.tokens.len());
        assert_eq!(&cfgs.list[id.0 as usize].test, expected, "{predicate}");
    }

    fn unless(features: &[&str]) -> TestMark {
        TestMark::UnlessDefault(features.iter().map(|feature| (*feature).into()).collect())
    }

    #[test]
    fn what_implies_test_is_test_code() {
        check("test", &TestMark::Yes);
        check("all(test, unix)", &TestMark::Yes);
        check("all(unix, any(test))", &TestMark::Yes);
        check("any(test, doctest)", &TestMark::Yes);
        check("any(test, all(test, unix))", &TestMark::Yes);
        check("not(not(test))", &TestMark::Yes);
        check("not(any(unix, not(test)))", &TestMark::Yes);
    }

    #[test]
    fn features_may_open_a_test_condition() {
        check("any(test, feature = \"a\")", &unless(&["a"]));
        check("any(feature = \"a\", test, feature = \"b\")", &unless(&["a", "b"]));
        check("all(unix, any(test, feature = \"a\"))", &unless(&["a"]));
        check("all(feature = \"x\", any(test, feature = \"a\"))", &unless(&["a"]));
        check("any(test, all(feature = \"a\", unix))", &unless(&["a"]));
    }

    #[test]
    fn everything_else_is_production() {
        check("not(test)", &TestMark::No);
        check("not(all(unix, not(test)))", &TestMark::No);
        check("not(not(unix))", &TestMark::No);
        check("unix", &TestMark::No);
        check("feature = \"test\"", &TestMark::No);
        check("any(test, unix)", &TestMark::No);
        check("any()", &TestMark::No);
        check("all()", &TestMark::No);
        check("all(feature = \"a\", feature = \"b\")", &TestMark::No);
        check("", &TestMark::No);
        check("any(", &TestMark::No);
        check(&format!("{}test{}", "all(".repeat(100), ")".repeat(100)), &TestMark::No);
    }

    #[test]
    fn conditions_join_and_are_told_once() {
        let source = Source::new("unix any(test,\n  feature = \"a\")");
        let mut cfgs = Cfgs::new();
        let unix = cfgs.narrow(CfgId(0), &source, 0..1);
        let both = cfgs.narrow(unix, &source, 1..source.tokens.len());
        assert_eq!(cfgs.narrow(CfgId(0), &source, 0..1), unix);
        assert_eq!(&*cfgs.list[both.0 as usize].text, "unix and any(test, feature = \"a\")");
        assert_eq!(cfgs.list[both.0 as usize].test, unless(&["a"]));
        let test = cfgs.test(both);
        assert_eq!(cfgs.list[test.0 as usize].test, TestMark::Yes);
        assert_eq!(cfgs.test(both), test);
    }
}
