//! A Rust string literal as written → the text it stands for. Byte and C strings are none.

/// The value of a string literal; `None` for byte and C strings.
pub(super) fn string(literal: &str) -> Option<Box<str>> {
    if let Some(inside) = literal.strip_prefix('"') {
        return Some(unescape(inside.strip_suffix('"').unwrap_or(inside)).into());
    }
    let raw = literal.strip_prefix('r')?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    let inside = raw.get(hashes..)?.strip_prefix('"')?;
    let inside = inside.get(..inside.len().checked_sub(hashes + 1)?)?;
    Some(inside.into())
}

fn unescape(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            value.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => value.push('\n'),
            Some('t') => value.push('\t'),
            Some('r') => value.push('\r'),
            Some('0') => value.push('\0'),
            Some('x') => {
                let digits: String = chars.by_ref().take(2).collect();
                value.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            Some('u') => {
                let digits: String =
                    chars.by_ref().skip_while(|char| *char == '{').take_while(|char| *char != '}').collect();
                value.extend(u32::from_str_radix(&digits.replace('_', ""), 16).ok().and_then(char::from_u32));
            }
            Some('\n' | '\r') => while chars.next_if(|char| char.is_whitespace()).is_some() {},
            Some(other) => value.push(other),
            None => {}
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_become_their_values() {
        #[track_caller]
        fn check(literal: &str, value: Option<&str>) {
            assert_eq!(string(literal).as_deref(), value);
        }
        check(r#""/a""#, Some("/a"));
        check(r#""\n\t\\\"""#, Some("\n\t\\\""));
        check(r#""\x41\u{1F_600}""#, Some("A\u{1F600}"));
        check("\"a\\\n   b\"", Some("ab"));
        check(r##"r#"a"b"#"##, Some("a\"b"));
        check(r#"r"\d""#, Some("\\d"));
        check(r#"b"x""#, None);
        check(r##"r#""##, None);
        check("\"", Some(""));
        check("\"\\u{110000}\\x\"", Some(""));
    }
}
