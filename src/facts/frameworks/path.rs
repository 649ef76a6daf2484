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

/// The path with every capture, from `open` to the `close` that belongs to it, written anew from what stands in it.
pub(super) fn captures(path: &str, (open, close): (char, char), spell: impl Fn(&str) -> String) -> String {
    let mut spelled = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, inside)) = rest.split_once(open) {
        let Some(end) = closing(inside, (open, close)) else { break };
        spelled.push_str(before);
        spelled.push_str(&spell(&inside[..end]));
        rest = &inside[end + close.len_utf8()..];
    }
    spelled + rest
}

/// Where the bracket that is open in front of the text closes.
fn closing(text: &str, (open, close): (char, char)) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            _ if char == close && depth == 0 => return Some(at),
            _ if char == close => depth -= 1,
            _ if char == open => depth += 1,
            _ => {}
        }
    }
    None
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
