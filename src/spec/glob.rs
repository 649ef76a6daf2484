//! Globs over files: the text of one → [`FilePattern`], and which paths it matches.
//!
//! As in a gitignore file: `*` and `?` stay within a name, `[…]` is one character, `{…}` one of several texts, `**` any number
//! of folders. It is anchored when it holds a slash, and means whatever it names with all below it.

use std::fmt;

/// A gitignore-style glob over paths of the tree: `src/store/**`, `services/*/src/lib.rs`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePattern {
    /// As written.
    pub glob: String,
    steps: Vec<Step>,
}

/// A part of a glob.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Step {
    /// This very text.
    Text(String),
    /// `?`: a character.
    Any,
    /// `[…]`: a character of these ranges, or of no such range.
    Class { negated: bool, ranges: Vec<(char, char)> },
    /// `*`: any part of a name.
    Name,
    /// `**/`: any folders, or none.
    Folders,
    /// `**` at the end: whatever follows.
    Rest,
    /// `{…}`: one of these.
    OneOf(Vec<Vec<Step>>),
}

impl FilePattern {
    /// Takes a glob apart whose parts between the slashes are sound. Why its brackets are not is an error.
    pub(super) fn new(glob: &str) -> Result<Self, String> {
        let named = glob.trim_end_matches('/');
        let mut steps = if named.contains('/') { Vec::new() } else { vec![Step::Folders] };
        steps.extend(steps_of(named)?);
        Ok(Self { glob: glob.to_owned(), steps })
    }

    /// Whether the pattern names the file at this path, or a folder around it.
    pub fn matches(&self, path: &str) -> bool {
        let ends = reach(&self.steps, path, vec![0]);
        ends.into_iter().any(|end| end == path.len() || path.as_bytes()[end] == b'/')
    }
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.glob)
    }
}

/// Where in `path` the steps can end that begin at one of the places in `from`; all places ascend. Each step is taken from all
/// places at once, so that no glob takes longer than its length times that of the path.
fn reach(steps: &[Step], path: &str, mut from: Vec<usize>) -> Vec<usize> {
    for step in steps {
        let Some(first) = from.first().copied() else { break };
        let one = |is_meant: &dyn Fn(char) -> bool| {
            let after = |at: &usize| {
                let next = path[*at..].chars().next().filter(|next| *next != '/' && is_meant(*next))?;
                Some(at + next.len_utf8())
            };
            from.iter().filter_map(after).collect()
        };
        from = match step {
            Step::Text(text) => {
                from.retain(|at| path[*at..].starts_with(text.as_str()));
                from.into_iter().map(|at| at + text.len()).collect()
            }
            Step::Any => one(&|_| true),
            Step::Class { negated, ranges } => {
                one(&|char| ranges.iter().any(|(first, last)| (*first..=*last).contains(&char)) != *negated)
            }
            Step::Name => {
                let mut within = false;
                let ends = (first..=path.len()).filter(|at| {
                    within = from.binary_search(at).is_ok()
                        || within && path.as_bytes().get(at - 1).is_some_and(|byte| *byte != b'/');
                    within && path.is_char_boundary(*at)
                });
                ends.collect()
            }
            Step::Folders => {
                let is_start = |at: &usize| {
                    from.binary_search(at).is_ok() || *at > first && path.as_bytes()[at - 1] == b'/'
                };
                (first..=path.len()).filter(is_start).collect()
            }
            Step::Rest => vec![path.len()],
            Step::OneOf(all) => {
                let mut ends: Vec<usize> =
                    all.iter().flat_map(|steps| reach(steps, path, from.clone())).collect();
                ends.sort_unstable();
                ends.dedup();
                ends
            }
        };
    }
    from
}

fn steps_of(glob: &str) -> Result<Vec<Step>, String> {
    let chars: Vec<char> = glob.chars().collect();
    let mut steps = Vec::new();
    // Within braces: the steps before them, and the alternatives so far.
    let mut around: Option<(Vec<Step>, Vec<Vec<Step>>)> = None;
    let mut at = 0;
    while at < chars.len() {
        match (chars[at], &mut around) {
            ('[', _) => {
                let negated = matches!(chars.get(at + 1), Some('!' | '^'));
                let start = at + 1 + usize::from(negated);
                // A `]` that comes first in a class is a member of it.
                let length = chars.iter().skip(start + 1).position(|char| *char == ']');
                let end = start + 1 + length.ok_or("a `[` is not closed")?;
                steps.push(Step::Class { negated, ranges: ranges(&chars[start..end])? });
                at = end;
            }
            (']', _) => return Err("a `]` closes nothing".to_owned()),
            ('{', Some(_)) => return Err("braces cannot be nested".to_owned()),
            ('{', None) => around = Some((std::mem::take(&mut steps), Vec::new())),
            (',', Some((_, all))) => all.push(std::mem::take(&mut steps)),
            ('}', _) => {
                let (before, mut all) = around.take().ok_or("a `}` closes nothing")?;
                all.push(std::mem::replace(&mut steps, before));
                // One that is empty says nothing.
                all.retain(|one| !one.is_empty());
                steps.extend((!all.is_empty()).then_some(Step::OneOf(all)));
            }
            ('*', _) if chars.get(at + 1) == Some(&'*') => {
                let is_last = chars.get(at + 2).is_none();
                steps.push(if is_last { Step::Rest } else { Step::Folders });
                at += if is_last { 1 } else { 2 };
            }
            ('*', _) => steps.push(Step::Name),
            ('?', _) => steps.push(Step::Any),
            (char, _) => match steps.last_mut() {
                Some(Step::Text(text)) => text.push(char),
                _ => steps.push(Step::Text(char.into())),
            },
        }
        at += 1;
    }
    if around.is_some() { Err("a `{` is not closed".to_owned()) } else { Ok(steps) }
}

