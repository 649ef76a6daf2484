//! Source texts of paths, conditions and patterns → how they are kept: without generic arguments, on one line.

/// The longest text that is kept of a condition or a pattern, in characters.
const LONGEST: usize = 120;

/// The text on one line, blanks folded, cut at 120 characters.
pub(super) fn line(text: &str) -> Box<str> {
    let folded = fold(text);
    match folded.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &folded[..at]).into(),
        None => folded.into(),
    }
}

/// The text with every run of blanks folded into one.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// A path without generic arguments, blanks and `r#`. Of `<T as Trait>::f` the type is kept: `T::f`.
pub(super) fn plain_path(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    let mut rest = text.trim_start();
    if let Some(inside) = rest.strip_prefix('<') {
        let end = closing(inside);
        let subject = qualified_subject(&inside[..end]);
        let subject = subject.trim_start_matches(['&', '*', ' ']);
        // One level is enough: what is qualified inside a qualified type has no name of its own.
        push_without_generics(&mut path, subject.trim_start_matches('<'));
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    push_without_generics(&mut path, rest);
    path
}

fn push_without_generics(path: &mut String, text: &str) {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for char in text.chars() {
        match char {
            '<' => depth += 1,
            '>' if previous != '-' => depth = depth.saturating_sub(1),
            _ if depth > 0 || char.is_whitespace() => {}
            '#' if path.ends_with('r') && !path.trim_end_matches('r').ends_with(is_word) => {
                path.pop();
            }
            _ => {
                if path.ends_with("::") && char == ':' {
                    // What remains of `::<T>::` once the arguments are gone.
                    previous = char;
                    continue;
                }
                path.push(char);
            }
        }
        previous = char;
    }
    while path.ends_with("::") {
        path.truncate(path.len() - 2);
    }
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Where the bracket that is open at the start of `text` closes.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for (at, char) in text.char_indices() {
        match char {
            '<' => depth += 1,
            '>' if previous != '-' && depth == 0 => return at,
            '>' if previous != '-' => depth -= 1,
            _ => {}
        }
        previous = char;
    }
    text.len()
}

/// The type of `Type as Trait`.
fn qualified_subject(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, char) in text.char_indices() {
        match char {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && text[at..].starts_with(" as ") => return &text[..at],
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_generics_blanks_and_raw_marks() {
        #[track_caller]
        fn check(text: &str, path: &str) {
            assert_eq!(plain_path(text), path);
        }
        check("get", "get");
        check("a :: b", "a::b");
        check("Router::<AppState>::new", "Router::new");
        check("Vec::<Vec<u8>>::new", "Vec::new");
        check("web::get::<fn() -> u8>", "web::get");
        check("<Api as Routes>::configure", "Api::configure");
        check("<Api<T> as Routes<U>>::configure", "Api::configure");
        check("<a::Api>::new", "a::Api::new");
        check("r#type::r#fn", "type::fn");
        check("for#x", "for#x");
        check("::core::a", "::core::a");
        check("<", "");
        check("<<<<", "");
        check("", "");
    }

    #[test]
    fn lines_are_cut_between_characters() {
        assert_eq!(&*line(" a\n  b "), "a b");
        assert_eq!(line(&"ä".repeat(200)).chars().count(), LONGEST + 1);
    }
}
