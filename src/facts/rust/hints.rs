//! A text → what it may declare, told by its tokens: asked before a text is read that may not matter.
//!
//! Many times cheaper than the outline, and a few bytes to keep. It never leaves out what the facts have; it may hold more.

use serde::{Deserialize, Serialize};

use super::outline::outlined;
use super::source::plain;
use super::token::{TokenKind, tokens};

/// Names that a text may declare.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hints {
    /// Its macros; `None` where it may define any.
    pub macros: Option<Vec<Box<str>>>,
    /// The modules of `mod name;` and `mod name { … }` outside of bodies; `None` where a macro or an included file may declare any.
    pub modules: Option<Vec<Box<str>>>,
    /// What it says where it brings in files by name: `include!` and `#[path = …]`, with what follows.
    pub brings: Vec<Box<str>>,
}

impl Hints {
    /// Whether the text may define the macro `name`.
    pub fn may_define(&self, name: &str) -> bool {
        may_hold(self.macros.as_deref(), name)
    }

    /// Whether the text may declare the module `name` where other files can see it.
    pub fn may_declare(&self, name: &str) -> bool {
        may_hold(self.modules.as_deref(), name)
    }

    /// Whether the text may bring in a file of that name.
    pub fn may_bring(&self, file_name: &str) -> bool {
        self.brings.iter().any(|said| said.contains(file_name))
    }
}

fn may_hold(names: Option<&[Box<str>]>, name: &str) -> bool {
    names.is_none_or(|names| names.iter().any(|known| **known == *name))
}

/// What the Rust file `text` may declare.
pub fn hints(text: &[u8]) -> Hints {
    let Ok(text) = std::str::from_utf8(text) else { return Hints::default() };
    Hints { macros: Some(macros(text)), modules: modules(&outlined(text)), brings: brings(text) }
}

fn brings(text: &str) -> Vec<Box<str>> {
    /// How far behind the word the name of the file is looked for, in characters.
    const REACH: usize = 256;
    let words = ["include!", "#[path", "#[cfg_attr"].into_iter();
    let said = words.flat_map(|word| text.match_indices(word)).map(|(at, _)| {
        let said = text[at..].chars().take(REACH).take_while(|char| !matches!(char, ']' | ';'));
        said.collect::<String>().into()
    });
    said.collect()
}

fn macros(text: &str) -> Vec<Box<str>> {
    const BEFORE: &str = "macro_rules! ";
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_' || !char.is_ascii();
    let names = text.match_indices(BEFORE).map(|(at, _)| {
        let name = &text[at + BEFORE.len()..];
        Box::from(&name[..name.find(|char| !is_word(char)).unwrap_or(name.len())])
    });
    names.collect()
}

/// The modules of an outline.
fn modules(outline: &str) -> Option<Vec<Box<str>>> {
    let tokens = tokens(outline);
    let word = |at: usize| {
        let token = tokens.get(at).filter(|token| token.kind == TokenKind::Word)?;
        Some(&outline[token.start as usize..token.end as usize])
    };
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        // A call, of a macro that may declare modules or include a file.
        if token.kind == TokenKind::Mark(b'!')
            && at > 0
            && word(at - 1).is_some_and(|name| name != "macro_rules")
        {
            return None;
        }
        if word(at) == Some("mod") {
            names.extend(word(at + 1).map(|name| plain(name).into()));
        }
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, macros: &[&str], modules: Option<&[&str]>) {
        let own = |names: &[&str]| names.iter().map(|name| Box::from(*name)).collect::<Vec<_>>();
        let found = hints(text.as_bytes());
        assert_eq!((found.macros, found.modules), (Some(own(macros)), modules.map(own)), "{text}");
    }

    #[test]
    fn what_may_be_declared_is_told_by_tokens() {
        check("mod a; pub(crate) mod r#b { mod c; } fn f() { m!(); }", &[], Some(&["a", "b", "c"]));
        check("// mod a;\nconst A: &str = \"mod b;\"; #![allow(x)]", &[], Some(&[]));
        check("mod a; cfg_if! { mod b; }", &[], None);
        check("include!(\"a.rs\");", &[], None);
        check("macro_rules! m { () => { mod a; } } mod b;", &["m"], Some(&["a", "b"]));
        let brought = hints(b"include!(\"a.in\"); #[path = \"b.inc\"] mod b;").brings;
        assert_eq!(brought, ["include!(\"a.in\")".into(), "#[path = \"b.inc\"".into()] as [Box<str>; 2]);
        assert_eq!(hints(b"\xff"), Hints::default());
        assert!(Hints::default().may_define("m") && Hints::default().may_declare("a"));
    }
}
