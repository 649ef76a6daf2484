//! Patterns for code: the text of one → [`SymbolPattern`] or [`FilePattern`], and what a symbol pattern matches.
//!
//! Whether anything in a repository matches is not known here.

use std::fmt;

use super::error::Complaint;
use super::glob::FilePattern;

/// A pattern for code: a symbol or a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// Packages, modules, items and all below them.
    Symbol(SymbolPattern),
    /// Files.
    File(FilePattern),
}

/// A pattern for symbols: `crate::store::*`, `common_*`, `::core`, `tokio::runtime::Builder`.
///
/// `*` inside the first segment matches part of a package's name; elsewhere it is exactly one segment; `**` is any number. A
/// pattern means what it names and all below it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolPattern {
    /// Whether it was written with leading colons: always the external crate.
    pub external: bool,
    /// The segments as written, `-` in the first replaced by `_`, `r#` left out. The first can be `crate`.
    pub segments: Vec<String>,
}

impl Pattern {
    /// Reads a pattern of either kind: what has a `/`, or ends like a file name with an extension, is a path.
    ///
    /// # Errors
    /// When the text is malformed: a sentence that says how.
    pub fn parse(text: &str) -> Result<Self, String> {
        read_pattern(text).map_err(Complaint::into_text)
    }
}

impl SymbolPattern {
    /// Reads a pattern for symbols.
    ///
    /// # Errors
    /// When the text is malformed: a sentence that says how.
    pub fn parse(text: &str) -> Result<Self, String> {
        read_symbol(text).map_err(Complaint::into_text)
    }

    /// Whether the symbol with these segments, or something above it, is what the pattern names: how many segments that
    /// takes, at most. The more, the closer the pattern is to the symbol.
    ///
    /// `crate` is a segment like any other here: see [`SymbolPattern::in_crate`]. `**` at the end adds nothing.
    pub fn matches(&self, path: &[&str]) -> Option<usize> {
        let stated =
            self.segments.len() - self.segments.iter().rev().take_while(|part| *part == "**").count();
        // Most patterns name another crate, and most questions are about those.
        if stated > 0 && self.segments[0] != "**" && !part_matches(&self.segments[0], path.first()?, true) {
            return None;
        }
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for (index, part) in self.segments[..stated].iter().enumerate() {
            if part == "**" {
                let first = reached.iter().position(|here| *here)?;
                reached[first..].fill(true);
                continue;
            }
            // From right to left, so that a place is left before it is reached again.
            for at in (0..path.len()).rev() {
                reached[at + 1] = reached[at] && part_matches(part, path[at], index == 0);
            }
            reached[0] = false;
            if !reached.contains(&true) {
                return None;
            }
        }
        reached.iter().rposition(|here| *here)
    }

    /// Whether everything that `other` names is something that `self` names, or lies below it. Where the two mix wildcards in
    /// ways that would need a proof the answer is no.
    pub fn covers(&self, other: &Self) -> bool {
        let parts: Vec<&str> = other.segments.iter().map(String::as_str).collect();
        let stated = parts.len() - parts.iter().rev().take_while(|part| **part == "**").count();
        // A `**` of the other stands for any number of segments, which no single `*` of this one can answer for.
        let answered = !parts[..stated].contains(&"**") || self.covers_up_to_wildcard(&parts[..stated]);
        self.external == other.external && answered && self.matches(&parts[..stated]).is_some()
    }

    /// The pattern with the name of a crate in place of a leading `crate`.
    #[must_use]
    pub fn in_crate(&self, name: &str) -> Self {
        let mut pattern = self.clone();
        if self.begins_in_crate() {
            pattern.segments[0] = name.replace('-', "_");
        }
        pattern
    }

    /// Whether the first segment is `crate`.
    pub fn begins_in_crate(&self) -> bool {
        !self.external && self.segments.first().is_some_and(|first| first == "crate")
    }

    /// Whether any segment holds a `*`.
    pub fn has_wildcard(&self) -> bool {
        self.segments.iter().any(|part| part.contains('*'))
    }

