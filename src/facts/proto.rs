//! The text of a `.proto` file → the services that it declares, with their calls.
//!
//! Messages, options and imports are skipped: only what a server answers at a path of its own is a fact here. What is not of the
//! language is skipped too, up to the next `;` or brace; nothing that it hides could be compiled.

use std::iter::Peekable;
use std::str::CharIndices;

use serde::{Deserialize, Serialize};

use crate::basis::{Site, Span};

/// The most bytes that are read of one file; people write a few thousand.
const BYTES: usize = 4 << 20;

/// What a `.proto` file declares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proto {
    /// Its package: `shop.v1`; empty without one.
    pub package: Box<str>,
    /// Its services, in order.
    pub services: Vec<Service>,
    /// Whether it is longer than what is read, so that it says nothing here.
    pub is_too_large: bool,
}

/// A service: calls that one server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The name as written.
    pub name: Box<str>,
    /// Its calls, in order.
    pub calls: Vec<Call>,
}

/// `rpc Place (Order) returns (Receipt);`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The name as written.
    pub name: Box<str>,
    /// The place of the name.
    pub site: Site,
}

/// What a text declares; nothing of one that is longer than anybody writes.
pub fn read(text: &[u8]) -> Proto {
    if text.len() > BYTES {
        return Proto { is_too_large: true, ..Proto::default() };
    }
    let text = String::from_utf8_lossy(text);
    let mut reader = Reader { words: Words::new(&text), proto: Proto::default() };
    while let Some((word, _)) = reader.words.next() {
        match word {
            "package" => reader.package(),
            "service" => reader.service(),
            "{" => reader.skip_block(),
            // Of an option, an import, a field: what follows is no declaration before its end.
            ";" => {}
            "syntax" | "edition" | "option" | "import" => reader.skip_statement(),
            _ => {}
        }
    }
    reader.proto
}

struct Reader<'t> {
    words: Words<'t>,
    proto: Proto,
}

impl Reader<'_> {
    fn package(&mut self) {
        let mut name = String::new();
        while let Some((word, _)) = self.words.next() {
            if matches!(word, ";" | "{" | "}") {
                break;
            }
            name.push_str(word);
        }
        self.proto.package = name.into();
    }

    fn service(&mut self) {
        let Some((name, _)) = self.words.next() else { return };
        let mut service = Service { name: name.into(), calls: Vec::new() };
        if self.words.next().is_none_or(|(word, _)| word != "{") {
            return;
        }
        while let Some((word, _)) = self.words.next() {
            match word {
                "}" => break,
                "{" => self.skip_block(),
                "option" => self.skip_statement(),
                "rpc" => {
                    let Some((name, site)) = self.words.next() else { break };
                    service.calls.push(Call { name: name.into(), site });
                    if !self.skip_signature() {
                        break;
                    }
                }
                _ => {}
            }
        }
        self.proto.services.push(service);
    }

    /// To behind what a call takes and gives, where types may be named after words of the language; whether anything comes then.
    fn skip_signature(&mut self) -> bool {
        while let Some((word, _)) = self.words.next() {
            match word {
                ";" => return true,
                "{" => {
                    self.skip_block();
                    return true;
                }
                "}" => return false,
                _ => {}
            }
        }
        false
    }

    /// To behind the brace that closes the one that was just read.
    fn skip_block(&mut self) {
        let mut depth = 1_u32;
        while let Some((word, _)) = self.words.next() {
            match word {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }

    /// To behind the next `;` outside of braces.
    fn skip_statement(&mut self) {
        while let Some((word, _)) = self.words.next() {
            match word {
                ";" => break,
                "{" => self.skip_block(),
                _ => {}
            }
        }
    }
}

/// The words and marks of a text, comments left out; a string is one word.
struct Words<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
    line: u32,
    column: u32,
}

