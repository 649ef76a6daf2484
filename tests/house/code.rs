//! Rust source → the same text with comments and literals blanked, and what the laws ask of it: paths named, functions.
//!
//! Textual on purpose: the laws must hold even where gate's own parser would err. It knows the tokens of Rust, no grammar.

use std::ops::Range;

const TEST_MARK: &str = "#[cfg(test)]";

/// One source file.
pub(crate) struct Source {
    /// From the root of the repository, `/` between components.
    pub(crate) path: String,
    /// As it is on disk.
    pub(crate) text: String,
    /// The same bytes, comments and the insides of literals replaced by spaces.
    pub(crate) code: String,
    /// `code` with the bodies of `#[cfg(test)]` items replaced by spaces, too.
    pub(crate) shipped: String,
    /// The words at which paths of the shipped part begin, with their lines.
    roots: Vec<(usize, String)>,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let code = blank(&text);
        let shipped = without_tests(&code);
        let roots = roots(&shipped);
        Self { path: path.into(), text, code, shipped, roots }
    }

    /// Says that nothing of this file is shipped.
    pub(crate) fn is_for_tests(&mut self) {
        self.shipped = spaces(&self.code);
        self.roots.clear();
    }

    /// The room of `src/` it belongs to: `facts` for `src/facts/mod.rs`, `lib` for every file beside `lib.rs`, `main`.
    pub(crate) fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        match inside.split_once('/') {
            Some((room, _)) => room,
            None if inside == "main.rs" => "main",
            None => "lib",
        }
    }

    /// How many modules lie above this one: 0 for `lib.rs` and `main.rs`.
    fn depth(&self) -> usize {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        match inside {
            "lib" | "main" => 0,
            _ => inside.trim_end_matches("/mod").split('/').count(),
        }
    }

    /// The first names behind `crate`, behind the crate's own name, or behind enough `super`s to reach the root; with the line.
    pub(crate) fn rooms_named(&self) -> Vec<(usize, String)> {
        let tokens = tokens(&self.shipped);
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let root = match tokens[at].text {
                _ if at > 0 && matches!(tokens[at - 1].text, "::" | ".") => None,
                "crate" | "gate" => Some(at + 1),
                "super" => {
                    let mut end = at + 1;
                    while tokens.get(end).is_some_and(|token| token.text == "::")
                        && tokens.get(end + 1).is_some_and(|token| token.text == "super")
                    {
                        end += 2;
                    }
                    let supers = (end - at).div_ceil(2);
                    at = end - 1;
                    (supers >= self.depth()).then_some(end)
                }
                _ => None,
            };
            if let Some(next) = root.filter(|next| tokens.get(*next).is_some_and(|token| token.text == "::"))
            {
                heads(&tokens, next + 1, &mut found);
            }
            at += 1;
        }
        found
    }

    /// Lines in which a path begins with `name`, or a `use` or `extern crate` is of nothing else.
    pub(crate) fn names_crate(&self, name: &str) -> Vec<usize> {
        self.roots.iter().filter(|(_, root)| root == name).map(|(line, _)| *line).collect()
    }

    /// Lines of the shipped part that contain `text`, blanks aside.
    pub(crate) fn lines_with(&self, text: &str) -> Vec<usize> {
        let lines = (1..).zip(self.shipped.lines());
        lines.filter(|(_, line)| line.replace(' ', "").contains(text)).map(|(number, _)| number).collect()
    }

    /// Every function of the shipped part: its line, its name, and how many lines of code it has.
    pub(crate) fn functions(&self) -> Vec<(usize, String, usize)> {
        let tokens = tokens(&self.shipped);
        let mut found = Vec::new();
        for (at, pair) in tokens.windows(2).enumerate() {
            if pair[0].text != "fn" || !is_word(pair[1].text) {
                continue;
            }
            let Some(body) = body(&tokens, at + 2) else { continue };
            let range = tokens[at].start..=tokens[body.end].start;
            let lines = self.shipped[range].lines().filter(|line| !line.trim().is_empty()).count();
            found.push((pair[0].line, pair[1].text.to_owned(), lines));
        }
        found
    }

    /// The modules that this one declares for tests alone, as paths without `.rs`.
    pub(crate) fn test_modules(&self) -> Vec<String> {
        let folder = match self.path.rsplit_once('/').unwrap_or(("", &self.path)) {
            (folder, "mod.rs" | "lib.rs" | "main.rs") => folder.to_owned(),
            (folder, file) => format!("{folder}/{}", file.trim_end_matches(".rs")),
        };
        let mut found = Vec::new();
        for (at, _) in self.code.match_indices(TEST_MARK) {
            let tokens = tokens(&self.code[at + TEST_MARK.len()..]);
            let words: Vec<&str> = tokens.iter().take(3).map(|token| token.text).collect();
            if let ["mod", name, ";"] = words.as_slice() {
                found.push(format!("{folder}/{name}"));
            }
        }
        found
    }

    /// How many lines the file has without its tests.
    pub(crate) fn length(&self) -> usize {
        let tests = self.code.lines().count()
            - self.code.lines().zip(self.shipped.lines()).filter(|(a, b)| a == b).count();
        self.text.lines().count() - tests
    }
}