/// The ranges of characters in a class; a character by itself is one of one.
fn ranges(members: &[char]) -> Result<Vec<(char, char)>, String> {
    if members.contains(&'/') {
        return Err("a `[…]` cannot hold a `/`".to_owned());
    }
    let mut found = Vec::new();
    let mut rest = members;
    while let [first, more @ ..] = rest {
        let (last, more) = match more {
            ['-', last, more @ ..] => (last, more),
            _ => (first, more),
        };
        if first > last {
            return Err(format!("the range `{first}-{last}` is empty"));
        }
        found.push((*first, *last));
        rest = more;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::FilePattern;

    #[test]
    fn a_glob_matches_what_it_names_and_all_below() {
        #[track_caller]
        fn check(glob: &str, matched: &[&str], others: &[&str]) {
            let pattern = FilePattern::new(glob).unwrap();
            for path in matched {
                assert!(pattern.matches(path), "{path}");
            }
            for path in others {
                assert!(!pattern.matches(path), "{path}");
            }
        }
        check("src/store", &["src/store", "src/store/a/b.rs"], &["src/storehouse", "a/src/store", "src"]);
        check("src/store/", &["src/store/a.rs"], &["x/src/store/a.rs"]);
        check("src/", &["src/a.rs", "x/src/a.rs", "src"], &["xsrc/a.rs", "src2/a.rs"]);
        check("*.rs", &["a.rs", "x/y/a.rs", "a.rs/b.txt", ".rs", "é.rs"], &["a.rsx", "a.r"]);
        check("build.rs", &["build.rs", "x/build.rs"], &["xbuild.rs"]);
        check("src/**", &["src/a", "src/a/b"], &["src", "srcs/a", "a/src/b"]);
        check("**/mod.rs", &["mod.rs", "a/b/mod.rs", "mod.rs/x"], &["amod.rs"]);
        check("a/**/b", &["a/b", "a/x/b", "a/x/y/b/z"], &["ab", "a/xb", "x/a/b"]);
        check("a/**/**/b", &["a/b", "a/x/b"], &["a/bb"]);
        check("**/", &["a", "a/b"], &[]);
        check("a/*", &["a/b", "a/b/c"], &["a", "ab"]);
        check("a/*/c", &["a/b/c", "a/b/c/d"], &["a/c", "a/b/x/c"]);
        check("a/*b*c", &["a/bc", "a/xbxbxc", "a/xbxcxbc"], &["a/cb", "a/b/c"]);
        check("a/**/*_test.rs", &["a/x_test.rs", "a/b/c/_test.rs"], &["a/test.rs", "x_test.rs"]);
        check("a/?.rs", &["a/b.rs", "a/é.rs"], &["a/.rs", "a/bb.rs", "a//.rs"]);
        check("a/[b-dx]", &["a/b", "a/d", "a/x"], &["a/a", "a/e", "a/-"]);
        check("a/[!b-d]x", &["a/ax", "a/éx"], &["a/bx", "a/x", "a//x"]);
        check("a[!b]c/x", &["axc/x"], &["a/c/x", "abc/x"]);
        check("a/[]-]", &["a/]", "a/-"], &["a/a"]);
        check("a/[a-]", &["a/a", "a/-"], &["a/b"]);
        check("{a,b}/*.r[sx]", &["a/x.rs", "b/y.rx"], &["c/x.rs", "a/x.ra", "{a/x.rs"]);
        check("a/{b,bc,d/e}/f", &["a/b/f", "a/bc/f", "a/d/e/f"], &["a/d/f", "a/bb/f"]);
        check("a/{b/**/c,d}", &["a/b/c", "a/b/x/c", "a/d"], &["a/b"]);
        check("a/x{,y}", &["a/xy"], &["a/x"]);
        check("a/x{}", &["a/x"], &["a/xy"]);
        check("a/x,y", &["a/x,y"], &["a/x"]);
    }

    /// What would take a matcher that goes back for ever is read once.
    #[test]
    fn many_wildcards_take_no_longer() {
        let pattern = FilePattern::new(&format!("{}b/x", "*a".repeat(200))).unwrap();
        assert!(!pattern.matches(&format!("{}/x", "a".repeat(400))));
    }
}