    /// Whether the part of the other before its first `**` is enough for this pattern.
    fn covers_up_to_wildcard(&self, parts: &[&str]) -> bool {
        let fixed: Vec<&str> = parts.iter().copied().take_while(|part| *part != "**").collect();
        self.matches(&fixed).is_some()
    }
}

/// Whether one segment of a pattern, not `**`, matches one segment of a path.
fn part_matches(part: &str, segment: &str, first: bool) -> bool {
    match (part, first) {
        ("*", false) => true,
        (_, false) => part == segment,
        (_, true) if segment.contains('-') => glob_matches(part, &segment.replace('-', "_")),
        (_, true) => glob_matches(part, segment),
    }
}

/// Whether `text` is what `glob` says, `*` in it being any text. Greedy with one step back: linear for one `*`, at worst the
/// product of the lengths.
fn glob_matches(glob: &str, text: &str) -> bool {
    let mut pieces = glob.split('*');
    let Some(mut rest) = pieces.next().and_then(|head| text.strip_prefix(head)) else { return false };
    let mut open = false;
    let mut last = "";
    for piece in pieces {
        if open {
            let Some(at) = rest.find(last) else { return false };
            rest = &rest[at + last.len()..];
        }
        open = true;
        last = piece;
    }
    if open { rest.ends_with(last) } else { rest.is_empty() }
}

impl fmt::Display for SymbolPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.external {
            f.write_str("::")?;
        }
        f.write_str(&self.segments.join("::"))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symbol(symbol) => symbol.fmt(f),
            Self::File(file) => file.fmt(f),
        }
    }
}

/// Reads a pattern of either kind.
pub(super) fn read_pattern(text: &str) -> Result<Pattern, Complaint> {
    if looks_like_path(text) {
        read_file(text).map(Pattern::File)
    } else {
        read_symbol(text).map(Pattern::Symbol)
    }
}

fn looks_like_path(text: &str) -> bool {
    let extension = text.rsplit_once('.').is_some_and(|(_, end)| {
        !end.is_empty() && end.chars().all(|char| char.is_alphanumeric() || "*?_-".contains(char))
    });
    !text.contains("::") && (text.contains(['/', '\\']) || extension)
}

/// Reads a pattern for symbols.
pub(super) fn read_symbol(text: &str) -> Result<SymbolPattern, Complaint> {
    let malformed = |why: &str| Complaint::new(format!("`{text}` is no pattern for a symbol: {why}"));
    if text.is_empty() {
        return Err(Complaint::new("an empty pattern names nothing"));
    }
    if looks_like_path(text) {
        return Err(malformed("it looks like a path")
            .help("symbols are named by package and module, such as `shop::store`"));
    }
    let (external, body) = text.strip_prefix("::").map_or((false, text), |rest| (true, rest));
    let mut segments = Vec::new();
    for (index, written) in body.split("::").enumerate() {
        let segment = written.strip_prefix("r#").unwrap_or(written);
        check_segment(segment, index == 0).map_err(|complaint| {
            malformed(&complaint.message).maybe_help(complaint.help.or_else(|| single_colons(body)))
        })?;
        segments.push(if index == 0 { segment.replace('-', "_") } else { segment.to_owned() });
    }
    match segments[0].as_str() {
        "crate" if external => {
            Err(malformed("leading colons name an external crate").help(format!("write `{body}`")))
        }
        "self" | "super" | "Self" => {
            Err(malformed("a spec lies outside the code, so a name begins with a package or with `crate`"))
        }
        _ => Ok(SymbolPattern { external, segments }),
    }
}