/// A word or a sign.
struct Token<'t> {
    text: &'t str,
    line: usize,
    start: usize,
}

fn is_word(text: &str) -> bool {
    text.chars().all(|char| char.is_alphanumeric() || char == '_')
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let (mut found, mut line, mut start) = (Vec::new(), 1, 0);
    while let Some(first) = code[start..].chars().next() {
        let rest = &code[start..];
        let word = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
        let length = match word {
            0 if rest.starts_with("::") => 2,
            0 => first.len_utf8(),
            word => word,
        };
        if !first.is_whitespace() {
            found.push(Token { text: &rest[..length], line, start });
        }
        line += usize::from(first == '\n');
        start += length;
    }
    found
}

/// The words at which a path begins, and those that a `use` or `extern crate` names alone.
fn roots(code: &str) -> Vec<(usize, String)> {
    let tokens = tokens(code);
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.text == text);
    let begins = |at: &usize| {
        let inside = *at > 0 && matches!(tokens[*at - 1].text, "::" | "." | "mod");
        let outermost = *at > 1 && is(*at - 1, "::") && !is_word(tokens[*at - 2].text);
        let used = *at > 0 && matches!(tokens[*at - 1].text, "use" | "crate");
        is_word(tokens[*at].text) && (!inside || outermost) && (is(*at + 1, "::") || used)
    };
    let named = (0..tokens.len()).filter(begins);
    named.map(|at| (tokens[at].line, tokens[at].text.to_owned())).collect()
}