impl<'t> Words<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, chars: text.char_indices().peekable(), line: 1, column: 1 }
    }

    fn step(&mut self) -> Option<(usize, char)> {
        let (at, char) = self.chars.next()?;
        (self.line, self.column) =
            if char == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        Some((at, char))
    }

    fn here(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    fn skip_while(&mut self, mut wanted: impl FnMut(char) -> bool) {
        while self.chars.next_if(|(_, char)| wanted(*char)).is_some_and(|(_, char)| {
            (self.line, self.column) =
                if char == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
            true
        }) {}
    }

    /// To behind the comment whose first `/` was read; nothing where none begins.
    fn skip_comment(&mut self) {
        match self.chars.peek() {
            Some((_, '/')) => self.skip_while(|char| char != '\n'),
            Some((at, '*')) => {
                let end =
                    self.text[at + 1..].find("*/").map_or(self.text.len(), |length| at + 1 + length + 2);
                while self.here() < end {
                    self.step();
                }
            }
            Some(_) | None => {}
        }
    }

    /// To behind the string that began with `quote`.
    fn skip_string(&mut self, quote: char) {
        while let Some((_, char)) = self.step() {
            match char {
                '\\' => drop(self.step()),
                '\n' => break,
                char if char == quote => break,
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<(&'t str, Site)> {
        loop {
            self.skip_while(char::is_whitespace);
            let (line, column) = (self.line, self.column);
            let (start, char) = self.step()?;
            if char == '/' {
                self.skip_comment();
                continue;
            }
            if matches!(char, '"' | '\'') {
                self.skip_string(char);
            } else if is_of_word(char) {
                self.skip_while(is_of_word);
            }
            let end = self.here();
            return Some((&self.text[start..end], Site { span: Span::new(start, end), line, column }));
        }
    }
}

fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let proto = read(text.as_bytes());
        let calls = proto.services.iter().flat_map(|service| {
            let name = |call: &Call| {
                format!("{}/{}@{}:{}", service.name, call.name, call.site.line, call.site.column)
            };
            service.calls.iter().map(name).collect::<Vec<_>>()
        });
        let all: Vec<_> = std::iter::once(proto.package.to_string()).chain(calls).collect();
        assert_eq!(all.join(" "), expected);
    }

    #[test]
    fn services_and_their_calls_are_read() {
        check(
            "syntax = \"proto3\";\npackage shop.v1;\nservice Orders {\n  rpc Place (Order) returns (stream Receipt);\n}",
            "shop.v1 Orders/Place@4:7",
        );
        check(
            "service A { option deprecated = true; rpc B(C) returns (D) { option (x) = { get: \"/v1/{id}\" }; } rpc E(.a.C)returns(D){} }",
            " A/B@1:43 A/E@1:102",
        );
        check(
            "service A { rpc B(C) returns (google.rpc.Status); rpc rpc(rpc.C) returns (D) { } }",
            " A/B@1:17 A/rpc@1:55",
        );
    }

    #[test]
    fn what_is_no_service_is_skipped() {
        check(
            "/* service A { rpc B */ // service C {\nmessage service { string rpc = 1; } package a . b ;",
            "a.b",
        );
        check(
            "option go_package = \"x;service A { rpc B\"; message M { message service { } }\nservice S {}",
            "",
        );
        check(
            "enum E { option allow_alias = true; A = 0 [(x) = { service: 1 }]; } service S { rpc R(M) returns (M); }",
            " S/R@1:85",
        );
    }

    #[test]
    fn what_is_too_large_says_so_alone() {
        let mut text = b"service A { rpc B(C) returns (D); }".to_vec();
        text.resize(BYTES, b' ');
        assert_eq!((read(&text).services.len(), read(&text).is_too_large), (1, false));
        text.push(b' ');
        assert_eq!(read(&text), Proto { is_too_large: true, ..Proto::default() });
    }

    #[test]
    fn what_never_ends_ends_with_the_text() {
        for text in
            ["service", "service A", "service A {", "service A { rpc", "package a", "/*", "\"", "option", "{"]
        {
            read(text.as_bytes());
        }
        check("service A { rpc B", " A/B@1:17");
        check("package größe; service A { /* ä */ rpc B", "größe A/B@1:40");
    }
}