/// Says what is wrong with one segment; the message is the end of a sentence.
fn check_segment(segment: &str, first: bool) -> Result<(), Complaint> {
    let stray = segment
        .chars()
        .find(|char| !(char.is_alphanumeric() || matches!(char, '_' | '*') || (first && *char == '-')));
    match stray {
        _ if segment.is_empty() => Err(Complaint::new("a part between the colons is empty")),
        Some(' ' | '\t') => Err(Complaint::new("it has a blank")),
        Some('<' | '>') => {
            Err(Complaint::new("it has generic arguments").help("name the type without its arguments"))
        }
        Some('-') => {
            Err(Complaint::new("`-` stands only in the name of a package")
                .help("a module or item has `_` there"))
        }
        Some(char) => Err(Complaint::new(format!("`{}` has no meaning in it", char.escape_default()))),
        None if segment == "**" => Ok(()),
        None if segment.contains("**") => Err(Complaint::new("`**` stands for whole parts between colons")),
        None if !first && segment != "*" && segment.contains('*') => {
            Err(Complaint::new("behind the first `::` a `*` stands for a whole part")
                .help("`*` is one part, `**` any number; only a package's name can be matched in part"))
        }
        None => Ok(()),
    }
}

fn single_colons(body: &str) -> Option<String> {
    let doubled = body.split("::").map(|part| part.replace(':', "::")).collect::<Vec<_>>().join("::");
    (doubled != body && !doubled.contains(":::")).then(|| format!("did you mean `{doubled}`?"))
}