/// The first segments of the paths that go on at `at`: one, or those of a group.
fn heads(tokens: &[Token<'_>], at: usize, found: &mut Vec<(usize, String)>) {
    let Some(first) = tokens.get(at) else { return };
    if first.text != "{" {
        found.push((first.line, first.text.to_owned()));
        return;
    }
    let (mut depth, mut fresh) = (1, true);
    for token in &tokens[at + 1..] {
        match token.text {
            "{" => depth += 1,
            "}" if depth == 1 => return,
            "}" => depth -= 1,
            "," if depth == 1 => fresh = true,
            word if depth == 1 && fresh => {
                found.push((token.line, word.to_owned()));
                fresh = false;
            }
            _ => {}
        }
    }
}

/// The tokens from the first `{` at or behind `at` to its `}`; `None` when a `;` ends the item first.
fn body(tokens: &[Token<'_>], at: usize) -> Option<Range<usize>> {
    let (mut round, mut open) = (0, at);
    loop {
        match tokens.get(open)?.text {
            "(" | "[" => round += 1,
            ")" | "]" => round -= 1,
            ";" if round == 0 => return None,
            "{" if round == 0 => break,
            _ => {}
        }
        open += 1;
    }
    let mut depth = 0;
    for (end, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "{" => depth += 1,
            "}" if depth == 1 => return Some(open..end),
            "}" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `text` with every `#[cfg(test)]` item replaced by spaces.
fn without_tests(code: &str) -> String {
    let (mut kept, mut from) = (code.to_owned(), 0);
    while let Some(at) = code[from..].find(TEST_MARK).map(|at| at + from) {
        let behind = at + TEST_MARK.len();
        let tokens = tokens(&code[behind..]);
        let end = body(&tokens, 0).map(|body| tokens[body.end].start + 1);
        let end = behind + end.unwrap_or_else(|| code[behind..].find(';').map_or(0, |at| at + 1));
        kept.replace_range(at..end, &spaces(&code[at..end]));
        from = end;
    }
    kept
}

fn spaces(text: &str) -> String {
    text.chars()
        .map(|char| if char == '\n' { "\n".to_owned() } else { " ".repeat(char.len_utf8()) })
        .collect()
}

/// `text` with comments and the insides of string and character literals replaced by spaces, byte for byte.
fn blank(text: &str) -> String {
    let (mut blanked, mut at) = (String::with_capacity(text.len()), 0);
    let mut behind_word = false;
    while let Some(first) = text[at..].chars().next() {
        let length = match literal(&text[at..]) {
            Some(length) if !behind_word || matches!(first, '/' | '"') => {
                blanked.push_str(&spaces(&text[at..at + length]));
                behind_word = false;
                length
            }
            _ => {
                blanked.push(first);
                behind_word = first.is_alphanumeric() || first == '_';
                first.len_utf8()
            }
        };
        at += length;
    }
    blanked
}

/// How long the comment or literal at the beginning of `rest` is, if there is one.
fn literal(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(block_comment(rest));
    }
    let prefix = ["br", "cr", "r", "b", "c", ""]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(['"', '#', '\''])))?;
    let rest = &rest[prefix.len()..];
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    if prefix.ends_with('r') && rest[hashes..].starts_with('"') {
        let close = format!("\"{}", "#".repeat(hashes));
        let end = rest[hashes + 1..].find(&close).map_or(rest.len(), |end| hashes + 1 + end + close.len());
        return Some(prefix.len() + end);
    }
    match rest.as_bytes().first()? {
        b'"' => Some(prefix.len() + quoted(rest, '"')),
        b'\'' if rest[1..].starts_with('\\') => Some(prefix.len() + quoted(rest, '\'')),
        b'\'' => {
            let length = rest[1..].chars().next()?.len_utf8();
            rest[1 + length..].starts_with('\'').then_some(prefix.len() + length + 2)
        }
        _ => None,
    }
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in rest.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            char if char == quote => return at + char.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let step = match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => {
                depth += 1;
                2
            }
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn comments_and_literals_are_blank() {
        #[track_caller]
        fn check(text: &str, code: &str) {
            let source = Source::new("src/a/b.rs", text);
            assert_eq!(source.code.len(), text.len());
            assert_eq!(source.code.split_whitespace().collect::<Vec<_>>().join(" "), code);
        }
        check("a // crate::git\nb", "a b");
        check("a /* x /* y */ crate::git */ b", "a b");
        check("f(\"crate::git \\\" {\", b'{', '\\'', 'x')", "f( , , , )");
        check("let a: &'a str = r#\"crate \" {\"#;", "let a: &'a str = ;");
        check("r\"\\\" b", "b");
        check("'ä' 'static", "'static");
        check("\"unclosed", "");
    }

    #[test]
    fn rooms_are_named_through_the_root() {
        #[track_caller]
        fn check(path: &str, text: &str, rooms: &str) {
            let named = Source::new(path, text).rooms_named();
            let named: Vec<String> = named.into_iter().map(|(line, room)| format!("{line} {room}")).collect();
            assert_eq!(named.join(", "), rooms, "{text}");
        }
        check("src/facts/a.rs", "use crate::basis::Span;\nlet x = crate::git::open();", "1 basis, 2 git");
        check(
            "src/facts/a.rs",
            "use crate::{basis::{Span, Site},\n facts, model as m};",
            "1 basis, 2 facts, 2 model",
        );
        check("src/facts/a.rs", "use super::git; use super::super::git;", "1 git");
        check("src/facts/mod.rs", "use super::git::X;", "1 git");
        check("src/main.rs", "fn main() { gate::cli::run() }", "1 cli");
        check("src/facts/a.rs", "x::crate_name; $crate::m; pub(crate) fn f() {}", "1 m");
        check("src/facts/a.rs", "#[cfg(test)]\nmod tests { use crate::git; }\nuse crate::basis;", "3 basis");
    }

    #[test]
    fn crates_are_named_at_the_beginning_of_a_path() {
        #[track_caller]
        fn check(text: &str, lines: &[usize]) {
            assert_eq!(Source::new("src/a/b.rs", text).names_crate("toml"), lines, "{text}");
        }
        check("use toml::de;", &[1]);
        check("use toml;", &[1]);
        check("\nfn f(x: ::toml::Value) {}", &[2]);
        check("x::toml::y(); let toml = 1; toml.len(); // toml::x", &[]);
        check("mod toml;", &[]);
    }

    #[test]
    fn functions_are_measured_without_blanks_and_comments() {
        let text = "trait T { fn a(&self); }\nfn b<'a>(x: [u8; 2]) -> X\n{\n\n    // why\n    y();\n}\nconst fn c() { }";
        let found = Source::new("src/a/b.rs", text).functions();
        assert_eq!(found, [(2, "b".to_owned(), 4), (8, "c".to_owned(), 1)]);
    }

    #[test]
    fn tests_do_not_count() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\n";
        assert_eq!(Source::new("src/a/b.rs", text).length(), 1);
    }
}
