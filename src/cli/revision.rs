//! What the user wrote after `gate check` → which two sides are compared.
//!
//! Whether the revisions exist is for git to say.

use gate::Compare;

/// The sides that this argument and these flags name; the error is one clause for the user.
pub(crate) fn compare(revision: Option<&str>, worktree: bool, all: bool) -> Result<Compare, String> {
    let revision = revision.map(str::trim);
    if revision == Some("") {
        return Err("the revision is empty; leave it out to compare with HEAD".to_owned());
    }
    let range = revision.and_then(range).transpose()?;
    let named = revision.map(str::to_owned);
    match (range, worktree, all) {
        (Some(range), false, false) => Ok(range),
        (Some(_), true, _) => {
            Err("a range has no working tree; leave out --worktree or name one REV".to_owned())
        }
        (Some(_), false, true) => Err("--all judges one side; name one REV, not a range".to_owned()),
        (None, true, true) if named.is_some() => {
            Err("--all judges one side; name a REV or --worktree, not both".to_owned())
        }
        (None, worktree, true) => Ok(Compare::All { revision: named, worktree }),
        (None, true, false) => Ok(Compare::Worktree { base: named }),
        (None, false, false) => Ok(Compare::Index { base: named }),
    }
}

/// `A..B` or `A...B`; `None` when the text is no range.
fn range(text: &str) -> Option<Result<Compare, String>> {
    let at = text.find("..")?;
    let rest = &text[at + 2..];
    let (to, merge_base) = match rest.strip_prefix('.') {
        Some(to) => (to, true),
        None => (rest, false),
    };
    let from = &text[..at];
    Some(if from.is_empty() && to.is_empty() {
        Err(format!("`{text}` names no revision; `A..B` compares the trees of A and B"))
    } else if to.contains("..") || to.starts_with('.') {
        Err(format!("`{text}` is no range; `A..B` compares the trees of A and B"))
    } else {
        Ok(Compare::Range { from: from.to_owned(), to: to.to_owned(), merge_base })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_and_flags_name_two_sides() {
        #[track_caller]
        fn check(text: &str, worktree: bool, all: bool, expected: &Compare) {
            let revision = (text != "-").then_some(text);
            assert_eq!(compare(revision, worktree, all).as_ref(), Ok(expected));
        }
        let named = |text: &str| Some(text.to_owned());
        let range = |from: &str, to: &str, merge_base| Compare::Range {
            from: from.to_owned(),
            to: to.to_owned(),
            merge_base,
        };
        check("-", false, false, &Compare::Index { base: None });
        check("HEAD~1", false, false, &Compare::Index { base: named("HEAD~1") });
        check("v1.0", false, false, &Compare::Index { base: named("v1.0") });
        check("-", true, false, &Compare::Worktree { base: None });
        check("a", true, false, &Compare::Worktree { base: named("a") });
        check("-", false, true, &Compare::All { revision: None, worktree: false });
        check("a", false, true, &Compare::All { revision: named("a"), worktree: false });
        check("-", true, true, &Compare::All { revision: None, worktree: true });
        check("a..b", false, false, &range("a", "b", false));
        check("a...b", false, false, &range("a", "b", true));
        check("..b", false, false, &range("", "b", false));
        check("a..", false, false, &range("a", "", false));
        check("...b", false, false, &range("", "b", true));
        check("a...", false, false, &range("a", "", true));
        check("v1.0..v1.1", false, false, &range("v1.0", "v1.1", false));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        #[track_caller]
        fn check(text: &str, worktree: bool, all: bool, expected: &str) {
            let error = compare(Some(text), worktree, all).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        check("", false, false, "the revision is empty");
        check(" ", false, true, "the revision is empty");
        check("..", false, false, "`..` names no revision");
        check("...", false, false, "`...` names no revision");
        check("a....b", false, false, "`a....b` is no range");
        check("a..b..c", false, false, "`a..b..c` is no range");
        check("a..b", true, false, "a range has no working tree");
        check("a..b", true, true, "a range has no working tree");
        check("a...b", false, true, "--all judges one side");
        check("a", true, true, "--all judges one side");
    }
}