/// Checks a glob over files.
pub(super) fn read_file(text: &str) -> Result<FilePattern, Complaint> {
    let malformed = |why: &str| Complaint::new(format!("`{text}` is no pattern for files: {why}"));
    if text.is_empty() {
        return Err(Complaint::new("an empty pattern names nothing"));
    }
    if text.contains('\\') {
        return Err(malformed("it has a backslash").help("`/` stands between folders on every system"));
    }
    if text.starts_with('/') || text.as_bytes().get(1) == Some(&b':') {
        return Err(
            malformed("it is absolute").help("a path begins at the root of the repository, without `/`")
        );
    }
    if text.starts_with('!') {
        return Err(malformed("a pattern cannot be negated").help("name what belongs, not what does not"));
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(malformed("it begins or ends with a blank, or holds a control character"));
    }
    for part in text.strip_suffix('/').unwrap_or(text).split('/') {
        match part {
            "" => return Err(malformed("a part between the slashes is empty")),
            "." => {
                return Err(malformed("`.` has no meaning in it")
                    .help("a path begins at the root of the repository: leave out `./`"));
            }
            ".." => return Err(malformed("it leaves its folder by `..`")),
            "**" => {}
            part if part.contains("**") => {
                return Err(malformed("`**` stands for whole folders").help("write `*` inside a name"));
            }
            _ => {}
        }
    }
    FilePattern::new(text).map_err(|why| malformed(&why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(text: &str) -> SymbolPattern {
        SymbolPattern::parse(text).unwrap()
    }

    #[test]
    fn the_kind_is_told_by_the_shape() {
        #[track_caller]
        fn check(text: &str, file: bool) {
            assert_eq!(matches!(Pattern::parse(text).unwrap(), Pattern::File(_)), file);
        }
        check("shop::store", false);
        check("shop", false);
        check("common-*", false);
        check("src/store/**", true);
        check("*.rs", true);
        check("build.rs", true);
        check("src/", true);
        check("a.b/c", true);
        check("{a,b}/*.r[sx]", true);
        check("[]x]/a", true);
        check("src/[!a-z]*.rs", true);
    }

    #[test]
    fn malformed_patterns_say_how() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let message = Pattern::parse(text).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
        check("", "names nothing");
        check("shop::", "is empty");
        check("::", "is empty");
        check("shop::::store", "is empty");
        check("shop store", "has a blank");
        check("shop:store", "did you mean `shop::store`?");
        check("shop::st*", "a `*` stands for a whole part");
        check("shop::a**", "`**` stands for whole parts");
        check("sh**", "`**` stands for whole parts");
        check("shop::(a|b)", "`(` has no meaning");
        check("shop::store$", "`$` has no meaning");
        check("shop::Vec<u8>", "generic arguments");
        check("shop::my-mod", "`-` stands only in the name of a package");
        check("::crate::x", "write `crate::x`");
        check("self::x", "begins with a package or with `crate`");
        check("super::x", "begins with a package or with `crate`");
        check("crate::a.b", "`.` has no meaning");
        check("crate::a/b", "`/` has no meaning");
        check("/src/x.rs", "absolute");
        check("C:/x", "absolute");
        check("src\\x.rs", "backslash");
        check("../x.rs", "leaves its folder");
        check("src/../x.rs", "leaves its folder");
        check("./src/x.rs", "leave out `./`");
        check("src//x", "is empty");
        check("!src/x", "negated");
        check("src/a**", "whole folders");
        check("src/[ab", "`[` is not closed");
        check("src/[]", "`[` is not closed");
        check("src/ab]", "`]` closes nothing");
        check("src/{a,b", "`{` is not closed");
        check("src/a}", "`}` closes nothing");
        check("src/{a,{b,c}}", "nested");
        check("src/[z-a]", "is empty");
        check("src/x ", "blank");
    }

    #[test]
    fn patterns_are_shown_as_written() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(Pattern::parse(text).unwrap().to_string(), expected);
        }
        check("crate::store::*", "crate::store::*");
        check("::core", "::core");
        check("billing-core::x", "billing_core::x");
        check("shop::r#type", "shop::type");
        check("src/**", "src/**");
    }

    #[test]
    fn a_pattern_matches_what_it_names_and_all_below() {
        #[track_caller]
        fn check(pattern: &str, path: &str, expected: Option<usize>) {
            let path: Vec<&str> = path.split("::").collect();
            assert_eq!(symbol(pattern).matches(&path), expected);
        }
        check("shop::store", "shop::store::repo", Some(2));
        check("shop::store", "shop::store", Some(2));
        check("shop::store", "shop::storehouse", None);
        check("shop::store", "shop", None);
        check("shop", "shop::x::y", Some(1));
        check("common_*", "common_net::x", Some(1));
        check("common-*", "common-net::x", Some(1));
        check("*_core", "billing_core", Some(1));
        check("a*b*c", "axxbyyc", Some(1));
        check("a*b*c", "axxcyyb", None);
        check("a*a", "a", None);
        check("*", "anything", Some(1));
        check("shop::*::repo", "shop::store::repo::X", Some(3));
        check("shop::*::repo", "shop::repo", None);
        check("shop::*", "shop", None);
        check("shop::**::repo", "shop::repo", Some(2));
        check("shop::**::repo", "shop::a::b::repo::X", Some(4));
        check("shop::**::repo", "shop::repo::a::repo::X", Some(4));
        check("shop::**", "shop::a::b", Some(1));
        check("shop::**", "shop", Some(1));
        check("**::repo", "shop::a::repo", Some(3));
        check("**", "shop", Some(0));
        check("crate::x", "crate::x::y", Some(2));
        check("crate::x", "shop::x", None);
    }

    #[test]
    fn covering_is_never_claimed_wrongly() {
        #[track_caller]
        fn check(wide: &str, narrow: &str, expected: bool) {
            assert_eq!(symbol(wide).covers(&symbol(narrow)), expected);
        }
        check("shop", "shop::store", true);
        check("shop::store", "shop", false);
        check("shop::*", "shop::store::x", true);
        check("shop::*", "shop::*", true);
        check("shop::store", "shop::*", false);
        check("shop::*", "shop::**", false);
        check("shop::**", "shop::*", true);
        check("shop::*::x", "shop::**::x", false);
        check("shop::**::x", "shop::**::x", false);
        check("shop", "shop::**::x", true);
        check("common_*", "common_net", true);
        check("common_*", "common_*", true);
        check("*", "**", false);
        check("common_net", "common_*", false);
        check("::core", "core", false);
        check("core", "::core", false);
        check("::core", "::core::mem", true);
    }

    #[test]
    fn a_leading_crate_is_replaced() {
        assert_eq!(symbol("crate::x").in_crate("my-shop").to_string(), "my_shop::x");
        assert_eq!(symbol("shop::x").in_crate("other").to_string(), "shop::x");
    }
}
