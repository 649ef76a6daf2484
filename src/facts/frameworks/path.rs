//! Paths of frameworks that agree on how they are put together.

/// The path with every run of slashes made one.
pub(super) fn single_slashes(path: &str) -> String {
    let mut single = String::with_capacity(path.len());
    for char in path.chars() {
        if char != '/' || !single.ends_with('/') {
            single.push(char);
        }
    }
    single
}

/// The path with a slash in front and runs of slashes made one.
pub(super) fn rooted(path: &str) -> String {
    single_slashes(&format!("/{path}"))
}

/// Both parts with one slash between them and one in front; an empty or bare part adds nothing, a slash at the end is dropped.
pub(super) fn segments(prefix: &str, inner: &str) -> String {
    let joined = rooted(&format!("{prefix}/{inner}"));
    match joined.strip_suffix('/') {
        Some("") | None => joined,
        Some(path) => path.to_owned(),
    }
}

/// A path of which each segment is written anew.
pub(super) fn by_segment(path: &str, spell: impl Fn(&str) -> String) -> String {
    let parts: Vec<_> = path.split('/').map(spell).collect();
    parts.join("/")
}

/// What stands between `open` and `close` of a segment that is nothing else.
pub(super) fn enclosed(segment: &str, open: char, close: char) -> Option<&str> {
    segment.strip_prefix(open)?.strip_suffix(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_joined_with_one_slash() {
        #[track_caller]
        fn check(prefix: &str, inner: &str, expected: &str) {
            assert_eq!(segments(prefix, inner), expected);
        }
        check("", "", "/");
        check("/", "/", "/");
        check("a", "b", "/a/b");
        check("/a/", "/b/", "/a/b");
        check("/a//b", "", "/a/b");
        check("", "/x", "/x");
    }
}
